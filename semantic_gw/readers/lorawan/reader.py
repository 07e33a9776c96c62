"""Uplinks of LoRaWAN network servers: the envelope by a table, the decoded payload by device and convention."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.model import Document, Finding, Json
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.fields import FieldRules
from semantic_gw.readers.lorawan.clock import Clock
from semantic_gw.readers.lorawan.decoded import Sample, samples
from semantic_gw.readers.lorawan.devices import Devices
from semantic_gw.readers.lorawan.envelope import Envelope, eui, parse_envelope
from semantic_gw.readers.templates import Message, at
from semantic_gw.readers.values import moment, point

_ERRORS: Final = frozenset(("error", "errors", "warning", "warnings"))
"""Members of a payload formatter that failed."""

_MOST_TIMES: Final = 2_000
"""Most readings of one uplink."""


@dataclass(frozen=True, slots=True)
class LorawanReader:
    """Takes the messages of a LoRaWAN network server apart, by the tables of its family."""

    table: Mapping[str, Any]
    folder: Path
    zone: tzinfo | None = None
    _tables: _Tables = field(init=False)

    def __post_init__(self) -> None:
        if unknown := sorted(self.table.keys() - {"reader", "devices", "envelope"}):
            raise ValueError(f"a LoRaWAN reading has no member {', '.join(unknown)}; there are devices, envelope")
        devices = Devices.load(self.folder / self.table["devices"])
        tables = _Tables(parse_envelope(self.table["envelope"]), devices, devices.normalized(), self.zone)
        object.__setattr__(self, "_tables", tables)

    def fork(self) -> Self:
        return self

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """The readings of *document*: of the device, and of gateways that tell where they stand.

        Raises LiftingError for a message of no device, and for a frame that nobody decoded.
        """
        if not isinstance(document.value, dict):
            raise LiftingError("it is no message of a network server: those are objects")
        envelope = self._tables.envelope
        found = envelope.first(document.value, "inside")
        inside, value = found if found is not None and isinstance(found[1], dict) else ((), document.value)
        for row in envelope.ignore:
            there = at(value, row.at)
            if there is not None and (row.values is None or there in row.values):
                return Readings(ignored=row.reason)
        time = envelope.time(value)
        clock = Clock(time or document.payload.received_at, self.zone)
        return _Uplink(self._tables, Message(document.value, value, captures), inside, time, clock).readings()


@dataclass(frozen=True, slots=True)
class _Tables:
    envelope: Envelope
    devices: Devices
    normalized: FieldRules
    zone: tzinfo | None


@dataclass(slots=True)
class _Uplink:
    """One message under way: it stands *inside* the document, and was received at *time*."""

    tables: _Tables
    message: Message
    inside: Tokens
    time: datetime | None
    clock: Clock
    left: list[Finding] = field(default_factory=list)
    by_time: dict[datetime | None, list[Field]] = field(default_factory=dict)

    def readings(self) -> Readings:
        envelope = self.tables.envelope
        thing = envelope.iri(self.message)
        if thing is None:
            raise LiftingError("it does not tell which device it is of: it has neither an EUI nor an id")
        maker, model = envelope.text(self.message.item, "maker"), envelope.text(self.message.item, "model")
        self._formatted(maker, model)
        for one in envelope.radio(self.message.item, self.inside):
            self._put(one, self.time)
        self._told()
        self._placed()
        if len(self.by_time) > _MOST_TIMES:
            raise LiftingError(f"more than {_MOST_TIMES} times in one uplink")
        title = envelope.name(self.message) or thing
        about = _about(self.tables.devices.title(maker, model), model)
        readings = [Reading(thing, title, tuple(fields), time, about) for time, fields in self.by_time.items()]
        return Readings((*readings, *self._gateways()), tuple(self.left))

    def _put(self, one: Field, time: datetime | None) -> None:
        self.by_time.setdefault(time, []).append(one)

    def _formatted(self, maker: str, model: str) -> None:
        """The values that a payload formatter made of the frame. Raises LiftingError where there is a frame alone."""
        normalized = self.tables.envelope.first(self.message.item, "normalized")
        decoded = self.tables.envelope.first(self.message.item, "decoded")
        if decoded is None and normalized is None:
            self._check_frame()
            return
        repeated: list[Field] = []
        if normalized is not None:
            for time, one in self._fields(normalized, self.tables.normalized):
                self._put(one, time)
                repeated.append(one)
        if decoded is not None:
            for time, one in self._fields(_parsed(decoded), self.tables.devices.rules(maker, model)):
                if any(_repeats(other, one) for other in repeated):
                    self.left.append(Finding(one.pointer, "the normalized payload tells it, too"))
                else:
                    self._put(one, time)

    def _check_frame(self) -> None:
        frame = self.tables.envelope.first(self.message.item, "frame")
        if frame is not None:
            octets = len(frame[1]) * 3 // 4 if isinstance(frame[1], str) else 0
            raise LiftingError(
                f"nobody decoded its frame of {octets} octets or fewer: {self.tables.envelope.undecoded}",
                pointer=format_pointer((*self.inside, *frame[0])),
            )

    def _fields(self, found: tuple[Tokens, Json], rules: FieldRules) -> Iterator[tuple[datetime | None, Field]]:
        """The fields of what a formatter made. Raises LiftingError where it made nothing but errors."""
        tokens, node = found
        place = (*self.inside, *tokens)
        if isinstance(node, dict) and node and node.keys() <= _ERRORS:
            raise LiftingError(f"the payload formatter failed: {json.dumps(node)[:200]}", pointer=format_pointer(place))
        message = replace(self.message, item=node)
        for sample in samples(node, place, self.clock, self.left):
            one = self._field(sample, rules, message)
            if one is not None:
                yield (sample.when.time if sample.when is not None else self.time), one

    def _field(self, sample: Sample, rules: FieldRules, message: Message) -> Field | None:
        if sample.kind == POSITION:
            return Field(sample.names, sample.value, pointer=format_pointer(sample.place), kind=POSITION)
        if sample.unknown:
            return self._unknown(sample, rules.reason(sample.names, message))
        one = rules.field((sample.names, sample.place, sample.value), message, self.left, sample.unit)
        return replace(one, title=sample.title) if one is not None and sample.title and not one.title else one

    def _unknown(self, sample: Sample, why: str) -> Field | None:
        """A value of which nobody can know what it means; none where the family's table says *why* it is none."""
        pointer = format_pointer(sample.place)
        if why:
            self.left.append(Finding(pointer, why))
            return None
        return Field(sample.names, sample.value, pointer=pointer, unknown=sample.unknown)

    def _told(self) -> None:
        """Other values of the envelope."""
        for told in self.tables.envelope.values:
            if (value := told.value(self.message.item)) is not None:
                own = moment(at(self.message.item, told.time), "iso", None) if told.time is not None else self.time
                pointer = format_pointer((*self.inside, *told.at))
                self._put(Field(told.name, value, told.unit, pointer, told.kind, told.states), own)

    def _placed(self) -> None:
        """Where the network server says that the device is, and where somebody said that it stands."""
        for name, time in (("place", self.time), ("registered", None)):
            for tokens in self.tables.envelope.pointers[name]:
                for sample in samples(at(self.message.item, tokens), (*self.inside, *tokens), self.clock, []):
                    if sample.kind == POSITION:
                        pointer = format_pointer(sample.place)
                        self._put(
                            Field(("location", *sample.names), sample.value, pointer=pointer, kind=POSITION), time
                        )

    def _gateways(self) -> Iterator[Reading]:
        """Where the gateways stand that heard it, if they tell who they are."""
        envelope = self.tables.envelope
        told: set[str] = set()
        for place, item in envelope.gateways(self.message.item):
            id = eui(envelope.text(item, "gateway"))
            location = envelope.first(item, "location")
            if not id or id in told or location is None or not isinstance(location[1], dict):
                continue
            text = point(location[1].get("latitude"), location[1].get("longitude"), location[1].get("altitude"))
            if text is not None:
                told.add(id)
                pointer = format_pointer((*self.inside, *place, *location[0], "latitude"))
                one = Field(("position",), text, pointer=pointer, kind=POSITION)
                yield Reading(f"urn:dev:mac:{id}", f"Gateway {id}", (one,), self.time)


def _about(maker: str, model: str) -> dict[str, Json]:
    told = {"saref:hasManufacturer": maker, "saref:hasModel": model}
    return {name: text for name, text in told.items() if text}


def _repeats(normalized: Field, one: Field) -> bool:
    """Whether *one* is the same value under a name that says the same."""
    return bool(one.value == normalized.value and _words(one.path) & _words(normalized.path))


def _words(path: Tokens) -> frozenset[str]:
    return frozenset(word for name in path for word in snake_case(name).split("_"))


def _parsed(found: tuple[Tokens, Json]) -> tuple[Tokens, Json]:
    """What stands there; an object that is written as a text (`objectJSON` of ChirpStack 3) as an object."""
    tokens, node = found
    if not isinstance(node, str):
        return found
    try:
        return tokens, json.loads(node)
    except (ValueError, RecursionError) as error:
        raise LiftingError("the decoded payload is a text that is no JSON", pointer=format_pointer(tokens)) from error
