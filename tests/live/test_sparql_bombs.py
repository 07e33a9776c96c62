"""Hostile questions to a gateway that runs: each meets its limit, and nobody else notices."""

from __future__ import annotations

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlencode

import pytest

from tests.live.bombs import (
    BOMBS,
    LIMIT_S,
    OUTCOMES,
    SETTINGS,
    Asker,
    bombed,
    describe,
    fed,
    memory,
    owner,
    p99,
    simple,
)
from tests.live.gateway_process import GatewayProcess

_LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path_factory.mktemp("bombs") / "gateway", {**SETTINGS, "SPARQL__SEND_S": "2"})
    process.start()
    describe(process)
    yield process
    process.stop()


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_meets_its_limit(gateway: GatewayProcess, bomb: str) -> None:
    with closing(Asker(gateway.port)) as asker:
        outcome = asker.ask(BOMBS[bomb])
        after = asker.ask(simple(1))

    assert outcome.status in {413, 422, 504}
    assert outcome.limit in OUTCOMES[bomb]
    assert outcome.seconds < 3 * LIMIT_S
    assert after.status == 200


def test_two_hundred_slow_queries_disturb_nobody(gateway: GatewayProcess) -> None:
    holder, before = owner(gateway).pid, memory(gateway)
    with (
        closing(Asker(gateway.port)) as same,
        closing(Asker(gateway.port, "127.0.0.2")) as other,
        fed(gateway.port, 100) as messages,
    ):
        other.timed(100)
        quiet = p99(other.timed(100))
        with bombed(gateway.port, 200) as bombs:
            time.sleep(2 * LIMIT_S)
            beside = same.timed(100) + other.timed(100)
    _settle(gateway)

    assert {outcome.status for outcome in beside} == {200}
    assert p99(beside) < max(10 * quiet, 1000)
    assert {outcome.limit for outcome in bombs.outcomes} <= {"time", "memory", "queue"}
    assert {outcome.status for outcome in messages.outcomes} <= {200, 202, 204}
    assert len(messages.outcomes) > 200
    assert owner(gateway).pid == holder
    assert memory(gateway) < before + 150 * 1024**2


def _settle(gateway: GatewayProcess) -> None:
    """Until no query is at work, and workers that nobody needs have gone."""
    assert _until_nobody_asks(gateway)
    time.sleep(15.0)


def _begin(gateway: GatewayProcess) -> socket.socket:
    """A client that asks for a very long answer, and has read none of it."""
    peer = socket.create_connection(("127.0.0.1", gateway.port))
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.sendall(f"GET /sparql?{urlencode({'query': _LONG})} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return peer


def _asking(gateway: GatewayProcess) -> int:
    text = "semantic_gw_sparql_running "
    with urllib.request.urlopen(f"{gateway.url}/metrics") as response:
        line = next(line for line in response.read().decode().splitlines() if line.startswith(text))
    return int(float(line.removeprefix(text)))


def _until_nobody_asks(gateway: GatewayProcess) -> bool:
    deadline = time.monotonic() + 30
    while _asking(gateway):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_a_slow_reader_is_cut_off(gateway: GatewayProcess) -> None:
    with closing(_begin(gateway)):
        time.sleep(0.5)

        assert _until_nobody_asks(gateway)


def test_a_client_that_cuts_ends_its_query(gateway: GatewayProcess) -> None:
    for _ in range(20):
        with closing(_begin(gateway)):
            time.sleep(0.02)

    assert _until_nobody_asks(gateway)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
        "SELECT * { VALUES ?g { <%s> } SERVICE ?g { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } }",
        "SELECT * FROM <%s> { ?s ?p ?o }",
        "LOAD <%s>",
    ],
)
def test_nothing_in_a_question_makes_the_gateway_connect(gateway: GatewayProcess, text: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, closing(Asker(gateway.port)) as asker:
        listener.settimeout(0.3)
        spelled = text % f"http://127.0.0.1:{listener.getsockname()[1]}/"
        asker.ask(spelled)
        asker.post("/sparql", spelled.encode(), "application/sparql-update")

        with pytest.raises(TimeoutError):
            listener.accept()
