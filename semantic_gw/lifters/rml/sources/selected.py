"""RDF files queried by SPARQL: each solution is a row, by variable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final

import pyoxigraph as ox

from semantic_gw.errors import LiftingError, MappingError
from semantic_gw.lifters.rml.model import Place

MOST_BYTES: Final = 256 * 1024 * 1024
"""The largest file that is held in memory."""

_NOT_CODE: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>|#[^\n]*""")
_ELSEWHERE: Final = re.compile(r"\bservice\b", re.IGNORECASE)


def rows(content: IO[bytes], name: str, query: str | None, place: Place) -> Iterator[dict[str, str]]:
    """The solutions of *query* over *content*. Raises MappingError for the query, LiftingError for the content."""
    if not query:
        raise MappingError(f"{place}: there is no query: write a SELECT as rml:iterator")
    if _ELSEWHERE.search(_NOT_CODE.sub(" ", query)):
        raise MappingError(f"{place}: the query has SERVICE: nothing is fetched from elsewhere")
    solutions = _select(_store(content, name, place), query, place)
    variables = solutions.variables
    for solution in solutions:
        values = ((variable.value, solution[variable]) for variable in variables)
        yield {name: value.value for name, value in values if value is not None}


def _select(store: ox.Store, query: str, place: Place) -> ox.QuerySolutions:
    try:
        found = store.query(query)
    except SyntaxError as error:
        raise MappingError(f"{place}: no SPARQL: {error}") from None
    if not isinstance(found, ox.QuerySolutions):
        raise MappingError(f"{place}: the query gives no rows: write a SELECT")
    return found


def _store(content: IO[bytes], name: str, place: Place) -> ox.Store:
    found = content.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise LiftingError(f"{place}: more than {MOST_BYTES} bytes")
    format = ox.RdfFormat.from_extension(name.rpartition(".")[2]) or ox.RdfFormat.TURTLE
    store = ox.Store()
    try:
        store.extend(ox.parse(found, format, base_iri="http://example.org/"))
    except (SyntaxError, ValueError) as error:
        raise LiftingError(f"{place}: {name} is no {format.name}: {error}") from None
    return store
