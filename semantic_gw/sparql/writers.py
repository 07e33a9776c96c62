"""Who may write graphs, and how what they write becomes durable: on the bus, from which every view takes it."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from semantic_gw.contracts import GraphUpdate, QueryBounds
from semantic_gw.errors import GatewayError, LimitError, NotSupportedError, UnavailableError
from semantic_gw.model import IRI
from semantic_gw.settings import SparqlSettings, WriterSettings
from semantic_gw.sparql.metrics import SparqlMetrics
from semantic_gw.sparql.service import outcome_of
from semantic_gw.sparql.update_text import NotYoursError, check_update, unescaped

_MOST_GRAPHS: Final = 1000
"""Graphs that one update may change."""


class Shelf(Protocol):
    """Where written graphs are kept for every view."""

    async def keep(self, updates: Sequence[GraphUpdate]) -> None:
        """Make *updates* durable. Raises UnavailableError."""
        ...

    async def generation(self) -> int:
        """A generation of the store that knows of everything that was kept here before the call.

        Raises UnavailableError where the view does not catch up in time.
        """
        ...


class Evolves(Protocol):
    """What a store has to be able to do (`contracts.EvolvingStore`)."""

    async def evolve(
        self, update: str, prefix: str, bounds: QueryBounds, *, at_least: int = 0
    ) -> Sequence[GraphUpdate]: ...


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who may write the graphs whose names begin with *prefix*."""

    name: str
    prefix: IRI

    def check(self, graph: IRI) -> None:
        """Raises NotYoursError where *graph* is not the writer's own."""
        if not graph.startswith(self.prefix):
            raise NotYoursError(f"<{graph[:200]}> is not yours to write; your graphs begin with <{self.prefix}>")


class Writers:
    """Those who may write, by their tokens, and what they write, one after the other."""

    def __init__(self, settings: SparqlSettings, store: Evolves | None, shelf: Shelf, metrics: SparqlMetrics) -> None:
        """*store* is None where it cannot tell what an update would make of it."""
        self._settings = settings
        self._store = store
        self._shelf = shelf
        self._metrics = metrics
        self._turn = asyncio.Lock()

    @property
    def are_there(self) -> bool:
        """Whether anybody may write."""
        return bool(self._settings.writers)

    @property
    def can_update(self) -> bool:
        """Whether SPARQL Update is understood, beside whole graphs."""
        return self.are_there and self._store is not None

    def by_token(self, token: str) -> Writer | None:
        """Whose *token* it is. Every token is compared, so that the time tells nothing of them."""
        found = [name for name, one in self._settings.writers.items() if _is_token_of(one, token)]
        return Writer(found[0], self._settings.writers[found[0]].prefix) if found else None

    async def generation(self) -> int:
        """One that knows of everything written here. Raises UnavailableError."""
        return await self._shelf.generation()

    async def update(self, writer: Writer, text: str, bounds: QueryBounds) -> bool:
        """Make durable what *text* changes; whether it is there for questions already.

        Raises QueryError, LimitError, NotYoursError, NotSupportedError and UnavailableError.
        """
        with self._counted(writer):
            if self._store is None:
                raise NotSupportedError("this graph store takes no updates by the gateway: PUT whole graphs to /graphs")
            text = unescaped(text)
            await asyncio.to_thread(check_update, text, writer.prefix)
            async with self._turn:
                at_least = await self._shelf.generation()
                updates = await self._store.evolve(text, writer.prefix, bounds, at_least=at_least)
                return await self._keep(updates)

    async def put(self, writer: Writer, graph: IRI, triples: bytes | None) -> bool:
        """Have *graph* hold *triples* (N-Triples), None: be gone; whether it is so for questions already.

        Raises NotYoursError, LimitError, UnavailableError.
        """
        with self._counted(writer):
            writer.check(graph)
            async with self._turn:
                return await self._keep([GraphUpdate(graph, triples or None)])

    async def _keep(self, updates: Sequence[GraphUpdate]) -> bool:
        self._check_size(updates)
        if updates:
            await self._shelf.keep(updates)
        try:
            await self._shelf.generation()
        except UnavailableError:
            return False
        return True

    def _check_size(self, updates: Sequence[GraphUpdate]) -> None:
        if len(updates) > _MOST_GRAPHS:
            message = f"the update changes {len(updates)} graphs; {_MOST_GRAPHS} are the most at once"
            raise LimitError(message, limit="graphs")
        most = self._settings.update_bytes
        for graph, triples in updates:
            if triples is not None and len(triples) > most:
                message = f"<{graph}> would have {len(triples)} bytes as N-Triples; {most} are the most"
                raise LimitError(f"{message} (sparql.update_bytes)", limit="graph")

    @contextmanager
    def _counted(self, writer: Writer) -> Iterator[None]:
        outcome = "failed"
        try:
            yield
            outcome = "written"
        except NotYoursError:
            outcome = "refused"
            raise
        except (GatewayError, asyncio.CancelledError) as error:
            outcome = outcome_of(error)
            raise
        finally:
            self._metrics.updates.labels(writer.name, outcome).inc()


def _is_token_of(writer: WriterSettings, token: str) -> bool:
    return hmac.compare_digest(writer.token.get_secret_value().encode(), token.encode("utf-8", "replace"))
