"""The file of the embedded log: SQLite in WAL mode, synchronous. `bus/log.py` calls it from threads of its own.

A topic has one partition, number 0: the order of a topic is total, and a group's place in it is one number. The id
of a record is `topic id * 2**40 + offset`, so that one B-tree holds all topics and a topic is a range of it.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Final

from semantic_gw.errors import ConfigurationError, UnavailableError

OFFSETS: Final = 2**40
"""How many offsets a topic has."""
_APPLICATION_ID: Final = 0x53475742
_VERSION: Final = 1
_BUSY_S: Final = 5.0
_PAGE_BYTES: Final = 16 * 1024
_WAL_BYTES: Final = 32 * 1024 * 1024

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


def committed_bytes(connection: sqlite3.Connection, group: str, topic: int) -> int:
    """Bytes of *topic* that *group* is done with."""
    query = "SELECT bytes FROM groups WHERE name = ? AND topic = ?"
    row = connection.execute(query, (group, topic)).fetchone()
    return row[0] if row else 0
