"""Processes come, die and go; what counts is that others go on."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from semantic_gw.contracts import GraphQuery, GraphStore
from semantic_gw.errors import ConfigurationError, LimitError, QueryError, UnavailableError
from semantic_gw.settings import StoreSettings
from semantic_gw.stores.embedded.owner_process import OwnerProcess
from semantic_gw.stores.embedded.store import EmbeddedStore
from tests.stores.asking import ask, bounds, put, says, until, values

VALUES = "SELECT ?v { ?s <urn:value> ?v }"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


GATEWAY = """
import asyncio, sys, pathlib
from semantic_gw.settings import StoreSettings
from semantic_gw.stores.embedded.store import EmbeddedStore

async def main():
    store = EmbeddedStore(StoreSettings(path=pathlib.Path(sys.argv[1])))
    await store.start()
    print(store.owner, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def filled(store: GraphStore) -> int:
    return await put(store, {"urn:g": "".join(says(str(number)) for number in range(2000))}, source=1)


def workers(store: EmbeddedStore) -> set[int]:
    return {child.pid for child in psutil.Process(store.owner or 0).children()}


async def test_a_query_that_nobody_waits_for_any_more_is_ended(store: EmbeddedStore) -> None:
    generation = await filled(store)
    await values(store, VALUES, at_least=generation)
    asking = asyncio.create_task(ask(store, PRODUCT))
    await asyncio.sleep(0.3)
    busy = {pid for pid in workers(store) if psutil.Process(pid).status() == psutil.STATUS_RUNNING}
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)

    assert busy
    await until(lambda: not busy & workers(store))


async def test_a_stream_that_is_left_is_ended(store: EmbeddedStore) -> None:
    generation = await filled(store)
    query = GraphQuery("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", bounds(), at_least=generation)
    async with store.query(query) as answer:
        async for _ in answer.parts:
            break
        at_work = workers(store)

    await until(lambda: len(at_work & workers(store)) < len(at_work))


async def test_two_hundred_queries_leave_no_process_and_no_file_behind(store: EmbeddedStore) -> None:
    generation = await filled(store)
    await asyncio.gather(*[values(store, VALUES, at_least=generation) for _ in range(10)])
    me = psutil.Process()
    files, processes = me.num_fds(), len(workers(store))
    for number in range(50):
        await values(store, VALUES, at_least=generation)
        await put(store, {"urn:h": says(str(number), "urn:other")})
        for text in ("SELECT", "SELECT * " + "{" * 4000 + "}" * 4000):
            with pytest.raises(QueryError):
                await ask(store, text, at_least=store.generation)
        async with store.query(GraphQuery(VALUES, bounds(), at_least=store.generation)):
            pass

    await until(lambda: len(workers(store)) <= processes + 4 and me.num_fds() <= files + 2 * 4)


async def test_stopping_ends_all_processes(settings: StoreSettings) -> None:
    store = EmbeddedStore(settings)
    await store.start()
    await filled(store)
    owner = psutil.Process(store.owner or 0)
    asking = asyncio.create_task(ask(store, PRODUCT, at_least=store.generation))
    await asyncio.sleep(0.2)
    processes = [owner, *owner.children()]
    await store.stop()

    await until(lambda: not any(process.is_running() for process in processes))
    with pytest.raises((LimitError, UnavailableError)):
        await asking


@pytest.mark.parametrize("store", [{"snapshot_s": 0.05}], indirect=True)
async def test_a_store_whose_owner_is_killed_goes_on_where_its_snapshot_ends(
    store: EmbeddedStore, settings: StoreSettings, caplog: pytest.LogCaptureFixture
) -> None:
    first = await put(store, {"urn:g": says("kept")}, source=5)
    await until(settings.path.exists)
    await put(store, {"urn:g": says("lost")}, source=6)
    await killed(store)

    assert "the graph store died" in caplog.text
    assert (await store.positions())["source"] in (5, 6)  # the second snapshot may have been faster than the signal
    assert await put(store, {"urn:g": says("again")}, source=7) > first + 1
    assert await values(store, VALUES, at_least=store.generation) == ["again"]


