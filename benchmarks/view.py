"""What it costs to keep the view: CPU time of the feeder and of the store's owner, once all Things are known.

Messages of 27 triples of one Thing stand on the embedded log, and a view reads all of them. Where more Things report
than a window has records, each message replaces a graph; where few do, the last value of a window counts.

    python benchmarks/view.py
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import psutil
from prometheus_client import CollectorRegistry

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from semantic_gw.bus.log import LogBus  # noqa: E402  the path is set above
from semantic_gw.contracts import TopicSpec  # noqa: E402
from semantic_gw.directory.database import open_database  # noqa: E402
from semantic_gw.directory.directory import Directory  # noqa: E402
from semantic_gw.directory.preparation import Preparation  # noqa: E402
from semantic_gw.directory.projection import Projection  # noqa: E402
from semantic_gw.model import (  # noqa: E402
    DataGraph,
    Document,
    GraphKind,
    Observation,
    Payload,
    Record,
    Source,
)
from semantic_gw.rdf.namespaces import SGW, UNIT  # noqa: E402
from semantic_gw.rdf.observation_context import to_jsonld  # noqa: E402
from semantic_gw.settings import DirectorySettings, StoreSettings  # noqa: E402
from semantic_gw.shipped import ONTOLOGIES  # noqa: E402
from semantic_gw.stores.embedded.store import EmbeddedStore  # noqa: E402
from semantic_gw.view.feeder import Sources, View  # noqa: E402
from semantic_gw.view.progress import ViewMetrics  # noqa: E402
from semantic_gw.view.vocabulary import load_vocabulary  # noqa: E402

BASE = "https://gateway.example/"
TOPIC = "semantic.observations"
START = datetime(2026, 11, 24, tzinfo=UTC)
_PUBLISHED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """What *messages* of *things* cost, in microseconds of CPU time for all of them."""

    things: int
    messages: int
    replaced: int
    feeder: float
    owner: float


def message(number: int, thing: str) -> Record:
    """A message with a number and a state: its latest graph has 27 triples."""
    at = START + timedelta(seconds=number)
    payload = Payload(b"", "", Source("http", "/"), at)
    observations = (
        Observation("temperature", SGW + "AirTemperature", 20.0 + number % 10, UNIT + "DEG_C", ""),
        Observation("state", SGW + "OnOff", SGW + "On", None, ""),
    )
    graph = DataGraph(
        Document(payload, {}, ""),
        f"{BASE}observations/{number:024x}",
        thing,
        GraphKind.OBSERVATIONS,
        at,
        None,
        observations,
        (),
        (),
        (),
    )
    value = msgspec.json.encode(to_jsonld(graph, context_url=f"{BASE}context/v1.jsonld"))
    return Record(TOPIC, thing, value, (("Content-Type", b"application/ld+json"),))


def messages(count: int, things: int) -> Iterator[Record]:
    return (message(number, f"urn:dev:mac:{number % things:012x}") for number in range(count))


async def measure(count: int, things: int) -> Row:
    """Read *count* messages of *things* into a view."""
    with tempfile.TemporaryDirectory() as folder:
        bus = LogBus(Path(folder) / "log.sqlite")
        await bus.start()
        await bus.ensure_topics([TopicSpec(TOPIC)])
        await _publish(bus, list(messages(count, things)))
        store = EmbeddedStore(StoreSettings(path=Path(folder) / "graphs.snapshot", snapshot_s=0))
        await store.start()
        row = await _read(store, bus, Path(folder), count, things)
        await store.stop()
        await bus.stop()
    return row


async def _publish(bus: LogBus, records: Sequence[Record]) -> None:
    for start in range(0, len(records), _PUBLISHED_AT_ONCE):
        await bus.publish(records[start : start + _PUBLISHED_AT_ONCE])


async def _read(store: EmbeddedStore, bus: LogBus, folder: Path, count: int, things: int) -> Row:
    database = open_database(f"sqlite:///{folder / 'directory.sqlite'}")
    database.start()
    directory = Directory(
        database, Preparation(_projected, lambda _: []), DirectorySettings(), clock=lambda: datetime.now(UTC)
    )
    metrics = ViewMetrics(CollectorRegistry())
    vocabulary = load_vocabulary(sorted(ONTOLOGIES.glob("*.ttl")), BASE)
    view = View(store, Sources(directory, bus, (TOPIC,), vocabulary), metrics, base_iri=BASE, window_s=0.0)
    (owner,) = (child for child in psutil.Process().children() if "owner" in " ".join(child.cmdline()))
    task = asyncio.create_task(view.run())
    before = await _spent(view, owner, things, count // 4)
    after = await _spent(view, owner, things, count)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    database.stop()
    return Row(
        things,
        after.messages - before.messages,
        after.replaced - before.replaced,
        after.feeder - before.feeder,
        after.owner - before.owner,
    )


async def _spent(view: View, owner: psutil.Process, things: int, messages: int) -> Row:
    """What is in the view once *messages* are, the graphs replaced for it, and what feeder and owner took, in µs."""
    while (reached := view.progress.positions.get(f"{TOPIC}/0", 0)) < messages:  # noqa: ASYNC110  it happens elsewhere
        await asyncio.sleep(0.01)
    replaced = int(view.progress.metrics.replaced.labels("latest")._value.get())  # noqa: SLF001  there is no other way
    times = owner.cpu_times()
    return Row(things, reached, replaced, time.process_time() * 1e6, (times.user + times.system) * 1e6)


async def _projected(*_: object) -> Projection:
    return Projection(b"")


def section(count: int = 50_000) -> list[str]:
    """The table, for docs/benchmarks.md."""
    rows = [asyncio.run(measure(count, things)) for things in (5000, 500, 50)]
    lines = [
        "## The view: graphs of 27 triples",
        "",
        "| Things that report | messages for a replaced graph | feeder, µs | owner, µs | both | µs for a message |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        feeder, owner = row.feeder / row.replaced, row.owner / row.replaced
        whole = row.feeder + row.owner
        lines.append(
            f"| {row.things:,} | {row.messages / row.replaced:.1f} | {feeder:.0f} | {owner:.0f} | {feeder + owner:.0f} "
            f"| {whole / row.messages:.0f} |"
        )
    return [
        *lines,
        "",
        "CPU time for a replaced graph, and in the last column for a message: reading the embedded log and compaction",
        "of the store included. The feeder runs in the gateway, the owner is a process of its own. The log is read as",
        "fast as it can be, so that a window has 5,000 records.",
        "",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000)
    print("\n".join(section(parser.parse_args().messages)))


if __name__ == "__main__":
    main()
