"""One idempotent producer that answers in a bounded time, loses nothing and keeps the order of what it was given.

aiokafka retries a batch that it accepted until the broker takes it, for ever. A `publish` that waits too long is given
up by us, not by aiokafka: its records may still be written. So the producer is kept, and the next `publish` first
waits for what the last one left behind: a record never overtakes an earlier one, and a retry at worst repeats.
Only a producer whose state the broker no longer accepts, or that has been stuck for long, is replaced.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import aiokafka.errors as kafka_errors
from aiokafka import AIOKafkaProducer

from semantic_gw.bus.kafka_connection import CLOSE_S, answering, close_quietly, meaning, start_client
from semantic_gw.bus.refusal import RecordTooLargeError, record_bytes
from semantic_gw.bus.topics import key_bytes, milliseconds
from semantic_gw.errors import UnavailableError
from semantic_gw.model import Position, Record

MAX_RECORD_BYTES: Final = 64 * 1024 * 1024
"""Larger records are not even sent: a broker takes no request beyond 100 MiB by default."""

_BATCH_BYTES: Final = 128 * 1024
_STUCK_S: Final = 60.0
"""How long a producer may be stuck before it is replaced, which also finds a cluster that moved; in seconds."""

_TOO_LARGE: Final = (kafka_errors.MessageSizeTooLargeError, kafka_errors.RecordListTooLargeError)

Outcome = Position | Exception
"""What became of one record."""


class OrderedProducer:
    """Publishes records in the order in which `publish` was called, by one task at a time."""

    def __init__(self, options: Mapping[str, Any], *, compression: str | None, user: str) -> None:
        self._options = options
        self._compression = compression
        self._user = user
        self._timeout_s: float = options["request_timeout_ms"] / 1000
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
        async with answering(self._timeout_s, "publishing", self._user):
            async with self._turn:
                producer = await self._ready()
                sent = await self._send(producer, records, limits)
            outcomes = await self._outcomes(sent)
            if any(isinstance(outcome, _TOO_LARGE) for outcome in outcomes):
                async with self._turn:
                    outcomes = await self._one_by_one(producer, records, outcomes)
            return self._judged(records, outcomes)

    def _judged(self, records: Sequence[Record], outcomes: Sequence[Outcome]) -> list[Position]:
        positions = [outcome for outcome in outcomes if isinstance(outcome, Position)]
        if len(positions) == len(outcomes):
            return positions
        errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        for error in errors:
            if not isinstance(error, _TOO_LARGE):
                raise meaning(error, "publishing", self._user) from error
        placed = [outcome if isinstance(outcome, Position) else None for outcome in outcomes]
        raise RecordTooLargeError(records, placed, f"the broker says {errors[0]}: see its max.message.bytes")

    async def _ready(self) -> AIOKafkaProducer:
        """The producer, when nothing that was given up is left in it."""
        if self._left and time.monotonic() - self._stuck_since > _STUCK_S:
            self._retire()
        if self._retiring is not None:
            await asyncio.wait([self._retiring])
        while self._left:
            await asyncio.wait(self._left)
        if self._producer is None:
            self._producer = await self._start()
        return self._producer

    async def _start(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **self._options,
            enable_idempotence=True,
            acks="all",
            compression_type=self._compression,
            max_batch_size=_BATCH_BYTES,
            max_request_size=MAX_RECORD_BYTES,
        )
        try:
            await start_client(producer, self._options, self._user)
        except BaseException:
            await asyncio.shield(_end(producer))
            raise
        return producer

    async def _send(
        self, producer: AIOKafkaProducer, records: Sequence[Record], limits: Mapping[str, int]
    ) -> list[asyncio.Future[Any]]:
        """Hand *records* over, in order. What was handed over is remembered if the rest cannot be."""
        sent: list[asyncio.Future[Any]] = []
        try:
            for record in records:
                limit = min(limits.get(record.topic, MAX_RECORD_BYTES), MAX_RECORD_BYTES)
                if record_bytes(record) > limit:
                    error = kafka_errors.MessageSizeTooLargeError(f"more than {limit} bytes")
                    sent.append(_failed(error))
                else:
                    sent.append(await _send_one(producer, record))
        except BaseException as error:
            self._leave(sent)
            if isinstance(error, kafka_errors.UnknownTopicOrPartitionError):
                topic = records[len(sent)].topic
                hint = "create it, or set bus.create_topics = true"
                raise UnavailableError(f"there is no topic {topic}: {hint}") from error
            raise
        return sent

    async def _outcomes(self, sent: Sequence[asyncio.Future[Any]]) -> list[Outcome]:
        """What became of each record. Given up, what is still under way is remembered."""
        try:
            await asyncio.wait(sent)
        except BaseException:
            self._leave(sent)
            raise
        outcomes = [_outcome(future) for future in sent]
        if any(isinstance(outcome, Exception) and not _ours(outcome) for outcome in outcomes):
            self._retire()
        return outcomes

    async def _one_by_one(
        self, producer: AIOKafkaProducer, records: Sequence[Record], outcomes: Sequence[Outcome]
    ) -> list[Outcome]:
        """Send what failed again, each record in a batch of its own: one that is too large fails its whole batch.

        A batch that failed breaks the sequence that the broker expects, so that a new producer is needed each time.
        """
        final: list[Outcome] = []
        for record, outcome in zip(records, outcomes, strict=True):
            if isinstance(outcome, Position) or _ours(outcome):
                final.append(outcome)
                continue
            producer = await self._ready()
            final += await self._outcomes(await self._send(producer, [record], {}))
        return final

    def _leave(self, futures: Sequence[asyncio.Future[Any]]) -> None:
        """Remember the *futures* of records that may still be written."""
        left = [future for future in futures if not future.done()]
        if left and not self._left:
            self._stuck_since = time.monotonic()
        for future in left:
            self._left.add(future)
            future.add_done_callback(self._left.discard)
        for future in futures:
            future.add_done_callback(_look_at)

    def _retire(self) -> None:
        """Let the producer finish what it can, in the background; the next one starts after it has ended."""
        producer, self._producer = self._producer, None
        if producer is not None:
            self._retiring = asyncio.create_task(_end(producer))

    async def stop(self) -> None:
        """Write what was accepted, if the broker is there; else give it up in a bounded time."""
        self._retire()
        if self._retiring is not None:
            await asyncio.wait([self._retiring], timeout=3 * CLOSE_S)


async def _send_one(producer: AIOKafkaProducer, record: Record) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = await producer.send(
        record.topic,
        record.value,
        key_bytes(record.key),
        timestamp_ms=_timestamp(record.timestamp),
        headers=record.headers,
    )
    return future


def _timestamp(timestamp: datetime) -> int:
    """Milliseconds that a broker takes: it refuses a time before 1970, or more than an hour ahead of its clock."""
    return max(0, min(milliseconds(timestamp), milliseconds(datetime.now(UTC))))


def _failed(error: Exception) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    future.set_exception(error)
    return future


def _outcome(future: asyncio.Future[Any]) -> Outcome:
    if future.cancelled():
        return kafka_errors.ProducerClosed()  # type: ignore[no-any-return]  # aiokafka has no types
    error = future.exception()
    if isinstance(error, Exception):
        return error
    told = future.result()
    return Position(told.topic, told.partition, told.offset)


def _ours(error: Exception) -> bool:
    """Whether *error* is a refusal made here, before anything was sent."""
    return isinstance(error, _TOO_LARGE) and bool(error.args)


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
            await producer.stop()
    except (TimeoutError, kafka_errors.KafkaError, OSError):
        sender = producer._sender.sender_task  # noqa: SLF001  see above
        if sender is not None:
            sender.cancel()
            await asyncio.wait([sender], timeout=1.0)
        producer._message_accumulator.fail_all(kafka_errors.ProducerClosed())  # noqa: SLF001  see above
        await close_quietly(producer.client.close())
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)


Make = Callable[[], AIOKafkaProducer]
