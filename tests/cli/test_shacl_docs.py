"""What docs/shacl.md shows comes out: its commands print what stands there, its Python runs."""

from __future__ import annotations

import doctest
import io
import json
import re
import sys
from pathlib import Path

import pytest

from semantic_gw.cli.main import main
from tests.shared import ROOT

PAGE = (ROOT / "docs" / "shacl.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = {text.split()[1]: text for kind, text in BLOCKS if kind == "turtle"}
SESSIONS = [text for kind, text in BLOCKS if kind == "console"]
CAPTURE = {
    "id": "1",
    "payload": {"temperature": 21.4},
    "content_type": "application/json",
    "received_at": "2026-11-24T10:15:00Z",
    "transport": {"kind": "mqtt", "topic": "zigbee2mqtt/kitchen"},
    "meta": {
        "ieee_address": "0x00158d0003429eda",
        "definition": {
            "exposes": [{"type": "numeric", "name": "temperature", "property": "temperature", "unit": "°C"}],
        },
    },
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the files that the page shows."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "kitchen.ndjson").write_text(json.dumps(CAPTURE), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Shell:
    """As much of a shell as the page needs: pipes, and a text for standard input."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch = monkeypatch
        self._captured = capsys

    def run(self, line: str) -> str:
        """What the commands of *line* print on both outputs."""
        line, _, given = line.partition(" <<< ")
        given, told = given.strip("'"), ""
        for command in line.split(" | "):
            self._patch.setattr(sys, "argv", command.split())
            self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
            with pytest.raises(SystemExit):
                main()
            given, err = self._captured.readouterr()
            told += err
        return told + given


@pytest.mark.parametrize("session", SESSIONS)
def test_a_command_prints_what_the_page_shows(
    session: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command, _, shown = session.removeprefix("$ ").partition("\n")

    assert Shell(monkeypatch, capsys).run(command).split("\n") == shown.split("\n")


def test_the_python_of_the_page_runs(folder: Path) -> None:
    source = "\n".join(text for kind, text in BLOCKS if kind == "python")
    page = doctest.DocTestParser().get_doctest(source, {}, "shacl.md", "shacl.md", 0)
    said = io.StringIO()

    assert doctest.DocTestRunner().run(page, out=said.write).failed == 0, said.getvalue()


def test_every_block_of_the_page_is_run() -> None:
    assert {kind for kind, _ in BLOCKS} == {"turtle", "console", "python"}
    assert FILES.keys() == {"shapes.ttl", "people.ttl"}
