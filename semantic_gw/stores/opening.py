"""The store that the settings name, of those that are installed."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Final

from semantic_gw.contracts import GraphStore
from semantic_gw.errors import ConfigurationError
from semantic_gw.settings import StoreSettings

ENTRY_POINTS: Final = "semantic_gw.stores"
"""The entry points that stores come in through: classes that are made of StoreSettings."""


def open_store(settings: StoreSettings) -> GraphStore:
    """A store that is not started yet. Raises ConfigurationError."""
    found = entry_points(group=ENTRY_POINTS)
    if settings.kind not in found.names:
        raise ConfigurationError(f"store.kind: no store {settings.kind!r}; there are {', '.join(sorted(found.names))}")
    store: GraphStore = found[settings.kind].load()(settings)
    return store
