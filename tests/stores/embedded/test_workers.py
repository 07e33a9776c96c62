"""There are enough workers, none too old, and none for longer than it is of use."""

from __future__ import annotations

import asyncio
import os
import signal

import psutil
import pytest

from semantic_gw.stores.embedded import workers
from semantic_gw.stores.embedded.store import EmbeddedStore
from tests.stores.asking import put, says, until, values

VALUES = "SELECT ?v { ?s <urn:value> ?v }"
LONG = {"stale_s": 3600.0}


def pids(store: EmbeddedStore) -> set[int]:
    return {child.pid for child in psutil.Process(store.owner or 0).children()}


async def asked_once(store: EmbeddedStore) -> set[int]:
    """Workers of a store that was asked once: one that answered, and one that waits."""
    await put(store, {"urn:g": says("old")})
    await values(store, VALUES, at_least=store.generation)
    await until(lambda: len(pids(store)) == 2)
    return pids(store)


async def test_a_worker_answers_again_while_nothing_changes(store: EmbeddedStore) -> None:
    before = await asked_once(store)
    for _ in range(50):
        await values(store, VALUES)

    assert pids(store) == before


@pytest.mark.parametrize("store", [LONG], indirect=True)
async def test_data_may_be_as_old_as_the_settings_say(store: EmbeddedStore) -> None:
    before = await asked_once(store)
    await put(store, {"urn:g": says("new")})

    assert await values(store, VALUES) == ["old"]
    assert pids(store) == before


@pytest.mark.parametrize("store", [LONG], indirect=True)
async def test_whoever_asks_for_a_generation_gets_it(store: EmbeddedStore) -> None:
    await asked_once(store)
    generation = await put(store, {"urn:g": says("new")})

    assert await values(store, VALUES, at_least=generation) == ["new"]


async def test_whoever_asks_for_a_generation_of_the_future_gets_the_newest(store: EmbeddedStore) -> None:
    await asked_once(store)
    generation = await put(store, {"urn:g": says("new")})

    assert await values(store, VALUES, at_least=generation + 1000) == ["new"]


@pytest.mark.parametrize("store", [{"stale_s": 0.0}], indirect=True)
async def test_where_nothing_may_be_old_every_answer_is_new(store: EmbeddedStore) -> None:
    for number in range(10):
        await put(store, {"urn:g": says(str(number))})

        assert await values(store, VALUES) == [str(number)]


@pytest.mark.parametrize("store", [{"stale_s": 0.1}], indirect=True)
async def test_old_data_is_gone_soon(store: EmbeddedStore) -> None:
    await asked_once(store)
    await put(store, {"urn:g": says("new")})
    await asyncio.sleep(0.15)

    assert await values(store, VALUES) == ["new"]


@pytest.mark.parametrize("store", [LONG], indirect=True)
async def test_workers_that_nobody_asks_give_their_memory_back(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await asked_once(store)
    await put(store, {"urn:g": says("new")})
    monkeypatch.setattr(workers, "_KEPT_S", 0.0)
    store._workers.sweep()

    await until(lambda: not pids(store) & before)


async def test_workers_that_see_what_still_is_may_wait(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await asked_once(store)
    monkeypatch.setattr(workers, "_KEPT_S", 0.0)
    store._workers.sweep()

    assert pids(store) == before


async def test_a_worker_that_was_killed_while_it_waited_is_not_asked(store: EmbeddedStore) -> None:
    for pid in await asked_once(store):
        os.kill(pid, signal.SIGKILL)
    await until(lambda: not pids(store))
    await asyncio.sleep(0.05)

    assert await values(store, VALUES) == ["old"]


async def test_a_query_that_begins_a_worker_and_is_left_loses_none(store: EmbeddedStore) -> None:
    await put(store, {"urn:g": says("old")})
    for _ in range(20):
        asking = asyncio.create_task(values(store, VALUES, at_least=store.generation))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await values(store, VALUES)

    await until(lambda: len(pids(store)) <= 4)
