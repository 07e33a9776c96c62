"""The query operation of SPARQL 1.1 Protocol (2.1), case by case."""

from __future__ import annotations

from typing import Any

import httpx
import pyoxigraph as ox
import pytest

from tests.conformance.sparql_cases import (
    CSV,
    FORM,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    ONE,
    QUERY,
    RDF_XML,
    RESULTS_JSON,
    RESULTS_XML,
    THREE,
    TRIG,
    TSV,
    TURTLE,
    TWO,
    Case,
    ids,
    triples,
)

NOTES = "VALUES ?s { <urn:s1> <urn:s2> <urn:s3> } ?s <urn:p> ?o"
ALL = f"SELECT ?o WHERE {{ {NOTES} }}"
NAMED = f"SELECT ?o WHERE {{ GRAPH ?g {{ {NOTES} }} }}"
ASK = 'ASK { ?s <urn:p> "two" }'
CONSTRUCT = f"CONSTRUCT {{ ?s <urn:q> ?o }} WHERE {{ {NOTES} }}"
FROM_TWO = f"SELECT ?o FROM <{TWO}> WHERE {{ {NOTES} }}"


def get(*fields: tuple[str, str]) -> dict[str, Any]:
    return {"url": fields}


def posted(*fields: tuple[str, str]) -> dict[str, Any]:
    return {"method": "POST", "form": fields}


def direct(body: str | bytes, *fields: tuple[str, str], content_type: str = QUERY) -> dict[str, Any]:
    return {"method": "POST", "url": fields, "body": body, "headers": {"Content-Type": content_type}}


def case(name: str, request: dict[str, Any], status: int = 200, **more: Any) -> Case:
    headers = {**request.pop("headers", {}), **more.pop("headers", {})}
    return Case(name, status, headers=headers, **request, **more)


OPERATIONS = [
    case("2.1.1 a query by GET", get(("query", ALL)), texts=["one", "two", "three"]),
    case("2.1.2 a query in a form", posted(("query", ALL)), texts=["one", "two", "three"]),
    case("2.1.3 a query as the body", direct(ALL), texts=["one", "two", "three"]),
    case("2.1.3 the body is UTF-8", direct("SELECT ('é😀' AS ?x) {}".encode()), texts=["é😀"]),
    case("2.1.3 utf-8 may be said", direct(ALL, content_type=f"{QUERY}; charset=utf-8"), texts=["one"]),
    case("2.1.1 signs are percent-encoded", get(("query", "SELECT ('a+b&c=d%' AS ?x) {}")), texts=["a+b&c=d%"]),
    case("2.1.2 signs in a form are, too", posted(("query", "SELECT ('a+b&c=d%' AS ?x) {}")), texts=["a+b&c=d%"]),
    case("2.1 ASK", get(("query", ASK)), texts=['"boolean":true']),
    case("2.1 CONSTRUCT", get(("query", CONSTRUCT)), media_type=TURTLE, texts=["one", "urn:q"]),
    case("2.1 DESCRIBE", get(("query", "DESCRIBE <urn:s1>")), media_type=TURTLE, texts=["one"]),
    case("2.1 other arguments mean nothing", get(("query", ASK), ("format", "json"), ("output", "x")), texts=["true"]),
]

