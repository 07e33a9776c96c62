"""The envelope of an uplink: who sent it, when it was heard, and how well. Each network server has its own names.

| member | meaning |
|---|---|
| `inside` | members that a message may stand in |
| `eui` | pointers to the DevEUI of the device, an EUI-64: hexadecimal, or base64 |
| `thing`, `title` | templates for a device whose EUI is not told, and for its title |
| `maker`, `model` | pointers to what the server calls them |
| `time` | pointers to when the message was received |
| `decoded` | pointers to what a payload formatter made of the frame |
| `normalized` | pointers to the same in the server's own schema |
| `frame` | pointers to the frame as it was sent |
| `undecoded` | what to do about a frame that nobody decoded |
| `heard` | pointers to the list of gateways that heard it |
| `gateway` | pointers to a gateway's EUI, in an item of that list |
| `rssi`, `snr` | pointers to how well it did, likewise |
| `location` | a pointer to where it stands, likewise |
| `value` | other values of the envelope: `{at, name, kind, unit, states, time, unless}` |
| `place` | pointers to where the server found the device at that time |
| `registered` | pointers to where somebody said that it stands, at no time in particular |
| `ignore` | messages that are nothing for us: `{at, is, reason}` |
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from semantic_gw.contracts import Field
from semantic_gw.json_pointer import Tokens, format_pointer, parse_pointer
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.readers.conditions import Ignore
from semantic_gw.readers.templates import Message, Template, at, parse_template
from semantic_gw.readers.values import moment

_EUI: Final = re.compile(r"[0-9a-f]{16}")
_OCTETS: Final = 8
"""Of an EUI-64."""

_POINTERS: Final = (
    "inside", "eui", "maker", "model", "time", "decoded", "normalized", "frame", "heard", "gateway", "rssi", "snr",
    "location", "place", "registered",
)  # fmt: skip
_MEMBERS: Final = frozenset((*_POINTERS, "thing", "title", "undecoded", "value", "ignore"))
_VALUE_MEMBERS: Final = frozenset(("at", "name", "kind", "unit", "states", "time", "unless"))

_MOST_GATEWAYS: Final = 500
"""Gateways of one uplink that are looked at."""


@dataclass(frozen=True, slots=True)
class Told:
    """A value of the envelope: where it stands, and what it is."""

    at: Tokens
    name: Tokens
    kind: str
    unit: str
    states: Mapping[str, str]
    time: Tokens | None
    unless: tuple[Tokens, ...]
    """What says, where it is true, that this is no value."""

    def value(self, message: Json) -> Json:
        """The value in *message*; None where there is none, or one without a meaning (`false` of a state)."""
        found = at(message, self.at)
        if isinstance(found, (dict, list)) or any(at(message, tokens) is True for tokens in self.unless):
            return None
        return found if not self.states or str(found).lower() in self.states else None


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where things stand in the messages of one network server."""

    pointers: Mapping[str, tuple[Tokens, ...]]
    thing: tuple[Template, ...]
    title: tuple[Template, ...]
    undecoded: str
    values: tuple[Told, ...] = ()
    ignore: tuple[Ignore, ...] = field(default=())

    def first(self, message: Json, name: str) -> tuple[Tokens, Json] | None:
        """Where the first of the places *name* that has something stands, and what."""
        found = ((tokens, at(message, tokens)) for tokens in self.pointers[name])
        return next(((tokens, value) for tokens, value in found if value not in (None, "")), None)

    def text(self, message: Json, name: str) -> str:
        """The first text at the places *name*."""
        found = self.first(message, name)
        return found[1] if found is not None and isinstance(found[1], str) else ""

    def iri(self, message: Message) -> str | None:
        """The IRI of the device: by its EUI (RFC 9039, 4.1), else by what the server calls it."""
        told = eui(self.text(message.item, "eui"))
        return f"urn:dev:mac:{told}" if told else _filled(self.thing, message)

    def time(self, message: Json) -> datetime | None:
        """When it was received: a frame is sent when its values are measured."""
        found = (moment(at(message, tokens), "iso", None) for tokens in self.pointers["time"])
        return next((time for time in found if time is not None), None)

    def name(self, message: Message) -> str:
        """The title of the device, empty where nothing tells one."""
        return _filled(self.title, message) or ""

    def radio(self, message: Json, prefix: Tokens) -> Iterator[Field]:
        """How well the best gateway heard it: signal strength in dBm, signal-to-noise ratio in dB."""
        heard = list(self.gateways(message))
        for name, kind, unit in (("rssi", "SignalStrength", "dBm"), ("snr", "SignalToNoiseRatio", "dB")):
            numbers = [(value, place) for place, item in heard for place, value in self._numbers(item, name, place)]
            if numbers:
                value, place = max(numbers, key=lambda pair: pair[0])
                yield Field(("radio", name), value, unit, format_pointer((*prefix, *place)), SGW + kind)

    def gateways(self, message: Json) -> Iterator[tuple[Tokens, Json]]:
        """Where each gateway that heard it stands, and what it tells."""
        for tokens in self.pointers["heard"]:
            heard = at(message, tokens)
            for index, item in enumerate(heard[:_MOST_GATEWAYS] if isinstance(heard, list) else ()):
                yield (*tokens, str(index)), item

    def _numbers(self, item: Json, name: str, place: Tokens) -> Iterator[tuple[Tokens, float]]:
        for tokens in self.pointers[name]:
            value = at(item, tokens)
            if type(value) in (int, float):
                yield (*place, *tokens), value


