"""Who reads a topic of the embedded log for a group."""

from __future__ import annotations

import sqlite3
from pathlib import Path


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
