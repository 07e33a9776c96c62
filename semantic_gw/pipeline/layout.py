"""Where in payloads that look alike what stands: the items, which device it is, when and where that was, the values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from semantic_gw.json_pointer import Tokens
from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.lexicon.units import unit_table
from semantic_gw.model import Json
from semantic_gw.readers.values import moment, number_in, number_with_unit

MAX_DEPTH: Final = 8
"""Deepest value that a draft has."""

_LONGEST_TEXT: Final = 80
"""Characters of the longest payload that is taken for one value."""

_MOST_ITEMS: Final = 50
"""Items of a list that are looked at."""

_IDS: Final = (
    "mac", "mac_address", "dev_eui", "deveui", "eui", "device_id", "deviceid", "sensor_id", "serial", "serial_number",
    "sn", "id", "uid", "uuid", "name",
)  # fmt: skip
"""Names of members that tell which device it is, the best first."""

_MAC: Final = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]?){5,7}[0-9A-Fa-f]{2}")
_TIME_WORDS: Final = frozenset(
    {"time", "timestamp", "ts", "date", "datetime", "dt", "at", "epoch", "utc", "stamp", "observed"}
)
_OTHER_TIMES: Final = frozenset(
    (
        "up", "last", "next", "start", "started", "end", "install", "installed", "production", "boot", "reset",
        "run", "running", "on", "off",
    )
)  # fmt: skip
"""Words of the times that are of something else."""

_COUNTS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EARLIEST: Final = 978_307_200
"""2001, in seconds since 1970: counts from here on to the year 2100 are taken for times."""
_LATEST: Final = 4_102_444_800

_NAMES: Final = (
    "name",
    "type",
    "variable",
    "key",
    "n",
    "id",
    "measurand",
    "value_type",
    "parameter",
    "channel",
    "code",
    "resource_id",
)
VALUES: Final = ("value", "val", "v", "reading", "measurement")
_UNITS: Final = ("unit", "units", "u", "uom", "unit_of_measurement")
_LATITUDES: Final = ("lat", "latitude")
_LONGITUDES: Final = ("lon", "lng", "long", "longitude")
_HEIGHTS: Final = ("alt", "altitude", "elevation", "ele")


@dataclass(frozen=True, slots=True)
class Pairs:
    """A list whose items name their values: where it stands, and in each the name, the value, the unit."""

    at: Tokens
    name: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A value: its names, itself, and where its unit stands, with that."""

    path: Tokens
    value: Json
    unit_at: Tokens | None = None
    unit: str = ""
    numbers: str = ""
    """How it is written, where it is a number in a text: `text`, or `unit` where its unit follows."""


@dataclass(slots=True)
class Layout:
    """What stands where in an item; *each* is where the items stand, in which `*` is any of a list."""

    each: Tokens = ()
    pairs: Pairs | None = None
    places: list[Place] = field(default_factory=list)
    time: tuple[Tokens, str] | None = None
    zoneless: Tokens | None = None
    """Where a time stands that tells no zone."""
    device: tuple[Tokens, bool] | None = None
    """Where it says which device it is, and whether that is a MAC address."""
    position: dict[str, Tokens] = field(default_factory=dict)
    whole: bool = False
    """Whether the document is nothing but a value."""


def layout(documents: Sequence[Json]) -> Layout:
    """The layout of *documents*."""
    if all(not isinstance(document, dict | list) for document in documents):
        told = [document for document in documents if document is not None and len(str(document)) <= _LONGEST_TEXT]
        return Layout(whole=True, places=[_place((), document, {}) for document in told[:1]])
    found = Layout(each=_items_at(documents[0]))
    leaves: dict[Tokens, Json] = {}
    for document in documents:
        for item in _items(document, found.each):
            for tokens, value in _leaves(item, ()):
                leaves.setdefault(tokens, value)
    found.pairs = _pairs_in(documents[0], found.each)
    if found.pairs is not None:
        found.each = ()
        leaves = {
            tokens: value
            for tokens, value in _leaves(documents[0], ())
            if tokens[: len(found.pairs.at)] != found.pairs.at
        }
        pair = found.pairs
        found.places = [Place((name,), value, None, unit) for name, value, unit in _named_values(documents, pair)]
    _find(found, leaves)
    return found


