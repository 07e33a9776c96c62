"""What only the embedded log promises: one file, several processes, queues with a bound, and no loss by kill -9."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from semantic_gw.bus.log import LogBus
from semantic_gw.bus.log_writer import LogWriter
from semantic_gw.contracts import TopicSpec
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.model import Position, Record
from tests.shared import ROOT

QUEUE = {"spool": ("gateway", 10_000)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "log.sqlite"


@pytest.fixture
async def log(path: Path) -> AsyncIterator[LogBus]:
    log = LogBus(path, limits=QUEUE, poll_s=0.05, tombstone_retention_s=0)
    await log.start()
    yield log
    await log.stop()


def record(topic: str = "spool", value: bytes | None = b"x", key: str | None = "k") -> Record:
    return Record(topic, key, value)


async def contents(log: LogBus, topic: str) -> list[Record]:
    async with log.subscribe([topic]) as subscription:
        return list(await subscription.batch(100_000, 0))


async def test_a_commit_survives_the_loss_of_power(log: LogBus) -> None:
    assert log._threads is not None
    assert log._threads.writer._connection is not None
    level = log._threads.writer._connection.execute("PRAGMA synchronous").fetchone()[0]

    assert level == 2  # FULL


async def test_a_file_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()

    with pytest.raises(ConfigurationError, match="of another program"):
        await LogBus(path).start()


@pytest.fixture
def diary(path: Path) -> Path:
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 1000)
    return path


async def test_a_file_that_is_no_database_is_left_alone(diary: Path) -> None:
    with pytest.raises(ConfigurationError, match="no log of the gateway"):
        await LogBus(diary).start()


async def test_a_path_that_cannot_be_opened_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"check log\.path"):
        await LogBus(tmp_path).start()


async def test_concurrent_publishers_share_commits(log: LogBus, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[int] = []
    write = LogWriter.write

    def counting(self: LogWriter, writes: list[object]) -> object:
        commits.append(len(writes))
        return write(self, writes)  # type: ignore[arg-type]  # it is passed on as it came

    monkeypatch.setattr(LogWriter, "write", counting)
    await asyncio.gather(*(log.publish([record("topic")]) for _ in range(200)))

    assert sum(commits) == 200
    assert len(commits) < 10


async def test_the_event_loop_goes_on_while_the_disk_works(log: LogBus, monkeypatch: pytest.MonkeyPatch) -> None:
    write = LogWriter.write

    def slow(self: LogWriter, writes: list[object]) -> object:
        time.sleep(0.3)
        return write(self, writes)  # type: ignore[arg-type]  # it is passed on as it came

    monkeypatch.setattr(LogWriter, "write", slow)
    publishing = asyncio.create_task(log.publish([record("topic")]))
    ticks = 0
    while not publishing.done():
        await asyncio.sleep(0.01)
        ticks += 1

    assert ticks > 10


async def test_stopping_writes_what_was_accepted(path: Path) -> None:
    log = LogBus(path)
    await log.start()
    publishing = asyncio.create_task(log.publish([record("topic")]))
    await asyncio.sleep(0)

    await log.stop()

    assert await publishing == (Position("topic", 0, 0),)


async def test_results_and_offsets_are_committed_together(log: LogBus) -> None:
    await log.publish([record(value=b"1"), record(value=b"2")])
    async with log.subscribe(["spool"], group="gateway") as subscription:
        consumed = await subscription.batch(10, 1)
        await log.publish_and_commit([record("results", b"12")], subscription, consumed)

    assert [r.value for r in await contents(log, "results")] == [b"12"]
    assert dict(await log.lag("gateway")) == {"spool": 0}


async def test_offsets_are_not_committed_without_their_results(log: LogBus) -> None:
    await log.publish([record()])
    async with log.subscribe(["spool"], group="gateway") as subscription:
        consumed = await subscription.batch(10, 1)
        await log.publish([record(value=bytes(9_000))])
        with pytest.raises(UnavailableError):
            await log.publish_and_commit([record(value=bytes(9_000))], subscription, consumed)

    assert dict(await log.lag("gateway")) == {"spool": 2}


async def test_a_subscription_of_another_bus_is_refused(log: LogBus, tmp_path: Path) -> None:
    other = LogBus(tmp_path / "other.sqlite")
    await other.start()
    async with other.subscribe(["spool"], group="gateway") as subscription:
        with pytest.raises(ValueError, match="not of this log"):
            await log.publish_and_commit([], subscription, [])
    await other.stop()


async def test_a_group_never_goes_back(log: LogBus) -> None:
    await log.publish([record(), record(), record()])
    async with log.subscribe(["spool"], group="gateway") as subscription:
        records = await subscription.batch(10, 1)
        await subscription.commit(records)

        await subscription.commit(records[:1])

    assert dict(await log.lag("gateway")) == {"spool": 0}


async def test_a_queue_that_is_full_says_how_much_waits_and_what_to_do(log: LogBus) -> None:
    await log.publish([record(value=bytes(6_000))])

    with pytest.raises(UnavailableError, match=r"60\d\d bytes wait on spool and 10000 may.*log\.max_spool_bytes"):
        await log.publish([record(value=bytes(6_000))])


async def test_a_queue_takes_records_again_when_its_group_has_worked(log: LogBus) -> None:
    await log.publish([record(value=bytes(6_000))])
    async with log.subscribe(["spool"], group="gateway") as subscription:
        await subscription.commit(await subscription.batch(10, 1))

    await log.publish([record(value=bytes(6_000))])

    assert 6_000 < await log.size("spool") < 6_100


async def test_other_topics_go_on_while_a_queue_is_full(log: LogBus) -> None:
    await log.publish([record(value=bytes(9_990))])

    await log.publish([record("results", bytes(50_000))])

    assert len(await contents(log, "results")) == 1


async def test_of_calls_that_share_a_commit_only_the_one_beyond_the_bound_is_refused(log: LogBus) -> None:
    sizes = (6_000, 6_000, 1_000)

    results = await asyncio.gather(*(log.publish([record(value=bytes(s))]) for s in sizes), return_exceptions=True)

    assert [isinstance(result, UnavailableError) for result in results] == [False, True, False]


async def test_a_payload_larger_than_the_bound_goes_through_an_empty_queue(log: LogBus) -> None:
    await log.publish([record(value=bytes(50_000))])

    assert await log.size("spool") > 50_000


async def test_the_size_of_a_queue_is_what_its_group_has_not_committed(log: LogBus) -> None:
    before = await log.size("spool")
    await log.publish([record(value=bytes(1_000)) for _ in range(4)])
    whole = await log.size("spool")
    async with log.subscribe(["spool"], group="gateway") as subscription:
        await subscription.commit(await subscription.batch(3, 1))

    assert (before, await log.size("spool")) == (0, whole // 4)


async def test_a_queue_gives_its_room_back(log: LogBus) -> None:
    await log.publish([record() for _ in range(5)])
    async with log.subscribe(["spool"], group="gateway") as subscription:
        await subscription.commit(await subscription.batch(3, 1))

    await log.sweep()

    assert [r.offset for r in await contents(log, "spool")] == [3, 4]


async def test_another_group_has_no_claim_on_a_queue(log: LogBus) -> None:
    await log.publish([record() for _ in range(5)])
    async with log.subscribe(["spool"], group="gateway") as subscription, log.subscribe(["spool"], group="other"):
        await subscription.commit(await subscription.batch(5, 1))

    await log.sweep()

    assert await contents(log, "spool") == []


async def test_a_process_that_knows_no_limits_leaves_a_queue_alone(log: LogBus, path: Path) -> None:
    await log.ensure_topics([TopicSpec("spool", retention_ms=0)])
    await log.publish([record()])
    other = LogBus(path)
    await other.start()

    await asyncio.sleep(1.1)
    await other.sweep()
    await other.stop()

    assert len(await contents(log, "spool")) == 1


async def test_what_waits_on_a_queue_never_expires(log: LogBus) -> None:
    await log.ensure_topics([TopicSpec("spool", retention_ms=0)])
    await log.publish([record()])

    await asyncio.sleep(1.1)
    await log.sweep()

    assert len(await contents(log, "spool")) == 1


async def test_records_expire_after_their_retention(log: LogBus) -> None:
    await log.ensure_topics([TopicSpec("short", retention_ms=1), TopicSpec("long")])
    await log.publish([record("short"), record("long")])

    await asyncio.sleep(1.1)
    await log.sweep()

    assert [len(await contents(log, topic)) for topic in ("short", "long")] == [0, 1]


async def test_offsets_go_on_after_everything_has_expired(log: LogBus) -> None:
    await log.ensure_topics([TopicSpec("short", retention_ms=1)])
    await log.publish([record("short")])
    await asyncio.sleep(1.1)
    await log.sweep()

    (position,) = await log.publish([record("short")])

    assert position.offset == 1


async def test_a_sweep_removes_more_than_one_chunk(log: LogBus) -> None:
    await log.ensure_topics([TopicSpec("short", retention_ms=1)])
    await log.publish([record("short") for _ in range(5_000)])

    await asyncio.sleep(1.1)
    await log.sweep()

    assert await contents(log, "short") == []


async def test_a_compacted_topic_keeps_the_last_record_of_each_key(log: LogBus) -> None:
    await log.ensure_topics([TopicSpec("things", compact=True, retention_ms=1)])
    await log.publish([record("things", value, key) for key, value in (("a", b"1"), ("b", b"2"), ("a", b"3"))])

    await asyncio.sleep(1.1)
    await log.sweep()

    assert [(r.key, r.value) for r in await contents(log, "things")] == [("b", b"2"), ("a", b"3")]


async def test_a_tombstone_goes_in_the_end(log: LogBus) -> None:
    await log.ensure_topics([TopicSpec("things", compact=True)])
    await log.publish([record("things", b"1", "a"), record("things", None, "a"), record("things", b"2", "b")])

    await log.sweep()

    assert [r.key for r in await contents(log, "things")] == ["b"]


async def test_a_reader_is_caught_up_where_the_last_record_was_compacted_away(log: LogBus) -> None:
    await log.ensure_topics([TopicSpec("things", compact=True)])
    async with log.subscribe(["things"]) as subscription:
        await log.publish([record("things", None, "a")])
        await log.sweep()

        assert await subscription.caught_up()


async def test_a_full_disk_is_an_outage_and_loses_nothing(log: LogBus) -> None:
    await log.publish([record("topic", bytes(50_000))])
    assert log._threads is not None
    connection = log._threads.writer._connection
    assert connection is not None
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")

    with pytest.raises(UnavailableError, match="full; free space on its disk"):
        await log.publish([record("topic", bytes(50_000)), record("topic", b"small")])

    assert [r.offset for r in await contents(log, "topic")] == [0]


async def test_a_log_works_again_once_its_disk_has_room(log: LogBus) -> None:
    assert log._threads is not None
    connection = log._threads.writer._connection
    assert connection is not None
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(UnavailableError):
        await log.publish([record("topic", bytes(500_000))])

    (position,) = await log.publish([record("topic", bytes(500_000))])

    assert position.offset == 0


async def test_a_read_of_large_records_stops_before_memory_does(log: LogBus) -> None:
    for _ in range(12):
        await log.publish([record("topic", bytes(4 << 20))])

    assert len(await contents(log, "topic")) == 8


WRITER = """
import asyncio, sys
from pathlib import Path
from semantic_gw.bus.log import LogBus
from semantic_gw.model import Record

