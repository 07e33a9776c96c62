"""From the bus through the index to the topics of standing queries: what matches is written and committed at once."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

import msgspec
from prometheus_client import CollectorRegistry, Counter, Histogram

from semantic_gw.contracts import Bus, Subscription
from semantic_gw.errors import GatewayError, UnavailableError
from semantic_gw.model import Json, Position, PublishedGraph, Record
from semantic_gw.rdf.observation_triples import triples_of_record
from semantic_gw.rdf.published import read_published
from semantic_gw.rdf.serialize import date_time, triples_to_nquads
from semantic_gw.subscriptions.index import Index
from semantic_gw.subscriptions.latches import KeptLatches
from semantic_gw.subscriptions.matcher import Broken, Matcher
from semantic_gw.subscriptions.messages import Message, match_record
from semantic_gw.subscriptions.registry import Registry
from semantic_gw.subscriptions.things import KnownThings

_log = logging.getLogger(__name__)

_AT_ONCE: Final = 500
_IN_A_ROW: Final = 50
"""Records after which others in this process have their turn."""
_IDLE_S: Final = 1.0
_FIRST_PAUSE_S: Final = 0.25
_LONGEST_PAUSE_S: Final = 10.0

_read_match: Final = msgspec.json.Decoder(dict[str, Json]).decode


class Commits(Protocol):
    """What can write results and commit what they were made of in one transaction (`AtomicBus`)."""

    async def publish_and_commit(
        self, records: Sequence[Record], subscription: Subscription, consumed: Sequence[Record]
    ) -> Sequence[Position]: ...


class MatchingMetrics:
    """What `/metrics` tells of matching."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.messages = Counter(
            "semantic_gw_subscription_messages", "Messages looked at.", ("outcome",), registry=registry
        )
        self.matches = Counter("semantic_gw_subscription_matches", "Matches written.", registry=registry)
        self.evaluations = Counter(
            "semantic_gw_subscription_evaluations", "Standing queries asked.", ("how",), registry=registry
        )
        self.delay = Histogram(
            "semantic_gw_subscription_delay_seconds",
            "Seconds from a message on the bus to its matches on theirs.",
            buckets=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0),
            registry=registry,
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """What matching works with. *commits* is None where the bus knows no transactions."""

    bus: Bus
    topics: Sequence[str]
    group: str
    registry: Registry
    index: Index
    things: KnownThings
    matcher: Matcher
    latches: KeptLatches
    commits: Commits | None


class _Question(NamedTuple):
    """A message to be asked with *text*, and who wants to know."""

    message: Message
    triples: bytes
    text: str
    ids: tuple[str, ...]


