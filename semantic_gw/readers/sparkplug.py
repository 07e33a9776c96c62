"""The reader of Sparkplug B: metrics of edge nodes and their devices, which birth certificates describe.

Data name their metrics by aliases that only a birth certificate tells: what it said is remembered for each edge node.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Readings
from semantic_gw.errors import LiftingError, NoDescriptionError
from semantic_gw.model import Document, Finding, Json
from semantic_gw.rdf.iris import encode_segment
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.readers.gathered import Gathered
from semantic_gw.readers.sparkplug_metrics import (
    Definition,
    datatype_of,
    defined,
    metrics_of,
    no_observation,
    own_unit,
    value_of,
)
from semantic_gw.readers.tags import Tags, tag_path
from semantic_gw.readers.values import moment

_REMEMBERED: Final = 10_000
"""Edge nodes that are remembered."""

_MOST_METRICS: Final = 50_000
"""Metrics of one edge node that are remembered."""

_SEQUENCE: Final = 256
"""Sequence numbers begin again after 255 (Sparkplug 3.0, 6.4.4)."""

_BIRTHS: Final = ("NBIRTH", "DBIRTH")
_DEATHS: Final = ("NDEATH", "DDEATH")
_DATA: Final = ("NDATA", "DDATA")
_TYPES: Final = (*_BIRTHS, *_DATA, *_DEATHS)
_COMPRESSED: Final = "SPBV1.0_COMPRESSED"
_CONNECTIVITY: Final = {"birth": SGW + "Connected", "death": SGW + "Disconnected"}
_NO_UNIT: Final = (
    "its birth certificate has no engineering unit (engUnit), and without one the name of a tag means nothing"
)


@dataclass(frozen=True, slots=True)
class _Node:
    """What is known of an edge node since its birth. *devices* are those born since, an empty text the node itself."""

    born: Json = None
    session: Json = None
    sequence: int | None = None
    by_alias: Mapping[int, Definition] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], Definition] = field(default_factory=dict)
    devices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Message:
    """A payload, and where it came from. *device* is empty for the edge node itself."""

    group: str
    node: str
    device: str
    payload: dict[str, Json]
    received_at: datetime

    @property
    def thing(self) -> str:
        return f"urn:dev:ops:sparkplug-{encode_segment('/'.join(self._levels))}"

    @property
    def title(self) -> str:
        return " ".join(self._levels)

    @property
    def _levels(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.group, self.node, self.device)))


class SparkplugReader:
    """Reads payloads by what the birth certificate of their edge node said of the metrics."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:  # noqa: ARG002
        self._tags = Tags(table)
        self._nodes: OrderedDict[tuple[str, str], _Node] = OrderedDict()

    def fork(self) -> Self:
        other = copy(self)
        other._nodes = self._nodes.copy()  # noqa: SLF001  its own kind; nodes are never changed
        return other

    def read(self, document: Document, captures: Mapping[str, str]) -> Readings:
        """Raises LiftingError for what is no payload, NoDescriptionError for data before their birth certificate."""
        type_, payload = captures.get("type", ""), document.value
        if not isinstance(payload, dict):
            raise LiftingError("no payload of Sparkplug B: it is no object")
        if payload.get("uuid") == _COMPRESSED:
            raise LiftingError(
                "a compressed payload (Sparkplug 3.0, 6.4.21) is not read: let the edge node send plain ones"
            )
        of_device = type_.startswith("D")
        device = captures.get("device", "") if of_device else ""
        if of_device and not device:
            raise LiftingError(f"a {type_} has a device in its topic (Sparkplug 3.0, 4.2.1)")
        received = document.payload.received_at
        message = _Message(captures.get("group", ""), captures.get("node", ""), device, payload, received)
        if type_ in _BIRTHS:
            return self._birth(message)
        if type_ in _DEATHS:
            return self._death(message)
        if type_ not in _DATA:
            raise LiftingError(f"{type_[:40]!r} is no type of message (Sparkplug 3.0, 4.1.2): {', '.join(_TYPES)}")
        return self._data(message)

    # Birth and death

    def _birth(self, message: _Message) -> Readings:
        """A birth certificate: what it defines is remembered, unless it is older than the one that is."""
        key = (message.group, message.node)
        known = self._nodes.get(key)
        found = Gathered(titles={message.thing: message.title})
        node = _born(message, known, found.left)
        if known is None or not _older(message.payload, known):
            self._remember(key, node)
        else:
            found.leave((), "a birth certificate that is older than the one that is known")
        found.add(message.thing, _time(message.payload), _connectivity("birth"))
        self._take_metrics(message, node, found)
        return found.readings()

    def _death(self, message: _Message) -> Readings:
        """A death certificate: what was born is no more (Sparkplug 3.0, 6.4.15 and 6.4.24)."""
        key = (message.group, message.node)
        known = self._nodes.get(key)
        found = Gathered(titles={message.thing: message.title})
        if message.device:
            if known is not None:
                alive = replace(known, devices=known.devices - {message.device})
                self._remember(key, _in_sequence(message.payload, alive, found.left))
            found.add(message.thing, _time(message.payload), _connectivity("death"))
            return found.readings()
        session = _session(message.payload)
        if known is not None and None not in (session, known.session) and session != known.session:
            return Readings(ignored=f"the death of session {session}, while session {known.session} of the node lives")
        self._nodes.pop(key, None)
        found.add(message.thing, None, _connectivity("death"))  # the broker sends it, with a time of long before
        return found.readings()

    # Data

    def _data(self, message: _Message) -> Readings:
        key = (message.group, message.node)
        known = self._nodes.get(key)
        if known is None or message.device not in known.devices:
            raise NoDescriptionError(
                f"no birth certificate yet of {message.title}: ask for a rebirth (Node Control/Rebirth), then replay"
            )
        found = Gathered(titles={message.thing: message.title})
        known = _in_sequence(message.payload, known, found.left)
        self._remember(key, known)
        missing = self._take_metrics(message, known, found)
        read = found.readings()
        if missing and not read.readings:
            raise NoDescriptionError(
                f"{missing} is in no birth certificate of {message.title}: ask for a rebirth (Node Control/Rebirth), "
                f"then replay"
            )
        return read

    def _take_metrics(self, message: _Message, node: _Node, found: Gathered) -> str:
        """Take every metric; the last that no birth certificate defines."""
        missing = ""
        otherwise = _time(message.payload)
        for index, metric in metrics_of(message.payload):
            place = ("metrics", str(index))
            definition = _definition(metric, message.device, node)
            if definition is None:
                missing = _named(metric)
                found.leave(place, f"{missing} is in no birth certificate: ask for a rebirth")
                continue
            time = moment(metric.get("timestamp"), "ms", None) or otherwise
            if (told := self._told(metric, definition, place, found.left)) is not None:
                found.add(message.thing, time, told)
        return missing

    def _told(
        self, metric: Mapping[str, Json], definition: Definition, place: tuple[str, ...], left: list[Finding]
    ) -> Field | None:
        datatype = datatype_of(metric) or definition.datatype
        why = no_observation(metric, definition.name, datatype)
        value = None if why else value_of(metric, datatype)
        path = tag_path(definition.name)
        if value is None or not path:
            left.append(Finding(f"/{'/'.join(place)}", why or "it is no number, and no text"))
            return None
        unit = own_unit(metric) or definition.unit
        return self._tags.field(path, (*place, _member(metric)), value, unit, _NO_UNIT, left)

    def _remember(self, key: tuple[str, str], node: _Node) -> None:
        self._nodes[key] = node
        self._nodes.move_to_end(key)
        if len(self._nodes) > _REMEMBERED:
            self._nodes.popitem(last=False)


