"""A query at work: its worker, its place in a lane, the time it has taken, and what has come of its answer."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Final

from semantic_gw.confined.frames import Frame
from semantic_gw.contracts import GraphQuery
from semantic_gw.errors import LimitError, QueryError
from semantic_gw.stores.embedded.lane import Place
from semantic_gw.stores.embedded.messages import ANSWER, END, PART, WORN, Refusal, read_refusal
from semantic_gw.stores.embedded.worker_process import WorkerProcess
from semantic_gw.stores.embedded.workers import Workers

_GATHERED_BYTES: Final = 1024 * 1024
"""How much of an answer waits here, in bytes, while it is not clear whether it may go on; the rest waits over there."""

_PATIENCE: Final = 10
"""How many times the time of its evaluation an answer may take whoever reads it."""


class Answering:
    """A query that one of *workers* works on at *place*.

    The time bound is about the worker: while a reader is busy with what it has, it does not count.
    """

    def __init__(self, query: GraphQuery, workers: Workers, worker: WorkerProcess, place: Place) -> None:
        self._bounds = query.bounds
        self._workers = workers
        self._worker: WorkerProcess | None = worker
        self._place = place
        self._parts: deque[bytes] = deque()
        self._gathered = 0
        self._is_reusable = False
        self._has_stood_back = False
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(query.bounds.time_s * (1 + _PATIENCE), self.close)
        self.generation = worker.generation
        self.media_type = ""
        self.is_done = False
        self.cpu_s = 0.0
        """How much CPU time the worker has taken so far, in seconds."""
        self._cpu_before_s = worker.cpu_s
        self._spent_s = 0.0

    async def gather(self, within_s: float) -> bool:
        """Whether the answer is all here within *within_s* seconds. Raises QueryError, LimitError."""
        until = self._loop.time() + within_s
        while not self.is_done and not self.is_long and (left := until - self._loop.time()) > 0:
            await self._hear(left)
        return self.is_done

    @property
    def is_long(self) -> bool:
        """Whether there is more of the answer than should wait here."""
        return self._gathered >= _GATHERED_BYTES

    async def open(self) -> None:
        """Until the form of the answer is known. Raises QueryError, LimitError."""
        while not self.media_type:
            await self._hear(self._bounds.time_s)

    async def parts(self) -> AsyncGenerator[bytes]:
        """The answer as it comes. Raises LimitError."""
        while self._parts or not self.is_done:
            if self._parts:
                yield self._parts.popleft()
            else:
                await self._hear(self._bounds.time_s)

    def go_over(self, place: Place) -> None:
        """Go on at *place*, standing back for others."""
        self._place.release()
        self._place = place
        self.stand_back()

    def stand_back(self) -> None:
        """Let others go first from now on."""
        self._has_stood_back = True
        if self._worker:
            self._worker.renice()

    def close(self) -> None:
        """Leave the place. A worker that is still at it is ended, and so is one that lets others go first."""
        self._timer.cancel()
        self._place.release()
        worker, self._worker = self._worker, None
        if worker and self._is_reusable and not self._has_stood_back:
            self._workers.give_back(worker)
        elif worker:
            self._workers.end(worker)

    async def _hear(self, within_s: float) -> None:
        """Take the next frame, if it comes within *within_s* seconds. Raises QueryError, LimitError."""
        if self._worker is None:
            raise LimitError("the answer was not taken in time, and was given up", limit="time")
        left_s, begun = self._bounds.time_s - self._spent_s, self._loop.time()
        try:
            async with asyncio.timeout(min(left_s, within_s)):
                frame = await self._worker.hear()
        except TimeoutError:
            if left_s <= within_s:
                raise LimitError(f"the query takes longer than {self._bounds.time_s:g} s", limit="time") from None
            return
        finally:
            self._spent_s += self._loop.time() - begun
            self.cpu_s = self._worker.cpu_s - self._cpu_before_s if self._worker else self.cpu_s
        self._take(frame)

    def _take(self, frame: Frame) -> None:
        if frame.kind == PART:
            self._parts.append(bytes(frame.body))
            self._gathered += len(frame.body)
        elif frame.kind == ANSWER:
            self.media_type = bytes(frame.body).decode()
        elif frame.kind == END:
            self.is_done, self._is_reusable = True, frame.body != WORN
        else:
            refusal = read_refusal(frame.body)
            self._is_reusable = not refusal.is_worn
            raise _refused(refusal)


def _refused(refusal: Refusal) -> QueryError:
    if refusal.limit:
        return LimitError(refusal.detail, limit=refusal.limit)
    return QueryError(refusal.detail, line=refusal.line, column=refusal.column)
