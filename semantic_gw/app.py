"""The composition root: settings become parts, parts become one gateway. Nothing else joins parts."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp

from semantic_gw.api import Service, create_api
from semantic_gw.api.service import Away
from semantic_gw.bindings.http import INGEST_OPENAPI, HttpIngest
from semantic_gw.bindings.mqtt import MqttBinding, delivery_of
from semantic_gw.bus.kafka import KafkaBus
from semantic_gw.bus.log import LogBus
from semantic_gw.codecs import Codecs
from semantic_gw.contracts import Bus, Describer, TopicSpec
from semantic_gw.directory import KnownThings
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.lexicon import Lexicon
from semantic_gw.pipeline.family import Families, load_families, plug_ins
from semantic_gw.pipeline.intake import SpoolIntake
from semantic_gw.pipeline.metrics import Metrics
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.publish import Recorder, topic_specs
from semantic_gw.pipeline.recent import RecentMessages
from semantic_gw.pipeline.spool import SPOOL_TOPIC, from_record
from semantic_gw.pipeline.things import ThingsReader
from semantic_gw.pipeline.worker import Worker
from semantic_gw.rdf.ontology import Ontology, load_ontology
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS, ONTOLOGIES, SHAPES
from semantic_gw.validators import CompiledShapes, compile_shapes

_log = logging.getLogger(__name__)

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_SPOOL_GROUP: Final = "gateway"


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that is loaded and compiled once, before any payload comes."""

    settings: Settings
    ontology: Ontology
    lexicon: Lexicon
    families: Families
    codecs: Codecs
    shapes: CompiledShapes
    pipeline: Pipeline
    recorder: Recorder


def load_parts(settings: Settings) -> Parts:
    """Load and compile mappings, shapes and vocabulary. Raises ConfigurationError."""
    ontology = load_ontology(sorted(ONTOLOGIES.glob("*.ttl")))
    families = load_families((MAPPINGS, *settings.mappings), settings.families)
    lexicon = Lexicon.load(*(path for family in families if (path := family.folder / "names.toml").exists()))
    folders = (SHAPES, *settings.shapes.folders)
    shape_files = [path for folder in folders for path in sorted(folder.glob("*.ttl"))]
    shapes = compile_shapes(shape_files, (*ontology.triples, *lexicon.compatible_units()))
    codecs = Codecs.load(max_bytes=settings.max_payload_bytes)
    pipeline = Pipeline(
        decode=codecs.decode,
        families=families,
        describers=_describers(families, lexicon, settings),
        things=KnownThings(settings.base_iri, families.ignored_members),
        validator=shapes,
        shapes=settings.shapes,
        shape_sets=_known_sets(shapes, settings),
    )
    recorder = Recorder(settings.bus, settings.base_iri)
    return Parts(settings, ontology, lexicon, families, codecs, shapes, pipeline, recorder)


def _known_sets(shapes: CompiledShapes, settings: Settings) -> Mapping[str, str]:
    """The set of each shape. Raises ConfigurationError for a policy of a set that is not there."""
    there = set(shapes.sets.values())
    if unknown := settings.shapes.policies.keys() - there:
        raise ConfigurationError(f"no shape set {', '.join(sorted(unknown))}; there are {', '.join(sorted(there))}")
    return shapes.sets


def _describers(families: Families, lexicon: Lexicon, settings: Settings) -> dict[str, Describer]:
    classes = plug_ins("semantic_gw.describers")
    broker = f"mqtt://{settings.mqtt.host or 'localhost'}:{settings.mqtt.port}/"
    wanted = {family.describer for family in families}
    if missing := wanted - classes.keys():
        raise ConfigurationError(f"no describer {', '.join(sorted(missing))}; there are {', '.join(sorted(classes))}")
    return {name: classes[name](lexicon, broker=broker) for name in wanted}


