"""Graphs that somebody wrote: each whole, on a compacted topic of their own, from which every view takes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Final

from semantic_gw.contracts import Bus, GraphUpdate, Subscription
from semantic_gw.errors import UnavailableError
from semantic_gw.model import Record
from semantic_gw.view.windows import Offsets, offsets_in, size_of, source_name
from semantic_gw.view.writing import Writer

_log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/n-triples"
_AT_ONCE: Final = 200
_READ_AT_ONCE: Final = 10
"""Records that are read before their size is looked at."""

_MOST_BYTES: Final = 32 * 1024 * 1024
"""Of the records that are written at once, where they are large."""

_IDLE_S: Final = 1.0
_PAUSE_S: Final = 1.0


def record_of(topic: str, update: GraphUpdate) -> Record:
    """How *update* stands on *topic*: under the name of the graph; a graph that is gone is a tombstone."""
    headers = () if update.triples is None else (("Content-Type", MEDIA_TYPE.encode()),)
    return Record(topic, update.graph, update.triples, headers)


def update_of(record: Record) -> GraphUpdate | None:
    """What *record* says of a graph; None where it names none.

    >>> update_of(record_of("semantic.graphs", GraphUpdate("urn:notes:1", None)))
    GraphUpdate(graph='urn:notes:1', triples=None)
    """
    return GraphUpdate(record.key, record.value) if record.key else None


class WrittenFollower:
    """Keeps the graphs of *topic* in the store."""

    def __init__(self, bus: Bus, topic: str, writer: Writer) -> None:
        self._bus = bus
        self._topic = topic
        self._writer = writer
        self._offsets: Offsets = {}
        self.knows_all = False
        """Whether the store has what stood on the topic when this began."""

    def begin(self, positions: Mapping[str, int]) -> None:
        """Go on at *positions*, which belong to what the store holds."""
        self.knows_all = False
        self._offsets = offsets_in(positions, (self._topic,))

    async def run(self) -> None:
        """Follow until cancelled. Raises StoreAwayError, NotOursError; ConfigurationError where it may not read."""
        while True:
            try:
                async with self._bus.subscribe((self._topic,), begin_at=self._offsets) as subscription:
                    while True:
                        await self._take(await self._gather(subscription))
                        self.knows_all = self.knows_all or await subscription.caught_up()
            except UnavailableError as error:
                _log.warning("written graphs cannot be read; retrying", extra={"error": str(error)})
                await asyncio.sleep(_PAUSE_S)

    async def _gather(self, subscription: Subscription) -> Sequence[Record]:
        """The next records; more only while there seem to be, and they are neither many nor large."""
        few = await subscription.batch(_READ_AT_ONCE, _IDLE_S if self.knows_all else 0.01)
        records = list(few)
        while len(few) == _READ_AT_ONCE and len(records) < _AT_ONCE and size_of(records) < _MOST_BYTES:
            few = await subscription.batch(_READ_AT_ONCE, 0.01)
            records += few
        return records

    async def _take(self, records: Sequence[Record]) -> None:
        if not records:
            return
        for record in records:
            self._offsets[record.topic, record.partition] = record.offset + 1
        updates = [update for record in records if (update := update_of(record)) is not None]
        reached = {source_name(*place): offset for place, offset in self._offsets.items()}
        async with self._writer.turn:
            await self._writer.replace("written", updates, reached)
