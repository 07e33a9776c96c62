"""A lane: places for as many queries as may be at work in it at once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable

from semantic_gw.errors import LimitError


class Place:
    """A place in a lane, until it is released."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release: Callable[[], None] | None = release

    def release(self) -> None:
        """Leave it to the next one; once is enough."""
        release, self._release = self._release, None
        if release:
            release()


class Lane:
    """Gives *places* away: callers take turns, and of one caller's queries the first goes first."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._lines: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        """Who waits, by caller; the caller whose turn is next stands first."""

    @property
    def is_full(self) -> bool:
        return not self._free

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for a place."""
        return bool(self._lines)

    async def place(self, until: float, caller: str = "", *, is_first: bool = False) -> Place:
        """A place for a query of *caller* before the time *until* of the event loop, the next one where it *is_first*.

        Raises LimitError.
        """
        if self._free:
            self._free -= 1
        else:
            await self._turn(until, caller, is_first=is_first)
        return Place(self._release)

    async def _turn(self, until: float, caller: str, *, is_first: bool) -> None:
        turn = asyncio.get_running_loop().create_future()
        line = self._lines.setdefault(caller, deque())
        if is_first:
            line.appendleft(turn)
            self._lines.move_to_end(caller, last=False)
        else:
            line.append(turn)
        try:
            async with asyncio.timeout_at(until):
                await turn
        except BaseException as error:
            if turn in self._lines.get(caller, ()):
                self._leave(caller, turn)
            elif not turn.cancelled():  # it came, but too late
                self._release()
            if isinstance(error, TimeoutError):
                raise waited_too_long() from None
            raise

    def _leave(self, caller: str, turn: asyncio.Future[None]) -> None:
        self._lines[caller].remove(turn)
        if not self._lines[caller]:
            del self._lines[caller]

    def _release(self) -> None:
        while self._lines:
            caller, line = next(iter(self._lines.items()))
            turn = line[0]
            self._leave(caller, turn)
            if caller in self._lines:
                self._lines.move_to_end(caller)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def waited_too_long() -> LimitError:
    return LimitError("too many queries are at work, and none of them was done in time: try again later", limit="queue")
