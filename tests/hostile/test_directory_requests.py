"""Requests that would hurt a directory, each with its answer; whatever comes, the next good request is answered."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote, urlencode

import psutil
import pytest

from tests.conformance.directory_client import DirectoryClient
from tests.conformance.things import TD_CONTEXT, lamp, thing_model
from tests.hostile.raw_http import TIMEOUT_S, Connection, Response, answer, connection, request
from tests.http_peer import Quiet, serving
from tests.live.gateway_process import GatewayProcess

GOOD = "urn:example:good"
ID = "urn:example:hostile"
HOST = b"Host: gateway"
CHUNKED = b"Transfer-Encoding: chunked"
MEGABYTE = 1_000_000
TD_JSON = b"application/td+json"
MERGE_PATCH = b"application/merge-patch+json"
NDJSON = b"application/x-ndjson"
TURTLE = b"text/turtle"
TD = "https://www.w3.org/2019/wot/td#"


VISITS: Counter[str] = Counter()


class Trap(Quiet, BaseHTTPRequestHandler):
    """Counts who comes."""

    def do_GET(self) -> None:
        VISITS[self.path] += 1
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self) -> None:
        self.do_GET()


@pytest.fixture(scope="module")
def trap() -> Iterator[str]:
    """An address at which nobody may ask."""
    with serving(Trap) as url:
        yield url


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    settings = {"HTTP__BODY_TIMEOUT_S": "1", "DIRECTORY__SEARCH_DEADLINE_S": "2", "HTTP__MAX_CONNECTIONS": "1500"}
    process = GatewayProcess(tmp_path_factory.mktemp("hostile"), settings)
    process.start()
    with DirectoryClient(process.url) as client:
        client.put(lamp(GOOD))
        client.post([lamp(f"urn:example:filler:{number}", title=f"Filler {number}") for number in range(100)])
    yield process
    process.stop()


@pytest.fixture
def port(gateway: GatewayProcess) -> Iterator[int]:
    """The directory's port; whatever a test does, it must answer the next good request, and soon."""
    pid = gateway.pid
    yield gateway.port
    start = time.monotonic()
    good = answer(gateway.port, get(f"/things/{GOOD}"), b"GET")
    answer(gateway.port, request(b"/things/" + ID.encode(), None, None, method=b"DELETE"))

    assert good.status == 200
    assert time.monotonic() - start < 2.0
    assert gateway.pid == pid
    assert psutil.pid_exists(pid)


@pytest.fixture
def client(gateway: GatewayProcess, port: int) -> Iterator[DirectoryClient]:
    with DirectoryClient(gateway.url, timeout_s=TIMEOUT_S) as opened:
        yield opened


def get(path: str | bytes, *headers: bytes) -> bytes:
    raw = path if isinstance(path, bytes) else path.encode()
    return request(raw, None, None, method=b"GET", headers=(HOST, *headers))


def put(body: bytes, *headers: bytes, id: str = ID, content_type: bytes | None = TD_JSON) -> bytes:
    path = b"/things/" + quote(id, safe="").encode()
    return request(path, body, content_type, method=b"PUT", headers=(HOST, *headers))


def put_thing(id: Any = ID, **members: Any) -> bytes:
    return put(json.dumps(lamp(id, **members)).encode(), id=id)


def patch(body: bytes, *headers: bytes) -> bytes:
    return request(b"/things/" + GOOD.encode(), body, MERGE_PATCH, method=b"PATCH", headers=(HOST, *headers))


def post(path: str, body: bytes, content_type: bytes = TD_JSON) -> bytes:
    return request(path.encode(), body, content_type)


def search(language: str, query: str) -> bytes:
    return get(f"/search/{language}?{urlencode({'query': query})}")


def sparql(query: str) -> bytes:
    return post("/search/sparql", query.encode(), b"application/sparql-query")


def timed(port: int, data: bytes) -> Response:
    """The answer to *data*, which must come in time."""
    method = data.partition(b" ")[0]
    start = time.monotonic()
    response = answer(port, data, method)
    took = time.monotonic() - start
    assert took < TIMEOUT_S, f"{took:.1f} s"
    return response


def text(title: bytes) -> bytes:
    """A TD with the raw JSON *title*."""
    return json.dumps(lamp(ID, title="@")).encode().replace(b'"@"', title)


