"""The history, made from settings and kept running."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry

from semantic_gw.api.history import HistoryApi, HistoryResource
from semantic_gw.app.parts import Parts
from semantic_gw.app.waiting import until_there
from semantic_gw.contracts import Bus
from semantic_gw.errors import ConfigurationError
from semantic_gw.history.archive import Archive
from semantic_gw.history.asking import Asking
from semantic_gw.history.database import HistoryDatabase
from semantic_gw.history.feed import Feed
from semantic_gw.history.metrics import HistoryMetrics
from semantic_gw.history.points import Codec
from semantic_gw.history.retention import Retention
from semantic_gw.history.rules import Rules
from semantic_gw.history.service import HISTORY, HistoryService
from semantic_gw.history.store import HistoryStore
from semantic_gw.model import Json

_log = logging.getLogger(__name__)


class HistoryParts:
    """The history. One for each process; those that share a bus share its observations among them."""

    def __init__(self, parts: Parts, bus: Bus, registry: CollectorRegistry, *, clock: Callable[[], datetime]) -> None:
        """Raises ConfigurationError."""
        settings = parts.settings
        self._settings = settings
        self._bus = bus
        self._database = HistoryDatabase(settings.history_url)
        self._metrics = HistoryMetrics(registry)
        self._codec = Codec(settings.base_iri)
        store, rules = HistoryStore(self._database), Rules(settings.history.rules, parts.ontology.broader)
        self.group = f"{settings.bus.prefix}-history"
        topic = settings.bus.topic("observations")
        self._feed = Feed(bus, topic, self.group, store, rules, self._codec, self._metrics)
        self._retention = Retention(store, rules, settings.history, self._metrics, clock)
        folder = settings.history.parquet_folder
        self._archive = Archive(store, self._codec, folder) if folder else None
        self._clock = clock
        self._off = "" if settings.history.enabled else "there is no history: history.enabled is false"
        self._asking = Asking(store, parts.ontology, settings.history.scan_rows)
        service = HistoryService(self._asking, parts.ontology.broader, clock, lambda: self._off)
        self.services = {HISTORY: service.ask}
        """What SERVICE reaches in SPARQL."""

    async def run(self) -> None:
        """Open the database, and follow the bus; ends where there is to be no history, or can be none."""
        if self._off:
            return
        try:
            await until_there(self._open, "the history is away; retrying")
        except ConfigurationError as error:
            _log.error("there is no history", extra={"error": str(error)})
            self._off = f"there is no history: {error}"
            return
        async with asyncio.TaskGroup() as group:
            if self._archive is not None:
                group.create_task(self._archive.run(self._clock))
            group.create_task(self._feed.run())
            group.create_task(self._retention.run())

    async def _open(self) -> None:
        await asyncio.to_thread(self._database.start)

    async def close(self) -> None:
        await asyncio.to_thread(self._database.stop)

    def api(self) -> HistoryApi:
        """The history over HTTP."""
        settings = self._settings
        resource = HistoryResource(
            self._asking, self._codec, settings.history, self._metrics, self._clock, lambda: self._off
        )
        return HistoryApi(resource, settings.http)

    def told(self) -> dict[str, Json]:
        """For `/health/ready`: an outage here makes nothing not ready, what comes in waits on the bus."""
        since, error = self._feed.outage or (None, "")
        return {"off": self._off, "away": since and {"since": since.isoformat(), "error": error}}
