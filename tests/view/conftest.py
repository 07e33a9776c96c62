from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import GraphQuery, GraphStore, QueryBounds, TopicSpec
from semantic_gw.directory.database import open_database
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.preparation import Preparation
from semantic_gw.directory.projection import Projection
from semantic_gw.model import IRI, PublishedGraph
from semantic_gw.settings import DirectorySettings, StoreSettings
from semantic_gw.shipped import ONTOLOGIES
from semantic_gw.stores.embedded.store import EmbeddedStore
from semantic_gw.view.feeder import Sources, View
from semantic_gw.view.lead import Claim
from semantic_gw.view.progress import ViewMetrics
from semantic_gw.view.vocabulary import load_vocabulary
from tests.view.graphs import BASE, described, record
from tests.view.memory_store import MemoryStore

TOPICS = ("semantic.observations", "semantic.events")
VOCABULARY = load_vocabulary(sorted(ONTOLOGIES.glob("*.ttl")), BASE)


async def projected(document: Any, *_: Any) -> Projection:
    types = document.get("@type", ["https://www.w3.org/2019/wot/td#Thing"])
    return Projection(described(document["id"], *types, title=document["title"]))


@dataclass
class World:
    """A directory, a bus and a store, and views that are kept in it."""

    folder: Path
    directory: Directory
    bus: LogBus
    store: GraphStore

    @asynccontextmanager
    async def viewed(self, *, claim: Claim | None = None, window_s: float = 0.02) -> AsyncIterator[View]:
        """A view that runs."""
        sources = Sources(self.directory, self.bus, TOPICS, VOCABULARY)
        metrics = ViewMetrics(CollectorRegistry())
        view = View(self.store, sources, metrics, base_iri=BASE, window_s=window_s, claim=claim)
        task = asyncio.create_task(view.run())
        try:
            yield view
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def put(self, thing: IRI, *types: IRI, title: str = "A thing") -> None:
        document = {
            "@context": "https://www.w3.org/2022/wot/td/v1.1",
            "id": thing,
            "title": title,
            "@type": ["https://www.w3.org/2019/wot/td#Thing", *types],
            "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
            "security": "nosec_sc",
        }
        await self.directory.put(thing, document)

    async def tell(self, *graphs: PublishedGraph) -> None:
        await self.bus.publish([record(graph, TOPICS[bool(graph.events)]) for graph in graphs])

    async def rows(self, pattern: str, *, at_least: int = 0) -> list[dict[str, str]]:
        """The solutions of a pattern over all graphs, by variable."""
        prefixes = (
            "PREFIX saref: <https://saref.etsi.org/core/> PREFIX sgw: <https://w3id.org/semantic-gw/> "
            "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX td: <https://www.w3.org/2019/wot/td#> "
            "PREFIX foaf: <http://xmlns.com/foaf/0.1/> "
        )
        bounds = QueryBounds(20.0, 512 * 1024**2, 64 * 1024**2, 1_000_000)
        query = GraphQuery(f"{prefixes} SELECT * WHERE {{ {pattern} }}", bounds, at_least=at_least)
        async with self.store.query(query) as answer:
            body = b"".join([part async for part in answer.parts])
        found = msgspec.json.decode(body)["results"]["bindings"]
        return [{name: term["value"] for name, term in solution.items()} for solution in found]

    async def dump(self) -> set[tuple[str, ...]]:
        """Every quad but for those with blank nodes."""
        rows = await self.rows(
            "GRAPH ?g { ?s ?p ?o } FILTER(!isBlank(?s) && !isBlank(?o))", at_least=await self.newest()
        )
        return {(row["g"], row["s"], row["p"], row["o"]) for row in rows}

    async def newest(self) -> int:
        """The generation of now."""
        return await self.store.replace((), {})

    async def values(self) -> dict[str, str]:
        """The latest values: `thing name` → number."""
        rows = await self.rows(
            "?r saref:hasValue ?v . ?o saref:hasResult ?r . ?o saref:observes ?p . ?o saref:madeBy ?t",
            at_least=await self.newest(),
        )
        return {f"{row['t']} {row['p'].rpartition('#')[2]}": row["v"] for row in rows}


def memory_store(_: Path) -> GraphStore:
    return MemoryStore()


def embedded_store(folder: Path) -> GraphStore:
    return EmbeddedStore(StoreSettings(path=folder / "graphs.snapshot"))


@pytest.fixture(params=[pytest.param(memory_store, id="memory"), pytest.param(embedded_store, id="embedded")])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[GraphStore]:
    store: GraphStore = request.param(tmp_path)
    await store.start()
    yield store
    await store.stop()


@pytest.fixture
async def world(store: GraphStore, tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path, store) as world:
        yield world


@asynccontextmanager
async def opened(folder: Path, store: GraphStore) -> AsyncIterator[World]:
    """A world with nothing in it."""
    database = open_database(f"sqlite:///{folder / 'directory.sqlite'}")
    database.start()
    bus = LogBus(folder / "log.sqlite", poll_s=0.05)
    await bus.start()
    await bus.ensure_topics([TopicSpec(topic) for topic in TOPICS])
    settings = DirectorySettings().model_copy(update={"kept_changes": 3})
    preparation = Preparation(project=projected, warn=lambda _: [])
    yield World(folder, Directory(database, preparation, settings, clock=lambda: datetime.now(UTC)), bus, store)
    await bus.stop()
    database.stop()


async def until(condition: Any, *, seconds: float = 10.0) -> None:
    """Wait for *condition*, a coroutine function or a plain one, to be true."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = condition()
        if await found if asyncio.iscoroutine(found) else found:
            return
        assert asyncio.get_running_loop().time() < deadline, "it did not become true"
        await asyncio.sleep(0.02)
