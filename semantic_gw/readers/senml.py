"""The reader of SenML packs (RFC 8428): a reading for each device and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Finding
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.device_names import DeviceName, take_apart, thing_of
from semantic_gw.readers.senml_pack import Record, resolve
from semantic_gw.readers.values import point

MAX_READINGS: Final = 2_000
"""Most readings of one pack."""

_ANGLES: Final = ("lat", "lon")
"""The units of latitudes and longitudes (RFC 8428, 12.1)."""

_FAMILY: Final = "senml"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something was, and when: the halves of a position belong together there."""

    device: str
    within: tuple[str, ...]
    time: datetime | None


@dataclass(slots=True)
class _Found:
    """What has been found in a pack so far."""

    fields: dict[tuple[str, datetime | None], list[dict[tuple[str, ...], Field]]] = field(default_factory=dict)
    """By device and time; a second value of one name begins another reading."""
    occurrences: dict[tuple[str, datetime | None, tuple[str, ...]], int] = field(default_factory=dict)
    """How many values there are of a device, a time and a name: the place of the reading that takes the next."""
    count: int = 0
    """How many readings there are."""
    halves: dict[_Place, dict[str, Record]] = field(default_factory=dict)
    left: list[Finding] = field(default_factory=list)

    def add(self, device: str, time: datetime | None, found: Field) -> None:
        """Raises LiftingError where that begins one reading more than there may be."""
        readings = self.fields.setdefault((device, time), [])
        place = self.occurrences.get((device, time, found.path), 0)
        self.occurrences[device, time, found.path] = place + 1
        if place == len(readings):
            self.count += 1
            if self.count > MAX_READINGS:
                raise LiftingError(f"more than {MAX_READINGS} readings in one pack")
            readings.append({})
        readings[place][found.path] = found

    def leave(self, pointer: str, why: str) -> None:
        self.left.append(Finding(pointer, why))


class SenmlReader:
    """Reads packs. The member `by_unit` of its table says what a value is that has a unit and no name of its own."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:  # noqa: ARG002
        self._by_unit = {unit: (row["name"], SGW + row["kind"]) for unit, row in table.get("by_unit", {}).items()}

    def fork(self) -> Self:
        return self

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:  # noqa: ARG002
        """Raises LiftingError for what is no pack, or has to be understood and is not."""
        found = _Found()
        for record in resolve(document.value, document.payload.received_at):
            if isinstance(record, Finding):
                found.left.append(record)
            else:
                self._take(record, found)
        for place, halves in found.halves.items():
            _put_together(place, halves, found)
        address = document.payload.source.address
        return Readings(tuple(_readings(found, address)), tuple(found.left))

    def _take(self, record: Record, found: _Found) -> None:
        if record.has_sum:
            found.leave(record.pointer, "a sum over time (RFC 8428, 4.1) is no value of its moment")
        if (why := _nothing_in(record)) is not None:
            if not record.has_sum:
                found.leave(record.pointer, why)
            return
        name = take_apart(record.name, record.base)
        if record.unit in _ANGLES and type(record.value) in (int, float):
            within = name.rest[:-1] if name.rest else ()
            found.halves.setdefault(_Place(name.device, within, record.time), {})[record.unit] = record
        elif name.rest:
            also = (((name.rest[-1],), ""),) if len(name.rest) > 1 else ()  # the names before it tell where
            told = Field(name.rest, record.value, record.unit, record.pointer, also=also)
            found.add(name.device, record.time, told)
        else:
            self._take_nameless(record, name, found)

    def _take_nameless(self, record: Record, name: DeviceName, found: _Found) -> None:
        """A value whose name is its device's: its unit tells its kind, where the unit measures one thing only."""
        known = self._by_unit.get(record.unit)
        if known is None or type(record.value) not in (int, float):
            what = f"the unit {record.unit!r} may be of any kind" if record.unit else "it has no unit"
            found.leave(record.pointer, f"its name {record.name[:80]!r} tells the device alone, and {what}")
            return
        label, kind = known
        found.add(name.device, record.time, Field((label,), record.value, record.unit, record.pointer, kind))


def _nothing_in(record: Record) -> str | None:
    """Why there is no observation in *record*; None where there may be one."""
    if record.data:
        return "opaque data"
    if record.value is None:
        return "a name without a value"
    if record.ahead:
        return "it tells of what is to come, as commands do (RFC 8428, 4.5.3)"
    return None if record.name else "it has no name"


def _put_together(place: _Place, halves: Mapping[str, Record], found: _Found) -> None:
    """A position of its latitude and its longitude."""
    if missing := [unit for unit in _ANGLES if unit not in halves]:
        record = next(iter(halves.values()))
        found.leave(record.pointer, f"half of a position: {missing[0]} is missing")
        return
    text = point(halves["lat"].value, halves["lon"].value)
    if text is None:
        found.leave(halves["lat"].pointer, "no position on Earth, or a receiver without a fix")
        return
    told = Field((*place.within, "position"), text, pointer=halves["lat"].pointer, kind=POSITION)
    found.add(place.device, place.time, told)


def _readings(found: _Found, address: str) -> list[Reading]:
    return [
        Reading(thing_of(device or address or "unnamed", _FAMILY), device or address, tuple(fields.values()), time)
        for (device, time), parts in found.fields.items()
        for fields in parts
    ]
