"""A lane: places for as many queries as may be at work in it at once."""

from __future__ import annotations

import asyncio
from collections import deque
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
    """Gives *places* away, first come, first served."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def is_full(self) -> bool:
        return not self._free

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for a place."""
        return bool(self._waiting)

    async def place(self, until: float) -> Place:
        """A place before the time *until* of the event loop. Raises LimitError."""
        if self._free:
            self._free -= 1
        else:
            await self._turn(until)
        return Place(self._release)

    async def _turn(self, until: float) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout_at(until):
                await turn
        except BaseException as error:
            if turn in self._waiting:
                self._waiting.remove(turn)
            elif not turn.cancelled():  # it came, but too late
                self._release()
            if isinstance(error, TimeoutError):
                raise waited_too_long() from None
            raise

    def _release(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def waited_too_long() -> LimitError:
    return LimitError("too many queries are at work, and none of them was done in time: try again later", limit="queue")
