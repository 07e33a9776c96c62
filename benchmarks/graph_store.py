"""What the embedded graph store costs and withstands: replacing, memory, bounds, and short queries beside slow ones.

python benchmarks/graph_store.py --things 625 --replaced 200000
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from semantic_gw.contracts import GraphQuery, GraphUpdate, QueryBounds  # noqa: E402  the path is set above
from semantic_gw.errors import LimitError, QueryError  # noqa: E402
from semantic_gw.settings import StoreSettings  # noqa: E402
from semantic_gw.stores.embedded.store import EmbeddedStore  # noqa: E402

BOUNDS = QueryBounds(time_s=1.0, memory_bytes=512 * 1024**2, answer_bytes=16 * 1024**2, rows=100_000)
SOSA = "http://www.w3.org/ns/sosa/"
BOMBS = {
    "product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b }",
    "VALUES": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{number} {{ {' '.join(map(str, range(30)))} }}" for number in range(8))
    + " }",
    "ORDER BY": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "GROUP_CONCAT": "SELECT (GROUP_CONCAT(?c) AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "long answer": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "4,000 braces": "SELECT * " + "{" * 4000 + "}" * 4000,
}
_LATEST_OF_A_THING = 4
_BATCH = 100


def description(thing: int) -> GraphUpdate:
    """The graph of a Thing Description: 53 triples."""
    lines = (f'<urn:thing:{thing}> <urn:p{index}> "{thing} {index}" .\n' for index in range(53))
    return GraphUpdate(f"urn:description:{thing}", "".join(lines).encode())


def latest(number: int, things: int) -> GraphUpdate:
    """The graph of a latest value: 27 triples about a node that nobody has told of before."""
    graph = number % (things * _LATEST_OF_A_THING)
    node, thing = f"<urn:observation:{number}>", f"<urn:thing:{graph // _LATEST_OF_A_THING}>"
    lines = [f"{node} <{SOSA}hasFeatureOfInterest> {thing} .\n", f'{node} <{SOSA}hasSimpleResult> "{number}" .\n']
    lines += [f'{node} <urn:o{index}> "{number} {index}" .\n' for index in range(25)]
    return GraphUpdate(f"urn:latest:{graph}", "".join(lines).encode())


def batches(updates: Sequence[GraphUpdate] | Iterator[GraphUpdate]) -> Iterator[list[GraphUpdate]]:
    batch: list[GraphUpdate] = []
    for update in updates:
        batch.append(update)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@asynccontextmanager
async def filled(things: int) -> AsyncIterator[EmbeddedStore]:
    """A store that holds a description and some latest values of each Thing."""
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore(StoreSettings(path=Path(folder) / "graphs.snapshot", snapshot_s=3600))
        await store.start()
        for batch in batches(map(description, range(things))):
            await store.replace(batch, {})
        for batch in batches(latest(number, things) for number in range(things * _LATEST_OF_A_THING)):
            await store.replace(batch, {})
        yield store
        await store.stop()


async def replacing(store: EmbeddedStore, things: int, count: int) -> list[str]:
    """CPU time and memory while *count* latest values are replaced."""
    owner = psutil.Process(store.owner or 0)
    first, sizes = things * _LATEST_OF_A_THING, [owner.memory_info().rss]
    before, here = _cpu_s(owner), time.process_time()
    making = 0.0
    for start in range(first, first + count, _BATCH):
        made = time.process_time()
        batch = [latest(number, things) for number in range(start, start + _BATCH)]
        making += time.process_time() - made
        await store.replace(batch, {"source": start})
        sizes.append(owner.memory_info().rss)
    quarter = len(sizes) // 4
    return [
        f"| replaced graph of 27 triples, owner with compacting | {(_cpu_s(owner) - before) / count * 1e6:.0f} µs |",
        f"| the same, gateway | {(time.process_time() - here - making) / count * 1e6:.0f} µs |",
        f"| owner's most memory in the first quarter of {count:,} replaced graphs | {max(sizes[:quarter]) >> 20} MB |",
        f"| in the last quarter | {max(sizes[-quarter:]) >> 20} MB |",
    ]


async def bounds(store: EmbeddedStore) -> list[str]:
    """What becomes of each bomb within a second."""
    rows = []
    for name, text in BOMBS.items():
        begun, outcome = time.perf_counter(), "answered"
        try:
            await _ask(store, text)
        except LimitError as error:
            outcome = error.limit
        rows.append(f"| {name}, with a bound of 1 s | {outcome} after {time.perf_counter() - begun:.2f} s |")
    return rows


async def beside(store: EmbeddedStore, things: int) -> list[str]:
    """Short queries, alone and beside two hundred slow ones."""
    await _short(store, things, 500)
    quiet = await _short(store, things, 1000)
    bombers = [asyncio.create_task(_bomb(store, number)) for number in range(200)]
    await asyncio.sleep(2.0)
    among = await _short(store, things, 1000)
    for bomber in bombers:
        bomber.cancel()
    await asyncio.gather(*bombers, return_exceptions=True)
    return [
        f"| short query, alone: median, 99 of 100 | {quiet[0]:.1f} ms, {quiet[1]:.1f} ms |",
        f"| beside 200 slow ones | {among[0]:.1f} ms, {among[1]:.1f} ms |",
    ]


async def _short(store: EmbeddedStore, things: int, count: int) -> tuple[float, float]:
    times = []
    for _ in range(count):
        thing = random.randrange(things)
        text = f"SELECT ?v {{ ?o <{SOSA}hasFeatureOfInterest> <urn:thing:{thing}> ; <{SOSA}hasSimpleResult> ?v }}"
        begun = time.perf_counter()
        await _ask(store, text)
        times.append((time.perf_counter() - begun) * 1e3)
        await asyncio.sleep(0.005)
    times.sort()
    return times[count // 2], times[count * 99 // 100]


async def _bomb(store: EmbeddedStore, number: int) -> None:
    texts = list(BOMBS.values())
    while True:
        try:
            await _ask(store, texts[number % 5])
        except QueryError:
            await asyncio.sleep(random.random() * 0.1)


async def _ask(store: EmbeddedStore, text: str) -> None:
    async with store.query(GraphQuery(text, BOUNDS)) as answer:
        async for _ in answer.parts:
            pass


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def measure(things: int, replaced: int) -> list[str]:
    """All of it, as rows of a table."""
    async with filled(things) as store:
        size = await store.size()
        rows = ["| what | value |", "|---|---:|", f"| quads | {size.quads:,} |"]
        return [*rows, *await replacing(store, things, replaced), *await bounds(store), *await beside(store, things)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--things", type=int, default=625)
    parser.add_argument("--replaced", type=int, default=100_000)
    options = parser.parse_args()
    print("\n".join(asyncio.run(measure(options.things, options.replaced))))


if __name__ == "__main__":
    main()
