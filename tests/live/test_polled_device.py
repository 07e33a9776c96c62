"""A device that only answers, from its registration to the observation on the log."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from semantic_gw.model import Json
from tests.http_peer import Quiet, serving
from tests.live.gateway_process import GatewayProcess

pytestmark = pytest.mark.live

METER = "urn:dev:meter-7"


class _Meter(Quiet, BaseHTTPRequestHandler):
    """A meter with two channels behind one path."""

    def do_GET(self) -> None:
        body = b'{"power": 11.5}' if self.path.endswith("channel=1") else b'{"power": 10.5}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def meter() -> Iterator[str]:
    with serving(_Meter) as url:
        yield f"{url}/"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    database = f"sqlite:///{tmp_path / 'directory.sqlite'}"
    process = GatewayProcess(tmp_path, {"POLLING__HOSTS": '["127.0.0.1"]', "DIRECTORY__DATABASE_URL": database})
    process.start()
    yield process
    process.stop()


def description(base: str) -> dict[str, Json]:
    channels = {
        f"power{channel}": {
            "type": "number",
            "unit": "http://qudt.org/vocab/unit/W",
            "readOnly": True,
            "saref:hasPropertyKind": {"@id": "https://w3id.org/semantic-gw/Power"},
            "sgw:pointer": "/power",
            "forms": [{"href": f"status?channel={channel}"}],
        }
        for channel in (0, 1)
    }
    vocabularies = {"saref": "https://saref.etsi.org/core/", "sgw": "https://w3id.org/semantic-gw/"}
    return {
        "@context": ["https://www.w3.org/2022/wot/td/v1.1", vocabularies],
        "id": METER,
        "title": "meter",
        "base": base,
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        "sgw:pollInterval": 1,
        "properties": channels,
    }


def register(gateway: GatewayProcess, document: dict[str, Json]) -> None:
    body, headers = json.dumps(document).encode(), {"Content-Type": "application/td+json"}
    request = urllib.request.Request(f"{gateway.url}/things/{METER}", body, headers, method="PUT")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 201


def observed(gateway: GatewayProcess) -> dict[str, float]:
    """The newest value of each affordance, by its name."""
    command = [sys.executable, "-m", "semantic_gw.cli", "tail", "observations"]
    told = subprocess.run(command, env=gateway.environment, capture_output=True, text=True, check=True)
    records = [json.loads(line) for line in told.stdout.splitlines()]
    observations = [observation for record in records for observation in record["observations"]]
    return {found["id"].rpartition("#")[2]: found["result"]["value"] for found in observations}


def test_each_channel_is_read_and_observed_apart(gateway: GatewayProcess, meter: str) -> None:
    register(gateway, description(meter))
    deadline = time.monotonic() + 30
    while len(values := observed(gateway)) < 2 and time.monotonic() < deadline:
        time.sleep(0.5)

    assert values == {"power0": 10.5, "power1": 11.5}, gateway.log[-3000:]