DATASETS = [
    case("2.1.4 without a dataset all graphs are asked", get(("query", ALL)), texts=["one", "two", "three"]),
    case(
        "2.1.4 one default graph",
        get(("query", ALL), ("default-graph-uri", ONE)),
        texts=["one"],
        not_texts=["two", "three"],
    ),
    case(
        "2.1.4 default graphs are merged",
        get(("query", ALL), ("default-graph-uri", ONE), ("default-graph-uri", TWO)),
        texts=["one", "two"],
        not_texts=["three"],
    ),
    case(
        "2.1.4 a named graph is not in the default graph",
        get(("query", ALL), ("named-graph-uri", ONE)),
        not_texts=["one", "two", "three"],
    ),
    case(
        "2.1.4 a named graph",
        get(("query", NAMED), ("named-graph-uri", ONE)),
        texts=["one"],
        not_texts=["two", "three"],
    ),
    case(
        "2.1.4 named graphs",
        get(("query", NAMED), ("named-graph-uri", ONE), ("named-graph-uri", THREE)),
        texts=["one", "three"],
        not_texts=["two"],
    ),
    case(
        "2.1.4 a default graph is no named one",
        get(("query", NAMED), ("default-graph-uri", ONE)),
        not_texts=["one", "two", "three"],
    ),
    case(
        "2.1.4 default and named graphs",
        get(
            ("query", f"SELECT ?o ?n {{ {NOTES} GRAPH ?g {{ ?t <urn:p> ?n }} }}"),
            ("default-graph-uri", ONE),
            ("named-graph-uri", TWO),
        ),
        texts=["one", "two"],
        not_texts=["three"],
    ),
    case(
        "2.1.4 a dataset in a form",
        posted(("query", ALL), ("default-graph-uri", ONE), ("default-graph-uri", TWO)),
        texts=["one", "two"],
        not_texts=["three"],
    ),
    case(
        "2.1.4 a dataset in the URL of a query that is the body",
        direct(ALL, ("default-graph-uri", ONE), ("named-graph-uri", TWO)),
        texts=["one"],
        not_texts=["two", "three"],
    ),
    case(
        "2.1.4 FROM says which graphs, too",
        get(("query", FROM_TWO)),
        texts=["two"],
        not_texts=["one", "three"],
    ),
    case(
        "2.1.4 FROM NAMED likewise",
        get(("query", f"SELECT ?o FROM NAMED <{TWO}> {{ GRAPH ?g {{ {NOTES} }} }}")),
        texts=["two"],
        not_texts=["one", "three"],
    ),
    case(
        "2.1.4 the dataset of the protocol takes the place of FROM",
        get(("query", FROM_TWO), ("default-graph-uri", ONE)),
        texts=["one"],
        not_texts=["two", "three"],
    ),
    case(
        "2.1.4 a graph that is not there is empty",
        get(("query", ALL), ("default-graph-uri", "urn:nothing")),
        not_texts=["one", "two", "three"],
    ),
    case("2.1.4 a graph has an absolute IRI", get(("query", ALL), ("default-graph-uri", "data1")), 400),
    case("2.1.4 and no signs that IRIs have not", get(("query", ALL), ("named-graph-uri", "urn:a> <urn:b")), 400),
]


def accepted(query: str, accept: str, media_type: str) -> Case:
    name = f"2.1.6 {query[:9]} as {accept or 'nothing in particular'}"
    return case(name, get(("query", query)), headers={"Accept": accept}, media_type=media_type)


def unacceptable(query: str, accept: str) -> Case:
    return case(f"2.1.6 {query[:9]} not as {accept}", get(("query", query)), 406, headers={"Accept": accept})


NEGOTIATION = [
    *(
        accepted(ALL, media_type, media_type)
        for media_type in (RESULTS_JSON, RESULTS_XML, CSV, TSV, "application/json")
    ),
    *(accepted(ASK, media_type, media_type) for media_type in (RESULTS_JSON, RESULTS_XML, "application/json")),
    *(
        accepted(CONSTRUCT, media_type, media_type)
        for media_type in (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)
    ),
    accepted(ALL, "*/*", RESULTS_JSON),
    accepted(ALL, "", RESULTS_JSON),
    accepted(CONSTRUCT, "*/*", TURTLE),
    accepted(CONSTRUCT, "", TURTLE),
    accepted(ALL, f"{RESULTS_XML};q=0.5, {CSV};q=0.8", CSV),
    accepted(ALL, f"{TURTLE}, {RESULTS_XML};q=0.1", RESULTS_XML),
    accepted(ALL, f"{RESULTS_JSON};q=0, */*", RESULTS_XML),
    accepted(ALL, "text/*", CSV),
    accepted(ALL, "APPLICATION/SPARQL-RESULTS+XML", RESULTS_XML),
    accepted(CONSTRUCT, f"{RESULTS_JSON}, {N_TRIPLES}", N_TRIPLES),
    accepted(CONSTRUCT, "text/html, application/xhtml+xml, */*;q=0.1", TURTLE),
    unacceptable(ALL, TURTLE),
    unacceptable(ALL, "image/png"),
    unacceptable(ASK, CSV),
    unacceptable(CONSTRUCT, RESULTS_JSON),
    unacceptable(ALL, "*/*;q=0"),
]

