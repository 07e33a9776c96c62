"""The database of the directory: SQLite in a file of its own, or a PostgreSQL that several gateways share.

Callers hand over functions of a connection: `read` runs one, `snapshot` one that must see one state, `write` one in a
transaction that is durable when it returns.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from semantic_gw.databases import AWAY, database_url, postgres_arguments
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.migrating import Schema

T = TypeVar("T")
Call = Callable[[Connection], T]

_SCHEMA: Final = Schema(
    "the directory", Path(__file__).parent / "migrations", head="0003", table="alembic_version", lock=0x53475754
)

_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",  # what was answered survives the loss of power
    "wal_autocheckpoint = 8000",
    "cache_size = -4096",
    "temp_store = MEMORY",
)
_PATIENCE_S: Final = 40.0
"""Longest wait for a database that is elsewhere, in seconds."""
_CONNECTIONS: Final = 8
_BATCH: Final = 100


class Database(Protocol):
    """One behaviour, two databases."""

    name: str
    """Of the dialect, for people."""

    def start(self) -> None:
        """Open it and bring its tables up to date. Raises ConfigurationError, UnavailableError."""
        ...

    def stop(self) -> None: ...

    async def read(self, call: Call[T]) -> T:
        """What *call* returns. Raises UnavailableError."""
        ...

    async def snapshot(self, call: Call[T]) -> T:
        """The same, where *call* makes several statements that must see one state."""
        ...

    async def write(self, call: Call[T]) -> T:
        """What *call* returns, once what it did is durable; nothing of it is done where it raises."""
        ...


def open_database(url: str) -> Database:
    """The database at *url*, not yet started. Raises ConfigurationError."""
    parsed = database_url(url, setting="directory.database_url", file="directory.sqlite")
    return _Sqlite(Path(parsed.database or "")) if parsed.get_backend_name() == "sqlite" else _Postgres(parsed)


class _Sqlite:
    """Reads on the caller's thread, since they take microseconds; writes on one of their own, many to a commit."""

    name = "SQLite"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = _engine(path)
        event.listen(self._writing, "begin", _begin_immediate)
        self._reading = _engine(path)
        self._reader: Connection | None = None
        self._writer: _GroupCommit | None = None

    def start(self) -> None:
        if self._writer is not None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._writing.connect() as connection:
                _SCHEMA.upgrade(connection)
            self._reader = self._reading.connect()
        except OSError as error:
            raise ConfigurationError(f"the directory {self._path} cannot be opened: {error}") from error
        except DBAPIError as error:
            if "locked" in str(error.orig):
                raise UnavailableError(f"the directory {self._path} is locked by another process") from error
            hint = "check directory.database_url and the rights of its folder"
            raise ConfigurationError(f"the directory {self._path} cannot be opened: {error.orig}; {hint}") from error
        self._writer = _GroupCommit(self._writing)

    def stop(self) -> None:
        if self._writer is not None:
            self._writer.stop()
        if self._reader is not None:
            self._reader.close()
        self._reader = self._writer = None

    async def read(self, call: Call[T]) -> T:
        if self._reader is None:
            raise UnavailableError("the directory is not open")
        try:
            return call(self._reader)
        except AWAY as error:
            raise UnavailableError(f"the directory {self._path} cannot be read: {error.orig}") from error

    async def snapshot(self, call: Call[T]) -> T:
        def seen(connection: Connection) -> T:
            connection.exec_driver_sql("BEGIN")
            try:
                return call(connection)
            finally:
                connection.exec_driver_sql("COMMIT")

        return await self.read(seen)

    async def write(self, call: Call[T]) -> T:
        if self._writer is None:
            raise UnavailableError("the directory is not open")
        try:
            return await asyncio.wrap_future(self._writer.submit(call))
        except AWAY as error:
            hint = "free space on its disk" if "full" in str(error.orig) else "check its disk"
            raise UnavailableError(f"the directory {self._path} cannot be written: {error.orig}; {hint}") from error


def _engine(path: Path) -> Engine:
    arguments = {"check_same_thread": False, "timeout": 10.0, "isolation_level": None}
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool, connect_args=arguments)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """A transaction that will write takes its lock first, so that it never fails half-way for want of it."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class _GroupCommit:
    """Writes from many tasks, one transaction for all that wait: a commit of one costs as much as of a hundred."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()
        self._queue: queue.SimpleQueue[tuple[Call[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="directory", daemon=True)
        self._thread.start()

    def submit(self, call: Call[T]) -> Future[T]:
        future: Future[T] = Future()
        self._queue.put((call, future))
        return future

    def stop(self) -> None:
        """Finish what was submitted, then end."""
        self._queue.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = [first], False
            with suppress(queue.Empty):
                while len(batch) < _BATCH and not last:
                    following = self._queue.get_nowait()
                    if following is None:
                        last = True
                    else:
                        batch.append(following)
            self._commit(batch)
            if last:
                return

    def _commit(self, submitted: Sequence[tuple[Call[Any], Future[Any]]]) -> None:
        batch = [(call, future) for call, future in submitted if future.set_running_or_notify_cancel()]
        try:
            with self._connection.begin():
                outcomes = [self._outcome(call, alone=len(batch) == 1) for call, _ in batch]
        except Exception as error:  # noqa: BLE001  whatever it is, the callers are told
            outcomes = [error] * len(batch)
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    def _outcome(self, call: Call[Any], *, alone: bool) -> Any:
        """What *call* returns or raises; in company, what it did before it raised is taken back alone."""
        if alone:
            return call(self._connection)
        try:
            with self._connection.begin_nested():
                return call(self._connection)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001  told to its caller
            return error


class _Postgres:
    """Each call on a thread and a connection from a pool."""

    name = "PostgreSQL"

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url, pool_size=_CONNECTIONS, max_overflow=0, pool_pre_ping=True, connect_args=postgres_arguments()
        )
        self._where = url.render_as_string(hide_password=True)
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="directory")
        self._started = False

    def start(self) -> None:
        try:
            self._migrate()
        except OperationalError as error:
            raise UnavailableError(f"the directory {self._where} cannot be reached: {error.orig}") from error
        except SQLAlchemyError as error:
            raise ConfigurationError(f"the directory {self._where} cannot be used: {error}") from error
        self._started = True

    def _migrate(self) -> None:
        try:
            with self._engine.connect() as connection:
                _SCHEMA.upgrade(connection)
        except BaseException:
            self._engine.dispose()
            raise

    def stop(self) -> None:
        self._started = False
        self._threads.shutdown(cancel_futures=True)  # bounded by the timeouts of the connections
        self._engine.dispose()

    async def read(self, call: Call[T]) -> T:
        return await self._run(self._read, call)

    async def snapshot(self, call: Call[T]) -> T:
        return await self._run(self._snapshot, call)

    async def write(self, call: Call[T]) -> T:
        return await self._run(self._write, call)

    async def _run(self, how: Callable[[Call[T]], T], call: Call[T]) -> T:
        if not self._started:
            raise UnavailableError("the directory is not open")
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await asyncio.get_running_loop().run_in_executor(self._threads, how, call)
        except AWAY as error:
            raise UnavailableError(f"the directory {self._where} does not answer: {error.orig}") from error
        except TimeoutError:
            raise UnavailableError(f"the directory {self._where} did not answer within {_PATIENCE_S:g} s") from None

    def _read(self, call: Call[T]) -> T:
        with self._engine.connect() as connection:
            return call(connection)

    def _snapshot(self, call: Call[T]) -> T:
        with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            return call(connection)

    def _write(self, call: Call[T]) -> T:
        with self._engine.begin() as connection:
            return call(connection)
