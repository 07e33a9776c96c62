"""What a payload formatter made of a frame, taken apart: values with their names, units and times.

| the formatter writes | taken as |
|---|---|
| `{"temperature": 21.5}` | a value |
| `{"temperature": {"value": 21.5, "unit": "°C"}}` | a value with its unit |
| `{"latitude": 52.1, "longitude": 4.3}` | a position |
| `{"history": [{"time": …, "temperature": 21.5}]}` | samples, each with its own time |
| `{"list": [{"name": "co2", "value": 700}]}` | values with their names |
| `{"channels": [{"index": 2, "reading": 4}]}` | values, the index being part of the name |
| `{"unit": "°C", "values": [21.5]}` | a value with its unit; the first, where the frame tells that it is the latest |
| `{"values": [1, 2, 3]}` | unknown: nobody tells what or when each is |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.model import Finding, Json
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.lorawan.clock import Clock, When, is_time_name, spelled
from semantic_gw.readers.values import point

MAX_DEPTH: Final = 8
"""Deepest value that is read."""

MAX_VALUES: Final = 5_000
"""Most values of one frame."""

_VALUE: Final = ("value", "measurement_value", "data", "val", "reading")
_VALUES: Final = ("values", *_VALUE)
_UNIT: Final = ("unit", "units")
_TITLE: Final = ("display_name", "description", "desc")
_NAME: Final = (
    "name", "variable", "measurement_id", "type", "measurement", "parameter", "quantity", "property", "field", "key",
    "label", "sensor", "obis_id",
)  # fmt: skip
_INDEX: Final = ("index", "channel", "ch", "id", "port", "number")
_LATITUDE: Final = ("latitude", "lat", "latitude_deg", "gps_latitude", "gps_lat")
_LONGITUDE: Final = (
    "longitude",
    "lon",
    "lng",
    "long",
    "longitude_deg",
    "gps_longitude",
    "gps_lon",
    "gps_lng",
    "gps_long",
)
_ALTITUDE: Final = ("altitude", "alt", "altitude_m", "gps_altitude", "gps_alt")

_LONGEST: Final = 40
"""Characters of the longest name that is known here."""

_LONGEST_WORDS: Final = 200
"""Characters of a text that are looked at for the order of lists."""

_SEVERAL: Final = "one of several, and nothing tells which or when"
_LISTED: Final = "a list of values, and nothing tells what each is"
_EARLIER: Final = "what was measured before, and nothing tells when"

_LATEST_FIRST: Final = "[t=0,"
"""What frames have in a text that tell the order of their lists: `values: [t=0, t-1, t-2, ...]`."""


class Sample(NamedTuple):
    """One value of a frame. *when* is None where it is of the time of the frame; *kind* is told for a position."""

    names: Tokens
    place: Tokens
    value: Json
    unit: str = ""
    title: str = ""
    when: When | None = None
    kind: str = ""
    unknown: str = ""
    """Why nobody can know what it means."""


@dataclass(frozen=True, slots=True)
class _Walk:
    clock: Clock
    left: list[Finding]
    """What is no value, and why."""
    latest_first: bool = False
    """Whether the first value of a list is of the time of the frame, and the others are earlier ones."""

    def node(self, node: Json, here: Sample) -> Iterator[Sample]:
        if len(here.place) > MAX_DEPTH + 4 or len(here.names) > MAX_DEPTH:
            return
        if isinstance(node, dict):
            yield from self._members(node, here)
        elif isinstance(node, list):
            yield from self._list(node, here)
        elif node is not None and here.names:
            yield here._replace(value=node)

    def _members(self, node: dict[str, Json], here: Sample) -> Iterator[Sample]:
        own = self.clock.own(node)
        if own is not None:
            here = here._replace(when=own[1])
            if own[1].time is None:
                self.left.append(
                    Finding(format_pointer((*here.place, own[0])), "a time without a zone, or of no set clock")
                )
        if here.names and (described := _described(node, here, timed=own is not None)) is not None:
            yield described
            return
        if here.names and (series := _series(node)) is not None:
            yield from self._in_order(series, node, here)
            return
        spellings = _spelled(node)
        taken = {own[0]} if own is not None else set()
        if (position := _position(node, spellings, here)) is not None:
            yield position
            taken |= _places(spellings)
        for name, value in node.items():
            if name not in taken and not (own is not None and is_time_name(name)):
                yield from self.node(value, here._replace(names=(*here.names, name), place=(*here.place, name)))

    def _in_order(self, name: str, node: dict[str, Json], here: Sample) -> Iterator[Sample]:
        """The value that a list has; of several the latest, where that is told."""
        there = here._replace(place=(*here.place, name), unit=_text(node, _UNIT), title=_text(node, _TITLE))
        if len(node[name]) == 1:
            yield there._replace(value=node[name][0], place=(*there.place, "0"))
        else:
            yield from self._numbers(node[name], there)

    def _numbers(self, items: Sequence[Json], here: Sample) -> Iterator[Sample]:
        """The first of *items*, where it is told to be the latest; else nobody knows what each is."""
        if not self.latest_first:
            yield here._replace(value=items, unknown=_LISTED)
            return
        yield here._replace(value=items[0], place=(*here.place, "0"))
        for index in range(1, len(items)):
            yield here._replace(value=items[index], place=(*here.place, str(index)), unknown=_EARLIER)

    def _list(self, node: Sequence[Json], here: Sample) -> Iterator[Sample]:
        if here.names and node and not any(isinstance(item, (dict, list)) for item in node):
            yield from self._numbers(list(node), here)
            return
        for index, item in enumerate(node):
            place = here._replace(place=(*here.place, str(index)))
            if isinstance(item, list):
                yield from self.node(item, place)
            elif isinstance(item, dict):
                yield from self._item(item, place, alone=len(node) == 1)

    def _item(self, item: dict[str, Json], here: Sample, *, alone: bool) -> Iterator[Sample]:
        own = self.clock.own(item)
        if own is None and any(map(is_time_name, item)):
            yield from _unknown(item, here, "its own time is that of a clock that was not set")
            return
        if own is not None and own[1].time is None and not alone:
            yield from _unknown(item, here, "a time without a zone")
            return
        if (name := _text(item, _NAME)) and (series := _series(item)) is not None:
            yield from self._in_order(series, item, here._replace(names=(*here.names, name)))
            return
        if (named := _named(item, here)) is not None:
            yield named._replace(when=own[1] if own is not None else named.when)
            return
        index = _member(item, _INDEX)
        if index is not None and isinstance(item[index], (int, str)) and not isinstance(item[index], bool):
            rest = {name: value for name, value in item.items() if name != index}
            yield from self._members(rest, here._replace(names=(*here.names, str(item[index]))))
        elif alone or own is not None:
            yield from self._members(item, here)
        else:
            yield from _unknown(item, here, _SEVERAL)


def samples(node: Json, place: Tokens, clock: Clock, left: list[Finding]) -> Iterator[Sample]:
    """The values of *node*, which stands at *place* of the document. What is none goes to *left*, with the reason.

    Raises LiftingError for more than 5,000.
    """
    walk = _Walk(clock, left, _tells_order(node))
    for count, sample in enumerate(walk.node(node, Sample((), place, None))):
        if count == MAX_VALUES:
            raise LiftingError(f"more than {MAX_VALUES} values in one frame", pointer=format_pointer(place))
        yield sample


def _unknown(item: dict[str, Json], here: Sample, reason: str) -> Iterator[Sample]:
    """The members of *item*, of which nobody can know what they mean."""
    for name, value in item.items():
        if not is_time_name(name):
            yield here._replace(names=(*here.names, name), place=(*here.place, name), value=value, unknown=reason)


def _tells_order(node: Json, depth: int = 0) -> bool:
    """Whether *node* says in words that the first value of a list is the latest one."""
    if not isinstance(node, dict) or depth > 1:
        return False
    return any(
        (isinstance(value, str) and _LATEST_FIRST in value[:_LONGEST_WORDS]) or _tells_order(value, depth + 1)
        for value in node.values()
    )


def _series(node: dict[str, Json]) -> str | None:
    """The member of *node* that is a list of values of one unit, which stands beside it."""
    name = _member(node, _VALUES)
    if name is None or _member(node, _UNIT) is None or not isinstance(node[name], list) or not node[name]:
        return None
    return name if not any(isinstance(item, (dict, list)) for item in node[name]) else None


def _spelled(node: dict[str, Json]) -> dict[str, str]:
    """Spelling of the lexicon → the member's name; of two that are spelled alike, the first."""
    return {spelled(name) if len(name) <= _LONGEST else name: name for name in reversed(node)}


