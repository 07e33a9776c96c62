"""What the endpoint does beyond the protocol: bounds, turns, clients that leave, what is known already, metrics."""

from __future__ import annotations

import asyncio
import json
import logging

import pyoxigraph as ox
import pytest

from semantic_gw.errors import LimitError
from semantic_gw.settings import SparqlSettings
from semantic_gw.sparql.description import EMBEDDED_FUNCTIONS, SD
from tests.sparql.asked import LAMP, METER, TITLE, Asked

TITLES = f"SELECT ?t {{ ?s <{TITLE}> ?t }} ORDER BY ?t"
SLOW = f"{TITLES} # sleep 60"


@pytest.fixture
def asked() -> Asked:
    return Asked()


async def test_a_client_may_ask_for_less_time_and_never_for_more(asked: Asked) -> None:
    async with asked.client() as client:
        await client.get("/sparql", params={"query": TITLES, "timeout": "0.5"})
        await client.get("/sparql", params={"query": TITLES, "timeout": "500"})

    assert [query.bounds.time_s for query in asked.store.asked] == [0.5, 5.0]


async def test_a_query_that_takes_too_long_is_504_and_says_so(asked: Asked) -> None:
    async with asked.client() as client:
        answer = await client.get("/sparql", params={"query": SLOW, "timeout": "0.02"})

    assert answer.status_code == 504
    assert answer.json()["limit"] == "time"
    assert asked.count("time") == 1


async def test_a_query_that_is_too_long_is_413() -> None:
    asked = Asked(SparqlSettings(query_bytes=1024))
    async with asked.client() as client:
        posted = await client.post("/sparql", content="#" * 1025, headers={"content-type": "application/sparql-query"})
        got = await client.get("/sparql", params={"query": "ASK {}" + " " * 1024})

    assert (posted.status_code, got.status_code) == (413, 413)
    assert got.json()["limit"] == "query"


async def test_a_caller_with_many_queries_delays_no_other() -> None:
    asked = Asked(SparqlSettings(concurrent=3, concurrent_per_caller=1, queue_per_caller=5))
    async with asked.client("192.0.2.1") as busy, asked.client("192.0.2.2") as other:
        many = [asyncio.create_task(busy.get("/sparql", params={"query": SLOW})) for _ in range(12)]
        await asyncio.sleep(0.05)
        quick = await asyncio.wait_for(other.get("/sparql", params={"query": TITLES}), 2)
        refused = [task.result() for task in many if task.done()]
        for task in many:
            task.cancel()
        await asyncio.gather(*many, return_exceptions=True)

    assert quick.status_code == 200
    assert [answer.status_code for answer in refused] == [503] * 6  # one at work, five wait
    assert {answer.headers["retry-after"] for answer in refused} == {"5"}
    assert asked.store.running == 0


def scope_of(query: bytes) -> dict[str, object]:
    return {
        "type": "http",
        "method": "GET",
        "path": "/sparql",
        "raw_path": b"/sparql",
        "query_string": b"query=" + query,
        "headers": [(b"host", b"gateway.example")],
        "scheme": "http",
        "client": ("192.0.2.1", 1),
    }


class Line:
    """A connection as a server tells of it: *hang_up* is when the client leaves."""

    def __init__(self) -> None:
        self.hang_up = asyncio.Event()
        self.sent: list[dict[str, object]] = []
        self.stuck_after = 1 << 30
        self._bytes = 0

    async def receive(self) -> dict[str, object]:
        await self.hang_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, object]) -> None:
        self.sent.append(message)
        body = message.get("body", b"")
        assert isinstance(body, bytes | bytearray)
        self._bytes += len(body)
        if self._bytes > self.stuck_after:
            await asyncio.sleep(60)

    @property
    def is_whole(self) -> bool:
        return bool(self.sent) and self.sent[-1]["type"] == "http.response.body" and not self.sent[-1].get("more_body")