async def main() -> None:
    log = LogBus(Path(sys.argv[1]))
    await log.start()
    async def publisher(name: str) -> None:
        for number in range(1_000_000):
            await log.publish([Record("topic", name, f"{number}".encode() + bytes(1000))])
            sys.stdout.write(f"{name} {number}\\n")
            sys.stdout.flush()
    await asyncio.gather(*(publisher(f"p{n}") for n in range(20)))

asyncio.run(main())
"""


async def python(code: str, path: Path) -> asyncio.subprocess.Process:
    """A process of its own that runs *code* on the log at *path*."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(path), stdout=asyncio.subprocess.PIPE, cwd=ROOT, limit=1 << 24
    )


async def test_nothing_that_was_acknowledged_is_lost_when_its_writer_is_killed(path: Path) -> None:
    acknowledged: set[tuple[str, str]] = set()
    for _ in range(3):
        writer = await python(WRITER, path)
        asyncio.get_running_loop().call_later(1.2, writer.kill)
        told, _ = await writer.communicate()
        acknowledged |= {(name, number) for name, number in (line.split() for line in told.decode().splitlines()[:-1])}
    log = LogBus(path)
    await log.start()

    found = {(r.key, (r.value or b"").rstrip(b"\0").decode()) for r in await contents_of_all(log)}
    await log.stop()

    assert len(acknowledged) > 100
    assert acknowledged <= found


