"""The embedded store: an owner that is started again where it dies, and workers that answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from semantic_gw.contracts import GraphAnswer, GraphQuery, GraphUpdate, QueryBounds, StoreSize
from semantic_gw.errors import UnavailableError
from semantic_gw.settings import StoreSettings
from semantic_gw.stores.embedded.evolving import evolved
from semantic_gw.stores.embedded.lanes import Lanes
from semantic_gw.stores.embedded.messages import Ask, Begin, Evolution, Replace, Request, Told
from semantic_gw.stores.embedded.owner_process import OwnerProcess
from semantic_gw.stores.embedded.worker_process import WorkerProcess
from semantic_gw.stores.embedded.workers import Workers

_log = logging.getLogger(__name__)

_SWEEP_S: Final = 5.0
_RETRY_S: Final = 1.0


class EmbeddedStore:
    """Named graphs in the memory of a process beside this one (`semantic_gw.stores.embedded`).

    Where that process dies, another one begins with the last snapshot: from then on `replace` raises UnavailableError
    until `positions` has told where to go on.
    """

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._owner: OwnerProcess | None = None
        self._is_lost = False
        """Whether something was lost that nobody has asked about yet."""
        self._workers = Workers(self._fork, kept=2 * settings.workers, stale_s=settings.stale_s)
        self._lanes = Lanes(self._workers, settings.workers)
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def generation(self) -> int:
        """That of what it holds; they go on after a restart, none is used twice."""
        return self._workers.generation

    @property
    def owner(self) -> int | None:
        """The number of the process that holds the graphs, while there is one."""
        return self._owner.pid if self._owner else None

    async def start(self) -> None:
        """Raises UnavailableError, and ConfigurationError where the system has no fork()."""
        await self._start_owner()
        self._tasks = (asyncio.create_task(self._keep_running()), asyncio.create_task(self._sweep()))

    async def stop(self) -> None:
        """End what is at work, and keep what there is in the snapshot."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.close()
        await self._workers.close()
        owner, self._owner = self._owner, None
        if owner:
            await owner.stop()

    async def replace(self, updates: Sequence[GraphUpdate], positions: Mapping[str, int]) -> int:
        if self._is_lost:
            raise UnavailableError("the graph store has lost what came after its last snapshot: go on from `positions`")
        told = await self._ask(Replace(tuple(updates), dict(positions)))
        for graph, reason in told.refused:
            _log.error("a graph cannot be stored, and stays as it was", extra={"graph": graph, "error": reason})
        return told.generation

    async def positions(self) -> Mapping[str, int]:
        told = await self._ask(Ask())
        self._is_lost = False
        return told.positions

    async def size(self) -> StoreSize:
        return (await self._ask(Ask())).size

    @asynccontextmanager
    async def query(self, query: GraphQuery) -> AsyncIterator[GraphAnswer]:
        async with (
            self._lanes.run(query) as answering,
            contextlib.aclosing(answering.parts()) as parts,
        ):
            yield GraphAnswer(answering.media_type, parts, answering.generation)

    async def evolve(
        self, update: str, prefix: str, bounds: QueryBounds, *, at_least: int = 0
    ) -> Sequence[GraphUpdate]:
        return await evolved(self._workers, Evolution(update, prefix, bounds), at_least)

    async def _ask(self, request: Request) -> Told:
        told = await self._running().ask(request)
        self._workers.generation = told.generation
        return told

    async def _fork(self) -> WorkerProcess:
        return await self._running().fork()

    def _running(self) -> OwnerProcess:
        if self._owner is None:
            raise UnavailableError("the graph store is being started")
        return self._owner

    async def _start_owner(self) -> None:
        settings = self._settings
        begin = Begin(str(settings.path.absolute()), settings.snapshot_s, self._workers.generation)
        self._owner, told = await OwnerProcess.start(begin)
        self._workers.generation = told.generation

    async def _keep_running(self) -> None:
        """Start another owner where one dies."""
        while True:
            await self._running().wait()
            await self._mourn(self._running())
            while self._owner is None:
                try:
                    await self._start_owner()
                except UnavailableError as error:
                    _log.error("the graph store cannot be started; retrying", extra={"error": str(error)})
                    await asyncio.sleep(_RETRY_S)

    async def _mourn(self, owner: OwnerProcess) -> None:
        _log.error("the graph store died; another one begins with its last snapshot", extra={"owner": owner.pid})
        self._owner, self._is_lost = None, True
        self._workers.clear()
        await owner.kill()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_S)
            self._workers.sweep()
