"""What this process judges by, and how it follows what is stored: by whom it ever was changed, within a second."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from semantic_gw.directory.database import Database
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.settings import ShapesSettings
from semantic_gw.shape_sets import store
from semantic_gw.shape_sets.collection import Base, Collection, build
from semantic_gw.shape_sets.store import State

_log = logging.getLogger(__name__)

_POLL_S: Final = 0.5
_RETRY_S: Final = 1.0

Clock = Callable[[], datetime]

Listener = Callable[[Collection], None]
"""Told of the collection that this process judges by from now on."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What is stored, and cannot be used here: since when (UTC), the position of its newest change, and why."""

    since: datetime
    position: int
    error: str


class Running:
    """The collection in use. One that cannot be compiled here leaves the one before where it is."""

    def __init__(self, database: Database, base: Base, collection: Collection, *, clock: Clock) -> None:
        """*collection* is that of *base* alone: what managed sets there are is known once the database is read."""
        self._database = database
        self._clock = clock
        self._state: State | None = None
        self.base = base
        self.collection = collection
        self.failure: Failure | None = None
        self.listeners: list[Listener] = []
        self.turn = asyncio.Lock()
        """Held by who replaces the collection."""

    @property
    def is_open(self) -> bool:
        """Whether the collection has what is stored in it: before that, nothing may be judged."""
        return self._state is not None

    @property
    def has_stored_policies(self) -> bool:
        """Whether policies were put that hold instead of the settings'."""
        return self._state is not None and self._state.policies is not None

    async def open(self) -> None:
        """Use what is stored, however long it takes until that is possible."""
        while not self.is_open:
            try:
                await self.catch_up()
            except (UnavailableError, SQLAlchemyError) as error:
                _log.warning("the shape sets cannot be read; retrying", extra={"error": str(error)})
            if not self.is_open:
                await asyncio.sleep(_RETRY_S)

    async def run(self) -> None:
        """Follow what is stored until cancelled."""
        away = False
        while True:
            try:
                await self.catch_up()
                away = False
            except (UnavailableError, SQLAlchemyError) as error:
                if not away:
                    _log.warning("the shape sets cannot be read; retrying", extra={"error": str(error)})
                away = True
            await asyncio.sleep(_POLL_S)

    async def catch_up(self) -> None:
        """Use what is stored, if it is not what runs. Raises UnavailableError."""
        async with self.turn:
            position = await self._database.read(store.position)
            if position not in self._known_positions():
                await self._adopt(await self._database.snapshot(store.state))

    def _known_positions(self) -> set[int]:
        running = {self.collection.position} if self.is_open else set()
        return running | ({self.failure.position} if self.failure else set())

    async def _adopt(self, state: State) -> None:
        try:
            self.use(await self.built(state), state)
        except ConfigurationError as error:
            self._fail(state, str(error))
        except Exception as fault:  # noqa: BLE001  whatever it is, what runs goes on
            _log.exception("fault while shapes are compiled")
            self._fail(state, f"{type(fault).__name__}: {fault}")

    def _fail(self, state: State, error: str) -> None:
        told = {"version": state.position, "running": self.collection.hash, "error": error}
        _log.error("the stored shapes cannot be used here; those before them stay", extra=told)
        self.failure = Failure(self._clock(), state.position, error)

    async def built(self, state: State | None, base: Base | None = None) -> Collection:
        """The collection of *state*, compiled. Raises ConfigurationError."""
        wanted = base or self.base
        known = self.collection if wanted.compiler == self.base.compiler else None
        return await asyncio.to_thread(build, wanted, state, known)

    def use(self, collection: Collection, state: State | None) -> None:
        """Judge by *collection*, which is that of *state*, from now on."""
        for listener in self.listeners:
            listener(collection)
        before, self.collection = self.collection, collection
        self._state, self.failure = state, None
        if (before.hash, before.policies.hash) != (collection.hash, collection.policies.hash):
            hashes = {"before": before.hash, "after": collection.hash, "policies": collection.policies.hash}
            _log.info("graphs are judged by other shapes", extra={"version": collection.position, **hashes})

    async def reload(self, settings: ShapesSettings) -> bool:
        """Read the files and policies that *settings* name once more; whether anything changed by that.

        Raises ConfigurationError, with which nothing changes.
        """
        async with self.turn:
            base = await asyncio.to_thread(Base.of, settings, self.base.compiler.background)
            collection = await self.built(self._state, base)
            before, self.base = self.collection, base
            self.use(collection, self._state)
        same = before.hash == collection.hash and before.policies.hash == collection.policies.hash
        if not same:
            await self._note_reload(before, collection)
        return not same

    async def _note_reload(self, before: Collection, after: Collection) -> None:
        by, now = f"settings of {socket.gethostname()}", self._clock()
        told = {"action": "reload", "by": by, "before": before.hash, "after": after.hash}
        _log.info("shapes changed", extra={**told, "policies": after.policies.hash})
        try:
            await self._database.write(lambda connection: store.reloaded(connection, now, by, before.hash, after.hash))
        except UnavailableError as error:
            _log.warning("the audit of shapes cannot be written", extra={"error": str(error)})


async def stored_collection(database: Database, base: Base, known: Collection) -> Collection:
    """The collection of *base* and what is stored, for a command. Raises ConfigurationError, UnavailableError."""
    return build(base, await database.snapshot(store.state), known)
