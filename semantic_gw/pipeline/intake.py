"""How payloads are taken: on the spool first, whatever becomes of them later."""

from __future__ import annotations

from collections.abc import Sequence

from semantic_gw.contracts import Bus
from semantic_gw.model import Payload
from semantic_gw.pipeline.spool import to_record


class SpoolIntake:
    """Puts payloads on the spool; they are durable when `take` returns."""

    def __init__(self, spool: Bus) -> None:
        self._spool = spool

    async def take(self, payloads: Sequence[Payload]) -> None:
        """Raises UnavailableError when the spool is full or the disk fails."""
        await self._spool.publish([to_record(payload) for payload in payloads])
