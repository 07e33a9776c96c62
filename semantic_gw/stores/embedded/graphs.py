"""Named graphs in an engine, and another engine in its place when too much in it is dead."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from semantic_gw.contracts import GraphUpdate, StoreSize
from semantic_gw.memory import give_back
from semantic_gw.model import IRI

_MOST_DEAD: Final = 100_000
"""Removed quads that an engine may hold beyond as many as live ones: it never frees them."""

_MOST_WALKED: Final = 100_000
_WALKED_FOR_ONE_MOVED: Final = 90
"""How many dead quads it may walk past before it is cheaper to move what lives. Whatever is done to a graph walks
past all that ever was in it, so one graph that is replaced all the time wears an engine out."""


class Engine:
    """An engine, how many *dead* quads it holds, and how many of them it has *walked* past."""

    def __init__(self) -> None:
        self.store = ox.Store()
        self.dead = self.walked = 0
        self._buried: dict[IRI, int] = {}
        """How many dead quads there are in a graph."""

    def replace(self, graph: IRI, old: bytes | None, new: bytes | None) -> None:
        """Have *new* in the place of *old*; None: no graph. Raises ValueError, SyntaxError; then *old* stays."""
        name = ox.NamedNode(graph)
        if old is not None:
            self.store.remove_graph(name)
            self._bury(graph, quads(old))
        try:
            self._fill(name, new)
        except (ValueError, SyntaxError):
            self._fill(name, old)
            raise

    def _bury(self, graph: IRI, count: int) -> None:
        before = self._buried.get(graph, 0)
        self._buried[graph] = before + count
        self.dead += count
        self.walked += before

    def _fill(self, name: ox.NamedNode, triples: bytes | None) -> None:
        if triples is None:
            return
        self.store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=name)
        if not triples:
            self.store.add_graph(name)


class Graphs:
    """The truth, N-Triples by graph, and an engine that holds the same. For one thread.

    Of an engine that is worn everything that lives is moved to a new one, some graphs at a time, so that nobody waits
    for that; until all are moved, the old one is asked.
    """

    def __init__(self, triples: Mapping[IRI, bytes] | None = None) -> None:
        self._triples: dict[IRI, bytes] = {}
        self._quads = 0
        self._engine = Engine()
        self._next: Engine | None = None
        self._left: dict[IRI, None] = {}
        """What is still to be moved."""
        for _ in self.replace(GraphUpdate(*item) for item in (triples or {}).items()):
            pass

    @property
    def store(self) -> ox.Store:
        """What is asked."""
        return self._engine.store

    @property
    def size(self) -> StoreSize:
        """Lines count as quads: whoever repeats a triple in a graph, or writes comments, counts them."""
        return StoreSize(len(self._triples), self._quads, self._engine.dead)

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

    def _replace(self, graph: IRI, new: bytes | None) -> None:
        old = self._triples.get(graph)
        if old == new:
            return
        self._engine.replace(graph, old, new)
        if self._next is not None and graph not in self._left:
            self._next.replace(graph, old, new)
        self._quads += quads(new) - quads(old)
        if new is None:
            del self._triples[graph]
        else:
            self._triples[graph] = new

    @property
    def is_worn(self) -> bool:
        """Whether more is dead than is worth keeping, or the engine is being renewed."""
        return (
            self._next is not None
            or self._engine.dead > self._quads + _MOST_DEAD
            or self._engine.walked > self._quads * _WALKED_FOR_ONE_MOVED + _MOST_WALKED
        )

    def compact(self, within_s: float = math.inf) -> None:
        """Move what lives to a new engine, for *within_s* seconds; once all is there, that is the engine."""
        if self._next is None:
            self._next, self._left = Engine(), dict.fromkeys(self._triples)
        until = time.monotonic() + within_s
        while self._left and time.monotonic() < until:
            graph, _ = self._left.popitem()
            self._next.replace(graph, None, self._triples.get(graph))
        if not self._left:
            self._engine, self._next = self._next, None
            give_back()


def quads(triples: bytes | None) -> int:
    """How many there are in N-Triples: one a line."""
    return triples.count(b"\n") if triples else 0
