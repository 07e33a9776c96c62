"""A graph store in this process: it keeps the contract, forgets when it is told to, and can be away."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pyoxigraph as ox

from semantic_gw.contracts import GraphAnswer, GraphQuery, GraphUpdate, StoreSize
from semantic_gw.errors import UnavailableError


class MemoryStore:
    """*calls* are the replacements so far: the graphs of each, and its positions."""

    def __init__(self) -> None:
        self.graphs: dict[str, bytes] = {}
        self._positions: dict[str, int] = {}
        self._kept: tuple[dict[str, bytes], dict[str, int]] = ({}, {})
        self.generation = time.time_ns()
        self.is_away = False
        self._is_lost = False
        self.calls: list[tuple[list[str], dict[str, int]]] = []

    async def start(self) -> None:
        """It is always there."""

    async def stop(self) -> None:
        """It stays, for the next one to start."""

    def keep(self) -> None:
        """Make a snapshot."""
        self._kept = dict(self.graphs), dict(self._positions)

    def die(self) -> None:
        """Lose what came after the last snapshot."""
        self.graphs, self._positions = dict(self._kept[0]), dict(self._kept[1])
        self._is_lost = True

    async def replace(self, updates: Sequence[GraphUpdate], positions: Mapping[str, int]) -> int:
        if self.is_away or self._is_lost:
            raise UnavailableError("away")
        for name, triples in updates:
            ox.NamedNode(name)
            list(ox.parse(triples or b"", ox.RdfFormat.N_TRIPLES))
            self.graphs.pop(name, None)
            if triples is not None:
                self.graphs[name] = triples
        self._positions.update(positions)
        self.calls.append(([name for name, _ in updates], dict(positions)))
        self.generation += 1
        return self.generation

    async def positions(self) -> Mapping[str, int]:
        if self.is_away:
            raise UnavailableError("away")
        self._is_lost = False
        return dict(self._positions)

    @asynccontextmanager
    async def query(self, query: GraphQuery) -> AsyncIterator[GraphAnswer]:
        if self.is_away:
            raise UnavailableError("away")
        store = ox.Store()
        for name, triples in self.graphs.items():
            store.load(triples, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))
        found = store.query(query.text, use_default_graph_as_union=True)
        assert not isinstance(found, ox.QueryTriples)
        body = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
        yield GraphAnswer("application/sparql-results+json", _parts(body))

    async def size(self) -> StoreSize:
        return StoreSize(len(self.graphs), sum(text.count(b"\n") for text in self.graphs.values()))


async def _parts(body: bytes) -> AsyncIterator[bytes]:
    yield body
