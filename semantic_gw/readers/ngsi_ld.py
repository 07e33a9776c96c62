"""The reader of NGSI-LD and NGSI-v2: a reading for each entity and time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import format_pointer
from semantic_gw.lexicon import Lexicon, Meaning
from semantic_gw.lexicon.spelling import value_key, value_text
from semantic_gw.model import Document, Finding, Json
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.ngsi_attributes import Instance, instances, is_geometry, local_name, plain
from semantic_gw.readers.ngsi_entities import Entity, entities_in
from semantic_gw.readers.ngsi_models import ONE, PERCENT, Meant, Models, load_models, unit_text
from semantic_gw.readers.values import moment, number_in, point, scaled

MAX_READINGS: Final = 2_000
"""Most readings of one document."""

_OBSERVED: Final = (
    "dateObserved", "observationDateTime", "dateObservedTo", "TimeInstant", "observedAt", "dateLastValueReported",
    "dateObservedFrom", "timestamp", "timeStamp",
)  # fmt: skip
"""Attributes that tell when the others were observed, the best first."""

_FRAME: Final = frozenset(
    {
        "id", "@id", "type", "@type", "@context", "createdAt", "modifiedAt", "deletedAt", "expiresAt", "scope",
        "dateCreated", "dateModified", "name", "alternateName", "description", "address", "areaServed", "source",
        "dataProvider", "owner", "seeAlso", "category", "controlledProperty", "unit", *_OBSERVED,
    }
)  # fmt: skip
"""Members of an entity that say what it is, and nothing that was observed."""

_PLACES: Final = ("Point", "geo:point", "geo:json", "GeoProperty")
_NULL: Final = "urn:ngsi-ld:null"
"""What stands for a value that was deleted (NGSI-LD, 4.5.20)."""
_PAIR: Final = re.compile(r"\s*([-+0-9.]+)\s*,\s*([-+0-9.]+)\s*")
_MILLISECONDS: Final = 10**11
"""Epochs from here on are of milliseconds: as seconds they would be thousands of years ahead."""


@dataclass(slots=True)
class _Found:
    """What has been found of an entity so far."""

    fields: dict[datetime | None, dict[tuple[str, ...], Field]] = field(default_factory=dict)
    left: list[Finding] = field(default_factory=list)
    where: list[tuple[Field, datetime | None, bool]] = field(default_factory=list)
    """Positions, and whether each has a time of its own."""
    without_unit: bool = False
    """Whether a number was left for that."""
    modelled: bool = False
    """Whether a model knows one of the values."""

    def leave(self, pointer: str, why: str) -> None:
        self.left.append(Finding(pointer, why))

    def leave_without_unit(self, pointer: str, who: str) -> None:
        self.without_unit = True
        self.leave(pointer, f"it has no unitCode, and {who} fixes the unit")


class NgsiLdReader:
    """Reads entities. The member `models` of its table names the file that says what attributes mean."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:
        self._models: Models = load_models(folder / table["models"])
        self._lexicon = Lexicon.load()
        self._zone = zone

    def fork(self) -> Self:
        return self

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:  # noqa: ARG002
        """Raises LiftingError for a document that tells of no entity."""
        readings: list[Reading] = []
        left: list[Finding] = []
        reasons: list[str] = []
        for entity in entities_in(document.value):
            found = _Found()
            if reason := self._entity(entity, found):
                reasons.append(reason)
            readings += _readings(entity, found)
            left += found.left
            if len(readings) > MAX_READINGS:
                raise LiftingError(f"more than {MAX_READINGS} readings in one document")
        if not readings and not reasons:
            return _nothing_in(document.value)
        return Readings(tuple(readings), tuple(left), "" if readings else reasons[0])

    def _entity(self, entity: Entity, found: _Found) -> str:
        """Why there is nothing in *entity*; empty where there is something."""
        if reason := self._models.reason(entity.type):
            return reason
        told = self._time_of(entity, found)
        for name, node in entity.attributes.items():
            if local_name(name) not in _FRAME:
                for one in instances(name, node, (*entity.place, name)):
                    self._take(entity, one, told, found)
        for one in _measurement(entity):
            self._take(entity, one, told, found)
        device_like = entity.type in self._models.models or found.modelled
        for where, time, own in found.where:
            if own or device_like:
                found.fields.setdefault(time, {})[where.path] = where
        return "" if found.fields else _nothing_told(entity, found)

    def _take(self, entity: Entity, one: Instance, told: datetime | None, found: _Found) -> None:
        time = told if one.time is None else self._moment(one.time, one.pointer, found)
        if _is_place(one):
            _take_place(one, time, found)
            return
        value = self._field(entity.type, one, found)
        if value is not None:
            found.modelled |= bool(value.kind)
            there = found.fields.setdefault(time, {})
            if value.path in there:
                found.leave(one.pointer, "a second value of the same time")
            there.setdefault(value.path, value)

    def _field(self, type_: str, one: Instance, found: _Found) -> Field | None:
        """The value of *one* with all that is known of it, or None where it is none, which *found* then tells."""
        if (why := _no_value(one)) is not None:
            found.leave(one.pointer, why)
            return None
        unit = unit_text(one.unit)
        meant = self._models.find(type_, one.path, unit)
        if meant is None:
            return self._unmodelled(one, unit, found)
        if meant.why:
            found.leave(one.pointer, meant.why)
            return None
        if meant.states:
            return _state(one, meant, found)
        return _quantity(one, meant, unit, found)

    def _unmodelled(self, one: Instance, unit: str, found: _Found) -> Field | None:
        """A value that no model knows: with a unit, or of a name and a state that the lexicon knows, it may be told."""
        value = number_in(one.value) if unit and isinstance(one.value, str) else one.value
        number = type(value) in (int, float)
        if number and unit:
            return Field(one.path, value, _one(unit), one.pointer)
        if number:
            found.leave_without_unit(one.pointer, "no model that is known")
        elif isinstance(self._lexicon.find(one.path, values=(one.value,), numeric=False), Meaning):
            return Field(one.path, one.value, "", one.pointer)
        else:
            found.leave(one.pointer, "it names no state that is known")
        return None

    def _time_of(self, entity: Entity, found: _Found) -> datetime | None:
        """When the attributes of *entity* were observed that have no time of their own."""
        for name in _OBSERVED:
            time = plain(entity.attributes.get(name))
            if time is not None and time != "":
                return self._moment(time, format_pointer((*entity.place, name)), found)
        return None

    def _moment(self, time: Json, pointer: str, found: _Found) -> datetime | None:
        """The time that is written as *time*; of an interval its end, when all of it had been observed."""
        text = time.rpartition("/")[2] if isinstance(time, str) else time
        seen = moment(text, _form(text), self._zone)
        if seen is None:
            zoned = isinstance(text, str) and moment(text, "utc", None) is None
            found.leave(pointer, "it is no time" if zoned else "a time without a zone")
        return seen


