"""Feeds made-up devices and payloads to describer, lifter and validator: none may end in a fault of ours.

usage: python tests/fuzz/fuzz_lifter.py [-max_total_time=SECONDS] [-max_len=BYTES] [CORPUS FOLDER...]

The options are libFuzzer's. The bytes of an input choose an address, a description and a payload, both made of the
words that real bridges use and of anything else that JSON can say.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import atheris

with atheris.instrument_imports(include=["semantic_gw.describers", "semantic_gw.lifters", "semantic_gw.validators"]):
    from semantic_gw.app.parts import load_parts

from semantic_gw.model import Json, Payload, Source
from semantic_gw.settings import Settings

IEEE = "0x02a1b2fffe000001"
RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
PIPELINE = load_parts(Settings()).pipeline
ADDRESSES = ("kitchen", "kitchen/availability", "bridge/devices", "bridge/groups", "elsewhere")
MEMBERS = (
    *("type", "name", "property", "features", "access", "unit", "values", "value_on", "value_off", "value_min"),
    *("value_max", "value_step", "label", "endpoint", "ieee_address", "friendly_name", "definition", "exposes"),
    *("members", "id", "disabled"),
)
WORDS = (
    *("numeric", "binary", "enum", "composite", "light", "switch", "list", "text", "Coordinator", IEEE, "kitchen"),
    *("temperature", "state", "color", "x", "action", "last_seen", "availability", "linkquality", "contact"),
    *("°C", "%", "mired", "ON", "OFF", "online", "single", "2026-11-24T10:15:00Z", "", "a/b~c", "\0"),
)
NUMBERS = (0, 1, 2, 7, -1, 0.1, 21.4, 1e300, -1e-300, 2**53 + 1, 10**30, 1795515240000, 65535)
MAX_DEPTH = 6

Choices = Any
"""An `atheris.FuzzedDataProvider`, which has no types."""


def fuzz(data: bytes) -> None:
    """One input. Raises where a payload ended in an internal error, or is explained to end elsewhere."""
    choices = atheris.FuzzedDataProvider(data)
    address = "zigbee2mqtt/" + choices.PickValueInList(list(ADDRESSES))
    description = device(choices) if choices.ConsumeBool() else anything(choices, 0)
    body = json.dumps(value(choices, 0)).encode()
    payload = Payload(body, "application/json", Source("capture", address), RECEIVED, description=description)
    explained = PIPELINE.explain(payload)
    result = PIPELINE.process(payload)
    for thing in list(PIPELINE.things):
        PIPELINE.things.remove(thing.id)
    if result.reason == "internal error":
        raise AssertionError(f"{result.detail}\n{json.dumps(description)}\n{body.decode()}")
    if explained.outcome is not result.outcome:
        raise AssertionError(f"{result.outcome}, but explained as {explained.outcome}: {body.decode()}")


def device(choices: Choices) -> Json:
    """A device with exposes, as bridges tell of them, some members anything."""
    exposes = [feature(choices, 0) for _ in range(choices.ConsumeIntInRange(0, 4))]
    return {"ieee_address": IEEE, "friendly_name": "kitchen", "definition": {"exposes": exposes}}


def feature(choices: Choices, depth: int) -> Json:
    found: dict[str, Json] = {
        member: anything(choices, MAX_DEPTH - 1) for member in MEMBERS[:14] if choices.ConsumeBool()
    }
    if depth < MAX_DEPTH and choices.ConsumeIntInRange(0, 3) == 0:
        found["features"] = [feature(choices, depth + 1) for _ in range(choices.ConsumeIntInRange(0, 3))]
    return found


def value(choices: Choices, depth: int) -> Json:
    """A payload: an object with the members that devices tell of, or anything."""
    if choices.ConsumeIntInRange(0, 3) == 0:
        return anything(choices, depth)
    return {word(choices): anything(choices, depth + 1) for _ in range(choices.ConsumeIntInRange(0, 6))}


def anything(choices: Choices, depth: int) -> Json:
    """Any JSON value, no deeper than MAX_DEPTH."""
    makers = _MAKERS if depth < MAX_DEPTH else _MAKERS[:6]
    return makers[choices.ConsumeIntInRange(0, len(makers) - 1)](choices, depth)


def word(choices: Choices, _depth: int = 0) -> str:
    known = WORDS + MEMBERS
    chosen = choices.ConsumeIntInRange(0, len(known))
    return known[chosen] if chosen < len(known) else choices.ConsumeUnicodeNoSurrogates(8)


_MAKERS: tuple[Callable[[Choices, int], Json], ...] = (
    word,
    lambda choices, _: choices.PickValueInList(list(NUMBERS)),
    lambda choices, _: choices.ConsumeBool(),
    lambda _choices, _: None,
    lambda choices, _: choices.ConsumeInt(8),
    lambda choices, _: choices.ConsumeRegularFloat(),
    lambda choices, depth: [anything(choices, depth + 1) for _ in range(choices.ConsumeIntInRange(0, 3))],
    lambda choices, depth: {
        word(choices): anything(choices, depth + 1) for _ in range(choices.ConsumeIntInRange(0, 4))
    },
    lambda choices, _: device(choices),
)


if __name__ == "__main__":
    atheris.Setup(sys.argv, fuzz)
    atheris.Fuzz()
