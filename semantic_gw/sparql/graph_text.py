"""Graphs that somebody sends, as N-Triples. To be called in a process that may be ended (`semantic_gw.sandbox`)."""

from __future__ import annotations

import re
from typing import Final

from semantic_gw.model import IRI
from semantic_gw.rdf.serialize import triples_to_nquads
from semantic_gw.rdf.syntaxes import read_triples
from semantic_gw.sparql.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE

READ: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
"""The media types of one graph; TriG and N-Quads may hold several."""

_CONTROL: Final = re.compile(r"(?<!\\)((?:\\\\)*+)\\u(00[01][0-9A-Fa-f]|007[Ff])")
"""A control character as N-Triples escape it; of an even number of slashes the last is escaped itself."""

_LINE_ENDS: Final = {"\n": "\\n", "\r": "\\r"}
"""Those that stand in no short string of SPARQL (SPARQL 1.1 Query, 19.8, rule 156)."""


def as_ntriples(body: bytes, media_type: str, graph: IRI) -> bytes:
    """What *body* says, relative IRIs resolved against the name of *graph* (SPARQL 1.1 Graph Store Protocol, 4.1).

    Raises UnsupportedMediaTypeError, DecodingError.
    """
    return triples_to_nquads(read_triples(body, media_type, base_iri=graph))


def insertion(graph: IRI, triples: bytes) -> str:
    """The update that adds *triples*, N-Triples, to *graph* (5.5): N-Triples are Turtle, and so are data of SPARQL.

    Control characters stand for themselves: an update may not escape what could be a sign (`update_text.unescaped`).
    """
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n{_CONTROL.sub(_raw, triples.decode())}}} }}"


def _raw(found: re.Match[str]) -> str:
    character = chr(int(found[2], 16))
    return found[1] + _LINE_ENDS.get(character, character)
