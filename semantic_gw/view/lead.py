"""Which of the gateways that share a store keeps it: one at a time, while its claim lasts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final

from semantic_gw.errors import UnavailableError
from semantic_gw.view.writing import NotOursError

_log = logging.getLogger(__name__)

_CLAIM_S: Final = 20.0
_RENEW_S: Final = 5.0
_MARGIN_S: Final = 2.0
"""So long before its claim ends a gateway stops to write, in seconds."""

Claim = Callable[[float], Awaitable[bool]]
"""Whether, of all gateways that share the store, this one is to keep it for so many seconds more."""


class Lead:
    """The claim of this gateway."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._until = 0.0

    @property
    def is_ours(self) -> bool:
        """Whether this gateway may write now."""
        return monotonic() < self._until

    async def take(self) -> bool:
        """Claim it, or renew the claim; whether it is ours."""
        now = monotonic()
        try:
            if await self._claim(_CLAIM_S):
                self._until = now + _CLAIM_S - _MARGIN_S
        except UnavailableError as error:
            _log.warning("the view cannot be claimed; retrying", extra={"error": str(error)})
        return self.is_ours

    async def wait(self) -> None:
        """Until it is ours."""
        while not await self.take():  # noqa: ASYNC110  it happens elsewhere
            await asyncio.sleep(_RENEW_S)

    async def keep(self) -> None:
        """Renew the claim until cancelled. Raises NotOursError where another gateway has it."""
        while await self.take():  # noqa: ASYNC110  likewise
            await asyncio.sleep(_RENEW_S)
        raise NotOursError("another gateway keeps the graph store now")