async def test_a_client_that_leaves_ends_its_query(asked: Asked) -> None:
    line = Line()
    scope = scope_of(b"ASK%20%7B%7D%20%23%20sleep%2060")
    task = asyncio.create_task(served(asked, scope, line))
    await asyncio.sleep(0.02)

    line.hang_up.set()
    await asyncio.wait_for(task, 2)

    assert line.sent == []
    assert (asked.store.running, asked.store.ended) == (0, 1)
    assert asked.count("gone") == 1


async def served(asked: Asked, scope: dict[str, object], line: Line) -> None:
    application = asked.api.in_front_of(no_application)
    await application(scope, line.receive, line.send)  # type: ignore[arg-type]  # messages are mappings


async def no_application(*_: object) -> None:
    raise AssertionError("nothing is asked of the application behind")


def large(asked: Asked) -> bytes:
    asked.store.put(LAMP, "\n".join(f'<urn:s> <urn:p{number}> "{"x" * 200}" .' for number in range(2000)))
    return b"CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D"


async def test_a_large_answer_comes_in_parts(asked: Asked) -> None:
    line, query = Line(), large(asked)

    await served(asked, scope_of(query), line)

    assert len(line.sent) > 5
    assert line.is_whole
    assert asked.count("answered") == 1


async def test_an_answer_that_fails_in_the_middle_is_cut_off(asked: Asked) -> None:
    line, query = Line(), large(asked)
    asked.store.fault = LimitError("too many rows", limit="rows")

    await served(asked, scope_of(query), line)

    assert line.sent[0]["status"] == 200
    assert not line.is_whole
    assert asked.count("rows") == 1


async def test_a_client_that_does_not_read_holds_its_place_for_a_time_only() -> None:
    asked = Asked(SparqlSettings(send_s=0.05))
    line, query = Line(), large(asked)
    line.stuck_after = 100_000

    await served(asked, scope_of(query), line)

    assert not line.is_whole
    assert asked.store.running == 0
    assert asked.count("send") == 1


async def test_a_head_has_what_get_would_say_and_no_body(asked: Asked) -> None:
    large(asked)
    async with asked.client() as client:
        small = await client.head("/sparql", params={"query": TITLES})
        great = await client.head("/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"})

    assert (small.status_code, great.status_code) == (200, 200)
    assert great.headers["content-type"] == "text/turtle; charset=utf-8"
    assert (small.content, great.content) == (b"", b"")


async def test_an_answer_that_the_client_has_is_not_evaluated_again(asked: Asked) -> None:
    async with asked.client() as client:
        first = await client.get("/sparql", params={"query": TITLES})
        tag = {"if-none-match": first.headers["etag"]}
        again = await client.get("/sparql", params={"query": TITLES}, headers=tag)
        other = await client.get("/sparql", params={"query": TITLES}, headers={**tag, "accept": "text/csv"})
        asked.store.put(LAMP, f'<{LAMP}> <{TITLE}> "Lantern" .')
        changed = await client.get("/sparql", params={"query": TITLES}, headers=tag)

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (other.status_code, changed.status_code) == (200, 200)
    assert "Lantern" in changed.text
    assert asked.count("known") == 1


@pytest.mark.parametrize("word", ["NOW()", "RAND()", "STRUUID()"])
async def test_what_differs_each_time_has_no_tag(asked: Asked, word: str) -> None:
    async with asked.client() as client:
        answer = await client.get("/sparql", params={"query": f"SELECT ({word} AS ?x) {{ }}"})

    assert answer.status_code == 200
    assert "etag" not in answer.headers


