"""Reading the embedded log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from semantic_gw.bus.log_file import OFFSETS, committed_bytes, connect, unavailable
from semantic_gw.bus.topics import key_text, moment
from semantic_gw.model import Headers, Record

_READ_BYTES: Final = 32 * 1024 * 1024
"""Bytes after which a read stops, whatever number of records was asked for."""

_decode_headers: Final = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...]).decode


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
        first = place.id * OFFSETS
        query = "SELECT id, timestamp, key, headers, value FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
        span = (first + place.next_offset, first + OFFSETS, max_records)
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
                self._connection.execute(query, (p.id * OFFSETS + p.next_offset, (p.id + 1) * OFFSETS)).fetchone()
                for p in places
            )

    def end(self, topic: int) -> int:
        """The offset that the next record of *topic* will get."""
        with self._reading():
            row = self._connection.execute("SELECT next_offset FROM topics WHERE id = ?", (topic,)).fetchone()
        return row[0] if row else 0

    def first(self, topic: int) -> int:
        """The offset that *topic* begins with now; of a compacted one always 0."""
        begin, end = topic * OFFSETS, (topic + 1) * OFFSETS
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
            return row[1] - committed_bytes(self._connection, group, row[0]) if row else 0

    def lag(self, group: str) -> dict[str, int]:
        """Records on each topic that *group* reads and has not committed."""
        first = "(SELECT min(id) FROM records WHERE id >= t.id * :n AND id < (t.id + 1) * :n) - t.id * :n"
        query = (
            f"SELECT t.name, t.next_offset - max(g.next_offset, coalesce({first}, t.next_offset)) "  # noqa: S608  a constant
            "FROM groups g JOIN topics t ON t.id = g.topic WHERE g.name = :group ORDER BY t.name"
        )
        with self._reading():
            return dict(self._connection.execute(query, {"n": OFFSETS, "group": group}))

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
