from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from tests.conformance.directory_client import DirectoryClient
from tests.conformance.sparql_cases import BEARER, DATA, MINE, TOKEN
from tests.http_peer import Quiet, serving
from tests.live.gateway_process import GatewayProcess
from tests.live.postgres_server import postgres_server

__all__ = ["postgres_server"]

SERVICE = "https://elsewhere.example/sparql"
_ROOMS = {
    "head": {"vars": ["room"]},
    "results": {"bindings": [{"room": {"type": "literal", "value": "kitchen"}}]},
}


class _Endpoint(Quiet, BaseHTTPRequestHandler):
    """A SPARQL endpoint that has one answer."""

    def do_GET(self) -> None:
        body = json.dumps(_ROOMS).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.do_GET()


@pytest.fixture(scope="session")
def peer_endpoint() -> Iterator[str]:
    """The address of another SPARQL endpoint, which the gateway may ask as SERVICE."""
    with serving(_Endpoint) as url:
        yield f"{url}/sparql"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def gateway(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, peer_endpoint: str
) -> Iterator[GatewayProcess]:
    folder = tmp_path_factory.mktemp(request.param)
    settings = {
        "DIRECTORY__DATABASE_URL": database_url(request, folder),
        "DIRECTORY__PURGE_INTERVAL_S": "0.2",
        "SPARQL__SERVICES": json.dumps({SERVICE: peer_endpoint}),
    }
    process = GatewayProcess(folder, settings)
    process.start()
    yield process
    process.stop()


def database_url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'directory.sqlite'}"
    server = request.getfixturevalue("postgres_server")
    return str(server.database())


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a SPARQL endpoint that somebody may write to, with three graphs of theirs."""
    writers = {"notes": {"token": TOKEN, "prefix": MINE}}
    settings = {"SPARQL__WRITERS": json.dumps(writers), "STORE__STALE_S": "0"}
    process = GatewayProcess(tmp_path_factory.mktemp("sparql"), settings)
    process.start()
    with httpx.Client(base_url=process.url, timeout=30.0, trust_env=False) as client:
        for graph, triples in DATA.items():
            headers = {**BEARER, "Content-Type": "text/turtle"}
            assert client.put("/graphs", params={"graph": graph}, content=triples, headers=headers).status_code == 201
        yield client
    process.stop()


@pytest.fixture(scope="session")
def directory_url(gateway: GatewayProcess) -> str:
    return gateway.url


@pytest.fixture
def directory(directory_url: str) -> Iterator[DirectoryClient]:
    """A directory that holds nothing."""
    with DirectoryClient(directory_url) as client:
        yield client
        client.clear()