class Matching:
    """Matches every message once."""

    def __init__(self, parts: Parts, metrics: MatchingMetrics, *, clock: Callable[[], datetime]) -> None:
        self._parts = parts
        self._metrics = metrics
        self._clock = clock
        self.outage: tuple[datetime, str] | None = None
        """Since when (UTC), and why, nothing is matched."""
        self.behind: Mapping[str, int] = {}
        self.matched: Tally[str] = Tally()
        """Matches by subscription that nobody has noted yet."""

    async def run(self) -> None:
        """Match until cancelled; what goes wrong is told, and tried again from what was committed."""
        pause = _FIRST_PAUSE_S
        while True:
            try:
                await self._session()
            except UnavailableError as error:
                self._fails(str(error))
            except GatewayError as error:
                pause = _LONGEST_PAUSE_S
                self._fails(str(error))
            except Exception as error:  # noqa: BLE001  nothing else must end for a fault in here
                _log.exception("fault while subscriptions are matched")
                pause = _LONGEST_PAUSE_S
                self._fails(f"{type(error).__name__}: {error}")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S) if self.outage else _FIRST_PAUSE_S

    def _fails(self, error: str) -> None:
        if self.outage is None:
            _log.warning("subscriptions cannot be matched; retrying", extra={"error": error})
            self.outage = (datetime.now(UTC), error)

    async def _session(self) -> None:
        parts = self._parts
        await parts.latches.load(parts.bus)
        async with parts.bus.subscribe(parts.topics, group=parts.group) as subscription:
            looked = 0.0
            while True:
                records = await subscription.batch(_AT_ONCE, _IDLE_S)
                if records:
                    await self._batch(subscription, records)
                self.outage = None
                if (now := asyncio.get_running_loop().time()) - looked > _IDLE_S:
                    self.behind, looked = await subscription.behind(), now

    async def _batch(self, subscription: Subscription, records: Sequence[Record]) -> None:
        """Write what *records* match, and commit them. Raises UnavailableError: nothing is kept, or all."""
        parts = self._parts
        parts.latches.begin()
        matches = await self._matches(records)
        written = [*matches, *parts.latches.records()]
        if not written:
            await subscription.commit(records)
        elif parts.commits is not None:
            await parts.commits.publish_and_commit(written, subscription, records)
        else:
            await parts.bus.publish(written)
            await subscription.commit(records)
        parts.latches.keep()
        self._note(records, matches)

    def _note(self, records: Sequence[Record], matches: Sequence[Record]) -> None:
        self._metrics.matches.inc(len(matches))
        self._metrics.delay.observe((datetime.now(UTC) - records[0].timestamp).total_seconds())
        first = len(self._parts.registry.topic(""))
        self.matched.update(match.topic[first:] for match in matches)

    async def _matches(self, records: Sequence[Record]) -> list[Record]:
        found: list[Record] = []
        questions: list[_Question] = []
        for number, record in enumerate(records):
            graph = self._read(record)
            if graph is not None:
                message = Message(graph, self._parts.things[graph.thing], record.timestamp)
                found += self._filtered(message)
                questions += self._questions(message)
            if number % _IN_A_ROW == _IN_A_ROW - 1:
                await asyncio.sleep(0)
        found += await self._asked(questions)
        for topic in {record.topic for record in found}:
            await self._parts.registry.ensure_topic(topic[len(self._parts.registry.topic("")) :])
        return found

    def _read(self, record: Record) -> PublishedGraph | None:
        if record.value is None:
            return None
        try:
            graph = read_published(record.value, record.header("Content-Type") or "")
        except ValueError as error:
            self._metrics.messages.labels("unreadable").inc()
            told = {"topic": record.topic, "partition": record.partition, "offset": record.offset}
            _log.warning("a record cannot be matched", extra={**told, "error": str(error)[:300]})
            return None
        self._metrics.messages.labels("read").inc()
        return graph

    def _filtered(self, message: Message) -> Iterable[Record]:
        filters, now = self._parts.index.filters, self._clock()
        latches, count = self._parts.latches.view, 0
        for compiled in filters.candidates(message):
            count += 1
            standing = self._parts.registry.known.get(compiled.id)
            if standing is None or not standing.is_active(now) or message.at < standing.created:
                continue
            found = compiled.match(message, filters.broader, latches)
            if found is not None:
                yield self._record(compiled.id, message.graph, found)
        self._metrics.evaluations.labels("filter").inc(count)

    def _record(self, id_: str, graph: PublishedGraph, found: Mapping[str, Json]) -> Record:
        return match_record(self._parts.registry.topic(id_), id_, graph, found)

    def _questions(self, message: Message) -> Iterable[_Question]:
        candidates = list(self._parts.index.queries.candidates(message))
        if candidates:
            triples = triples_to_nquads(dict.fromkeys(triples_of_record(message.graph)))
            for text, ids in candidates:
                yield _Question(message, triples, text, ids)

    async def _asked(self, questions: Sequence[_Question]) -> list[Record]:
        """What SPARQL finds. Raises UnavailableError."""
        if not questions:
            return []
        self._metrics.evaluations.labels("query").inc(len(questions))
        answers = await self._parts.matcher.ask([(one.triples, one.text) for one in questions])
        found: list[Record] = []
        for question, answer in zip(questions, answers, strict=True):
            message = question.message
            if isinstance(answer, Broken):
                await self._suspend(question.ids, answer.reason)
            elif answer:
                told = _read_match(answer)
                active = self._active(question.ids, message.at)
                found += [self._record(id_, message.graph, told) for id_ in active]
        return found

    def _active(self, ids: Iterable[str], at: datetime) -> Iterable[str]:
        now, known = self._clock(), self._parts.registry.known
        return (id_ for id_ in ids if id_ in known and known[id_].is_active(now) and known[id_].created <= at)

    async def _suspend(self, ids: Iterable[str], reason: str) -> None:
        for id_ in ids:
            standing = self._parts.registry.known.get(id_)
            if standing is not None:
                await self._parts.registry.suspend(standing, reason)

    async def note(self) -> None:
        """Have the registry keep how much was matched. Raises UnavailableError."""
        if self.matched:
            noted, self.matched = self.matched, Tally()
            last = date_time(self._clock())
            await self._parts.registry.note_health(
                {id_: {"matched": count, "lastMatch": last} for id_, count in noted.items()}
            )
