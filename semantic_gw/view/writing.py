"""Writes graphs to the store, one caller at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from semantic_gw.contracts import GraphStore, GraphUpdate
from semantic_gw.errors import GatewayError, UnavailableError
from semantic_gw.view.progress import Progress


class StoreAwayError(GatewayError):
    """The store does not answer, or holds less than it did: begin again where its positions say."""


class NotOursError(GatewayError):
    """Another gateway keeps the store now."""


class Writer:
    """Hands updates over to *store*. Whoever decides what to write, and writes it, holds *turn* meanwhile."""

    def __init__(self, store: GraphStore, progress: Progress, *, is_ours: Callable[[], bool] = lambda: True) -> None:
        """*is_ours* tells whether this gateway may write now, where several share the store."""
        self._store = store
        self._progress = progress
        self._is_ours = is_ours
        self.turn = asyncio.Lock()
        self.generation = 0
        """The newest that is known of."""

    async def replace(self, kind: str, updates: Sequence[GraphUpdate], positions: Mapping[str, int]) -> None:
        """Replace graphs; *kind* is what they are counted as. Raises StoreAwayError, NotOursError."""
        if not self._is_ours():
            raise NotOursError("another gateway keeps the graph store now")
        try:
            self.generation = await self._store.replace(updates, positions)
        except UnavailableError as error:
            raise StoreAwayError(str(error)) from error
        self._progress.positions.update(positions)
        self._progress.metrics.replaced.labels(kind).inc(len(updates))
