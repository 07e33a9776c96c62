"""Which query runs when: short ones beside slow ones, on few processors.

Nobody knows beforehand how long a query takes, so experience decides where it begins:

| lane | for queries | where they are not done soon |
|---|---|---|
| express | that have been quick, or others of their kind | they go over to the slow lane |
| trial | that nobody knows | likewise |
| slow | that have been slow, or others of their kind | they run to their end, and stand back for all others (nice 19) |

Where no place is free in the slow lane, a query that is to go over is ended, and begins again once one is: nothing of
its answer has been handed out until then. So two hundred slow queries cost the short ones next to nothing.

The more often a query has been quick, the longer it may take before it goes over, and then it is the first in the line:
a hiccup of the machine does not put it behind those that are slow.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from semantic_gw.contracts import GraphQuery
from semantic_gw.stores.embedded.answering import Answering
from semantic_gw.stores.embedded.experience import Experience
from semantic_gw.stores.embedded.lane import Lane, Place, waited_too_long
from semantic_gw.stores.embedded.worker_process import WorkerProcess
from semantic_gw.stores.embedded.workers import Workers

_LOOK_S: Final = 0.01
_SLOW_S: Final = 0.05
_WANTED_S: Final = 0.01
"""The CPU time after which a query is slow, in seconds, and where others want its place; looked at every _LOOK_S."""

_TRUSTED_S: Final = 0.02
"""How much more it may take for each point of its score (`Experience`)."""


class Lanes:
    """Runs queries on *workers*: at most *places* in the slow lane, as many in the express lane, and half in trial."""

    def __init__(self, workers: Workers, places: int) -> None:
        self._workers = workers
        self._express = Lane(places)
        self._trial = Lane((places + 1) // 2)
        self._slow = Lane(places)
        self._experience = Experience()
        self._at_work: set[Answering] = set()

    @asynccontextmanager
    async def run(self, query: GraphQuery) -> AsyncIterator[Answering]:
        """An answer that has begun; on leaving, a worker that is still at it is ended.

        Raises QueryError, LimitError, UnavailableError.
        """
        until = asyncio.get_running_loop().time() + query.bounds.time_s
        answering = await self._try(query, until) or await self._begin_slow(query, until)
        try:
            await answering.open()
            yield answering
        finally:
            self._end(answering)
            if answering.is_done and answering.cpu_s < _WANTED_S:
                self._experience.learn(query.text, was_quick=True)

    def close(self) -> None:
        """End what is at work."""
        for answering in tuple(self._at_work):
            self._end(answering)

    async def _try(self, query: GraphQuery, until: float) -> Answering | None:
        """An answer that is all there, or goes on in the slow lane; None: it is slow, and no place is free there."""
        score = self._experience.of(query.text)
        if score < 0:
            return None
        lane = self._express if score else self._trial
        answering = await self._begin(query, await lane.place(until, query.caller), until)
        goes_on = False
        try:
            is_done = await self._is_soon_done(answering, lane, score * _TRUSTED_S)
            goes_on = is_done or await self._has_gone_over(answering, query, until)
        finally:
            if not goes_on:
                self._end(answering)
        return answering if goes_on else None

    async def _is_soon_done(self, answering: Answering, lane: Lane, trusted_s: float) -> bool:
        while answering.cpu_s < (_WANTED_S if lane.is_wanted else _SLOW_S) + trusted_s and not answering.is_long:
            if await answering.gather(_LOOK_S):
                return True
        return False

    async def _has_gone_over(self, answering: Answering, query: GraphQuery, until: float) -> bool:
        self._experience.learn(query.text, was_quick=False)
        if self._slow.is_full:
            return False
        answering.go_over(await self._slow.place(until, query.caller))
        return True

    async def _begin_slow(self, query: GraphQuery, until: float) -> Answering:
        is_usually_quick = self._experience.of(query.text) > 0
        place = await self._slow.place(until, query.caller, is_first=is_usually_quick)
        answering = await self._begin(query, place, until)
        if not is_usually_quick:
            answering.stand_back()
        return answering

    async def _begin(self, query: GraphQuery, place: Place, until: float) -> Answering:
        """The query at work at *place*. Raises LimitError, UnavailableError."""
        try:
            worker = await self._worker(query, until)
        except BaseException:
            place.release()
            raise
        answering = Answering(query, self._workers, worker, place)
        self._at_work.add(answering)
        try:
            await worker.ask(query)
        except BaseException:
            self._end(answering)
            raise
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
