"""The embedded log: a durable bus in one SQLite file, for one machine and no broker.

Writes of all callers that wait at the same time share one commit (group commit), made by one thread; reads are made
by another. The event loop never waits for the disk. Several processes may have the file open: subscribers learn of
records of the same process at once, and of those of another within *poll_s*.

A topic has one partition. Of several readers with the same group one reads a topic and the others stand by.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from semantic_gw.bus.log_reader import LogReader, Place
from semantic_gw.bus.log_turn import Turn
from semantic_gw.bus.log_writer import Limits, LogWriter, Write, Written
from semantic_gw.bus.topics import check_beginning, check_records, check_topic, selector, told_offset
from semantic_gw.contracts import Offsets, Subscription, TopicSpec
from semantic_gw.errors import GatewayError, UnavailableError
from semantic_gw.model import Position, Record

_log = logging.getLogger(__name__)

_GROUP_RECORDS: Final = 5000
"""Records after which a commit is not made larger."""
_STAND_BY_S: Final = 0.25
"""How often a reader that stands by looks whether it is its turn, in seconds."""
_STOP_S: Final = 10.0

T = TypeVar("T")


class LogBus:
    """A `Bus` in the SQLite file at *path*.

    *limits* makes queues of topics: publishing to one raises UnavailableError while more than its bytes wait for its
    group, and its records are removed once that group has committed them, and never before. Other topics keep their
    records for their retention time, counted from when they were written; compacted ones keep the last record of
    each key, and a tombstone for *tombstone_retention_s*.
    """

    def __init__(
        self,
        path: Path,
        *,
        limits: Limits | None = None,
        poll_s: float = 0.1,
        sweep_every_s: float = 60.0,
        tombstone_retention_s: float = 24 * 3600.0,
    ) -> None:
        self.path = path
        self._limits = dict(limits or {})
        self._poll_s = poll_s
        self._sweep_every_s = sweep_every_s
        self._tombstone_retention_s = tombstone_retention_s
        self._compact: set[str] = set()
        self._threads: _Threads | None = None
        self._queue: deque[tuple[Write, asyncio.Future[Written | Exception]]] = deque()
        self._committing: asyncio.Task[None] | None = None
        self._chores: list[asyncio.Task[None]] = []
        self._readers: set[_LogSubscription] = set()

    async def start(self) -> None:
        """Open the file; a second call does nothing. Raises ConfigurationError where it is no log of ours."""
        if self._threads is not None:
            return
        self._threads = await asyncio.to_thread(_Threads, self.path, self._limits)
        self._chores = [asyncio.create_task(self._sweep_regularly()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        """Write what was accepted, then close the file; at most some 10 s, even where the disk hangs."""
        if (threads := self._threads) is None:
            return
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        if self._committing is not None:
            await asyncio.wait([self._committing], timeout=_STOP_S)
        self._threads = None
        readers = tuple(self._readers)
        await threads.close([reader.cursor.close for reader in readers])
        for reader in readers:
            reader.wake()

    async def ensure_topics(self, specs: Sequence[TopicSpec]) -> None:
        """Make the topics of *specs*, or bring their settings up to date."""
        for spec in specs:
            check_topic(spec.name)
        self._compact |= {spec.name for spec in specs if spec.compact}
        await self._writing(lambda writer: writer.ensure(specs))

    async def publish(self, records: Sequence[Record]) -> Sequence[Position]:
        """Write *records*, all or none, in order. A topic that nobody made is made.

        Raises UnavailableError where the disk or a queue is full, RecordTooLargeError for a record beyond the
        `max_message_bytes` of its topic (the others are durable).
        """
        if not records:
            return ()
        check_records(records, self._compact)
        return await self._submit(Write(records))

    async def publish_and_commit(
        self, records: Sequence[Record], subscription: Subscription, consumed: Sequence[Record]
    ) -> Sequence[Position]:
        """Write *records* and commit the offsets after *consumed* in one transaction: exactly once, log to log.

        *subscription* is one of this bus. Raises as `publish` does; then nothing is committed.
        """
        if not isinstance(subscription, _LogSubscription) or subscription.bus is not self:
            raise ValueError("the subscription is not of this log: publish, then commit")
        check_records(records, self._compact)
        return await self._submit(Write(records, subscription.group_name(), next_offsets(consumed)))

    @asynccontextmanager
    async def subscribe(
        self,
        topics: Sequence[str],
        *,
        group: str | None = None,
        pattern: str | None = None,
        from_start: bool = True,
        begin_at: Offsets | None = None,
    ) -> AsyncIterator[Subscription]:
        """Read *topics* (or those whose whole name matches *pattern*), those that are made later included."""
        check_beginning(group, begin_at)
        wanted = selector(topics, pattern)
        known = [name for name in await self._reading(lambda reader: reader.topics()) if wanted.match(name)]
        if group is not None:
            await self._writing(lambda writer: writer.join(group, known, from_start=from_start))
        cursor = _Cursor(wanted, group, _Turns(self.path, group), begin_at or {})
        at_start = from_start or begin_at is not None
        await self._reading(lambda reader: cursor.open(reader, known, from_start=at_start))
        subscription = _LogSubscription(self, cursor, group)
        self._readers.add(subscription)
        try:
            yield subscription
        finally:
            self._readers.discard(subscription)
            await asyncio.shield(self._close(cursor))

    async def _close(self, cursor: _Cursor) -> None:
        with suppress(UnavailableError):  # the log was stopped before: the turns are given back
            await self._reading(lambda _: cursor.close())

    async def lag(self, group: str) -> Mapping[str, int]:
        """Records per topic that *group* has not committed yet."""
        return await self._reading(lambda reader: reader.lag(group))

    async def size(self, topic: str, group: str | None = None) -> int:
        """Bytes on *topic* that *group* (of a queue: its own) has not committed yet. Reads two rows."""
        wanted = group if group is not None else self._limits.get(topic, ("", 0))[0]
        return await self._reading(lambda reader: reader.waiting_bytes(topic, wanted))

    async def last(self, topic: str, max_records: int) -> Sequence[Record]:
        """The newest records of *topic* that are still there, the oldest of them first."""

        def read(reader: LogReader) -> list[Record]:
            id_ = reader.topics().get(topic)
            if id_ is None:
                return []
            return reader.read([Place(topic, id_, max(0, reader.end(id_) - max_records))], max_records)

        return await self._reading(read)

    async def sweep(self) -> None:
        """Remove what is past its time, and compact. Done every *sweep_every_s* anyhow."""
        more = True
        while more:
            more = await self._writing(lambda writer: writer.remove_expired())
        await self._writing(lambda writer: writer.compact(self._tombstone_retention_s))

    async def _sweep_regularly(self) -> None:
        while True:
            await asyncio.sleep(self._sweep_every_s)
            try:
                await self.sweep()
            except UnavailableError as error:
                _log.warning("old records are not removed", extra={"path": str(self.path), "error": str(error)})

    async def _watch(self) -> None:
        """Wake readers that wait when another process has written; one look for all of them."""
        seen = -1
        while True:
            await asyncio.sleep(self._poll_s)
            if not any(reader.waits for reader in self._readers):
                continue
            with suppress(UnavailableError):
                version = await self._reading(lambda reader: reader.version())
                if version != seen:
                    seen = version
                    for reader in self._readers:
                        reader.wake()

    async def _submit(self, write: Write) -> Sequence[Position]:
        self._opened()
        future: asyncio.Future[Written | Exception] = asyncio.get_running_loop().create_future()
        self._queue.append((write, future))
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_queue())
        written = await future
        if isinstance(written, Exception):
            raise written
        return written

    async def _commit_queue(self) -> None:
        """Commit what waits; what comes meanwhile is the next commit."""
        while self._queue:
            taken = self._take()
            written = await self._write([write for write, _ in taken])
            for (_, future), result in zip(taken, written, strict=True):
                if not future.done():
                    future.set_result(result)
            topics = {record.topic for write, _ in taken for record in write.records}
            for reader in self._readers:
                reader.wake_for(topics)

    async def _write(self, writes: Sequence[Write]) -> Sequence[Written | Exception]:
        try:
            return await self._writing(lambda writer: writer.write(writes))
        except Exception as error:  # noqa: BLE001  every caller that waits must get an answer
            return [error for _ in writes]

    def _take(self) -> list[tuple[Write, asyncio.Future[Written | Exception]]]:
        taken, count = [], 0
        while self._queue and count < _GROUP_RECORDS:
            taken.append(self._queue.popleft())
            count += len(taken[-1][0].records)
        return taken

    def _opened(self) -> _Threads:
        if self._threads is None:
            raise UnavailableError(f"the log {self.path} is not open: start it first")
        return self._threads

    async def _writing(self, call: Callable[[LogWriter], T]) -> T:
        threads = self._opened()
        return await threads.run(threads.writes, lambda: call(threads.writer))

    async def _reading(self, call: Callable[[LogReader], T]) -> T:
        threads = self._opened()
        return await threads.run(threads.reads, lambda: call(threads.reader))

    async def read(self, cursor: _Cursor, max_records: int) -> list[Record]:
        """What stands at *cursor*, for its subscription."""
        return await self._reading(lambda reader: cursor.read(reader, max_records))

    async def at_end(self, cursor: _Cursor) -> bool:
        """Whether nothing stands at *cursor*, for its subscription."""
        return await self._reading(cursor.at_end)

    async def behind(self, cursor: _Cursor) -> Mapping[str, int]:
        """Records of each topic behind *cursor*, for its subscription."""
        return await self._reading(cursor.behind)

    async def commit(self, group: str, offsets: Mapping[str, int]) -> None:
        """Commit *offsets* (topic to next offset) of *group*, for its subscription."""
        await self._submit(Write((), group, offsets))


class _Threads:
    """The writer and the reader, each with the thread that alone uses it."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.writer = LogWriter(path, limits)
        try:
            self.reader = LogReader(path)
        except GatewayError:
            self.writer.close()
            raise
        self.writes = ThreadPoolExecutor(1, "log-writer")
        self.reads = ThreadPoolExecutor(1, "log-reader")

    @staticmethod
    async def run(executor: ThreadPoolExecutor, call: Callable[[], T]) -> T:
        try:
            waited: Awaitable[T] = asyncio.get_running_loop().run_in_executor(executor, call)
        except RuntimeError as error:
            raise UnavailableError("the log was closed meanwhile") from error
        return await waited

    async def close(self, cursors: Iterable[Callable[[], None]]) -> None:
        """Close after the calls under way, in a bounded time."""
        reads = [*cursors, self.reader.close]
        closing = [self.writes.submit(self.writer.close), *(self.reads.submit(call) for call in reads)]
        await asyncio.wait([asyncio.wrap_future(future) for future in closing], timeout=_STOP_S)
        self.writes.shutdown(wait=False)
        self.reads.shutdown(wait=False)


