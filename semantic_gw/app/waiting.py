"""Waiting for a peer that is away, however long that takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from semantic_gw.errors import UnavailableError

_log = logging.getLogger(__name__)

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 10.0


async def until_there(
    attempt: Callable[[], Awaitable[None]],
    warning: str,
    *,
    told: Callable[[str], None] = lambda _: None,
    away: tuple[type[Exception], ...] = (UnavailableError,),
) -> None:
    """Try *attempt* until it raises none of *away*; each failure is logged as *warning*, and *told* why."""
    pause = _FIRST_PAUSE_S
    while True:
        try:
            await attempt()
        except away as error:
            told(str(error))
            _log.warning(warning, extra={"error": str(error)})
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        else:
            return