def many(count: int) -> dict[str, Any]:
    return {f"property-{number}": {"forms": [{"href": f"/{number}"}]} for number in range(count)}


def nested(depth: int) -> Any:
    inner: Any = 1
    for _ in range(depth):
        inner = {"a": inner}
    return inner


def nested_context(depth: int) -> dict[str, Any]:
    """A context whose term has a context whose term has one."""
    inner: dict[str, Any] = {"a": "https://example.com/a"}
    for _ in range(depth):
        inner = {"a": {"@id": "https://example.com/a", "@context": inner}}
    return inner


def schema(depth: int) -> dict[str, Any]:
    """A data schema of objects in objects."""
    inner: dict[str, Any] = {"type": "number"}
    for _ in range(depth):
        inner = {"type": "object", "properties": {"a": inner}}
    return inner


PATHS = {
    "two dots": (get("/things/.."), 404),
    "two dots, then more": (get("/things/../things"), 404),
    "two dots, encoded": (get("/things/%2e%2e"), 404),
    "a way to a file": (get("/things/%2e%2e%2f%2e%2e%2fetc%2fpasswd"), 404),
    "a way to a file, raw": (get("/things/../../../../etc/passwd"), 404),
    "slashes": (get("/things/////"), 404),
    "a backslash": (get("/things/..%5c..%5cwindows"), 404),
    "a NUL": (get("/things/%00"), 404),
    "a line feed": (get("/things/a%0d%0aSet-Cookie:%20evil=1"), 404),
    "a blank": (get("/things/a%20b"), 404),
    "a delete sign": (get("/things/a%7f"), 404),
    "UTF-8 that is overlong": (get("/things/%c0%ae%c0%ae"), 404),
    "no UTF-8": (get("/things/%ff%fe"), 404),
    "no UTF-8, raw": (get(b"/things/\xff\xfe"), 400),
    "half a surrogate pair": (get("/things/%ed%a0%80"), 404),
    "a stray percent sign": (get("/things/%zz"), 400),
    "a percent sign at the end": (get("/things/a%"), 400),
    "a percent sign, encoded": (get("/things/%25"), 404),
    "a percent sign, encoded ten times": (get("/things/" + "%25" * 10), 404),
    "an id of 8 KB": (get("/things/urn:" + "a" * 8192), 414),
    "an id of 8 KB, encoded": (get("/things/" + "%61" * 8192), 414),
    "an id of 8 KB to put": (put_thing("urn:" + "a" * 8192), 414),
    "two slashes in front": (get("//things"), 404),
    "things in capitals": (get("/THINGS"), 404),
    "a fragment": (get("/things#all"), 400),
    "a type of event with slashes": (get("/events/../things"), 404),
    "an id that is a script": (get("/things/<script>alert(1)</script>"), 404),
}

ARGUMENTS = {
    "a limit below zero": (get("/things?limit=-1"), 400),
    "a limit of zero": (get("/things?limit=0"), 400),
    "a limit beyond all": (get("/things?limit=1000000000"), 200),
    "a limit of 30 digits": (get("/things?limit=" + "9" * 30), 400),
    "a limit in other digits": (get("/things?limit=" + quote("٣")), 400),
    "a limit with a NUL": (get("/things?limit=1%00"), 400),
    "a limit of code": (get("/things?limit=1;DROP%20TABLE%20things"), 400),
    "an offset in words": (get("/things?offset=abc"), 400),
    "an offset beyond all": (get("/things?offset=1000000000"), 200),
    "a format of evil": (get("/things?format=evil"), 400),
    "a thousand arguments": (get("/things?" + "&".join(f"a{n}=1" for n in range(1000))), 400),
    "no UTF-8 in an argument": (get("/search/jsonpath?query=%ff"), 400),
    "an argument for a Thing": (get(f"/things/{GOOD}?admin=1"), 400),
}

METHODS = {
    "TRACE": (request(b"/things", None, None, method=b"TRACE"), 405),
    "CONNECT": (request(b"elsewhere.example:443", None, None, method=b"CONNECT"), 400),
    "PROPFIND": (request(b"/things", None, None, method=b"PROPFIND"), 405),
    "PROPFIND of a Thing": (request(b"/things/" + GOOD.encode(), None, None, method=b"PROPFIND"), 405),
    "MKCOL of events": (request(b"/events", None, None, method=b"MKCOL"), 405),
    "DELETE of all": (request(b"/things", None, None, method=b"DELETE"), 405),
    "DELETE of events": (request(b"/events", None, None, method=b"DELETE"), 405),
    "a method nobody knows": (request(b"/things", None, None, method=b"BREW"), 400),
    "another method in a header": (get("/things?limit=1", b"X-HTTP-Method-Override: DELETE"), 200),
}