class _Turns:
    """The turns of one reader: without a group there is nothing to wait for."""

    def __init__(self, log: Path, group: str | None) -> None:
        self._folder = log.with_name(f"{log.name}.turns")
        self._group = group
        self._turns: dict[str, Turn] = {}

    def take(self, topic: str) -> bool:
        if self._group is None:
            return True
        if topic not in self._turns:
            name = hashlib.blake2b(f"{self._group}\0{topic}".encode(), digest_size=12).hexdigest()
            self._turns[topic] = Turn(self._folder / name)
        return self._turns[topic].take()

    def give_back(self) -> None:
        for turn in self._turns.values():
            turn.give_back()


class _Cursor:
    """Where a subscription stands on each of its topics. Its methods are called in the reader's thread."""

    def __init__(self, wanted: re.Pattern[str], group: str | None, turns: _Turns, begin_at: Offsets) -> None:
        self.wanted = wanted
        self._begin_at = begin_at
        self._group = group
        self._turns = turns
        self._places: dict[str, Place] = {}
        self._first = 0
        self._closed = False
        self.stands_by = False

    def open(self, reader: LogReader, known: Sequence[str], *, from_start: bool) -> None:
        """Stand at the end of the topics that are *known*, unless it is to be *from_start*."""
        if self._group is None and not from_start:
            ids = reader.topics()
            self._places = {name: Place(name, ids[name], reader.end(ids[name])) for name in known}
        self._find(reader)

    def read(self, reader: LogReader, max_records: int) -> list[Record]:
        """Up to *max_records* from where it stands, without moving on; each time another topic comes first."""
        self._find(reader)
        places = list(self._places.values())
        if places:
            self._first = (self._first + 1) % len(places)
        return reader.read(places[self._first :] + places[: self._first], max_records)

    def move_on(self, records: Sequence[Record]) -> None:
        """Stand after *records*."""
        for topic, offset in next_offsets(records).items():
            self._places[topic] = self._places[topic]._replace(next_offset=offset)

    def at_end(self, reader: LogReader) -> bool:
        self._find(reader)
        return not self.stands_by and not reader.anything(list(self._places.values()))

    def behind(self, reader: LogReader) -> dict[str, int]:
        self._find(reader)
        return {name: reader.count(place) for name, place in self._places.items()}

    def close(self) -> None:
        self._closed = True
        self._turns.give_back()

    def _find(self, reader: LogReader) -> None:
        """Begin on topics that are new, or whose turn it is now: a group goes on where it was."""
        if self._closed:
            raise UnavailableError("the log was stopped under this subscription: subscribe again")
        self.stands_by = False
        for name, id_ in reader.topics().items():
            if name in self._places or not self.wanted.match(name):
                continue
            if self._turns.take(name):
                self._places[name] = Place(name, id_, self._beginning(reader, name, id_))
            else:
                self.stands_by = True

    def _beginning(self, reader: LogReader, topic: str, id_: int) -> int:
        if self._group is not None:
            return reader.committed(self._group, id_)
        told = self._begin_at.get((topic, 0))
        return 0 if told is None else told_offset(topic, 0, told, reader.first(id_), reader.end(id_))


