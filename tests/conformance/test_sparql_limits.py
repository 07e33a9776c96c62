"""What may not be done to the endpoint, whatever is asked: it says which limit was met, and goes on."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
import pytest

from tests.conformance.sparql_cases import QUERY

QUICK = "ASK { <urn:s1> <urn:p> ?o }"
LIMIT_S = 0.5
PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
BOMBS = {
    "product": f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}",
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>|^!<urn:x>)* ?d }",
    "values": "SELECT * { " + " ".join(f"VALUES ?v{number} {{ {'1 ' * 40} }}" for number in range(8)) + " }",
    "order": f"SELECT * {{ {PRODUCT} }} ORDER BY ?a ?d ?g",
    "group_concat": f"SELECT (GROUP_CONCAT(?l) AS ?x) {{ {PRODUCT} }}",
    "braces": "SELECT * " + "{" * 8000 + "}" * 8000,
    "rows": "SELECT * { " + " ".join(f"VALUES ?v{number} {{ {'1 ' * 200} }}" for number in range(3)) + " }",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_time_and_says_why(endpoint: httpx.Client, name: str) -> None:
    started = time.monotonic()
    data = {"query": BOMBS[name], "timeout": str(LIMIT_S)}
    with endpoint.stream("POST", "/sparql", data=data) as answer:
        try:
            body = answer.read()
        except httpx.RemoteProtocolError:
            body = b""  # it was long already when it met its limit: the connection is cut

    assert time.monotonic() - started < 10
    if body:
        assert answer.status_code in (422, 503, 504), body[:300]
        assert answer.json()["limit"] in ("time", "memory", "rows", "answer", "engine", "queue")
    assert endpoint.get("/sparql", params={"query": QUICK}).json()["boolean"] is True


def test_a_query_beyond_its_longest_is_not_read(endpoint: httpx.Client) -> None:
    answer = endpoint.post("/sparql", content=b"#" * 10_000_000, headers={"Content-Type": QUERY})

    assert answer.status_code == 413


@pytest.mark.parametrize("unit", ['"\\"', "a.b", '"""x"\\', "{", "<", "SERVICE "])
def test_hostile_text_keeps_nobody_waiting(endpoint: httpx.Client, unit: str) -> None:
    text = "ASK { } " + unit * (200_000 // len(unit))
    with ThreadPoolExecutor(1) as other:
        busy = other.submit(endpoint.post, "/sparql", data={"query": text, "timeout": "0.5"})
        assert endpoint.get("/health/live").status_code == 200

        assert busy.result(30).status_code in (400, 413, 422, 501, 503, 504)


def test_nothing_reaches_the_network(endpoint: httpx.Client, peer_endpoint: str) -> None:
    service = endpoint.get("/sparql", params={"query": f"SELECT * {{ SERVICE <{peer_endpoint}> {{ ?s ?p ?o }} }}"})
    hidden = endpoint.get("/sparql", params={"query": f"SELECT * {{ \\u0053ERVICE <{peer_endpoint}> {{ ?s ?p ?o }} }}"})

    assert service.status_code == 501
    assert hidden.status_code in (400, 501)


def test_quick_queries_are_answered_beside_many_slow_ones(endpoint: httpx.Client) -> None:
    slow = {"query": BOMBS["product"], "timeout": "1"}
    with ThreadPoolExecutor(30) as pool:
        many = [pool.submit(endpoint.post, "/sparql", data=slow) for _ in range(30)]
        time.sleep(0.5)
        quick = [endpoint.get("/sparql", params={"query": QUICK}).status_code for _ in range(20)]
        ends = {one.result().status_code for one in many}

    assert quick == [200] * 20
    assert ends <= {503, 504, 422}


def test_a_client_that_leaves_ends_its_query(endpoint: httpx.Client) -> None:
    url = "/sparql?" + urlencode({"query": BOMBS["product"] + " # of a client that leaves"})
    with pytest.raises(httpx.ReadTimeout):
        endpoint.get(url, timeout=0.3)
    time.sleep(0.5)

    metrics = endpoint.get("/metrics").text
    assert 'semantic_gw_sparql_queries_total{outcome="gone"}' in metrics
    assert "semantic_gw_sparql_running 0.0" in metrics