async def contents_of_all(log: LogBus) -> list[Record]:
    records: list[Record] = []
    async with log.subscribe(["topic"]) as subscription:
        while not await subscription.caught_up():
            records += await subscription.batch(100_000, 1)
    return records


async def test_a_record_of_another_process_is_seen_soon(log: LogBus, path: Path) -> None:
    other = LogBus(path)
    await other.start()
    loop = asyncio.get_running_loop()
    async with log.subscribe(["topic"]) as subscription:
        waiting = asyncio.create_task(subscription.batch(10, 5))
        await asyncio.sleep(0.1)
        before = loop.time()
        await other.publish([record("topic", b"theirs")])

        found = await waiting
    await other.stop()

    assert [r.value for r in found] == [b"theirs"]
    assert loop.time() - before < 1.0


async def test_two_processes_may_write_at_once(path: Path) -> None:
    writers = [await python(WRITER.replace("1_000_000", "100"), path) for _ in "ab"]
    await asyncio.gather(*(writer.communicate() for writer in writers))
    log = LogBus(path)
    await log.start()

    offsets = [r.offset for r in await contents_of_all(log)]
    await log.stop()

    assert [writer.returncode for writer in writers] == [0, 0]
    assert offsets == list(range(4_000))


READER = """
import asyncio, sys
from pathlib import Path
from semantic_gw.bus.log import LogBus

async def main() -> None:
    log = LogBus(Path(sys.argv[1]))
    await log.start()
    async with log.subscribe(["topic"], group="g") as subscription:
        print(len(await subscription.batch(10, 5)), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_a_group_goes_on_at_once_when_the_process_that_read_for_it_is_killed(log: LogBus, path: Path) -> None:
    await log.publish([record("topic") for _ in range(3)])
    reader = await python(READER, path)
    assert reader.stdout is not None
    theirs = int(await reader.stdout.readline())
    async with log.subscribe(["topic"], group="g") as subscription:
        standing_by = await subscription.batch(10, 0.5)
        reader.kill()
        await reader.wait()

        taken_over = await subscription.batch(10, 2)

    assert (theirs, len(standing_by), len(taken_over)) == (3, 0, 3)


async def test_a_reader_that_waits_when_the_log_stops_learns_of_it(path: Path) -> None:
    log = LogBus(path)
    await log.start()
    async with log.subscribe(["topic"]) as subscription:
        waiting = asyncio.create_task(subscription.batch(1, 30))
        await asyncio.sleep(0.05)
        await log.stop()

        with pytest.raises(UnavailableError):
            await waiting


async def test_a_topic_that_is_busy_does_not_starve_the_others(log: LogBus) -> None:
    await log.publish([record("busy") for _ in range(100)] + [record("quiet")])

    async with log.subscribe(["busy", "quiet"]) as subscription:
        topics = {r.topic for _ in range(3) for r in await subscription.batch(10, 1)}

    assert topics == {"busy", "quiet"}
