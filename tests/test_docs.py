"""What the documents say about settings, commands and reasons is true."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from semantic_gw import errors
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
