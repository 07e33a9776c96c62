"""A gateway that knows two thermometers, with each of the graph stores: what real clients ask."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live.gateway_process import GatewayProcess
from tests.stores.fuseki_server import FusekiServer, require_fuseki

PREFIXES = "PREFIX saref: <https://saref.etsi.org/core/> PREFIX td: <https://www.w3.org/2019/wot/td#> "
VALUES = (
    PREFIXES + "SELECT DISTINCT ?title ?value WHERE { ?t a saref:Device ; td:title ?title ."
    " ?o saref:madeBy ?t ; saref:hasResult [ saref:hasValue ?value ] } ORDER BY ?title"
)

_DEFINITION = {
    "vendor": "v",
    "model": "m",
    "exposes": [{"type": "numeric", "name": "temperature", "property": "temperature", "access": 1, "unit": "°C"}],
}
_DEVICES = {"cellar": 8.5, "kitchen": 21.5}


@pytest.fixture(scope="session", params=["embedded", "remote"])
def gateway(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    """One gateway for each store, filled."""
    folder = tmp_path_factory.mktemp(f"clients-{request.param}")
    with fuseki_settings(folder / "fuseki") if request.param == "remote" else no_settings() as settings:
        process = GatewayProcess(folder / "gateway", settings)
        try:
            process.start()
            fill(process)
            yield process
        finally:
            process.stop()


@contextmanager
def no_settings() -> Iterator[dict[str, str]]:
    yield {}


@contextmanager
def fuseki_settings(folder: Path) -> Iterator[dict[str, str]]:
    """Settings of a gateway over a Fuseki of its own."""
    require_fuseki()
    server = FusekiServer(folder, in_memory=True)
    server.start()
    try:
        yield server.environment
    finally:
        server.stop()


def fill(gateway: GatewayProcess) -> None:
    """Two thermometers, with a value each; returns when they are found."""
    devices = [
        {"ieee_address": f"0x{number:016x}", "friendly_name": name, "definition": _DEFINITION}
        for number, name in enumerate(_DEVICES, 1)
    ]
    gateway.post("/ingest/zigbee2mqtt/bridge/devices", json.dumps(devices).encode(), "application/json")
    for name, value in _DEVICES.items():
        gateway.post(f"/ingest/zigbee2mqtt/{name}", json.dumps({"temperature": value}).encode(), "application/json")
    deadline = time.monotonic() + 60
    while len(rows(gateway, VALUES)) < len(_DEVICES):
        assert time.monotonic() < deadline, f"the values are not found:\n{gateway.log[-2000:]}"
        time.sleep(0.2)


def rows(gateway: GatewayProcess, query: str) -> list[dict[str, str]]:
    """The solutions of *query*, each the value by variable; none while the store has no answer."""
    url = f"{gateway.url}/sparql?{urllib.parse.urlencode({'query': query})}"
    request = urllib.request.Request(url, headers={"Accept": "application/sparql-results+json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            found = json.load(response)["results"]["bindings"]
    except urllib.error.HTTPError as error:
        if error.code != 503:
            raise
        return []
    return [{name: term["value"] for name, term in solution.items()} for solution in found]
