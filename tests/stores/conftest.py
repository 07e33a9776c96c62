from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from semantic_gw.contracts import GraphStore
from semantic_gw.settings import StoreSettings
from semantic_gw.stores.embedded.store import EmbeddedStore


def embedded_store(tmp_path: Path, _: pytest.FixtureRequest) -> GraphStore:
    return EmbeddedStore(StoreSettings(path=tmp_path / "graphs.snapshot"))


STORES = [pytest.param(embedded_store, id="embedded")]


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[GraphStore]:
    """Each store that there is, started and empty."""
    store: GraphStore = request.param(tmp_path, request)
    await store.start()
    yield store
    await store.stop()
