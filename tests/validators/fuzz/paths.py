"""Random property paths, and how they are written in a shapes graph (SHACL, 2.3.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hypothesis import strategies as st

from semantic_gw.model import (
    Alternative,
    Inverse,
    OneOrMore,
    PropertyPath,
    Sequence,
    Triple,
    ZeroOrMore,
    ZeroOrOne,
)
from semantic_gw.rdf.namespaces import RDF, SH
from tests.validators.fuzz.lines import NIL
from tests.validators.fuzz.vocabulary import PREDICATES

PREDICATE: st.SearchStrategy[PropertyPath] = st.sampled_from(PREDICATES)
UNARY = {
    Inverse: SH + "inversePath",
    ZeroOrMore: SH + "zeroOrMorePath",
    OneOrMore: SH + "oneOrMorePath",
    ZeroOrOne: SH + "zeroOrOnePath",
}
Fresh = Callable[[], str]


def _deeper(inner: st.SearchStrategy[PropertyPath]) -> st.SearchStrategy[PropertyPath]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    unary = [st.builds(form, inner) for form in UNARY]
    return st.one_of(*unary, st.builds(Sequence, several), st.builds(Alternative, several))


NESTED = _deeper(PREDICATE | PREDICATE | _deeper(PREDICATE | _deeper(PREDICATE)))
PATHS: st.SearchStrategy[PropertyPath] = PREDICATE | PREDICATE | PREDICATE | _deeper(PREDICATE) | NESTED


def write_path(path: PropertyPath, fresh: Fresh, triples: list[Triple]) -> str:
    """Add *path* to *triples*; its node."""
    if isinstance(path, str):
        return path
    if isinstance(path, Sequence):
        return write_list((write_path(part, fresh, triples) for part in path.paths), fresh, triples)
    node = fresh()
    if isinstance(path, Alternative):
        members = write_list((write_path(part, fresh, triples) for part in path.paths), fresh, triples)
        triples.append((node, SH + "alternativePath", members))
    else:
        triples.append((node, UNARY[type(path)], write_path(path.path, fresh, triples)))
    return node


def write_list(members: Iterable[object], fresh: Fresh, triples: list[Triple]) -> str:
    """Add an RDF list of *members* to *triples*; its head."""
    nodes = [(fresh(), member) for member in members]
    heads = [*(node for node, _ in nodes), NIL]
    for (node, member), after in zip(nodes, heads[1:], strict=True):
        triples.append((node, RDF + "first", member))  # type: ignore[arg-type]
        triples.append((node, RDF + "rest", after))
    return heads[0]
