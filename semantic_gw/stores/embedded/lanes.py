"""Which query runs when: short ones beside slow ones, on few processors.

Nobody knows beforehand how long a query takes. So each begins in the quick lane, and one that is not done soon goes
over to the slow lane, where its worker stands back for the quick ones (nice 19). Where no place is free there it is
ended, and begins again once one is: nothing of its answer has been handed out until then. A query that was slow is
known for a while, and begins in the slow lane. So many slow queries cost the short ones next to nothing.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from semantic_gw.contracts import GraphQuery
from semantic_gw.stores.embedded.answering import Answering
from semantic_gw.stores.embedded.lane import Lane, waited_too_long
from semantic_gw.stores.embedded.worker_process import WorkerProcess
from semantic_gw.stores.embedded.workers import Workers

_SLICE_S: Final = 0.01
_SLICES: Final = 5
"""A query is slow that is not done after one slice where others wait for its place, and after all of them anyway."""

_REMEMBERED: Final = 4096
_REMEMBERED_S: Final = 600.0
"""How many queries are known to be slow, and for how long, in seconds."""


class Lanes:
    """Runs queries on *workers*: at most *places* slow ones, and as many quick ones."""

    def __init__(self, workers: Workers, places: int) -> None:
        self._workers = workers
        self._quick = Lane(places)
        self._slow = Lane(places)
        self._known = SlowQueries()
        self._at_work: set[Answering] = set()

    @asynccontextmanager
    async def run(self, query: GraphQuery) -> AsyncIterator[Answering]:
        """An answer that has begun; on leaving, a worker that is still at it is ended.

        Raises QueryError, LimitError, UnavailableError.
        """
        until = asyncio.get_running_loop().time() + query.bounds.time_s
        answering = None if self._known.has(query.text) else await self._try(query, until)
        answering = answering or await self._begin(query, self._slow, until)
        try:
            await answering.open()
            yield answering
        finally:
            self._end(answering)
            if answering.is_done and answering.spent_s < _SLICE_S:
                self._known.discard(query.text)

    def close(self) -> None:
        """End what is at work."""
        for answering in tuple(self._at_work):
            self._end(answering)

    async def _try(self, query: GraphQuery, until: float) -> Answering | None:
        """An answer that is all there, or goes on in the slow lane; None: it is slow, and no place is free there."""
        answering = await self._begin(query, self._quick, until)
        goes_on = False
        try:
            goes_on = await self._is_soon_done(answering) or await self._has_gone_over(answering, query, until)
        finally:
            if not goes_on:
                self._end(answering)
        return answering if goes_on else None

    async def _is_soon_done(self, answering: Answering) -> bool:
        for _ in range(_SLICES):
            if await answering.gather(_SLICE_S):
                return True
            if self._quick.is_wanted:
                break
        return False

    async def _has_gone_over(self, answering: Answering, query: GraphQuery, until: float) -> bool:
        self._known.add(query.text)
        if self._slow.is_full:
            return False
        answering.go_over(await self._slow.place(until))
        return True

    async def _begin(self, query: GraphQuery, lane: Lane, until: float) -> Answering:
        """The query at work in *lane*. Raises LimitError, UnavailableError."""
        place = await lane.place(until)
        try:
            worker = await self._worker(query, until)
        except BaseException:
            place.release()
            raise
        answering = Answering(query, self._workers, worker, place)
        self._at_work.add(answering)
        if lane is self._slow:
            answering.stand_back()
        await worker.ask(query)
        return answering

    async def _worker(self, query: GraphQuery, until: float) -> WorkerProcess:
        try:
            async with asyncio.timeout_at(until):
                return await self._workers.take(query.at_least)
        except TimeoutError:
            raise waited_too_long() from None

    def _end(self, answering: Answering) -> None:
        answering.close()
        self._at_work.discard(answering)


class SlowQueries:
    """Texts of queries that were slow, for a while."""

    def __init__(self) -> None:
        self._until: OrderedDict[int, float] = OrderedDict()

    def has(self, text: str) -> bool:
        return self._until.get(hash(text), 0.0) > asyncio.get_running_loop().time()

    def add(self, text: str) -> None:
        self._until[hash(text)] = asyncio.get_running_loop().time() + _REMEMBERED_S
        self._until.move_to_end(hash(text))
        if len(self._until) > _REMEMBERED:
            self._until.popitem(last=False)

    def discard(self, text: str) -> None:
        """It was quick this time."""
        self._until.pop(hash(text), None)
