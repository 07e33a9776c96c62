"""Home Assistant's MQTT discovery: a config becomes a part of the Thing Description of its device.

A config names the topics on which an entity reports, and templates that tell where its value stands there. Templates
are read, never run (`template_tree`); an entity whose template is not read stays in the description, and its values
are shown as unmapped. Several configs tell of one device: each is a part, to be put together by who keeps Things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from semantic_gw.contracts import Descriptions
from semantic_gw.describers.home_assistant_affordances import (
    MAX_NAME,
    availability,
    event,
    is_event,
    name_fault,
    property_of,
    topic_fault,
    unread,
)
from semantic_gw.describers.home_assistant_config import (
    MAX_ENTITIES,
    Discovery,
    Entity,
    as_text,
    read_discovery,
    read_name,
)
from semantic_gw.describers.home_assistant_devices import about_device, device_of
from semantic_gw.describers.home_assistant_kinds import Kinds, names_of
from semantic_gw.describers.home_assistant_tables import Component, Row, Tables
from semantic_gw.describers.parts import DESCRIBED_ON, with_part
from semantic_gw.describers.template_meaning import Extract, extract
from semantic_gw.describers.template_tokens import TemplateError
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.model import IRI, Json, ThingDescription

_REMARKS: Final = 200
_JSON_LIGHTS: Final = ("json", "template")


@dataclass(slots=True)
class _Found:
    """What was made of the entities of one message."""

    properties: dict[str, dict[str, Json]]
    events: dict[str, dict[str, Json]]
    remarks: list[str]

    def described_on(self, address: str) -> dict[str, Json]:
        """The members of a Thing Description that say this, and that it was told on *address*."""
        sorts = {"properties": self.properties, "events": self.events}
        told = {
            sort: {name: {**made, DESCRIBED_ON: [address]} for name, made in there.items()}
            for sort, there in sorts.items()
            if there
        }
        return {**told, DESCRIBED_ON: [address]}

    def put(self, name: str, made: dict[str, Json], *, is_event: bool) -> None:
        there = self.events if is_event else self.properties
        there.setdefault(name, made)


class HomeAssistantDescriber:
    """Describes what discovery messages tell of. *broker* is the base of the forms."""

    def __init__(self, lexicon: Lexicon, *, broker: str = "mqtt://localhost:1883/") -> None:
        self._tables = Tables.load(lexicon)
        self._kinds = Kinds(lexicon, self._tables)
        self._broker = broker

    def describe(self, description: Json, address: str) -> Descriptions:
        """The part of a device that *description*, received on the discovery topic *address*, tells of.

        No Thing where its entities report nothing; the remarks say why. What comes along with a captured payload is an
        object whose `discovery` has the messages by their topics. Raises DescribingError.
        """
        if isinstance(description, Mapping) and isinstance(along := description.get("discovery"), Mapping):
            return self._along(along, address)
        return self._message(description, address)

    def _message(self, description: Json, address: str) -> Descriptions:
        name = read_name(address, self._tables.components)
        discovery = read_discovery(description, name)
        found = _Found({}, {}, list(discovery.remarks))
        device = device_of(discovery)
        for entity in discovery.entities:
            self._entity(entity, discovery, device.name, found)
        remarks = tuple(found.remarks[:_REMARKS])
        if not found.properties and not found.events:
            return Descriptions((), address, partial=True, remarks=remarks or ("no entity in it",))
        document = {
            **about_device(device, discovery, self._broker, self._device_kinds(discovery.entities)),
            **found.described_on(address),
        }
        thing = ThingDescription(device.iri, document, name.prefix.rstrip("/"))
        return Descriptions((thing,), address, partial=True, remarks=remarks)

    def _along(self, messages: Mapping[str, Json], address: str) -> Descriptions:
        """The Things that *messages*, by their topics, tell of together."""
        things: dict[IRI, ThingDescription] = {}
        remarks: tuple[str, ...] = ()
        for topic, message in islice(messages.items(), MAX_ENTITIES):
            parts = self._message(message, topic)
            remarks += parts.remarks
            for part in parts.things:
                known = things.get(part.id)
                whole = with_part(known.document if known is not None else None, part.document)
                things[part.id] = replace(part, document=whole)
        return Descriptions(tuple(things.values()), address, partial=True, remarks=remarks[:_REMARKS])

    def _device_kinds(self, entities: Sequence[Entity]) -> list[str]:
        kinds = (component.device for entity in entities if (component := self._component(entity)) is not None)
        return list(dict.fromkeys(kind for kind in kinds if kind))

    def _component(self, entity: Entity) -> Component | None:
        schema = as_text(entity.config.get("schema"))
        name = f"{entity.component}.{schema}" if entity.component == "light" and schema in _JSON_LIGHTS else ""
        return self._tables.components.get(name or entity.component)

    def _entity(self, entity: Entity, discovery: Discovery, device: str, found: _Found) -> None:
        component = self._component(entity)
        if component is None or component.ignored:
            known = ", ".join(sorted(name for name in self._tables.components if "." not in name))
            why = component.ignored if component else f"no component {entity.component!r} is known; there are {known}"
            found.remarks.append(f"{entity.name}: {why}")
            return
        rows = [row for row in component.rows if row.reported_by(entity)]
        if not rows:
            wanted = dict.fromkeys(name for row in component.rows for name in row.topic)
            found.remarks.append(f"{entity.name}: it reports nowhere: it has no {' and no '.join(wanted)}")
        for row in rows:
            self._value(entity, row, device, found)
        if entity.text("json_attributes_topic"):
            found.remarks.append(f"{entity.name}: attributes say nothing of what they are, and are left out")
        for name, made in availability(entity, discovery.device, [row.topic_of(entity) for row in rows]):
            found.put(name, made, is_event=False)

    def _value(self, entity: Entity, row: Row, device: str, found: _Found) -> None:
        """What *entity* reports by *row*: a property, an event, or (where its template is not read) a mere address."""
        name = "_".join(filter(None, (entity.name, row.name)))
        if fault := topic_fault(row.topic_of(entity)) or name_fault(name):
            found.remarks.append(f"{name[:MAX_NAME]}: {fault}")
            return
        try:
            (place, *_) = _extracted(entity, row, None).pointers
            meaning = self._kinds.of(entity, row, names_of(entity, row, place, device))
            if row.event or is_event(meaning):
                found.put(*event(entity, row, place, meaning), is_event=True)
                return
            found.put(name, property_of(entity, row, _extracted(entity, row, meaning), meaning), is_event=False)
            if isinstance(meaning, Unknown):
                found.remarks.append(f"{name}: {meaning.reason}")
        except TemplateError as error:
            found.put(name, unread(entity, row, str(error)), is_event=False)
            found.remarks.append(f"{name}: its template is not read, for {error}")


def _extracted(entity: Entity, row: Row, meaning: Meaning | Unknown | None) -> Extract:
    """Where the value stands, and what its template makes of it. Raises TemplateError."""
    template = row.template_of(entity)
    wanted = tuple(meaning.states) if isinstance(meaning, Meaning) else ()
    if template and row.event and row.at is not None:
        raise TemplateError("a template that writes an event")
    if not template and row.at is not None:
        return Extract((parse_pointer(row.at),), cases=extract("", wanted).cases)
    return extract(template, wanted)
