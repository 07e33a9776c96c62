"""A store that is away, comes back, refuses or is somebody else's, too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from semantic_gw.contracts import GraphUpdate
from semantic_gw.errors import ConfigurationError, LimitError, UnavailableError
from semantic_gw.settings import RemoteStoreSettings, StoreSettings
from semantic_gw.stores.opening import open_store
from semantic_gw.stores.remote.store import RemoteStore
from tests.stores.asking import ask, bounds, put, rows, says, values
from tests.stores.fuseki_server import FusekiServer, require_fuseki

pytestmark = pytest.mark.live

VALUES = "SELECT ?v { ?s <urn:value> ?v }"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FusekiServer]:
    """One on disk that a test may kill."""
    require_fuseki()
    server = FusekiServer(tmp_path / "fuseki")
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def opened(server: FusekiServer, **given: object) -> AsyncIterator[RemoteStore]:
    store = RemoteStore(server.settings(**given))
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


@pytest.fixture
async def shared_store(fuseki: FusekiServer) -> AsyncIterator[RemoteStore]:
    fuseki.update("DROP ALL")
    async with opened(fuseki) as store:
        yield store


def test_the_settings_name_it() -> None:
    store = open_store(StoreSettings(kind="remote", remote=RemoteStoreSettings(url="http://127.0.0.1:1/ds/query")))

    assert isinstance(store, RemoteStore)


async def test_a_killed_store_has_what_was_written_and_the_positions_that_belong_to_it(server: FusekiServer) -> None:
    async with opened(server) as store:
        written = asyncio.create_task(_count_up(store))
        await asyncio.sleep(1.0)
        server.kill()
        last = await written
        server.start()
        reached = (await store.positions())["numbers"]

        assert reached in (last, last + 1)
        assert await values(store, "SELECT ?v { GRAPH <urn:count> { ?s <urn:value> ?v } }") == [str(reached)]


async def _count_up(store: RemoteStore) -> int:
    """Write numbers until the store is gone; the last one that it confirmed."""
    number = 0
    try:
        while True:
            await put(store, {"urn:count": says(str(number + 1))}, numbers=number + 1)
            number += 1
    except UnavailableError:
        return number


async def test_an_outage_is_no_fault_of_a_query(server: FusekiServer) -> None:
    async with opened(server) as store:
        server.kill()

        with pytest.raises(UnavailableError):
            await ask(store, VALUES)


async def test_a_store_that_hangs_is_away_and_not_slow(server: FusekiServer) -> None:
    async with opened(server) as store:
        server.freeze()
        try:
            with pytest.raises(UnavailableError, match="in time"):
                await ask(store, VALUES, bounds=bounds(time_s=0.3))
        finally:
            server.thaw()


async def test_a_store_that_is_away_can_be_started_later(server: FusekiServer) -> None:
    server.kill()
    store = RemoteStore(server.settings())
    with pytest.raises(UnavailableError):
        await store.start()
    server.start()
    await store.start()

    assert await store.positions() == {}
    await store.stop()


async def test_what_takes_several_requests_ends_with_its_positions(fuseki: FusekiServer) -> None:
    fuseki.update("DROP ALL")
    async with opened(fuseki, update_bytes=1024) as store:
        await put(store, {f"urn:{number}": says(str(number)) for number in range(100)}, numbers=100)

        assert len(await values(store, VALUES)) == 100
        assert await store.positions() == {"numbers": 100}


async def test_blank_nodes_of_two_graphs_are_two(shared_store: RemoteStore) -> None:
    text = '_:same <urn:value> "1" .\n'
    await put(shared_store, {"urn:a": text, "urn:b": text})

    assert await rows(shared_store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <urn:value> ?v }") == [{"n": "2"}]


async def test_two_gateways_see_what_either_writes(fuseki: FusekiServer, shared_store: RemoteStore) -> None:
    async with opened(fuseki) as other:
        await put(shared_store, {"urn:g": says("1")}, source=1)

        assert await values(other, VALUES) == ["1"]
        assert await other.positions() == {"source": 1}


async def test_graphs_of_others_stay(fuseki: FusekiServer, shared_store: RemoteStore) -> None:
    fuseki.update("INSERT DATA { GRAPH <urn:others> { <urn:s> <urn:value> 'theirs' } }")
    await put(shared_store, {"urn:g": says("ours")})

    assert await values(shared_store, VALUES) == ["ours", "theirs"]


async def test_a_literal_cannot_break_out(shared_store: RemoteStore) -> None:
    hostile = '<urn:s> <urn:value> "x\\u0022 } } ; DROP ALL ; INSERT DATA { GRAPH <urn:h> { <a> <b> \\u0022" .\n'
    await put(shared_store, {"urn:g": says("1"), "urn:hostile": hostile})

    assert len(await values(shared_store, VALUES)) == 2


async def test_the_union_can_be_another_graph_than_the_default_one(fuseki: FusekiServer) -> None:
    fuseki.update("DROP ALL")
    async with opened(fuseki, default_graph="urn:x-arq:UnionGraph") as store:
        await put(store, {"urn:a": says("a"), "urn:b": says("b")})
        both = await rows(store, "SELECT ?v ?g { ?s <urn:value> ?v GRAPH ?g { ?s <urn:value> 'b' } }")

        assert await values(store, VALUES) == ["a", "b"]
        assert sorted(both, key=lambda row: row["v"]) == [{"v": "a", "g": "urn:b"}, {"v": "b", "g": "urn:b"}]


async def test_a_slow_query_meets_its_limit(shared_store: RemoteStore) -> None:
    await put(shared_store, {"urn:g": "".join(says(str(number)) for number in range(2000))})

    with pytest.raises(LimitError):
        await ask(shared_store, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", bounds=bounds(time_s=0.5))


@pytest.mark.parametrize("login", [{"username": "gateway", "password": "secret"}, {}])
async def test_it_logs_in_with_its_name(tmp_path: Path, login: dict[str, str]) -> None:
    require_fuseki()
    server = FusekiServer(tmp_path / "fuseki", in_memory=True, users={"gateway": "secret"})
    server.start()
    try:
        if login:
            async with opened(server, **login) as store:
                assert await store.replace([GraphUpdate("urn:g", says("1").encode())], {}) == 1
        else:
            with pytest.raises(UnavailableError, match="login"):
                await RemoteStore(server.settings()).start()
    finally:
        server.stop()


@pytest.mark.parametrize(
    "given",
    [
        {"url": ""},
        {"url": "ftp://h/x"},
        {"url": "http://a:b@h/x"},
        {"ca_file": "/nowhere.pem"},
        {"timeout_parameter": "timeout={hours}"},
    ],
)
async def test_settings_that_cannot_be_are_told(given: dict[str, str]) -> None:
    settings = RemoteStoreSettings.model_validate({"url": "http://127.0.0.1:1/", **given})

    with pytest.raises(ConfigurationError, match=r"store\.remote"):
        await RemoteStore(StoreSettings(kind="remote", remote=settings)).start()
