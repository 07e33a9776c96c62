"""A running gateway: every part started, watched and stopped."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp

from semantic_gw.api import Service, create_api
from semantic_gw.api.directory_openapi import DIRECTORY_OPENAPI
from semantic_gw.api.history_openapi import HISTORY_OPENAPI
from semantic_gw.api.mappings_openapi import MAPPINGS_OPENAPI
from semantic_gw.api.service import Away
from semantic_gw.api.shapes_openapi import SHAPES_OPENAPI
from semantic_gw.api.sparql_openapi import SPARQL_OPENAPI
from semantic_gw.api.subscriptions_openapi import SUBSCRIPTIONS_OPENAPI
from semantic_gw.app.bus import bus_of
from semantic_gw.app.directory import DirectoryParts
from semantic_gw.app.history import HistoryParts
from semantic_gw.app.mappings import MappingsParts
from semantic_gw.app.mqtt import mqtt_of, run_mqtt
from semantic_gw.app.parts import Parts, increasing_clock
from semantic_gw.app.shapes import ShapesParts
from semantic_gw.app.sparql import SparqlParts, written_specs, written_topic
from semantic_gw.app.subscriptions import SubscriptionsParts, subscription_specs
from semantic_gw.app.view import ViewParts
from semantic_gw.app.waiting import until_there
from semantic_gw.bindings.http import INGEST_OPENAPI, HttpIngest
from semantic_gw.bindings.polling import Poller
from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import Bus, TopicSpec
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.memory import give_back
from semantic_gw.pipeline.intake import SpoolIntake
from semantic_gw.pipeline.metrics import Metrics
from semantic_gw.pipeline.publish import topic_specs
from semantic_gw.pipeline.recent import RecentMessages
from semantic_gw.pipeline.spool import SPOOL_TOPIC
from semantic_gw.pipeline.worker import Worker
from semantic_gw.settings import Settings

_log = logging.getLogger(__name__)

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_SPOOL_GROUP: Final = "gateway"


def calm_garbage_collector() -> None:
    """Let the collector of cycles leave alone what was loaded, and look seldom: messages make many tuples, no cycles.

    With Python's default thresholds it spends as much time on the tuples of a batch as lifting does.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def check_exposure(settings: Settings) -> None:
    """Raises ConfigurationError where the gateway would listen beyond loopback without being told to."""
    if settings.http.host in LOOPBACK:
        return
    if not settings.http.allow_remote:
        raise ConfigurationError(
            f"http.host is {settings.http.host}, which others can reach, and there is no access control yet: "
            f"set http.allow_remote = true if that is what you want"
        )
    _log.warning("listening beyond loopback without access control", extra={"host": settings.http.host})


