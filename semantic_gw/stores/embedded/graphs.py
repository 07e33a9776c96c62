"""Named graphs in an engine that is replaced by another one when too much in it is dead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from semantic_gw.contracts import GraphUpdate, StoreSize
from semantic_gw.memory import give_back
from semantic_gw.model import IRI

_MOST_DEAD: Final = 50_000
"""Removed quads that the engine may hold beyond as many as live ones: it never frees them."""


class Graphs:
    """The truth, N-Triples by graph, and an engine that holds the same. For one thread."""

    def __init__(self, triples: Mapping[IRI, bytes] | None = None) -> None:
        self.store = ox.Store()
        self._triples: dict[IRI, bytes] = {}
        self._quads = self._dead = 0
        for _ in self.replace(GraphUpdate(*item) for item in (triples or {}).items()):
            pass

    @property
    def size(self) -> StoreSize:
        """Lines count as quads: whoever repeats a triple in a graph, or writes comments, counts them."""
        return StoreSize(len(self._triples), self._quads, self._dead)

    def items(self) -> Iterable[tuple[IRI, bytes]]:
        """Each graph and its triples."""
        return self._triples.items()

    def replace(self, updates: Iterable[GraphUpdate]) -> Iterator[tuple[IRI, str]]:
        """Replace graphs; of several updates of one the last counts. Gives those that stay as they were, and why."""
        for graph, triples in dict(updates).items():
            try:
                self._replace(graph, triples)
            except (ValueError, SyntaxError) as error:
                yield graph, str(error)

    def _replace(self, graph: IRI, triples: bytes | None) -> None:
        old = self._triples.get(graph)
        if old == triples:
            return
        name = ox.NamedNode(graph)
        if old is not None:
            self._remove(name, old)
            del self._triples[graph]
        try:
            if triples is not None:
                self._load(name, graph, triples)
        except (ValueError, SyntaxError):
            if old is not None:
                self._load(name, graph, old)
            raise

    def _remove(self, name: ox.NamedNode, old: bytes) -> None:
        self.store.remove_graph(name)
        count = old.count(b"\n")
        self._quads -= count
        self._dead += count

    def _load(self, name: ox.NamedNode, graph: IRI, triples: bytes) -> None:
        _fill(self.store, name, triples)
        self._triples[graph] = triples
        self._quads += triples.count(b"\n")

    @property
    def is_worn(self) -> bool:
        """Whether more is dead than is worth keeping."""
        return self._dead > self._quads + _MOST_DEAD

    def compact(self) -> None:
        """Move what lives to a new engine, and give the memory of the old one back."""
        store = ox.Store()
        for graph, triples in self._triples.items():
            _fill(store, ox.NamedNode(graph), triples)
        self.store, self._dead = store, 0
        give_back()


def _fill(store: ox.Store, name: ox.NamedNode, triples: bytes) -> None:
    """Fill a graph that is empty."""
    store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=name)
    if not triples:
        store.add_graph(name)
