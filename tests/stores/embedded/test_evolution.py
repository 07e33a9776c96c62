"""What an update would make of the graphs of one writer; nothing in the store changes by it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from semantic_gw.contracts import GraphUpdate
from semantic_gw.errors import LimitError, QueryError
from semantic_gw.settings import StoreSettings
from semantic_gw.stores.embedded.store import EmbeddedStore
from tests.stores.asking import BOUNDS, bounds, rows

MINE = "https://notes.example/"
NOTE, OTHER = f"{MINE}1", f"{MINE}2"
LAMP = "urn:dev:lamp"
ONE = b"<urn:s> <urn:p> <urn:one> .\n"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[EmbeddedStore]:
    store = EmbeddedStore(StoreSettings(path=tmp_path / "graphs.snapshot"))
    await store.start()
    await store.replace([GraphUpdate(NOTE, ONE), GraphUpdate(LAMP, b"<urn:s> <urn:p> <urn:lamp> .\n")], {})
    yield store
    await store.stop()


async def evolved(store: EmbeddedStore, update: str, **given: float) -> list[GraphUpdate]:
    return list(await store.evolve(update, MINE, bounds(**given), at_least=store.generation))


@pytest.mark.parametrize(
    ("update", "updates"),
    [
        (f"INSERT DATA {{ GRAPH <{OTHER}> {{ <urn:s> <urn:p> 1 }} }}", {OTHER: b'"1"^^'}),
        (f"INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:s> <urn:p> <urn:two> }} }}", {NOTE: ONE}),
        (f"INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:s> <urn:p> <urn:one> }} }}", {}),
        (f"DELETE WHERE {{ GRAPH <{NOTE}> {{ ?s ?p ?o }} }}", {NOTE: None}),
        (f"DROP GRAPH <{NOTE}>", {NOTE: None}),
        (f"CREATE GRAPH <{OTHER}>", {}),
        (f"MOVE <{NOTE}> TO <{OTHER}>", {NOTE: None, OTHER: ONE}),
        (
            f"INSERT {{ GRAPH <{OTHER}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{LAMP}> {{ ?s ?p ?o }} }}",
            {OTHER: b"<urn:lamp>"},
        ),
        (f"DROP GRAPH <{NOTE}> ; INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:s> <urn:p> <urn:one> }} }}", {}),
        ("", {}),
    ],
)
async def test_an_update_tells_what_its_graphs_would_be(
    store: EmbeddedStore, update: str, updates: dict[str, bytes | None]
) -> None:
    found = dict(await evolved(store, update))

    assert found.keys() == updates.keys()
    for graph, part in updates.items():
        triples = found[graph]
        assert triples is None if part is None else part in (triples or b"")


async def test_the_store_stays_as_it_is(store: EmbeddedStore) -> None:
    await evolved(store, f"DROP GRAPH <{NOTE}> ; INSERT DATA {{ GRAPH <{OTHER}> {{ <urn:s> <urn:p> 1 }} }}")

    found = await rows(store, "SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
    assert [row["g"] for row in found] == [NOTE, LAMP]


@pytest.mark.parametrize(
    "update",
    [
        "CLEAR ALL",
        f"DROP GRAPH <{LAMP}>",
        f"CREATE GRAPH <{LAMP}2>",
        "INSERT DATA { <urn:s> <urn:p> 1 }",
        f"INSERT DATA {{ GRAPH <{LAMP}> {{ <urn:s> <urn:p> 1 }} }}",
        # Another reader may see an IRI here, and a comment behind it, where the engine sees what to do:
        f"INSERT {{ GRAPH <{NOTE}> {{ ?a ?b ?c }} }} WHERE {{ FILTER(?a<?b#> \n) }} ; CLEAR ALL",
    ],
)
async def test_an_update_of_graphs_of_others_is_refused(store: EmbeddedStore, update: str) -> None:
    with pytest.raises(QueryError):
        await evolved(store, update)


async def test_what_is_no_update_tells_where(store: EmbeddedStore) -> None:
    with pytest.raises(QueryError) as wrong:
        await evolved(store, "INSERT DATA {\n nonsense }")

    assert wrong.value.line == 2


async def test_an_update_reaches_no_network(store: EmbeddedStore) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(QueryError):
            await evolved(store, f"LOAD <{address}> INTO GRAPH <{NOTE}>")

        with pytest.raises(TimeoutError):
            server.accept()


async def test_an_update_that_takes_too_long_is_ended(store: EmbeddedStore) -> None:
    values = " ".join(f"VALUES ?v{number} {{ {'1 ' * 40} }}" for number in range(8))
    started = asyncio.get_running_loop().time()

    with pytest.raises(LimitError) as met:
        await evolved(store, f"INSERT {{ GRAPH <{NOTE}> {{ <urn:s> <urn:p> ?v0 }} }} WHERE {{ {values} }}", time_s=0.5)

    assert met.value.limit in ("time", "memory", "engine")
    assert asyncio.get_running_loop().time() - started < 5
    assert await rows(store, "SELECT ?o { ?s ?p ?o }", bounds=BOUNDS)


async def test_an_update_that_ends_the_engine_harms_nobody(store: EmbeddedStore) -> None:
    with pytest.raises(LimitError) as met:
        await evolved(store, "DELETE { } WHERE " + "{" * 8000 + "}" * 8000)

    assert met.value.limit == "engine"
    assert len(await evolved(store, f"DROP GRAPH <{NOTE}>")) == 1


async def test_a_writer_has_no_more_than_the_bound(store: EmbeddedStore) -> None:
    with pytest.raises(LimitError) as met:
        await evolved(store, f"INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:s> <urn:p> '{'x' * 200}' }} }}", answer_bytes=100)

    assert met.value.limit == "answer"
