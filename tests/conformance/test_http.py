"""HEAD, and problems for every refusal (WoT Discovery, 7.3.2)."""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import quote

import pytest

from tests.conformance.directory_client import MERGE_PATCH, TD_JSON, DirectoryClient, Json, problem
from tests.conformance.things import lamp, thing_model

SPARQL = quote("SELECT * { ?s ?p ?o } LIMIT 3")
READABLE = [
    "/things",
    "/things/",
    "/things?limit=1",
    "/things?format=collection&offset=1",
    "/things/urn:example:1",
    "/things/urn%3Aexample%3A1",
    "/search/jsonpath?query=" + quote("$[*].id"),
    "/search/xpath?query=" + quote("?*?title"),
    "/search/sparql?query=" + SPARQL,
    "/.well-known/wot",
    "/models",
    "/models/urn:example:model:lamp",
    "/openapi.json",
    "/docs",
    "/health/live",
    "/health/ready",
    "/context/v1.jsonld",
]
CHANGING = {"date"}


@pytest.fixture
def filled(directory: DirectoryClient) -> DirectoryClient:
    for number in range(3):
        directory.put(lamp(f"urn:example:{number}"))
    directory.http.put(
        "/models/urn:example:model:lamp", json=thing_model(), headers={"Content-Type": "application/tm+json"}
    )
    return directory


@pytest.mark.parametrize("path", READABLE)
def test_head_has_the_headers_of_get_and_no_body(filled: DirectoryClient, path: str) -> None:
    got, headed = filled.request("GET", path), filled.request("HEAD", path)

    assert got.status_code == headed.status_code == 200
    assert headed.content == b""
    assert {k: v for k, v in headed.headers.items() if k not in CHANGING} == {
        k: v for k, v in got.headers.items() if k not in CHANGING
    }


@pytest.mark.parametrize("accept", [TD_JSON, "text/turtle", "application/n-triples"])
def test_head_knows_each_representation(filled: DirectoryClient, accept: str) -> None:
    got, headed = (filled.request(m, "/things/urn:example:1", headers={"Accept": accept}) for m in ("GET", "HEAD"))

    assert headed.headers["content-length"] == got.headers["content-length"]
    assert headed.headers["content-type"] == got.headers["content-type"]


@pytest.mark.parametrize("path", ["/events", "/events/thing_created", "/events?diff=true"])
def test_head_of_a_stream_ends(filled: DirectoryClient, path: str) -> None:
    headed = filled.request("HEAD", path)

    assert headed.status_code == 200
    assert headed.headers["content-type"].partition(";")[0] == "text/event-stream"


@pytest.mark.parametrize("path", ["/things/urn:example:nobody", "/nowhere", "/things?limit=x", "/search/sparql"])
def test_head_of_what_is_refused_is_refused_without_a_body(filled: DirectoryClient, path: str) -> None:
    got, headed = filled.request("GET", path), filled.request("HEAD", path)

    assert headed.status_code == got.status_code >= 400
    assert headed.content == b""
    assert headed.headers["content-type"] == got.headers["content-type"]


def test_every_path_of_the_api_that_can_be_read_knows_head(filled: DirectoryClient) -> None:
    paths = filled.http.get("/openapi.json").json()["paths"]
    readable = [path for path, methods in paths.items() if "get" in methods]

    assert readable
    assert [path for path in readable if filled.request("HEAD", path).status_code == 405] == []


REFUSALS: dict[str, tuple[int, str, str, Json, str]] = {
    "an unknown Thing": (404, "GET", "/things/urn:example:nobody", None, ""),
    "an unknown model": (404, "GET", "/models/urn:example:nobody", None, ""),
    "an unknown path": (404, "GET", "/nowhere", None, ""),
    "an unknown path below a known one": (404, "GET", "/search/nothing", None, ""),
    "an unknown message": (404, "GET", "/messages/nobody", None, ""),
    "PATCH of all": (405, "PATCH", "/things", {}, MERGE_PATCH),
    "PUT of all": (405, "PUT", "/things", [], TD_JSON),
    "DELETE of all": (405, "DELETE", "/things", None, ""),
    "POST to a Thing": (405, "POST", "/things/urn:example:1", lamp("urn:example:1"), TD_JSON),
    "PATCH of a model": (405, "PATCH", "/models/urn:example:model:lamp", {}, MERGE_PATCH),
    "POST of events": (405, "POST", "/events", {}, TD_JSON),
    "PUT of a search": (405, "PUT", "/search/jsonpath", {}, TD_JSON),
    "PUT of SPARQL": (405, "PUT", "/search/sparql", {}, TD_JSON),
    "POST to the description": (405, "POST", "/.well-known/wot", {}, TD_JSON),
    "POST to the health": (405, "POST", "/health/live", {}, TD_JSON),
    "no Thing Description": (400, "POST", "/things", {}, TD_JSON),
    "no JSON": (400, "POST", "/things", b"{", TD_JSON),
    "a wrong argument": (400, "GET", "/things?limit=x", None, ""),
    "an unknown argument": (400, "GET", "/things?sort_by=title", None, ""),
    "a query that cannot be parsed": (400, "GET", "/search/sparql?query=x", None, ""),
    "another media type": (415, "POST", "/things", b"<td/>", "application/xml"),
    "no merge patch": (415, "PATCH", "/things/urn:example:1", {}, "application/json"),
    "an old entity tag": (412, "DELETE", "/things/urn:example:1", None, "old"),
}


@pytest.mark.parametrize(("status", "method", "path", "body", "media_type"), REFUSALS.values(), ids=REFUSALS)
def test_every_refusal_is_a_problem(
    filled: DirectoryClient, status: int, method: str, path: str, body: Json, media_type: str
) -> None:
    content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    headers = {"If-Match": '"old"'} if media_type == "old" else {"Content-Type": media_type} if media_type else {}
    document = problem(filled.request(method, path, content=content, headers=headers), status)

    assert document["detail"]
    assert document.get("type", "about:blank") != "about:blank" or document["title"] == HTTPStatus(status).phrase


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/things", {"GET", "HEAD", "POST"}),
        ("/things/urn:example:1", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("/events", {"GET", "HEAD"}),
        ("/search/jsonpath", {"GET", "HEAD"}),
        ("/search/sparql", {"GET", "HEAD", "POST"}),
        ("/.well-known/wot", {"GET", "HEAD"}),
    ],
)
def test_a_method_that_is_not_offered_is_told_which_are(filled: DirectoryClient, path: str, allowed: set[str]) -> None:
    answer = filled.request("PROPPATCH", path)
    problem(answer, 405)

    assert {method.strip() for method in answer.headers["allow"].split(",")} - {"OPTIONS"} == allowed


def test_a_problem_says_where_it_happened(filled: DirectoryClient) -> None:
    document = problem(filled.http.get("/things/urn:example:nobody"), 404)

    assert document["instance"].startswith("/things/")


def test_a_problem_in_words_beyond_ascii_is_utf_8(filled: DirectoryClient) -> None:
    answer = filled.http.get("/things/urn:example:größe")
    problem(answer, 404)

    assert "urn:example:größe" in answer.content.decode("utf-8")