def calm_garbage_collector() -> None:
    """Let the collector of cycles leave alone what was loaded, and look seldom: messages make many tuples, no cycles.

    With Python's default thresholds it spends as much time on the tuples of a batch as lifting does.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def increasing_clock() -> Callable[[], datetime]:
    """A clock in UTC that never gives the same microsecond twice: the time is part of what names a message."""
    last = datetime.min.replace(tzinfo=UTC)

    def now() -> datetime:
        nonlocal last
        last = max(datetime.now(UTC), last + timedelta(microseconds=1))
        return last

    return now


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


@asynccontextmanager
async def open_bus(settings: Settings) -> AsyncIterator[Bus]:
    """The bus of *settings*, started, for a command that reads or replays."""
    bus: Bus = KafkaBus(settings.kafka) if settings.kafka.bootstrap_servers else LogBus(settings.log.path)
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


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
        self.bus: Bus = KafkaBus(settings.kafka) if settings.kafka.bootstrap_servers else self.log
        self.intake = SpoolIntake(self.log)
        self.reader = ThingsReader(self.bus, settings.bus.topic("things"), parts.pipeline.things)
        self.mqtt = self._mqtt() if settings.mqtt.host else None
        self.workers = self._workers()
        self._bus_error: tuple[datetime, str] | None = None
        self._failed: list[Away] = []

    def _mqtt(self) -> MqttBinding:
        return MqttBinding(self.parts.settings.mqtt, self.intake, clock=self.clock)

    async def _run_mqtt(self, binding: MqttBinding) -> None:
        """Tell the binding what the spool took before a crash, then serve."""
        newest = await self.log.last(SPOOL_TOPIC, 10 * self.parts.settings.mqtt.receive_maximum)
        binding.remember(delivery for record in newest if (delivery := delivery_of(from_record(record))))
        await binding.run()

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
        )
        return ingest.in_front_of(create_api(service, openapi_paths=INGEST_OPENAPI, lifespan=lifespan))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start every part; on leaving, stop taking payloads first, then let the workers finish their batch."""
        await self.log.start()
        await self.log.ensure_topics([TopicSpec(SPOOL_TOPIC, partitions=1)])
        tasks = [asyncio.create_task(self._behind_bus(), name="bus"), asyncio.create_task(self._gauge(), name="gauges")]
        if self.mqtt is not None:
            tasks.append(asyncio.create_task(self._run_mqtt(self.mqtt), name="mqtt"))
        for task in tasks:
            task.add_done_callback(self._ended)
        try:
            yield
        finally:
            for task in reversed(tasks):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):  # a failure was told when it happened
                    await task
            if self.bus is not self.log:
                await self.bus.stop()
            await self.log.stop()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A part that ends by itself has failed: it is told by the log, and by `/health/ready` from then on."""
        if not task.cancelled() and (error := task.exception()) is not None:
            reason = "; ".join(map(str, error.exceptions)) if isinstance(error, ExceptionGroup) else str(error)
            _log.critical("a part of the gateway failed", extra={"part": task.get_name(), "error": reason})
            self._failed.append(Away(task.get_name(), datetime.now(UTC), reason))

    async def _behind_bus(self) -> None:
        """Everything that needs the bus: connect (however long it takes), learn the Things, then work."""
        await self._connect()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.reader.run())
            await self.reader.ready.wait()
            for worker in self.workers:
                group.create_task(worker.run())

    async def _connect(self) -> None:
        settings = self.parts.settings
        specs = topic_specs(settings.bus)
        pause = 0.5
        while True:
            try:
                await self._start_bus(specs)
            except UnavailableError as error:
                self._bus_error = self._bus_error or (datetime.now(UTC), str(error))
                _log.warning("the bus is away; retrying", extra={"error": str(error)})
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10.0)
            else:
                self._bus_error = None
                return

    async def _start_bus(self, specs: Sequence[TopicSpec]) -> None:
        if self.bus is not self.log:
            await self.bus.start()
        if self.parts.settings.bus.create_topics:
            await self.bus.ensure_topics(specs)

    def away(self) -> list[Away]:
        """Peers that do not answer, and since when."""
        away = [*self._failed]
        if self._bus_error is not None:
            away.append(Away("bus", *self._bus_error))
        elif not self.reader.ready.is_set():
            away.append(Away("things", None, "the topic of Thing Descriptions is still being read"))
        loop = asyncio.get_running_loop()
        for worker in self.workers:
            if worker.outage.since is not None:
                since = datetime.now(UTC) - timedelta(seconds=loop.time() - worker.outage.since)
                away.append(Away(f"{worker.name} worker", since, worker.outage.error))
        if self.mqtt is not None and not self.mqtt.status.connected:
            away.append(Away("mqtt", self.mqtt.status.since, self.mqtt.status.error))
        return away

    async def _gauge(self) -> None:
        """Renew the gauges every few seconds."""
        while True:
            with suppress(UnavailableError):
                for topic, lag in (await self.log.lag(_SPOOL_GROUP)).items():
                    self.metrics.lag.labels(topic, _SPOOL_GROUP).set(lag)
                await self._gauge_raw()
            for family, count in self.parts.pipeline.things.by_family.items():
                self.metrics.things.labels(family or "none").set(count)
            away = {peer.peer for peer in self.away()}
            for peer in ("bus", *(["mqtt"] if self.mqtt else [])):
                self.metrics.up.labels(peer).set(peer not in away)
            for name, count in asdict(self.mqtt.counters).items() if self.mqtt else ():
                self.metrics.mqtt.labels(name).set(count)
            await asyncio.sleep(5.0)

    async def _gauge_raw(self) -> None:
        kafka = self.parts.settings.kafka
        if kafka.raw_topics and self._bus_error is None:
            for topic, lag in (await self.bus.lag(kafka.raw_group)).items():
                self.metrics.lag.labels(topic, kafka.raw_group).set(lag)
