"""Entities as publishers of Home Assistant's discovery describe them, and what they become."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from semantic_gw.contracts import Descriptions
from semantic_gw.describers.home_assistant import HomeAssistantDescriber
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SGW, UNIT

TOPIC = "hall/state"
DEVICE = {"identifiers": ["hall-1"], "name": "Hall"}

Td = Mapping[str, Json]


@cache
def describer() -> HomeAssistantDescriber:
    return HomeAssistantDescriber(Lexicon.load())


def describe(config: Json, component: str = "sensor", name: str = "x", *, at: str = "") -> Descriptions:
    """What a config is described as; *at* is its discovery topic where it is not the usual one."""
    return describer().describe(config, at or f"homeassistant/{component}/hall/{name}/config")


def entity(**members: Json) -> dict[str, Json]:
    return {"state_topic": TOPIC, "unique_id": "hall-1-x", "device": DEVICE, **members}


def document(component: str = "sensor", name: str = "x", **members: Json) -> Td:
    """The Thing Description that an entity alone makes."""
    (thing,) = describe(entity(**members), component, name).things
    return thing.document


def affordance(component: str = "sensor", name: str = "x", **members: Json) -> Td:
    """The affordance called as the entity."""
    found: Td = document(component, name, **members)["properties"][name]
    return found


def measured(component: str = "sensor", name: str = "x", **members: Json) -> tuple[str, str]:
    """The kind and the unit of an entity, as local names; empty where it has none."""
    found = affordance(component, name, **members)
    kind = found.get("saref:hasPropertyKind", {}).get("@id", "")
    return kind.removeprefix(SGW), found.get("unit", "").removeprefix(UNIT)


def states(component: str, name: str = "x", **members: Json) -> tuple[str, Mapping[Json, str]]:
    """The kind of state of an entity, and the state of each of its values; that of any other by `…`."""
    found = affordance(component, name, **members)
    kind = found.get("saref:hasStateKind", {}).get("@id", "").removeprefix(SGW)
    options = found.get("oneOf", [])
    return kind, {option.get("const", "…"): option["sgw:state"]["@id"].removeprefix(SGW) for option in options}
