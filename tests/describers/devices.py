"""Devices as a bridge describes them, and their Thing Descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from semantic_gw.describers.zigbee2mqtt import Zigbee2MqttDescriber
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SGW

IEEE = "0x02a1b2fffe000001"
THING = "urn:dev:mac:02a1b2fffe000001"
ADDRESS = "zigbee2mqtt/hall/lamp"

Td = Mapping[str, Json]


@cache
def describer() -> Zigbee2MqttDescriber:
    return Zigbee2MqttDescriber(Lexicon.load())


def described(*exposes: Json, address: str = ADDRESS, **members: Json) -> Td:
    """The Thing Description of a device with these exposes, as its own description makes it."""
    definition = {"vendor": "Example", "model": "X-1", "exposes": list(exposes)}
    meta = {"ieee_address": IEEE, "definition": definition, **members}
    (thing,) = describer().describe(meta, address).things
    return thing.document


def affordance(expose: Json, name: str | None = None) -> Td:
    """The property affordance that one expose becomes."""
    found: Td = described(expose)["properties"][name or expose["property"]]
    return found


def numeric(name: str, **members: Json) -> dict[str, Json]:
    return {"type": "numeric", "name": name, "property": name, "access": 1, **members}


def binary(name: str, on: Json = True, off: Json = False, **members: Json) -> dict[str, Json]:
    return {"type": "binary", "name": name, "property": name, "access": 1, "value_on": on, "value_off": off, **members}


def enum(name: str, *values: Json, **members: Json) -> dict[str, Json]:
    return {"type": "enum", "name": name, "property": name, "access": 1, "values": list(values), **members}


def within(type_: str, *features: Json, **members: Json) -> dict[str, Json]:
    return {"type": type_, "features": list(features), **members}


def topics(affordance: Td) -> dict[str, str]:
    """The topic of each operation."""
    return {operation: form["mqv:topic"] for form in affordance["forms"] for operation in form["op"]}


def kinds_of_values(schema: Td, member: str = "sgw:state") -> dict[Json, str]:
    """What each value of a schema means, as the local name of a term of ours."""
    options = (option for option in schema["oneOf"] if member in option)
    return {option["const"]: option[member]["@id"].removeprefix(SGW) for option in options}
