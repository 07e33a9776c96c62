"""Evaluates a query over the engine, and writes the answer as it comes, within the bounds of the query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pyoxigraph as ox

from semantic_gw.errors import LimitError, QueryError
from semantic_gw.model import IRI
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.stores.embedded.messages import Question
from semantic_gw.stores.embedded.rows import CsvRows, JsonRows, Rows, TsvRows, XmlRows

_JSON: Final = "application/sparql-results+json"

_SOLUTIONS: Final[dict[str, tuple[ox.QueryResultsFormat, type[Rows]]]] = {
    _JSON: (ox.QueryResultsFormat.JSON, JsonRows),
    "application/json": (ox.QueryResultsFormat.JSON, JsonRows),
    "application/sparql-results+xml": (ox.QueryResultsFormat.XML, XmlRows),
    "text/csv": (ox.QueryResultsFormat.CSV, CsvRows),
    "text/tab-separated-values": (ox.QueryResultsFormat.TSV, TsvRows),
}
_TABLES: Final = ("text/csv", "text/tab-separated-values")
"""For SELECT alone (SPARQL 1.1 Query Results CSV and TSV, 1)."""

_GRAPHS: Final = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
_PREFIXED: Final = ("text/turtle", "application/trig")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
"""How an IRI begins that is not relative to a base (RFC 3986, 3.1)."""

SOLUTIONS: Final = tuple(_SOLUTIONS)
"""The media types that SELECT can be answered with; ASK in place of a table with JSON."""

GRAPHS: Final = tuple(_GRAPHS)
"""The media types that CONSTRUCT and DESCRIBE can be answered with."""

_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)

Write = Callable[[bytes], object]
Found = ox.QueryBoolean | ox.QuerySolutions | ox.QueryTriples


class BoundedFile:
    """Hands over what is written to it. Raises LimitError beyond the bounds of bytes and of rows."""

    def __init__(self, write: Write, question: Question, rows: Rows | None = None) -> None:
        self._write = write
        self._bounds = question.bounds
        self._rows = rows
        self._bytes_written = self._rows_written = 0

    def write(self, part: bytes) -> int:
        self._bytes_written += len(part)
        if self._bytes_written > self._bounds.answer_bytes:
            raise LimitError(
                f"the answer is longer than {self._bounds.answer_bytes:,} bytes: ask for less, or for less at once "
                "(LIMIT)",
                limit="answer",
            )
        if self._rows:
            self._rows_written += self._rows.count(part)
            if self._rows_written > self._bounds.rows:
                raise too_many_rows(self._bounds.rows)
        self._write(part)
        return len(part)

    def flush(self) -> None:
        """Nothing waits here."""


def too_many_rows(rows: int) -> LimitError:
    return LimitError(
        f"the answer has more than {rows:,} rows: ask for less, or for less at once (LIMIT)", limit="rows"
    )


def evaluate(store: ox.Store, question: Question) -> tuple[str, Callable[[Write], None]]:
    """The media type of the answer, and what writes it; nothing of it is evaluated before. Raises QueryError."""
    text = QueryText(question.text)
    found = _found(store, text, question)
    if isinstance(found, ox.QueryTriples):
        return question.graph, lambda write: _write_graph(found, question, text.prefixes, write)
    media_type = question.solutions
    if isinstance(found, ox.QueryBoolean) and media_type in _TABLES:
        media_type = _JSON
    return media_type, lambda write: _write_solutions(found, media_type, question, write)


def _found(store: ox.Store, text: QueryText, question: Question) -> Found:
    """What the engine finds; a dataset of the protocol replaces that of the text (SPARQL 1.1 Protocol, 2.1.4)."""
    spelled = text.with_variables(_variables(text.text)) if text.selects_all else text.text
    if not question.default_graphs and not question.named_graphs:
        return store.query(spelled, use_default_graph_as_union=not text.has_dataset)
    return store.query(
        spelled,
        default_graph=[ox.NamedNode(graph) for graph in question.default_graphs],
        named_graphs=[ox.NamedNode(graph) for graph in question.named_graphs],
    )


def _variables(text: str) -> list[str]:
    """What a `SELECT *` selects, asked of a store that is empty: the engine itself orders them by name."""
    found = ox.Store().query(text)
    return [variable.value for variable in found.variables] if isinstance(found, ox.QuerySolutions) else []


def _write_solutions(
    found: ox.QueryBoolean | ox.QuerySolutions, media_type: str, question: Question, write: Write
) -> None:
    form, rows = _SOLUTIONS[media_type]
    found.serialize(_file(write, question, rows()), format=form)


def _write_graph(found: ox.QueryTriples, question: Question, prefixes: Mapping[str, IRI], write: Write) -> None:
    """Write triples, in Turtle and TriG with the prefixes of the query: whoever asks likes to read what he wrote."""
    triples = _at_most(found, question.bounds.rows)
    known = {prefix: name for prefix, name in prefixes.items() if _ABSOLUTE.match(name)}
    ox.serialize(
        triples,
        _file(write, question),
        format=_GRAPHS[question.graph],
        prefixes=known if question.graph in _PREFIXED else None,
    )


def _file(write: Write, question: Question, rows: Rows | None = None) -> Any:
    """A file for the engine, which asks for no more than `write` and `flush`."""
    return BoundedFile(write, question, rows)


def _at_most(triples: ox.QueryTriples, most: int) -> Iterator[ox.Triple]:
    for count, triple in enumerate(triples):
        if count == most:
            raise too_many_rows(most)
        yield triple


def wrong(error: Exception, text: str) -> QueryError:
    """What is wrong with the query *text*, by what the engine says."""
    said = str(error)
    place = _PLACE.match(said)
    if place:
        line, column = int(place[1]), int(place[2])
        detail = f"no SPARQL 1.1 at line {line}, column {column}: {_short(place[3])}"
        return QueryError(detail, line=line, column=column)
    if isinstance(error, OSError) and "SERVICE" in text.upper():
        return QueryError("SERVICE reaches nothing from in here")
    return QueryError(f"the query cannot be evaluated: {_short(said)}")


def _short(said: str) -> str:
    return said.partition("\n")[0][:300]
