"""Graphs that somebody wrote are in the view, and come back with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from semantic_gw.contracts import GraphUpdate, Subscription, TopicSpec
from semantic_gw.errors import UnavailableError
from semantic_gw.model import Record
from semantic_gw.rdf.namespaces import TD
from semantic_gw.view.feeder import Sources, View
from semantic_gw.view.progress import ViewMetrics
from semantic_gw.view.writing import Writer
from semantic_gw.view.written import WrittenFollower, record_of, update_of
from tests.view.conftest import TOPICS, VOCABULARY, World
from tests.view.graphs import BASE, described
from tests.view.memory_store import MemoryStore

TOPIC = "semantic.graphs"
NOTE = "urn:notes:1"
TRIPLE = b"<urn:s> <urn:p> <urn:o> .\n"


@asynccontextmanager
async def viewed(world: World) -> AsyncIterator[View]:
    await world.bus.ensure_topics([TopicSpec(TOPIC, compact=True)])
    sources = Sources(world.directory, world.bus, TOPICS, VOCABULARY, TOPIC, written_below=("urn:notes:",))
    view = View(world.store, sources, ViewMetrics(CollectorRegistry()), base_iri=BASE, window_s=0.02)
    task = asyncio.create_task(view.run())
    try:
        yield view
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def written(world: World, view: View, updates: Sequence[GraphUpdate]) -> int:
    positions = await world.bus.publish([record_of(TOPIC, update) for update in updates])
    return await view.has({f"{at.topic}/{at.partition}": at.offset + 1 for at in positions})


@pytest.fixture
def memory(world: World) -> MemoryStore:
    world.store = memory = MemoryStore()
    return memory


async def test_a_written_graph_is_there_once_the_view_has_it(world: World, memory: MemoryStore) -> None:
    async with viewed(world) as view:
        generation = await written(world, view, [GraphUpdate(NOTE, TRIPLE)])

    assert memory.graphs[NOTE] == TRIPLE
    assert generation == memory.generation


async def test_a_removed_graph_is_gone(world: World, memory: MemoryStore) -> None:
    async with viewed(world) as view:
        await written(world, view, [GraphUpdate(NOTE, TRIPLE)])
        await written(world, view, [GraphUpdate(NOTE, None)])

    assert NOTE not in memory.graphs


async def test_a_store_that_begins_with_nothing_gets_every_graph_again(world: World, memory: MemoryStore) -> None:
    async with viewed(world) as view:
        await written(world, view, [GraphUpdate(NOTE, TRIPLE), GraphUpdate("urn:notes:2", TRIPLE)])
        memory.die()
        await written(world, view, [GraphUpdate("urn:notes:3", TRIPLE)])

    assert {NOTE, "urn:notes:2", "urn:notes:3"} <= memory.graphs.keys()


async def test_a_written_graph_that_describes_itself_stays_when_every_thing_is_learned(
    world: World, memory: MemoryStore
) -> None:
    thing = described(NOTE, TD + "Thing", title="A note")
    await memory.replace([GraphUpdate(NOTE, thing)], {})
    async with viewed(world) as view:
        await view.caught_up()

    assert memory.graphs[NOTE] == thing


async def test_a_thing_called_like_a_graph_of_a_writer_neither_overwrites_nor_removes_it(
    world: World, memory: MemoryStore
) -> None:
    async with viewed(world) as view:
        await written(world, view, [GraphUpdate(NOTE, TRIPLE)])
        await world.put(NOTE)
        await view.caught_up()
        registered = memory.graphs[NOTE]
        await world.directory.delete(NOTE)
        await view.caught_up()

    assert registered == memory.graphs[NOTE] == TRIPLE


async def test_an_update_waits_until_every_graph_is_there_that_was_written_before(
    world: World, memory: MemoryStore
) -> None:
    await world.bus.ensure_topics([TopicSpec(TOPIC, compact=True)])
    await world.bus.publish([record_of(TOPIC, GraphUpdate(f"urn:notes:{number}", TRIPLE)) for number in range(500)])
    async with viewed(world) as view:
        await view.has({})

        assert "urn:notes:499" in memory.graphs


class Endless:
    """A subscription that always has more large graphs."""

    async def batch(self, max_records: int, _: float) -> Sequence[Record]:
        return [record_of(TOPIC, GraphUpdate(NOTE, b"x" * 1024**2))] * max_records


async def test_large_graphs_are_taken_few_at_once(world: World) -> None:
    follower = WrittenFollower(world.bus, TOPIC, cast("Writer", None))
    records = await follower._gather(cast("Subscription", Endless()))

    assert len(records) == 40


async def test_whoever_waits_for_what_nobody_wrote_is_told(world: World, memory: MemoryStore) -> None:
    async with viewed(world) as view:
        with pytest.raises(UnavailableError, match="what was written"):
            await view.has({f"{TOPIC}/0": 4711}, within_s=0.05)


def test_a_record_without_a_key_names_no_graph() -> None:
    assert update_of(Record(TOPIC, None, TRIPLE)) is None
