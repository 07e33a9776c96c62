"""The view follows the directory and the bus, whatever happens to it."""

from __future__ import annotations

import os
import signal

from semantic_gw.contracts import GraphStore
from semantic_gw.model import Event, Record
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.stores.embedded.store import EmbeddedStore
from semantic_gw.view.feeder import View
from semantic_gw.view.latest import latest_iri
from tests.view.conftest import TOPICS, World, until
from tests.view.graphs import BASE, METER, THING, message
from tests.view.memory_store import MemoryStore

OTHER = "urn:dev:other"


async def caught_up(world: World, view: View) -> None:
    """Until the view knows everything."""
    generation = await view.caught_up()
    assert generation

    async def all_read() -> bool:
        ends = {(topic, 0): len(await world.bus.last(topic, 10**6)) for topic in TOPICS}
        reached = view.progress.positions
        return all(reached.get(f"{topic}/{n}", 0) == end for (topic, n), end in ends.items())

    await until(all_read)


async def test_a_description_is_visible_to_the_question_that_follows_it(world: World) -> None:
    async with world.viewed() as view:
        for number in range(5):
            await world.put(f"urn:dev:{number}")
            rows = await world.rows(f"<urn:dev:{number}> a td:Thing", at_least=await view.caught_up())
            assert rows == [{}]


async def test_a_meter_is_found_among_devices(world: World) -> None:
    async with world.viewed() as view:
        await world.put(THING, METER)

        assert {"x": THING} in await world.rows("?x a saref:Device", at_least=await view.caught_up())


async def test_values_are_found_by_a_broader_kind(world: World) -> None:
    async with world.viewed() as view:
        await world.tell(message(1, t=21.5))
        await caught_up(world, view)
        rows = await world.rows(
            "?o saref:observes ?p . ?p saref:hasPropertyKind/skos:broaderTransitive sgw:Temperature",
            at_least=await world.newest(),
        )

    assert {row["p"] for row in rows} == {f"{THING}#t"}


async def test_what_was_told_last_is_in_the_view(world: World) -> None:
    async with world.viewed() as view:
        await world.tell(message(1, t=1.0, u=5.0), message(2, OTHER, t=7.0), message(3, t=2.0))
        await caught_up(world, view)

        assert await world.values() == {f"{THING} t": "2", f"{THING} u": "5", f"{OTHER} t": "7"}


async def test_late_and_corrected_data_in_windows_of_their_own(world: World) -> None:
    async with world.viewed() as view:
        for graph in (message(5, t=5.0), message(6, at=1, t=1.0), message(7, at=5, t=5.5), message(8, at=2, u=2.0)):
            await world.tell(graph)
            await caught_up(world, view)

        assert await world.values() == {f"{THING} t": "5.5", f"{THING} u": "2"}


async def test_the_last_event_is_in_the_view(world: World) -> None:
    async with world.viewed() as view:
        await world.tell(message(1, events=[Event("action", SGW + "SinglePress", "single", "")]))
        await caught_up(world, view)
        rows = await world.rows("?e a sgw:Event ; sgw:eventData ?data", at_least=await world.newest())

    assert [row["data"] for row in rows] == ["single"]


async def test_a_deleted_thing_leaves_with_all_it_told(world: World) -> None:
    async with world.viewed() as view:
        await world.put(THING)
        await world.tell(message(1, t=1.0))
        await caught_up(world, view)
        await world.directory.delete(THING)
        generation = await view.caught_up()

        assert await world.rows(f"GRAPH ?g {{ <{THING}> ?p ?o }}", at_least=generation) == []


async def test_what_a_deleted_thing_told_before_does_not_come_back(world: World) -> None:
    async with world.viewed() as view:
        await world.put(THING)
        await world.directory.delete(THING)
        await view.caught_up()
        await world.tell(message(1, t=1.0))  # received before it was deleted
        await caught_up(world, view)

        assert await world.values() == {}


async def test_what_a_deleted_thing_told_does_not_come_back_when_all_is_built_anew(world: World) -> None:
    await world.put(THING)
    await world.tell(message(1, t=1.0), message(1, OTHER, t=2.0))
    await world.directory.delete(THING)

    async with world.viewed() as view:
        await caught_up(world, view)

        assert await world.values() == {f"{OTHER} t": "2"}


async def test_a_thing_that_nobody_described_is_in_the_view(world: World) -> None:
    async with world.viewed() as view:
        await world.tell(message(1, OTHER, t=2.0))
        await caught_up(world, view)
        rows = await world.rows(f"GRAPH ?g {{ ?g foaf:primaryTopic <{OTHER}> }}", at_least=await world.newest())

    assert rows == [{"g": latest_iri(BASE, OTHER)}]


async def test_a_record_that_cannot_be_read_is_passed_over(world: World) -> None:
    async with world.viewed() as view:
        headers = (("Content-Type", b"application/ld+json"),)
        await world.bus.publish([Record(TOPICS[0], "k", b"nonsense", headers), Record(TOPICS[0], "k", b"{}")])
        await world.tell(message(1, "no iri", t=1.0), message(2, t=2.0))
        await caught_up(world, view)

        assert await world.values() == {f"{THING} t": "2"}


