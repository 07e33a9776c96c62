"""Shape sets are replaced while payloads come: none is lost, none is judged by half of two, every gateway follows."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx
import pytest

from semantic_gw.bus.log import LogBus
from semantic_gw.model import Record
from tests.live.gateway_process import GatewayProcess
from tests.live.postgres_server import postgres_server

__all__ = ["postgres_server"]

SOON_S = 3.0
ADDRESS = "zigbee2mqtt/kitchen"
DEFINITION = {
    "vendor": "v",
    "model": "m",
    "exposes": [{"type": "numeric", "name": "temperature", "property": "temperature", "access": 1, "unit": "°C"}],
}
DEVICES = [{"ieee_address": "0x00158d0003429eda", "friendly_name": "kitchen", "definition": DEFINITION}]


def warm(least: int) -> bytes:
    """A set of two shapes that belong together: each asks the same, with messages that tell the version.

    A graph that both find too cold has two results of one version, never of two.
    """
    shapes = "".join(
        f"ex:Warm{number} a sh:NodeShape ; sh:targetSubjectsOf saref:hasValue ; sh:property "
        f'[ sh:path saref:hasValue ; sh:minInclusive {least}.0 ; sh:message "version {least}" ] .\n'
        for number in range(2)
    )
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix saref: <https://saref.etsi.org/core/> ."
    return f"{head} @prefix ex: <urn:example:> .\n{shapes}".encode()


BAD = warm(1).replace(b"sh:minInclusive", b"sh:minimum")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path / "gateway", {"CONFIG": str(tmp_path / "settings.toml")})
    process.start()
    describe(process)
    yield process
    process.stop()


def describe(gateway: GatewayProcess) -> None:
    gateway.post("/ingest/zigbee2mqtt/bridge/devices", json.dumps(DEVICES).encode(), "application/json")


def put(gateway: GatewayProcess, content: bytes, name: str = "warm") -> httpx.Response:
    return httpx.put(
        f"{gateway.url}/shapes/{name}", content=content, headers={"Content-Type": "text/turtle"}, timeout=30
    )


def running(gateway: GatewayProcess) -> dict[str, Any]:
    found: Any = gateway.get("/health/ready")
    told: dict[str, Any] = found["shapes"]
    return told


def outcome(gateway: GatewayProcess, temperature: float) -> str:
    head = {"id": str(time.monotonic_ns()), "content_type": "application/json"}
    line = json.dumps(
        {**head, "transport": {"kind": "mqtt", "topic": ADDRESS}, "payload": {"temperature": temperature}}
    )
    return str(json.loads(gateway.post("/ingest", line.encode(), "application/x-ndjson"))["outcome"])


def records(gateway: GatewayProcess, *topics: str) -> list[Record]:
    async def read() -> list[Record]:
        bus = LogBus(gateway.folder / "log.sqlite")
        await bus.start()
        found: list[Record] = []
        try:
            async with bus.subscribe(topics) as subscription:
                while not await subscription.caught_up():
                    found += await subscription.batch(5000, 0.5)
        finally:
            await bus.stop()
        return found

    return asyncio.run(read())


def until(done: Callable[[], bool], timeout_s: float = 20.0) -> bool:
    """Whether *done* comes true in time."""
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@contextmanager
def load(gateway: GatewayProcess) -> Iterator[list[int]]:
    """Payloads without pause from two senders; how many were taken stands in the list when it ends."""
    stop, taken = threading.Event(), [0, 0]

    def send(number: int) -> None:
        with httpx.Client(base_url=gateway.url, timeout=30) as client:
            while not stop.is_set():
                body = json.dumps({"temperature": number + taken[number] / 1e6})
                answer = client.post(f"/ingest/{ADDRESS}", content=body, headers={"Content-Type": "application/json"})
                assert answer.status_code == 202, answer.text
                taken[number] += 1

    senders = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for sender in senders:
        sender.start()
    try:
        yield taken
    finally:
        stop.set()
        for sender in senders:
            sender.join()


def judged_by(record: Record) -> set[str]:
    """The versions that the messages of a report name."""
    report = json.loads(record.value or b"{}").get("report", {"results": []})
    return {result["message"] for result in report["results"]}


def test_sets_are_replaced_under_load(gateway: GatewayProcess) -> None:
    hashes = [running(gateway)["hash"]]
    refused = 0
    with load(gateway) as taken:
        for least in range(100, 110):
            answer = put(gateway, warm(least))
            hashes.append(answer.headers["shacl-shapes"])
            refused += put(gateway, BAD).status_code == 400
            time.sleep(0.1)
    sent = sum(taken)
    assert until(lambda: len(records(gateway, "semantic.observations", "semantic.rejected")) == sent), (
        "a message is lost"
    )
    found = sorted(records(gateway, "semantic.observations", "semantic.rejected"), key=lambda record: record.timestamp)
    of_rejected = records(gateway, "semantic.rejected")
    stamps = [hash_ for hash_, _ in groupby(str(record.header("SHACL-Shapes")) for record in of_rejected)]

    assert refused == 10
    assert all(len(judged_by(record)) == 1 for record in of_rejected), "a message is judged by a mixture"
    assert stamps == [hash_ for hash_ in hashes if hash_ in stamps], "a hash comes twice, or in another order"
    assert {str(record.header("SHACL-Shapes")) for record in found} <= set(hashes)
    assert len(stamps) >= 5
    by_hash = {(str(record.header("SHACL-Shapes")), *judged_by(record)) for record in of_rejected}
    assert len(by_hash) == len(stamps), "one hash stands for two versions"


def test_a_bad_set_leaves_the_old_one(gateway: GatewayProcess) -> None:
    put(gateway, warm(100))
    before = running(gateway)
    answer = put(gateway, BAD)

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert "warm.ttl" in answer.json()["detail"]
    assert "Warm0" in answer.json()["detail"]
    assert running(gateway) == before
    assert outcome(gateway, 20) == "rejected"


def test_what_was_put_survives_a_restart(gateway: GatewayProcess) -> None:
    hash_ = put(gateway, warm(100)).headers["shacl-shapes"]
    gateway.kill()
    gateway.start()

    assert running(gateway)["hash"] == hash_
    assert outcome(gateway, 20) == "rejected"


def test_a_rejected_payload_is_replayed_once_the_set_is_right(gateway: GatewayProcess) -> None:
    put(gateway, warm(100))
    outcome(gateway, 20)
    put(gateway, warm(10))
    command = [sys.executable, "-m", "semantic_gw.cli", "replay", "--rejected"]
    done = subprocess.run(
        command, env=gateway.environment, capture_output=True, text=True, cwd=gateway.folder, check=False
    )

    assert done.stdout.strip() == "published: 1"


def test_metrics_tell_what_runs(gateway: GatewayProcess) -> None:
    put(gateway, warm(100))
    outcome(gateway, 20)
    told = running(gateway)
    text = httpx.get(f"{gateway.url}/metrics").text

    assert f'semantic_gw_shapes_info{{policies="{told["policies"]}",shapes="{told["hash"]}"}} 1.0' in text
    assert f"semantic_gw_shapes_version {float(told['version'])}" in text
    assert 'semantic_gw_shacl_results_total{set="warm",severity="Violation"} 2.0' in text


def test_settings_are_read_again_at_a_signal(gateway: GatewayProcess, tmp_path: Path) -> None:
    settings, folder = tmp_path / "settings.toml", tmp_path / "shapes"
    folder.mkdir()
    (folder / "warm.ttl").write_bytes(warm(100))
    settings.write_text(f'[shapes]\nfolders = ["{folder}"]\npolicy = "reject"\n')
    before = running(gateway)["hash"]
    signalled(gateway)
    changed = until(lambda: running(gateway)["hash"] != before)
    rejected = outcome(gateway, 20)
    settings.write_text("[shapes]\npolicy = 7\n")
    now = running(gateway)
    signalled(gateway)
    told = until(lambda: "the settings of shapes cannot be used" in gateway.log)

    assert changed
    assert rejected == "dead-letter"
    assert told
    assert running(gateway) == now


def signalled(gateway: GatewayProcess) -> None:
    os.kill(gateway.pid, signal.SIGHUP)


@pytest.fixture
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[GatewayProcess, GatewayProcess]]:
    """Two gateways that share a database and nothing else."""
    server = request.getfixturevalue("postgres_server")
    settings = {"DIRECTORY__DATABASE_URL": server.database()}
    gateways = GatewayProcess(tmp_path / "one", settings), GatewayProcess(tmp_path / "two", settings)
    for gateway in gateways:
        gateway.start()
    describe(gateways[0])
    yield gateways
    for gateway in gateways:
        gateway.stop()


@pytest.mark.live
def test_gateways_that_share_a_database_follow(pair: tuple[GatewayProcess, GatewayProcess]) -> None:
    one, two = pair
    before = running(two)["hash"]
    hash_ = put(one, warm(100)).headers["shacl-shapes"]
    followed = until(lambda: running(two)["hash"] == hash_, SOON_S)
    rejected = outcome(two, 20)
    httpx.put(f"{two.url}/shapes/policies", json={"policy": "mark"})
    marked = until(lambda: outcome(one, 20) == "published", SOON_S)
    httpx.delete(f"{two.url}/shapes/warm")
    back = until(lambda: running(one)["hash"] == before, SOON_S)

    assert (followed, rejected, marked, back) == (True, "rejected", True, True)


@pytest.mark.live
def test_a_gateway_that_cannot_use_a_version_says_so_and_goes_on(
    pair: tuple[GatewayProcess, GatewayProcess], tmp_path: Path
) -> None:
    one, _ = pair
    folder = tmp_path / "shapes"
    folder.mkdir()
    (folder / "warm.ttl").write_bytes(warm(10))
    third = GatewayProcess(tmp_path / "three", {**one.settings, "SHAPES__FOLDERS": json.dumps([str(folder)])})
    third.start()
    try:
        before = running(third)["hash"]
        put(one, warm(100))
        told = until(lambda: "failing" in running(third), SOON_S)
        failing = running(third)
        goes_on = outcome(third, 20)
    finally:
        third.stop()

    assert told
    assert (failing["hash"], goes_on) == (before, "published")
    assert "rename the file" in failing["failing"]["error"]
    assert "cannot be used here" in third.log
