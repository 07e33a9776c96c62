"""What every bus does: one suite, a row per bus."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from semantic_gw.bus.kafka import KafkaBus
from semantic_gw.bus.log import LogBus
from semantic_gw.bus.refusal import RecordTooLargeError
from semantic_gw.contracts import Bus, Subscription, TopicSpec
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.model import Record
from semantic_gw.settings import KafkaSettings
from tests.live.kafka_server import KafkaServer

NewTopic = Callable[..., Awaitable[str]]


def log_bus(tmp_path: Path, _: pytest.FixtureRequest) -> Bus:
    return LogBus(tmp_path / "log.sqlite", poll_s=0.05)


def kafka_bus(_: Path, request: pytest.FixtureRequest) -> Bus:
    server: KafkaServer = request.getfixturevalue("kafka")
    return KafkaBus(KafkaSettings(bootstrap_servers=server.bootstrap_servers), refresh_s=0.3)


BUSES = [pytest.param(log_bus, id="log"), pytest.param(kafka_bus, id="kafka", marks=pytest.mark.live)]


@pytest.fixture(params=BUSES)
async def bus(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bus]:
    bus: Bus = request.param(tmp_path, request)
    await bus.start()
    yield bus
    await bus.stop()


@pytest.fixture
def prefix() -> str:
    """A prefix of names that no other test uses: the broker is shared."""
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture
def new_topic(bus: Bus, prefix: str) -> NewTopic:
    async def make(name: str = "topic", *, compact: bool = False, partitions: int = 3, max_bytes: int = 8 << 20) -> str:
        spec = TopicSpec(f"{prefix}.{name}", compact, partitions, max_message_bytes=max_bytes)
        await bus.ensure_topics([spec])
        return spec.name

    return make


def numbered(topic: str, count: int, keys: int = 5) -> list[Record]:
    return [Record(topic, f"key-{number % keys}", str(number).encode()) for number in range(count)]


async def read(subscription: Subscription, count: int, *, seconds: float = 20.0) -> list[Record]:
    """Exactly *count* records, or what came within *seconds*."""
    records: list[Record] = []
    deadline = asyncio.get_running_loop().time() + seconds
    while len(records) < count and asyncio.get_running_loop().time() < deadline:
        records += await subscription.batch(count - len(records), 0.5)
    return records


async def read_all(bus: Bus, topics: Sequence[str]) -> list[Record]:
    """Everything that stands on *topics*."""
    records: list[Record] = []
    async with bus.subscribe(topics) as subscription:
        while not await subscription.caught_up():
            records += await subscription.batch(1000, 0.3)
    return records


def values(records: Sequence[Record]) -> list[bytes | None]:
    return [record.value for record in records]


async def test_records_come_back_as_they_were_written(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    headers = (
        ("Content-Type", b"application/json"),
        ("empty", b""),
        ("binary", bytes(range(256))),
        ("empty", b"twice"),
    )
    written = Record(
        topic, "urn:dev:mac:00158d0003429eda", b'{"t": 21.4}', headers, datetime(2024, 5, 6, 7, tzinfo=UTC)
    )

    (position,) = await bus.publish([written])
    (found,) = await read_all(bus, [topic])

    assert found == Record(*_fields(written), position.partition, position.offset)


def _fields(record: Record) -> tuple[str, str | None, bytes | None, tuple[tuple[str, bytes], ...], datetime]:
    return record.topic, record.key, record.value, record.headers, record.timestamp


async def test_the_time_of_a_record_is_kept_to_the_millisecond(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    time = datetime(2024, 5, 6, 7, 8, 9, 123999, tzinfo=UTC)

    await bus.publish([Record(topic, "key", b"x", (), time)])
    (found,) = await read_all(bus, [topic])

    assert found.timestamp == time.replace(microsecond=123000)


async def test_a_time_far_from_now_is_no_reason_to_refuse_a_record(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    now = datetime.now(UTC)

    await bus.publish(
        [Record(topic, "key", b"x", (), time) for time in (now + timedelta(days=9), datetime(1960, 1, 1, tzinfo=UTC))]
    )

    assert len(await read_all(bus, [topic])) == 2


async def test_an_empty_value_is_no_tombstone(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic(compact=True, partitions=1)

    await bus.publish([Record(topic, "a", b""), Record(topic, "b", None)])

    assert values(await read_all(bus, [topic])) == [b"", None]


async def test_a_record_may_have_no_key(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()

    await bus.publish([Record(topic, None, b"x")])

    assert [record.key for record in await read_all(bus, [topic])] == [None]


@pytest.mark.parametrize("key", ["", "küche/öl 21 °C", "a\udcffb", "x" * 5000])
async def test_a_key_may_be_any_text(bus: Bus, new_topic: NewTopic, key: str) -> None:
    topic = await new_topic()

    await bus.publish([Record(topic, key, b"x")])

    assert [record.key for record in await read_all(bus, [topic])] == [key]


async def test_a_tombstone_without_a_key_is_a_broken_promise(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()

    with pytest.raises(ValueError, match="no key"):
        await bus.publish([Record(topic, None, None)])


async def test_a_record_of_a_compacted_topic_needs_a_key(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic(compact=True)

    with pytest.raises(ValueError, match="no key"):
        await bus.publish([Record(topic, None, b"x")])


async def test_nothing_is_published_in_no_time(bus: Bus) -> None:
    assert list(await bus.publish([])) == []


async def test_a_topic_that_kafka_would_not_take_is_refused(bus: Bus) -> None:
    with pytest.raises(ConfigurationError, match="' ' not allowed"):
        await bus.publish([Record("a topic", "key", b"x")])


async def test_a_pattern_that_is_no_regular_expression_is_refused(bus: Bus) -> None:
    with pytest.raises(ConfigurationError, match="no regular expression"):
        async with bus.subscribe([], pattern="raw.("):
            pass


async def test_records_of_a_key_come_in_the_order_they_were_published(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    records = numbered(topic, 2000, keys=40)

    for start in range(0, len(records), 150):
        await bus.publish(records[start : start + 150])
    found = await read_all(bus, [topic])

    for key in {record.key for record in records}:
        assert values([r for r in found if r.key == key]) == values([r for r in records if r.key == key])


async def test_positions_are_those_that_readers_see(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()

    positions = await bus.publish(numbered(topic, 50))

    assert sorted(positions) == sorted(record.position for record in await read_all(bus, [topic]))


async def test_concurrent_publishers_lose_nothing_and_keep_their_own_order(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()

    async def publisher(name: str) -> None:
        for start in range(0, 100, 10):
            await bus.publish([Record(topic, name, str(n).encode()) for n in range(start, start + 10)])

    await asyncio.gather(*(publisher(f"p{number}") for number in range(20)))
    found = await read_all(bus, [topic])

    expected = [str(number).encode() for number in range(100)]
    assert {name: values([r for r in found if r.key == name]) for name in {r.key for r in found}} == {
        f"p{number}": expected for number in range(20)
    }


async def test_one_call_may_write_to_several_topics(bus: Bus, new_topic: NewTopic) -> None:
    first, second = await new_topic("first"), await new_topic("second")

    positions = await bus.publish([Record(first, "k", b"1"), Record(second, "k", b"2"), Record(first, "k", b"3")])

    assert [position.topic for position in positions] == [first, second, first]
    assert values(await read_all(bus, [first])) == [b"1", b"3"]


async def test_a_record_of_four_mebibytes_goes_through(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    large = os.urandom(4 << 20)

    await bus.publish([Record(topic, "small", b"x"), Record(topic, "large", large), Record(topic, "large", b"after")])
    found = await read_all(bus, [topic])

    assert values([record for record in found if record.key == "large"]) == [large, b"after"]


async def test_a_record_too_large_for_its_topic_is_named_and_the_others_are_written(
    bus: Bus, new_topic: NewTopic
) -> None:
    topic = await new_topic(max_bytes=100_000)
    records = [Record(topic, "k", b"1"), Record(topic, "k", os.urandom(300_000)), Record(topic, "k", b"2")]

    with pytest.raises(RecordTooLargeError, match=r"300001 bytes is too large for the topic") as raised:
        await bus.publish(records)

    assert raised.value.refused == (1,)
    assert [position.offset if position else None for position in raised.value.positions] == [0, None, 1]
    assert values(await read_all(bus, [topic])) == [b"1", b"2"]


async def test_a_bus_goes_on_after_a_record_that_was_too_large(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic(max_bytes=100_000)
    with pytest.raises(RecordTooLargeError):
        await bus.publish([Record(topic, "k", os.urandom(300_000))])

    await bus.publish(numbered(topic, 10, keys=1))

    assert values(await read_all(bus, [topic])) == [str(number).encode() for number in range(10)]


async def test_making_a_topic_again_changes_nothing(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 3))

    await new_topic()

    assert len(await read_all(bus, [topic])) == 3


async def test_a_reader_waits_no_longer_than_it_was_told(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    loop = asyncio.get_running_loop()

    async with bus.subscribe([topic]) as subscription:
        before = loop.time()
        records = await subscription.batch(10, 0.4)
        waited = loop.time() - before

    assert list(records) == []
    assert 0.3 < waited < 2.0


async def test_a_reader_that_waits_gets_a_record_when_it_comes(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    async with bus.subscribe([topic]) as subscription:
        waiting = asyncio.create_task(read(subscription, 1))
        await asyncio.sleep(0.1)

        await bus.publish([Record(topic, "k", b"x")])

        assert values(await waiting) == [b"x"]


async def test_a_batch_has_no_more_records_than_asked_for(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 100))

    async with bus.subscribe([topic]) as subscription:
        sizes = [len(await subscription.batch(7, 2.0)) for _ in range(5)]

    assert max(sizes) <= 7


async def test_a_group_goes_on_where_it_has_committed(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topic = await new_topic(partitions=1)
    await bus.publish(numbered(topic, 10))
    async with bus.subscribe([topic], group=prefix) as subscription:
        await subscription.commit(await read(subscription, 4))

    async with bus.subscribe([topic], group=prefix) as subscription:
        found = await read(subscription, 6)

    assert values(found) == [str(number).encode() for number in range(4, 10)]


async def test_what_a_group_has_not_committed_comes_again(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 10))
    async with bus.subscribe([topic], group=prefix) as subscription:
        first = await read(subscription, 10)

    async with bus.subscribe([topic], group=prefix) as subscription:
        again = await read(subscription, 10)

    assert sorted(record.position for record in first) == sorted(record.position for record in again)


async def test_a_group_commits_each_topic_and_partition_by_itself(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topics = [await new_topic("a"), await new_topic("b")]
    await bus.publish([*numbered(topics[0], 20), *numbered(topics[1], 20)])
    async with bus.subscribe(topics, group=prefix) as subscription:
        records = await read(subscription, 40)
        await subscription.commit([record for record in records if record.topic == topics[0]])

    async with bus.subscribe(topics, group=prefix) as subscription:
        again = await read(subscription, 20)

    assert {record.topic for record in again} == {topics[1]}


async def test_two_groups_see_everything_each(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 30))

    async with bus.subscribe([topic], group=f"{prefix}-a") as a, bus.subscribe([topic], group=f"{prefix}-b") as b:
        found = await asyncio.gather(read(a, 30), read(b, 30))

    assert [len({record.position for record in records}) for records in found] == [30, 30]


async def test_two_readers_of_a_group_share_the_work(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topic = await new_topic(partitions=4)
    async with bus.subscribe([topic], group=prefix) as a, bus.subscribe([topic], group=prefix) as b:
        # While the group is made, a partition may move and what was not committed comes again: at least once.
        first = await bus_round(bus, topic, a, b)
        while any(await asyncio.gather(a.batch(200, 4.0), b.batch(200, 4.0))):
            pass
        second = await bus_round(bus, topic, a, b)

    assert len({record.position for record in first}) == 200
    assert len({record.position for record in second}) == len(second) == 200


async def bus_round(bus: Bus, topic: str, a: Subscription, b: Subscription) -> list[Record]:
    """Publish two hundred records, and read until both readers together have seen each of the new ones."""
    new = set(await bus.publish(numbered(topic, 200, keys=50)))
    found: list[Record] = []
    while not new <= {record.position for record in found}:
        for batch in await asyncio.gather(a.batch(200, 1.0), b.batch(200, 1.0)):
            found += batch
    return [record for record in found if record.position in new]


async def test_a_reader_takes_over_from_one_that_has_left(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topic = await new_topic(partitions=1)
    await bus.publish(numbered(topic, 10))
    async with AsyncExitStack() as leaving:
        first = await leaving.enter_async_context(bus.subscribe([topic], group=prefix))
        await first.commit(await read(first, 10))
        async with bus.subscribe([topic], group=prefix) as second:
            await second.batch(1, 0.3)
            await leaving.aclose()
            await bus.publish([Record(topic, "k", b"after")])

            found = await read(second, 1)

    assert values(found) == [b"after"]


async def test_a_reader_without_a_group_reads_everything_each_time(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 25))

    assert [len(await read_all(bus, [topic])) for _ in range(2)] == [25, 25]


async def test_a_reader_without_a_group_cannot_commit(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 1))

    async with bus.subscribe([topic]) as subscription:
        records = await read(subscription, 1)
        with pytest.raises(ValueError, match="without a group"):
            await subscription.commit(records)


async def test_a_reader_may_begin_with_what_comes_next(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 5))

    async with bus.subscribe([topic], from_start=False) as subscription:
        await bus.publish([Record(topic, "k", b"new")])
        found = await read(subscription, 1)

    assert values(found) == [b"new"]


async def test_a_reader_goes_on_where_it_says_it_was(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 60))
    async with bus.subscribe([topic]) as subscription:
        first = await read(subscription, 30)

    async with bus.subscribe([topic], begin_at=places_after(first)) as subscription:
        second = await read(subscription, 31, seconds=2)

    assert sorted(int(value or b"") for value in values([*first, *second])) == list(range(60))


def places_after(records: Sequence[Record]) -> dict[tuple[str, int], int]:
    return {(record.topic, record.partition): record.offset + 1 for record in records}


async def test_a_partition_that_no_offset_is_given_for_is_read_from_its_start(bus: Bus, new_topic: NewTopic) -> None:
    first, second = await new_topic("first"), await new_topic("second")
    await bus.publish([*numbered(first, 4, keys=1), *numbered(second, 4, keys=1)])
    records = await read_all(bus, [first])

    async with bus.subscribe([first, second], begin_at=places_after(records)) as subscription:
        found = await read(subscription, 5, seconds=2)

    assert {record.topic for record in found} == {second}
    assert len(found) == 4


async def test_an_offset_that_a_topic_no_longer_has_is_told_and_all_is_read(
    bus: Bus, new_topic: NewTopic, caplog: pytest.LogCaptureFixture
) -> None:
    topic = await new_topic(partitions=1)
    await bus.publish(numbered(topic, 5))

    async with bus.subscribe([topic], begin_at={(topic, 0): 1000}) as subscription:
        found = await read(subscription, 5)

    assert len(found) == 5
    assert "no longer has an offset" in caplog.text


async def test_a_topic_that_is_made_later_begins_at_its_offset_too(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    async with bus.subscribe([f"{prefix}.topic"], begin_at={(f"{prefix}.topic", 0): 2}) as subscription:
        await subscription.batch(1, 0.3)
        topic = await new_topic(partitions=1)
        await bus.publish(numbered(topic, 4))
        found = await read(subscription, 5, seconds=3)

    assert values(found)[-2:] == [b"2", b"3"]


async def test_a_group_is_not_told_where_to_begin(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topic = await new_topic()

    with pytest.raises(ValueError, match="where it has committed"):
        async with bus.subscribe([topic], group=prefix, begin_at={(topic, 0): 1}):
            pass


async def test_a_reader_knows_how_far_it_is_behind(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 10))

    async with bus.subscribe([topic]) as subscription:
        before = await subscription.behind()
        await read(subscription, 10)
        after = await subscription.behind()

    assert (before, after) == ({topic: 10}, {topic: 0})


async def test_a_pattern_reads_the_topics_whose_whole_name_matches(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topics = [await new_topic("raw.kitchen"), await new_topic("raw.cellar")]
    others = [await new_topic("raw.kitchen.old"), await new_topic("other")]
    await bus.publish([Record(topic, "k", topic.encode()) for topic in topics + others])

    async with bus.subscribe([], group=prefix, pattern=rf"{prefix}\.raw\.(kitchen|cellar)") as subscription:
        found = await read(subscription, 3, seconds=2)

    assert sorted(record.topic for record in found) == sorted(topics)


@pytest.mark.parametrize("group", [True, False], ids=["group", "no group"])
async def test_a_pattern_finds_topics_that_are_made_later(
    bus: Bus, new_topic: NewTopic, prefix: str, group: bool
) -> None:
    await bus.publish(numbered(await new_topic("raw.first"), 3))
    pattern = rf"{prefix}\.raw\..*"

    async with bus.subscribe([], group=prefix if group else None, pattern=pattern) as subscription:
        first = await read(subscription, 3)
        if group:
            await subscription.commit(first)
        later = await new_topic("raw.later")
        await bus.publish(numbered(later, 3))
        found = await read(subscription, 3)

    assert {record.topic for record in found} == {later}


async def test_a_topic_that_is_made_later_is_read(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    async with bus.subscribe([f"{prefix}.topic"], group=prefix) as subscription:
        await subscription.batch(1, 0.3)
        await bus.publish(numbered(await new_topic(), 3))

        found = await read(subscription, 3)

    assert len(found) == 3


async def test_caught_up_says_whether_all_that_stood_there_was_handed_out(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 10))

    async with bus.subscribe([topic]) as subscription:
        before = await subscription.caught_up()
        await read(subscription, 9)
        nearly = await subscription.caught_up()
        await read(subscription, 1)
        after = await subscription.caught_up()
        await bus.publish(numbered(topic, 1))
        again = await subscription.caught_up()

    assert (before, nearly, after, again) == (False, False, True, False)


async def test_a_reader_of_an_empty_topic_is_caught_up(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()

    async with bus.subscribe([topic]) as subscription:
        assert await subscription.caught_up()


async def test_a_group_catches_up_too(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 10))

    async with bus.subscribe([topic], group=prefix) as subscription:
        await read(subscription, 9)
        nearly = await subscription.caught_up()
        await read(subscription, 1)
        after = await subscription.caught_up()

    assert (nearly, after) == (False, True)


@pytest.mark.parametrize("group", [True, False], ids=["group", "no group"])
async def test_a_reader_that_is_cancelled_loses_nothing(
    bus: Bus, new_topic: NewTopic, prefix: str, group: bool
) -> None:
    topic = await new_topic(partitions=1)
    found: list[bytes | None] = []

    async with bus.subscribe([topic], group=prefix if group else None) as subscription:
        writing = asyncio.create_task(_trickle(bus, topic, 60))
        deadline = asyncio.get_running_loop().time() + 20
        while len(found) < 60 and asyncio.get_running_loop().time() < deadline:
            reading = asyncio.create_task(subscription.batch(3, 1.0))
            await asyncio.sleep(0.007)
            reading.cancel()
            try:
                found += values(await reading)
            except asyncio.CancelledError:
                continue
        await writing

    assert found == [str(number).encode() for number in range(60)]


async def _trickle(bus: Bus, topic: str, count: int) -> None:
    for record in numbered(topic, count):
        await bus.publish([record])


async def test_lag_counts_what_a_group_has_not_committed(bus: Bus, new_topic: NewTopic, prefix: str) -> None:
    topics = [await new_topic("a"), await new_topic("b")]
    await bus.publish([*numbered(topics[0], 20), *numbered(topics[1], 7)])
    async with bus.subscribe(topics, group=prefix) as subscription:
        records = await read(subscription, 27)
        await subscription.commit([record for record in records if record.topic == topics[0]])
        await bus.publish(numbered(topics[0], 2))

        lag = await bus.lag(prefix)

    assert dict(lag) == {topics[0]: 2, topics[1]: 7}


async def test_a_group_that_never_was_has_no_lag(bus: Bus, prefix: str) -> None:
    assert dict(await bus.lag(prefix)) == {}


async def test_a_publisher_that_is_cancelled_leaves_the_bus_working(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    publishing = asyncio.create_task(bus.publish(numbered(topic, 500)))
    await asyncio.sleep(0)
    publishing.cancel()
    await asyncio.gather(publishing, return_exceptions=True)

    await bus.publish([Record(topic, "after", b"x")])

    assert "after" in {record.key for record in await read_all(bus, [topic])}


async def test_starting_twice_is_starting_once(bus: Bus, new_topic: NewTopic) -> None:
    await bus.start()

    await bus.publish(numbered(await new_topic(), 1))


async def test_a_bus_that_was_stopped_is_unavailable(bus: Bus, prefix: str) -> None:
    await bus.stop()

    with pytest.raises(UnavailableError, match="start it first"):
        await bus.publish([Record(f"{prefix}.topic", "k", b"x")])


async def test_a_bus_that_was_stopped_starts_again(bus: Bus, new_topic: NewTopic) -> None:
    topic = await new_topic()
    await bus.publish(numbered(topic, 3))
    await bus.stop()

    await bus.start()

    assert len(await read_all(bus, [topic])) == 3