async def test_a_view_that_begins_again_goes_on_where_the_store_is(world: World) -> None:
    async with world.viewed() as view:
        await world.put(THING)
        await world.tell(message(1, at=0, t=1.0, u=1.0), message(2, OTHER, t=1.0))
        await caught_up(world, view)
    await world.tell(message(3, t=3.0))
    await world.put(OTHER)
    async with world.viewed() as view:
        await caught_up(world, view)
        found = await world.dump()
        values = await world.values()

    assert values == {f"{THING} t": "3", f"{THING} u": "1", f"{OTHER} t": "1"}
    assert found ^ await _built_anew(world) == set()


async def _built_anew(world: World) -> set[tuple[str, ...]]:
    """What a store holds that begins with nothing."""
    fresh = World(world.folder, world.directory, world.bus, MemoryStore())
    async with fresh.viewed() as view:
        await caught_up(fresh, view)
        return await fresh.dump()


async def test_a_store_that_dies_is_made_what_it_was(world: World) -> None:
    async with world.viewed() as view:
        await world.put(THING, METER)
        await world.tell(message(1, t=1.0, u=1.0))
        await caught_up(world, view)
        before = await world.dump()
        await _die(world.store)
        await until(lambda: view.progress.metrics.outages._value.get() == 1)
        await world.tell(message(2, u=2.0))
        await world.put(OTHER)
        await until(lambda: not view.progress.rebuilding)
        await caught_up(world, view)
        after = await world.dump()
        values = await world.values()

    assert values == {f"{THING} t": "1", f"{THING} u": "2"}
    assert {quad for quad in before if quad[0] == THING} <= after
    assert after ^ await _built_anew(world) == set()  # the whole of both takes pytest minutes to tell apart


async def _die(store: GraphStore) -> None:
    if isinstance(store, MemoryStore):
        store.die()
        return
    assert isinstance(store, EmbeddedStore)
    assert store._owner
    os.kill(store._owner.pid, signal.SIGKILL)


async def test_things_that_are_silent_keep_their_values_when_the_store_dies(world: World) -> None:
    """They stand before the snapshot: only the store knows them."""
    if isinstance(world.store, MemoryStore):
        async with world.viewed() as view:
            await world.tell(message(1, t=1.0, u=1.0))
            await caught_up(world, view)
            world.store.keep()
            await world.tell(message(2, t=2.0))
            await caught_up(world, view)
            world.store.die()
            await world.tell(message(3, v=3.0))
            await until(lambda: view.progress.positions.get(f"{TOPICS[0]}/0") == 3)

            assert await world.values() == {f"{THING} t": "2", f"{THING} u": "1", f"{THING} v": "3"}


async def test_changes_that_are_no_longer_kept_are_made_up_for(world: World) -> None:
    await world.put(THING)
    await world.put(OTHER)
    async with world.viewed() as view:
        await view.caught_up()
    await world.directory.delete(THING)
    for number in range(5):
        await world.put(OTHER, title=str(number))
    await world.directory.forget()
    async with world.viewed() as view:
        generation = await view.caught_up()
        rows = await world.rows("?x a td:Thing ; td:title ?title", at_least=generation)

    assert rows == [{"x": OTHER, "title": "4"}]


async def test_a_thing_cannot_take_the_name_of_a_graph_of_the_gateway(world: World) -> None:
    async with world.viewed() as view:
        await world.tell(message(1, t=1.0))
        await caught_up(world, view)
        await world.put(SGW)
        await world.put(latest_iri(BASE, THING))
        generation = await view.caught_up()

        assert await world.rows("?x td:title ?title", at_least=generation) == []
        assert await world.values() == {f"{THING} t": "1"}


async def test_a_thousand_things_and_what_they_told(world: World) -> None:
    for start in range(0, 1000, 100):
        await world.tell(*(message(n, f"urn:dev:{n}", t=float(n), u=1.0) for n in range(start, start + 100)))
    async with world.viewed() as view:
        await caught_up(world, view)
        await until(lambda: not view.progress.rebuilding)
        await world.tell(*(message(1000 + n, f"urn:dev:{n}", u=2.0) for n in range(1000)))
        await caught_up(world, view)
        values = await world.values()

    assert len(values) == 2000
    assert values["urn:dev:7 t"] == "7"
    assert {values[f"urn:dev:{n} u"] for n in range(1000)} == {"2"}


async def test_it_says_how_far_it_is(world: World) -> None:
    await world.put(THING)
    await world.tell(message(1, t=1.0))
    async with world.viewed() as view:
        before = view.told()
        await caught_up(world, view)
        await until(lambda: not view.progress.rebuilding)
        await until(lambda: view.told()["graphs"] == 4)
        after = view.told()

    assert before["rebuilding"]
    assert not after["rebuilding"]
    assert after["position"][f"{TOPICS[0]}/0"] == 1
    assert after["position"]["directory"] == 1
    assert after["behind"] == dict.fromkeys(TOPICS, 0)
    assert after["away"] is None
