"""The Semantic Gateway: device payloads in, SAREF and WoT RDF that SHACL has checked out."""

__version__ = "0.1.0"
