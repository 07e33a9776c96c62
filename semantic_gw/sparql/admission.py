"""Who may ask now: so many queries at once, so many of each caller, and those who wait in turn of the callers.

One caller with thousands of queries delays its own; another's next query goes before all but one of them. Which of
those that may are at work at the same moment is for the store to say: it knows which are quick.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, NoReturn

from semantic_gw.errors import LimitError
from semantic_gw.settings import SparqlSettings

_HOME: Final = 64
"""Bits of an IPv6 address that are one subscriber's: the others are his to choose (RFC 6177)."""

Turn = asyncio.Future[None]


class Admission:
    """The places for queries, and the line before them."""

    def __init__(self, settings: SparqlSettings) -> None:
        self._settings = settings
        self._running: Counter[str] = Counter()
        self._lines: OrderedDict[str, deque[Turn]] = OrderedDict()
        """Who waits, by caller; the caller whose turn is next stands first."""

    @property
    def running(self) -> int:
        return self._running.total()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._lines.values()))

    @asynccontextmanager
    async def place(self, caller: str) -> AsyncIterator[None]:
        """A place for a query of *caller*, as long as the block lasts. Raises LimitError (`queue`)."""
        if caller in self._lines or not self._is_free(caller):
            await self._wait(caller)
        else:
            self._running[caller] += 1
        try:
            yield
        finally:
            self._leave(caller)

    def _is_free(self, caller: str) -> bool:
        """Whether a query of *caller* could run now. Who waits, waits for its own caller's places only."""
        few = self._running[caller] < self._settings.concurrent_per_caller
        return few and self.running < self._settings.concurrent

    async def _wait(self, caller: str) -> None:
        """Until it is the turn of a query of *caller*, which then has a place."""
        self._check_length(caller)
        turn: Turn = asyncio.get_running_loop().create_future()
        self._lines.setdefault(caller, deque()).append(turn)
        try:
            async with asyncio.timeout(self._settings.queue_s):
                await turn
        except BaseException as error:
            self._give_up(caller, turn)
            if isinstance(error, TimeoutError):
                _refuse(f"it was not its turn within {self._settings.queue_s:g} s (sparql.queue_s)")
            raise

    def _check_length(self, caller: str) -> None:
        settings = self._settings
        if len(self._lines.get(caller, ())) >= settings.queue_per_caller:
            _refuse(
                f"{settings.queue_per_caller} queries of this caller wait, as many as may (sparql.queue_per_caller)"
            )
        if self.waiting >= settings.queue:
            _refuse(f"{settings.queue} queries wait, as many as may (sparql.queue)")

    def _give_up(self, caller: str, turn: Turn) -> None:
        line = self._lines.get(caller, deque())
        if turn in line:
            line.remove(turn)
            if not line:
                del self._lines[caller]
        elif turn.done() and not turn.cancelled():  # it was given a place in the same moment
            self._leave(caller)

    def _leave(self, caller: str) -> None:
        """A query of *caller* leaves its place to the next one."""
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        while (called := next(filter(self._is_free, self._lines), None)) is not None:
            self._call(called)

    def _call(self, caller: str) -> None:
        """Give a place to the query of *caller* that has waited longest; others come first the next time."""
        line = self._lines[caller]
        turn = line.popleft()
        if line:
            self._lines.move_to_end(caller)
        else:
            del self._lines[caller]
        if not turn.done():
            self._running[caller] += 1
            turn.set_result(None)


def caller_of(address: str) -> str:
    """Whose queries come from *address*: of IPv6 a network is one's.

    >>> caller_of("192.0.2.7"), caller_of("2001:db8::7:1"), caller_of("")
    ('192.0.2.7', '2001:db8::/64', 'local')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address or "local"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((int(found), _HOME), strict=False))
    return address


def _refuse(why: str) -> NoReturn:
    raise LimitError(f"the query is not evaluated: {why}; try again", limit="queue")