def _find(found: Layout, leaves: Mapping[Tokens, Json]) -> None:
    found.time, found.zoneless = _time_in(leaves)
    found.device = _device_in(leaves)
    found.position = _position_in(leaves)
    taken = {found.time[0] if found.time else found.zoneless, *found.position.values()}
    found.places += [_place(tokens, value, leaves) for tokens, value in leaves.items() if tokens not in taken]
    units = {place.unit_at for place in found.places if place.unit_at}
    found.places = [place for place in found.places if place.path not in units]


# ── Lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _items_at(document: Json) -> Tokens:
    """Where the items stand: in the list of objects that tells most, if it tells more than what is around it."""
    lists = {tokens: _weight(value) for tokens, value in _lists(document, ())}
    best = max(lists, key=lambda tokens: lists[tokens], default=None)
    around = sum(1 for _ in _leaves(document, ())) if isinstance(document, dict) else 0
    return (*best, "*") if best is not None and lists[best] > 0 and lists[best] * 2 >= around else ()


def _lists(node: Json, tokens: Tokens) -> Iterator[tuple[Tokens, list[Json]]]:
    if isinstance(node, dict) and len(tokens) < MAX_DEPTH:
        for name, value in node.items():
            yield from _lists(value, (*tokens, str(name)))
    elif isinstance(node, list) and node and all(isinstance(item, dict) for item in node[:_MOST_ITEMS]):
        yield tokens, node


def _weight(items: Sequence[Json]) -> int:
    """Values of the item that has most."""
    return max((sum(1 for _ in _leaves(item, ())) for item in items[:_MOST_ITEMS]), default=0)


def _items(document: Json, each: Tokens) -> Sequence[Json]:
    node = document
    for name in each:
        if name == "*":
            return node[:_MOST_ITEMS] if isinstance(node, list) else ()
        node = node.get(name) if isinstance(node, dict) else None
    return [node]


def _pairs_in(document: Json, each: Tokens) -> Pairs | None:
    if not each:
        return None
    items = [item for item in _items(document, each) if isinstance(item, dict)]
    spelled = {snake_case(name): name for name in items[0]} if items else {}
    value = next((spelled[name] for name in VALUES if name in spelled), "")
    name = next((spelled[one] for one in _NAMES if one in spelled and _all_texts(items, spelled[one])), "")
    if not name or not value or not any(not isinstance(item.get(value), dict | list) for item in items):
        return None
    unit = next((spelled[one] for one in _UNITS if one in spelled), "")
    return Pairs(each[:-1], name, value, unit)


def _all_texts(items: Sequence[Mapping[str, Json]], name: str) -> bool:
    """Whether *name* is a text in all *items*, and another in each."""
    texts = [item.get(name) for item in items]
    return all(isinstance(text, str) and text for text in texts) and len(set(texts)) == len(texts)


def _named_values(documents: Sequence[Json], pairs: Pairs) -> Iterator[tuple[str, Json, str]]:
    seen: set[str] = set()
    for document in documents:
        for item in _items(document, (*pairs.at, "*")):
            name = item.get(pairs.name) if isinstance(item, dict) else None
            if isinstance(name, str) and name not in seen:
                seen.add(name)
                unit = item.get(pairs.unit) if pairs.unit else ""
                yield name, item.get(pairs.value), unit if isinstance(unit, str) else ""


