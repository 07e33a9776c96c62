"""A graph store in the memory of the test, which keeps the contract."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pyoxigraph as ox

from semantic_gw.contracts import GraphAnswer, GraphQuery, GraphUpdate, QueryBounds, StoreSize
from semantic_gw.errors import LimitError, QueryError
from semantic_gw.rdf.query_text import QueryText

_PLACE = re.compile(r"error at (\d+):(\d+)")
_SLEEP = re.compile(r"# sleep ([\d.]+)")
_PART = 16 * 1024


class FakeStore:
    """Named graphs. A query with a comment `# sleep 0.2` takes so long; *ended* are those that were left early."""

    def __init__(self) -> None:
        self.store = ox.Store()
        self.generation = 0
        self.asked: list[GraphQuery] = []
        self.running = self.most_running = self.ended = 0
        self.fault: Exception | None = None
        """What goes wrong after the first part of an answer."""

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def put(self, graph: str, triples: str) -> None:
        """Replace *graph* by *triples* (Turtle)."""
        self.store.remove_graph(ox.NamedNode(graph))
        self.store.load(triples, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph))
        self.generation += 1

    async def replace(self, updates: Sequence[GraphUpdate], positions: Mapping[str, int]) -> int:
        for graph, triples in updates:
            self.store.remove_graph(ox.NamedNode(graph))
            if triples is not None:
                self.store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))
        self.generation += 1
        return self.generation

    async def positions(self) -> Mapping[str, int]:
        return {}

    async def size(self) -> StoreSize:
        return StoreSize(len(list(self.store.named_graphs())), len(self.store))

    @asynccontextmanager
    async def query(self, query: GraphQuery) -> AsyncIterator[GraphAnswer]:
        self.asked.append(query)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await self._sleep(query)
            media_type, body = self._answer(query)
            yield GraphAnswer(media_type, self._parts(body), self.generation)
        except asyncio.CancelledError:
            self.ended += 1
            raise
        finally:
            self.running -= 1

    async def _sleep(self, query: GraphQuery) -> None:
        if found := _SLEEP.search(query.text):
            try:
                async with asyncio.timeout(query.bounds.time_s):
                    await asyncio.sleep(float(found[1]))
            except TimeoutError:
                raise LimitError(f"it takes longer than {query.bounds.time_s:g} s", limit="time") from None

    def _answer(self, query: GraphQuery) -> tuple[str, bytes]:
        try:
            found = self._found(query)
        except SyntaxError as error:
            place = _PLACE.search(str(error))
            line, column = map(int, place.groups()) if place else (0, 0)
            raise QueryError(f"no SPARQL 1.1: {error}", line=line, column=column) from None
        if isinstance(found, ox.QueryTriples):
            form = ox.RdfFormat.from_media_type(query.graph)
            assert form is not None
            return query.graph, found.serialize(format=form) or b""
        results = ox.QueryResultsFormat.from_media_type(query.solutions)
        assert results is not None
        return query.solutions, found.serialize(format=results) or b""

    def _found(self, query: GraphQuery) -> ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples:
        if query.default_graphs or query.named_graphs:
            return self.store.query(
                query.text,
                default_graph=[ox.NamedNode(graph) for graph in query.default_graphs],
                named_graphs=[ox.NamedNode(graph) for graph in query.named_graphs],
            )
        union = not QueryText(query.text).has_dataset
        return self.store.query(query.text, use_default_graph_as_union=union)

    async def _parts(self, body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), _PART):
            yield body[start : start + _PART]
            if self.fault and start > 5 * _PART:
                raise self.fault
            await asyncio.sleep(0)

    async def evolve(
        self,
        update: str,
        prefix: str,
        bounds: QueryBounds,
        *,
        at_least: int = 0,
    ) -> Sequence[GraphUpdate]:
        store = ox.Store()
        store.extend(self.store)
        try:
            store.update(update)
        except SyntaxError as error:
            raise QueryError(str(error)) from None
        before, after = _content(self.store, prefix), _content(store, prefix)
        changed = sorted(name for name in before | after if before.get(name) != after.get(name))
        return [GraphUpdate(name, after.get(name)) for name in changed]


def _content(store: ox.Store, prefix: str) -> dict[str, bytes]:
    names = [name for name in store.named_graphs() if isinstance(name, ox.NamedNode) and name.value.startswith(prefix)]
    return {name.value: store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name) or b"" for name in names}
