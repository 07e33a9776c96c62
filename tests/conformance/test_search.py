"""Search by JSONPath, XPath and SPARQL (WoT Discovery, 7.3.2.3)."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import httpx
import pyoxigraph
import pytest

from tests.conformance.conftest import SERVICE
from tests.conformance.directory_client import DirectoryClient, problem
from tests.conformance.things import lamp

TD = "https://www.w3.org/2019/wot/td#"
TITLES = f"SELECT ?thing ?title WHERE {{ ?thing <{TD}title> ?title }} ORDER BY ?thing"


@pytest.fixture
def lamps(directory: DirectoryClient) -> DirectoryClient:
    """A directory of three lamps, one of them with a colour."""
    directory.put(lamp("urn:example:1", title="One"))
    directory.put(lamp("urn:example:2", title="Two"))
    directory.put(lamp("urn:example:3", title="Three", description="The third"))
    return directory


# JSONPath


def test_jsonpath_gives_whole_things(lamps: DirectoryClient) -> None:
    found = lamps.search("jsonpath", "$[?@.title == 'Two']")

    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    assert found.json() == [lamps.retrieved("urn:example:2")]


def test_jsonpath_gives_parts_of_things(lamps: DirectoryClient) -> None:
    assert lamps.search("jsonpath", "$[*].title").json() == ["One", "Two", "Three"]


def test_jsonpath_without_a_result_is_an_empty_array(lamps: DirectoryClient) -> None:
    found = lamps.search("jsonpath", "$[?@.title == 'Four']")

    assert found.status_code == 200
    assert found.json() == []


def test_jsonpath_has_the_functions_of_rfc_9535(lamps: DirectoryClient) -> None:
    assert lamps.search("jsonpath", "$[?match(@.title, 'T.*')].title").json() == ["Two", "Three"]
    assert lamps.search("jsonpath", "$[?search(@.title, 'hre')].title").json() == ["Three"]
    assert lamps.search("jsonpath", "$[?length(@.title) == 5].title").json() == ["Three"]
    assert lamps.search("jsonpath", "$[?count(@.properties.*) == 1].title").json() == ["One", "Two", "Three"]


def test_jsonpath_sees_each_change_at_once(lamps: DirectoryClient) -> None:
    lamps.patch("urn:example:1", {"title": "Uno"})
    lamps.delete("urn:example:2")

    assert lamps.search("jsonpath", "$[*].title").json() == ["Uno", "Three"]


def test_jsonpath_by_the_id(lamps: DirectoryClient) -> None:
    assert lamps.search("jsonpath", "$[?@.id == 'urn:example:3'].description").json() == ["The third"]


WRONG_PATHS = ["", "$[", "nonsense", "$[?@.a ==]", "$[?match(@.a)]", "$..[?@.a = 1]", "$[99999999999999999999]"]


@pytest.mark.parametrize("query", WRONG_PATHS)
def test_a_wrong_jsonpath_is_400(lamps: DirectoryClient, query: str) -> None:
    problem(lamps.search("jsonpath", query), 400)


# XPath


def test_xpath_gives_parts_of_things(lamps: DirectoryClient) -> None:
    found = lamps.search("xpath", "?*?title")

    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    assert found.json() == ["One", "Two", "Three"]


def test_xpath_gives_whole_things(lamps: DirectoryClient) -> None:
    assert lamps.search("xpath", "?*[?title = 'Two']").json() == [lamps.retrieved("urn:example:2")]


@pytest.mark.parametrize("query", ["", "?*[", "nonsense(", "doc('file:///etc/passwd')", "unparsed-text('/etc/passwd')"])
def test_a_wrong_xpath_is_400(lamps: DirectoryClient, query: str) -> None:
    problem(lamps.search("xpath", query), 400)


# SPARQL


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return [{name: term["value"] for name, term in binding.items()} for binding in answer.json()["results"]["bindings"]]


def graph(answer: httpx.Response, format: pyoxigraph.RdfFormat) -> pyoxigraph.Dataset:
    assert answer.status_code == 200, answer.text
    return pyoxigraph.Dataset(pyoxigraph.parse(answer.content, format))


def test_select_is_answered_with_json(lamps: DirectoryClient) -> None:
    found = lamps.search("sparql", TITLES)

    assert found.headers["content-type"] == "application/json"
    assert found.json()["head"]["vars"] == ["thing", "title"]
    assert [row["title"] for row in rows(found)] == ["One", "Two", "Three"]


@pytest.mark.parametrize(("title", "there"), [("Two", True), ("Four", False)])
def test_ask_is_answered_with_json(lamps: DirectoryClient, title: str, there: bool) -> None:
    found = lamps.search("sparql", f'ASK {{ ?thing <{TD}title> ?title FILTER(STR(?title) = "{title}") }}')

    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    assert found.json()["boolean"] is there


def test_construct_is_answered_with_json_ld(lamps: DirectoryClient) -> None:
    found = lamps.search("sparql", f"CONSTRUCT {{ ?thing <urn:called> ?t }} WHERE {{ ?thing <{TD}title> ?t }}")

    assert found.headers["content-type"] == "application/ld+json"
    assert len(graph(found, pyoxigraph.RdfFormat.JSON_LD)) == 3


def test_describe_is_answered_with_json_ld(lamps: DirectoryClient) -> None:
    found = lamps.search("sparql", "DESCRIBE <urn:example:3>")
    described = graph(found, pyoxigraph.RdfFormat.JSON_LD)

    assert found.headers["content-type"] == "application/ld+json"
    assert any(quad.predicate.value == TD + "title" for quad in described)


@pytest.mark.parametrize(
    ("media_type", "format"),
    [
        ("text/turtle", pyoxigraph.RdfFormat.TURTLE),
        ("application/n-triples", pyoxigraph.RdfFormat.N_TRIPLES),
        ("application/ld+json", pyoxigraph.RdfFormat.JSON_LD),
    ],
)
def test_a_graph_comes_as_the_client_likes_it(
    lamps: DirectoryClient, media_type: str, format: pyoxigraph.RdfFormat
) -> None:
    found = lamps.search(
        "sparql", f"CONSTRUCT {{ ?thing <urn:called> ?t }} WHERE {{ ?thing <{TD}title> ?t }}", accept=media_type
    )

    assert found.headers["content-type"].partition(";")[0] == media_type
    assert len(graph(found, format)) == 3


def test_results_come_as_the_client_likes_them(lamps: DirectoryClient) -> None:
    found = lamps.search("sparql", TITLES, accept="application/sparql-results+json")

    assert found.headers["content-type"].partition(";")[0] == "application/sparql-results+json"
    assert len(rows(found)) == 3


def test_the_features_of_sparql_1_1_are_there(lamps: DirectoryClient) -> None:
    query = f"""
        PREFIX td: <{TD}>
        SELECT ?letter (COUNT(DISTINCT ?thing) AS ?count) WHERE {{
            {{ SELECT ?thing ?title WHERE {{ ?thing td:title ?title }} }}
            ?thing (td:hasPropertyAffordance/td:hasForm)+ ?form .
            FILTER NOT EXISTS {{ ?thing td:description ?text }}
            BIND(SUBSTR(STR(?title), 1, 1) AS ?letter)
            VALUES ?letter {{ "O" "T" }}
        }} GROUP BY ?letter HAVING (COUNT(*) > 0) ORDER BY ?letter
    """

    assert rows(lamps.search("sparql", query)) == [{"letter": "O", "count": "1"}, {"letter": "T", "count": "1"}]


def test_sparql_sees_each_change_at_once(lamps: DirectoryClient) -> None:
    lamps.patch("urn:example:1", {"title": "Uno"})
    lamps.delete("urn:example:2")

    assert [row["title"] for row in rows(lamps.search("sparql", TITLES))] == ["Uno", "Three"]


def test_a_query_may_be_posted_as_itself(lamps: DirectoryClient) -> None:
    headers = {"Content-Type": "application/sparql-query"}

    assert len(rows(lamps.http.post("/search/sparql", content=TITLES, headers=headers))) == 3


def test_a_query_may_be_posted_as_a_form(lamps: DirectoryClient) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    assert len(rows(lamps.http.post("/search/sparql", content=urlencode({"query": TITLES}), headers=headers))) == 3


def test_a_query_posted_as_something_else_is_415(lamps: DirectoryClient) -> None:
    answer = lamps.http.post("/search/sparql", content=TITLES, headers={"Content-Type": "text/plain"})

    assert "application/sparql-query" in problem(answer, 415)["detail"]


UPDATES = [
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP ALL",
    "LOAD <http://127.0.0.1:1/>",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", UPDATES)
def test_an_update_is_400_and_changes_nothing(lamps: DirectoryClient, query: str) -> None:
    problem(lamps.search("sparql", query), 400)
    answer = lamps.http.post("/search/sparql", content=query, headers={"Content-Type": "application/sparql-query"})
    problem(answer, 400)

    assert len(rows(lamps.search("sparql", TITLES))) == 3


def test_an_update_in_a_form_is_400(lamps: DirectoryClient) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = lamps.http.post("/search/sparql", content=urlencode({"update": "CLEAR ALL"}), headers=headers)

    problem(answer, 400)


@pytest.mark.parametrize("query", ["", "SELECT", "SELECT * WHERE { ?s ?p }", "nonsense", "SELECT * { ?s a unknown:x }"])
def test_a_syntax_error_is_400(lamps: DirectoryClient, query: str) -> None:
    problem(lamps.search("sparql", query), 400)


def test_a_search_without_a_query_is_400(lamps: DirectoryClient) -> None:
    for language in ("jsonpath", "xpath", "sparql"):
        assert "query" in problem(lamps.http.get(f"/search/{language}"), 400)["detail"]


def test_another_language_is_404(lamps: DirectoryClient) -> None:
    problem(lamps.search("sql", "SELECT 1"), 404)


def test_a_service_that_the_operator_named_is_asked(lamps: DirectoryClient) -> None:
    found = rows(lamps.search("sparql", f"SELECT ?room WHERE {{ SERVICE <{SERVICE}> {{ ?s ?p ?room }} }}"))

    assert found == [{"room": "kitchen"}]


def test_what_a_service_tells_is_joined_with_what_is_here(lamps: DirectoryClient) -> None:
    query = f"SELECT ?title ?room WHERE {{ ?s <{TD}title> ?title . SERVICE <{SERVICE}> {{ ?x ?y ?room }} }}"

    assert [row["room"] for row in rows(lamps.search("sparql", query))] == ["kitchen"] * 3


def test_a_service_that_nobody_named_is_not_asked(lamps: DirectoryClient, peer_endpoint: str) -> None:
    refused = lamps.search("sparql", f"SELECT ?s WHERE {{ SERVICE <{peer_endpoint}> {{ ?s ?p ?o }} }}")

    assert "SERVICE" in problem(refused, 501)["detail"]


def test_a_large_answer_is_whole(directory: DirectoryClient) -> None:
    for number in range(300):
        directory.put(lamp(f"urn:example:{number:03}", description="x" * 2000))

    assert len(rows(directory.search("sparql", TITLES))) == 300
    assert len(directory.search("jsonpath", "$[*].description").json()) == 300
    assert len(json.loads(directory.search("jsonpath", "$[*]").content)) == 300
