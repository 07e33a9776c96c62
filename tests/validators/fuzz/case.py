"""A shapes graph and a data graph: one thing for several engines to judge."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph

from semantic_gw.model import Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, XSD

_ESCAPED = re.compile(r'[\x00-\x1f"\\\x7f]')


@dataclass(frozen=True, slots=True)
class Case:
    """Blank nodes are texts that start with `_:`; those of *shapes* and *data* have no label in common."""

    shapes: tuple[Triple, ...]
    data: tuple[Triple, ...]


def ntriples(triples: Iterable[Triple]) -> str:
    """*triples* in N-Triples, which is Turtle too."""
    return "".join(f"{written(s)} {written(p)} {written(o)} .\n" for s, p, o in triples)


def written(term: Term) -> str:
    """*term* as N-Triples writes it.

    >>> written(Literal("Tür", RDF + "langString", "de"))
    '"Tür"@de'
    """
    if isinstance(term, str):
        return term if term.startswith("_:") else f"<{term}>"
    text = '"' + _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04X}", term.lexical) + '"'
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype == XSD + "string" else f"{text}^^<{term.datatype}>"


def read(text: str | bytes) -> Iterator[Triple]:
    """The triples of N-Triples. Raises SyntaxError."""
    for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES):
        yield str(term_of(quad.subject)), str(term_of(quad.predicate)), term_of(quad.object)


def term_of(term: object) -> Term:
    """The term that pyoxigraph's *term* is."""
    if isinstance(term, pyoxigraph.Literal):
        return Literal(term.value, term.datatype.value, term.language)
    if isinstance(term, pyoxigraph.NamedNode):
        return term.value
    return str(term)


def text(lexical: str) -> Literal:
    return Literal(lexical, XSD + "string")


def tagged(lexical: str, language: str) -> Literal:
    return Literal(lexical, RDF + "langString", language)


def whole(number: int) -> Literal:
    return Literal(str(number), XSD + "integer")