HEADERS = {
    "If-Match of nonsense": (put(text(b'"a"'), b"If-Match: garbage"), 400),
    "If-Match of half a tag": (put(text(b'"a"'), b'If-Match: "'), 400),
    "If-Match without a comma": (put(text(b'"a"'), b'If-Match: "a" "b"'), 400),
    "If-Match of 5,000 tags": (put(text(b'"a"'), b"If-Match: " + b", ".join([b'"a"'] * 5000)), 412),
    "If-None-Match of nonsense": (get(f"/things/{GOOD}", b"If-None-Match: garbage"), 400),
    "Last-Event-ID of nonsense": (get("/events", b"Last-Event-ID: garbage"), 400),
    "Last-Event-ID below zero": (get("/events", b"Last-Event-ID: -1"), 400),
    "Last-Event-ID of 40 digits": (get("/events", b"Last-Event-ID: " + b"9" * 40), 400),
    "Last-Event-ID of code": (get("/events", b"Last-Event-ID: 1 OR 1=1"), 400),
    "Accept of nonsense": (get(f"/things/{GOOD}", b"Accept: ;;q=,"), 406),
    "Accept of 5,000 ranges": (get(f"/things/{GOOD}", b"Accept: " + b", ".join([b"a/b;q=0.1"] * 5000)), 406),
    "Accept with a weight that is no number": (get(f"/things/{GOOD}", b"Accept: application/td+json;q=nan"), 406),
    "Content-Type of nonsense": (put(text(b'"a"'), content_type=b";;;=,"), 415),
    "Content-Type of 10 KB": (put(text(b'"a"'), content_type=b"a" * 10_000), 415),
    "Content-Encoding gzip": (put(gzip.compress(text(b'"a"')), b"Content-Encoding: gzip"), 415),
    "a gzip bomb": (put(gzip.compress(b" " * 100 * MEGABYTE), b"Content-Encoding: gzip"), 415),
    "a bomb in a bomb": (put(gzip.compress(gzip.compress(bytes(MEGABYTE))), b"Content-Encoding: gzip, gzip"), 415),
    "Expect with a body beyond the limit": (
        request(b"/things", None, TD_JSON, headers=(HOST, b"Expect: 100-continue", b"Content-Length: 100000000")),
        413,
    ),
}

BODIES = {
    "nothing": (put(b""), 400),
    "white space": (put(b" " * 100_000), 400),
    "zeros": (put(bytes(100_000)), 400),
    "an array": (put(b"[]"), 400),
    "UTF-16": (put(json.dumps(lamp(ID)).encode("utf-16")), 400),
    "UTF-16 by name": (
        put(json.dumps(lamp(ID)).encode("utf-16"), content_type=b"application/td+json; charset=utf-16"),
        400,
    ),
    "a byte order mark": (put(b"\xef\xbb\xbf" + json.dumps(lamp(ID)).encode()), 201),
    "no UTF-8": (put(text(b'"\xff\xfe"')), 400),
    "UTF-8 that is overlong": (put(text(b'"\xc0\xae"')), 400),
    "half a surrogate pair": (put(text(b'"\\ud800"')), 400),
    "half a surrogate pair in a name": (put(text(b'"a", "\\udfff": 1')), 400),
    "a NUL in the id": (post("/things", json.dumps(lamp("urn:a\0b")).encode()), 400),
    "NaN": (put(text(b'"a", "x": NaN')), 400),
    "Infinity": (put(text(b'"a", "x": -Infinity')), 400),
    "a number beyond a double": (put(text(b'"a", "x": 1e999')), 400),
    "a number of 100,000 digits": (put(text(b'"a", "x": ' + b"9" * 100_000)), 400),
    "a trailing comma": (put(text(b'"a", ')), 400),
    "a comment": (put(text(b'"a" /* b */')), 400),
    "two documents": (put(json.dumps(lamp(ID)).encode() * 2), 400),
    "a member twice": (put(text(b'"a", "title": "b"')), 400),
    "a member twice, once escaped": (put(text(b'"a", "t\\u0069tle": "b"')), 400),
    "a member twice, far inside": (put(text(b'"a", "x": {"y": [{"z": 1, "z": 2}]}')), 400),
    "100,000 arrays in each other": (put(b"[" * 100_000 + b"]" * 100_000), 400),
    "100,000 arrays without an end": (put(b"[" * 100_000), 400),
    "100,000 objects in each other": (put(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), 400),
    "a Thing that is too deep": (put(text(b'"a", "x": ' + json.dumps(nested(900)).encode())), 400),
    "an id with blanks": (post("/things", json.dumps(lamp("urn:a b")).encode()), 400),
    "an id of nothing": (post("/things", json.dumps(lamp("")).encode()), 400),
    "an id that is a number": (post("/things", json.dumps(lamp(7)).encode()), 400),
    "an id that is no IRI": (put_thing("urn:<script>"), 400),
    "a title beyond the limit": (put_thing(title="a" * 1_100_000), 413),
    "100 MB": (put(b" " * 100 * MEGABYTE), 413),
    "100 MB to a model": (post("/models", b" " * 100 * MEGABYTE, b"application/tm+json"), 413),
    "100 MB at once": (post("/things", b"[" + b" " * 100 * MEGABYTE), 413),
    "a query of 2 MB": (sparql("SELECT * { ?s ?p ?o } #" + "a" * 2_000_000), 413),
    "names of other languages": (put_thing(__proto__={"admin": True}, constructor={"prototype": 1}), 201),
    "a title of a million characters": (put_thing(title="a" * 1_000_000), 400),
    "an id with everything": (put_thing("urn:example:../..//a?b=c#d%2F%00;DROP TABLE".replace(" ", "_")), 201),
}

