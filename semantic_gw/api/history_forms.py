"""The forms of an answer of the history: JSON, CSV, SenML (RFC 8428), and RDF as the bus has it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from semantic_gw.errors import NotSupportedError
from semantic_gw.history.asking import Found, Question, Row
from semantic_gw.history.conversion import converted, senml_unit, unit_text
from semantic_gw.history.points import Codec, Value, moment_at
from semantic_gw.model import IRI, Json, Literal
from semantic_gw.rdf.observation_triples import triples_of_record
from semantic_gw.rdf.serialize import date_time, term_text

JSON: Final = "application/json"
CSV: Final = "text/csv"
SENML: Final = "application/senml+json"
NQUADS: Final = "application/n-quads"
NTRIPLES: Final = "application/n-triples"
TURTLE: Final = "text/turtle"

RDF_FORMS: Final = (NQUADS, TURTLE, NTRIPLES)
FORMS: Final = (JSON, CSV, SENML, *RDF_FORMS)
AGGREGATE_FORMS: Final = (JSON, CSV, SENML)
"""What has a form where values were put together: in RDF these would be observations that nobody made."""

_ROWS: Final = 1000
"""Rows that are written before others in this process have their turn."""

_SENML_NAME: Final = re.compile(r"[^A-Za-z0-9:./_-]")
"""What no name of SenML holds (RFC 8428, 4.5.1)."""

_MICROS: Final = 1_000_000
_encode: Final = msgspec.json.encode


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, and what it was asked for."""

    found: Found
    question: Question
    zone: str
    codec: Codec


async def written(page: Page, media_type: str) -> AsyncIterator[bytes]:
    """*page* in the form *media_type*, a piece at a time."""
    for part in _WRITERS[media_type](page):
        yield part


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS))


def _time(at: int) -> str:
    return date_time(moment_at(at))


def _plain(value: Value) -> Json:
    return value.lexical if isinstance(value, Literal) else value


# JSON:


def _json(page: Page) -> Iterator[bytes]:
    yield _encode(_head(page))[:-1] + b',"observations":['
    comma = b""
    for rows in _chunks(page.found.rows):
        yield comma + b",".join(_encode(_json_row(row, page.found)) for row in rows)
        comma = b","
    yield b"]}\n"


def _head(page: Page) -> dict[str, Json]:
    question, found = page.question, page.found
    head: dict[str, Json] = {
        "thing": found.key.thing,
        "property": found.key.affordance,
        "kind": found.key.kind,
        "from": _time(question.begin),
        "to": _time(question.end),
    }
    if unit := _unit(page):
        head |= {"unit": unit, "unitText": unit_text(unit)}
    if question.aggregate:
        head |= {"aggregate": question.aggregate, "timezone": page.zone}
    return head


def _unit(page: Page) -> IRI:
    return "" if page.question.aggregate == "count" else page.found.unit


def _json_row(row: Row, found: Found) -> dict[str, Json]:
    told: dict[str, Json] = {"time": _time(row.at)}
    if row.end:
        return told | {"end": _time(row.end), "value": _plain(row.value), "count": row.many}
    told["value"] = _plain(row.value)
    if row.unit != found.unit:
        told["unit"] = row.unit
    if row.key.kind != found.key.kind:
        told["kind"] = row.key.kind
    return told


# CSV (RFC 4180):


def _csv(page: Page) -> Iterator[bytes]:
    if page.question.aggregate:
        yield b"time,end,value,unit,count\r\n"
        for rows in _chunks(page.found.rows):
            yield _lines([_time(r.at), _time(r.end), _cell(r.value), r.unit, r.many] for r in rows)
        return
    yield b"time,value,unit,kind\r\n"
    for rows in _chunks(page.found.rows):
        yield _lines([_time(row.at), _cell(row.value), row.unit, row.key.kind] for row in rows)


def _lines(rows: Iterator[list[Json]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Value) -> Json:
    return ("true" if value else "false") if isinstance(value, bool) else _plain(value)


# SenML (RFC 8428):


def _senml(page: Page) -> Iterator[bytes]:
    found = page.found
    name = f"{found.key.thing}/{found.key.affordance}"
    first = found.rows[0].at if found.rows else 0
    head: dict[str, Json] = {"bn": _senml_name(name), "bt": _seconds(first)}
    yield b"["
    comma, more = b"", head
    for rows in _chunks(found.rows):
        records = []
        for row in rows:
            records.append(_encode(more | _record(row, first)))
            more = {}
        yield comma + b",".join(records)
        comma = b","
    yield b"]\n"


def _record(row: Row, first: int) -> dict[str, Json]:
    value = row.value
    told: dict[str, Json] = {"t": _seconds(row.at - first)}
    if isinstance(value, bool):
        return told | {"vb": value}
    if isinstance(value, str | Literal):
        return told | {"vs": _plain(value)}
    if not row.unit:
        return told | {"v": value}
    unit = senml_unit(row.unit)
    if unit is None:
        raise NotSupportedError(f"SenML has no name for {row.unit}, and for no unit that it can be converted to")
    return told | {"u": unit[1], "v": converted(value, row.unit, unit[0])}


def _seconds(span: int) -> float:
    return span // _MICROS if span % _MICROS == 0 else span / _MICROS


def _senml_name(text: str) -> str:
    """*text* as a name of SenML; what it cannot hold is told by its code."""
    name = _SENML_NAME.sub(lambda found: "".join(f"_{byte:02X}" for byte in found[0].encode()), text)
    return name if name[0].isalnum() else f"n{name}"


# RDF:


def _nquads(page: Page) -> Iterator[bytes]:
    return _rdf(page, named=True)


def _ntriples(page: Page) -> Iterator[bytes]:
    return _rdf(page, named=False)


def _rdf(page: Page, *, named: bool) -> Iterator[bytes]:
    """Each observation as it was told, in the named graph of its message."""
    for rows in _chunks(page.found.rows):
        lines: dict[str, None] = {}
        for row in rows:
            if row.point is not None:
                graph = page.codec.graph(row.key, row.point)
                name = f" {term_text(graph.iri)}" if named else ""
                for subject, predicate, term in triples_of_record(graph):
                    lines[f"{term_text(subject)} {term_text(predicate)} {term_text(term)}{name} .\n"] = None
        yield "".join(lines).encode()


_WRITERS: Final[Mapping[str, Callable[[Page], Iterator[bytes]]]] = {
    JSON: _json,
    CSV: _csv,
    SENML: _senml,
    NQUADS: _nquads,
    NTRIPLES: _ntriples,
    TURTLE: _ntriples,  # N-Triples are Turtle
}
