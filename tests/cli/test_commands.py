"""The commands that need no server, in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest
from typer.testing import CliRunner

from semantic_gw.cli.main import app
from semantic_gw.cli.tour import TOUR

run = CliRunner().invoke

GOOD = {
    "id": "good",
    "content_type": "application/json",
    "received_at": "2026-11-24T10:15:00Z",
    "transport": {"kind": "mqtt", "topic": "zigbee2mqtt/kitchen"},
    "payload": {"temperature": 21.4, "mystery": 1},
    "meta": {
        "ieee_address": "0x00158d0003429eda",
        "definition": {
            "exposes": [{"type": "numeric", "name": "temperature", "property": "temperature", "unit": "°C"}]
        },
    },
}
LOST = {**GOOD, "id": "lost", "transport": {"kind": "mqtt", "topic": "nobody/knows"}, "meta": None}


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    path = tmp_path / "capture.ndjson"
    path.write_text("\n".join(json.dumps(record) for record in (GOOD, LOST)) + "\n\nno record\n")
    return path


def test_a_report_is_one_object_a_record(capture: Path) -> None:
    result = run(app, ["lift", str(capture), "--to", "report"])
    good, lost, bad = map(json.loads, result.stdout.splitlines())

    assert good == {
        "id": "good",
        "outcome": "published",
        "family": "zigbee2mqtt",
        "thing": "urn:dev:mac:00158d0003429eda",
        "observations": [
            {
                "affordance": "temperature",
                "kind": "https://w3id.org/semantic-gw/Temperature",
                "quantity_kind": "http://qudt.org/vocab/quantitykind/Temperature",
                "value": 21.4,
                "unit": "http://qudt.org/vocab/unit/DEG_C",
                "time": "2026-11-24T10:15:00Z",
            }
        ],
        "events": [],
        "things": 1,
        "unmapped": ["/mystery"],
        "reason": None,
    }
    assert (lost["outcome"], lost["reason"].partition(":")[0]) == ("dead-letter", "no mapping")
    assert bad["outcome"] == "dead-letter"
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("to", "format"), [("nquads", pyoxigraph.RdfFormat.N_QUADS), ("trig", pyoxigraph.RdfFormat.TRIG)]
)
def test_rdf_can_be_parsed(capture: Path, to: str, format: pyoxigraph.RdfFormat) -> None:
    result = run(app, ["lift", str(capture), "--to", to])
    graphs = {str(quad.graph_name) for quad in pyoxigraph.parse(result.stdout, format=format)}

    assert any("/observations/" in name for name in graphs)


def test_jsonld_is_one_object_a_line(capture: Path) -> None:
    (line,) = run(app, ["lift", str(capture), "--to", "jsonld"]).stdout.splitlines()

    assert json.loads(line)["thing"] == "urn:dev:mac:00158d0003429eda"


def test_the_summary_counts(capture: Path) -> None:
    shown = run(app, ["lift", str(capture)]).stdout

    assert "2 payloads, 1 Things, 1 observations" in shown
    assert "dead-letter: no mapping" in shown
    assert "/mystery" in shown


def test_a_capture_may_come_from_standard_input() -> None:
    result = run(app, ["lift", "-", "--to", "report"], input=json.dumps(GOOD))

    assert json.loads(result.stdout)["id"] == "good"
    assert result.exit_code == 0


def test_the_tour_has_every_outcome() -> None:
    lines = run(app, ["lift", str(TOUR), "--to", "report"]).stdout.splitlines()

    assert {json.loads(line)["outcome"] for line in lines} == {"published", "ignored", "dead-letter"}


def test_an_explanation_tells_every_step(capture: Path) -> None:
    result = run(app, ["explain", str(capture), "--record", "good", "--json", "--code"])
    told = json.loads(result.stdout)

    assert {step["step"] for step in told["steps"]} == {"decode", "route", "describe", "lift", "validate"}
    assert "def lift(" in told["code"][0]
    assert result.exit_code == 0


def test_an_explanation_reads_as_a_table(capture: Path) -> None:
    result = run(app, ["explain", str(capture), "--record", "lost"])

    assert "no mapping" in result.stdout
    assert result.exit_code == 1


def test_check_finds_nothing_in_what_ships() -> None:
    result = run(app, ["check", "--no-reason"])

    assert result.exit_code == 0, result.stdout
    assert "mappings    fine" in result.stdout


def test_a_bench_compares_with_the_plain_way() -> None:
    result = run(app, ["bench", "--seconds", "0.05", "--json"])
    steps = {step["step"]: step["microseconds"] for step in json.loads(result.stdout)["steps"]}

    assert steps["plain way"] > steps["whole pipeline"] > steps["decode"] > 0


def test_a_bench_reads_as_a_table() -> None:
    assert "whole pipeline" in run(app, ["bench", "--seconds", "0.05", "--no-plain"]).stdout


@pytest.mark.parametrize(
    "command", ["tour", "serve", "lift", "validate", "check", "explain", "replay", "tail", "bench"]
)
def test_every_command_explains_itself(command: str) -> None:
    result = run(app, [command, "--help"])

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5


def test_the_version_is_printed() -> None:
    assert run(app, ["--version"]).stdout.startswith("semantic-gw 0.")
