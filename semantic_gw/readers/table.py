"""The table-driven reader: most families need no code, only a table of where things stand in their documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.model import Document, Finding, Json
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.conditions import When
from semantic_gw.readers.fields import FieldRules, Found
from semantic_gw.readers.rules import Columns, Pairs, ReadingRules
from semantic_gw.readers.templates import Message, at, names_in
from semantic_gw.readers.values import moment, point

MAX_DEPTH: Final = 8
"""Deepest value that is read."""

MAX_VALUES: Final = 5_000
"""Most values of one document."""

MAX_READINGS: Final = 2_000
"""Most readings of one document."""

_DOUBTFUL: Final = object()
"""What stands for all values of an object that says itself that they are none."""


@dataclass(frozen=True, slots=True)
class TableReader:
    """Reads documents by *rules*; *zone* is that of times without one, if somebody said so.

    It remembers nothing: what a document is of is told by the document, its address and the description beside it.
    """

    rules: ReadingRules
    zone: tzinfo | None = None
    _fields: FieldRules = field(init=False)
    _parts: tuple[TableReader, ...] = field(init=False)

    def __post_init__(self) -> None:
        parts = (TableReader(rules, self.zone) for rules in self.rules.parts)
        object.__setattr__(self, "_fields", FieldRules(self.rules))
        object.__setattr__(self, "_parts", tuple(parts))

    def fork(self) -> Self:
        return self

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """The readings of *document*; *captures* are the levels of its address that its route named."""
        if self._parts:
            return _joined(part.read(document, captures) for part in self._parts)
        for row in self.rules.ignore:
            if row.fits(document.value):
                return Readings(ignored=row.reason)
        readings: list[Reading] = []
        left: list[Finding] = []
        looked = bool(self.rules.each) and _list_of(document.value, self.rules.each) == []
        captures = captures or {"address": document.payload.source.address}
        for pointer, key, item in _items(document.value, self.rules.each):
            levels = {**captures, "key": key} if key else captures
            message = Message(document.value, item, levels, document.payload.description)
            if not self._is_for_us(item):
                continue
            readings += self._item(message, pointer, left)
            looked |= item is None or isinstance(item, dict | list)
            if len(readings) > MAX_READINGS:
                raise LiftingError(f"more than {MAX_READINGS} readings in one document")
        return Readings(tuple(readings), tuple(left), looked=looked or bool(readings or left))

    def _is_for_us(self, item: Json) -> bool:
        rules = self.rules
        return all(row.fits(item) for row in rules.when) and not any(row.fits(item) for row in rules.unless)

    def _thing(self, message: Message) -> str | None:
        """The IRI of the Thing."""
        return next((iri for template in self.rules.thing if (iri := template.fill(message))), None)

    def _item(self, message: Message, pointer: Tokens, left: list[Finding]) -> Iterator[Reading]:
        thing = self._thing(message)
        if thing is None:
            raise LiftingError("it does not tell which Thing it is of", pointer=format_pointer(pointer))
        title = next((text for template in self.rules.title if (text := template.fill(message))), thing)
        about = {name: text for name, template in self.rules.about if (text := template.fill(message))}
        times: dict[datetime | None, list[Field]] = {}
        for found, time in self._values(message, pointer):
            if found[2] is _DOUBTFUL:
                left.append(Finding(format_pointer(found[1]), "the device itself says that it is not valid"))
            elif value := self._fields.field(found, message, left):
                times.setdefault(time, []).append(value)
        if (position := self._position(message, pointer, left)) is not None:
            times.setdefault(self._time(message.item, message.document), []).append(position)
        for time, fields in times.items():
            yield Reading(thing, title, tuple(fields), time, about)

    def _values(self, message: Message, pointer: Tokens) -> Iterator[tuple[Found, datetime | None]]:
        """The values of an item, each with its time."""
        time = self._time(message.item, message.document)
        pairs, columns = self.rules.pairs, self.rules.columns
        if pairs is not None:
            for found, own in _paired(message.item, pairs, pointer):
                yield found, self._moment(own) or time
            return
        if columns is not None:
            for found, own in _in_columns(message.item, columns, pointer):
                yield found, moment(own, columns.form, self.zone)
            return
        leaves: list[Found] = []
        under = next(filter(None, (names_in(template, message) for template in self.rules.under)), ())
        for place in self.rules.fields:
            node = at(message.item, place)
            names = under or place[-1:] if type(node) not in (dict, list) else under
            _gather(leaves, node, names, (*pointer, *place), self.rules.doubt)
        for found in leaves:
            yield found, time

    def _position(self, message: Message, pointer: Tokens, left: list[Finding]) -> Field | None:
        rule = self.rules.position
        if rule is None:
            return None
        lat, lon = at(message.item, rule.lat), at(message.item, rule.lon)
        alt = at(message.item, rule.alt) if rule.alt is not None else None
        text = point(lat, lon, alt)
        where = format_pointer((*pointer, *rule.lat))
        if text is None:
            left += [] if lat is None else [Finding(where, f"{lat}, {lon} is no position: there was no fix")]
            return None
        return Field((rule.name,), text, pointer=where, kind=POSITION)

    def _time(self, item: Json, document: Json) -> datetime | None:
        for tokens, form in self.rules.time:
            for node in (item, document):
                if (found := moment(at(node, tokens), form, self.zone)) is not None:
                    return found
        return None

    def _moment(self, value: Json) -> datetime | None:
        forms = (form for _, form in self.rules.time)
        return next((found for form in forms if (found := moment(value, form, self.zone))), None)


def _joined(parts: Iterable[Readings]) -> Readings:
    """What all parts found; a document is ignored where one ignores it and none finds a reading."""
    found = tuple(parts)
    readings = tuple(reading for part in found for reading in part.readings)
    left = tuple(finding for part in found for finding in part.left)
    ignored = "" if readings else next((part.ignored for part in found if part.ignored), "")
    return Readings(readings, left, ignored, any(part.looked for part in found))


def _list_of(document: Json, each: Tokens) -> Json:
    """What *each* takes the items from: where its first `*` stands."""
    return at(document, each[: each.index("*")] if "*" in each else each)


def _items(document: Json, each: Tokens) -> Iterator[tuple[Tokens, str, Json]]:
    """Where each item stands, the name or index that `*` stood for, and the item."""
    found: Sequence[tuple[Tokens, str, Json]] = [((), "", document)]
    for level in each:
        found = [step for one in found for step in _steps(*one, level)]
    yield from found


def _steps(place: Tokens, key: str, node: Json, level: str) -> Iterable[tuple[Tokens, str, Json]]:
    if level != "*":
        value = at(node, (level,))
        return [] if value is None else [((*place, level), key, value)]
    if isinstance(node, dict):
        return [((*place, name), name, value) for name, value in node.items()]
    return [((*place, str(i)), str(i), value) for i, value in enumerate(node)] if isinstance(node, list) else []


def _paired(item: Json, pairs: Pairs, pointer: Tokens) -> Iterator[tuple[Found, Any]]:
    listed = at(item, pairs.at)
    for index, pair in enumerate(listed if isinstance(listed, list) else ()):
        name, value = at(pair, pairs.name), at(pair, pairs.value)
        if not isinstance(name, str) or not name:
            continue
        place = (*pointer, *pairs.at, str(index), *pairs.value)
        time = at(pair, pairs.time) if pairs.time is not None else None
        yield ((name,), place, value), time


def _in_columns(item: Json, columns: Columns, pointer: Tokens) -> Iterator[tuple[Found, str]]:
    names, rows = at(item, columns.names), at(item, columns.rows)
    if not isinstance(names, list) or not isinstance(rows, dict):
        return
    for time, row in rows.items():
        for index, (name, value) in enumerate(zip(names, row if isinstance(row, list) else (), strict=False)):
            if isinstance(name, str) and name:
                yield ((name,), (*pointer, *columns.rows, time, str(index)), value), time


def _gather(
    leaves: list[Found], node: Json, names: Tokens, place: Tokens, doubt: tuple[When, ...], depth: int = 0
) -> None:
    """Add what stands below *node* to *leaves*. Raises LiftingError where there is too much."""
    if type(node) is dict:
        if doubt and any(row.fits(node) for row in doubt):
            leaves.append((names, place, _DOUBTFUL))
        elif depth < MAX_DEPTH:
            for name, value in node.items():
                _gather(leaves, value, (*names, name), (*place, name), doubt, depth + 1)
    elif type(node) is list:
        if depth < MAX_DEPTH:
            for index, value in enumerate(node):
                _gather(leaves, value, (*names, str(index)), (*place, str(index)), doubt, depth + 1)
    elif names:
        leaves.append((names, place, node))
        if len(leaves) > MAX_VALUES:
            raise LiftingError(f"more than {MAX_VALUES} values in one document")
