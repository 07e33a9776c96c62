"""Thing Descriptions as people write them who know the W3C's terms and not ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from semantic_gw.contracts import Lifted
from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters import warnings
from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Json, ThingDescription
from semantic_gw.rdf.namespaces import compact
from tests.lifters.things import document

BASE = "https://gateway.example/"
LAMP = "urn:dev:lamp"
LEXICON = Lexicon.load()

CONTEXT: Json = [
    "https://www.w3.org/2022/wot/td/v1.1",
    {
        "s3": "https://w3id.org/saref#",
        "qk": "http://qudt.org/vocab/quantitykind/",
        "om": "http://www.ontology-of-units-of-measure.org/resource/om-2/",
    },
]


def described(properties: Mapping[str, Json], **more: Json) -> ThingDescription:
    frame = {"@context": CONTEXT, "id": LAMP, "title": "lamp", "security": "nosec", "securityDefinitions": {}}
    return ThingDescription(LAMP, {**frame, "properties": dict(properties), **more})


def at(topic: str = "x", **more: Json) -> list[Json]:
    return [{"href": f"mqtt://broker:1883/{topic}", "op": "observeproperty", **more}]


def lift(thing: ThingDescription, address: str, value: Json, media_type: str = "application/json") -> Lifted:
    lifter = lifters(thing, base_iri=BASE, lexicon=LEXICON)[address]
    return lifter.lift(replace(document(value, address), media_type=media_type))


def told(thing: ThingDescription, address: str, value: Json, media_type: str = "application/json") -> dict[str, Json]:
    """What each value told: the number and its unit, the truth value, or the state."""
    found: dict[str, Json] = {}
    for graph in lift(thing, address, value, media_type).graphs:
        for name, kind, seen, unit, _ in graph.observations:
            shown = compact(seen) if isinstance(seen, str) else seen
            found[name] = (compact(kind), shown, compact(unit)) if unit else (compact(kind), shown)
        for event in graph.events:
            found[event.affordance] = (compact(event.kind), event.data)
    return found


def meaning(schema: Mapping[str, Json], value: Json, name: str = "a") -> Json:
    """What *value* means as the property *name*; None where nobody knows."""
    return told(described({name: {**schema, "forms": at()}}), "x", {name: value}).get(name)


def findings(thing: ThingDescription) -> dict[str, str]:
    return dict(warnings(thing, LEXICON))
