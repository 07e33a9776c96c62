"""Every query of docs/queries.md gives what the page says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.cli.captured_graphs import CapturedGraphs
from semantic_gw.cli.captures import capture_records
from semantic_gw.cli.tour import TOUR
from semantic_gw.contracts import GraphUpdate
from semantic_gw.settings import Settings, StoreSettings
from semantic_gw.stores.embedded.store import EmbeddedStore
from tests.shared import ROOT
from tests.stores.asking import ask

PAGE = (ROOT / "docs" / "queries.md").read_text("utf-8")
QUERIES = re.findall(r"^## (.*?)\n.*?^```sparql\n(.*?)^```\n+^```csv\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def updates() -> Sequence[GraphUpdate]:
    """The graphs of the capture that the page names."""
    graphs = CapturedGraphs(load_parts(Settings()))
    graphs.take(capture_records([TOUR]))
    return list(graphs.updates())


@pytest.fixture
async def store(updates: Sequence[GraphUpdate], tmp_path: Path) -> AsyncIterator[EmbeddedStore]:
    store = EmbeddedStore(StoreSettings(path=tmp_path / "graphs.snapshot", snapshot_s=0.0))
    await store.start()
    await store.replace(updates, {})
    yield store
    await store.stop()


def test_there_are_as_many_as_the_page_says() -> None:
    assert len(QUERIES) == 15


@pytest.mark.parametrize(("query", "told"), [pytest.param(query, told, id=title) for title, query, told in QUERIES])
async def test_a_query_gives_what_the_page_says(store: EmbeddedStore, query: str, told: str) -> None:
    _, body = await ask(store, query, solutions="text/csv", at_least=store.generation)

    assert body.decode().replace("\r\n", "\n") == told
