"""SPARQL 1.1 over one RDF graph for each Thing, named by its IRI. Their union is the default graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from semantic_gw.directory.search.bounded import BoundedBytes
from semantic_gw.directory.search.messages import Answer, Query
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.errors import QueryError
from semantic_gw.model import IRI

_MOST_DEAD: Final = 50_000
"""Removed quads that the store may hold beyond as many as live ones: it never frees them."""

_SOLUTIONS: Final = {
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
_GRAPHS: Final = {
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}
_TABLES: Final = ("text/csv", "text/tab-separated-values")
_DEFAULT: Final = "application/json"


class Graphs:
    """The graphs of all Things. Not to be used by two threads at once."""

    def __init__(self) -> None:
        self._store = ox.Store()
        self._sizes: dict[IRI, int] = {}
        self._dead = 0

    def put(self, thing: IRI, projection: bytes | None) -> None:
        """Replace the graph of *thing* by *projection* (N-Triples); None removes it. Raises ValueError for bad text."""
        name = ox.NamedNode(thing)
        self._store.clear_graph(name)
        self._dead += self._sizes.pop(thing, 0)
        if projection:
            self._store.load(projection, format=ox.RdfFormat.N_TRIPLES, to_graph=name)
            self._sizes[thing] = projection.count(b"\n")

    def compact(self) -> None:
        """Move what lives to a new store once too much is dead."""
        if self._dead > sum(self._sizes.values()) + _MOST_DEAD:
            store = ox.Store()
            store.bulk_extend(self._quads())
            self._store, self._dead = store, 0

    def _quads(self) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(None, None, None)

    def answer(self, query: Query) -> Answer:
        """What *query* finds. Raises QueryError."""
        text = QueryText(query.text)
        try:
            spelled = text.with_variables(_variables(query.text))
            found = self._store.query(spelled, use_default_graph_as_union=not text.has_dataset)
            return _serialized(found, query)
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            raise QueryError(f"no SPARQL 1.1 query that can be answered: {_first_line(error)}") from None


def _variables(text: str) -> list[str]:
    """What a `SELECT *` selects, asked of a store that is empty."""
    found = ox.Store().query(text) if "*" in text else None
    return [variable.value for variable in found.variables] if isinstance(found, ox.QuerySolutions) else []


def _serialized(found: ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples, query: Query) -> Answer:
    target = BoundedBytes(query.max_answer_bytes)
    if isinstance(found, ox.QueryTriples):
        found.serialize(target, format=_GRAPHS[query.graph])
        return Answer(query.graph, target.getvalue())
    is_table = query.solutions in _TABLES and isinstance(found, ox.QuerySolutions)
    media_type = query.solutions if is_table or query.solutions not in _TABLES else _DEFAULT
    found.serialize(target, format=_SOLUTIONS[media_type])
    return Answer(media_type, target.getvalue())


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:500]
