from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from semantic_gw.settings import StoreSettings
from semantic_gw.stores.embedded.store import EmbeddedStore


@pytest.fixture
def settings(tmp_path: Path) -> StoreSettings:
    return StoreSettings(path=tmp_path / "graphs.snapshot")


@pytest.fixture
async def store(request: pytest.FixtureRequest, settings: StoreSettings) -> AsyncIterator[EmbeddedStore]:
    """A store that is started and empty; a test may give it other settings."""
    store = EmbeddedStore(settings.model_copy(update=getattr(request, "param", {})))
    await store.start()
    yield store
    await store.stop()
