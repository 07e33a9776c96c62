"""Random payloads of a Thing Description: values that its own data schemas allow, and values that they do not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from semantic_gw.json_pointer import parse_pointer
from semantic_gw.model import Json, ThingDescription
from tests.lifters.payloads import placed

Schema = Mapping[str, Any]
WRONG: tuple[Json, ...] = (
    None,
    "",
    "warm",
    [],
    {},
    {"value": 1},
    -1,
    1e308,
    2**70,
    True,
    "2026-13-45T00:00:00Z",
    "NaN",
    "21.4",
)
"""What no schema at hand allows, or one of another affordance does."""


def payloads(described: ThingDescription, count: int, chance: random.Random) -> Iterator[Json]:
    """So many documents; some affordances are missing from each, and one value in eight is wrong."""
    document = described.document
    places = [
        *((name, one, one) for name, one in document.get("properties", {}).items()),
        *((name, one, one.get("data", {})) for name, one in document.get("events", {}).items()),
    ]
    for _ in range(count):
        share = chance.choice((0.3, 0.7, 1.0))
        found: Json = {}
        for name, affordance, schema in places:
            if chance.random() < share:
                found = placed(found, _pointer(name, affordance), value(schema, chance))
        yield found


def _pointer(name: str, affordance: Schema) -> tuple[str, ...]:
    given = affordance.get("sgw:pointer", ())
    pointers = [given] if isinstance(given, str) else given
    return parse_pointer(pointers[0]) if pointers else (name,)


def value(schema: Schema, chance: random.Random) -> Json:
    return chance.choice(WRONG) if chance.random() < 1 / 8 else allowed(schema, chance)


def allowed(schema: Schema, chance: random.Random) -> Json:
    """A value that *schema* allows (JSON Schema as Thing Descriptions have it, TD 1.1, 5.3.2)."""
    if "oneOf" in schema:
        return allowed(chance.choice(schema["oneOf"]), chance)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return chance.choice(schema["enum"])
    return _BY_TYPE.get(schema.get("type", ""), _text)(schema, chance)


def _number(schema: Schema, chance: random.Random) -> Json:
    low, high = schema.get("minimum", -1000), schema.get("maximum", 1000)
    return chance.choice((low, high, round(chance.uniform(low, high), 2), chance.uniform(low, high)))


def _integer(schema: Schema, chance: random.Random) -> Json:
    return chance.randint(int(schema.get("minimum", -(2**40))), int(schema.get("maximum", 2**40)))


def _text(_schema: Schema, chance: random.Random) -> Json:
    return chance.choice(("2026-11-24T11:15:00+01:00", "2026-11-24T10:15:00.5Z", "smoke", 'a "text"\n'))


def _object(schema: Schema, chance: random.Random) -> Json:
    return {name: value(one, chance) for name, one in schema.get("properties", {}).items()}


_BY_TYPE = {
    "number": _number,
    "integer": _integer,
    "boolean": lambda _schema, chance: chance.random() < 0.5,
    "string": _text,
    "object": _object,
}