GROWN = {
    "a NUL in a text": put(text(b'"a\\u0000b"')),
    "10,000 affordances": put_thing(properties=many(10_000)),
    "10,000 languages": put_thing(titles={f"x-{number}": "a" for number in range(10_000)}),
    "a context of 10,000 terms": put_thing(
        **{"@context": [TD_CONTEXT, {f"term{n}": f"https://example.com/{n}" for n in range(10_000)}]}
    ),
    "10,000 contexts": put_thing(**{"@context": [TD_CONTEXT, *[{"a": "https://example.com/"}] * 10_000]}),
    "terms that name each other": put_thing(**{"@context": [TD_CONTEXT, {"a": "b:x", "b": "a:y"}], "a:c": 1}),
    "contexts in contexts": put_thing(**{"@context": [TD_CONTEXT, nested_context(60)], "a": {"a": {"a": 1}}}),
    "a context that imports itself": put_thing(
        **{"@context": [TD_CONTEXT, {"@import": "https://example.com/self", "@version": 1.1}]}
    ),
    "data schemas in data schemas": put_thing(
        properties={"deep": {**schema(60), "forms": [{"href": "/deep"}]}},
    ),
    "5,000 forms": put_thing(properties={"on": {"forms": [{"href": f"/{number}"} for number in range(5_000)]}}),
    "10,000 enum values": put_thing(
        properties={"on": {"enum": [str(number) for number in range(10_000)], "forms": [{"href": "/"}]}}
    ),
    "a pattern that backtracks": put_thing(
        properties={"on": {"type": "string", "pattern": "(a+)+$", "const": "a" * 40 + "!", "forms": [{"href": "/"}]}}
    ),
    "an address template that is a bomb": put_thing(
        properties={"on": {"forms": [{"href": "/" + "{a}" * 5_000}], "uriVariables": {"a": {"type": "string"}}}}
    ),
    "10,000 members nobody knows": put_thing(**{f"member{number}": [] for number in range(10_000)}),
}

PATCHES = {
    "a patch that makes a Thing too large": (patch(json.dumps({"x": ["a" * 52_420] * 20}).encode()), 400),
    "a patch that goes too deep": (patch(b'{"a":' * 100_000 + b"1" + b"}" * 100_000), 400),
    "a patch that makes a Thing too deep": (patch(json.dumps({"x": nested(900)}).encode()), 400),
    "a patch that takes the context": (patch(b'{"@context": null}'), 400),
    "a patch that takes the id": (patch(b'{"id": null}'), 400),
    "a patch that takes everything": (patch(json.dumps(dict.fromkeys(lamp())).encode()), 400),
    "a patch with a member twice": (patch(b'{"a": 1, "a": 2}'), 400),
    "a patch of 100,000 nulls": (patch(json.dumps({f"m{n}": None for n in range(60_000)}).encode()), 204),
    "a patch of nulls in objects": (patch(b'{"a":' * 50 + b"null" + b"}" * 50), 204),
    "a patch of registration": (patch(b'{"registration": {"created": "1970-01-01T00:00:00Z"}}'), 204),
}

