"""The reader of LwM2M: values of resources, by what the registry of objects says of them.

A sensor of IPSO tells its unit in a resource of its own, often once: it is remembered.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import unquote

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Finding, Json
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.device_names import thing_of
from semantic_gw.readers.lwm2m_nodes import Node, nodes, typed
from semantic_gw.readers.lwm2m_objects import (
    QUALITY,
    SENSOR_VALUE,
    UNITS,
    UNREGISTERED,
    ObjectRule,
    ObjectTable,
    ResourceRule,
    load_objects,
)
from semantic_gw.readers.senml_pack import ABSOLUTE
from semantic_gw.readers.values import point, scaled

MAX_READINGS: Final = 2_000
"""Most readings of one document."""

_FAMILY: Final = "lwm2m"
_REMEMBERED: Final = 100_000
"""Sensors whose unit is remembered."""

_PATH_BEHIND: Final = re.compile(r"(.*?)/?((?:^|(?<=/))[0-9]{1,5}(?:/[0-9]{1,5}){0,3})", re.DOTALL)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_REJECTED: Final = 1
"""Measurement quality: the value is invalid (IPSO, resource 6042)."""

_Instance = tuple[str, int, int]
"""An object instance of a Thing."""


@dataclass(slots=True)
class _Found:
    """What has been found in a document so far: values by Thing and time, and what each Thing tells of itself."""

    fields: dict[tuple[str, datetime | None], list[dict[tuple[str, ...], Field]]] = field(default_factory=dict)
    about: dict[str, dict[str, Json]] = field(default_factory=dict)
    left: list[Finding] = field(default_factory=list)

    def add(self, thing: str, time: datetime | None, found: Field) -> None:
        readings = self.fields.setdefault((thing, time), [])
        for reading in readings:
            if found.path not in reading:
                reading[found.path] = found
                return
        readings.append({found.path: found})

    def leave(self, node: Node, why: str) -> None:
        self.left.append(Finding(node.pointer, why))


class Lwm2mReader:
    """Reads what clients tell of their resources. *folder* has the table of objects."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:  # noqa: ARG002
        self._table: ObjectTable = load_objects(folder / table.get("objects", "objects.toml"))
        self._units: OrderedDict[_Instance, str] = OrderedDict()

    def fork(self) -> Self:
        other = copy(self)
        other._units = self._units.copy()  # noqa: SLF001  its own kind
        return other

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """Raises LiftingError for what is no format of LwM2M."""
        endpoint, base = _place(document, captures)
        found = _Found()
        instances: dict[tuple[_Instance, datetime | None], list[Node]] = {}
        for node in nodes(document.value, document.media_type, base, document.payload.received_at):
            if isinstance(node, Finding):
                found.left.append(node)
            else:
                thing = _device(node.root) or endpoint
                instances.setdefault(((thing, node.object, node.instance), node.time), []).append(node)
        for (instance, time), together in instances.items():
            self._remember_unit(instance, together)
            self._take_instance(instance, time, together, found)
        return Readings(tuple(_readings(found)), tuple(found.left))

    def _remember_unit(self, instance: _Instance, together: Iterable[Node]) -> None:
        for node in together:
            if node.resource == UNITS and isinstance(told := typed(node.value, "string", raw=node.raw), str):
                self._units[instance] = told[:40]
                self._units.move_to_end(instance)
        if len(self._units) > _REMEMBERED:
            self._units.popitem(last=False)

    def _take_instance(
        self, instance: _Instance, time: datetime | None, together: Sequence[Node], found: _Found
    ) -> None:
        """The values that one object instance has at one time."""
        thing, number, _ = instance
        rule = self._table.objects.get(number)
        if rule is not None and rule.leave:
            for node in together:
                found.leave(node, f"{rule.name}: {rule.leave}")
            return
        time = time or _told_time(together, rule)
        taken = _take_position(thing, time, together, rule, found) if rule is not None and rule.position else set()
        rejected = any(node.resource == QUALITY and _number(node) == _REJECTED for node in together)
        for node in together:
            if node.resource in taken:
                continue
            if rejected and node.resource == SENSOR_VALUE:
                found.leave(node, "the sensor calls its value invalid")
                continue
            self._take(instance, time, node, rule, found)

    def _take(
        self, instance: _Instance, time: datetime | None, node: Node, rule: ObjectRule | None, found: _Found
    ) -> None:
        resource = self._table.resource(node.object, node.resource)
        if resource is None:
            self._take_unknown(instance[0], time, node, rule, found)
            return
        value = typed(node.value, resource.type, raw=node.raw)
        if isinstance(value, (dict, list)) or value is None:
            found.leave(node, f"{resource.name} is no {resource.type}")
        elif resource.about and isinstance(value, str) and value.strip():
            found.about.setdefault(instance[0], {})[resource.about] = value.strip()
            found.leave(node, f"{resource.name} is in the description of the Thing")
        elif rule is not None and node.resource == rule.time:
            found.leave(node, "the time of the other values")
        elif not resource.observed:
            found.leave(
                node, f"{resource.name}: {resource.leave}" if resource.leave else f"{resource.name} is no observation"
            )
        else:
            found.add(instance[0], time, self._told(instance, node, resource, value))

    def _told(self, instance: _Instance, node: Node, resource: ResourceRule, value: Json) -> Field:
        unit = node.unit or resource.unit or self._units.get(instance) or resource.usual
        kind = resource.kind_of(unit)
        if resource.scale != 1 and type(value) in (int, float):
            value = scaled(value, resource.scale, Decimal(0))
        if resource.states and type(value) is float and value.is_integer():
            value = int(value)
        name = self._table.objects[node.object].name if node.object in self._table.objects else f"Object {node.object}"
        return Field(node.names, value, unit, node.pointer, kind, resource.states, f"{name}: {resource.name}")

    def _take_unknown(
        self, thing: str, time: datetime | None, node: Node, rule: ObjectRule | None, found: _Found
    ) -> None:
        """A resource that is in no table: told as unmapped, but for objects that nobody can know."""
        if node.object in UNREGISTERED:
            found.leave(node, f"object {node.object} is of those that nobody can register")
        elif rule is not None and node.resource == rule.time:
            found.leave(node, "the time of the other values")
        elif node.raw:
            found.leave(node, f"object {node.object} is not known, so nobody knows what its bytes mean")
        else:
            found.add(thing, time, Field(node.names, node.value, node.unit, node.pointer))


