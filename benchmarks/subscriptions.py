"""What standing queries cost: CPU time for a message with ten and with ten thousand of them, and how late matches are.

Each message matches one of them, however many there are: the others are for other Things, places and classes, for
thresholds of the same Thing that are not reached, and (in the last row) SPARQL that joins the message with the view.

    python benchmarks/subscriptions.py
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import psutil
from prometheus_client import CollectorRegistry

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.view import message  # noqa: E402  the path is set above
from semantic_gw.app.subscriptions import SubscriptionsParts, subscription_specs  # noqa: E402
from semantic_gw.bus.log import LogBus  # noqa: E402
from semantic_gw.contracts import TopicSpec  # noqa: E402
from semantic_gw.directory.database import open_database  # noqa: E402
from semantic_gw.directory.directory import Directory  # noqa: E402
from semantic_gw.directory.preparation import Preparation  # noqa: E402
from semantic_gw.directory.projection import Projection  # noqa: E402
from semantic_gw.model import Json, Record  # noqa: E402
from semantic_gw.rdf.namespaces import RDF, SAREF  # noqa: E402
from semantic_gw.rdf.ontology import load_ontology  # noqa: E402
from semantic_gw.settings import DirectorySettings, LogSettings, Settings  # noqa: E402
from semantic_gw.shipped import ONTOLOGIES  # noqa: E402
from semantic_gw.subscriptions.document import read_document  # noqa: E402

OBSERVATIONS = "semantic.observations"
GROUP = "semantic-subscriptions"
THINGS = 500
PER_SECOND = 1000
_AT_ONCE = 25
_REGISTERED_AT_ONCE = 200
_KIND = "sgw:AirTemperature"
_QUERY = """PREFIX saref: <https://saref.etsi.org/core/> PREFIX sgw: <https://w3id.org/semantic-gw/>
SELECT ?value {{
  GRAPH sgw:message {{ ?o saref:madeBy <{thing}> ; saref:hasResult/saref:hasValue ?value }}
  <{thing}> a saref:Device FILTER(?value > {bound})
}}"""


@dataclass(frozen=True, slots=True)
class Row:
    """What *registered* standing queries cost, *queries* of them SPARQL: µs a message, and seconds until a match."""

    registered: int
    queries: int
    gateway: float
    matcher: float
    median: float
    p99: float


def thing(number: int) -> str:
    return f"urn:dev:mac:{number:012x}"


def documents(count: int, queries: int) -> Iterator[Json]:
    """One that every message fits, and others that none does."""
    yield {"id": "all", "filter": {"kinds": [_KIND], "threshold": {"above": 0}}}
    for number in range(1, count - queries):
        yield {"id": f"filter{number}", "filter": _filter(number)}
    for number in range(queries):
        query = _QUERY.format(thing=thing(number % THINGS), bound=1000 + number)
        yield {"id": f"query{number}", "query": query}


def _filter(number: int) -> Json:
    """By turns: a threshold of one Thing that is not reached, a place, a class, another Thing."""
    match number % 4:
        case 0:
            return {"kinds": [_KIND], "things": [thing(number % THINGS)], "threshold": {"above": 1000 + number}}
        case 1:
            return {"kinds": [_KIND], "place": f"urn:example:room:{number}"}
        case 2:
            return {"kinds": ["sgw:Humidity"], "classes": ["saref:Sensor"], "threshold": {"below": 20}, "unit": "%"}
    return {"kinds": [_KIND], "things": [f"urn:dev:other:{number}"], "unit": "unit:DEG_F"}


async def _projected(document: Any, *_: object) -> Projection:
    one, room = document["id"], f"urn:example:room:{THINGS}"
    lines = f"<{one}> <{RDF}type> <{SAREF}Sensor> .\n<{one}> <{SAREF}isLocatedIn> <{room}> .\n"
    return Projection(lines.encode())


@asynccontextmanager
async def _made(folder: Path) -> AsyncIterator[tuple[LogBus, SubscriptionsParts]]:
    database = open_database(f"sqlite:///{folder / 'directory.sqlite'}")
    database.start()
    bus = LogBus(folder / "log.sqlite")
    await bus.start()
    settings = Settings(log=LogSettings(path=folder / "log.sqlite"))
    topics = (OBSERVATIONS, settings.bus.topic("events"))
    await bus.ensure_topics([*map(TopicSpec, topics), *subscription_specs(settings)])
    preparation = Preparation(_projected, lambda _: [])
    directory = Directory(database, preparation, DirectorySettings(), clock=_now)
    await directory.create_all([_description(number) for number in range(THINGS)])
    ontology = load_ontology(sorted(ONTOLOGIES.glob("*.ttl")))
    parts = SubscriptionsParts(settings, ontology, directory, bus, CollectorRegistry(), clock=_now)
    try:
        yield bus, parts
    finally:
        await parts.close()
        await bus.stop()
        database.stop()


def _now() -> datetime:
    return datetime.now(UTC)


def _description(number: int) -> dict[str, Json]:
    return {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "id": thing(number),
        "title": "A thing",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
    }


async def measure(count: int, queries: int, messages: int) -> Row:
    """Register, match *messages* that wait, then as many as they come in ten seconds."""
    with tempfile.TemporaryDirectory() as folder:
        async with _made(Path(folder)) as (bus, parts):
            wanted = [read_document(document) for document in documents(count, queries)]
            for first in range(0, count, _REGISTERED_AT_ONCE):
                await asyncio.gather(*map(parts.registry.create, wanted[first : first + _REGISTERED_AT_ONCE]))
            task = asyncio.create_task(parts.run())
            await _publish(bus, list(_records(0, 1000)))  # the matcher is started and has its graphs
            await _all_read(bus)
            gateway, matcher = await _cost(bus, parts, task, messages)
            task = asyncio.create_task(parts.run())
            delays = await _delays(bus, 10 * PER_SECOND)
            await _ended(task)
    hundredths = statistics.quantiles(delays, n=100)
    return Row(count, queries, gateway / messages, matcher / messages, hundredths[49], hundredths[98])


async def _cost(bus: LogBus, parts: SubscriptionsParts, task: asyncio.Task[None], messages: int) -> tuple[float, float]:
    """CPU time for *messages* that wait on the bus, in µs: of this process, and of the matcher."""
    await _ended(task)
    await _publish(bus, list(_records(1000, messages)))
    task = asyncio.create_task(parts.run())
    before, others = time.process_time(), _others()
    await _all_read(bus)
    spent = time.process_time() - before, _others() - others
    await _ended(task)
    return spent[0] * 1e6, spent[1] * 1e6


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _others() -> float:
    """CPU time of the processes that this one started, in seconds."""
    times = [child.cpu_times() for child in psutil.Process().children()]
    return float(sum(one.user + one.system for one in times))


def _records(first: int, count: int) -> Iterator[Record]:
    return (message(number, thing(number % THINGS)) for number in range(first, first + count))


async def _publish(bus: LogBus, records: Sequence[Record]) -> None:
    for start in range(0, len(records), 1000):
        await bus.publish(records[start : start + 1000])


async def _all_read(bus: LogBus) -> None:
    while (lag := await bus.lag(GROUP)) == {} or any(lag.values()):  # noqa: ASYNC110  it happens elsewhere
        await asyncio.sleep(0.05)


async def _delays(bus: LogBus, count: int) -> list[float]:
    """Seconds from when each message is published to when a subscriber has its match."""
    published: dict[str, float] = {}
    delays: list[float] = []
    async with bus.subscribe(["semantic.sub.all"], from_start=False) as reader:
        sending = asyncio.create_task(_paced(bus, count, published))
        while len(delays) < count:
            for record in await reader.batch(1000, 1.0):
                told = msgspec.json.decode(record.value or b"")
                delays.append(time.monotonic() - published[told["message"]])
        await sending
    return delays


async def _paced(bus: LogBus, count: int, published: dict[str, float]) -> None:
    """Publish *count* messages, so many a second."""
    begun, first = time.monotonic(), 10_000_000
    for start in range(0, count, _AT_ONCE):
        await asyncio.sleep(max(0.0, begun + start / PER_SECOND - time.monotonic()))
        records = list(_records(first + start, _AT_ONCE))
        now = time.monotonic()
        for number in range(first + start, first + start + _AT_ONCE):
            published[f"https://gateway.example/observations/{number:024x}"] = now
        await bus.publish(records)


def section(messages: int = 20_000) -> list[str]:
    """The table, for docs/benchmarks.md."""
    rows = [asyncio.run(measure(*how, messages)) for how in ((10, 0), (10_000, 0), (10_000, 1000))]
    lines = [
        "## Standing queries",
        "",
        "| registered | of them SPARQL | gateway, µs | matcher, µs | ratio | median delay, ms | p99 delay, ms |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    first = rows[0].gateway + rows[0].matcher
    for row in rows:
        ratio = (row.gateway + row.matcher) / first
        lines.append(
            f"| {row.registered:,} | {row.queries:,} | {row.gateway:.0f} | {row.matcher:.0f} | {ratio:.1f} "
            f"| {row.median * 1000:.0f} | {row.p99 * 1000:.0f} |"
        )
    return [
        *lines,
        "",
        "CPU time for a message that waits on the embedded log, one match written for each. The delays are from a",
        f"message to its match at a subscriber, {PER_SECOND:,} messages a second for ten seconds; publishing and the",
        "subscriber run in the same process. Each message is asked with two of the SPARQL queries in the last row.",
        "",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    print("\n".join(section(parser.parse_args().messages)))


if __name__ == "__main__":
    main()
