"""`semantic-gw things`, in this process, on a directory of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from semantic_gw.cli.main import app

run = CliRunner().invoke

LAMP: dict[str, Any] = {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "id": "urn:dev:lamp",
    "title": "Lamp",
    "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
    "security": "nosec_sc",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEMANTIC_GW_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("SEMANTIC_GW_LOG__PATH", str(tmp_path / "log.sqlite"))
    return tmp_path


def write(path: Path, *documents: Any) -> str:
    path.write_text("\n".join(json.dumps(document) for document in documents))
    return str(path)


def listed() -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(app, ["things", "list", "--json"]).stdout.splitlines()]


def test_what_is_added_is_listed(folder: Path) -> None:
    result = run(app, ["things", "add", write(folder / "lamp.json", LAMP)])

    assert result.exit_code == 0
    assert [thing["id"] for thing in listed()] == ["urn:dev:lamp"]


@pytest.mark.parametrize("form", ["array", "lines"])
def test_many_are_added_at_once(folder: Path, form: str) -> None:
    documents = [{**LAMP, "id": f"urn:dev:{number}"} for number in range(3)]
    file = write(folder / "all.json", *([documents] if form == "array" else documents))
    result = run(app, ["things", "add", file])

    assert result.exit_code == 0
    assert [thing["id"] for thing in listed()] == ["urn:dev:0", "urn:dev:1", "urn:dev:2"]


def test_one_that_is_wrong_is_named_and_the_others_registered(folder: Path) -> None:
    file = write(folder / "all.json", LAMP, {**LAMP, "id": "urn:dev:wrong", "title": 7})
    result = run(app, ["things", "add", file])

    assert result.exit_code == 1
    assert "/title" in result.stderr
    assert [thing["id"] for thing in listed()] == ["urn:dev:lamp"]


def test_adding_again_changes_nothing(folder: Path) -> None:
    file = write(folder / "lamp.json", LAMP)
    run(app, ["things", "add", file])

    assert "there already" in run(app, ["things", "add", file]).stdout


def test_a_thing_is_shown_as_turtle(folder: Path) -> None:
    run(app, ["things", "add", write(folder / "lamp.json", LAMP)])
    result = run(app, ["things", "show", "urn:dev:lamp", "--to", "turtle"])

    assert "<urn:dev:lamp> a td:Thing" in result.stdout


def test_what_is_not_registered_is_said_so() -> None:
    result = run(app, ["things", "show", "urn:dev:lamp"])

    assert result.exit_code == 1
    assert "urn:dev:lamp is not registered" in result.stderr


def test_check_tells_faults_and_registers_nothing(folder: Path) -> None:
    result = run(app, ["things", "check", write(folder / "wrong.json", {**LAMP, "security": "other"})])

    assert result.exit_code == 1
    assert "/security: fault" in result.stdout
    assert listed() == []


def test_a_warning_is_no_fault(folder: Path) -> None:
    strange = {"blorp": {"type": "number", "forms": [{"href": "http://x.example/ingest/a"}]}}
    result = run(app, ["things", "check", write(folder / "lamp.json", {**LAMP, "properties": strange})])

    assert result.exit_code == 0
    assert "/properties/blorp: warning" in result.stdout


def test_an_export_comes_back_with_its_first_registration(folder: Path) -> None:
    run(app, ["things", "add", write(folder / "lamp.json", LAMP)])
    (before,) = listed()
    run(app, ["things", "export", str(folder / "all.ndjson")])
    (folder / "directory.sqlite").unlink()
    for left in folder.glob("directory.sqlite-*"):
        left.unlink()
    result = run(app, ["things", "import", str(folder / "all.ndjson")])
    (after,) = listed()

    assert result.exit_code == 0
    assert after["registration"]["created"] == before["registration"]["created"]
    assert {**after, "registration": 0} == {**before, "registration": 0}


@pytest.mark.parametrize("line", [{"lamp": 1}, {"thing": [1]}, {"model": [1]}, {"thing": {"registration": [1]}}, 7])
def test_a_line_that_is_no_export_is_named(folder: Path, line: Any) -> None:
    result = run(app, ["things", "import", write(folder / "all.ndjson", {"thing": LAMP}, line)])

    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert len(listed()) == 1