def _place(document: Document, captures: Mapping[str, str]) -> tuple[str, str]:
    """Which Thing reports, and the path that was asked for, as far as the address tells it."""
    address = document.payload.source.address
    endpoint, path = captures.get("endpoint", ""), captures.get("path", "")
    match = _PATH_BEHIND.fullmatch(path or address)
    base = match[2] if match else ""
    if not endpoint:
        endpoint = match[1] if match else address
    return thing_of(endpoint or "unnamed", _FAMILY), base


def _device(root: str) -> str:
    """The Thing that names its resources with *root*; empty where that only tells where its objects are."""
    root = root.strip("/")
    return thing_of(root.rstrip(":/"), _FAMILY) if ":" in root and root.lower().startswith(("urn:", "coap")) else ""


def _told_time(together: Iterable[Node], rule: ObjectRule | None) -> datetime | None:
    """When the instance says that its values are from."""
    if rule is None:
        return None
    told = next((node for node in together if node.resource == rule.time), None)
    seconds = _number(told, "time") if told is not None else None
    if seconds is None or seconds < ABSOLUTE:  # a clock that was never set, or counts from a start
        return None
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _number(node: Node, type: str = "integer") -> int | float | None:
    value = typed(node.value, type, raw=node.raw)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _take_position(
    thing: str, time: datetime | None, together: Iterable[Node], rule: ObjectRule, found: _Found
) -> set[int]:
    """Tell the position of an instance; the resources that it is made of."""
    by_id = {node.resource: node for node in together}
    there = {name: next((id for id in ids if id in by_id), None) for name, ids in rule.position.items()}
    parts = {name: by_id[id] for name, id in there.items() if id is not None}
    if not parts:
        return set()
    first = next(iter(parts.values()))
    told = {name: typed(node.value, "float", raw=node.raw) for name, node in parts.items()}
    text = point(told.get("lat"), told.get("lon"), told.get("alt"))
    if text is None:
        whole = "lat" in parts and "lon" in parts
        why = "no position on Earth, or a receiver without a fix" if whole else "only a part of a position"
        found.leave(first, why)
    else:
        place = (*first.names[:2], "position")
        title = f"{rule.name}: Position"
        found.add(thing, time, Field(place, text, pointer=first.pointer, kind=POSITION, title=title))
    return {id for ids in rule.position.values() for id in ids}


def _readings(found: _Found) -> list[Reading]:
    readings = [
        Reading(thing, _title(thing), tuple(fields.values()), time, found.about.get(thing, {}))
        for (thing, time), parts in found.fields.items()
        for fields in parts
    ]
    if len(readings) > MAX_READINGS:
        raise LiftingError(f"more than {MAX_READINGS} readings in one document")
    return readings


def _title(thing: str) -> str:
    return unquote(thing.removeprefix(f"urn:dev:ops:{_FAMILY}-"))
