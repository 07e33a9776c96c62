from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from semantic_gw.contracts import GraphStore
from semantic_gw.settings import StoreSettings
from semantic_gw.stores.embedded.store import EmbeddedStore
from semantic_gw.stores.remote.store import RemoteStore
from tests.stores.fuseki_server import FusekiServer, fuseki, fuseki_on_disk

__all__ = ["fuseki", "fuseki_on_disk"]


def embedded_store(tmp_path: Path, _: pytest.FixtureRequest) -> GraphStore:
    return EmbeddedStore(StoreSettings(path=tmp_path / "graphs.snapshot"))


def store_in(server: str) -> Callable[[Path, pytest.FixtureRequest], GraphStore]:
    """The remote store in the fixture *server*, emptied."""

    def remote_store(_: Path, request: pytest.FixtureRequest) -> GraphStore:
        running: FusekiServer = request.getfixturevalue(server)
        running.update("DROP ALL")
        return RemoteStore(running.settings())

    return remote_store


STORES = [
    pytest.param(embedded_store, id="embedded"),
    pytest.param(store_in("fuseki"), id="fuseki", marks=pytest.mark.live),
    pytest.param(store_in("fuseki_on_disk"), id="fuseki-on-disk", marks=pytest.mark.live),
]


@pytest.fixture(params=STORES)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[GraphStore]:
    """Each store that there is, started and empty."""
    store: GraphStore = request.param(tmp_path, request)
    await store.start()
    yield store
    await store.stop()
