"""SPARQL over the graphs of Things, and the words of a query."""

from __future__ import annotations

import json

import httpx
import pytest

from semantic_gw.directory.search.graphs import Graphs
from semantic_gw.directory.search.media_types import GRAPHS, SOLUTIONS, preferred
from semantic_gw.directory.search.messages import Answer, Query
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.directory.search.services import Services
from semantic_gw.errors import NotSupportedError, QueryError, UnavailableError

TITLE = "https://www.w3.org/2019/wot/td#title"


def query(text: str, solutions: str = SOLUTIONS[0], graph: str = GRAPHS[0]) -> Query:
    return Query("sparql", text, 5.0, 1 << 30, 1 << 20, solutions, graph)


def title(thing: str, text: str) -> bytes:
    return f'<{thing}> <{TITLE}> "{text}" .\n'.encode()


@pytest.fixture
def graphs() -> Graphs:
    graphs = Graphs()
    graphs.put("urn:a", title("urn:a", "Lamp"))
    graphs.put("urn:b", title("urn:b", "Meter"))
    return graphs


def column(answer: Answer, name: str) -> list[str]:
    return sorted(row[name]["value"] for row in json.loads(answer.body)["results"]["bindings"])


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("SELECT ?t { ?s ?p ?t }", ["Lamp", "Meter"]),
        ("SELECT ?t { GRAPH <urn:a> { ?s ?p ?t } }", ["Lamp"]),
        ("SELECT ?t FROM <urn:b> { ?s ?p ?t }", ["Meter"]),
        ("SELECT ?t FROM NAMED <urn:b> { GRAPH ?g { ?s ?p ?t } }", ["Meter"]),
        ("SELECT ?t FROM <urn:a> FROM NAMED <urn:b> { ?s ?p ?t }", ["Lamp"]),
        ("SELECT ?t { ?from ?p ?t } # FROM <urn:b>", ["Lamp", "Meter"]),
        ("PREFIX from: <urn:> SELECT ?t { from:a ?p ?t }", ["Lamp"]),
    ],
)
def test_the_default_graph_is_the_union_unless_from_says_otherwise(
    graphs: Graphs, text: str, titles: list[str]
) -> None:
    assert column(graphs.answer(query(text)), "t") == titles


def test_a_replaced_graph_says_only_the_new(graphs: Graphs) -> None:
    graphs.put("urn:a", title("urn:a", "Lantern"))

    assert column(graphs.answer(query("SELECT ?t { ?s ?p ?t }")), "t") == ["Lantern", "Meter"]


def test_a_removed_thing_is_gone(graphs: Graphs) -> None:
    graphs.put("urn:a", None)

    assert column(graphs.answer(query("SELECT ?t { ?s ?p ?t }")), "t") == ["Meter"]


def test_a_compacted_store_holds_the_same() -> None:
    graphs = Graphs()
    body = b"".join(title(f"urn:{index}", "x") for index in range(2000))
    for _ in range(30):
        graphs.put("urn:a", body)
    before = graphs._store

    graphs.compact()

    assert graphs._store is not before
    assert graphs.answer(query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).body.count(b'"2000"') == 1
    assert graphs._dead == 0


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("SELECT * { ?s ?p ?o }", ["s", "p", "o"]),
        ("select distinct * where { ?z a ?b ; ?a ?z }", ["z", "b", "a"]),
        ("SELECT * { ?z a ?b { SELECT (COUNT(*) AS ?n) { ?y ?x ?w } } }", ["z", "b", "n"]),
        ("PREFIX : <urn:x#> SELECT ?o ?s { ?s :p* ?o }", ["o", "s"]),
    ],
)
def test_select_star_lists_variables_as_the_text_names_them(graphs: Graphs, text: str, variables: list[str]) -> None:
    head = json.loads(graphs.answer(query(text)).body)["head"]

    assert head["vars"] == variables


