"""A gateway that runs takes mappings into use at SIGHUP: good ones at once, bad ones never."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.gateway_process import GatewayProcess

SHED = "address: shed/{device}\nversion: 1\nfields: {t: {kind: Temperature, unit: °C}}\n"
CHANGED = SHED.replace("°C", "°F").replace("version: 1", "version: 2")
BAD = SHED.replace("Temperature", "Temprature")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "shed.mapping.yaml").write_text(SHED, "utf-8")
    return tmp_path / "mappings"


@pytest.fixture
def gateway(tmp_path: Path, folder: Path) -> Iterator[GatewayProcess]:
    settings = {"MAPPINGS": json.dumps([str(folder)]), "MAPPINGS_POLL_S": "3600"}
    process = GatewayProcess(tmp_path / "gateway", settings)
    process.start()
    yield process
    process.stop()


def reload(gateway: GatewayProcess, text: str, folder: Path) -> None:
    (folder / "shed.mapping.yaml").write_text(text, "utf-8")
    os.kill(gateway.pid, signal.SIGHUP)


def listed(gateway: GatewayProcess) -> dict[str, Any]:
    told = gateway.get("/mappings")
    assert isinstance(told, dict)
    return told


def shed(gateway: GatewayProcess) -> dict[str, Any]:
    (found,) = [one for one in listed(gateway)["families"] if one["id"] == "shed"]
    assert isinstance(found, dict)
    return found


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def unit(gateway: GatewayProcess) -> str:
    """The unit that a temperature is lifted with now."""
    record = {"id": "1", "transport": {"kind": "mqtt", "topic": "shed/1"}, "payload": {"t": 20}}
    (ended,) = gateway.post("/ingest", json.dumps(record).encode(), "application/x-ndjson").splitlines()
    told = gateway.get(f"/messages/{json.loads(ended)['message']}")
    assert isinstance(told, dict)
    return str(told["observations"][0]["unit"]).rpartition("/")[2]


def test_a_mapping_that_changed_is_in_use(gateway: GatewayProcess, folder: Path) -> None:
    before = unit(gateway)
    reload(gateway, CHANGED, folder)
    wait_for(lambda: shed(gateway)["version"] == "2")

    assert (before, unit(gateway)) == ("DEG_C", "DEG_F")


def test_a_bad_mapping_is_told_and_the_old_one_lifts(gateway: GatewayProcess, folder: Path) -> None:
    reload(gateway, BAD, folder)
    wait_for(lambda: listed(gateway)["faults"])
    (fault,) = listed(gateway)["faults"]

    assert (fault["file"], fault["family"]) == ("mappings/shed.mapping.yaml", "shed")
    assert "no kind 'Temprature'" in fault["error"]
    assert (shed(gateway)["version"], shed(gateway)["state"]) == ("1", "in use; its file has a fault")
    assert unit(gateway) == "DEG_C"
