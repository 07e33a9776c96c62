"""A family's documents, taken apart: which Things report, when, and which values. One table-driven reader, and code."""

from semantic_gw.readers.table import TableReader

__all__ = ["TableReader"]
