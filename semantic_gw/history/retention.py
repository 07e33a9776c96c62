"""What goes: observations whose time is over, and the oldest ones where the history has grown too large."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from semantic_gw.errors import UnavailableError
from semantic_gw.history.metrics import HistoryMetrics
from semantic_gw.history.points import micros
from semantic_gw.history.rules import Rules
from semantic_gw.history.store import HistoryStore
from semantic_gw.settings import HistorySettings

_log = logging.getLogger(__name__)

_DAY: Final = 24 * 3600 * 1_000_000
_SHARE: Final = 10
"""Of a history that is too large, a tenth of its time goes at once."""

_ROUNDS: Final = 30
_ALL: Final = 10_000_000


class Retention:
    """Keeps *store* within what *rules* and *settings* say."""

    def __init__(
        self,
        store: HistoryStore,
        rules: Rules,
        settings: HistorySettings,
        metrics: HistoryMetrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._rules = rules
        self._settings = settings
        self._metrics = metrics
        self._clock = clock

    async def run(self) -> None:
        """Look now and then; never ends by itself."""
        while True:
            try:
                await self.sweep()
            except UnavailableError as error:
                _log.warning("old observations stay for now", extra={"error": str(error)})
            await asyncio.sleep(self._settings.retention_s)

    async def sweep(self) -> None:
        """Delete what is to go, a little at a time. Raises UnavailableError."""
        now = micros(self._clock())
        series = await self._store.series(most=_ALL)
        until = {one.id: now - int(self._rules.days(one.key.thing, one.key.kind) * _DAY) for one in series}
        await self._forget(until, "old")
        await self._shrink(now)

    async def _forget(self, until: Mapping[int, int], reason: str) -> None:
        for series in await self._store.due(until):
            while gone := await self._store.forget(series, until[series]):
                self._metrics.forgotten.labels(reason).inc(gone)

    async def _shrink(self, now: int) -> None:
        """Where it is too large, have the oldest go; what PostgreSQL frees cannot be seen, so there it is only told."""
        most = self._settings.max_bytes
        for _ in range(_ROUNDS):
            size = await self._store.size()
            self._metrics.bytes.set(size)
            self._metrics.too_large.set(size > most)
            if size <= most:
                return
            _log.warning("the history is larger than history.max_bytes", extra={"bytes": size, "most": most})
            spans = await self._store.spans(await self._store.series(most=_ALL))
            if not self._store.database.is_sqlite or not spans:
                return
            oldest = min(span.first for span in spans)
            before = oldest + max((now - oldest) // _SHARE, 1)
            await self._forget({span.series.id: before for span in spans}, "early")
