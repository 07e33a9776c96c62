"""What the view does while a peer is away, and who keeps a store that gateways share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from semantic_gw.contracts import GraphUpdate, Subscription
from semantic_gw.errors import UnavailableError
from semantic_gw.model import IRI, Record
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.view.latest import latest_iri
from tests.view.conftest import TOPICS, World, opened, until
from tests.view.graphs import BASE, METER, THING, message, nquads, record
from tests.view.memory_store import MemoryStore
from tests.view.test_feeder import OTHER, caught_up


class Breaking:
    """A subscription that breaks where more is wanted of a window."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription

    def __getattr__(self, name: str) -> Any:
        return getattr(self._subscription, name)

    async def batch(self, max_records: int, timeout_s: float) -> Sequence[Record]:
        if timeout_s < 0.1:
            raise UnavailableError("the bus is away")
        return await self._subscription.batch(max_records, timeout_s)


@pytest.fixture
def memory() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
async def world(memory: MemoryStore, tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path, memory) as world:
        yield world


async def test_a_window_writes_a_graph_once_however_often_it_changed(world: World, memory: MemoryStore) -> None:
    async with world.viewed(window_s=0.3) as view:
        await caught_up(world, view)
        for number in range(20):
            await world.tell(message(number, t=float(number)))
        await caught_up(world, view)
        written = [names for names, _ in memory.calls].count([latest_iri(BASE, THING)])

        assert written < 5
        assert await world.values() == {f"{THING} t": "19"}


async def test_positions_come_with_what_belongs_to_them(world: World, memory: MemoryStore) -> None:
    async with world.viewed() as view:
        await world.tell(message(1, t=1.0), message(2, t=2.0))
        await caught_up(world, view)

    (last,) = (positions for names, positions in memory.calls if names == [latest_iri(BASE, THING)])
    assert last == {f"{TOPICS[0]}/0": 2}


