"""Comunica, the query engine of the Web of Linked Data in JavaScript, asks the gateway's endpoint."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from semantic_gw.model import Json
from tests.clients.filled_gateway import PREFIXES, VALUES
from tests.live.gateway_process import GatewayProcess
from tests.shared import ROOT, unavailable

pytestmark = pytest.mark.live

CLIENT = ROOT / "tests" / "clients" / "comunica"
FOUND = [("cellar", 8.5), ("kitchen", 21.5)]
QUERIES = {
    "select": VALUES,
    "joined": PREFIXES + "SELECT DISTINCT ?title WHERE { ?t td:title ?title ; a saref:Device ."
    " OPTIONAL { ?t td:base ?b } FILTER(!BOUND(?b)) }",
    "ask": PREFIXES + "ASK { ?t td:title 'kitchen' }",
    "construct": PREFIXES + "CONSTRUCT { ?t td:title ?title } WHERE { ?t a saref:Device ; td:title ?title }",
    "graphs": PREFIXES + "SELECT ?g WHERE { GRAPH ?g { ?t td:title 'kitchen' } }",
    "service": "SELECT * WHERE { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }",
}


@pytest.fixture(scope="session")
def client() -> Path:
    """The script, its packages installed beside it as the lock file says; skips where there is no Node.js."""
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        unavailable(f"no {' and no '.join(missing)}: install Node.js 20 or newer (Debian: apt install nodejs npm)")
    lock = CLIENT / "package-lock.json"
    done = CLIENT / "node_modules" / ".installed"
    if not done.exists() or done.read_bytes() != lock.read_bytes():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        installed = subprocess.run(command, cwd=CLIENT, capture_output=True, text=True, timeout=300, check=False)
        if installed.returncode:
            unavailable(f"npm cannot install Comunica: {installed.stderr[-2000:]}")
        done.write_bytes(lock.read_bytes())
    return CLIENT / "client.mjs"


_SEEN: dict[str, Json] = {}


@pytest.fixture
def seen(client: Path, gateway: GatewayProcess, tmp_path: Path) -> Json:
    """What Comunica saw at the endpoint, by query."""
    if gateway.url not in _SEEN:
        file = tmp_path / "queries.json"
        file.write_text(json.dumps(QUERIES), "utf-8")
        command = ["node", str(client), f"{gateway.url}/sparql", str(file)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr
        _SEEN[gateway.url] = json.loads(ended.stdout.splitlines()[-1])
    told = _SEEN[gateway.url]
    assert "error" not in told, told["error"]
    return told


def values(rows: Json) -> list[tuple[str, float]]:
    """A store may write a number in its own way."""
    return [(row["title"], float(row["value"])) for row in rows]


def test_it_selects_values(seen: Json) -> None:
    assert values(seen["select"]) == FOUND


def test_it_finds_out_itself_that_this_is_an_endpoint(seen: Json) -> None:
    assert values(seen["detected"]) == FOUND


def test_it_joins_and_filters(seen: Json) -> None:
    assert sorted(row["title"] for row in seen["joined"]) == ["cellar", "kitchen"]


def test_it_asks_whether(seen: Json) -> None:
    assert seen["ask"] is True


def test_it_constructs_a_graph(seen: Json) -> None:
    assert sorted(triple[2] for triple in seen["construct"]) == ["cellar", "kitchen"]


def test_it_finds_named_graphs(seen: Json) -> None:
    assert [row["g"] for row in seen["graphs"]] == ["urn:dev:mac:0000000000000002"]


def test_it_cannot_make_the_gateway_ask_others(seen: Json) -> None:
    assert seen["refusal"] is not None