@pytest.mark.parametrize("media_type", SOLUTIONS)
def test_solutions_come_in_every_form(graphs: Graphs, media_type: str) -> None:
    answer = graphs.answer(query("SELECT ?t { <urn:a> ?p ?t }", solutions=media_type))

    assert answer.media_type == media_type
    assert b"Lamp" in answer.body


@pytest.mark.parametrize("media_type", GRAPHS)
@pytest.mark.parametrize("text", ["CONSTRUCT WHERE { <urn:a> ?p ?o }", "DESCRIBE <urn:a>"])
def test_graphs_come_in_every_form(graphs: Graphs, text: str, media_type: str) -> None:
    answer = graphs.answer(query(text, graph=media_type))

    assert answer.media_type == media_type
    assert b"Lamp" in answer.body


def test_ask_has_no_form_as_a_table(graphs: Graphs) -> None:
    answer = graphs.answer(query("ASK { ?s ?p 'Lamp' }", solutions="text/csv"))

    assert answer == Answer("application/json", b'{"head":{},"boolean":true}')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT * { ?s ?p ",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
        "CLEAR ALL",
        "SELECT ?s { ?s ?p ?o } ; INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    ],
)
def test_what_is_no_query_is_refused(graphs: Graphs, text: str) -> None:
    with pytest.raises(QueryError, match=r"error at \d+:\d+"):
        graphs.answer(query(text))


def test_an_answer_has_a_bound(graphs: Graphs) -> None:
    with pytest.raises(QueryError, match="longer than 1048576 bytes"):
        graphs.answer(query("SELECT * { VALUES ?x { " + "1 " * 200 + "} VALUES ?y { " + "1 " * 200 + "} ?s ?p ?o }"))


@pytest.mark.parametrize(
    ("accept", "solutions", "graph"),
    [
        ("", "application/json", "application/ld+json"),
        ("*/*", "application/json", "application/ld+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml", "application/ld+json"),
        ("text/*", "text/csv", "text/turtle"),
        ("text/csv;q=0.1, application/sparql-results+json", "application/sparql-results+json", "application/ld+json"),
        ("application/*;q=0.2, text/turtle;q=oops", "application/json", "application/ld+json"),
        ("image/png", "application/json", "application/ld+json"),
        ("application/json;q=0, */*", "application/sparql-results+json", "application/ld+json"),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(accept: str, solutions: str, graph: str) -> None:
    assert (preferred(accept, SOLUTIONS), preferred(accept, GRAPHS)) == (solutions, graph)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?service ?p '''SERVICE <urn:s> {''' }",
        'SELECT * { ?s <urn:SERVICE> "SERVICE" }',
        "SELECT * { ?s ex:SERVICE ?o } # SERVICE <urn:s> { }",
        "SELECT * { ?s ?p 'a'@service-x }",
    ],
)
def test_service_in_other_words_is_no_clause(text: str) -> None:
    assert list(QueryText(text).services()) == []


class Endpoint:
    """A SPARQL endpoint that knows one answer."""

    def __init__(self, status: int = 200, body: bytes = b"") -> None:
        self.status = status
        self.body = body
        self.asked: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self.status, content=self.body)


ROWS = json.dumps(
    {
        "head": {"vars": ["t", "n"]},
        "results": {
            "bindings": [
                {"t": {"type": "literal", "value": 'a "b" }', "xml:lang": "en"}, "n": {"type": "bnode", "value": "b0"}},
                {"t": {"type": "literal", "value": "Lamp"}},
                {"n": {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}},
                {"n": {"type": "uri", "value": "urn:n"}},
            ]
        },
    }
).encode()  # fmt: skip


def services(endpoint: Endpoint, max_bytes: int = 1 << 20) -> Services:
    known = {"urn:s": "http://127.0.0.1/sparql?k=1", "https://e.example/q": "http://127.0.0.1/other"}
    return Services(known, deadline_s=1.0, max_bytes=max_bytes, transport=httpx.MockTransport(endpoint))


