"""The database of the history: SQLite in a file of its own, or a PostgreSQL that several gateways share.

Callers hand over functions of a connection, which run on threads: what is asked of a history may take a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import (
    DBAPIError,
    SQLAlchemyError,
)

from semantic_gw.databases import AWAY, database_url, postgres_arguments
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.migrating import Schema

T = TypeVar("T")

_SCHEMA: Final = Schema(
    "the history", Path(__file__).parent / "migrations", head="0001", table="history_version", lock=0x53475748
)

_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",  # what is committed on the bus survives the loss of power
    "wal_autocheckpoint = 4000",
    "cache_size = -32768",
    "temp_store = MEMORY",
    "mmap_size = 268435456",
)
_READERS: Final = 4


class HistoryDatabase:
    """One behaviour, two databases. Raises ConfigurationError for a URL that names neither."""

    def __init__(self, url: str) -> None:
        self._url = database_url(url, setting="history.database_url", file="history.sqlite")
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._where = self._url.render_as_string(hide_password=True)
        self._reading, self._writing = self._engines()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="history")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="history-write")
        self._is_open = False

    def start(self) -> None:
        """Open it, and bring its tables up to date. Raises ConfigurationError, UnavailableError."""
        try:
            if self.is_sqlite:
                Path(self._url.database or "").parent.mkdir(parents=True, exist_ok=True)
            with self._writing.connect() as connection:
                _SCHEMA.upgrade(connection)
        except OSError as error:
            raise ConfigurationError(f"the history {self._where} cannot be opened: {error}") from error
        except AWAY as error:
            if self.is_sqlite and "locked" not in str(error.orig):
                detail = f"{error.orig}; check history.database_url and the rights of its folder"
                raise ConfigurationError(f"the history {self._where} cannot be opened: {detail}") from error
            raise UnavailableError(f"the history {self._where} cannot be reached: {error.orig}") from error
        except SQLAlchemyError as error:
            raise ConfigurationError(f"the history {self._where} cannot be used: {error}") from error
        self._is_open = True

    def stop(self) -> None:
        """Finish what was begun, then close."""
        self._is_open = False
        self._writer.shutdown()
        self._readers.shutdown(cancel_futures=True)
        self._reading.dispose()
        self._writing.dispose()

    async def read(self, call: Callable[[Connection], T]) -> T:
        """What *call* returns, which sees one state. Raises UnavailableError."""
        return await self._run(self._readers, self._reading, call)

    async def write(self, call: Callable[[Connection], T]) -> T:
        """What *call* returns, once what it did is durable; nothing of it is done where it raises."""
        return await self._run(self._writer, self._writing, call)

    async def _run(self, threads: ThreadPoolExecutor, engine: Engine, call: Callable[[Connection], T]) -> T:
        if not self._is_open:
            raise UnavailableError("the history is not open")
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, _in_transaction, engine, call)
        except DBAPIError as error:
            if isinstance(error, AWAY):
                raise UnavailableError(f"the history {self._where} does not answer: {error.orig}") from error
            raise

    def _engines(self) -> tuple[Engine, Engine]:
        if not self.is_sqlite:
            arguments = postgres_arguments("-c jit=off")
            engine = create_engine(
                self._url, pool_size=_READERS + 1, max_overflow=0, pool_pre_ping=True, connect_args=arguments
            )
            return engine.execution_options(isolation_level="REPEATABLE READ"), engine
        arguments = {"check_same_thread": False, "timeout": 10.0, "isolation_level": None}
        engines = [create_engine(self._url, connect_args=arguments) for _ in range(2)]
        for engine, begin in zip(engines, ("BEGIN", "BEGIN IMMEDIATE"), strict=True):
            event.listen(engine, "connect", _prepare)
            event.listen(engine, "begin", _beginning(begin))
        return engines[0], engines[1]


def _in_transaction(engine: Engine, call: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return call(connection)


def _prepare(connection: Any, _: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _beginning(statement: str) -> Callable[[Connection], None]:
    """A transaction that will write takes its lock first, so that it never fails half-way for want of it."""

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    return begin
