"""Questions on the command line: of a capture, and of a gateway."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.error import URLError

import pytest
from typer.testing import CliRunner

from semantic_gw.cli.main import app
from semantic_gw.cli.tour import TOUR
from semantic_gw.errors import ConfigurationError, QueryError, RefusedError, UnavailableError
from tests.http_peer import Quiet, serving

run = CliRunner().invoke
TITLES = (
    "PREFIX td: <https://www.w3.org/2019/wot/td#> PREFIX saref: <https://saref.etsi.org/core/> "
    "SELECT DISTINCT ?t ?title { ?t a saref:Meter ; td:title ?title }"
)
CONSTRUCT = "PREFIX td: <https://www.w3.org/2019/wot/td#> CONSTRUCT { ?t td:title 'x' } WHERE { ?t a td:Thing }"


class _Gateway(Quiet, BaseHTTPRequestHandler):
    """Answers a question with what was asked."""

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        told = {"path": self.path, "query": text, "accept": self.headers["Accept"]}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def captured(tmp_path: Path) -> list[str]:
    """The words that ask a short capture: its first line."""
    capture = tmp_path / "capture.ndjson"
    lines = TOUR.read_text("utf-8").splitlines(keepends=True)
    capture.write_text("".join(line for line in lines if "kettle" in line), "utf-8")
    return ["--capture", str(capture)]


def test_solutions_are_a_table(captured: list[str]) -> None:
    result = run(app, ["query", "-", *captured], input=TITLES)

    assert [line.split() for line in result.stdout.splitlines()] == [
        ["t", "title"],
        ["urn:dev:mac:02a1b2fffe000003", "kitchen/kettle"],
    ]


def test_solutions_are_json(captured: list[str]) -> None:
    result = run(app, ["query", "-", "--format", "json", *captured], input=TITLES)

    assert json.loads(result.stdout)["results"]["bindings"][0]["title"]["value"] == "kitchen/kettle"


def test_whether_is_a_word(captured: list[str]) -> None:
    assert run(app, ["query", "-", *captured], input="ASK { ?s ?p ?o }").stdout == "yes\n"


def test_a_graph_is_turtle(captured: list[str], tmp_path: Path) -> None:
    file = tmp_path / "graph.rq"
    file.write_text(CONSTRUCT)
    result = run(app, ["query", str(file), *captured])

    assert '<urn:dev:mac:02a1b2fffe000003> td:title "x" .' in result.stdout


def test_a_gateway_is_asked_over_http() -> None:
    with serving(_Gateway) as url:
        result = run(app, ["query", "-", "--url", url, "--format", "csv"], input=TITLES)
    told = json.loads(result.stdout)

    assert told == {"path": "/sparql", "query": TITLES, "accept": "text/csv"}


def test_a_gateway_that_is_away_is_told() -> None:
    result = run(app, ["query", "-", "--url", "http://127.0.0.1:9"], input="ASK {}")

    assert isinstance(result.exception, UnavailableError | URLError)


def test_a_wrong_query_is_told_with_its_place(captured: list[str]) -> None:
    result = run(app, ["query", "-", *captured], input="SELECT *\nWHERE { ?s ?p }")

    assert isinstance(result.exception, RefusedError)
    assert str(result.exception).startswith("line 2, column")


def test_an_update_is_no_query() -> None:
    assert isinstance(run(app, ["query", "-"], input="DROP ALL").exception, QueryError)


def test_a_form_that_cannot_be_is_told_with_those_that_can() -> None:
    result = run(app, ["query", "-", "--format", "csv"], input=CONSTRUCT)

    assert isinstance(result.exception, ConfigurationError)
    assert "ttl" in str(result.exception)
