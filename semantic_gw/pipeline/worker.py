"""The loop that keeps the promise: consume, process, publish, and only then commit."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from semantic_gw.bus.refusal import RecordTooLargeError
from semantic_gw.contracts import AtomicBus, Bus, Subscription
from semantic_gw.errors import ConfigurationError, GatewayError, UnavailableError
from semantic_gw.model import IRI, Position, Record, ThingDescription
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.publish import Recorder
from semantic_gw.pipeline.recent import RecentMessages
from semantic_gw.pipeline.result import Result
from semantic_gw.pipeline.spool import from_record

_log = logging.getLogger(__name__)

_SLICE: Final = 50
"""Payloads processed before the event loop gets its turn: about 5 ms."""

_FEW: Final = 50
_LINGER_S: Final = 0.01
"""How long the next batch may gather after a small one, in seconds: a commit of one costs as much as of fifty."""

_MOST_BYTES: Final = 6 * 1024 * 1024
"""Value of a record that every topic of ours takes (8 MiB with headers)."""

Observer = Callable[[Result], None]
"""Told of every result: the counters."""

Register = Callable[[Sequence[ThingDescription], Sequence[IRI]], Awaitable[None]]
"""Makes what describers told of durable: Things that changed, ids of Things that are gone. Raises UnavailableError."""

T = TypeVar("T")


@dataclass(slots=True)
class Outage:
    """Whether a peer is away, and since when: what `/health/ready` tells."""

    since: float | None = None
    error: str = ""


class Worker:
    """Processes what stands on *topics* (or those that match *pattern*) of *source* for *group*, into *target*."""

    def __init__(  # noqa: PLR0913  joined in one place, by name
        self,
        name: str,
        *,
        source: Bus,
        target: Bus,
        topics: Sequence[str] = (),
        pattern: str | None = None,
        group: str,
        pipeline: Pipeline,
        recorder: Recorder,
        recent: RecentMessages,
        observe: Observer,
        register: Register,
        batch_records: int = 500,
        atomic: AtomicBus | None = None,
    ) -> None:
        """With *atomic* (source and target are one log) results and offsets are written in one transaction."""
        self.name = name
        self.outage = Outage()
        self._source = source
        self._target = target
        self._topics = topics
        self._pattern = pattern
        self._group = group
        self._pipeline = pipeline
        self._recorder = recorder
        self._recent = recent
        self._observe = observe
        self._register = register
        self._batch_records = batch_records
        self._atomic = atomic

    async def run(self) -> None:
        """Work until cancelled. A batch that was begun is either committed or comes again."""
        while True:
            try:
                async with self._source.subscribe(
                    self._topics, group=self._group, pattern=self._pattern
                ) as subscription:
                    await self._work(subscription)
            except (UnavailableError, ConfigurationError) as error:
                await self._pause(error, attempt=3)

    async def _work(self, subscription: Subscription) -> None:
        while True:
            records = await subscription.batch(self._batch_records, 1.0)
            if records:
                await self.process(records, subscription)
            self.outage = Outage()
            if len(records) < _FEW:
                await asyncio.sleep(_LINGER_S)

    async def process(self, records: Sequence[Record], subscription: Subscription) -> None:
        """Process one batch: its results are durable before its offsets are committed."""
        results = await self._results(records)
        await self._keep_things(results)
        made = [tuple(self._recorder.records(result)) for result in results]
        flat = [record for group in made for record in group]
        positions = await self._write(flat, records, subscription)
        await self._recent.add(results, _split(positions, [len(group) for group in made]))
        for result in results:
            self._observe(result)

    async def _keep_things(self, results: Sequence[Result]) -> None:
        """Register what was described, before what it reported is published."""
        changed, removed = last_words(results)
        if changed or removed:
            await self._retry(lambda: self._register(changed, removed))

    async def _write(
        self, made: Sequence[Record], consumed: Sequence[Record], subscription: Subscription
    ) -> Sequence[Position]:
        """Make *made* durable, then commit *consumed*; on return both are done."""
        atomic = self._atomic
        try:
            if atomic is not None:
                return await self._retry(lambda: atomic.publish_and_commit(made, subscription, consumed))
            positions = await self._retry(lambda: self._target.publish(made))
        except RecordTooLargeError as error:
            positions = await self._without_refused(made, error)
        await self._retry(lambda: subscription.commit(consumed))
        return positions

    async def _without_refused(self, made: Sequence[Record], error: RecordTooLargeError) -> Sequence[Position]:
        """A dead letter in the place of each record that no topic takes; the others are durable already."""
        _log.error("a record is too large for its topic", extra={"error": str(error)})
        letters = [self._recorder.too_large(made[index], _MOST_BYTES) for index in error.refused]
        placed = iter(await self._retry(lambda: self._target.publish(letters)))
        return [position or next(placed) for position in error.positions]

    async def _results(self, records: Sequence[Record]) -> list[Result]:
        results = []
        for index, record in enumerate(records):
            results.append(self._pipeline.process(from_record(record)))
            if index % _SLICE == _SLICE - 1:
                await asyncio.sleep(0)
        return results

    async def _retry(self, call: Callable[[], Awaitable[T]]) -> T:
        """*call* until it succeeds: an outage, or a right that is missing, is waited for and never dead-lettered."""
        attempt = 0
        while True:
            try:
                return await call()
            except (UnavailableError, ConfigurationError) as error:
                await self._pause(error, attempt)
                attempt += 1

    async def _pause(self, error: GatewayError, attempt: int) -> None:
        loop = asyncio.get_running_loop()
        if self.outage.since is None:
            _log.warning("a peer is away; retrying", extra={"worker": self.name, "error": str(error)})
            self.outage = Outage(loop.time(), str(error))
        await asyncio.sleep(min(0.1 * 2**attempt, 10.0) * random.uniform(0.5, 1.0))  # noqa: S311  jitter, no secret


def last_words(results: Sequence[Result]) -> tuple[list[ThingDescription], list[IRI]]:
    """What *results* say last of each Thing: its description, or that it is gone."""
    told: dict[IRI, ThingDescription | None] = {}
    for result in results:
        told |= dict.fromkeys(result.removed)
        told |= {thing.id: thing for thing in result.changed}
    changed = [thing for thing in told.values() if thing is not None]
    return changed, [iri for iri, thing in told.items() if thing is None]


def _split(positions: Sequence[Position], sizes: Sequence[int]) -> list[Sequence[Position]]:
    """*positions* in groups of *sizes*."""
    groups, start = [], 0
    for size in sizes:
        groups.append(positions[start : start + size])
        start += size
    return groups