def _member(node: dict[str, Json], spellings: tuple[str, ...]) -> str | None:
    """The member of *node* that is spelled like one of *spellings*, the first of them first."""
    members = _spelled(node)
    return next((members[name] for name in spellings if name in members), None)


def _text(node: dict[str, Json], spellings: tuple[str, ...]) -> str:
    name = _member(node, spellings)
    return node[name] if name is not None and isinstance(node[name], str) else ""


def _value(node: dict[str, Json], here: Sample) -> Sample | None:
    """The value that *node* has beside its unit and title."""
    name = _member(node, _VALUE)
    if name is None or isinstance(node[name], (dict, list)) or node[name] is None:
        return None
    return here._replace(
        place=(*here.place, name), value=node[name], unit=_text(node, _UNIT), title=_text(node, _TITLE)
    )


def _described(node: dict[str, Json], here: Sample, *, timed: bool) -> Sample | None:
    """`{"value": 21.5, "unit": "°C"}`: a value with what is to be said of it, if *node* is one."""
    told = timed or _member(node, (*_UNIT, *_TITLE)) is not None or len(node) == 1
    return _value(node, here) if told else None


def _named(node: dict[str, Json], here: Sample) -> Sample | None:
    """`{"name": "co2", "value": 700}`: a value with its name, if *node* is one."""
    name = _text(node, _NAME)
    found = _value(node, here)
    return found._replace(names=(*here.names, name)) if found is not None and name else None


def _position(node: dict[str, Json], spellings: Mapping[str, str], here: Sample) -> Sample | None:
    latitude = next((spellings[name] for name in _LATITUDE if name in spellings), None)
    longitude = next((spellings[name] for name in _LONGITUDE if name in spellings), None)
    if latitude is None or longitude is None:
        return None
    altitude = next((spellings[name] for name in _ALTITUDE if name in spellings), "")
    text = point(_plain(node[latitude]), _plain(node[longitude]), _plain(node.get(altitude)))
    place = (*here.place, latitude)
    return here._replace(names=(*here.names, "position"), place=place, value=text, kind=POSITION) if text else None


def _plain(value: Json) -> Json:
    """A number, of `{"value": 52.1, "unit": "°"}` too."""
    return value.get("value") if isinstance(value, dict) else value


def _places(spellings: Mapping[str, str]) -> set[str]:
    return {name for spelling, name in spellings.items() if spelling in (*_LATITUDE, *_LONGITUDE, *_ALTITUDE)}
