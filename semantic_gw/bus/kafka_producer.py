"""One idempotent producer that answers in a bounded time, loses nothing and keeps the order of what it was given.

aiokafka retries a batch that it accepted until the broker takes it, for ever. A `publish` that waits too long is given
up by us, not by aiokafka: its records may still be written. So the producer is kept, and the next `publish` first
waits for what the last one left behind: a record never overtakes an earlier one, and a retry at worst repeats.
Only a producer whose state the broker no longer accepts, or that has been stuck for long, is replaced.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import aiokafka.errors as kafka_errors
from aiokafka import AIOKafkaProducer

from semantic_gw.bus.kafka_connection import CLOSE_S, Access, answering, close_quietly, meaning, start_client
from semantic_gw.bus.refusal import RecordTooLargeError, record_bytes
from semantic_gw.bus.topics import key_bytes, milliseconds
from semantic_gw.errors import UnavailableError
from semantic_gw.model import Position, Record

MAX_RECORD_BYTES: Final = 64 * 1024 * 1024
"""Larger records are not even sent: a broker takes no request beyond 100 MiB by default."""

_FRAMING_BYTES: Final = 64 * 1024
_BATCH_BYTES: Final = 128 * 1024
_STUCK_S: Final = 60.0
"""How long a producer may be stuck before it is replaced, which also finds a cluster that moved; in seconds."""

_TOO_LARGE: Final = (kafka_errors.MessageSizeTooLargeError, kafka_errors.RecordListTooLargeError)

Sent = asyncio.Future[Any] | None
"""A record on its way; None where it was not even sent, being too large."""

Outcome = Position | Exception | None
"""What became of a record: where it stands, why it was not written, or None where it is too large."""


class OrderedProducer:
    """Publishes records in the order in which `publish` was called, by one task at a time."""

    def __init__(self, access: Access, *, compression: str | None) -> None:
        self._access = access
        self._compression = compression
        self._producer: AIOKafkaProducer | None = None
        self._retiring: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._left: set[asyncio.Future[Any]] = set()
        self._stuck_since = 0.0

    async def publish(self, records: Sequence[Record], limits: Mapping[str, int]) -> list[Position]:
        """Write *records*; on return all are durable. *limits* are the bytes that a record of a topic may have.

        Raises UnavailableError (which are written is unknown), ConfigurationError where it is not allowed, and
        RecordTooLargeError, on which all other records are durable.
        """
        async with answering(self._access.timeout_s, "publishing", self._access.user):
            async with self._turn:
                producer = await self._ready()
                sent = await self._send(producer, records, limits)
            outcomes = await self._outcomes(producer, sent)
        if any(isinstance(outcome, _TOO_LARGE) for outcome in outcomes):
            async with self._turn:
                outcomes = [await self._alone(*pair) for pair in zip(records, outcomes, strict=True)]
        return self._judged(records, outcomes)

    def _judged(self, records: Sequence[Record], outcomes: Sequence[Outcome]) -> list[Position]:
        positions = [outcome for outcome in outcomes if isinstance(outcome, Position)]
        if len(positions) == len(outcomes):
            return positions
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise meaning(outcome, "publishing", self._access.user) from outcome
        placed = [outcome if isinstance(outcome, Position) else None for outcome in outcomes]
        raise RecordTooLargeError(records, placed, "see max.message.bytes of the topic and the broker")

    async def _ready(self) -> AIOKafkaProducer:
        """The producer, when nothing that was given up is left in it."""
        if self._left and time.monotonic() - self._stuck_since > _STUCK_S:
            self._retire(self._producer)
        if self._retiring is not None:
            await asyncio.wait([self._retiring])
        while self._left:
            await asyncio.wait(self._left)
        if self._producer is None:
            self._producer = await self._start()
        return self._producer

    async def _start(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **self._access.options,
            enable_idempotence=True,
            acks="all",
            compression_type=self._compression,
            max_batch_size=_BATCH_BYTES,
            max_request_size=MAX_RECORD_BYTES + _FRAMING_BYTES,
        )
        try:
            await start_client(producer, self._access)
        except BaseException:
            await asyncio.shield(_end(producer))
            raise
        return producer

    async def _send(
        self, producer: AIOKafkaProducer, records: Sequence[Record], limits: Mapping[str, int]
    ) -> list[Sent]:
        """Hand *records* over, in order. What was handed over is remembered if the rest cannot be."""
        sent: list[Sent] = []
        try:
            for record in records:
                fits = record_bytes(record) <= min(limits.get(record.topic, MAX_RECORD_BYTES), MAX_RECORD_BYTES)
                sent.append(await _send_one(producer, record) if fits else None)
        except kafka_errors.UnknownTopicOrPartitionError as error:
            self._leave(sent)
            topic = records[len(sent)].topic
            raise UnavailableError(f"there is no topic {topic}: create it, or set bus.create_topics = true") from error
        except BaseException:
            self._leave(sent)
            raise
        return sent

    async def _outcomes(self, producer: AIOKafkaProducer, sent: Sequence[Sent]) -> list[Outcome]:
        """What became of each record. Given up, what is still under way is remembered.

        A batch that failed breaks the sequence that the broker expects: then the producer is replaced.
        """
        under_way = [future for future in sent if future is not None]
        try:
            if under_way:
                await asyncio.wait(under_way)
        except BaseException:
            self._leave(sent)
            raise
        outcomes = [_outcome(future) for future in sent]
        if any(isinstance(outcome, Exception) for outcome in outcomes):
            self._retire(producer)
        return outcomes

    async def _alone(self, record: Record, outcome: Outcome) -> Outcome:
        """What becomes of a record that failed when it is sent in a batch of its own.

        One that is too large fails its whole batch, and those that come after it in its partition.
        """
        if not isinstance(outcome, Exception):
            return outcome
        async with answering(self._access.timeout_s, "publishing", self._access.user):
            producer = await self._ready()
            (again,) = await self._outcomes(producer, await self._send(producer, [record], {}))
        return None if isinstance(again, _TOO_LARGE) else again

    def _leave(self, sent: Sequence[Sent]) -> None:
        """Remember the records that were *sent* and may still be written."""
        futures = [future for future in sent if future is not None]
        left = [future for future in futures if not future.done()]
        if left and not self._left:
            self._stuck_since = time.monotonic()
        for future in left:
            self._left.add(future)
            future.add_done_callback(self._left.discard)
        for future in futures:
            future.add_done_callback(_look_at)

    def _retire(self, producer: AIOKafkaProducer | None) -> None:
        """Let *producer* finish what it can, in the background; the next one starts after it has ended."""
        if producer is not None and producer is self._producer:
            self._producer = None
            self._retiring = asyncio.create_task(self._end(producer))

    async def _end(self, producer: AIOKafkaProducer) -> None:
        await _end(producer)
        for future in tuple(self._left):
            future.cancel()

    async def stop(self) -> None:
        """Write what was accepted, if the broker is there; else give it up in a bounded time."""
        self._retire(self._producer)
        if self._retiring is not None:
            await asyncio.wait([self._retiring], timeout=3 * CLOSE_S)


async def _send_one(producer: AIOKafkaProducer, record: Record) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = await producer.send(
        record.topic,
        record.value,
        key_bytes(record.key),
        timestamp_ms=_timestamp(record.timestamp),
        headers=list(record.headers),
    )
    return future


def _timestamp(timestamp: datetime) -> int:
    """Milliseconds that a broker takes: it refuses a time before 1970, or more than an hour ahead of its clock."""
    return max(0, min(milliseconds(timestamp), milliseconds(datetime.now(UTC))))


def _outcome(future: Sent) -> Outcome:
    if future is None:
        return None
    if future.cancelled():
        return UnavailableError("the record was given up")
    error = future.exception()
    if isinstance(error, Exception):
        return error
    told = future.result()
    return Position(told.topic, told.partition, told.offset)


def _look_at(future: asyncio.Future[Any]) -> None:
    """Look at the error of a record that nobody waits for any more, lest asyncio complains that nobody did."""
    if not future.cancelled():
        future.exception()


async def _end(producer: AIOKafkaProducer) -> None:
    """Stop *producer*; where the broker is away, without what it still holds.

    aiokafka's own `stop` waits until all is delivered, and it has no other: so its parts are ended one by one.
    """
    try:
        async with asyncio.timeout(CLOSE_S):
            await producer.flush()
            await producer.stop()
    except (TimeoutError, kafka_errors.KafkaError, OSError):
        await _cancel(producer._sender.sender_task)  # noqa: SLF001  see above
        await close_quietly(producer.client.close())
        producer._closed = True  # noqa: SLF001  see above


async def _cancel(sender: asyncio.Task[None] | None) -> None:
    """End *sender*. Cancelled once, it waits for its requests; cancelled again, it gives them up."""
    for _ in range(5):
        if sender is None or sender.done():
            return
        sender.cancel()
        await asyncio.wait([sender], timeout=0.2)