class Gateway:
    """A running gateway: `async with gateway.running():` starts and gracefully stops it."""

    def __init__(self, parts: Parts) -> None:
        settings = parts.settings
        self.parts = parts
        self.clock = increasing_clock()
        self.metrics = Metrics()
        self.recent = RecentMessages(settings.recent_messages)
        self.log = LogBus(
            settings.log.path,
            limits={SPOOL_TOPIC: (_SPOOL_GROUP, settings.log.max_spool_bytes)},
        )
        self.bus: Bus = bus_of(settings.kafka, self.log)
        self.intake = SpoolIntake(self.log)
        self.directory = DirectoryParts(parts, self.bus, clock=self.clock)
        self.shapes = ShapesParts(parts, self.directory.database, self.metrics.shapes, clock=self.clock)
        self.mappings = MappingsParts(parts, self.metrics, clock=self.clock)
        self.view = ViewParts(
            parts, self.directory.directory, self.bus, self.metrics.registry, written=written_topic(settings)
        )
        self.history = HistoryParts(parts, self.bus, self.metrics.registry, clock=lambda: datetime.now(UTC))
        self.sparql = SparqlParts(parts, self.bus, self.view.view, self.metrics.registry, self.history.services)
        self.subscriptions = SubscriptionsParts(
            settings,
            parts.ontology,
            self.directory.directory,
            self.bus,
            self.metrics.registry,
            clock=self.clock,
        )
        self._directory_ready = asyncio.Event()
        self.poller = Poller(settings.polling, self.intake, clock=self.clock, owns=lambda _thing: self.directory.leads)
        self.directory.follower.listeners.append(lambda thing, document: self.poller.things([(thing, document)]))
        self.mqtt = mqtt_of(settings.mqtt, self.intake, self.clock)
        self.workers = self._workers()
        self._bus_error: tuple[datetime, str] | None = None
        self._directory_error: tuple[datetime, str] | None = None
        self._directory_open = False
        self._failed: list[Away] = []

    def _workers(self) -> tuple[Worker, ...]:
        kafka = self.parts.settings.kafka
        workers = [self._worker("spool", source=self.log, topics=(SPOOL_TOPIC,), group=_SPOOL_GROUP)]
        if kafka.raw_topics:
            if not kafka.bootstrap_servers:
                raise ConfigurationError("kafka.raw_topics is set, but kafka.bootstrap_servers is not")
            workers.append(self._worker("raw", source=self.bus, pattern=kafka.raw_topics, group=kafka.raw_group))
        return tuple(workers)

    def _worker(
        self, name: str, *, source: Bus, topics: Sequence[str] = (), pattern: str | None = None, group: str
    ) -> Worker:
        return Worker(
            name,
            source=source,
            target=self.bus,
            topics=topics,
            pattern=pattern,
            group=group,
            pipeline=self.parts.pipeline,
            recorder=self.parts.recorder,
            recent=self.recent,
            observe=self.metrics.observe,
            register=self.directory.register,
            batch_records=self.parts.settings.kafka.batch_records,
            atomic=self.log if source is self.log and self.bus is self.log else None,
        )

    def api(self) -> ASGIApp:
        """The HTTP application, the way in before FastAPI; its lifespan starts and stops the gateway."""
        settings = self.parts.settings
        ingest = HttpIngest(self.intake, self.parts.codecs, settings.http, clock=self.clock, outcomes=self.recent)

        @asynccontextmanager
        async def lifespan(_: FastAPI) -> AsyncIterator[None]:
            async with self.running():
                yield

        service = Service(
            pipeline=self.parts.pipeline,
            recent=self.recent,
            metrics=self.metrics,
            base_iri=settings.base_iri,
            quantity_kind=self.parts.ontology.quantity_kind,
            away=self.away,
            shapes=self.shapes.told,
            mappings=self.mappings.told,
            view=self.view.told,
            history=self.history.told,
            subscriptions=self.subscriptions.told,
        )
        openapi_paths = {
            **INGEST_OPENAPI,
            **DIRECTORY_OPENAPI,
            **SPARQL_OPENAPI,
            **SUBSCRIPTIONS_OPENAPI,
            **SHAPES_OPENAPI,
            **MAPPINGS_OPENAPI,
            **HISTORY_OPENAPI,
        }
        api = create_api(service, openapi_paths=openapi_paths, lifespan=lifespan)
        behind = self.shapes.api().in_front_of(self.mappings.api().in_front_of(api))
        behind = self.subscriptions.api().in_front_of(self.sparql.api().in_front_of(behind))
        behind = self.history.api().in_front_of(self.directory.api(self.sparql.search).in_front_of(behind))
        return ingest.in_front_of(behind)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start every part; on leaving, stop taking payloads first, then let the workers finish their batch."""
        await self.log.start()
        await self.log.ensure_topics([TopicSpec(SPOOL_TOPIC, partitions=1)])
        tasks = [
            asyncio.create_task(self._behind_directory(), name="directory"),
            asyncio.create_task(self._gauge(), name="gauges"),
            asyncio.create_task(self.mappings.run(), name="mappings"),
            asyncio.create_task(self.view.run(self._directory_ready), name="view"),
            asyncio.create_task(self.history.run(), name="history"),
        ]
        if self.mqtt is not None:
            most = self.parts.settings.mqtt.receive_maximum
            tasks.append(asyncio.create_task(run_mqtt(self.mqtt, self.log, most), name="mqtt"))
        if self.parts.settings.polling.hosts:
            tasks.append(asyncio.create_task(self.poller.run(), name="polling"))
        for task in tasks:
            task.add_done_callback(self._ended)
        try:
            yield
        finally:
            for task in reversed(tasks):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):  # a failure was told when it happened
                    await task
            self.shapes.close()
            self.mappings.close()
            self.sparql.close()
            await self.subscriptions.close()
            await self.view.close()
            await self.history.close()
            await self.directory.close()
            if self.bus is not self.log:
                await self.bus.stop()
            await self.log.stop()

    def ask_to_reload(self) -> None:
        """Have shapes and mappings read once more, soon."""
        self.shapes.ask_to_reload()
        self.mappings.ask_to_reload()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part that ends by itself has failed: it is told by the log, and by `/health/ready` from then on."""
        if not task.cancelled() and (error := task.exception()) is not None:
            reason = "; ".join(map(str, error.exceptions)) if isinstance(error, ExceptionGroup) else str(error)
            _log.critical("a part of the gateway failed", extra={"part": task.get_name(), "error": reason})
            self._failed.append(Away(task.get_name(), datetime.now(UTC), reason))

    async def _behind_directory(self) -> None:
        """Everything that needs the directory: open it (however long it takes), know its Things, then the bus."""
        await until_there(self.directory.open, "the directory is away; retrying", told=self._directory_is_away)
        self._directory_open = True
        self._directory_error = None
        self._directory_ready.set()
        await self.shapes.running.open()
        await self._behind_bus()

    async def _behind_bus(self) -> None:
        """Everything that needs the bus, too: connect (however long it takes), then work."""
        await until_there(self._start_bus, "the bus is away; retrying", told=self._bus_is_away)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.directory.run())
            group.create_task(self.shapes.running.run())
            group.create_task(self.subscriptions.run())
            for worker in self.workers:
                group.create_task(worker.run())

    def _directory_is_away(self, error: str) -> None:
        self._directory_error = self._directory_error or (datetime.now(UTC), error)

    async def _start_bus(self) -> None:
        settings = self.parts.settings
        if self.bus is not self.log:
            await self.bus.start()
        if settings.bus.create_topics:
            specs = (*topic_specs(settings.bus), *written_specs(settings), *subscription_specs(settings))
            await self.bus.ensure_topics(specs)
        self._bus_error = None

    def _bus_is_away(self, error: str) -> None:
        self._bus_error = self._bus_error or (datetime.now(UTC), error)

    def away(self) -> list[Away]:
        """Peers that do not answer, and since when."""
        away = [*self._failed]
        if (outage := self._directory_error or self.directory.follower.outage) is not None:
            away.append(Away("directory", *outage))
        elif not self._directory_open:
            away.append(Away("directory", None, "the Things that are registered are still being read"))
        else:
            away += self.shapes.away()
        if self._bus_error is not None:
            away.append(Away("bus", *self._bus_error))
        loop = asyncio.get_running_loop()
        for worker in self.workers:
            if worker.outage.since is not None:
                since = datetime.now(UTC) - timedelta(seconds=loop.time() - worker.outage.since)
                away.append(Away(f"{worker.name} worker", since, worker.outage.error))
        if self.mqtt is not None and not self.mqtt.status.connected:
            away.append(Away("mqtt", self.mqtt.status.since, self.mqtt.status.error))
        return away

    async def _gauge(self) -> None:
        """Renew the gauges every few seconds, and have no more memory than is needed."""
        while True:
            give_back()
            with suppress(UnavailableError):
                for topic, lag in (await self.log.lag(_SPOOL_GROUP)).items():
                    self.metrics.lag.labels(topic, _SPOOL_GROUP).set(lag)
                await self._gauge_raw()
            with suppress(UnavailableError):
                behind = await self.directory.outbox.behind() if self._directory_open else 0
                self.metrics.lag.labels(self.parts.settings.bus.topic("things"), "outbox").set(behind)
            for family, count in self.parts.pipeline.things.by_family.items():
                self.metrics.things.labels(family or "none").set(count)
            away = {peer.peer for peer in self.away()}
            for peer in ("directory", "bus", *(["mqtt"] if self.mqtt else [])):
                self.metrics.up.labels(peer).set(peer not in away)
            for topic, lag in self.view.view.behind().items():
                self.metrics.lag.labels(topic, "view").set(lag)
            self.metrics.streams.set(self.directory.events.open)
            self.metrics.shapes.failing.set(self.shapes.running.failure is not None)
            for name, count in asdict(self.poller.counters).items():
                self.metrics.polling.labels(name).set(count)
            for name, count in asdict(self.mqtt.counters).items() if self.mqtt else ():
                self.metrics.mqtt.labels(name).set(count)
            await asyncio.sleep(5.0)

    async def _gauge_raw(self) -> None:
        kafka = self.parts.settings.kafka
        if kafka.raw_topics and self._bus_error is None:
            for topic, lag in (await self.bus.lag(kafka.raw_group)).items():
                self.metrics.lag.labels(topic, kafka.raw_group).set(lag)
