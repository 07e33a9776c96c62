"""Property paths are written as SPARQL has them, and as triples that read back as the same path."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.model import Alternative, Inverse, OneOrMore, PropertyPath, Sequence, ZeroOrMore, ZeroOrOne
from semantic_gw.rdf.namespaces import RDF, SAREF, SH
from semantic_gw.rdf.property_paths import path_triples, sparql_text
from semantic_gw.validators.paths import read_path
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import index

P, Q = "urn:p", "urn:q"


def blanks() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"_:b{next(numbers)}"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (SAREF + "hasValue", "saref:hasValue"),
        (P, "<urn:p>"),
        (Inverse(P), "^<urn:p>"),
        (Inverse(Inverse(P)), "^(^<urn:p>)"),
        (Inverse(Sequence((P, Q))), "^(<urn:p>/<urn:q>)"),
        (Inverse(OneOrMore(P)), "^<urn:p>+"),
        (OneOrMore(Inverse(P)), "(^<urn:p>)+"),
        (Sequence((Alternative((P, Q)), P)), "(<urn:p>|<urn:q>)/<urn:p>"),
        (Alternative((P, Sequence((P, Q)))), "<urn:p>|<urn:p>/<urn:q>"),
        (ZeroOrMore(ZeroOrOne(P)), "(<urn:p>?)*"),
    ],
)
def test_a_path_is_written_with_as_few_brackets_as_sparql_allows(path: PropertyPath, text: str) -> None:
    assert sparql_text(path) == text


def test_a_predicate_stands_for_itself() -> None:
    assert path_triples(P, blanks()) == (P, [])


def test_an_alternative_is_a_node_with_a_list() -> None:
    node, triples = path_triples(Alternative((P, Q)), blanks())

    assert node == "_:b1"
    assert triples == [
        ("_:b2", RDF + "first", P),
        ("_:b2", RDF + "rest", "_:b3"),
        ("_:b3", RDF + "first", Q),
        ("_:b3", RDF + "rest", RDF + "nil"),
        ("_:b1", SH + "alternativePath", "_:b2"),
    ]


def several(paths: st.SearchStrategy[PropertyPath]) -> st.SearchStrategy[tuple[PropertyPath, ...]]:
    return st.lists(paths, min_size=2, max_size=3).map(tuple)


any_path: st.SearchStrategy[PropertyPath] = st.recursive(
    st.sampled_from([P, Q]),
    lambda inner: st.one_of(
        several(inner).map(Sequence),
        several(inner).map(Alternative),
        *(inner.map(form) for form in (Inverse, ZeroOrMore, OneOrMore, ZeroOrOne)),
    ),
    max_leaves=8,
)


@given(any_path)
def test_the_triples_of_a_path_read_back_as_it(path: PropertyPath) -> None:
    graph = ShapesGraph()
    node, triples = path_triples(path, blanks())
    graph.triples = triples

    assert read_path(graph, "urn:S", node) == path


@given(any_path)
def test_each_node_of_a_path_is_told_once(path: PropertyPath) -> None:
    _, triples = path_triples(path, blanks())

    assert len(set(triples)) == len(triples)
    assert all(len(terms) == 1 for predicates in index(triples).values() for terms in predicates.values())
