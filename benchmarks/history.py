"""What the history costs, beside plain rows in SQLite: one table with an index on Thing, property and time.

Things of eight properties each tell all of them every five minutes, for 30 days or as long as the observations last.
They come in order of time, as they come in from the bus.

    python benchmarks/history.py --observations 10000000
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from semantic_gw.api.history_forms import JSON, Page, written  # noqa: E402  the path is set above
from semantic_gw.history.asking import Asking, Question  # noqa: E402
from semantic_gw.history.buckets import duration  # noqa: E402
from semantic_gw.history.database import HistoryDatabase  # noqa: E402
from semantic_gw.history.points import NUMBER, Codec, Kept, Key, Point, micros  # noqa: E402
from semantic_gw.history.store import HistoryStore  # noqa: E402
from semantic_gw.rdf.namespaces import SGW, UNIT  # noqa: E402
from semantic_gw.rdf.ontology import load_ontology  # noqa: E402
from semantic_gw.shipped import ONTOLOGIES  # noqa: E402

STEP = 300 * 1_000_000
DAY = 24 * 3600 * 1_000_000
STEPS = 30 * 288
PROPERTIES = 8
BEGIN = micros(datetime(2026, 10, 25, tzinfo=UTC))
_BATCH = 20_000
_TIMES = 9


@dataclass(frozen=True, slots=True)
class Row:
    """One way to keep *observations*: CPU µs to write one, bytes of one, and the medians of two questions in ms."""

    name: str
    observations: int
    write_us: float
    bytes: float
    day_ms: float
    hourly_ms: float


def thing(number: int) -> str:
    return f"urn:dev:mac:{number:012x}"


def observations(count: int) -> Iterator[tuple[int, int, int, float]]:
    """Time, Thing, property and value; in order of time."""
    things = max(count // (STEPS * PROPERTIES), 1)
    each = things * PROPERTIES
    for number in range(count):
        step, place = divmod(number, each)
        yield BEGIN + step * STEP, place // PROPERTIES, place % PROPERTIES, 20.0 + number * 7919 % 1000 / 100


def _batches(count: int) -> Iterator[list[tuple[int, int, int, float]]]:
    batch = []
    for one in observations(count):
        batch.append(one)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _message(number: int) -> bytes:
    return number.to_bytes(12, "big")


async def measure_history(folder: Path, count: int) -> Row:
    path = folder / "history.sqlite"
    database = HistoryDatabase(f"sqlite:///{path}")
    database.start()
    store = HistoryStore(database)
    spent = 0.0
    keys = {(t, p): Key(thing(t), f"p{p}", SGW + "AirTemperature", UNIT + "DEG_C", NUMBER)
            for t in range(max(count // (STEPS * PROPERTIES), 1)) for p in range(PROPERTIES)}  # fmt: skip
    for batch in _batches(count):
        points: list[Kept] = [(keys[t, p], Point(at, v, None, at + 1, _message(at // STEP))) for at, t, p, v in batch]
        before = time.process_time()
        await store.keep(points)
        spent += time.process_time() - before
    ontology = load_ontology([ONTOLOGIES / "sgw.ttl"])
    asking = Asking(store, ontology, 2_000_000)
    end = BEGIN + min(count // len(keys), STEPS) * STEP

    async def day() -> int:
        return await _written(asking, Question(end - DAY, end))

    async def hourly() -> int:
        return await _written(asking, Question(BEGIN, end, "avg", duration("PT1H")))

    row = Row(
        "the history (SQLite), answer in JSON",
        count,
        spent / count * 1e6,
        await store.size() / count,
        await _median(day),
        await _median(hourly),
    )
    database.stop()
    return row


async def _written(asking: Asking, question: Question) -> int:
    found = await asking.answer(thing(0), "p3", question)
    page = Page(found, question, "UTC", Codec("https://gateway.example/"))
    return sum([len(part) async for part in written(page, JSON)])


async def _median(ask: Callable[[], Awaitable[Any]]) -> float:
    """Of some askings, in milliseconds on the clock on the wall."""
    times = []
    for _ in range(_TIMES):
        before = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)


async def measure_plain(folder: Path, count: int) -> Row:
    path = folder / "plain.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA cache_size = -32768")
    connection.execute("CREATE TABLE o (id INTEGER PRIMARY KEY, thing TEXT, property TEXT, at INTEGER, value REAL,"
                       " unit TEXT, message TEXT)")  # fmt: skip
    connection.execute("CREATE INDEX o_place ON o (thing, property, at)")
    spent = 0.0
    for batch in _batches(count):
        rows = [(thing(t), f"p{p}", at, v, UNIT + "DEG_C", _message(at // STEP).hex()) for at, t, p, v in batch]
        before = time.process_time()
        with connection:
            connection.executemany(
                "INSERT INTO o (thing, property, at, value, unit, message) VALUES (?,?,?,?,?,?)", rows
            )
        spent += time.process_time() - before
    keys = max(count // (STEPS * PROPERTIES), 1) * PROPERTIES
    end = BEGIN + min(count // keys, STEPS) * STEP
    where = "FROM o WHERE thing = ? AND property = ? AND at >= ? AND at < ?"

    async def day() -> object:
        query = f"SELECT at, value, unit {where} ORDER BY at"
        return connection.execute(query, (thing(0), "p3", end - DAY, end)).fetchall()

    async def hourly() -> object:
        query = f"SELECT at / 3600000000, avg(value) {where} GROUP BY 1"
        return connection.execute(query, (thing(0), "p3", BEGIN, end)).fetchall()

    times = await _median(day), await _median(hourly)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Row("plain rows, answer as tuples", count, spent / count * 1e6, path.stat().st_size / count, *times)


async def measure(count: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return [await measure_history(Path(folder), count), await measure_plain(Path(folder), count)]


def table(rows: list[Row]) -> list[str]:
    lines = [
        "| way | observations | write one, CPU µs | bytes of one | 24 h of a property, ms | hourly mean, 30 days, ms |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        shown = f"{row.write_us:.1f} | {row.bytes:.0f} | {row.day_ms:.1f} | {row.hourly_ms:.1f}"
        lines.append(f"| {row.name} | {row.observations:,} | {shown} |")
    return lines


def section(count: int = 500_000) -> list[str]:
    """The table, for docs/benchmarks.md."""
    return [
        "## The history",
        "",
        *table(asyncio.run(measure(count))),
        "",
        "288 and 8,640 observations of one property, each told every five minutes; the median of nine. The history's",
        "answers are whole ones in JSON, plain rows are only fetched. The history keeps the unit once a series, and",
        "takes corrections and redeliveries; plain rows take neither.",
        "",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=500_000)
    print("\n".join(section(parser.parse_args().observations)))


if __name__ == "__main__":
    main()
