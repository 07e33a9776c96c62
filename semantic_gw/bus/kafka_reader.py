"""Readers of Kafka: a member of a consumer group, and one without a group that reads everything."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, Final

import aiokafka.errors as kafka_errors
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from semantic_gw.bus.kafka_connection import CLOSE_S, Access, answering, close_quietly, meaning
from semantic_gw.bus.topics import key_text, moment, told_offset
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Record

_log = logging.getLogger(__name__)

_PING_S: Final = 10.0
"""A reader that heard nothing for so long asks whether the broker is still there: aiokafka keeps silent."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What a reader reads, and through which access."""

    partitions: Callable[[], Awaitable[Collection[TopicPartition]]]
    """Asks the cluster for the partitions that its topics have now."""
    access: Access


class _Reader:
    """What both kinds of reader do alike."""

    def __init__(self, consumer: AIOKafkaConsumer, readings: Readings) -> None:
        self.consumer = consumer
        self._readings = readings
        self._heard = time.monotonic()

    async def batch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        """The next records, in order per partition; empty after *timeout_s* without any. Cancelled, it took none.

        Raises ConfigurationError where reading is refused, UnavailableError where the broker is away for long.
        """
        found = await self._poll(max_records, timeout_s)
        records = [_record(told) for partition in found.values() for told in partition]
        if records:
            self._heard = time.monotonic()
            return records
        if time.monotonic() - self._heard > _PING_S:
            await self._ping()
        return ()

    async def _poll(self, max_records: int, timeout_s: float) -> Mapping[TopicPartition, Sequence[Any]]:
        """What aiokafka has. It hands records over without waiting in between: a cancelled call leaves them with it."""
        try:
            async with asyncio.timeout(timeout_s):
                milliseconds = int(timeout_s * 1000)
                found: Mapping[TopicPartition, Sequence[Any]] = await self.consumer.getmany(
                    timeout_ms=milliseconds, max_records=max_records
                )
        except TimeoutError:
            return {}
        except (kafka_errors.KafkaError, OSError) as error:
            raise meaning(error, "reading", self._readings.access.user) from error
        except UnicodeDecodeError as error:
            raise ConfigurationError(
                f"a record has a header whose name is no UTF-8 ({error}): it cannot be read; move the group past it"
            ) from error
        return found

    def _answering(self, what: str) -> AbstractAsyncContextManager[None]:
        return answering(self._readings.access.timeout_s, what, self._readings.access.user)

    async def _ping(self) -> None:
        assigned = list(self.consumer.assignment())[:1]
        async with self._answering("reading"):
            await self.consumer.end_offsets(assigned)
        self._heard = time.monotonic()

    async def behind(self) -> Mapping[str, int]:
        """Offsets of each topic between what was handed out and its end: markers of transactions among them."""
        behind: dict[str, int] = {}
        async with self._answering("reading offsets"):
            ends: Mapping[TopicPartition, int] = await self.consumer.end_offsets(list(self.consumer.assignment()))
            for partition, end in ends.items():
                with suppress(kafka_errors.IllegalStateError):  # it was taken from us meanwhile
                    left = max(0, end - await self.consumer.position(partition))
                    behind[partition.topic] = behind.get(partition.topic, 0) + left
        return behind

    async def _handed_out(self, partitions: Collection[TopicPartition]) -> bool:
        """Whether all that stands on *partitions* now has been handed out."""
        async with self._answering("reading offsets"):
            ends: Mapping[TopicPartition, int] = await self.consumer.end_offsets(list(partitions))
            for partition, end in ends.items():
                try:
                    position = await self.consumer.position(partition)
                except kafka_errors.IllegalStateError:  # it was taken from us meanwhile
                    return False
                if position < end:
                    return False
        return True


