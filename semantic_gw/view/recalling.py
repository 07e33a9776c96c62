"""Asks the store what it holds: the latest graphs of Things, and which Things it knows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import msgspec

from semantic_gw.contracts import GraphQuery, GraphStore, QueryBounds
from semantic_gw.errors import LimitError, QueryError, UnavailableError
from semantic_gw.model import IRI, Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, TD, XSD
from semantic_gw.view.writing import StoreAwayError

_log = logging.getLogger(__name__)

_BOUNDS: Final = QueryBounds(time_s=30.0, memory_bytes=1024**3, answer_bytes=256 * 1024**2, rows=5_000_000)
_AT_ONCE: Final = 100
"""Graphs that are asked for at once."""

_GRAPHS: Final = "SELECT ?g ?s ?p ?o WHERE {{ VALUES ?g {{ {} }} GRAPH ?g {{ ?s ?p ?o }} }}"
_THINGS: Final = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?g a <{TD}Thing> }} }}"


class _Node(msgspec.Struct, gc=False):
    """A term (SPARQL 1.1 Query Results JSON Format, 3.2.2)."""

    type: str
    value: str
    datatype: str = XSD + "string"
    language: str = msgspec.field(default="", name="xml:lang")


class _Solution(msgspec.Struct, gc=False):
    g: _Node
    s: _Node | None = None
    p: _Node | None = None
    o: _Node | None = None


class _Results(msgspec.Struct):
    bindings: list[_Solution]


class _Answer(msgspec.Struct):
    results: _Results


_read: Final = msgspec.json.Decoder(_Answer).decode


async def graphs_in(store: GraphStore, names: Sequence[IRI], at_least: int) -> dict[IRI, list[Triple]]:
    """The triples of each of the graphs *names* that *store* holds, as of the generation *at_least*.

    Raises StoreAwayError.
    """
    found: dict[IRI, list[Triple]] = {}
    for start in range(0, len(names), _AT_ONCE):
        for solution in await _few_graphs(store, names[start : start + _AT_ONCE], at_least):
            if (triple := _triple(solution)) is not None:
                found.setdefault(solution.g.value, []).append(triple)
    return found


async def _few_graphs(store: GraphStore, names: Sequence[IRI], at_least: int) -> list[_Solution]:
    """What the graphs *names* hold; those that are too large to be asked for together, one by one."""
    try:
        return await _ask(store, _GRAPHS.format(" ".join(f"<{name}>" for name in names)), at_least)
    except LimitError as error:
        if len(names) > 1:
            half = len(names) // 2
            return [one for part in (names[:half], names[half:]) for one in await _few_graphs(store, part, at_least)]
        _log.error(
            "a graph is too large to be read back: it begins anew", extra={"graph": names[0], "error": str(error)}
        )
        return []


async def things_in(store: GraphStore, at_least: int) -> set[IRI]:
    """The Things whose descriptions *store* holds. Raises StoreAwayError."""
    try:
        return {solution.g.value for solution in await _ask(store, _THINGS, at_least)}
    except LimitError as error:
        raise StoreAwayError(f"the store cannot tell what it holds: {error}") from error


async def _ask(store: GraphStore, text: str, at_least: int) -> list[_Solution]:
    """Raises StoreAwayError, and LimitError where the answer is too large."""
    query = GraphQuery(text, _BOUNDS, at_least=at_least)
    try:
        async with store.query(query) as answer:
            body = b"".join([part async for part in answer.parts])
        return _read(body).results.bindings
    except LimitError:
        raise
    except (UnavailableError, QueryError, msgspec.DecodeError) as error:
        raise StoreAwayError(f"the store cannot tell what it holds: {error}") from error


def _triple(solution: _Solution) -> Triple | None:
    """The triple of *solution*; None for one with a blank node, which is none of ours."""
    subject, predicate, term = solution.s, solution.p, solution.o
    if subject is None or predicate is None or term is None or "bnode" in (subject.type, term.type):
        return None
    return subject.value, predicate.value, _term(term)


def _term(node: _Node) -> Term:
    if node.type == "uri":
        return node.value
    if node.language:
        return Literal(node.value, RDF + "langString", node.language)
    return Literal(node.value, node.datatype)
