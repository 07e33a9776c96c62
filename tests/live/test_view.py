"""The view of a gateway as its users meet it: asked over HTTP, killed, and fed by another gateway."""

from __future__ import annotations

import json
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.live.gateway_process import GatewayProcess
from tests.live.kafka_server import KafkaServer, kafka

__all__ = ["kafka"]

PREFIXES = """
PREFIX saref: <https://saref.etsi.org/core/> PREFIX sgw: <https://w3id.org/semantic-gw/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/> PREFIX td: <https://www.w3.org/2019/wot/td#>
"""
VALUES = "?r saref:hasValue ?v . ?o saref:hasResult ?r ; saref:observes ?p ; saref:madeBy ?t"
EVERYTHING = "GRAPH ?g { ?s ?p ?o } FILTER(!isBlank(?s) && !isBlank(?o))"

DEFINITION = {
    "vendor": "v",
    "model": "m",
    "exposes": [
        {"type": "numeric", "name": name, "property": name, "access": 1, "unit": unit}
        for name, unit in {"temperature": "°C", "humidity": "%"}.items()
    ],
}


def rows(gateway: GatewayProcess, pattern: str) -> list[dict[str, str]]:
    """The solutions of *pattern* over all graphs, by variable."""
    query = urllib.parse.urlencode({"query": f"{PREFIXES} SELECT * WHERE {{ {pattern} }}"})
    request = urllib.request.Request(
        f"{gateway.url}/search/sparql?{query}", headers={"Accept": "application/sparql-results+json"}
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        found = json.load(response)["results"]["bindings"]
    return [{name: term["value"] for name, term in solution.items()} for solution in found]


def dump(gateway: GatewayProcess) -> set[tuple[str, ...]]:
    """Every quad but for those with blank nodes."""
    return {(row["g"], row["s"], row["p"], row["o"]) for row in rows(gateway, EVERYTHING)}


def values(gateway: GatewayProcess) -> dict[str, float]:
    """The latest values: `thing property` → number."""
    return {
        f"{row['t'].rpartition(':')[2]} {row['p'].rpartition('#')[2]}": float(row["v"]) for row in rows(gateway, VALUES)
    }


def view(gateway: GatewayProcess) -> dict[str, object]:
    """What is told of the view."""
    ready = gateway.get("/health/ready")
    assert isinstance(ready, dict)
    told: dict[str, object] = ready["view"]
    return told


def until(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
    """Wait for *condition*; a question that is not answered yet (503) makes it none."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(urllib.error.HTTPError):
            if condition():
                return
        time.sleep(0.1)
    pytest.fail("it did not become true")


def describe(gateway: GatewayProcess, *names: str) -> None:
    devices = [
        {"ieee_address": f"0x{number:016x}", "friendly_name": name, "definition": DEFINITION}
        for number, name in enumerate(names, 1)
    ]
    gateway.post("/ingest/zigbee2mqtt/bridge/devices", json.dumps(devices).encode(), "application/json")


def tell(gateway: GatewayProcess, name: str, **told: float) -> None:
    gateway.post(f"/ingest/zigbee2mqtt/{name}", json.dumps(told).encode(), "application/json")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path / "gateway", {"STORE__SNAPSHOT_S": "1"})
    process.start()
    yield process
    process.stop()


def fill(gateway: GatewayProcess) -> None:
    describe(gateway, "kitchen", "cellar")
    tell(gateway, "kitchen", temperature=20.0, humidity=50)
    tell(gateway, "cellar", temperature=8.0)
    tell(gateway, "kitchen", temperature=21.5)
    until(lambda: values(gateway) == FILLED)


FILLED = {
    "0000000000000001 temperature": 21.5,
    "0000000000000001 humidity": 50.0,
    "0000000000000002 temperature": 8.0,
}


def test_the_latest_values_of_things_are_found_beside_their_descriptions(gateway: GatewayProcess) -> None:
    fill(gateway)
    found = rows(gateway, f"?t a saref:Device ; td:title 'kitchen' . {VALUES}")

    assert {float(row["v"]) for row in found} == {21.5, 50.0}


def test_a_gateway_that_was_killed_has_the_same_view_again(gateway: GatewayProcess) -> None:
    fill(gateway)
    before = dump(gateway)
    gateway.kill()
    gateway.start()
    until(lambda: view(gateway)["rebuilding"] is False)

    assert dump(gateway) == before


def test_a_store_that_was_killed_is_made_what_it_was(gateway: GatewayProcess) -> None:
    fill(gateway)
    before = dump(gateway)
    owner(gateway).send_signal(signal.SIGKILL)
    tell(gateway, "cellar", temperature=9.0)
    until(lambda: values(gateway) == {**FILLED, "0000000000000002 temperature": 9.0})
    after = dump(gateway)

    assert {quad for quad in before if "latest" not in quad[0]} == {quad for quad in after if "latest" not in quad[0]}
    assert {quad for quad in before if "01" in quad[0]} <= after


def owner(gateway: GatewayProcess) -> psutil.Process:
    """The process that holds the graphs."""
    children = psutil.Process(gateway.pid).children()
    return next(child for child in children if "semantic_gw.stores.embedded.owner" in child.cmdline())


def test_what_comes_in_does_not_wait_for_the_view(gateway: GatewayProcess) -> None:
    describe(gateway, "kitchen")
    process = owner(gateway)
    process.suspend()
    tell(gateway, "kitchen", temperature=20.0)
    ready = gateway.status("/health/ready")
    process.resume()

    assert ready == 200
    until(lambda: values(gateway) == {"0000000000000001 temperature": 20.0})


def test_without_a_view_the_gateway_is_ready_and_says_so(tmp_path: Path) -> None:
    process = GatewayProcess(tmp_path / "gateway", {"VIEW__ENABLED": "false"})
    process.start()
    told = view(process)
    process.stop()

    assert told["off"] == "there is no view: view.enabled is false"


@pytest.mark.live
def test_what_another_gateway_made_reaches_the_view(kafka: KafkaServer, tmp_path: Path) -> None:
    settings = {"KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers, "BUS__PREFIX": f"view-{time.time_ns()}"}
    one, two = GatewayProcess(tmp_path / "one", settings), GatewayProcess(tmp_path / "two", settings)
    try:
        for process in (one, two):
            process.start()
        fill(two)
        until(lambda: values(one) == FILLED)
        tell(two, "cellar", temperature=7.0)
        until(lambda: values(one)["0000000000000002 temperature"] == 7.0)
        one.kill()
        tell(two, "cellar", temperature=6.0)
        one.start()
        until(lambda: view(one)["rebuilding"] is False)
        found = values(one)
    finally:
        for process in (one, two):
            process.stop()

    assert found == {**FILLED, "0000000000000002 temperature": 6.0}
