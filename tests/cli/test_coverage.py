"""`semantic-gw coverage`, `suggest` and `lexicon`: what is understood, what could be, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from semantic_gw.cli.main import app
from semantic_gw.shipped import MAPPINGS

TOUR = MAPPINGS / "zigbee2mqtt" / "examples" / "tour.ndjson"


@pytest.fixture
def unknown(tmp_path: Path) -> Path:
    record = {"id": "1", "transport": {"kind": "mqtt", "topic": "shed/1"}, "payload": {"valve": "open", "temp": 3}}
    path = tmp_path / "unknown.ndjson"
    path.write_text(json.dumps(record) + "\nno record\n")
    return path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout


def test_coverage_has_a_line_for_each_family() -> None:
    code, text = run("coverage", str(TOUR))

    assert code == 0
    assert text.splitlines()[0].split()[:2] == ["family", "records"]
    assert any(line.startswith("zigbee2mqtt") for line in text.splitlines())


def test_coverage_as_json_has_names_and_reasons(unknown: Path) -> None:
    code, text = run("coverage", "--json", str(TOUR), str(unknown))
    told = [json.loads(line) for line in text.splitlines()]

    assert code == 0
    assert {"zigbee2mqtt", "nobody's"} <= {one["family"] for one in told}
    assert all(one["records"] >= one["recognised"] for one in told)


def test_suggest_drafts_for_what_nobody_knows(unknown: Path) -> None:
    code, text = run("suggest", str(unknown))

    assert code == 0
    assert yaml.safe_load(text)["address"] == "shed/1"


@pytest.mark.parametrize(
    ("topic", "payload", "draft"),
    [
        (
            "tele/pump/SENSOR",
            {"Time": "2026-11-24T11:15:00", "SUMP": {"Murk": 31}, "BME280": {"Temperature": 4}, "TempUnit": "C"},
            ("tele/{+device}/SENSOR", "tasmota", "# SUMP/Murk: {kind: ?}  # 31: "),
        ),
        (
            "owntracks/jane/phone",
            {"_type": "location", "lat": 60.1, "lon": 24.9, "tst": 1795515300, "murk": 3},
            ("owntracks/{user}/{device}", "owntracks", "# murk: {kind: ?}  # 3: "),
        ),
    ],
)
def test_suggest_drafts_what_a_family_does_not_know(
    tmp_path: Path, topic: str, payload: object, draft: tuple[str, str, str]
) -> None:
    record = {"id": "1", "transport": {"kind": "mqtt", "topic": topic}, "payload": payload}
    (tmp_path / "known.ndjson").write_text(json.dumps(record))
    code, text = run("suggest", str(tmp_path / "known.ndjson"))
    made = yaml.safe_load(text)

    assert (code, made["address"], made["like"]) == (0, *draft[:2])
    assert draft[2] in text


def test_suggest_has_nothing_to_say_of_what_is_known() -> None:
    assert run("suggest", str(MAPPINGS / "zigbee2mqtt" / "examples" / "contact.json")) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["power", "--unit", "W"], 0, "kind: sgw:Power"),
        (["power", "--value", "ON"], 0, "states:"),
        (["bananas"], 1, "unknown: the name bananas is not known"),
        (["temperature"], 1, "no unit"),
        (["temperature", "--unit", "kWh"], 1, "does not fit"),
    ],
)
def test_the_lexicon_explains_itself(arguments: list[str], code: int, told: str) -> None:
    ended, text = run("lexicon", *arguments)

    assert ended == code
    assert told in text