async def test_a_service_is_asked_for_its_group_and_joined(graphs: Graphs) -> None:
    endpoint = Endpoint(body=ROWS)
    text = (
        "PREFIX td: <https://www.w3.org/2019/wot/td#> SELECT ?t { ?s td:title ?t SERVICE <urn:s> { ?x td:title ?t } }"
    )

    resolved = await services(endpoint).resolve(text)

    assert endpoint.asked[0].url.params["query"].endswith("SELECT * WHERE {  ?x td:title ?t  }")
    assert endpoint.asked[0].url.params["k"] == "1"
    assert {row["t"]["value"] for row in json.loads(graphs.answer(query(resolved)).body)["results"]["bindings"]} == {
        "Lamp",
        "Meter",
    }


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <https://e.example/q> { ?t ?p ?n } }",
        "PREFIX e: <https://e.example/> SELECT * { service e:q { ?t ?p ?n } }",
        "PREFIX : <https://e.example/q> SELECT * { OPTIONAL { SERVICE SILENT : { { ?t ?p ?n } } } }",
    ],
)
async def test_every_term_of_a_service_arrives(graphs: Graphs, text: str) -> None:
    resolved = await services(Endpoint(body=ROWS)).resolve(text)

    rows = json.loads(graphs.answer(query(resolved)).body)["results"]["bindings"]
    assert sorted(sorted(term["value"] for term in row.values()) for row in rows) == [
        ["1"],
        ["Lamp"],
        ['a "b" }', "urn:x-blank:b0"],
        ["urn:n"],
    ]


async def test_a_long_query_is_posted_to_the_service() -> None:
    endpoint = Endpoint(body=ROWS)

    await services(endpoint).resolve("SELECT * { SERVICE <urn:s> { ?t ?p '" + "x" * 5000 + "' } }")

    assert endpoint.asked[0].method == "POST"
    assert endpoint.asked[0].headers["content-type"] == "application/sparql-query"


@pytest.mark.parametrize("name", ["<urn:other>", "<http://127.0.0.1/sparql>", "?endpoint", "e:q"])
async def test_a_service_that_is_not_named_in_the_settings_is_not_asked(name: str) -> None:
    endpoint = Endpoint(body=ROWS)

    with pytest.raises(NotSupportedError, match=r"directory\.services"):
        await services(endpoint).resolve(f"SELECT * {{ SERVICE {name} {{ ?s ?p ?o }} }}")

    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("endpoint", "error", "complaint"),
    [
        (Endpoint(status=500), UnavailableError, "status 500"),
        (Endpoint(status=400), QueryError, "status 400"),
        (Endpoint(status=302), QueryError, "status 302"),
        (Endpoint(body=b"<html>"), UnavailableError, "does not answer with"),
        (Endpoint(body=b"[]"), UnavailableError, "no results that can be used"),
        (Endpoint(body=b'{"head":{"vars":["a b"]},"results":{"bindings":[]}}'), UnavailableError, "no results"),
        (
            Endpoint(body=b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri","value":"> } #"}}]}}'),
            UnavailableError,
            "no results",
        ),
        (Endpoint(body=b"x" * 2000), QueryError, "more than 1000 bytes"),
    ],
)
async def test_a_service_that_fails_is_named(endpoint: Endpoint, error: type[Exception], complaint: str) -> None:
    with pytest.raises(error, match=complaint):
        await services(endpoint, max_bytes=1000).resolve("SELECT * { SERVICE <urn:s> { ?s ?p ?o } }")


@pytest.mark.parametrize("name", ["<urn:s>", "<urn:other>"])
async def test_a_silent_service_that_fails_gives_one_empty_solution(graphs: Graphs, name: str) -> None:
    resolved = await services(Endpoint(status=500)).resolve(f"SELECT * {{ SERVICE SILENT {name} {{ ?s ?p ?o }} }}")

    assert json.loads(graphs.answer(query(resolved)).body)["results"]["bindings"] == [{}]


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <urn:s> { ?s ?p ?o ", "SELECT * { SERVICE <urn:s> }", "SERVICE"])
async def test_a_service_without_its_group_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        await services(Endpoint(body=ROWS)).resolve("SELECT * { } " + text if text == "SERVICE" else text)
