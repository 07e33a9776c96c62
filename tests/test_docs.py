"""What the documents say about settings, commands and reasons is true."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from semantic_gw import errors
from semantic_gw.cli.main import app
from semantic_gw.errors import PayloadError
from semantic_gw.settings import Settings
from tests.shared import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def settings(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from settings(kind, f"{prefix}{name}.")
        else:
            yield prefix + name, field.description or ""


@pytest.mark.parametrize("name", [name for name, _ in settings()])
def test_every_setting_is_documented(name: str) -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")

    assert f"| `{name}` |" in text


@pytest.mark.parametrize(
    "reason",
    sorted(
        {
            c.reason
            for c in vars(errors).values()
            if isinstance(c, type)
            and issubclass(c, PayloadError)
            and c is not PayloadError
            and c.reason not in ("lifting", "describing")
        }
    ),
)
def test_every_reason_of_a_dead_letter_is_explained(reason: str) -> None:
    assert f"| `{reason}` |" in (ROOT / "docs" / "cookbook.md").read_text("utf-8")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]  # a Path
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)

    assert [t for t in targets if not (path.parent / t).exists()] == []  # type: ignore[attr-defined]  # a Path


_BLOCK = re.compile(r"^```(\S*) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_block(text: str) -> None:
    """Run the commands of a block; the comments below each say what its output has, or how it ends."""
    told, code = "", 0
    for line in text.splitlines():
        if line.startswith("# exit code "):
            assert code == int(line.split()[-1]), told
        elif line.startswith("# "):
            assert line[2:] in told
        else:
            result = CliRunner().invoke(app, shlex.split(line)[1:])
            told, code = result.stdout, result.exit_code
            assert result.exception is None or isinstance(result.exception, SystemExit), result.exception


def test_every_block_about_teaching_a_device_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for language, path, text in _BLOCK.findall((ROOT / "docs" / "mappings.md").read_text("utf-8")):
        if path:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, "utf-8")
        elif language == "sh":
            run_block(text)
