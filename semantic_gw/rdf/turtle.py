"""N-Triples for people: as Turtle, with the prefixes that they use."""

from __future__ import annotations

from typing import Final

import pyoxigraph

from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, PREFIXES, SCHEMA, SECURITY

_PREFIXES: Final = {**PREFIXES, "hctl": HYPERMEDIA, "jsonschema": JSON_SCHEMA, "wotsec": SECURITY, "schema": SCHEMA}


def to_turtle(triples: bytes) -> bytes:
    """*triples*, N-Triples in UTF-8, as Turtle."""
    used = {prefix: iri for prefix, iri in _PREFIXES.items() if b"<" + iri.encode() in triples}
    parsed = pyoxigraph.parse(triples, pyoxigraph.RdfFormat.N_TRIPLES)
    return pyoxigraph.serialize(parsed, format=pyoxigraph.RdfFormat.TURTLE, prefixes=used) or b""
