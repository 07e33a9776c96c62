"""Attributes of NGSI entities, however they are written: normalized, concise or simplified, of NGSI-v2 or NGSI-LD.

| written | value | unit | time |
|---|---|---|---|
| `{"type": "Property", "value": 21, "unitCode": "CEL", "observedAt": …}` | 21 | `CEL` | `observedAt` |
| `{"value": 21, "unitCode": "CEL"}` (concise, NGSI-LD 4.5.1) | 21 | `CEL` | |
| `{"type": "Number", "value": 21, "metadata": {"unitCode": {"value": "CEL"}}}` (NGSI-v2) | 21 | `CEL` | `TimeInstant` |
| `21` (simplified) | 21 | | |
| `[{"value": 21, "observedAt": …}, …]`, `{"values": [[21, …], …]}` (several, or a history) | each | | each |
| `{"value": {"L1": 21, "L2": 22}}` | each, by its name | | |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from semantic_gw.json_pointer import Tokens, format_pointer
from semantic_gw.model import Json

MAX_DEPTH: Final = 4
"""Deepest value of an attribute that is read."""

TIMES: Final = ("observedAt", "TimeInstant", "dateObserved", "timestamp")
"""Members of an attribute, or of its metadata, that tell when its value was observed."""

LINKS: Final = ("object", "Object", "objectList", "languageMap", "languageMaps")
"""Members of attributes that have no value: relationships, and texts in several languages."""

_LITERAL: Final = (frozenset({"type", "value"}), frozenset({"@type", "@value"}), frozenset({"@value"}))
_LOCAL: Final = re.compile(r".*[/#]|[\w-]+:(?!/)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Instance:
    """One value of an attribute; *unit* and *time* as they are written, a time of None where none is told."""

    path: Tokens
    value: Json
    unit: str = ""
    time: Json = None
    place: Tokens = ()
    type: str = ""

    @property
    def pointer(self) -> str:
        return format_pointer(self.place)


def local_name(name: str) -> str:
    """*name* without the namespace that an @context puts before it.

    >>> local_name("https://w3id.org/saref#fillingLevel"), local_name("schema:name"), local_name("co2")
    ('fillingLevel', 'name', 'co2')
    """
    match = _LOCAL.match(name)
    return name[match.end() :] or name if match is not None else name


def plain(node: Json) -> Json:
    """What *node* is the value of, whatever it is wrapped in.

    >>> plain({"type": "Property", "value": {"@type": "DateTime", "@value": "2026-11-24T10:15:00Z"}})
    '2026-11-24T10:15:00Z'
    """
    for _ in range(MAX_DEPTH):
        if not isinstance(node, dict):
            break
        inner = next((node[name] for name in ("value", "@value", "object", "vocab") if name in node), node)
        if inner is node:
            break
        node = inner
    return node


def is_geometry(value: Json) -> bool:
    """Whether *value* is a geometry of GeoJSON (RFC 7946, 3.1)."""
    return isinstance(value, dict) and isinstance(value.get("coordinates"), list)


def instances(name: str, node: Json, place: Tokens) -> Iterator[Instance]:
    """The values of the attribute *name*, which stands at *place*."""
    if isinstance(node, list) and node and all(isinstance(one, dict) and _is_attribute(one) for one in node):
        for index, one in enumerate(node):
            yield from _instance(_path(name, one), one, (*place, str(index)))
    elif isinstance(node, dict) and _is_attribute(node):
        yield from _instance((local_name(name),), node, place)
    else:
        yield from _values(Instance((local_name(name),), node, place=place), 0)


def _is_attribute(node: Mapping[str, Json]) -> bool:
    return any(member in node for member in ("value", "values", "vocab", "json", *LINKS))


def _path(name: str, node: Mapping[str, Json]) -> Tokens:
    """Values that stand beside each other are told apart by the end of their `datasetId` (NGSI-LD, 4.5.5)."""
    dataset = node.get("datasetId")
    return (local_name(name), *((dataset.split(":")[-1],) if isinstance(dataset, str) and dataset else ()))


def _instance(path: Tokens, node: Mapping[str, Any], place: Tokens) -> Iterator[Instance]:
    type_ = node.get("type")
    whole = Instance(path, None, _unit(node), _time(node), place, type_ if isinstance(type_, str) else "")
    if isinstance(node.get("values"), list):
        yield from _history(whole, node["values"])
        return
    member = next((name for name in ("value", "vocab", "json") if name in node), None)
    if member is not None and type_ != "Relationship":
        yield from _values(_with(whole, node[member], member), 0)


def _history(whole: Instance, pairs: list[Json]) -> Iterator[Instance]:
    """Pairs of a value and its time (the temporal representation, NGSI-LD 4.5.9)."""
    for index, pair in enumerate(pairs):
        if isinstance(pair, list) and len(pair) == 2:
            place = (*whole.place, "values", str(index), "0")
            yield Instance(whole.path, pair[0], whole.unit, pair[1], place, whole.type)


def _values(one: Instance, depth: int) -> Iterator[Instance]:
    """*one*, or what is in it where its value has members."""
    value = one.value
    if not isinstance(value, dict) or is_geometry(value) or depth >= MAX_DEPTH:
        yield one
    elif value.keys() in _LITERAL:
        member = "@value" if "@value" in value else "value"
        yield from _values(_with(one, value[member], member), depth + 1)
    else:
        for name, inner in value.items():
            path, place = (*one.path, name), (*one.place, name)
            if isinstance(inner, dict) and _is_attribute(inner):
                yield from _instance(path, {"unitCode": one.unit, "observedAt": one.time, **inner}, place)
            else:
                yield from _values(Instance(path, inner, one.unit, one.time, place, one.type), depth + 1)


def _with(one: Instance, value: Json, member: str) -> Instance:
    return Instance(one.path, value, one.unit, one.time, (*one.place, member), one.type)


def _unit(node: Mapping[str, Json]) -> str:
    for holder in (node, node.get("metadata")):
        if isinstance(holder, dict):
            for name in ("unitCode", "unitText", "unit"):
                if isinstance(text := plain(holder.get(name)), str) and text.strip():
                    return text.strip()
    return ""


def _time(node: Mapping[str, Json]) -> Json:
    for holder in (node, node.get("metadata")):
        if isinstance(holder, dict):
            for name in TIMES:
                if (time := plain(holder.get(name))) is not None:
                    return time
    return None
