"""Writes graphs to the store, one caller at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from semantic_gw.contracts import GraphStore, GraphUpdate
from semantic_gw.errors import GatewayError, UnavailableError
from semantic_gw.view.progress import Progress

_MOST_BYTES: Final = 16 * 1024 * 1024
"""Of the triples that are handed over at once."""


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
        """Replace graphs, many large ones in portions, and with the last of them *positions*.

        *kind* is what they are counted as. Raises StoreAwayError, NotOursError.
        """
        *first, last = _portions(updates)
        for portion in first:
            await self._put(kind, portion, {})
        await self._put(kind, last, positions)

    async def _put(self, kind: str, updates: Sequence[GraphUpdate], positions: Mapping[str, int]) -> None:
        if not self._is_ours():
            raise NotOursError("another gateway keeps the graph store now")
        try:
            self.generation = await self._store.replace(updates, positions)
        except UnavailableError as error:
            raise StoreAwayError(str(error)) from error
        self._progress.positions.update(positions)
        self._progress.metrics.replaced.labels(kind).inc(len(updates))


def _portions(updates: Iterable[GraphUpdate]) -> Iterator[Sequence[GraphUpdate]]:
    """*updates* in portions that are not too large, unless a single one is."""
    portion: list[GraphUpdate] = []
    size = 0
    for update in updates:
        more = len(update.triples or b"")
        if portion and size + more > _MOST_BYTES:
            yield portion
            portion, size = [], 0
        portion.append(update)
        size += more
    yield portion
