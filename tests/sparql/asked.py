"""The endpoint over a store of the test, asked over ASGI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import httpx
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from semantic_gw.api.graphs import GraphsResource
from semantic_gw.api.sparql import SparqlResource
from semantic_gw.api.sparql_api import SparqlApi
from semantic_gw.contracts import GraphUpdate
from semantic_gw.errors import UnavailableError
from semantic_gw.settings import HttpSettings, SparqlSettings
from semantic_gw.sparql.federation import Federation
from semantic_gw.sparql.metrics import SparqlMetrics
from semantic_gw.sparql.service import SparqlService
from semantic_gw.sparql.writers import Writers
from tests.sparql.fake_store import FakeStore

TITLE = "https://www.w3.org/2019/wot/td#title"
LAMP, METER = "urn:dev:lamp", "urn:dev:meter"


@dataclass
class Shelf:
    """Keeps written graphs in *store*; *is_away*: nothing can be kept, *is_slow*: the view does not catch up."""

    store: FakeStore
    kept: list[GraphUpdate] = field(default_factory=list)
    is_away: bool = False
    is_slow: bool = False

    async def keep(self, updates: Sequence[GraphUpdate]) -> None:
        if self.is_away:
            raise UnavailableError("the bus is away")
        self.kept += updates
        if not self.is_slow:
            await self.store.replace(updates, {})

    async def generation(self) -> int:
        if self.is_slow and self.kept:
            raise UnavailableError("the view does not know it yet")
        return self.store.generation


@dataclass
class Asked:
    """An endpoint that knows a lamp and a meter."""

    settings: SparqlSettings = field(default_factory=SparqlSettings)
    federation: Federation = field(default_factory=lambda: Federation({}))
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    store: FakeStore = field(default_factory=FakeStore)

    def __post_init__(self) -> None:
        self.store.put(LAMP, f'<{LAMP}> <{TITLE}> "Lamp" .')
        self.store.put(METER, f'<{METER}> <{TITLE}> "Meter" .')

    @cached_property
    def service(self) -> SparqlService:
        return SparqlService(self.store, self.settings, self.federation, SparqlMetrics(self.registry))

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(self.store)

    @cached_property
    def api(self) -> SparqlApi:
        writers = Writers(self.settings, self.store, self.shelf, self.service.metrics)
        sparql, graphs = SparqlResource(self.service, writers), GraphsResource(self.service, writers)
        return SparqlApi(sparql, graphs, HttpSettings(), self.settings.cors_origins)

    def client(self, address: str = "192.0.2.1") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.api.in_front_of(Starlette()), client=(address, 4711))
        return httpx.AsyncClient(transport=transport, base_url="http://gateway.example")

    def count(self, outcome: str) -> float:
        return self.registry.get_sample_value("semantic_gw_sparql_queries_total", {"outcome": outcome}) or 0.0
