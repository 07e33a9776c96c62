from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry
from starlette.responses import PlainTextResponse

from semantic_gw.app.subscriptions import SubscriptionsParts, subscription_specs
from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import TopicSpec
from semantic_gw.directory.database import open_database
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.preparation import Preparation
from semantic_gw.directory.projection import Projection
from semantic_gw.model import IRI, PublishedGraph
from semantic_gw.rdf.namespaces import RDF
from semantic_gw.settings import DirectorySettings, LogSettings, Settings, SubscriptionsSettings
from tests.view.graphs import ONTOLOGY, record

TOPICS = ("semantic.observations", "semantic.events")


async def projected(document: Any, *_: Any) -> Projection:
    """The description of a test in RDF: its classes, and each other IRI that it tells."""
    thing = document["id"]
    lines = [f"<{thing}> <{RDF}type> <{one}> .\n" for one in document["@type"]]
    lines += [f"<{thing}> <{name}> <{value}> .\n" for name, value in document.items() if name.startswith("http")]
    return Projection("".join(lines).encode())


@dataclass
class World:
    """A directory and a bus, and standing queries over them; `start` begins to match."""

    folder: Path
    bus: LogBus
    directory: Directory
    settings: Settings
    parts: SubscriptionsParts = field(init=False)
    _task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.make()

    def make(self) -> None:
        """As a process that begins."""
        metrics = CollectorRegistry()
        self.parts = SubscriptionsParts(
            self.settings, ONTOLOGY, self.directory, self.bus, metrics, clock=lambda: datetime.now(UTC)
        )

    def start(self) -> None:
        self._task = asyncio.create_task(self.parts.run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self.parts.close()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        app = self.parts.api().in_front_of(PlainTextResponse("elsewhere", 404))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as found:
            yield found

    async def ask(self, id_: str = "one", **document: Any) -> dict[str, Any]:
        """Register a standing query."""
        async with self.client() as client:
            answer = await client.put(f"/subscriptions/{id_}", json=document)
            assert answer.status_code in (200, 201), answer.text
            found: dict[str, Any] = answer.json()
            return found

    async def health(self, id_: str = "one") -> dict[str, Any]:
        async with self.client() as client:
            found: dict[str, Any] = (await client.get(f"/subscriptions/{id_}")).json()["health"]
            return found

    async def put(self, thing: IRI, *types: IRI, **more: IRI) -> None:
        """Register a Thing; *more* are other members, IRIs by IRI."""
        document = {
            "@context": "https://www.w3.org/2022/wot/td/v1.1",
            "id": thing,
            "title": "A thing",
            "@type": ["https://www.w3.org/2019/wot/td#Thing", *types],
            "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
            "security": "nosec_sc",
            **more,
        }
        await self.directory.put(thing, document)
        await self.parts._follower.catch_up()

    async def tell(self, *graphs: PublishedGraph) -> None:
        await self.bus.publish([record(graph, TOPICS[bool(graph.events)]) for graph in graphs])

    async def matches(self, id_: str = "one", *, least: int = 1, seconds: float = 10.0) -> list[dict[str, Any]]:
        """The matches of a standing query, once there are *least*."""
        topic = f"semantic.sub.{id_}"

        async def enough() -> bool:
            return len(await self.bus.last(topic, 1000)) >= least

        await until(enough, seconds=seconds)
        return [msgspec.json.decode(found.value or b"") for found in await self.bus.last(topic, 1000)]

    async def matched_all(self) -> None:
        """Every message has been looked at."""

        async def all_read() -> bool:
            lag = await self.bus.lag("semantic-subscriptions")
            return len(lag) == len(TOPICS) and not any(lag.values())

        await until(all_read)


async def until(condition: Callable[[], Any], *, seconds: float = 10.0) -> None:
    """Wait for *condition*, a coroutine function or a plain one, to be true."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = condition()
        if await found if asyncio.iscoroutine(found) else found:
            return
        assert asyncio.get_running_loop().time() < deadline, "it did not become true"
        await asyncio.sleep(0.02)


LIMITS = SubscriptionsSettings(
    webhook_hosts=("127.0.0.0/8",), webhook_private=True, webhook_insecure=True, webhook_timeout_s=2.0
)


@asynccontextmanager
async def opened(folder: Path, limits: SubscriptionsSettings = LIMITS) -> AsyncIterator[World]:
    """A world with nothing in it, that matches."""
    database = open_database(f"sqlite:///{folder / 'directory.sqlite'}")
    database.start()
    bus = LogBus(folder / "log.sqlite", poll_s=0.05)
    await bus.start()
    settings = Settings(log=LogSettings(path=folder / "log.sqlite"), subscriptions=limits)
    await bus.ensure_topics([*map(TopicSpec, TOPICS), *subscription_specs(settings)])
    preparation = Preparation(project=projected, warn=lambda _: [])
    directory = Directory(database, preparation, DirectorySettings(), clock=lambda: datetime.now(UTC))
    world = World(folder, bus, directory, settings)
    world.start()
    try:
        yield world
    finally:
        await world.stop()
        await bus.stop()
        database.stop()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path) as found:
        yield found
