"""What a gateway that runs tells of a message, on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from semantic_gw.cli.main import app
from semantic_gw.errors import NotRegisteredError, UnavailableError
from tests.http_peer import Quiet, serving

run = CliRunner().invoke


class _Gateway(Quiet, BaseHTTPRequestHandler):
    """Knows every message but `lost`, and tells which it was asked for."""

    def do_GET(self) -> None:
        lost = self.path == "/messages/lost"
        told = {"detail": "no such message"} if lost else {"outcome": "published", "path": self.path}
        body = json.dumps(told).encode()
        self.send_response(404 if lost else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a gateway whose port is that of the settings."""
    with serving(_Gateway) as url:
        monkeypatch.setenv("SEMANTIC_GW_HTTP__PORT", str(urlsplit(url).port))
        yield url


@pytest.mark.usefixtures("gateway")
def test_a_message_is_asked_of_the_gateway_of_the_settings() -> None:
    result = run(app, ["explain", "17", "--json"])

    assert json.loads(result.stdout) == {"outcome": "published", "path": "/messages/17"}


def test_a_message_is_asked_of_another_gateway(gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMANTIC_GW_HTTP__PORT", "1")
    result = run(app, ["explain", "a?b", "--json", "--url", gateway])

    assert json.loads(result.stdout)["path"] == "/messages/a%3Fb"


@pytest.mark.usefixtures("gateway")
def test_a_message_that_nobody_knows_is_told() -> None:
    with pytest.raises(NotRegisteredError, match="no such message"):
        run(app, ["explain", "lost"], catch_exceptions=False)


def test_a_gateway_that_is_away_is_told() -> None:
    with pytest.raises(UnavailableError, match="no gateway answers at http://127"):
        run(app, ["explain", "17", "--url", "http://127.0.0.1:9"], catch_exceptions=False)
