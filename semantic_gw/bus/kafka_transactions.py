"""Results and the offsets of what they were made of in one transaction of Kafka: exactly once, topic to topic.

Whoever reads the results sees those of transactions that were committed (`read_committed`, as readers of ours do). A
process that was killed in the middle leaves an open transaction: the next one of the same *transactional_id* ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import aiokafka.errors as kafka_errors
from aiokafka import AIOKafkaProducer, TopicPartition

from semantic_gw.bus.kafka_connection import access, answering, close_quietly, start_client
from semantic_gw.bus.kafka_reader import GroupReader
from semantic_gw.bus.topics import check_topic, key_bytes, milliseconds
from semantic_gw.contracts import Subscription
from semantic_gw.errors import UnavailableError
from semantic_gw.model import Position, Record
from semantic_gw.settings import KafkaSettings

_TRANSACTION_MS: Final = 20_000
"""How long the broker leaves a transaction of somebody who vanished open."""
_FRAMING_BYTES: Final = 64 * 1024
_LARGEST: Final = 8 * 1024 * 1024


class KafkaTransactions:
    """Publishes for readers of *group*. Two that work at once need a *transactional_id* each."""

    def __init__(self, settings: KafkaSettings, group: str, transactional_id: str) -> None:
        self._access = access(settings)
        self._group = group
        self._id = transactional_id
        self._compression = None if settings.compression == "none" else settings.compression
        self._producer: AIOKafkaProducer | None = None

    async def publish_and_commit(
        self, records: Sequence[Record], subscription: Subscription, consumed: Sequence[Record]
    ) -> Sequence[Position]:
        """Write *records* and commit the offsets after *consumed*, all or nothing. Raises UnavailableError: subscribe
        again, and what was consumed comes again.
        """
        for record in records:
            check_topic(record.topic)
        offsets = _offsets(subscription, consumed)
        try:
            async with answering(self._access.timeout_s, "publishing in a transaction", self._access.user):
                return await self._in_transaction(await self._ready(), records, offsets)
        except BaseException:
            await asyncio.shield(self._end())
            raise

    async def _in_transaction(
        self, producer: AIOKafkaProducer, records: Sequence[Record], offsets: dict[TopicPartition, int]
    ) -> list[Position]:
        await producer.begin_transaction()
        sent = [
            await producer.send(
                record.topic,
                record.value,
                key_bytes(record.key),
                timestamp_ms=milliseconds(record.timestamp),
                headers=list(record.headers),
            )
            for record in records
        ]
        written = await asyncio.gather(*sent)
        await producer.send_offsets_to_transaction(offsets, self._group)
        await producer.commit_transaction()
        return [Position(told.topic, told.partition, told.offset) for told in written]

    async def _ready(self) -> AIOKafkaProducer:
        """A producer whose predecessor's transaction is ended."""
        if self._producer is None:
            producer = AIOKafkaProducer(
                **self._access.options,
                transactional_id=self._id,
                transaction_timeout_ms=_TRANSACTION_MS,
                compression_type=self._compression,
                max_request_size=_LARGEST + _FRAMING_BYTES,
            )
            try:
                await start_client(producer, self._access)
            except BaseException:
                await asyncio.shield(close_quietly(producer.stop()))
                raise
            self._producer = producer
        return self._producer

    async def begin(self) -> None:
        """End what a predecessor left open, so that the offsets are those that hold. Raises UnavailableError."""
        async with answering(self._access.timeout_s, "beginning transactions", self._access.user):
            await self._ready()

    async def _end(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await close_quietly(producer.stop())

    async def stop(self) -> None:
        """Give up what is open, in a bounded time."""
        await self._end()


def _offsets(subscription: Subscription, consumed: Sequence[Record]) -> dict[TopicPartition, int]:
    """The next offset of each partition of *consumed*. Raises UnavailableError where one was taken from us."""
    if not isinstance(subscription, GroupReader):
        raise TypeError("the subscription is no member of a group of Kafka: publish, then commit")
    offsets: dict[TopicPartition, int] = {}
    for record in consumed:
        partition = TopicPartition(record.topic, record.partition)
        offsets[partition] = max(record.offset + 1, offsets.get(partition, 0))
    try:
        lost = offsets.keys() - subscription.consumer.assignment()
    except kafka_errors.KafkaError as error:
        raise UnavailableError(f"the group cannot be asked what is ours: {error}") from error
    if lost:
        raise UnavailableError(f"the group was rebalanced: {len(lost)} partitions are somebody else's now")
    return offsets
