"""`semantic-gw history` against a gateway that is not there, and a history that is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from semantic_gw.cli import history as command
from semantic_gw.cli.main import app
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.history.database import HistoryDatabase
from semantic_gw.history.store import HistoryStore
from semantic_gw.settings import Settings
from tests.history.series import graph, keep

PAGE = {
    "unitText": "°C",
    "observations": [{"time": "2026-11-24T10:00:00Z", "value": 21.5}, {"time": "2026-11-24T10:05:00Z", "value": True}],
}


class _Client:
    """Answers as a gateway would, with two pages."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[str] = []

    def __enter__(self) -> _Client:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ask(self, method: str, path: str, headers: Any = None) -> httpx.Response:
        self.asked.append(path)
        link = {} if "cursor" in path else {"link": f'<{path}&cursor=1.1>; rel="next"'}
        return httpx.Response(200, json=PAGE, headers=link, request=httpx.Request(method, "http://x" + path))


def run(*words: str) -> Any:
    return CliRunner().invoke(app, ["history", *words])


def test_every_page_is_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "GatewayClient", _Client)
    result = run("urn:x:y", "temperature", "--unit", "Cel")

    assert result.exit_code == 0, result.output
    assert result.output.count("21.5") == 2
    assert "°C" in result.output


def test_a_form_that_is_not_there_is_refused() -> None:
    assert isinstance(run("urn:x:y", "temperature", "--form", "pdf").exception, ConfigurationError)


def test_a_gateway_that_is_not_there_is_told() -> None:
    assert isinstance(run("urn:x:y", "--url", "http://127.0.0.1:9").exception, UnavailableError)


async def test_days_are_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    url = f"sqlite:///{tmp_path / 'history.sqlite'}"
    database = HistoryDatabase(url)
    database.start()
    await keep(HistoryStore(database), graph(1.0, 0))
    database.stop()
    monkeypatch.setenv("SEMANTIC_GW_HISTORY__DATABASE_URL", url)
    days = [command._day("2026-11-24"), command._day("2026-11-25")]
    count = await command._export(Settings(), tmp_path / "out", days)

    assert count == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["2026-11-24.parquet", "2026-11-25.parquet"]


@pytest.mark.parametrize("words", [("--from", "yesterday"), ("--from", "2026-11-25", "--to", "2026-11-24")])
def test_days_that_are_none_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert isinstance(run("export", "--output", str(tmp_path), *words).exception, ConfigurationError)
