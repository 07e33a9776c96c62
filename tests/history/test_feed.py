"""From the bus into the history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import TopicSpec
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.history.feed import Feed
from semantic_gw.history.metrics import HistoryMetrics
from semantic_gw.history.points import Kept
from semantic_gw.history.retention import Retention
from semantic_gw.history.rules import Rules
from semantic_gw.history.store import HistoryStore
from semantic_gw.model import DataGraph, Document, GraphKind, Payload, PublishedGraph, Record, Source
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.rdf.observation_context import to_jsonld
from semantic_gw.settings import HistoryRule, HistorySettings
from tests.history.series import BASE, CODEC, START, THING, graph, keep, kept

TOPIC = "semantic.observations"
GROUP = "semantic-history"
BROADER = {SGW + "AirTemperature": frozenset({SGW + "Temperature"})}


def record(told: PublishedGraph) -> Record:
    payload = Payload(b"", "", Source("http", "/"), told.result_time)
    data = DataGraph(
        Document(payload, {}, ""), told.iri, told.thing, GraphKind.OBSERVATIONS, told.result_time,
        told.phenomenon_time, told.observations, (), (), (),
    )  # fmt: skip
    value = msgspec.json.encode(to_jsonld(data, context_url=f"{BASE}context/v1.jsonld"))
    return Record(TOPIC, told.thing, value, (("Content-Type", b"application/ld+json"),))


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[LogBus]:
    bus = LogBus(tmp_path / "log.sqlite")
    await bus.start()
    await bus.ensure_topics([TopicSpec(TOPIC)])
    yield bus
    await bus.stop()


@asynccontextmanager
async def feeding(bus: LogBus, store: HistoryStore, *rules: HistoryRule) -> AsyncIterator[Feed]:
    """A feed that runs."""
    made = Rules(rules or (HistoryRule(keep_days=30),), BROADER)
    feed = Feed(bus, TOPIC, GROUP, store, made, CODEC, HistoryMetrics(CollectorRegistry()))
    task = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def committed(bus: LogBus) -> None:
    async with asyncio.timeout(20):
        while (await bus.lag(GROUP)).get(TOPIC) != 0:  # noqa: ASYNC110  it happens elsewhere
            await asyncio.sleep(0.05)


async def test_what_is_on_the_bus_is_kept(bus: LogBus, store: HistoryStore) -> None:
    told = [graph(float(number), number, received=number + 1) for number in range(5)]
    await bus.publish([record(one) for one in told])
    async with feeding(bus, store):
        await committed(bus)

    assert await kept(store) == told


async def test_what_cannot_be_read_is_passed_over(bus: LogBus, store: HistoryStore) -> None:
    bad = Record(TOPIC, THING, b"{", (("Content-Type", b"application/ld+json"),))
    await bus.publish([bad, record(graph(1.0))])
    async with feeding(bus, store):
        await committed(bus)

    assert len(await kept(store)) == 1


async def test_it_goes_on_where_it_had_stopped(bus: LogBus, store: HistoryStore) -> None:
    for number in range(2):
        await bus.publish([record(graph(float(number), number))])
        async with feeding(bus, store):
            await committed(bus)

    assert len(await kept(store)) == 2


async def test_only_chosen_kinds_are_kept_with_the_narrower_ones(bus: LogBus, store: HistoryStore) -> None:
    await bus.publish(
        [record(graph(1.0)), record(graph(2.0, name="humidity", kind=SGW + "RelativeHumidity", unit=None))]
    )
    async with feeding(bus, store, HistoryRule(keep_days=1, kinds=("sgw:Temperature",))):
        await committed(bus)

    assert [one.observations[0].value for one in await kept(store)] == [1.0]


async def test_only_chosen_things_are_kept(bus: LogBus, store: HistoryStore) -> None:
    await bus.publish([record(graph(1.0, thing="urn:a:1")), record(graph(2.0, thing="urn:b:1"))])
    async with feeding(bus, store, HistoryRule(keep_days=0, things=("urn:a:*",)), HistoryRule(keep_days=1)):
        await committed(bus)

    assert [one.thing for one in await kept(store)] == ["urn:b:1"]


class _Failing(HistoryStore):
    """A store whose database is away the first time."""

    fails = True

    async def keep(self, points: list[Kept]) -> int:  # type: ignore[override]  # narrower, for a test
        if self.fails:
            self.fails = False
            raise UnavailableError("it is away")
        return await super().keep(points)


async def test_nothing_is_lost_while_the_database_is_away(bus: LogBus, store: HistoryStore) -> None:
    await bus.publish([record(graph(1.0))])
    async with feeding(bus, _Failing(store.database)) as feed:
        await committed(bus)

    assert feed.outage is None
    assert len(await kept(store)) == 1


def test_a_rule_for_something_that_is_no_kind_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"history\.rules"):
        Rules([HistoryRule(keep_days=1, kinds=("temperature",))], {})


@pytest.fixture
def sweeping(store: HistoryStore) -> Callable[..., Retention]:
    """Retention as of two days after the start."""

    def made(*rules: HistoryRule, max_bytes: int = 2**40) -> Retention:
        settings = HistorySettings(rules=rules, max_bytes=max_bytes)
        metrics = HistoryMetrics(CollectorRegistry())
        return Retention(store, Rules(rules, BROADER), settings, metrics, lambda: START + timedelta(days=2))

    return made


async def test_what_is_over_goes_and_the_rest_stays(store: HistoryStore, sweeping: Callable[..., Retention]) -> None:
    await keep(store, graph(1.0, 0), graph(2.0, 60 * 36), graph(3.0, 0, name="other", kind=SGW + "Pressure", unit=None))
    await sweeping(HistoryRule(keep_days=1, kinds=("sgw:Temperature",)), HistoryRule(keep_days=30)).sweep()

    assert sorted(str(one.observations[0].value) for one in await kept(store)) == ["2.0", "3.0"]


async def test_the_oldest_go_early_where_a_file_is_too_large(tmp_path: Path, sweeping: Callable[..., Retention],
    store: HistoryStore) -> None:  # fmt: skip
    for hour in range(48):
        await keep(store, *(graph(float(n), 60 * hour + n / 20) for n in range(1000)))
    before = len(await kept(store))
    await sweeping(HistoryRule(keep_days=30), max_bytes=1024**2).sweep()
    left = await kept(store)

    if store.database.is_sqlite:
        assert await store.size() <= 1024**2
        assert 0 < len(left) < before
        assert left[-1].observations[0].value == 999.0
    else:
        assert len(left) == before
