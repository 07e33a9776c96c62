"""node-wot, the reference implementation of the WoT Scripting API, uses the directory and a device registered in it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from semantic_gw.model import Json
from tests.http_peer import Quiet, serving
from tests.live.gateway_process import GatewayProcess
from tests.shared import ROOT, unavailable

pytestmark = pytest.mark.live

CLIENT = ROOT / "tests" / "clients" / "node_wot"
KNOWN = "urn:dev:node-wot:1"


class _Thermometer(Quiet, BaseHTTPRequestHandler):
    """A device with one property."""

    def do_GET(self) -> None:
        body = b"21.5"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def device() -> Iterator[str]:
    with serving(_Thermometer) as url:
        yield f"{url}/"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    folder = tmp_path_factory.mktemp("node-wot")
    process = GatewayProcess(folder, {"DIRECTORY__DATABASE_URL": f"sqlite:///{folder / 'directory.sqlite'}"})
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def client() -> Path:
    """The script, its packages installed beside it as the lock file says; skips where there is no Node.js."""
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        unavailable(f"no {' and no '.join(missing)}: install Node.js 20 or newer (Debian: apt install nodejs npm)")
    packages = CLIENT / "node_modules"
    lock = CLIENT / "package-lock.json"
    done = packages / ".installed"
    if not done.exists() or done.read_bytes() != lock.read_bytes():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        installed = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=300, check=False)
        if installed.returncode:
            unavailable(f"npm cannot install node-wot: {installed.stderr[-2000:]}")
        done.write_bytes(lock.read_bytes())
    return CLIENT / "client.mjs"


@pytest.fixture(scope="module")
def seen(client: Path, gateway: GatewayProcess, device: str, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """What the client saw, step by step."""
    given = {
        "known": thermometer("kitchen", device, id=KNOWN),
        "anonymous": thermometer("cellar", device),
        "query": "$[?@.title=='cellar'].properties.temperature.unit",
        "property": "temperature",
    }
    file = tmp_path_factory.mktemp("things") / "things.json"
    file.write_text(json.dumps(given), "utf-8")
    command = ["node", str(client), gateway.url, str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert "error" not in told, f"{told['error']}\n{gateway.log[-2000:]}"
    return told


def thermometer(title: str, base: str, **members: Json) -> dict[str, Json]:
    form = {"href": "temperature", "op": "readproperty", "contentType": "application/json"}
    temperature = {"type": "number", "unit": "degree Celsius", "readOnly": True, "forms": [form]}
    return {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "title": title,
        "base": base,
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        "properties": {"temperature": temperature},
        **members,
    }


def test_it_consumes_the_description_of_the_directory(seen: Json) -> None:
    assert "Directory" in seen["directory"]


def test_it_lists_what_it_created_with_an_id_and_without(seen: Json) -> None:
    others = [id for id in seen["listed"] if id != KNOWN]

    assert KNOWN in seen["listed"]
    assert [id[:9] for id in others] == ["urn:uuid:"]


def test_it_explores_what_is_listed(seen: Json) -> None:
    assert seen["explored"] == {"ids": seen["listed"], "error": None}


def test_it_retrieves_what_it_created(seen: Json, device: str) -> None:
    sent = thermometer("kitchen", device, id=KNOWN)
    kept = {name: value for name, value in seen["retrieved"].items() if name not in ("@context", "registration")}

    assert kept == {name: value for name, value in sent.items() if name != "@context"}


def test_it_searches(seen: Json) -> None:
    assert seen["found"] == ["degree Celsius"]


def test_it_reads_a_property_of_a_thing_it_found(seen: Json) -> None:
    assert seen["value"] == 21.5


def test_it_changes_a_thing_in_part_and_as_a_whole(seen: Json) -> None:
    assert seen["patched"] == "patched"
    assert seen["replaced"] == "kitchen"


def test_it_deletes_a_thing(seen: Json) -> None:
    assert seen["left"] == [id for id in seen["listed"] if id != KNOWN]
