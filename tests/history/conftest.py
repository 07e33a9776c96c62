from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semantic_gw.history.database import HistoryDatabase
from semantic_gw.history.store import HistoryStore
from tests.live.postgres_server import postgres_server

__all__ = ["postgres_server"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.live)])
def history_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'history.sqlite'}"
    return str(request.getfixturevalue("postgres_server").database())


@pytest.fixture
def store(history_url: str) -> Iterator[HistoryStore]:
    database = HistoryDatabase(history_url)
    database.start()
    yield HistoryStore(database)
    database.stop()