class PlainReader(_Reader):
    """Reads all partitions of its topics, those that are made later included. Nothing is committed.

    The partitions are assigned here and not by aiokafka, which would begin anew on all of them when one is added.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        readings: Readings,
        begin_at: Mapping[TopicPartition, int],
        *,
        refresh_s: float,
    ) -> None:
        super().__init__(consumer, readings)
        self._begin_at = begin_at
        self._refresh_s = refresh_s
        self._refreshed = 0.0

    async def open(self, *, from_start: bool) -> None:
        """Stand at the start, or the end, of what there is."""
        await self._refresh()
        if from_start or not self.consumer.assignment():
            return
        async with self._answering("reading offsets"):
            for partition, end in (await self.consumer.end_offsets(list(self.consumer.assignment()))).items():
                self.consumer.seek(partition, end)

    async def _refresh(self) -> None:
        """Take on partitions that are new, from where they are to begin; go on in the others."""
        self._refreshed = time.monotonic()
        now = set(await self._readings.partitions())
        old = self.consumer.assignment() & now
        if now == self.consumer.assignment():
            return
        async with self._answering("reading offsets"):
            places = {partition: await self.consumer.position(partition) for partition in old}
            places |= await self._beginnings(now - old)
        self.consumer.assign(list(now))
        for partition, place in places.items():
            self.consumer.seek(partition, place)

    async def _beginnings(self, new: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Where those of the *new* partitions begin that are not to be read from their start."""
        told = [partition for partition in new if partition in self._begin_at]
        if not told:
            return {}
        first: Mapping[TopicPartition, int] = await self.consumer.beginning_offsets(told)
        end: Mapping[TopicPartition, int] = await self.consumer.end_offsets(told)
        return {one: told_offset(one.topic, one.partition, self._begin_at[one], first[one], end[one]) for one in told}

    async def batch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        """As any reader does; looks for new partitions now and then."""
        if time.monotonic() - self._refreshed > self._refresh_s:
            await self._refresh()
        if not self.consumer.assignment():
            await asyncio.sleep(min(timeout_s, self._refresh_s))
            return ()
        return await super().batch(max_records, timeout_s)

    async def commit(self, _: Sequence[Record]) -> None:
        raise ValueError("a reader without a group has no offsets to commit")

    async def caught_up(self) -> bool:
        """Whether everything that stood on the topics at the time of the call has been handed out."""
        await self._refresh()
        return await self._handed_out(self.consumer.assignment())


class GroupReader(_Reader):
    """A member of a consumer group: reads the partitions that the group gives it."""

    def __init__(self, consumer: AIOKafkaConsumer, readings: Readings) -> None:
        super().__init__(consumer, readings)
        self._first: dict[TopicPartition, int] = {}

    def open(self, topics: Sequence[str], pattern: re.Pattern[str] | None) -> None:
        """Join the group for *topics*, or for those that *pattern* matches."""
        wanted = {"pattern": pattern} if pattern is not None else {"topics": list(topics)}
        self.consumer.subscribe(**wanted, listener=_Revoked(self._first))

    async def batch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        """As any reader does; notes from where on a partition is ours."""
        records = await super().batch(max_records, timeout_s)
        for record in reversed(records):
            partition = TopicPartition(record.topic, record.partition)
            self._first[partition] = min(record.offset, self._first.get(partition, record.offset))
        return records

    async def commit(self, records: Sequence[Record]) -> None:
        """Commit the offsets after *records*. Those of a partition that was taken from us meanwhile are left out:
        whoever has it now gets its records again.
        """
        offsets = self._ours(records)
        if not offsets:
            return
        async with self._answering("committing"):
            try:
                await self.consumer.commit(offsets)
            except (kafka_errors.CommitFailedError, kafka_errors.IllegalStateError):
                _log.warning("the group was rebalanced: a batch will be read again", extra={"records": len(records)})

    def _ours(self, records: Sequence[Record]) -> dict[TopicPartition, int]:
        """The next offset of each partition that has been ours since its record was handed out."""
        offsets: dict[TopicPartition, int] = {}
        assigned = self.consumer.assignment()
        for record in records:
            partition = TopicPartition(record.topic, record.partition)
            if partition in assigned and record.offset >= self._first.get(partition, record.offset + 1):
                offsets[partition] = max(record.offset + 1, offsets.get(partition, 0))
        return offsets

    async def caught_up(self) -> bool:
        """Whether everything that stood on its partitions at the time of the call has been handed out.

        Never before the group has given it partitions, unless there are none to give.
        """
        assigned = self.consumer.assignment()
        return await self._handed_out(assigned) if assigned else not await self._readings.partitions()


class _Revoked(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Forgets the partitions that are taken away, so that nothing is committed on them any more."""

    def __init__(self, first: dict[TopicPartition, int]) -> None:
        self._first = first

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        for partition in revoked:
            self._first.pop(partition, None)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Nothing is to be done: reading goes on from what the group has committed."""


def _record(told: Any) -> Record:
    """What aiokafka *told*, as a record. A header without a value, which Kafka allows, is an empty one."""
    return Record(
        told.topic,
        key_text(told.key),
        told.value,
        tuple((name, value or b"") for name, value in told.headers),
        moment(told.timestamp),
        told.partition,
        told.offset,
    )


async def close_consumer(consumer: AIOKafkaConsumer) -> None:
    """Stop *consumer*; where the broker is away, without saying goodbye to the group.

    aiokafka's own `stop` waits for the broker, or lets the end of a task of its own through as if it were ours: then
    its parts are ended one by one. Call it shielded.
    """
    try:
        async with asyncio.timeout(CLOSE_S):
            await consumer.stop()
    except (TimeoutError, asyncio.CancelledError, kafka_errors.KafkaError, OSError):
        parts = (consumer._coordinator, consumer._fetcher, consumer._client)  # noqa: SLF001  see above
        await close_quietly(*(part.close() for part in parts if part is not None))