QUERIES = {
    "JSONPath: everything below everything": (search("jsonpath", "$" + "..*" * 12), 400),
    "JSONPath: filters in filters": (search("jsonpath", "$..[?@..[?@..[?@..[?@..*]]]]"), 400),
    "JSONPath: 20,000 brackets": (search("jsonpath", "$[?" + "(" * 10_000 + "@.a" + ")" * 10_000 + "]"), 400),
    "JSONPath: a pattern that backtracks": (search("jsonpath", "$[?match(@.title, '(F|i|l|.)*(a+)+b')]"), 200),
    "JSONPath: a pattern that is a bomb": (search("jsonpath", "$[?match(@.title, '((a{1000}){1000}){1000}')]"), 200),
    "JSONPath: 10,000 selectors": (search("jsonpath", "$[" + ",".join(["*"] * 10_000) + "]"), 400),
    "JSONPath: code": (search("jsonpath", "$[?__import__('os').system('id')]"), 400),
    "XPath: a product": (search("xpath", "count(for $a in 1 to 1000000, $b in 1 to 1000000 return 1)"), 400),
    "XPath: a long sequence": (search("xpath", "sum(1 to 1000000000000)"), 400),
    "XPath: a long text": (search("xpath", "string-join((1 to 100000000) ! 'aaaaaaaaaa')"), 400),
    "XPath: 20,000 brackets": (search("xpath", "(" * 10_000 + "1" + ")" * 10_000), 400),
    "XPath: a pattern that backtracks": (search("xpath", "matches('" + "a" * 40 + "!', '^(a+)+$')"), 400),
    "XPath: a file": (search("xpath", "unparsed-text('file:///etc/passwd')"), 400),
    "XPath: the environment": (search("xpath", "environment-variable('PATH')"), 200),
    "XPath: a function without an end": (
        search("xpath", "let $f := function($f, $n) { $f($f, $n + 1) } return $f($f, 1)"),
        400,
    ),
    "SPARQL: a product": (sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"), 504),
    "SPARQL: a product that is sorted": (sparql("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?a"), 422),
    "SPARQL: paths": (sparql("SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>)* ?d }"), 504),
    "SPARQL: a text that doubles": (
        sparql(
            "SELECT (STRLEN(?z) AS ?n) { BIND('aaaaaaaaaa' AS ?a) "
            + "".join(
                f"BIND(CONCAT(?{a},?{a},?{a},?{a},?{a},?{a}) AS ?{b}) "
                for a, b in zip("abcdefghijklmno", "bcdefghijklmnoz", strict=True)
            )
            + "}"
        ),
        400,
    ),
    "SPARQL: 20,000 brackets": (sparql("SELECT * { " + "{" * 10_000 + "}" * 10_000 + " }"), 422),
    "SPARQL: a pattern that is a bomb": (
        sparql("SELECT * { ?a ?b ?c FILTER(REGEX(STR(?c), '((a{1000}){1000}){1000}')) }"),
        200,
    ),
    "SPARQL: an update": (sparql("CLEAR ALL"), 400),
}

BROKEN_RDF = {
    "blank nodes in blank nodes": b"<urn:a> <urn:b> " + b"[ <urn:b> " * 100_000,
    "lists in lists": b"<urn:a> <urn:b> " + b"(" * 100_000,
    "a text without an end": b'<urn:a> <urn:b> """' + b"a" * MEGABYTE,
    "prefixes of prefixes": b"".join(b"@prefix p%d: <urn:a%d> .\n" % (n, n) for n in range(20_000)),
    "another Thing": b"<urn:example:other> a <%sThing> ." % TD.encode(),
    "a Thing that is its own affordance": (
        f'<{ID}> a <{TD}Thing> ; <{TD}title> "a" ; <{TD}hasPropertyAffordance> <{ID}> ; '
        f"<{TD}definesSecurityScheme> <{ID}> ."
    ).encode(),
    "20,000 triples that are no Thing": b"".join(
        b"<urn:a%d> <urn:b> <urn:a%d> .\n" % (n, n + 1) for n in range(20_000)
    ),
    "schemas in a circle": (
        f'<{ID}> a <{TD}Thing> ; <{TD}title> "a" ; <{TD}hasPropertyAffordance> _:p . _:p <{TD}name> "p" ; '
        f"<https://www.w3.org/2019/wot/json-schema#items> _:p ."
    ).encode(),
}


TABLES = {
    "path": PATHS,
    "argument": ARGUMENTS,
    "method": METHODS,
    "header": HEADERS,
    "body": BODIES,
    "patch": PATCHES,
    "query": QUERIES,
}
ROWS = [
    pytest.param(data, status, id=f"{table}: {name}")
    for table, rows in TABLES.items()
    for name, (data, status) in rows.items()
]


@pytest.mark.parametrize(("data", "status"), ROWS)
def test_a_hostile_request_has_its_answer(port: int, data: bytes, status: int) -> None:
    response = timed(port, data)

    assert response.status == status, response.body[:300]
    assert status < 400 or data.startswith(b"HEAD") or response.problem["detail"]


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in GROWN.items()])
def test_a_thing_that_is_overgrown_is_taken_or_refused_in_time(port: int, client: DirectoryClient, data: bytes) -> None:
    response = timed(port, data)
    read = [timed(port, get(f"/things/{ID}", b"Accept: " + accept)) for accept in (TD_JSON, TURTLE)]
    client.delete(ID)

    assert response.status in (201, 204, 400, 413), response.body[:300]
    assert {one.status for one in read} == ({200} if response.status < 400 else {404})


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BROKEN_RDF.items()])
def test_hostile_rdf_is_refused(port: int, body: bytes) -> None:
    assert timed(port, put(body, content_type=TURTLE)).status in (400, 413)


