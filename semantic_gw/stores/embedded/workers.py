"""The workers that wait for a question: enough of them, and not too old."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from semantic_gw.stores.embedded.worker_process import WorkerProcess

_RENEWED_AT: Final = 0.7
"""The part of its longest age at which a worker is replaced while it is still asked: no query waits for a fork then."""

_KEPT_S: Final = 10.0
"""How long a worker waits for a question, in seconds, before the memory that only it still needs is given back."""


class Workers:
    """Hands out workers, and forks others by *fork*.

    One waits while others are at work, so that whoever comes next need not wait for a fork; at most *kept* do. None is
    asked that has seen for more than *stale_s* seconds what is no longer so.
    """

    def __init__(self, fork: Callable[[], Awaitable[WorkerProcess]], *, kept: int, stale_s: float) -> None:
        self._fork = fork
        self._kept = kept
        self._stale_s = stale_s
        self._idle: list[WorkerProcess] = []
        self._forks: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self.generation = 0
        """The generation of the store."""

    async def take(self, at_least: int) -> WorkerProcess:
        """A worker that knows of the generation *at_least*, if there is one. Raises UnavailableError."""
        at_least = min(at_least, self.generation)
        while (worker := self._found(at_least)) is None:
            await asyncio.shield(self._fork_one())
        self.refill()
        return worker

    def give_back(self, worker: WorkerProcess) -> None:
        """*worker* has answered, and may answer again."""
        self._idle.append(worker)
        for surplus in self._idle[: -self._kept]:
            surplus.end()
        del self._idle[: -self._kept]

    def end(self, worker: WorkerProcess) -> None:
        """End *worker*, and have another one wait in its place."""
        worker.end()
        if not self._is_closed:
            self.refill()

    def clear(self) -> None:
        """End those that wait."""
        for worker in self._idle:
            worker.end()
        self._idle.clear()

    async def close(self) -> None:
        """End those that wait, and those that are still to come."""
        self._is_closed = True
        await asyncio.gather(*self._forks, return_exceptions=True)
        self.clear()

    def sweep(self) -> None:
        """End workers that hold on to what the store no longer holds, while nobody asks."""
        self._drop(lambda worker: self._age(worker) > _KEPT_S)

    def _found(self, at_least: int) -> WorkerProcess | None:
        self._drop(lambda worker: self._age(worker) > self._stale_s)
        known = [worker for worker in self._idle if worker.generation >= at_least]
        if not known:
            return None
        newest = max(known, key=lambda worker: worker.born)
        self._idle.remove(newest)
        return newest

    def _age(self, worker: WorkerProcess) -> float:
        """For how many seconds it has seen what is no longer so."""
        if worker.generation == self.generation:
            return 0.0
        return asyncio.get_running_loop().time() - worker.born

    def _drop(self, is_too_old: Callable[[WorkerProcess], bool]) -> None:
        for worker in [worker for worker in self._idle if not worker.is_alive or is_too_old(worker)]:
            worker.end()
            self._idle.remove(worker)

    def refill(self) -> None:
        """Have one wait that will not be too old soon."""
        young = any(self._age(worker) <= self._stale_s * _RENEWED_AT for worker in self._idle)
        if not young and not self._forks:
            self._fork_one()

    def _fork_one(self) -> asyncio.Task[None]:
        task = asyncio.create_task(self._add_one())
        self._forks.add(task)
        task.add_done_callback(self._forked)
        return task

    async def _add_one(self) -> None:
        self.give_back(await self._fork())

    def _forked(self, task: asyncio.Task[None]) -> None:
        self._forks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits for the worker is told
