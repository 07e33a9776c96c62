"""Quick queries before slow ones, whoever asks.

Nobody knows beforehand how long a query takes. So each begins among the quick ones. What is not done in a moment needs
one of the few places for slow ones: where none is free it is ended, and begins again when its turn has come; nothing of
its answer has been handed out until then. A query that was slow is known for a while, and waits for its turn at once.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import Final

from semantic_gw.contracts import GraphAnswer
from semantic_gw.settings import SparqlSettings
from semantic_gw.sparql.admission import Admission, Bounds, Place

_MOMENT_S: Final = 0.1
_QUICK_PLACES: Final = 4
"""Quick queries that may be at work for each slow one."""

_REMEMBERED: Final = 4096
_REMEMBERED_S: Final = 600.0
"""How many queries are known to be slow, and for how long, in seconds."""

Ask = Callable[[], AbstractAsyncContextManager[GraphAnswer]]


class Turns:
    """Gives each query its turn."""

    def __init__(self, settings: SparqlSettings) -> None:
        self._quick = Admission(_bounds(settings, _QUICK_PLACES))
        self._slow = Admission(_bounds(settings, 1))
        self._known = SlowQueries()

    @property
    def running(self) -> int:
        return self._quick.running + self._slow.running

    @property
    def waiting(self) -> int:
        return self._quick.waiting + self._slow.waiting

    @asynccontextmanager
    async def run(self, caller: str, key: int, ask: Ask) -> AsyncIterator[GraphAnswer]:
        """The answer that *ask* gives to a query of *caller*; *key* tells the query from others.

        Raises LimitError (`queue`), and what *ask* raises.
        """
        turn = _Turn()
        try:
            async with AsyncExitStack() as stack:
                answer = None if self._known.has(key) else await self._quickly(turn, caller, key, stack, ask)
                if answer is None:
                    turn.take(await self._slow.enter(caller))
                    answer = await stack.enter_async_context(ask())
                yield answer
            if turn.seconds < _MOMENT_S:
                self._known.discard(key)
        finally:
            turn.leave()

    async def _quickly(self, turn: _Turn, caller: str, key: int, stack: AsyncExitStack, ask: Ask) -> GraphAnswer | None:
        """The answer, if it begins in a moment or may go on among the slow ones; None: it has to wait for its turn."""
        turn.take(await self._quick.enter(caller))
        if self._known.has(key):  # so it was found in the meantime
            turn.leave()
            return None
        limit = asyncio.timeout(None)

        def decide() -> None:
            self._known.add(key)
            place = self._slow.enter_now(caller)
            if place is None:
                limit.reschedule(asyncio.get_running_loop().time())
            else:
                turn.take(place)

        timer = asyncio.get_running_loop().call_later(_MOMENT_S, decide)
        try:
            async with limit:
                return await stack.enter_async_context(ask())
        except TimeoutError:
            turn.leave()
            return None
        finally:
            timer.cancel()


class _Turn:
    """The place that a query has, and how long it has been at work, in seconds."""

    def __init__(self) -> None:
        self._place: Place | None = None
        self._since = monotonic()

    @property
    def seconds(self) -> float:
        return monotonic() - self._since

    def take(self, place: Place) -> None:
        """Go over to *place*."""
        self.leave()
        self._place = place
        self._since = monotonic()

    def leave(self) -> None:
        place, self._place = self._place, None
        if place:
            place.leave()


class SlowQueries:
    """Queries that were slow, for a while."""

    def __init__(self) -> None:
        self._until: OrderedDict[int, float] = OrderedDict()

    def has(self, key: int) -> bool:
        return self._until.get(key, 0.0) > monotonic()

    def add(self, key: int) -> None:
        self._until[key] = monotonic() + _REMEMBERED_S
        self._until.move_to_end(key)
        if len(self._until) > _REMEMBERED:
            self._until.popitem(last=False)

    def discard(self, key: int) -> None:
        """It was quick this time."""
        self._until.pop(key, None)


def _bounds(settings: SparqlSettings, times: int) -> Bounds:
    return Bounds(
        settings.concurrent * times,
        settings.concurrent_per_caller * times,
        settings.queue,
        settings.queue_per_caller,
        settings.queue_s,
    )
