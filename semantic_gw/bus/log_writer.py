"""Writing the embedded log: many writes to a commit, each whole or not at all."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import msgspec

from semantic_gw.bus.log_file import OFFSETS, committed_bytes, connect, unavailable
from semantic_gw.bus.refusal import RecordTooLargeError
from semantic_gw.bus.topics import key_bytes, milliseconds
from semantic_gw.contracts import TopicSpec
from semantic_gw.errors import GatewayError, UnavailableError
from semantic_gw.model import Position, Record

Limits = Mapping[str, tuple[str, int]]
"""Topics that are queues: the group that empties each, and how many bytes may wait for that group."""

_CHUNK: Final = 2000
"""Records removed in one transaction, so that writers never wait long for a sweep."""

_encode_headers: Final = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Write:
    """What one caller wants in the log, whole or not at all: records, and the places that a group has reached."""

    records: Sequence[Record] = ()
    group: str = ""
    offsets: Mapping[str, int] = field(default_factory=dict)
    """The next offset of each topic that *group* reads on from."""


Written = tuple[Position, ...] | GatewayError
"""Where the records of a `Write` stand, or why there are none."""


@dataclass(slots=True)
class _Topic:
    """The end of a topic while a transaction appends to it."""

    id: int
    compact: bool
    max_message_bytes: int
    next_offset: int
    bytes: int


class LogWriter:
    """Appends, commits and removes. One thread."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        self._connection: sqlite3.Connection | None = connect(path)
        self._compacted: dict[int, int] = {}
        with self._transaction() as connection:
            for name, (group, _) in limits.items():
                _open_topic(connection, name)
                connection.execute("UPDATE topics SET queue = ? WHERE name = ?", (group, name))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def ensure(self, specs: Sequence[TopicSpec]) -> None:
        """Make the topics of *specs*, or bring their settings up to date."""
        with self._transaction() as connection:
            for spec in specs:
                _make_topic(connection, spec)

    def join(self, group: str, topics: Sequence[str], *, from_start: bool) -> None:
        """Note where *group* begins on the *topics* that there are; it keeps a place it already has."""
        with self._transaction() as connection:
            start, bytes_ = ("0", "0") if from_start else ("next_offset", "bytes")
            for topic in topics:
                connection.execute(
                    f"INSERT OR IGNORE INTO groups SELECT ?, id, {start}, {bytes_} FROM topics WHERE name = ?",  # noqa: S608  two constants
                    (group, topic),
                )

    def write(self, writes: Sequence[Write]) -> list[Written]:
        """All *writes* in one commit: durable on return. A write that is refused leaves the others alone.

        Raises UnavailableError when the file cannot be written; then none of them is in it.
        """
        with self._transaction() as connection:
            topics: dict[str, _Topic] = {}
            written = [self._apply(connection, topics, write) for write in writes]
            rows = [(topic.next_offset, topic.bytes, topic.id) for topic in topics.values()]
            connection.executemany("UPDATE topics SET next_offset = ?, bytes = ? WHERE id = ?", rows)
        return written

    def _apply(self, connection: sqlite3.Connection, topics: dict[str, _Topic], write: Write) -> Written:
        touched = {record.topic for record in write.records}
        for name in touched - topics.keys():
            topics[name] = _open_topic(connection, name)
        before = {name: replace(topics[name]) for name in touched}
        rows, positions = _append(topics, write.records)
        if full := self._full(connection, topics, before):
            topics |= before
            return full
        connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        for name, offset in write.offsets.items():
            _commit(connection, write.group, name, offset)
        written = tuple(position for position in positions if position is not None)
        if len(written) == len(positions):
            return written
        most = max(topics[name].max_message_bytes for name in touched)
        return RecordTooLargeError(write.records, positions, f"its topic takes {most} bytes")

    def _full(
        self, connection: sqlite3.Connection, topics: Mapping[str, _Topic], before: Mapping[str, _Topic]
    ) -> UnavailableError | None:
        """Why what was appended since *before* must wait; what finds nothing waiting is taken however large it is."""
        for name in self._limits.keys() & before.keys():
            group, limit = self._limits[name]
            done = committed_bytes(connection, group, topics[name].id)
            waiting, then = before[name].bytes - done, topics[name].bytes - done
            if waiting and waiting < then > limit:
                return UnavailableError(
                    f"{waiting} bytes wait on {name} and {limit} may: come back when the group {group} has worked on, "
                    f"or raise log.max_spool_bytes"
                )
        return None

    def remove_expired(self) -> bool:
        """Remove one chunk of records that are past their time, or that the group of a queue is done with.

        That a topic is a queue stands in the file: a process that knows of no limits must not expire what waits there.
        Returns whether there may be more to remove.
        """
        with self._transaction() as connection:
            query = "SELECT id, queue, retention_ms FROM topics WHERE NOT compact"
            removed = [_expire(connection, *topic) for topic in connection.execute(query).fetchall()]
        return max(removed, default=0) >= _CHUNK

    def compact(self, tombstone_retention_s: float) -> None:
        """Keep the last record of each key on compacted topics; a tombstone goes once it is old enough."""
        with self._transaction() as connection:
            topics = connection.execute("SELECT id, next_offset FROM topics WHERE compact").fetchall()
        for topic, end in topics:
            span = (topic * OFFSETS, (topic + 1) * OFFSETS)
            with self._transaction() as connection:
                if self._compacted.get(topic) != end:
                    connection.execute(
                        "DELETE FROM records WHERE id >= ? AND id < ? AND id NOT IN "
                        "(SELECT max(id) FROM records WHERE id >= ? AND id < ? GROUP BY key)",
                        span * 2,
                    )
                connection.execute(
                    "DELETE FROM records WHERE id >= ? AND id < ? AND value IS NULL AND written <= ?",
                    (*span, int(time.time() - tombstone_retention_s)),
                )
            self._compacted[topic] = end

    def _transaction(self) -> _Transaction:
        if self._connection is None:
            self._connection = connect(self._path)
        return _Transaction(self, self._connection)

    def failed(self, error: sqlite3.Error) -> UnavailableError:
        """Give the connection up: after an I/O error the next call begins with a new one."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.rollback()
            self.close()
        return unavailable(self._path, error)


class _Transaction:
    """A write transaction: committed at the end, rolled back where anything is raised."""

    def __init__(self, writer: LogWriter, connection: sqlite3.Connection) -> None:
        self._writer = writer
        self._connection = connection

    def __enter__(self) -> sqlite3.Connection:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise self._writer.failed(error) from error
        return self._connection

    def __exit__(self, _: type[BaseException] | None, raised: BaseException | None, __: object) -> None:
        if isinstance(raised, sqlite3.Error):
            raise self._writer.failed(raised) from raised
        if raised is not None:
            self._connection.rollback()
            return
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._writer.failed(error) from error


def _expire(connection: sqlite3.Connection, topic: int, queue: str | None, retention_ms: int) -> int:
    first = topic * OFFSETS
    chunk = f"SELECT id FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT {_CHUNK}"  # noqa: S608  a constant
    if queue is not None:
        done = connection.execute(
            "SELECT next_offset FROM groups WHERE name = ? AND topic = ?", (queue, topic)
        ).fetchone()
        return connection.execute(
            f"DELETE FROM records WHERE id IN ({chunk})",  # noqa: S608  a constant
            (first, first + (done[0] if done else 0)),
        ).rowcount
    return connection.execute(
        f"DELETE FROM records WHERE id IN ({chunk}) AND written < ?",  # noqa: S608  a constant
        (first, first + OFFSETS, int(time.time() - retention_ms / 1000)),
    ).rowcount


def _make_topic(connection: sqlite3.Connection, spec: TopicSpec) -> None:
    connection.execute(
        "INSERT INTO topics (name, compact, retention_ms, max_message_bytes) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO "
        "UPDATE SET compact = excluded.compact, retention_ms = excluded.retention_ms, "
        "max_message_bytes = excluded.max_message_bytes",
        (spec.name, spec.compact, spec.retention_ms, spec.max_message_bytes),
    )


def _open_topic(connection: sqlite3.Connection, name: str) -> _Topic:
    """The topic *name*; one that nobody asked for is made with the usual settings."""
    columns = "id, compact, max_message_bytes, next_offset, bytes"
    query = f"SELECT {columns} FROM topics WHERE name = ?"  # noqa: S608  a constant
    row = connection.execute(query, (name,)).fetchone()
    if row is None:
        _make_topic(connection, TopicSpec(name))
        row = connection.execute(query, (name,)).fetchone()
    return _Topic(*row)


def _append(
    topics: Mapping[str, _Topic], records: Sequence[Record]
) -> tuple[list[tuple[object, ...]], list[Position | None]]:
    """The rows of *records* at the ends of their *topics*, which move on, and their positions.

    A record that is too large for its topic has no row and the position None.
    """
    now = int(time.time())
    rows: list[tuple[object, ...]] = []
    positions: list[Position | None] = []
    for record in records:
        topic = topics[record.topic]
        key, headers, value = key_bytes(record.key), _encode_headers(record.headers), record.value
        size = len(headers) + len(key or b"") + len(value or b"")
        if size > topic.max_message_bytes:
            positions.append(None)
            continue
        offset = topic.next_offset
        topic.next_offset += 1
        topic.bytes += size
        id_ = topic.id * OFFSETS + offset
        rows.append((id_, topic.bytes, now, milliseconds(record.timestamp), key, headers, value))
        positions.append(Position(record.topic, 0, offset))
    return rows, positions


def _commit(connection: sqlite3.Connection, group: str, name: str, offset: int) -> None:
    """Note that *group* has reached *offset* of the topic *name*; it never goes back."""
    found = connection.execute("SELECT id FROM topics WHERE name = ?", (name,)).fetchone()
    if found is None:
        return
    first = found[0] * OFFSETS
    last = connection.execute(
        "SELECT bytes FROM records WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1", (first, first + offset)
    ).fetchone()
    connection.execute(
        "INSERT INTO groups VALUES (?, ?, ?, ?) ON CONFLICT (name, topic) DO UPDATE SET "
        "next_offset = excluded.next_offset, bytes = max(bytes, excluded.bytes) "
        "WHERE excluded.next_offset > next_offset",
        (group, found[0], offset, last[0] if last else 0),
    )
