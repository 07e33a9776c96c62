"""The reader of Sparkplug B: metrics of edge nodes and their devices, which birth certificates describe.

Data name their metrics by aliases that only a birth certificate tells: what it said is remembered for each edge node.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Final, Self

from semantic_gw.contracts import Field, Readings
from semantic_gw.errors import LiftingError, NoDescriptionError
from semantic_gw.model import Document, Finding, Json
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.readers.gathered import Gathered
from semantic_gw.readers.sparkplug_births import (
    Message,
    Node,
    born,
    definition_of,
    in_sequence,
    older,
    session_of,
    single,
)
from semantic_gw.readers.sparkplug_metrics import Definition, datatype_of, no_observation, own_unit, value_of
from semantic_gw.readers.sparkplug_templates import is_definition
from semantic_gw.readers.tags import Tags, tag_path
from semantic_gw.readers.values import moment

_REMEMBERED: Final = 10_000
"""Edge nodes that are remembered."""

_BIRTHS: Final = ("NBIRTH", "DBIRTH")
_DEATHS: Final = ("NDEATH", "DDEATH")
_DATA: Final = ("NDATA", "DDATA")
_TYPES: Final = (*_BIRTHS, *_DATA, *_DEATHS)
_COMPRESSED: Final = "SPBV1.0_COMPRESSED"
_CONNECTIVITY: Final = {"birth": SGW + "Connected", "death": SGW + "Disconnected"}
_NO_UNIT: Final = (
    "its birth certificate has no engineering unit (engUnit), and without one the name of a tag means nothing"
)


class SparkplugReader:
    """Reads payloads by what the birth certificate of their edge node said of the metrics."""

    def __init__(self, table: Mapping[str, Any], folder: Path, zone: tzinfo | None) -> None:  # noqa: ARG002
        self._tags = Tags(table)
        self._nodes: OrderedDict[tuple[str, str], Node] = OrderedDict()

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
            raise LiftingError("a compressed payload is not read: let the edge node send plain ones")
        of_device = type_.startswith("D")
        device = captures.get("device", "") if of_device else ""
        if of_device and not device:
            raise LiftingError(f"a {type_} has a device in its topic (Sparkplug 3.0, 4.2.1)")
        received = document.payload.received_at
        message = Message(captures.get("group", ""), captures.get("node", ""), device, payload, received)
        if type_ in _BIRTHS:
            return self._birth(message)
        if type_ in _DEATHS:
            return self._death(message)
        if type_ not in _DATA:
            raise LiftingError(f"{type_[:40]!r} is no type of message (Sparkplug 3.0, 4.1.2): {', '.join(_TYPES)}")
        return self._data(message)

    # Birth and death

    def _birth(self, message: Message) -> Readings:
        """A birth certificate: what it defines is remembered, unless it is older than the one that is."""
        key = (message.group, message.node)
        known = self._nodes.get(key)
        found = Gathered(titles={message.thing: message.title})
        node = born(message, known, found.left)
        if known is None or not older(message.payload, known):
            self._remember(key, node)
        else:
            found.leave((), "a birth certificate that is older than the one that is known")
        found.add(message.thing, _time(message.payload), _connectivity("birth"))
        self._take_metrics(message, node, found)
        return found.readings()

    def _death(self, message: Message) -> Readings:
        """A death certificate: what was born is no more."""
        key = (message.group, message.node)
        known = self._nodes.get(key)
        found = Gathered(titles={message.thing: message.title})
        if message.device:
            if known is not None:
                alive = replace(known, devices=known.devices - {message.device})
                self._remember(key, in_sequence(message.payload, alive, found.left))
            found.add(message.thing, _time(message.payload), _connectivity("death"))
            return found.readings()
        session = session_of(message.payload)
        if known is not None and None not in (session, known.session) and session != known.session:
            return Readings(ignored=f"the death of session {session}, while session {known.session} of the node lives")
        self._nodes.pop(key, None)
        found.add(message.thing, None, _connectivity("death"))  # the broker sends it, with a time of long before
        return found.readings()

    # Data

    def _data(self, message: Message) -> Readings:
        key = (message.group, message.node)
        known = self._nodes.get(key)
        if known is None or message.device not in known.devices:
            raise NoDescriptionError(
                f"no birth certificate yet of {message.title}: ask for a rebirth (Node Control/Rebirth), then replay"
            )
        found = Gathered(titles={message.thing: message.title})
        known = in_sequence(message.payload, known, found.left)
        self._remember(key, known)
        missing = self._take_metrics(message, known, found)
        read = found.readings()
        if missing and not read.readings:
            raise NoDescriptionError(
                f"{missing} is in no birth certificate of {message.title}: ask for a rebirth (Node Control/Rebirth), "
                f"then replay"
            )
        return read

    def _take_metrics(self, message: Message, node: Node, found: Gathered) -> str:
        """Take every metric; the last that no birth certificate defines."""
        missing = ""
        otherwise = _time(message.payload)
        for place, metric in single(message, node):
            if is_definition(metric):
                found.leave(place, "the definition of a template, whose instances have the values")
                continue
            definition = definition_of(metric, message.device, node)
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

    def _remember(self, key: tuple[str, str], node: Node) -> None:
        self._nodes[key] = node
        self._nodes.move_to_end(key)
        if len(self._nodes) > _REMEMBERED:
            self._nodes.popitem(last=False)


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
