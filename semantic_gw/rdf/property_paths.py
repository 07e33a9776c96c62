"""Property paths (SHACL, 2.3.1) as SPARQL writes them for people, and as triples for a report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from semantic_gw.model import (
    IRI,
    Alternative,
    Inverse,
    OneOrMore,
    PropertyPath,
    Sequence,
    Term,
    Triple,
    ZeroOrMore,
    ZeroOrOne,
)
from semantic_gw.rdf.namespaces import RDF, SH, compact

_PRIMARY, _MODIFIED, _INVERTED, _SEQUENCE, _ALTERNATIVE = range(5)
"""How tightly SPARQL's grammar binds a path (SPARQL 1.1, rules 89 to 94): looser ones need brackets."""

_MARKS: Final[dict[type, str]] = {ZeroOrMore: "*", OneOrMore: "+", ZeroOrOne: "?"}
_FORMS: Final[dict[type, IRI]] = {
    Inverse: SH + "inversePath",
    ZeroOrMore: SH + "zeroOrMorePath",
    OneOrMore: SH + "oneOrMorePath",
    ZeroOrOne: SH + "zeroOrOnePath",
}


def sparql_text(path: PropertyPath, show: Callable[[IRI], str] = compact) -> str:
    """*path* as SPARQL writes it, its predicates as *show* has them: with known prefixes.

    >>> sparql_text(Sequence(("https://saref.etsi.org/core/observes", ZeroOrMore(Inverse(RDF + "type")))))
    'saref:observes/(^rdf:type)*'
    """
    return _text(path, show)[0]


def _text(path: PropertyPath, show: Callable[[IRI], str]) -> tuple[str, int]:
    """The text, and how tightly it binds."""
    match path:
        case str():
            return show(path), _PRIMARY
        case Inverse(inner):
            return f"^{_within(_INVERTED, inner, show)}", _INVERTED
        case Sequence(steps):
            return "/".join(_within(_SEQUENCE, step, show) for step in steps), _SEQUENCE
        case Alternative(options):
            return "|".join(_within(_ALTERNATIVE, option, show) for option in options), _ALTERNATIVE
        case ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
            return _within(_MODIFIED, inner, show) + _MARKS[type(path)], _MODIFIED


def _within(binds: int, path: PropertyPath, show: Callable[[IRI], str]) -> str:
    """The text inside a path that binds as tightly as *binds*."""
    text, own = _text(path, show)
    return text if own < binds else f"({text})"


def path_triples(path: PropertyPath, blank: Callable[[], str]) -> tuple[Term, list[Triple]]:
    """The node that stands for *path*, and the triples that say what it is; *blank* gives new nodes for them.

    >>> path_triples(Inverse("urn:p"), lambda: "_:b1")
    ('_:b1', [('_:b1', 'http://www.w3.org/ns/shacl#inversePath', 'urn:p')])
    """
    triples: list[Triple] = []
    return _node(path, blank, triples), triples


def _node(path: PropertyPath, blank: Callable[[], str], triples: list[Triple]) -> str:
    match path:
        case str():
            return path
        case Sequence(steps):
            return _list(steps, blank, triples)
        case Alternative(options):
            node = blank()
            triples.append((node, SH + "alternativePath", _list(options, blank, triples)))
        case Inverse(inner) | ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
            node = blank()
            triples.append((node, _FORMS[type(path)], _node(inner, blank, triples)))
    return node


def _list(paths: tuple[PropertyPath, ...], blank: Callable[[], str], triples: list[Triple]) -> str:
    nodes = [blank() for _ in paths]
    for node, rest, path in zip(nodes, [*nodes[1:], RDF + "nil"], paths, strict=True):
        triples.append((node, RDF + "first", _node(path, blank, triples)))
        triples.append((node, RDF + "rest", rest))
    return nodes[0] if nodes else RDF + "nil"