async def test_what_was_taken_is_written_where_the_bus_goes_away_within_a_window(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe = world.bus.subscribe

    @asynccontextmanager
    async def breaking(*topics: Any, **given: Any) -> AsyncIterator[Subscription]:
        async with subscribe(*topics, **given) as subscription:
            yield Breaking(subscription)

    monkeypatch.setattr(world.bus, "subscribe", breaking)
    await world.tell(message(1, t=1.0))
    async with world.viewed() as view:
        await until(lambda: view.progress.positions.get(f"{TOPICS[0]}/0") == 1)

        assert await world.values() == {f"{THING} t": "1"}


async def test_late_records_move_the_positions_too(world: World) -> None:
    async with world.viewed() as view:
        await world.tell(message(5, t=5.0))
        await caught_up(world, view)
        await world.tell(message(6, at=1, t=1.0))

        await until(lambda: view.progress.positions[f"{TOPICS[0]}/0"] == 2)


async def test_a_store_that_was_away_catches_up(world: World, memory: MemoryStore) -> None:
    async with world.viewed() as view:
        await caught_up(world, view)
        memory.is_away = True
        await world.tell(message(1, t=1.0))
        await world.put(THING, METER)
        await until(lambda: view.told()["away"] is not None)
        memory.is_away = False
        await until(lambda: not view.progress.rebuilding)
        await caught_up(world, view)

        assert await world.values() == {f"{THING} t": "1"}
        assert view.told()["away"] is None


async def test_a_question_about_the_newest_changes_fails_while_the_store_is_away(
    world: World, memory: MemoryStore
) -> None:
    async with world.viewed() as view:
        await caught_up(world, view)
        memory.is_away = True
        await world.put(THING)

        with pytest.raises(UnavailableError, match="newest changes"):
            await view.caught_up(within_s=0.5)


async def test_a_bus_that_was_away_is_read_on(world: World) -> None:
    async with world.viewed() as view:
        await world.tell(message(1, t=1.0))
        await caught_up(world, view)
        await world.bus.stop()
        await asyncio.sleep(0.1)
        await world.bus.start()
        await world.tell(message(2, t=2.0))
        await until(lambda: view.progress.positions[f"{TOPICS[0]}/0"] == 2)

        assert await world.values() == {f"{THING} t": "2"}


async def test_records_in_n_quads_are_read(world: World) -> None:
    graph = message(1, at=0, t=21.5, on=SGW + "On")
    async with world.viewed() as view:
        headers = (("Content-Type", b"application/n-quads"),)
        await world.bus.publish([Record(TOPICS[0], THING, nquads(graph), headers)])
        await caught_up(world, view)

        assert await world.values() == {f"{THING} t": "21.5"}


async def test_partitions_that_were_read_in_another_order_give_the_same_view(world: World) -> None:
    newest, late = message(9, t=9.0, u=1.0), message(3, t=3.0, v=3.0)
    async with world.viewed() as view:
        await world.bus.publish([record(newest, TOPICS[1]), record(late, TOPICS[0])])
        await caught_up(world, view)

        assert await world.values() == {f"{THING} t": "9", f"{THING} u": "1", f"{THING} v": "3"}


async def test_what_was_written_beside_the_view_stays(world: World, memory: MemoryStore) -> None:
    """A store may hold graphs of others."""
    await memory.replace([GraphUpdate("urn:others", b"<urn:a> <urn:b> <urn:c> .\n")], {})
    async with world.viewed() as view:
        await world.put(THING)
        await caught_up(world, view)
        await world.directory.delete(THING)
        await view.caught_up()

    assert "urn:others" in memory.graphs


async def test_the_classes_above_are_renewed_with_the_ontologies(world: World, memory: MemoryStore) -> None:
    await world.put(THING, METER)
    async with world.viewed() as view:
        await caught_up(world, view)
    before = memory.graphs[THING]
    memory.graphs[THING] = b"<urn:a> <urn:b> <urn:c> .\n"
    await memory.replace((), {"vocabulary": 0})
    async with world.viewed() as view:
        await caught_up(world, view)

    assert memory.graphs[THING] == before


async def test_a_restart_writes_only_what_is_new(world: World, memory: MemoryStore) -> None:
    async with world.viewed() as view:
        await world.put(THING, METER)
        await world.tell(message(1, t=1.0))
        await caught_up(world, view)
    memory.calls.clear()
    async with world.viewed() as view:
        await world.tell(message(2, OTHER, t=1.0))
        await caught_up(world, view)

    assert [names for names, _ in memory.calls if names] == [[latest_iri(BASE, OTHER)]]


# ── Shared by gateways ──────────────────────────────────────────────────────────────────────────────────────────────


class Desk:
    """Where gateways claim the right to keep a store."""

    def __init__(self) -> None:
        self.owner = "one"

    async def claim(self, name: str) -> bool:
        return self.owner == name


async def test_one_gateway_keeps_the_store_and_the_other_stands_by(world: World, memory: MemoryStore) -> None:
    desk = Desk()
    async with (
        world.viewed(claim=lambda _: desk.claim("one")) as one,
        world.viewed(claim=lambda _: desk.claim("two")) as two,
    ):
        await world.put(THING)
        await caught_up(world, one)
        await until(lambda: two.progress.stands_by)
        known: IRI = THING

        assert known in memory.graphs
        assert two.told()["rebuilding"] is False
        assert two.progress.positions == {}


async def test_who_stands_by_waits_for_the_other(world: World) -> None:
    desk = Desk()
    async with (
        world.viewed(claim=lambda _: desk.claim("one")),
        world.viewed(claim=lambda _: desk.claim("two")) as two,
    ):
        await until(lambda: two.progress.stands_by)
        await world.put(THING)
        await two.caught_up()

        assert await world.rows(f"<{THING}> a td:Thing") == [{}]


async def test_a_claim_that_is_lost_ends_writing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("semantic_gw.view.lead._RENEW_S", 0.05)
    monkeypatch.setattr("semantic_gw.view.lead._CLAIM_S", 2.2)
    desk = Desk()
    async with (
        world.viewed(claim=lambda _: desk.claim("one")) as one,
        world.viewed(claim=lambda _: desk.claim("two")) as two,
    ):
        await until(lambda: two.progress.stands_by)
        await caught_up(world, one)
        desk.owner = "two"
        await until(lambda: one.progress.stands_by and not two.progress.stands_by)
        await world.tell(message(1, t=1.0))
        await caught_up(world, two)

        assert await world.values() == {f"{THING} t": "1"}
