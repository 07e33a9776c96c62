"""Follows the topic of observations as a consumer group, and commits what is durable in the history."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from semantic_gw.contracts import Bus, Subscription
from semantic_gw.errors import UnavailableError
from semantic_gw.history.metrics import HistoryMetrics
from semantic_gw.history.points import Codec, Kept
from semantic_gw.history.rules import Rules
from semantic_gw.history.store import HistoryStore
from semantic_gw.model import Record
from semantic_gw.rdf.published import read_published

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 2000
"""Records that make one transaction."""

_TURN: Final = 200
"""Records that are read before others in this process have their turn."""

_IDLE_S: Final = 1.0
_GATHERED_S: Final = 0.2
"""How long records gather: one commit of many costs what one of few does."""

_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 10.0


class Feed:
    """Keeps in *store* what *rules* want of *topic*. *group* is its consumer group."""

    def __init__(
        self,
        bus: Bus,
        topic: str,
        group: str,
        store: HistoryStore,
        rules: Rules,
        codec: Codec,
        metrics: HistoryMetrics,
    ) -> None:
        self._bus = bus
        self._topic = topic
        self._group = group
        self._store = store
        self._rules = rules
        self._codec = codec
        self._metrics = metrics
        self._pause_s = _FIRST_PAUSE_S
        self.outage: tuple[datetime, str] | None = None
        """Since when the bus or the database is away, and why."""

    async def run(self) -> None:
        """Follow until cancelled; what is not committed is read again, which changes nothing."""
        while True:
            try:
                async with self._bus.subscribe([self._topic], group=self._group) as subscription:
                    while True:
                        await self._take(subscription)
            except UnavailableError as error:
                await self._wait(error)

    async def _wait(self, error: UnavailableError) -> None:
        if self.outage is None:
            self.outage = (datetime.now(UTC), str(error))
            self._metrics.outages.inc()
        _log.warning("the history cannot go on; retrying", extra={"error": str(error)})
        await asyncio.sleep(self._pause_s)
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)

    async def _take(self, subscription: Subscription) -> None:
        records = list(await subscription.batch(_AT_ONCE, _IDLE_S))
        if not records:
            return
        if len(records) < _AT_ONCE:
            await asyncio.sleep(_GATHERED_S)
            records += await subscription.batch(_AT_ONCE - len(records), 0.0)
        await self._store.keep(await self._read(records))
        await subscription.commit(records)
        self.outage, self._pause_s = None, _FIRST_PAUSE_S

    async def _read(self, records: Sequence[Record]) -> list[Kept]:
        wanted: list[Kept] = []
        seen = 0
        for number, record in enumerate(records, 1):
            points = self._points(record)
            seen += len(points)
            wanted += [one for one in points if self._rules.days(one[0].thing, one[0].kind) > 0]
            if number % _TURN == 0:
                await asyncio.sleep(0)
        self._metrics.observations.labels("kept").inc(len(wanted))
        self._metrics.observations.labels("not kept").inc(seen - len(wanted))
        return wanted

    def _points(self, record: Record) -> list[Kept]:
        if not record.value:
            return []
        try:
            graph = read_published(record.value, record.header("Content-Type") or "")
            return list(self._codec.points(graph))
        except ValueError as error:
            place = f"{record.topic}/{record.partition}/{record.offset}"
            _log.warning("a record is not in the history", extra={"record": place, "error": str(error)[:300]})
            self._metrics.unreadable.inc()
            return []
