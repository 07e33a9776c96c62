"""A gateway whose graphs are in Fuseki: the same answers, the same graphs, and nothing lost while it is away."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.clients.filled_gateway import VALUES, fill, rows
from tests.live.gateway_process import GatewayProcess
from tests.live.test_view import tell, until
from tests.stores.fuseki_server import FusekiServer, require_fuseki

pytestmark = pytest.mark.live

GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FusekiServer]:
    require_fuseki()
    server = FusekiServer(tmp_path / "fuseki")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def gateway(server: FusekiServer, tmp_path: Path) -> Iterator[GatewayProcess]:
    gateway = GatewayProcess(tmp_path / "gateway", server.environment)
    gateway.start()
    try:
        fill(gateway)
        yield gateway
    finally:
        gateway.stop()


def values(gateway: GatewayProcess) -> dict[str, float]:
    """The latest value by title; none while the store does not answer."""
    with suppress(HTTPError):
        return {row["title"]: float(row["value"]) for row in rows(gateway, VALUES)}
    return {}


def test_the_store_shows_the_graphs_that_the_gateway_shows(server: FusekiServer, gateway: GatewayProcess) -> None:
    there = {row["g"]: row["n"] for row in csv.DictReader(io.StringIO(server.ask(GRAPHS)))}
    here = {row["g"]: row["n"] for row in rows(gateway, GRAPHS)}

    assert "urn:dev:mac:0000000000000002" in there
    assert here.keys() == there.keys()


def test_what_came_while_the_store_was_away_is_there_afterwards(server: FusekiServer, gateway: GatewayProcess) -> None:
    server.kill()
    tell(gateway, "kitchen", temperature=30.0)
    ready = gateway.status("/health/ready")
    server.start()
    until(lambda: values(gateway) == {"kitchen": 30.0, "cellar": 8.5}, seconds=60)

    assert ready == 200


def test_while_the_store_is_away_a_question_is_told_so(server: FusekiServer, gateway: GatewayProcess) -> None:
    server.kill()

    assert gateway.status("/sparql?query=ASK%7B%7D") == 503


def test_a_gateway_that_starts_again_goes_on_where_the_store_is(server: FusekiServer, gateway: GatewayProcess) -> None:
    gateway.kill()
    before = set(server.ask(GRAPHS).splitlines())
    gateway.start()
    tell(gateway, "cellar", temperature=1.0)
    until(lambda: values(gateway) == {"kitchen": 21.5, "cellar": 1.0}, seconds=60)

    assert {line.partition(",")[0] for line in server.ask(GRAPHS).splitlines()} == {
        line.partition(",")[0] for line in before
    }
