"""Follows the topics of observations and events: what comes within a window is written at once, and the last counts."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from semantic_gw.contracts import Bus, GraphStore, GraphUpdate, Subscription
from semantic_gw.errors import UnavailableError
from semantic_gw.model import IRI, PublishedGraph, Record
from semantic_gw.rdf.published import read_published
from semantic_gw.view.latest import Latest
from semantic_gw.view.progress import Progress
from semantic_gw.view.recalling import graphs_in
from semantic_gw.view.writing import Writer

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 500
"""Records that are read before others in this process have their turn: some 10 ms."""

_WRITTEN_AT_ONCE: Final = 100
"""Graphs that are written out before others have theirs."""

_MOST_RECORDS: Final = 5000
_MOST_GRAPHS: Final = 1000
"""In one window, and in one replacement."""

_MOST_BYTES: Final = 32 * 1024 * 1024
"""Of the records in a window, where they are large."""

_IDLE_S: Final = 1.0
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 10.0

Offsets = dict[tuple[str, int], int]


def source_name(topic: str, partition: int) -> str:
    """The name of a partition among the positions of the store.

    >>> source_name("semantic.observations", 3)
    'semantic.observations/3'
    """
    return f"{topic}/{partition}"


def offsets_in(positions: Mapping[str, int], topics: Iterable[str]) -> Offsets:
    """The offsets of partitions of *topics* among *positions*."""
    found: Offsets = {}
    for name, position in positions.items():
        topic, slash, partition = name.rpartition("/")
        if slash and topic in topics and partition.isdigit():
            found[topic, int(partition)] = position
    return found


class MessagesFollower:
    """Keeps the latest graphs in *store* at the state of *topics* of *bus*."""

    def __init__(
        self,
        bus: Bus,
        topics: Sequence[str],
        store: GraphStore,
        writer: Writer,
        latest: Latest,
        progress: Progress,
        *,
        window_s: float,
    ) -> None:
        self._bus = bus
        self._topics = topics
        self._store = store
        self._writer = writer
        self._latest = latest
        self._progress = progress
        self._window_s = window_s
        self._offsets: Offsets = {}
        self._has_all = True
        """Whether all that the store holds is known here: it held nothing when this began."""
        self._told = 0.0
        self._pause_s = _FIRST_PAUSE_S

    def begin(self, positions: Mapping[str, int]) -> None:
        """Go on at *positions*, which belong to what the store holds."""
        self._latest.forget()
        self._offsets = offsets_in(positions, self._topics)
        self._has_all = not self._offsets

    async def run(self) -> None:
        """Follow until cancelled. Raises StoreAwayError, NotOursError; ConfigurationError where it may not read."""
        while True:
            try:
                async with self._bus.subscribe(self._topics, begin_at=self._offsets) as subscription:
                    await self._follow(subscription)
            except UnavailableError as error:
                _log.warning("the view cannot read the bus; retrying", extra={"error": str(error)})
                await asyncio.sleep(self._pause_s)
                self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)

    async def _follow(self, subscription: Subscription) -> None:
        while True:
            await self._window(subscription)
            self._pause_s = _FIRST_PAUSE_S

    async def _window(self, subscription: Subscription) -> None:
        """Write what comes within a window of time, from its first record on."""
        records = await subscription.batch(_AT_ONCE, _IDLE_S)
        if records:
            try:
                count, oldest = await self._gather(subscription, records)
            except UnavailableError:  # the offsets have moved past what was taken: it would not be read again
                await self._flush()
                raise
            await self._flush()
            self._progress.metrics.window.observe(count)
            self._progress.metrics.delay.observe((datetime.now(UTC) - oldest).total_seconds())
        await self._tell(subscription)

    async def _gather(self, subscription: Subscription, records: Sequence[Record]) -> tuple[int, datetime]:
        """Take *records* and what comes after them; how many they are, and when the oldest was written."""
        count, oldest, size = len(records), records[0].timestamp, size_of(records)
        await self._take(records)
        if count < _AT_ONCE:
            await asyncio.sleep(self._window_s)
        while count < _MOST_RECORDS and size < _MOST_BYTES and (more := await subscription.batch(_AT_ONCE, 0.01)):
            await self._take(more)
            count, size = count + len(more), size + size_of(more)
        return count, oldest

    async def _take(self, records: Sequence[Record]) -> None:
        graphs = [graph for record in records if record.value and (graph := self._read(record)) is not None]
        await self._recall({graph.thing: None for graph in graphs if graph.thing not in self._latest})
        outcomes = Counter(map(self._taken, graphs))
        outcomes["unreadable"] += sum(1 for record in records if record.value) - len(graphs)
        for outcome, count in outcomes.items():
            self._progress.metrics.records.labels(outcome).inc(count)
        for record in records:
            self._offsets[record.topic, record.partition] = record.offset + 1
        await asyncio.sleep(0)

    def _read(self, record: Record) -> PublishedGraph | None:
        try:
            return read_published(record.value or b"", record.header("Content-Type") or "")
        except ValueError as error:
            self._refuse(f"{source_name(record.topic, record.partition)}/{record.offset}", error)
            return None

    def _taken(self, graph: PublishedGraph) -> str:
        try:
            return "new" if self._latest.take(graph) else "late"
        except ValueError as error:
            self._refuse(graph.iri, error)
            return "unreadable"

    def _refuse(self, what: str, error: ValueError) -> None:
        _log.warning("a record is not in the view", extra={"record": what, "error": str(error)[:300]})

    async def _recall(self, things: Iterable[IRI]) -> None:
        """Know again what the store holds of *things*."""
        names = {self._latest.name(thing): thing for thing in things}
        held = {} if self._has_all else await graphs_in(self._store, list(names), self._writer.generation)
        for name, thing in names.items():
            try:
                self._latest.recall(thing, held.get(name, ()))
            except ValueError as error:
                self._refuse(name, error)
                self._latest.recall(thing, ())

    async def _flush(self) -> None:
        """Write every graph that has changed, and then how far the topics are known."""
        reached = {source_name(*place): offset for place, offset in self._offsets.items()}
        async with self._writer.turn:
            while self._latest.changed > _MOST_GRAPHS:
                await self._writer.replace("latest", await self._updates(), {})
            await self._writer.replace("latest", await self._updates(), reached)
        if self._latest.shrink():
            self._has_all = False

    async def _updates(self) -> list[GraphUpdate]:
        updates: list[GraphUpdate] = []
        while self._latest.changed and len(updates) < _MOST_GRAPHS:
            updates += (GraphUpdate(name, text) for name, text in self._latest.write(_WRITTEN_AT_ONCE))
            await asyncio.sleep(0)
        return updates

    async def _tell(self, subscription: Subscription) -> None:
        """Say now and then how far behind the view is."""
        now = asyncio.get_running_loop().time()
        if now - self._told < _IDLE_S and self._progress.knows_messages:
            return
        self._told = now
        self._progress.behind = await subscription.behind()
        if not self._progress.knows_messages:
            few = sum(self._progress.behind.values()) < _AT_ONCE
            self._progress.knows_messages = few or await subscription.caught_up()
            self._progress.tell()


def size_of(records: Iterable[Record]) -> int:
    """How many bytes the values of *records* have."""
    return sum(len(record.value or b"") for record in records)
