"""`semantic-gw validate`: any RDF graph against any SHACL shapes, no gateway needed."""

from __future__ import annotations


def validate() -> None:
    """X."""