def _born(message: _Message, known: _Node | None, left: list[Finding]) -> _Node:
    """The edge node after a birth: all is new after that of the node, devices are added one by one."""
    if not message.device:
        node = _Node(message.payload.get("timestamp"), _session(message.payload), _sequence(message.payload))
    else:
        node = _in_sequence(message.payload, known, left) if known is not None else _Node()
    device = message.device
    by_alias = {alias: one for alias, one in node.by_alias.items() if one.device != device}
    by_name = {name: one for name, one in node.by_name.items() if one.device != device}
    for _, metric in metrics_of(message.payload):
        definition = defined(metric, device)
        if definition is None or len(by_name) >= _MOST_METRICS:
            continue
        by_name[device, definition.name] = definition
        if type(alias := metric.get("alias")) is int:
            by_alias[alias] = definition
    return replace(node, by_alias=by_alias, by_name=by_name, devices=node.devices | {device})


def _older(payload: Mapping[str, Json], known: _Node) -> bool:
    """Whether a birth is from before the one of the node that is known: it was sent again."""
    born = payload.get("timestamp")
    return type(born) is int and type(known.born) is int and born < known.born


def _in_sequence(payload: Mapping[str, Json], node: _Node, left: list[Finding]) -> _Node:
    """The node after a message of it; a gap in the sequence is told."""
    sequence = _sequence(payload)
    if sequence is None:
        return node
    if node.sequence is not None and sequence != (node.sequence + 1) % _SEQUENCE:
        left.append(Finding("/seq", f"messages are missing: {sequence} comes after {node.sequence}; ask for a rebirth"))
    return replace(node, sequence=sequence)


def _sequence(payload: Mapping[str, Json]) -> int | None:
    sequence = payload.get("seq")
    return sequence if type(sequence) is int else None


def _session(payload: Mapping[str, Json]) -> Json:
    """The number of the session that a node's birth and its death have in common (Sparkplug 3.0, 6.4.5)."""
    numbers = (value_of(metric, "uint64") for _, metric in metrics_of(payload) if metric.get("name") == "bdSeq")
    return next(numbers, None)


def _definition(metric: Mapping[str, Json], device: str, node: _Node) -> Definition | None:
    name, alias = metric.get("name"), metric.get("alias")
    if isinstance(name, str) and name:
        return node.by_name.get((device, name))
    found = node.by_alias.get(alias) if type(alias) is int else None
    return found if found is not None and found.device == device else None


def _named(metric: Mapping[str, Json]) -> str:
    name = metric.get("name")
    return (
        f"the metric {name[:80]!r}" if isinstance(name, str) and name else f"the alias {str(metric.get('alias'))[:20]}"
    )


def _member(metric: Mapping[str, Json]) -> str:
    return next((member for member in metric if member == "value" or member.endswith("_value")), "")


def _connectivity(how: str) -> Field:
    return Field(("connectivity",), how, kind=SGW + "Connectivity", states=_CONNECTIVITY)


def _time(payload: Mapping[str, Json]) -> datetime | None:
    return moment(payload.get("timestamp"), "ms", None)
