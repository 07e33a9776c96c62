"""Kafka as the bus, through aiokafka: any broker from 3.0 to 4.x.

Every call ends in a bounded time (`request_timeout_s`), broker or not. Delivery is at least once: after an
UnavailableError the caller publishes the same records again, and some may then stand there twice.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import aiokafka.errors as kafka_errors
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from semantic_gw.bus.kafka_connection import (
    KeptClient,
    access,
    close_quietly,
    meaning,
    quiet_loggers,
    start_client,
)
from semantic_gw.bus.kafka_producer import OrderedProducer
from semantic_gw.bus.kafka_reader import GroupReader, PlainReader, Readings, close_consumer
from semantic_gw.bus.topics import check_beginning, check_records, check_topic, selector
from semantic_gw.contracts import Offsets, Subscription, TopicSpec
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.model import Position, Record
from semantic_gw.settings import KafkaSettings

_log = logging.getLogger(__name__)

_FRAMING_BYTES: Final = 64 * 1024
"""What a batch of one record may have beyond the bytes of the record."""
_NOT_AUTHORIZED: Final = (29, 31)
_ALREADY_THERE: Final = 36


class KafkaBus:
    """A `Bus` on the Kafka cluster of *settings*. Topics or partitions made later are seen after *refresh_s*."""

    def __init__(self, settings: KafkaSettings, *, refresh_s: float = 10.0) -> None:
        self._settings = settings
        self._refresh_s = refresh_s
        self._compact: set[str] = set()
        self._limits: dict[str, int] = {}
        self._clients: _Clients | None = None
        self._groups: dict[str, set[GroupReader]] = {}

    async def start(self) -> None:
        """Connect, or see that the cluster is still there. Raises UnavailableError at once where it is not."""
        quiet_loggers()
        if self._clients is None:
            self._clients = _Clients(self._settings, self._refresh_s)
        await self._clients.admin.ask(lambda admin: admin.describe_cluster(), "looking for the cluster")

    async def stop(self) -> None:
        """Write what was accepted, if the broker is there, and disconnect; at most some 20 s."""
        clients, self._clients = self._clients, None
        if clients is not None:
            await clients.close()

    async def ensure_topics(self, specs: Sequence[TopicSpec]) -> None:
        """Create the topics that are missing; those that are there stay as they are.

        Raises ConfigurationError where the cluster does not allow it, UnavailableError where it is away.
        """
        for spec in specs:
            check_topic(spec.name)
        clients = self._started()
        self._compact |= {spec.name for spec in specs if spec.compact}
        self._limits |= {spec.name: spec.max_message_bytes for spec in specs}
        there = await clients.partitions()
        missing = [_new_topic(spec) for spec in specs if spec.name not in there]
        if missing:
            made = await clients.admin.ask(lambda admin: admin.create_topics(missing), "creating topics")
            self._check_made(made.topic_errors)

    def _check_made(self, errors: Iterable[Sequence[Any]]) -> None:
        for topic, code, *message in errors:
            if code in (0, _ALREADY_THERE):
                continue
            error = kafka_errors.for_code(code)
            said = " ".join([error.__name__, *(text for text in message if text)])
            if error.retriable:
                raise UnavailableError(f"the topic {topic} cannot be made: {said}")
            hint = "create it with your own tools, or grant the right" if code in _NOT_AUTHORIZED else "see bus.*"
            raise ConfigurationError(f"the topic {topic} cannot be made: {said}; {hint}")

    async def publish(self, records: Sequence[Record]) -> Sequence[Position]:
        """Write *records* in order; on return all are durable (acks=all, idempotent).

        The time of a record is kept to the millisecond, and one in the future becomes now: brokers refuse it.
        Raises UnavailableError (publish the same again; it waits for what this call left behind), ConfigurationError
        where a topic may not be written, RecordTooLargeError where some are too large (the others are durable).
        """
        if not records:
            return ()
        check_records(records, self._compact)
        return await self._started().producer.publish(records, self._limits)

    @asynccontextmanager
    async def subscribe(
        self,
        topics: Sequence[str],
        *,
        group: str | None = None,
        pattern: str | None = None,
        from_start: bool = True,
        begin_at: Offsets | None = None,
    ) -> AsyncIterator[Subscription]:
        """Read *topics* (or those whose whole name matches *pattern*), those that are made later included.

        Raises ConfigurationError where a topic may not be read, here or from `batch`. *from_start* is where a group
        begins that has committed nothing, *begin_at* where a reader without a group does.
        """
        check_beginning(group, begin_at)
        clients = self._started()
        wanted = selector(topics, pattern)
        if pattern is None:
            await clients.check_readable(topics)
        consumer = AIOKafkaConsumer(**clients.consumer_options(group, from_start=from_start))
        try:
            await start_client(consumer, clients.access)
            if group is None:
                places = {TopicPartition(*partition): offset for partition, offset in (begin_at or {}).items()}
                plain = PlainReader(consumer, clients.readings(wanted), places, refresh_s=self._refresh_s)
                await plain.open(from_start=from_start or begin_at is not None)
                yield plain
            else:
                member = GroupReader(consumer, clients.readings(wanted))
                member.open(topics, wanted if pattern is not None else None)
                with self._listed(group, member):
                    yield member
        finally:
            await asyncio.shield(close_consumer(consumer))

    @contextmanager
    def _listed(self, group: str, member: GroupReader) -> Iterator[None]:
        members = self._groups.setdefault(group, set())
        members.add(member)
        try:
            yield
        finally:
            members.remove(member)

    async def lag(self, group: str) -> Mapping[str, int]:
        """Records per topic that *group* has not committed: on topics it has a place on, or reads through this bus."""
        clients = self._started()
        committed = await clients.admin.ask(lambda admin: admin.list_consumer_group_offsets(group), "reading offsets")
        reading = {tp.topic for reader in self._groups.get(group, ()) for tp in reader.consumer.assignment()}
        topics = {tp.topic for tp in committed} | reading
        there = await clients.partitions()
        asked = [TopicPartition(topic, number) for topic in topics for number in there.get(topic, ())]
        begin, end = await clients.probe.ask(lambda probe: _span(probe, asked), "reading offsets")
        lag = dict.fromkeys(sorted(topics & there.keys()), 0)
        for tp in asked:
            place = max(committed[tp].offset if tp in committed else 0, begin[tp])
            lag[tp.topic] += max(0, end[tp] - place)
        return lag

    def _started(self) -> _Clients:
        if self._clients is None:
            raise UnavailableError("the bus is not connected: start it first")
        return self._clients


async def _span(probe: AIOKafkaConsumer, asked: Sequence[TopicPartition]) -> tuple[dict[Any, int], dict[Any, int]]:
    """First and next offset of each of the partitions *asked* for."""
    return await probe.beginning_offsets(asked), await probe.end_offsets(asked)


def _new_topic(spec: TopicSpec) -> NewTopic:
    settings = {
        "cleanup.policy": "compact" if spec.compact else "delete",
        "max.message.bytes": str(spec.max_message_bytes + _FRAMING_BYTES),
    }
    if not spec.compact:
        settings["retention.ms"] = str(spec.retention_ms)
    return NewTopic(spec.name, spec.partitions, spec.replication_factor, topic_configs=settings)


class _Clients:
    """The connections of a bus, and what is asked through them."""

    def __init__(self, settings: KafkaSettings, refresh_s: float) -> None:
        self.access = access(settings)
        self._refresh_s = refresh_s
        options = self.access.options
        self.admin: KeptClient[AIOKafkaAdminClient] = KeptClient(
            lambda: AIOKafkaAdminClient(**options), lambda client: close_quietly(client.close()), self.access
        )
        self.probe: KeptClient[AIOKafkaConsumer] = KeptClient(
            lambda: AIOKafkaConsumer(**options), close_consumer, self.access
        )
        compression = None if settings.compression == "none" else settings.compression
        self.producer = OrderedProducer(self.access, compression=compression)

    def consumer_options(self, group: str | None, *, from_start: bool) -> dict[str, Any]:
        return {
            **self.access.options,
            "group_id": group,
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest" if from_start or group is None else "latest",
            "isolation_level": "read_committed",
            "metadata_max_age_ms": int(self._refresh_s * 1000),
        }

    async def partitions(self) -> dict[str, list[int]]:
        """The partitions of every topic that this client may see."""
        topics = await self.admin.ask(lambda admin: admin.describe_topics(), "listing topics")
        return {
            topic["topic"]: sorted(partition["partition"] for partition in topic["partitions"])
            for topic in topics
            if topic["error_code"] == 0
        }

    async def check_readable(self, topics: Sequence[str]) -> None:
        """Raises ConfigurationError where this client may not see one of *topics*: aiokafka would wait in silence."""
        there = await self.partitions()
        if not (missing := [topic for topic in topics if topic not in there]):
            return
        for topic in await self.admin.ask(lambda admin: admin.describe_topics(missing), "looking for topics"):
            if topic["error_code"] in _NOT_AUTHORIZED:
                error = kafka_errors.for_code(topic["error_code"])(topic["topic"])
                raise meaning(error, f"reading {topic['topic']}", self.access.user)
        _log.warning("a topic to be read is not there yet", extra={"topics": missing})

    def readings(self, wanted: re.Pattern[str]) -> Readings:
        """How a reader of the topics that *wanted* matches asks for their partitions."""

        async def partitions() -> list[TopicPartition]:
            there = await self.partitions()
            return [
                TopicPartition(topic, n) for topic, numbers in there.items() if wanted.match(topic) for n in numbers
            ]

        return Readings(partitions, self.access)

    async def close(self) -> None:
        await self.producer.stop()
        await self.probe.close()
        await self.admin.close()
