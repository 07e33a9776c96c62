"""Thing Descriptions and documents made by hand, for the tests of lifter, directory and pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from semantic_gw.model import Document, Json, Payload, Source, ThingDescription

SGW = "https://w3id.org/semantic-gw/"
UNIT = "http://qudt.org/vocab/unit/"
THING = "urn:dev:mac:00158d0003429eda"
ADDRESS = "zigbee2mqtt/kitchen"
RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


def form(address: str = ADDRESS, op: str = "observeproperty") -> dict[str, Json]:
    return {"op": [op], "href": address, "mqv:topic": address}


def quantity(kind: str, unit: str, **more: Json) -> dict[str, Json]:
    return {
        "type": "number",
        "unit": UNIT + unit,
        "saref:hasPropertyKind": {"@id": SGW + kind},
        "forms": [form()],
        **more,
    }


def state(kind: str, states: Mapping[Json, str], **more: Json) -> dict[str, Json]:
    options = [{"const": value, "sgw:state": {"@id": SGW + name}} for value, name in states.items()]
    return {"saref:hasStateKind": {"@id": SGW + kind}, "oneOf": options, "forms": [form()], **more}


def thing(properties: Mapping[str, Json], events: Mapping[str, Json] | None = None, **more: Json) -> ThingDescription:
    document = {"id": THING, "title": "kitchen", "properties": dict(properties), "events": dict(events or {}), **more}
    return ThingDescription(THING, document)


def document(value: Json, address: str = ADDRESS) -> Document:
    payload = Payload(b"{}", "application/json", Source("mqtt", address), RECEIVED, id="0" * 24)
    return Document(payload, value, "application/json")


KITCHEN = {
    "temperature": quantity("Temperature", "DEG_C", minimum=-40, maximum=85),
    "state": state("OnOff", {"ON": "On", "OFF": "Off"}),
    "led_enable": {"type": "boolean", "saref:hasPropertyKind": {"@id": SGW + "LedEnabled"}, "forms": [form()]},
    "color_x": quantity("ColorX", "UNITLESS", **{"sgw:pointer": "/color/x"}),
    "mystery": {"type": "number", "forms": [form()]},
    "last_seen": {
        "@type": "sgw:PhenomenonTime",
        "oneOf": [{"type": "string"}, {"type": "integer", "unit": UNIT + "MilliSEC"}],
        "forms": [form()],
    },
}

BUTTON = {
    "action": {
        "data": {"type": "string", "oneOf": [{"const": "single", "sgw:eventKind": {"@id": SGW + "SinglePress"}}]},
        "sgw:hasEventKind": {"@id": SGW + "DeviceAction"},
        "forms": [form(op="subscribeevent")],
    }
}
