"""Files as documents of logical sources: found, unpacked, decoded, read row by row or whole."""

from semantic_gw.lifters.rml.sources.documents import FileDocuments, open_sources

__all__ = ["FileDocuments", "open_sources"]