async def test_after_a_loss_nothing_is_taken_until_the_positions_were_asked(store: EmbeddedStore) -> None:
    await put(store, {"urn:g": says("lost")}, source=6)
    await killed(store)
    for _ in range(3):
        with pytest.raises(UnavailableError, match="positions"):
            await put(store, {"urn:g": says("more")}, source=7)

    assert await store.positions() == {}
    await put(store, {"urn:g": says("more")}, source=7)
    assert await store.positions() == {"source": 7}


async def test_what_was_written_but_not_told_is_asked_for_again(store: EmbeddedStore) -> None:
    """Whoever replaces at that moment is told that it is unknown, and never that it worked."""
    await put(store, {"urn:g": says("1")}, source=1)
    old = store.owner
    os.kill(old or 0, signal.SIGSTOP)
    replacing = asyncio.create_task(put(store, {"urn:g": says("2")}, source=2))
    await asyncio.sleep(0.1)
    os.kill(old or 0, signal.SIGKILL)
    with pytest.raises(UnavailableError):
        await replacing
    await until(lambda: store.owner not in (None, old))

    assert await store.positions() == {}


async def test_queries_at_work_survive_the_owner(store: EmbeddedStore) -> None:
    generation = await put(store, {"urn:g": "".join(says(f"{number:0200}") for number in range(20_000))})
    async with store.query(GraphQuery(VALUES, bounds(), at_least=generation)) as answer:
        os.kill(store.owner or 0, signal.SIGKILL)
        body = b"".join([part async for part in answer.parts])

    assert body.endswith(b"}]}}")


async def test_no_generation_is_used_twice(settings: StoreSettings) -> None:
    generations = []
    for _ in range(3):
        store = EmbeddedStore(settings)
        await store.start()
        generations += [store.generation, await filled(store)]
        await store.stop()

    assert generations == sorted(set(generations))


async def test_the_owner_ends_with_the_gateway(tmp_path: Path) -> None:
    """Where the gateway is killed nobody says Stop; the owner notices that it hangs up."""
    gateway = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", GATEWAY, str(tmp_path / "graphs.snapshot")), stdout=asyncio.subprocess.PIPE
    )
    assert gateway.stdout
    owner = psutil.Process(int(await gateway.stdout.readline()))
    gateway.kill()
    await gateway.wait()

    await until(lambda: not owner.is_running())


async def test_a_system_without_fork_is_told_of(settings: StoreSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    with pytest.raises(ConfigurationError, match="Linux"):
        await EmbeddedStore(settings).start()


async def test_owner_and_workers_have_no_files_but_their_own(store: EmbeddedStore) -> None:
    generation = await filled(store)
    await values(store, VALUES, at_least=generation)
    owner = psutil.Process(store.owner or 0)

    assert owner.num_fds() <= 4
    assert all(worker.num_fds() <= 6 for worker in owner.children())


async def test_the_owner_gets_no_secrets(settings: StoreSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMANTIC_GW_KAFKA__PASSWORD", "secret")
    store = EmbeddedStore(settings)
    await store.start()
    environment = psutil.Process(store.owner or 0).environ()
    await store.stop()

    assert "SEMANTIC_GW_KAFKA__PASSWORD" not in environment


async def killed(store: EmbeddedStore) -> None:
    """Kill the owner, and wait for another one."""
    old = store.owner
    os.kill(old or 0, signal.SIGKILL)
    await until(lambda: store.owner not in (None, old))


async def test_an_owner_that_cannot_be_started_at_once_is_started_later(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, refusals = OwnerProcess._begun, [OSError(11, "no room for a process")]

    async def hesitant() -> OwnerProcess:
        if refusals:
            raise refusals.pop()
        return await begin()

    monkeypatch.setattr(OwnerProcess, "_begun", hesitant)
    died = store.owner or 0
    os.kill(died, signal.SIGKILL)

    await until(lambda: not refusals and store.owner not in (None, died))
