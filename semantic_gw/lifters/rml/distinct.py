"""Which lines were there before: a set that moves to disk when it grows, so that memory stays bounded."""

from __future__ import annotations

import hashlib
import sqlite3
from types import TracebackType
from typing import Final

MOST_HELD: Final = 500_000
"""Digests held in memory, some 50 MB."""


class Distinct:
    """Remembers texts by a digest of 128 bits; use it as a context."""

    def __init__(self, most_held: int = MOST_HELD) -> None:
        self._held: set[bytes] = set()
        self._most_held = most_held
        self._disk: sqlite3.Connection | None = None

    def __enter__(self) -> Distinct:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._disk is not None:
            self._disk.close()

    def is_new(self, text: str) -> bool:
        """Whether *text* comes for the first time."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in self._held or (self._disk is not None and self._stored(self._disk, digest)):
            return False
        self._held.add(digest)
        if len(self._held) >= self._most_held:
            self._store()
        return True

    def _stored(self, disk: sqlite3.Connection, digest: bytes) -> bool:
        return disk.execute("SELECT 1 FROM seen WHERE digest = ?", (digest,)).fetchone() is not None

    def _store(self) -> None:
        if self._disk is None:
            self._disk = sqlite3.connect("")  # a file of its own, which SQLite removes
            self._disk.execute("PRAGMA journal_mode = OFF")
            self._disk.execute("CREATE TABLE seen (digest BLOB PRIMARY KEY) WITHOUT ROWID")
        self._disk.executemany("INSERT INTO seen VALUES (?)", ((digest,) for digest in sorted(self._held)))
        self._held.clear()