def test_a_thing_with_a_hostile_id_can_be_read_and_removed(client: DirectoryClient) -> None:
    id = "urn:example:../..//a?b=c#d%2F%00;DROP_TABLE"
    client.put(lamp(id))
    read, deleted = client.get(id), client.delete(id)

    assert read.json()["id"] == id
    assert deleted.status_code == 204


@pytest.mark.parametrize("path", ["/things/" + "a" * 100_000, "/search/jsonpath?query=" + "a" * 100_000])
def test_a_path_of_100_kilobytes_is_refused_before_it_is_read(port: int, path: str) -> None:
    assert timed(port, get(path)).status in (400, 414, 431)


def test_no_search_tells_of_the_environment(port: int) -> None:
    told = timed(port, search("xpath", "(environment-variable('PATH'), available-environment-variables())"))

    assert b"/bin" not in told.body


def test_no_header_comes_out_of_a_path(port: int) -> None:
    assert "set-cookie" not in timed(port, get("/things/a%0d%0aSet-Cookie:%20evil=1")).headers


def test_100_megabytes_in_chunks_are_413(port: int) -> None:
    head = request(b"/things", None, TD_JSON, headers=(HOST, CHUNKED))
    chunk = b"%x\r\n%s\r\n" % (MEGABYTE, b" " * MEGABYTE)

    assert timed(port, head + chunk * 100 + b"0\r\n\r\n").status == 413


def test_a_slow_body_is_408(port: int) -> None:
    with connection(port) as opened:
        opened.send(request(b"/things", None, TD_JSON, headers=(HOST, b"Content-Length: 1000")))
        start = time.monotonic()
        while time.monotonic() - start < 1.5:
            opened.send(b" ")
            time.sleep(0.05)
        response = opened.response()

    assert response.status == 408


def test_a_body_that_is_cut_off_registers_nothing(port: int, client: DirectoryClient) -> None:
    whole = put_thing()
    with connection(port) as opened:
        opened.send(whole[:-10])
    time.sleep(0.2)

    assert client.get(ID).status_code == 404


def test_a_client_that_leaves_before_the_answer_harms_nobody(port: int, client: DirectoryClient) -> None:
    for _ in range(20):
        with connection(port) as opened:
            opened.send(search("sparql", "SELECT * { ?a ?b ?c . ?d ?e ?f }"))

    assert client.get(GOOD).status_code == 200


def test_a_null_bomb_changes_nothing(port: int, client: DirectoryClient) -> None:
    before = client.retrieved(GOOD)
    timed(port, patch(json.dumps({f"m{number}": None for number in range(50_000)}).encode()))
    after = client.retrieved(GOOD)

    assert {**after, "registration": None} == {**before, "registration": None}


