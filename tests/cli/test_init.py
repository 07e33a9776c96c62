"""`semantic-gw init` and `test`: a new mapping has a draft and an example; examples come out as they should."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from semantic_gw.cli.main import app, main


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    record = {"id": "first/1", "transport": {"kind": "mqtt", "topic": "shed/1"}, "payload": {"valve": "open"}}
    path = tmp_path / "shed.ndjson"
    path.write_text(json.dumps(record) + "\n")
    return path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout


def test_a_new_mapping_has_a_draft_and_an_example(capture: Path, tmp_path: Path) -> None:
    code, text = run("init", "shed", "--from", str(capture), "--in", str(tmp_path))

    assert code == 0
    assert yaml.safe_load((tmp_path / "shed" / "mapping.yaml").read_text())["address"] == "shed/1"
    assert json.loads((tmp_path / "shed" / "examples" / "first-1.json").read_text())["payload"] == {"valve": "open"}
    assert "--write" in text


@pytest.mark.parametrize("name", ["Shed", "a b", "../x", "", "é"])
def test_a_name_that_is_none_is_refused(
    name: str, capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["semantic-gw", "init", name, "--from", str(capture), "--in", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2


def test_nothing_is_written_over(capture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shed").mkdir()
    monkeypatch.setattr("sys.argv", ["semantic-gw", "init", "shed", "--from", str(capture), "--in", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert list((tmp_path / "shed").iterdir()) == []


def test_the_examples_of_a_family_are_as_they_should_be() -> None:
    code, text = run("test", "zigbee2mqtt")

    assert code == 0
    assert "examples are as they should be" in text
