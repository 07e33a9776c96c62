"""Payloads with something wrong in them: the same ones every time, for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import msgspec

from semantic_gw.model import Json, Payload

ODD: Final[tuple[Json, ...]] = (
    None, True, 0, -1, 2**63, 1e300, -0.0, "", " ", "NaN", "21,5", "é\u202e", "\x00", "{x}", "a b/c#d?e%", "x" * 5000,
    [], {}, [[[]]], {"": {"": 1}}, [1, "a", None],
)  # fmt: skip
"""Values that no device should send, and some do."""


def damaged(payload: Payload, chance: random.Random) -> Payload:
    """*payload* with one value replaced, dropped, renamed or doubled, or with bytes lost."""
    if chance.random() < 0.7:
        try:
            body = msgspec.json.encode(_changed(msgspec.json.decode(payload.body), chance))
        except msgspec.DecodeError:
            return _cut(payload, chance)
        return replace(payload, body=body, id="")
    return _cut(payload, chance)


def _cut(payload: Payload, chance: random.Random) -> Payload:
    place = chance.randrange(len(payload.body) + 1)
    rest = payload.body[place + chance.randrange(4) :]
    return replace(payload, body=payload.body[:place] + chance.randbytes(chance.randrange(3)) + rest, id="")


def _changed(value: Json, chance: random.Random) -> Json:
    if isinstance(value, dict) and value and chance.random() < 0.9:
        return _changed_member(value, chance.choice(list(value)), chance)
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        return [*value[:place], _changed(value[place], chance), *value[place : place + chance.randrange(2)]]
    return chance.choice(ODD)


def _changed_member(value: dict[str, Any], name: str, chance: random.Random) -> dict[str, Any]:
    ways: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: {**value, name: _changed(value[name], chance)},
        lambda: {other: inner for other, inner in value.items() if other != name},
        lambda: {**value, f"{name}{chance.choice(['', '2', ' ', '/', '~', '.', 'é'])}": value[name]},
        lambda: {**value, name: chance.choice(ODD)},
    )
    return chance.choice(ways)()
