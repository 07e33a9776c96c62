"""What a message must hold to fit a query, read off its text."""

from __future__ import annotations

import pytest

from semantic_gw.errors import QueryError
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.subscriptions.patterns import read_pattern

HEAD = "PREFIX saref: <https://saref.etsi.org/core/> PREFIX sgw: <https://w3id.org/semantic-gw/>\n"
MOST = 16_384


@pytest.mark.parametrize(
    ("block", "needs"),
    [
        pytest.param("?p saref:hasPropertyKind sgw:Humidity", {SGW + "Humidity"}, id="kind"),
        pytest.param("?o saref:madeBy <urn:a> ; saref:hasResult sgw:On", {"urn:a", SGW + "On"}, id="Thing and state"),
        pytest.param("?o saref:madeBy ?t", set(), id="what every message has"),
        pytest.param("?o a saref:Observation OPTIONAL { ?o ?p <urn:a> }", set(), id="optional"),
        pytest.param("{ ?o ?p <urn:a> } UNION { ?o ?p <urn:b> }", set(), id="union"),
        pytest.param("?o ?p ?v FILTER(?v = <urn:a>)", set(), id="filter"),
        pytest.param("?o (<urn:a>|<urn:b>) ?v", set(), id="alternative in brackets"),
        pytest.param("?o <urn:a>|<urn:b> ?v", set(), id="alternative"),
        pytest.param("?o !<urn:a> ?v", set(), id="not"),
        pytest.param("?o ?p 'x'^^<urn:a>", set(), id="datatype"),
        pytest.param("?o ?p '<urn:a>'", set(), id="text"),
        pytest.param("VALUES ?v { <urn:a> } ?o ?p ?v", set(), id="values"),
    ],
)
def test_what_a_block_names_must_be_there(block: str, needs: set[str]) -> None:
    assert read_pattern(f"{HEAD} SELECT * {{ GRAPH sgw:message {{ {block} }} }}", MOST).needs == needs


@pytest.mark.parametrize(
    "where",
    [
        "OPTIONAL { GRAPH sgw:message { ?s ?p ?o } }",
        "{ GRAPH sgw:message { ?s ?p ?o } } UNION { ?s ?p ?o }",
        "?s ?p ?o MINUS { GRAPH sgw:message { ?s ?p ?o } }",
        "?s ?p ?o FILTER NOT EXISTS { GRAPH sgw:message { ?s ?p ?o } }",
        "{ SELECT (COUNT(*) AS ?n) { GRAPH sgw:message { ?s ?p ?o } } }",
        "GRAPH ?g { ?s ?p ?o }",
        "# GRAPH sgw:message { ?s ?p ?o }\n ?s ?p ?o",
    ],
)
def test_a_block_that_need_not_match_says_nothing_of_the_message(where: str) -> None:
    with pytest.raises(QueryError, match="says nothing of the message"):
        read_pattern(f"{HEAD} SELECT * {{ {where} }}", MOST)


def test_the_name_of_the_message_is_spelled_out() -> None:
    pattern = read_pattern(f"{HEAD} ASK {{ GRAPH sgw:message {{ ?s ?p ?o }} }}", MOST)

    assert f"GRAPH <{SGW}message> {{" in pattern.text


def test_a_refused_word_is_told_with_its_place() -> None:
    with pytest.raises(QueryError) as found:
        read_pattern(f"{HEAD}SELECT * FROM <urn:a> {{ GRAPH sgw:message {{ ?s ?p ?o }} }}", MOST)

    assert (found.value.line, found.value.column) == (2, 10)
