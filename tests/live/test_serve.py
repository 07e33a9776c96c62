"""`semantic-gw serve` on the embedded log, as its users meet it: a process, HTTP, and what is left on disk."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.live.gateway_process import GatewayProcess
from tests.shared import ROOT

DEFINITION = {
    "vendor": "v",
    "model": "m",
    "exposes": [
        {"type": "numeric", "name": "temperature", "property": "temperature", "access": 1, "unit": "°C"},
        {"type": "numeric", "name": "mystery", "property": "mystery", "access": 1},
    ],
}
DEVICES = [{"ieee_address": "0x00158d0003429eda", "friendly_name": "kitchen", "definition": DEFINITION}]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path / "gateway")
    process.start()
    yield process
    process.stop()


def describe(gateway: GatewayProcess) -> None:
    gateway.post("/ingest/zigbee2mqtt/bridge/devices", json.dumps(DEVICES).encode(), "application/json")


def capture(*payloads: object) -> bytes:
    head = {"content_type": "application/json", "transport": {"kind": "mqtt", "topic": "zigbee2mqtt/kitchen"}}
    return b"\n".join(json.dumps({"id": str(n), **head, "payload": p}).encode() for n, p in enumerate(payloads))


def ingest(gateway: GatewayProcess, *payloads: object) -> list[dict[str, str]]:
    answer = gateway.post("/ingest", capture(*payloads), "application/x-ndjson")
    return [json.loads(line) for line in answer.splitlines()]


def command(gateway: GatewayProcess, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "semantic_gw.cli", *words]
    return subprocess.run(
        line, env=gateway.environment, capture_output=True, text=True, cwd=gateway.folder, check=False
    )


def test_a_payload_becomes_a_graph_on_the_log(gateway: GatewayProcess) -> None:
    describe(gateway)
    (ended,) = ingest(gateway, {"temperature": 21.4})
    (line,) = command(gateway, "tail", "observations").stdout.splitlines()

    assert ended["outcome"] == "published"
    assert json.loads(line)["observations"][0]["result"]["value"] == 21.4


def test_a_message_is_explained(gateway: GatewayProcess) -> None:
    describe(gateway)
    (ended,) = ingest(gateway, {"temperature": 21.4})
    told = gateway.get(f"/messages/{ended['message']}")

    assert isinstance(told, dict)
    assert told["outcome"] == "published"
    assert told["records"][0]["topic"] == "semantic.observations"
    assert [step["outcome"] for step in told["steps"] if step["subject"] == "temperature"] == ["an observation"]


def test_an_unknown_message_is_a_problem(gateway: GatewayProcess) -> None:
    with pytest.raises(urllib.error.HTTPError) as raised:
        gateway.get("/messages/nobody")
    problem = json.load(raised.value)

    assert raised.value.code == 404
    assert raised.value.headers["Content-Type"] == "application/problem+json"
    assert "semantic-gw explain" in problem["detail"]


def test_a_dead_letter_is_replayed_once_its_description_is_there(gateway: GatewayProcess) -> None:
    (ended,) = ingest(gateway, {"temperature": 21.4})
    describe(gateway)
    ingest(gateway, {"temperature": 1})
    explained = command(gateway, "explain", "semantic.dead-letter/0/0")
    replayed = command(gateway, "replay", "--reason", "no description")
    records = [json.loads(line) for line in command(gateway, "tail", "observations").stdout.splitlines()]

    assert ended["outcome"] == "dead-letter"
    assert "an observation" in explained.stdout
    assert replayed.stdout.strip() == "published: 1"
    assert replayed.returncode == 0
    assert sorted(record["observations"][0]["result"]["value"] for record in records) == [1, 21.4]


def test_things_survive_a_restart(gateway: GatewayProcess) -> None:
    describe(gateway)
    ingest(gateway, {"temperature": 1})
    gateway.kill()
    gateway.start()
    (ended,) = ingest(gateway, {"temperature": 2})

    assert ended["outcome"] == "published"


def test_the_context_of_the_records_is_served(gateway: GatewayProcess) -> None:
    context = gateway.get("/context/v1.jsonld")

    assert isinstance(context, dict)
    assert context["@context"]["observations"] == "@graph"


def test_metrics_count_outcomes_and_unmapped_values(gateway: GatewayProcess) -> None:
    describe(gateway)
    ingest(gateway, {"temperature": 1, "mystery": 2})
    with urllib.request.urlopen(gateway.url + "/metrics") as response:
        text = response.read().decode()

    assert 'semantic_gw_payloads_total{family="zigbee2mqtt",outcome="published"} 2.0' in text
    assert 'semantic_gw_unmapped_values_total{family="zigbee2mqtt"} 1.0' in text


def test_names_of_unmapped_values_are_listed(gateway: GatewayProcess) -> None:
    describe(gateway)
    ingest(gateway, {"temperature": 1, "mystery": 2}, {"temperature": 1, "mystery": 3})
    told = gateway.get("/mappings/unknown")

    assert isinstance(told, dict)
    assert [(one["family"], one["name"], one["count"]) for one in told["names"]] == [("zigbee2mqtt", "mystery", 2)]


def test_the_api_describes_its_ways_in(gateway: GatewayProcess) -> None:
    document = gateway.get("/openapi.json")

    assert isinstance(document, dict)
    assert {"/ingest/{address}", "/ingest", "/messages/{message_id}", "/health/ready"} <= document["paths"].keys()


def test_logs_are_json_and_hold_no_payload(gateway: GatewayProcess) -> None:
    ingest(gateway, {"temperature": 987654.25})
    lines = [json.loads(line) for line in gateway.log.splitlines() if line.startswith("{")]

    assert lines
    assert "987654.25" not in gateway.log


def settled_memory(pid: int) -> int:
    """Resident bytes of the process *pid*, once it has given back what a large batch took: the least of 15 seconds."""
    process = psutil.Process(pid)
    least: int = process.memory_info().rss
    for _ in range(30):
        time.sleep(0.5)
        least = min(least, process.memory_info().rss)
    return least


def test_a_thousand_things_fit_in_two_hundred_megabytes(gateway: GatewayProcess) -> None:
    definition = {"vendor": "v", "model": "m", "exposes": [
        {"type": "numeric", "name": name, "property": name, "access": 1, "unit": unit}
        for name, unit in {"temperature": "°C", "humidity": "%", "pressure": "hPa", "power": "W"}.items()
    ]}  # fmt: skip
    devices = [
        {"ieee_address": f"0x{number:016x}", "friendly_name": f"device {number}", "definition": definition}
        for number in range(1000)
    ]
    gateway.post("/ingest/zigbee2mqtt/bridge/devices", json.dumps(devices).encode(), "application/json")
    ingest(gateway, *({"temperature": number / 10} for number in range(500)))

    assert settled_memory(gateway.pid) < 200 * 10**6


def test_listening_beyond_loopback_needs_a_flag(tmp_path: Path) -> None:
    gateway = GatewayProcess(tmp_path, {"HTTP__HOST": "0.0.0.0"})
    done = command(gateway, "serve")

    assert done.returncode == 2
    assert "http.allow_remote = true" in done.stderr.replace("\n", " ")


def test_a_setting_with_a_typing_slip_is_named(tmp_path: Path) -> None:
    (tmp_path / "slip.toml").write_text("[http]\nprot = 1\n")
    gateway = GatewayProcess(tmp_path, {"CONFIG": str(tmp_path / "slip.toml")})
    done = command(gateway, "check", "--no-reason")

    assert done.returncode == 2
    assert "http.prot" in done.stderr


def test_the_repository_is_not_needed(tmp_path: Path) -> None:
    """The wheel carries its mappings, shapes and vocabulary."""
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from semantic_gw.shipped import MAPPINGS, SHAPES, ONTOLOGIES;"
        "count = lambda folder, pattern: len(list(folder.glob(pattern)));"
        "print(MAPPINGS, count(MAPPINGS, '*/manifest.toml'), count(SHAPES, '*.ttl'), count(ONTOLOGIES, '*.ttl'))"
    )
    unpacked = tmp_path / "unpacked"
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(unpacked)], check=True)
    shown = subprocess.run(
        [sys.executable, "-I", "-c", code, str(unpacked)], capture_output=True, text=True, check=True
    )

    assert str(unpacked) in shown.stdout
    assert [int(number) > 0 for number in shown.stdout.split()[1:]] == [True, True, True]
