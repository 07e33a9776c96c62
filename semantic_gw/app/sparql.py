"""The SPARQL service over the view, made from settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from prometheus_client import CollectorRegistry

from semantic_gw.api.graphs import GraphsResource
from semantic_gw.api.search import SparqlSearch
from semantic_gw.api.sparql import SparqlResource
from semantic_gw.api.sparql_api import SparqlApi
from semantic_gw.app.parts import Parts
from semantic_gw.contracts import Bus, GraphUpdate, TopicSpec
from semantic_gw.model import IRI
from semantic_gw.sandbox import Sandbox
from semantic_gw.settings import Settings
from semantic_gw.sparql.description import EMBEDDED_FUNCTIONS
from semantic_gw.sparql.endpoint import endpoints
from semantic_gw.sparql.federation import Ask, Federation
from semantic_gw.sparql.metrics import SparqlMetrics
from semantic_gw.sparql.service import SparqlService
from semantic_gw.sparql.writers import Writers
from semantic_gw.view.feeder import View
from semantic_gw.view.windows import source_name
from semantic_gw.view.written import record_of

_TOPIC: Final = "graphs"


class SparqlParts:
    """What answers questions, and takes graphs from writers. One for each process."""

    def __init__(
        self,
        parts: Parts,
        bus: Bus,
        view: View,
        registry: CollectorRegistry,
        services: Mapping[IRI, Ask] | None = None,
    ) -> None:
        """*services* are those of the gateway itself, which SERVICE reaches by name. Raises ConfigurationError."""
        self._settings = parts.settings
        settings = parts.settings.sparql
        self._sandbox = Sandbox(deadline_s=settings.time_s, memory_bytes=settings.memory_bytes)
        metrics = SparqlMetrics(registry)
        federation = Federation({**endpoints(settings), **(services or {})})
        functions = EMBEDDED_FUNCTIONS if parts.settings.store.kind == "embedded" else ()
        self._service = SparqlService(view.store, settings, federation, metrics, functions)
        evolves: Any = view.store if hasattr(view.store, "evolve") else None
        shelf = BusShelf(bus, parts.settings.bus.topic(_TOPIC), view)
        self._writers = Writers(settings, evolves, shelf, metrics)
        self.search = SparqlSearch(self._service, view.caught_up)

    def api(self) -> SparqlApi:
        """Questions over HTTP."""
        sparql = SparqlResource(self._service, self._writers)
        graphs = GraphsResource(self._service, self._writers, self._sandbox)
        return SparqlApi(sparql, graphs, self._settings.http, self._settings.sparql.cors_origins)

    def close(self) -> None:
        self._sandbox.close()


def written_topic(settings: Settings) -> str:
    """The topic of graphs that writers put; empty where there are no writers."""
    return settings.bus.topic(_TOPIC) if settings.sparql.writers else ""


def written_specs(settings: Settings) -> Sequence[TopicSpec]:
    """The same, to be made."""
    bus, topic = settings.bus, written_topic(settings)
    spec = TopicSpec(topic, compact=True, partitions=bus.partitions, replication_factor=bus.replication_factor)
    return (spec,) if topic else ()


class BusShelf:
    """Keeps written graphs on *topic* of *bus*, and waits for *view* to take them from there."""

    def __init__(self, bus: Bus, topic: str, view: View) -> None:
        self._bus = bus
        self._topic = topic
        self._view = view
        self._reached: dict[str, int] = {}
        """The offset behind what was kept here, by partition."""

    async def keep(self, updates: Sequence[GraphUpdate]) -> None:
        """Make *updates* durable. Raises UnavailableError."""
        for at in await self._bus.publish([record_of(self._topic, update) for update in updates]):
            source = source_name(at.topic, at.partition)
            self._reached[source] = max(self._reached.get(source, 0), at.offset + 1)

    async def generation(self) -> int:
        """A generation of the store that knows of everything kept here. Raises UnavailableError."""
        return await self._view.has(self._reached)
