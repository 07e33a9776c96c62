"""A lane: places for as many queries as may be at work in it at once."""

from __future__ import annotations

import asyncio

from semantic_gw.errors import LimitError


class Place:
    """A place in a lane, until it is released."""

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free: asyncio.Semaphore | None = free

    def release(self) -> None:
        """Leave it to the next one; once is enough."""
        free, self._free = self._free, None
        if free:
            free.release()


class Lane:
    """Gives *places* away, first come, first served."""

    def __init__(self, places: int) -> None:
        self._free = asyncio.Semaphore(places)
        self._waiting = 0

    @property
    def is_full(self) -> bool:
        return self._free.locked()

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits for a place."""
        return self._waiting > 0

    async def place(self, until: float) -> Place:
        """A place before the time *until* of the event loop. Raises LimitError."""
        self._waiting += 1
        try:
            async with asyncio.timeout_at(until):
                await self._free.acquire()
        except TimeoutError:
            raise waited_too_long() from None
        finally:
            self._waiting -= 1
        return Place(self._free)


def waited_too_long() -> LimitError:
    return LimitError("too many queries are at work, and none of them was done in time: try again later", limit="queue")
