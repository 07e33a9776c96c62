"""Asks the store what it holds: the latest graphs of Things, and which Things it knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from semantic_gw.contracts import GraphQuery, GraphStore, QueryBounds
from semantic_gw.errors import LimitError, QueryError, UnavailableError
from semantic_gw.model import IRI, Json, Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, TD, XSD
from semantic_gw.view.writing import StoreAwayError

_BOUNDS: Final = QueryBounds(time_s=30.0, memory_bytes=1024**3, answer_bytes=256 * 1024**2, rows=5_000_000)
_AT_ONCE: Final = 100
"""Graphs that are asked for at once."""

_GRAPHS: Final = "SELECT ?g ?s ?p ?o WHERE {{ VALUES ?g {{ {} }} GRAPH ?g {{ ?s ?p ?o }} }}"
_THINGS: Final = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?g a <{TD}Thing> }} }}"

_decode: Final = msgspec.json.Decoder().decode

Solution = Mapping[str, Mapping[str, str]]


async def graphs_in(store: GraphStore, names: Sequence[IRI], at_least: int) -> dict[IRI, list[Triple]]:
    """The triples of each of the graphs *names* that *store* holds, as of the generation *at_least*.

    Raises StoreAwayError.
    """
    found: dict[IRI, list[Triple]] = {}
    for start in range(0, len(names), _AT_ONCE):
        listed = " ".join(f"<{name}>" for name in names[start : start + _AT_ONCE])
        for solution in await _ask(store, _GRAPHS.format(listed), at_least):
            found.setdefault(solution["g"]["value"], []).append(_triple(solution))
    return found


async def things_in(store: GraphStore, at_least: int) -> set[IRI]:
    """The Things whose descriptions *store* holds. Raises StoreAwayError."""
    return {solution["g"]["value"] for solution in await _ask(store, _THINGS, at_least)}


async def _ask(store: GraphStore, text: str, at_least: int) -> Iterable[Solution]:
    query = GraphQuery(text, _BOUNDS, at_least=at_least)
    try:
        async with store.query(query) as answer:
            body = b"".join([part async for part in answer.parts])
    except (UnavailableError, LimitError) as error:
        raise StoreAwayError(str(error)) from error
    except QueryError as error:
        raise StoreAwayError(f"the store refuses a query of the view: {error}") from error
    return _solutions(_decode(body))


def _solutions(results: Json) -> Iterator[Solution]:
    """The solutions of *results* (SPARQL 1.1 Query Results JSON Format, 3.2) without blank nodes."""
    for solution in results["results"]["bindings"]:
        if all(term["type"] != "bnode" for term in solution.values()):
            yield solution


def _triple(solution: Solution) -> Triple:
    return solution["s"]["value"], solution["p"]["value"], _term(solution["o"])


def _term(term: Mapping[str, str]) -> Term:
    if term["type"] == "uri":
        return term["value"]
    if "xml:lang" in term:
        return Literal(term["value"], RDF + "langString", term["xml:lang"])
    return Literal(term["value"], term.get("datatype", XSD + "string"))
