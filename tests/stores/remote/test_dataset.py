"""What a store is told of the graphs that a query is asked of."""

from __future__ import annotations

import pytest

from semantic_gw.contracts import GraphQuery
from semantic_gw.errors import QueryError
from semantic_gw.stores.remote.dataset import parameters
from tests.stores.asking import BOUNDS

UNION = "urn:x-arq:UnionGraph"


def asked(text: str, union: str = UNION) -> list[tuple[str, str]]:
    return parameters(GraphQuery(text, BOUNDS), union)


def test_where_the_default_graph_is_the_union_nothing_is_said() -> None:
    assert asked("SELECT * { ?s ?p ?o }", union="") == [("query", "SELECT * { ?s ?p ?o }")]


def test_the_union_is_named_where_it_is_another_graph() -> None:
    assert asked("ASK { ?s ?p ?o }")[1:] == [("default-graph-uri", UNION)]


def test_the_union_is_asked_for_where_a_parameter_does_so() -> None:
    query = GraphQuery("ASK { ?s ?p ?o }", BOUNDS)

    assert parameters(query, "", "union-default-graph")[1:] == [("union-default-graph", "")]


def test_from_is_left_as_it_is() -> None:
    assert asked("SELECT * FROM <urn:a> { ?s ?p ?o }")[1:] == []


def test_a_query_of_both_asks_its_pattern_of_the_union() -> None:
    (text,) = asked("SELECT ?g (COUNT(*) AS ?n) WHERE { ?s ?p ?o GRAPH ?g { ?s ?q ?r } } GROUP BY ?g")

    assert text == (
        "query",
        f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ GRAPH <{UNION}> {{ ?s ?p ?o GRAPH ?g {{ ?s ?q ?r }} \n}} }} GROUP BY ?g",
    )


def test_what_construct_makes_is_left_as_it_is() -> None:
    ((_, text),) = asked("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o GRAPH ?g { ?s ?q ?r } }")

    assert text.startswith(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{UNION}> {{ ?s")


@pytest.mark.parametrize("text", ["INSERT DATA { <urn:s> <urn:p> <urn:o> }", "DROP ALL", "", "# nothing"])
def test_an_update_is_never_passed_on(text: str) -> None:
    with pytest.raises(QueryError, match="no query"):
        asked(text)