def _nothing_told(entity: Entity, found: _Found) -> str:
    what = "whose numbers have no unit" if found.without_unit else "that tells of no measurement"
    return f"an entity of type {entity.type[:80] or 'unknown'} {what}"


def _form(time: Json) -> str:
    """How *time* is written: numbers count seconds or milliseconds since 1970."""
    if type(time) not in (int, float):
        return "iso"
    return "ms" if abs(time) >= _MILLISECONDS else "s"


def _measurement(entity: Entity) -> Iterator[Instance]:
    """The value of a DeviceMeasurement, whose name is the value of another attribute."""
    name = plain(entity.attributes.get("controlledProperty"))
    if isinstance(name, list) and len(name) == 1:
        name = name[0]
    number = entity.attributes.get("numValue")
    if isinstance(name, str) and name and number is not None:
        unit = plain(entity.attributes.get("unit"))
        place = (*entity.place, "numValue")
        for one in instances(name, number, place):
            yield (
                one
                if one.unit or not isinstance(unit, str)
                else Instance(one.path, one.value, unit, one.time, one.place)
            )


def _no_value(one: Instance) -> str | None:
    """Why there is no value in *one*; None where there is."""
    if one.value is None or one.value == _NULL:
        return "no value"
    if isinstance(one.value, list):
        return "a list of values"
    if isinstance(one.value, dict):
        return "neither a number, a truth value nor a text"
    if one.path[-1].endswith(("_status", "_info")):
        return "the result of a command"
    if one.path[0] in ("numValue", "textValue") or one.value == "":
        return "its name stands in another attribute" if one.value != "" else "an empty text"
    return None


