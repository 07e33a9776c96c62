"""RDF that was sent to us, as a graph to walk: bounded, in the order in which it was written."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pyoxigraph
from pyoxigraph import RdfFormat

from semantic_gw.errors import DescribingError, NotSupportedError
from semantic_gw.model import IRI, Json, Literal, Term, Triple
from semantic_gw.rdf import contexts
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.sandbox import Sandbox

MAX_TRIPLES: Final = 20_000

JSON_LD: Final = "application/ld+json"
_FORMATS: Final[Mapping[str, RdfFormat]] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
}
MEDIA_TYPES: Final = (*_FORMATS, JSON_LD)
"""What is read."""

_DIGITS: Final = re.compile(r"[+-]?[0-9]+")


class Graph:
    """The triples of *quads*, by subject and predicate; a blank node is a text that starts with `_:`.

    Blank nodes are numbered in their order, so that the same graph has the same ones.
    """

    def __init__(self, quads: Iterable[pyoxigraph.Quad], prefixes: Mapping[str, IRI]) -> None:
        self.said: dict[str, dict[IRI, list[Term]]] = {}
        self.references: Counter[str] = Counter()
        self.prefixes = prefixes
        self._blank: dict[str, str] = {}
        self._seen: set[Triple] = set()
        for number, quad in enumerate(quads):
            if number >= MAX_TRIPLES:
                raise DescribingError(f"more than {MAX_TRIPLES:,} triples; a Thing Description has a few hundred")
            self._add(quad)

    def terms(self, node: str, predicate: IRI) -> list[Term]:
        """The objects of *node* and *predicate*."""
        return self.said.get(node, {}).get(predicate, [])

    def nodes(self, node: str, predicate: IRI) -> list[str]:
        """The objects of *node* and *predicate* that are no literals."""
        return [term for term in self.terms(node, predicate) if not isinstance(term, Literal)]

    def _add(self, quad: pyoxigraph.Quad) -> None:
        triple = self._node(quad.subject), quad.predicate.value, self._term(quad.object)
        if triple in self._seen:
            return
        self._seen.add(triple)
        subject, predicate, term = triple
        self.said.setdefault(subject, {}).setdefault(predicate, []).append(term)
        if not isinstance(term, Literal):
            self.references[term] += 1

    def _term(self, term: object) -> Term:
        if isinstance(term, pyoxigraph.Literal):
            return Literal(term.value, term.datatype.value, term.language)
        return self._node(term)

    def _node(self, term: object) -> str:
        if isinstance(term, pyoxigraph.NamedNode):
            return term.value
        if isinstance(term, pyoxigraph.BlankNode):
            return self._blank.setdefault(term.value, f"_:b{len(self._blank)}")
        raise DescribingError("a triple within a triple (RDF 1.2) is not read; write the statement itself")


def read_graph(body: bytes, media_type: str, *, base_iri: IRI) -> Graph:
    """The graph that *body* of *media_type* holds, relative IRIs resolved against *base_iri*.

    Graphs of N-Quads are read as one. Raises DescribingError, NotSupportedError.
    """
    if media_type not in _FORMATS:
        raise NotSupportedError(f"{media_type} is not read as RDF; there are {', '.join(MEDIA_TYPES)}")
    return _parsed(body, _FORMATS[media_type], base_iri)


def read_jsonld(document: Json, *, base_iri: IRI, sandbox: Sandbox | None) -> Graph:
    """The graph that the JSON-LD *document* holds. Raises DescribingError, SandboxError."""
    if isinstance(document, list):
        document = {"@graph": document}
    if not isinstance(document, Mapping):
        raise DescribingError("no JSON-LD: it is neither an object nor an array")
    nodes = sandbox.run(_expanded, document, base_iri) if sandbox else _expanded(document, base_iri)
    return _parsed(json.dumps(nodes).encode(), RdfFormat.JSON_LD, base_iri)


def _expanded(document: Mapping[str, Json], base_iri: IRI) -> list[Json]:
    return contexts.expand(document, base_iri=base_iri)


def _parsed(body: bytes, syntax: RdfFormat, base_iri: IRI) -> Graph:
    try:
        quads = pyoxigraph.parse(body, syntax, base_iri=base_iri or None, lenient=True)  # others write unit <…#%>
        graph = Graph(quads, {})
    except (SyntaxError, ValueError) as error:
        raise DescribingError(f"no {syntax.name}: {error}") from error
    graph.prefixes = quads.prefixes
    return graph


def text_of(term: Term) -> str:
    """The lexical form of a literal, or an IRI as it is."""
    return term.lexical if isinstance(term, Literal) else term


def native(literal: Literal) -> Json:
    """The JSON value that *literal* is, its lexical form where JSON has none for its datatype.

    >>> native(Literal("21.50", XSD + "decimal")), native(Literal("1", XSD + "boolean"))
    (21.5, True)
    """
    read = _NATIVE.get(literal.datatype)
    try:
        return read(literal.lexical) if read else literal.lexical
    except (ValueError, KeyError):
        return literal.lexical


def _integer(text: str) -> int:
    if not _DIGITS.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    found = float(text)
    if found - found or "_" in text:  # neither infinity nor NaN are JSON
        raise ValueError(text)
    return found


def _truth(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text]


_INTEGERS: Final = ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
_UNSIGNED: Final = ("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong")
_NATIVE: Final[Mapping[IRI, Callable[[str], Json]]] = {
    **{XSD + name: _integer for name in (*_INTEGERS, *_UNSIGNED)},
    **{XSD + name: _number for name in ("decimal", "double", "float")},
    XSD + "boolean": _truth,
}