async def test_pages_of_other_sites_may_ask_where_the_settings_say_so() -> None:
    asked = Asked(SparqlSettings(cors_origins=("https://app.example",)))
    page = {"origin": "https://app.example", "sec-fetch-site": "cross-site"}
    async with asked.client() as client:
        got = await client.get("/sparql", params={"query": TITLES}, headers=page)
        posted = await client.post("/sparql", data={"query": TITLES}, headers=page)
        before = await client.options("/sparql", headers={**page, "access-control-request-method": "POST"})
        other = await client.post("/sparql", data={"query": TITLES}, headers={"origin": "https://evil.example"})

    assert {answer.headers["access-control-allow-origin"] for answer in (got, posted, before)} == {
        "https://app.example"
    }
    assert "origin" in got.headers["vary"]
    assert (got.status_code, posted.status_code, before.status_code, other.status_code) == (200, 200, 204, 403)
    assert "access-control-allow-origin" not in other.headers


async def test_pages_of_other_sites_may_not_ask_otherwise(asked: Asked) -> None:
    async with asked.client() as client:
        before = await client.options(
            "/sparql", headers={"origin": "https://app.example", "access-control-request-method": "POST"}
        )

    assert before.status_code == 405
    assert "access-control-allow-origin" not in before.headers


async def test_a_slow_query_is_logged_by_its_hash(caplog: pytest.LogCaptureFixture) -> None:
    asked = Asked(SparqlSettings(slow_s=0.01))
    with caplog.at_level(logging.WARNING, "semantic_gw.sparql"):
        async with asked.client() as client:
            await client.get("/sparql", params={"query": f"{TITLES} # sleep 0.02"})

    [record] = caplog.records
    assert len(record.__dict__["query"]) == 16
    assert record.__dict__["outcome"] == "answered"
    assert TITLE not in str(record.__dict__)


async def test_a_slow_query_is_logged_with_its_text_where_that_is_wanted(caplog: pytest.LogCaptureFixture) -> None:
    asked = Asked(SparqlSettings(slow_s=0.01, log_text=True))
    with caplog.at_level(logging.WARNING, "semantic_gw.sparql"):
        async with asked.client() as client:
            await client.get("/sparql", params={"query": f"{TITLES} # sleep 0.02"})

    assert caplog.records[0].__dict__["text"] == f"{TITLES} # sleep 0.02"


async def test_the_description_counts_what_is_there(asked: Asked) -> None:
    async with asked.client() as client:
        answer = await client.get("/sparql", headers={"accept": "application/n-triples"})

    triples = [quad.triple for quad in ox.parse(answer.content, ox.RdfFormat.N_TRIPLES)]
    assert any(
        str(triple.object).startswith('"2"') for triple in triples if triple.predicate.value.endswith("#triples")
    )
    assert ox.NamedNode(SD + "UnionDefaultGraph") in [triple.object for triple in triples]


@pytest.mark.parametrize("function", EMBEDDED_FUNCTIONS)
def test_the_engine_has_every_function_that_is_described(function: str) -> None:
    wkt = "<http://www.opengis.net/ont/geosparql#wktLiteral>"
    square, point = f'"POLYGON((0 0,0 3,3 3,3 0,0 0))"^^{wkt}', f'"POINT(1 2)"^^{wkt}'
    metre = "<http://www.opengis.net/def/uom/OGC/1.0/metre>"
    pair = f"{square}, {square}"
    tries = [square, pair, f"{pair}, 'T********'", f"{point}, {point}, {metre}", f"{square}, {metre}"]
    calls = [f"SELECT ?x {{ BIND(<{function}>({arguments}) AS ?x) }}" for arguments in tries]

    def answered(call: str) -> bool:
        try:
            found = ox.Store().query(call)
            return isinstance(found, ox.QuerySolutions) and next(found)["x"] is not None
        except (SyntaxError, ValueError, RuntimeError):
            return False

    assert any(map(answered, calls))


async def test_the_graphs_are_listed(asked: Asked) -> None:
    async with asked.client() as client:
        names = await client.get("/graphs")
        lines = await client.get("/graphs", headers={"accept": "text/uri-list"})

    assert json.loads(names.content) == [LAMP, METER]
    assert lines.text == f"{LAMP}\r\n{METER}\r\n"