def test_a_thing_cannot_grow_beyond_the_limit_by_patches(client: DirectoryClient) -> None:
    client.put(lamp(ID))
    statuses = [client.patch(ID, {f"m{number}": ["a" * 50_000] * 8}).status_code for number in range(4)]
    size = len(client.get(ID).content)
    client.delete(ID)

    assert statuses == [204, 204, 400, 400]
    assert size < 1_100_000


CONTEXTS = [
    "{}/context",
    "http://localhost:{}/context",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]:{}/context",
    "http://0x7f000001:{}/context",
    "file:///etc/passwd",
    "https://localhost:{}/context",
    "gopher://localhost:{}/",
]


@pytest.mark.parametrize("address", CONTEXTS)
def test_a_context_is_never_fetched(port: int, client: DirectoryClient, trap: str, address: str) -> None:
    context = address.format(trap if address.startswith("{}") else trap.rpartition(":")[2])
    before = VISITS.total()
    response = timed(port, put_thing(**{"@context": [TD_CONTEXT, context]}))
    read = timed(port, get(f"/things/{ID}", b"Accept: text/turtle"))
    client.delete(ID)

    assert response.status in (201, 400)
    assert read.status in (200, 404)
    assert VISITS.total() == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{}/sparql> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{}/sparql> {{ ?s ?p ?o }} }}",
        "SELECT * FROM <{}/graph> {{ ?s ?p ?o }}",
        "SELECT * FROM NAMED <{}/graph> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "LOAD <{}/graph>",
        "SELECT * {{ VALUES ?e {{ <{}/sparql> }} SERVICE ?e {{ ?s ?p ?o }} }}",
    ],
)
def test_a_query_asks_nobody(port: int, trap: str, query: str) -> None:
    before = VISITS.total()

    assert timed(port, sparql(query.format(trap))).status in (200, 400, 501)
    assert VISITS.total() == before


def test_a_model_is_never_fetched(port: int, client: DirectoryClient, trap: str) -> None:
    links = [{"rel": "tm:extends", "href": f"{trap}/model"}]
    client.http.put("/models/urn:example:m", json=thing_model("urn:example:m", links=links))
    before = VISITS.total()
    response = timed(port, post("/models/urn:example:m/things", b"{}"))

    assert response.status == 400
    assert VISITS.total() == before


def test_references_that_multiply_are_refused(port: int, client: DirectoryClient) -> None:
    levels = 24
    for level in range(levels):
        below = {"tm:ref": f"urn:example:bomb:{level + 1}#/properties/a"}
        inner = (
            {"type": "number"} if level == levels - 1 else {"type": "object", "properties": {"x": below, "y": below}}
        )
        model = thing_model(f"urn:example:bomb:{level}", properties={"a": inner})
        assert client.http.put(f"/models/urn:example:bomb:{level}", json=model).status_code == 201
    response = timed(port, post("/models/urn:example:bomb:0/things", b"{}"))

    assert response.status in (400, 413)


def test_a_reference_to_itself_is_refused(port: int, client: DirectoryClient) -> None:
    model = thing_model("urn:example:self", properties={"a": {"tm:ref": "urn:example:self#/properties/a"}})
    client.http.put("/models/urn:example:self", json=model)

    assert timed(port, post("/models/urn:example:self/things", b"{}")).status == 400


def test_a_placeholder_that_holds_itself_is_filled_once(port: int, client: DirectoryClient) -> None:
    model = thing_model("urn:example:holds", title="{{A}}", properties={"on": {"forms": [{"href": "/on"}]}})
    client.http.put(
        "/models/urn:example:holds", json={**model, "security": "n", "securityDefinitions": {"n": {"scheme": "nosec"}}}
    )
    wanted = json.dumps({"placeholders": {"A": "{{A}}{{A}}"}}).encode()

    assert timed(port, post("/models/urn:example:holds/things", wanted)).status in (201, 400)