def _leaves(node: Json, tokens: Tokens) -> Iterator[tuple[Tokens, Json]]:
    if isinstance(node, dict):
        if len(tokens) < MAX_DEPTH:
            for name, value in node.items():
                yield from _leaves(value, (*tokens, str(name)))
    elif isinstance(node, list):
        if (
            len(node) in (2, 3)
            and tokens
            and tokens[-1] == "coordinates"
            and all(type(one) in (int, float) for one in node)
        ):
            yield from (((*tokens, str(index)), value) for index, value in enumerate(node))
    elif tokens and node is not None:
        yield tokens, node


# ── What is no value ────────────────────────────────────────────────────────────────────────────────────────────────


def _time_in(leaves: Mapping[Tokens, Json]) -> tuple[tuple[Tokens, str] | None, Tokens | None]:
    """Where the best time stands, and how it is written; else where one stands without a zone."""
    zoneless = None
    for tokens in sorted(filter(_is_time_name, leaves), key=lambda tokens: (len(tokens), _time_rank(tokens[-1]))):
        value = leaves[tokens]
        if form := _count_form(value):
            return (tokens, form), None
        if isinstance(value, str) and len(value) >= len("2026-11-24") and moment(value, "iso", None) is not None:
            return (tokens, "iso"), None
        if isinstance(value, str) and moment(value, "utc", None) is not None:
            zoneless = zoneless or tokens
    return None, zoneless


def _is_time_name(tokens: Tokens) -> bool:
    words = set(snake_case(tokens[-1]).split("_"))
    return not words.isdisjoint(_TIME_WORDS) and words.isdisjoint(_OTHER_TIMES)


def _time_rank(name: str) -> int:
    """Fewer words say more plainly that it is the time of all."""
    return len(snake_case(name).split("_"))


def _count_form(value: Json) -> str:
    """The unit in which *value* counts since 1970; empty where it does not."""
    number = number_in(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return ""
    return next((form for form, per in _COUNTS.items() if _EARLIEST * per <= number < _LATEST * per), "")


def _device_in(leaves: Mapping[Tokens, Json]) -> tuple[Tokens, bool] | None:
    near = {tokens: value for tokens, value in leaves.items() if len(tokens) <= 2 and isinstance(value, str | int)}
    for name in _IDS:
        for tokens, value in near.items():
            if snake_case(tokens[-1]) == name and not isinstance(value, bool):
                return tokens, name in ("mac", "mac_address", "dev_eui", "deveui", "eui") or _is_mac(value)
    return None


def _is_mac(value: Json) -> bool:
    return isinstance(value, str) and ":" in value and _MAC.fullmatch(value) is not None


def _position_in(leaves: Mapping[Tokens, Json]) -> dict[str, Tokens]:
    for tokens, value in leaves.items():
        if tokens[-2:] == ("coordinates", "1"):
            return {"lat": tokens, "lon": (*tokens[:-1], "0")}
        if snake_case(tokens[-1]) in _LATITUDES and type(value) in (int, float, str):
            beside = {snake_case(other[-1]): other for other in leaves if other[:-1] == tokens[:-1]}
            lon = next((beside[name] for name in _LONGITUDES if name in beside), None)
            alt = next((beside[name] for name in _HEIGHTS if name in beside), None)
            if lon is not None:
                return {"lat": tokens, "lon": lon} | ({"alt": alt} if alt is not None else {})
    return {}


def _place(tokens: Tokens, value: Json, leaves: Mapping[Tokens, Json]) -> Place:
    """The value at *tokens*, with the unit that stands beside it."""
    if isinstance(value, str) and number_in(value) is not None:
        return Place(tokens, value, numbers="text")
    if (
        isinstance(value, str)
        and (pair := number_with_unit(value)) is not None
        and unit_table().find(pair[1]) is not None
    ):
        return Place(tokens, value, None, pair[1], "unit")
    if tokens and snake_case(tokens[-1]) in VALUES and type(value) in (int, float):
        for other, unit in leaves.items():
            if other[:-1] == tokens[:-1] and snake_case(other[-1]) in _UNITS and isinstance(unit, str):
                return Place(tokens, value, other, unit)
    return Place(tokens, value)