REFUSALS = [
    case("2.1 two queries by GET", get(("query", ALL), ("query", ASK)), 400),
    case("2.1 two queries in a form", posted(("query", ALL), ("query", ASK)), 400),
    case("2.1 no query in a form", posted(("default-graph-uri", ONE)), 400),
    case("2.1 a query and an update", posted(("query", ALL), ("update", "CLEAR ALL")), 400),
    case("2.1.3 a query in the body, and one in the URL", direct(ALL, ("query", ASK)), 400),
    case("2.1 an empty query", get(("query", "")), 400),
    case("2.1 a query that is wrong", get(("query", "SELECT * {\n ?s ?p }")), 400, texts=['"line":2', '"column":']),
    case("2.1 a prefix that is not declared", get(("query", "SELECT * { ?s ex:p ?o }")), 400),
    case("2.1 an update is no query", get(("query", "CLEAR ALL")), 400),
    case("2.1 nor is it in the body", direct("INSERT DATA { <urn:a> <urn:b> 1 }"), 400),
    case(
        "2.1.2 a form that is no UTF-8",
        {"method": "POST", "body": b"query=%FF", "headers": {"Content-Type": FORM}},
        400,
    ),
    case("2.1.1 a URL that is no UTF-8", {"path": "/sparql?query=%FF"}, 400),
    case("2.1.3 a body that is no UTF-8", direct(ALL.encode("utf-16")), 400),
    case(
        "2.1.3 a body of another encoding", direct(ALL.encode("utf-16"), content_type=f"{QUERY}; charset=utf-16"), 415
    ),
    case("2.1 a body of another type", direct(ALL, content_type="text/plain"), 415),
    case("2.1 a form of the other kind", direct(b"--x--", content_type="multipart/form-data; boundary=x"), 415),
    case("2.1 a body without a type", {"method": "POST", "body": ALL}, 415),
    *(case(f"2.1 {method} is no operation", {"method": method}, 405) for method in ("PUT", "PATCH", "DELETE")),
]


@pytest.mark.parametrize("case", OPERATIONS, ids=ids(OPERATIONS))
def test_a_query_is_answered(endpoint: httpx.Client, case: Case) -> None:
    case.check(endpoint)


@pytest.mark.parametrize("case", DATASETS, ids=ids(DATASETS))
def test_the_dataset_is_the_one_that_is_asked_for(endpoint: httpx.Client, case: Case) -> None:
    case.check(endpoint)


@pytest.mark.parametrize("case", NEGOTIATION, ids=ids(NEGOTIATION))
def test_an_answer_comes_in_a_form_that_is_accepted(endpoint: httpx.Client, case: Case) -> None:
    answer = case.check(endpoint)

    if case.status == 200:
        assert "accept" in answer.headers["vary"].lower()
        assert read(answer) == {"one", "two", "three"} or b"true" in answer.content


@pytest.mark.parametrize("case", REFUSALS, ids=ids(REFUSALS))
def test_what_cannot_be_asked_is_refused(endpoint: httpx.Client, case: Case) -> None:
    answer = case.check(endpoint)

    assert answer.status_code != 405 or {"GET", "HEAD", "POST"} == set(answer.headers["allow"].split(", "))


def read(answer: httpx.Response) -> set[str]:
    """The notes in *answer*, whatever its form."""
    media_type = answer.headers["content-type"].partition(";")[0]
    if media_type != "application/json" and ox.RdfFormat.from_media_type(media_type):
        return {triple.object.value for triple in triples(answer) if isinstance(triple.object, ox.Literal)}
    if media_type == CSV:
        return set(answer.text.split()[1:])
    form = ox.QueryResultsFormat.from_media_type(media_type)
    assert form is not None
    found = ox.parse_query_results(answer.content, form)
    if isinstance(found, ox.QueryBoolean):
        return set()
    return {term.value for solution in found if isinstance(term := solution["o"], ox.Literal)}


def test_a_head_is_that_of_get(endpoint: httpx.Client) -> None:
    got = endpoint.get("/sparql", params={"query": ALL})
    head = endpoint.head("/sparql", params={"query": ALL})

    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]


def test_an_answer_that_is_known_is_not_sent_again(endpoint: httpx.Client) -> None:
    first = endpoint.get("/sparql", params={"query": ALL})
    again = endpoint.get("/sparql", params={"query": ALL}, headers={"If-None-Match": first.headers["etag"]})

    assert again.status_code in (200, 304)  # graphs may have changed in between
    assert again.headers["etag"] == first.headers["etag"] or again.status_code == 200