def test_a_bad_line_in_the_middle_harms_no_other(port: int, client: DirectoryClient) -> None:
    good = json.dumps(lamp(ID)).encode()
    lines = [
        good,
        b"[" * 50_000,
        b"\xff",
        b'{"title": "' + b"a" * 1_100_000 + b'"}',
        b"null",
        good.replace(b"hostile", b"hostil2"),
    ]
    response = timed(port, post("/things", b"\n".join(lines), NDJSON))
    statuses = [json.loads(line)["status"] for line in response.body.splitlines()]
    client.delete(ID), client.delete(ID.replace("hostile", "hostil2"))

    assert response.status == 200
    assert statuses == [201, 400, 400, 413, 400, 201]


def test_20_000_bad_lines_are_answered(port: int) -> None:
    response = timed(port, post("/things", b"{}\n" * 20_000, NDJSON))

    assert response.status == 200
    assert response.body.count(b"\n") == 20_000


def test_others_are_answered_during_a_search_that_costs_too_much(port: int, client: DirectoryClient) -> None:
    with connection(port) as opened:
        opened.send(sparql("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"))
        time.sleep(0.3)
        start = time.monotonic()
        statuses = [client.get(GOOD).status_code for _ in range(20)]
        took = time.monotonic() - start
        refused = opened.response()

    assert statuses == [200] * 20
    assert took < 1.0
    assert refused.status == 504


def test_ten_searches_that_cost_too_much_are_all_ended(port: int) -> None:
    with ExitStack() as stack:
        opened = [stack.enter_context(connection(port)) for _ in range(10)]
        for one in opened:
            one.send(search("xpath", "count(for $a in 1 to 1000000, $b in 1 to 1000000 return 1)"))
        start = time.monotonic()
        statuses = {one.response().status for one in opened}
        took = time.monotonic() - start

    assert statuses <= {400, 503}
    assert took < TIMEOUT_S


def stream(port: int, path: bytes = b"/events?diff=true", receive_buffer: int = 0) -> Connection:
    """A connection that has asked for events, and has not read."""
    opened = Connection(port)
    if receive_buffer:
        opened._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    opened.send(request(path, None, None, method=b"GET"))
    return opened


def test_subscribers_that_never_read_cost_no_memory(
    gateway: GatewayProcess, port: int, client: DirectoryClient
) -> None:
    lazy = [stream(port, receive_buffer=4096) for _ in range(50)]
    time.sleep(0.5)
    before = psutil.Process(gateway.pid).memory_info().rss
    for number in range(20):
        client.put(lamp(ID, description="a" * 500_000, number=number))
        client.delete(ID)
    with client.events() as events:
        client.put(lamp(ID))
        told = events.next()
    grown = psutil.Process(gateway.pid).memory_info().rss - before
    client.delete(ID)
    for one in lazy:
        one.close()

    assert told.data == {"id": ID}
    assert grown < 150 * MEGABYTE


def test_a_thousand_streams_are_served_or_refused(port: int, client: DirectoryClient) -> None:
    opened = [stream(port, b"/events") for _ in range(1000)]
    try:
        statuses = Counter(status_line(one) for one in opened)
        good = client.get(GOOD)
    finally:
        for one in opened:
            one.close()

    assert statuses == {200: 200, 503: 800}
    assert good.status_code == 200


def status_line(opened: Connection) -> int:
    return int(opened._until(b"\r\n\r\n").split()[1])


def test_streams_that_were_left_are_free_again(port: int, client: DirectoryClient) -> None:
    for _ in range(3):
        opened = [stream(port, b"/events") for _ in range(200)]
        for one in opened:
            with suppress(AssertionError):
                status_line(one)
            one.close()
        time.sleep(0.3)
    with client.events() as events:
        assert events.response.status_code == 200


def test_a_place_in_the_future_is_refused(port: int) -> None:
    """Who was ahead of us (of a database that was restored) would wait for ever."""
    assert timed(port, get("/events", b"Last-Event-ID: 99999999999")).status in (400, 410)


@pytest.mark.parametrize(
    "host", [b'gateway"><script>', b"a b", b"[::1", b"gateway:99999", b"\xff", b"evil.example/path"]
)
def test_a_hostile_host_gets_a_description_that_is_json(port: int, host: bytes) -> None:
    response = timed(port, request(b"/.well-known/wot", None, None, method=b"GET", headers=(b"Host: " + host,)))

    assert response.status in (200, 400)
    json.loads(response.body)


def test_the_directory_holds_what_it_held(client: DirectoryClient) -> None:
    ids = [thing["id"] for thing in client.listing().json()]

    assert GOOD in ids
    assert sum(id.startswith("urn:example:filler:") for id in ids) == 100