class _LogSubscription:
    """A `Subscription` on the embedded log."""

    def __init__(self, bus: LogBus, cursor: _Cursor, group: str | None) -> None:
        self.bus = bus
        self.waits = False
        self.cursor = cursor
        self._group = group
        self._woken = asyncio.Event()

    def group_name(self) -> str:
        if self._group is None:
            raise ValueError("a reader without a group has no offsets to commit")
        return self._group

    def wake(self) -> None:
        self._woken.set()

    def wake_for(self, topics: Collection[str]) -> None:
        if any(map(self.cursor.wanted.match, topics)):
            self._woken.set()

    async def batch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        """The next records, in order; empty after *timeout_s* without any. Cancelled, it has taken none."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while True:
            self._woken.clear()
            records = await self.bus.read(self.cursor, max_records)
            if records:
                self.cursor.move_on(records)
                return records
            if (remaining := deadline - loop.time()) <= 0:
                return ()
            await self._wait(min(remaining, _STAND_BY_S) if self.cursor.stands_by else remaining)

    async def _wait(self, seconds: float) -> None:
        self.waits = True
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass
        finally:
            self.waits = False

    async def commit(self, records: Sequence[Record]) -> None:
        """Commit the offsets after *records*."""
        group = self.group_name()
        if records:
            await self.bus.commit(group, next_offsets(records))

    async def caught_up(self) -> bool:
        """Whether everything that stood on the topics at the time of the call has been handed out."""
        return await self.bus.at_end(self.cursor)

    async def behind(self) -> Mapping[str, int]:
        """Records of each topic that have not been handed out."""
        return await self.bus.behind(self.cursor)


def next_offsets(records: Sequence[Record]) -> dict[str, int]:
    """The offset after the last of *records*, per topic.

    >>> next_offsets([Record("a", None, b"x", offset=4), Record("a", None, b"y", offset=7)])
    {'a': 8}
    """
    offsets: dict[str, int] = {}
    for record in records:
        offsets[record.topic] = max(offsets.get(record.topic, 0), record.offset + 1)
    return offsets
