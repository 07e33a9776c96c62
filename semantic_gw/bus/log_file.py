"""The file of the embedded log: SQLite in WAL mode, synchronous. `bus/log.py` calls it from threads of its own.

A topic has one partition, number 0: the order of a topic is total, and a group's place in it is one number. The id
of a record is `topic id * 2**40 + offset`, so that one B-tree holds all topics and a topic is a range of it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from semantic_gw.bus.refusal import RecordTooLargeError
from semantic_gw.bus.topics import key_bytes, key_text, milliseconds, moment
from semantic_gw.contracts import TopicSpec
from semantic_gw.errors import ConfigurationError, GatewayError, UnavailableError
from semantic_gw.model import Headers, Position, Record

Limits = Mapping[str, tuple[str, int]]
"""Topics that are queues: the group that empties each, and how many bytes may wait for that group."""

_OFFSETS: Final = 2**40
_APPLICATION_ID: Final = 0x53475742
_VERSION: Final = 1
_BUSY_S: Final = 5.0
_PAGE_BYTES: Final = 16 * 1024
_WAL_BYTES: Final = 32 * 1024 * 1024
_READ_BYTES: Final = 32 * 1024 * 1024
"""Bytes after which a read stops, whatever number of records was asked for."""
_CHUNK: Final = 2000
"""Records removed in one transaction, so that writers never wait long for a sweep."""

_SCHEMA: Final = """
CREATE TABLE topics (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, compact INTEGER NOT NULL, retention_ms INTEGER NOT NULL,
    max_message_bytes INTEGER NOT NULL, next_offset INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
    queue TEXT
);
CREATE TABLE records (
    id INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, written INTEGER NOT NULL, timestamp INTEGER NOT NULL,
    key BLOB, headers BLOB NOT NULL, value BLOB
);
CREATE TABLE groups (
    name TEXT NOT NULL, topic INTEGER NOT NULL, next_offset INTEGER NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (name, topic)
) WITHOUT ROWID;
"""

_encode_headers: Final = msgspec.msgpack.Encoder().encode
_decode_headers: Final = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...]).decode


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the log at *path*, made with its folder when missing.

    Raises ConfigurationError where it can never be one, UnavailableError where it may work later.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.OperationalError) as error:
        raise ConfigurationError(f"the log {path} cannot be opened: {error}; check log.path and its rights") from error
    try:
        _prepare(connection, path)
    except sqlite3.OperationalError as error:
        connection.close()
        if "readonly" in str(error):
            raise ConfigurationError(f"the log {path} cannot be written: {error}; check its rights") from error
        raise unavailable(path, error) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise ConfigurationError(f"{path} is no log of the gateway ({error}): give log.path another name") from error
    except ConfigurationError:
        connection.close()
        raise
    return connection


def unavailable(path: Path, error: sqlite3.Error) -> UnavailableError:
    """*error* as what the caller does next: pause, then try again."""
    hint = "free space on its disk" if "full" in str(error) else "check its disk"
    return UnavailableError(f"the log {path} cannot be used: {error}; {hint}")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """FULL makes a commit survive the loss of power; with many records in one commit it costs next to nothing.

    Large pages halve what a record of 1 kB costs (measured); a small commit gets a little dearer.
    """
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    _retry_busy(connection, "PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_BYTES // _PAGE_BYTES}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute(f"PRAGMA journal_size_limit = {2 * _WAL_BYTES}")
    connection.execute("BEGIN IMMEDIATE")
    application, version = (connection.execute(f"PRAGMA {n}").fetchone()[0] for n in ("application_id", "user_version"))
    if (application, version) == (_APPLICATION_ID, _VERSION):
        connection.execute("COMMIT")
        return
    if application or version or connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        what = (
            f"of version {version}, this gateway reads {_VERSION}"
            if application == _APPLICATION_ID
            else "of another program"
        )
        raise ConfigurationError(f"{path} is a database {what}: give log.path another name")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")
    connection.execute("COMMIT")


def _retry_busy(connection: sqlite3.Connection, statement: str) -> None:
    """*statement*, again while another process is at it: changing the journal mode does not wait by itself."""
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            connection.execute(statement).fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


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
            done = _committed(connection, group, topics[name].id)
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
            span = (topic * _OFFSETS, (topic + 1) * _OFFSETS)
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
    first = topic * _OFFSETS
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
        (first, first + _OFFSETS, int(time.time() - retention_ms / 1000)),
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
        id_ = topic.id * _OFFSETS + offset
        rows.append((id_, topic.bytes, now, milliseconds(record.timestamp), key, headers, value))
        positions.append(Position(record.topic, 0, offset))
    return rows, positions


def _committed(connection: sqlite3.Connection, group: str, topic: int) -> int:
    """Bytes of *topic* that *group* is done with."""
    query = "SELECT bytes FROM groups WHERE name = ? AND topic = ?"
    row = connection.execute(query, (group, topic)).fetchone()
    return row[0] if row else 0


def _commit(connection: sqlite3.Connection, group: str, name: str, offset: int) -> None:
    """Note that *group* has reached *offset* of the topic *name*; it never goes back."""
    found = connection.execute("SELECT id FROM topics WHERE name = ?", (name,)).fetchone()
    if found is None:
        return
    first = found[0] * _OFFSETS
    last = connection.execute(
        "SELECT bytes FROM records WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1", (first, first + offset)
    ).fetchone()
    connection.execute(
        "INSERT INTO groups VALUES (?, ?, ?, ?) ON CONFLICT (name, topic) DO UPDATE SET "
        "next_offset = excluded.next_offset, bytes = max(bytes, excluded.bytes) "
        "WHERE excluded.next_offset > next_offset",
        (group, found[0], offset, last[0] if last else 0),
    )


class Place(NamedTuple):
    """Where a reader stands on a topic."""

    topic: str
    id: int
    next_offset: int


class LogReader:
    """Reads. One thread. Every method raises UnavailableError when the file cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = connect(path)
        self._topics: dict[str, int] = {}
        self._newest = 0

    def close(self) -> None:
        self._connection.close()

    def topics(self) -> Mapping[str, int]:
        """Name and id of every topic."""
        with self._reading():
            newest = self._connection.execute("SELECT max(id) FROM topics").fetchone()[0] or 0
            if newest != self._newest:
                self._topics = dict(self._connection.execute("SELECT name, id FROM topics ORDER BY name"))
                self._newest = newest
        return self._topics

    def version(self) -> int:
        """A number that changes when anybody else has written to the file."""
        with self._reading():
            version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def read(self, places: Sequence[Place], max_records: int) -> list[Record]:
        """Up to *max_records* from *places*, in order; fewer where they are very large."""
        records: list[Record] = []
        room = _READ_BYTES
        with self._reading():
            for place in places:
                if len(records) >= max_records or room <= 0:
                    break
                for record, size in self._read(place, max_records - len(records)):
                    records.append(record)
                    room -= size
                    if room <= 0:
                        break
        return records

    def _read(self, place: Place, max_records: int) -> Iterator[tuple[Record, int]]:
        first = place.id * _OFFSETS
        query = "SELECT id, timestamp, key, headers, value FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
        span = (first + place.next_offset, first + _OFFSETS, max_records)
        with closing(self._connection.execute(query, span)) as rows:
            for id_, timestamp, key, headers, value in rows:
                told: Headers = _decode_headers(headers)
                record = Record(place.topic, key_text(key), value, told, moment(timestamp), 0, id_ - first)
                yield record, len(value or b"") + len(headers)

    def anything(self, places: Sequence[Place]) -> bool:
        """Whether a record stands at or after any of *places*."""
        query = "SELECT 1 FROM records WHERE id >= ? AND id < ? LIMIT 1"
        with self._reading():
            return any(
                self._connection.execute(query, (p.id * _OFFSETS + p.next_offset, (p.id + 1) * _OFFSETS)).fetchone()
                for p in places
            )

    def end(self, topic: int) -> int:
        """The offset that the next record of *topic* will get."""
        with self._reading():
            row = self._connection.execute("SELECT next_offset FROM topics WHERE id = ?", (topic,)).fetchone()
        return row[0] if row else 0

    def first(self, topic: int) -> int:
        """The offset that *topic* begins with now; of a compacted one always 0."""
        begin, end = topic * _OFFSETS, (topic + 1) * _OFFSETS
        first = "SELECT min(id) FROM records WHERE id >= ? AND id < ?"
        query = f"SELECT compact, next_offset, ({first}) FROM topics WHERE id = ?"  # noqa: S608  a constant
        with self._reading():
            row = self._connection.execute(query, (begin, end, topic)).fetchone()
        if row is None or row[0]:
            return 0
        return int(row[1] if row[2] is None else row[2] - begin)

    def count(self, place: Place) -> int:
        """Records at or after *place*; of a compacted topic at most so many."""
        end = self.end(place.id)
        return max(0, end - max(place.next_offset, self.first(place.id)))

    def committed(self, group: str, topic: int) -> int:
        """The offset that *group* reads on from; 0 where it has none."""
        query = "SELECT next_offset FROM groups WHERE name = ? AND topic = ?"
        with self._reading():
            row = self._connection.execute(query, (group, topic)).fetchone()
        return row[0] if row else 0

    def waiting_bytes(self, topic: str, group: str) -> int:
        """Bytes of *topic* that *group* is not done with."""
        query = "SELECT id, bytes FROM topics WHERE name = ?"
        with self._reading():
            row = self._connection.execute(query, (topic,)).fetchone()
            return row[1] - _committed(self._connection, group, row[0]) if row else 0

    def lag(self, group: str) -> dict[str, int]:
        """Records on each topic that *group* reads and has not committed."""
        first = "(SELECT min(id) FROM records WHERE id >= t.id * :n AND id < (t.id + 1) * :n) - t.id * :n"
        query = (
            f"SELECT t.name, t.next_offset - max(g.next_offset, coalesce({first}, t.next_offset)) "  # noqa: S608  a constant
            "FROM groups g JOIN topics t ON t.id = g.topic WHERE g.name = :group ORDER BY t.name"
        )
        with self._reading():
            return dict(self._connection.execute(query, {"n": _OFFSETS, "group": group}))

    def _reading(self) -> _Reading:
        return _Reading(self._path)


class _Reading:
    """Turns what SQLite raises into UnavailableError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: type[BaseException] | None, raised: BaseException | None, __: object) -> None:
        if isinstance(raised, sqlite3.Error):
            raise unavailable(self._path, raised) from raised


class Turn:
    """The right to read a topic for a group: one reader at a time has it, in whatever process.

    It is an exclusive transaction on an empty SQLite file of its own, so that the operating system gives it back
    when its holder ends, however it ends. A second reader of a group stands by.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def take(self) -> bool:
        """Whether it is, or now becomes, ours."""
        if self._connection is not None:
            return True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error):
            return False
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            return False
        self._connection = connection
        return True

    def give_back(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