def _filled(templates: Iterable[Template], message: Message) -> str | None:
    return next((text for template in templates if (text := template.fill(message))), None)


def eui(text: str) -> str:
    """The 16 hexadecimal digits of an EUI-64, however it is written; empty where *text* is none.

    >>> eui("0004A30B001C0530"), eui("00-04-A3-0B-00-1C-05-30"), eui("AASjCwAcBTA=")
    ('0004a30b001c0530', '0004a30b001c0530', '0004a30b001c0530')
    """
    digits = text.lower().replace(":", "").replace("-", "")
    if _EUI.fullmatch(digits):
        return digits
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return decoded.hex() if len(decoded) == _OCTETS else ""


def parse_envelope(table: Mapping[str, Any]) -> Envelope:
    """The envelope that *table* describes. Raises ValueError."""
    if unknown := sorted(table.keys() - _MEMBERS):
        raise ValueError(f"an envelope has no member {', '.join(unknown)}; there are {', '.join(sorted(_MEMBERS))}")
    return Envelope(
        pointers={name: tuple(map(parse_pointer, _several(table.get(name, ())))) for name in _POINTERS},
        thing=tuple(map(parse_template, _several(table["thing"]))),
        title=tuple(parse_template(text, style="text") for text in _several(table.get("title", ()))),
        undecoded=table.get("undecoded", ""),
        values=tuple(map(_told, table.get("value", ()))),
        ignore=tuple(one for row in table.get("ignore", ()) for one in _ignore(row)),
    )


def _several(value: Any) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value


def _told(row: Mapping[str, Any]) -> Told:
    if unknown := sorted(row.keys() - _VALUE_MEMBERS):
        raise ValueError(f"a value has no member {', '.join(unknown)}; there are {', '.join(sorted(_VALUE_MEMBERS))}")
    time = parse_pointer(row["time"]) if "time" in row else None
    states = {text: SGW + state for text, state in row.get("states", {}).items()}
    name = tuple(row["name"].split("/"))
    unless = tuple(map(parse_pointer, row.get("unless", ())))
    return Told(parse_pointer(row["at"]), name, SGW + row["kind"], row.get("unit", ""), states, time, unless)


def _ignore(row: Mapping[str, Any]) -> Iterator[Ignore]:
    values = row.get("is")
    listed = None if values is None else tuple(values) if isinstance(values, list) else (values,)
    for pointer in _several(row["at"]):
        yield Ignore(parse_pointer(pointer), listed, row["reason"])
