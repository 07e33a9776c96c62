"""What birth certificates of Sparkplug B said of an edge node, its devices and their metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final

from semantic_gw.model import Finding, Json
from semantic_gw.rdf.iris import encode_segment
from semantic_gw.readers.sparkplug_metrics import Definition, defined, metrics_of, value_of
from semantic_gw.readers.sparkplug_templates import is_definition, is_template, parts

_MOST_METRICS: Final = 50_000
"""Metrics of one edge node that are remembered, and metrics in definitions of templates."""

_MOST_DEVICES: Final = 10_000
"""Devices of one edge node that are remembered."""

_SEQUENCE: Final = 256
"""Sequence numbers begin again after 255 (Sparkplug 3.0, 6.4.5)."""


@dataclass(frozen=True, slots=True)
class Node:
    """What is known of an edge node since its birth. *devices* are those born since, an empty text the node itself."""

    born: Json = None
    session: Json = None
    sequence: int | None = None
    by_alias: Mapping[int, Definition] = field(default_factory=dict)
    by_name: Mapping[tuple[str, str], Definition] = field(default_factory=dict)
    in_templates: Mapping[str, Definition] = field(default_factory=dict)
    """What definitions of templates say: `Pump/Temperature` is the metric of one."""
    devices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Message:
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


def born(message: Message, known: Node | None, left: list[Finding]) -> Node:
    """The edge node after a birth: all is new after that of the node, devices are added one by one."""
    if not message.device:
        node = Node(message.payload.get("timestamp"), session_of(message.payload), _sequence(message.payload))
    else:
        node = in_sequence(message.payload, known, left) if known is not None else Node()
    device = message.device
    if device not in node.devices and device and len(node.devices) > _MOST_DEVICES:
        left.append(Finding("", f"more than {_MOST_DEVICES} devices of one edge node: its metrics are not remembered"))
        return node
    templates = _merged(node.in_templates, _in_templates(message.payload))
    by_alias = {alias: one for alias, one in node.by_alias.items() if one.device != device}
    by_name = {name: one for name, one in node.by_name.items() if one.device != device}
    for definition, alias in _definitions(message, templates):
        if max(len(by_name), len(by_alias)) < _MOST_METRICS:
            by_name[device, definition.name] = definition
            if alias is not None:
                by_alias[alias] = definition
    return replace(node, by_alias=by_alias, by_name=by_name, in_templates=templates, devices=node.devices | {device})


def _merged(known: Mapping[str, Definition], told: Mapping[str, Definition]) -> Mapping[str, Definition]:
    """What definitions of templates said and say now; of too many, those that came first."""
    return dict(islice({**known, **told}.items(), _MOST_METRICS))


def _definitions(message: Message, templates: Mapping[str, Definition]) -> Iterator[tuple[Definition, int | None]]:
    """What a birth certificate defines, each with its alias; parts of templates have none."""
    for _, metric in metrics_of(message.payload):
        definition = defined(metric, message.device)
        if definition is None or is_definition(metric):
            continue
        yield definition, alias if type(alias := metric.get("alias")) is int else None
        for part in parts(metric, definition.name):
            own = defined(part.metric, message.device)
            if own is not None:
                usual = templates.get(part.of, own)
                yield replace(own, unit=own.unit or usual.unit, datatype=own.datatype or usual.datatype), None


def _in_templates(payload: Mapping[str, Json]) -> dict[str, Definition]:
    """What the definitions of templates in a birth certificate say of their metrics, at most so many."""
    metrics = (metric for _, metric in metrics_of(payload) if is_definition(metric))
    found = (part for metric in metrics for part in parts(metric, _text(metric.get("name"))))
    pairs = ((part.of, defined(part.metric, "")) for part in islice(found, _MOST_METRICS))
    return {of: definition for of, definition in pairs if definition is not None}


def single(message: Message, node: Node) -> Iterator[tuple[tuple[str, ...], Mapping[str, Json]]]:
    """The metrics of a payload with their places; those in instances of templates by themselves."""
    for index, metric in metrics_of(message.payload):
        place = ("metrics", str(index))
        definition = definition_of(metric, message.device, node)
        if definition is None or not is_template(metric) or is_definition(metric):
            yield place, metric
            continue
        for part in parts(metric, definition.name):
            yield (*place, *part.place), part.metric


def older(payload: Mapping[str, Json], known: Node) -> bool:
    """Whether a birth is from before the one of the node that is known: it was sent again."""
    born = payload.get("timestamp")
    return type(born) is int and type(known.born) is int and born < known.born


def in_sequence(payload: Mapping[str, Json], node: Node, left: list[Finding]) -> Node:
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


def session_of(payload: Mapping[str, Json]) -> Json:
    """The number of the session that a node's birth and its death have in common (Sparkplug 3.0, 6.4.5)."""
    numbers = (value_of(metric, "uint64") for _, metric in metrics_of(payload) if metric.get("name") == "bdSeq")
    return next(numbers, None)


def definition_of(metric: Mapping[str, Json], device: str, node: Node) -> Definition | None:
    name, alias = metric.get("name"), metric.get("alias")
    if isinstance(name, str) and name:
        return node.by_name.get((device, name))
    found = node.by_alias.get(alias) if type(alias) is int else None
    return found if found is not None and found.device == device else None


def _text(told: Json) -> str:
    return told if isinstance(told, str) else ""