def _state(one: Instance, meant: Meant, found: _Found) -> Field | None:
    text = value_text(one.value)
    if value_key(text) not in meant.states:
        found.leave(one.pointer, f"{text[:80]!r} is no state of {one.path[0]} that its model knows")
        return None
    return Field(one.path, one.value, "", one.pointer, meant.kind, meant.states)


def _quantity(one: Instance, meant: Meant, unit: str, found: _Found) -> Field | None:
    value = number_in(one.value) if isinstance(one.value, str) else one.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        found.leave(one.pointer, "it is no number")
        return None
    if meant.fraction:
        return _fraction(one, value, meant, unit, found)
    if not (unit or meant.unit):
        found.leave_without_unit(one.pointer, "nothing in its model")
        return None
    return Field(one.path, value, _one(unit) or meant.unit, one.pointer, meant.kind)


def _fraction(one: Instance, value: float, meant: Meant, unit: str, found: _Found) -> Field | None:
    """A value that its model tells as parts of one, and that is told here as a percentage."""
    if unit in ("", *ONE):
        if 0 <= value <= 1:
            return Field(one.path, scaled(value, Decimal(100), Decimal(0)), PERCENT, one.pointer, meant.kind)
        found.leave(one.pointer, "it is outside of 0 to 1, in which its model tells it")
        return None
    if unit == PERCENT and 0 < value <= 1:
        found.leave(one.pointer, "its unit says percent and its model parts of one: nobody can tell which it is")
        return None
    return Field(one.path, value, unit, one.pointer, meant.kind)


def _one(unit: str) -> str:
    """*unit*, where it is not the common code of `one`, which any kind without dimension may have."""
    return "unitless" if unit in ONE else unit


def _is_place(one: Instance) -> bool:
    if is_geometry(one.value):
        return True
    return one.type in _PLACES and isinstance(one.value, str) and one.value != _NULL


def _take_place(one: Instance, time: datetime | None, found: _Found) -> None:
    if isinstance(one.value, str):  # NGSI-v2's geo:point: latitude first
        pair = _PAIR.fullmatch(one.value)
        coordinates: Json = [pair[2], pair[1]] if pair is not None else None
    else:
        coordinates = one.value["coordinates"]
        if (shape := one.value.get("type")) != "Point":
            found.leave(one.pointer, f"{str(shape)[:40]} is no position")
            return
    text = point(coordinates[1], coordinates[0], *coordinates[2:3]) if _is_pair(coordinates) else None
    if text is None:
        found.leave(one.pointer, "no position on Earth, or a receiver without a fix")
        return
    found.where.append((Field(one.path, text, pointer=one.pointer, kind=POSITION), time, one.time is not None))


def _is_pair(coordinates: Json) -> bool:
    return isinstance(coordinates, list) and len(coordinates) >= 2


def _readings(entity: Entity, found: _Found) -> Iterator[Reading]:
    name = plain(entity.attributes.get("name"))
    title = name if isinstance(name, str) and name.strip() else entity.name
    for time, fields in found.fields.items():
        yield Reading(entity.thing, title[:200], tuple(fields.values()), time)


def _nothing_in(document: Json) -> Readings:
    if isinstance(document, dict) and isinstance(document.get("data"), list):
        return Readings(ignored="a notification without entities")
    raise LiftingError("there is no entity in it: an entity has an id and a type")
