"""The objects of a meter's message, and the devices that they report for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from semantic_gw.contracts import Field, Reading
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.model import Json


@dataclass(frozen=True, slots=True)
class MeterObject:
    """An object of a message: its *code* in normal form, its *values* as codecs/meter_messages.py has them."""

    code: str
    values: list[Mapping[str, Json]]
    place: Tokens
    time: Json = None
    """What it tells of its own time."""

    @property
    def first(self) -> Json:
        """The first of its values, as a number or a text; None where it has none."""
        return self.plain(0) if self.values else None

    def plain(self, index: int) -> Json:
        """The value at *index*, as a number or a text; octets in hexadecimal."""
        value = self.values[index]
        return value.get("hex", value.get("value"))

    def unit(self, index: int) -> str:
        """The unit beside the value at *index*; empty where none stands there."""
        return str(self.values[index].get("unit", ""))

    def pointer(self, index: int) -> str:
        """The JSON Pointer of the value at *index*."""
        return format_pointer((*self.place, "values", str(index)))


@dataclass(slots=True)
class Device:
    """A meter, or one on its channel, and what it reports: by time, by name."""

    thing: str
    title: str
    about: Mapping[str, Json]
    fields: dict[datetime | None, dict[tuple[str, ...], Field]] = field(default_factory=dict)

    def add(self, time: datetime | None, found: Field, code: str) -> None:
        """*found*, under its *code* where its name is taken: by another channel of the same quantity."""
        there = self.fields.setdefault(time, {})
        if found.path in there:
            found = replace(found, path=(code,))
        there[found.path] = found

    def readings(self) -> Iterator[Reading]:
        """What it reported, a reading for each time."""
        for time, fields in self.fields.items():
            yield Reading(self.thing, self.title, tuple(fields.values()), time, self.about)


def first_text(objects: list[MeterObject], codes: frozenset[str]) -> str:
    """The text of the first object that has one of *codes*; empty where none is there."""
    found = next((one.first for one in objects if one.code in codes), "")
    return found if isinstance(found, str) else ""
