"""Tags of industrial sites: what a site calls a value means nothing by itself.

A value is looked up in the lexicon only if an engineering unit came with it; a site may say in `field` rows what its
tags are (see rules.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from semantic_gw.contracts import Field
from semantic_gw.json_pointer import Tokens
from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.model import Finding, Json
from semantic_gw.readers.fields import FieldRules
from semantic_gw.readers.rules import parse_rules
from semantic_gw.readers.templates import Message

MAX_NAME: Final = 400
"""Characters of the longest name that is read."""

_RULES: Final = ("field", "leave", "rest", "none", "numbers", "decimal")
"""The members of a reading table that say what is known of single values."""

_BETWEEN: Final = re.compile(r"[/.\\|:]+")
_NOBODY: Final = Message(None, None, {})

_PRESENT: Final = frozenset(
    {
        "value",
        "pv",
        "actual",
        "actual_value",
        "process_value",
        "present_value",
        "measured_value",
        "measurement",
        "input",
    }
)
"""Names that say no more than that a value is one of now: `Oven/Temperature/PV`."""

_WANTED: Final = frozenset(
    {
        "setpoint", "sp", "set", "target", "demand", "command", "cmd", "ref", "reference", "limit", "limits", "alarm",
        "alarms", "high", "low", "hi", "lo", "hihi", "lolo", "max", "min", "maximum", "minimum", "range", "threshold",
        "deviation", "offset", "hysteresis", "average", "avg", "mean", "simulated", "simulation", "config", "default",
        "desired", "requested", "delta", "diff", "difference", "rate",
    }
)  # fmt: skip
"""Words that say that a value is not the one measured now."""


def tag_path(name: str) -> Tokens:
    """The levels of a tag's name, at most its last characters.

    >>> tag_path("Line 1/Oven.Temperature")
    ('Line 1', 'Oven', 'Temperature')
    """
    return tuple(level.strip() for level in _BETWEEN.split(name[-MAX_NAME:]) if level.strip())


class Tags:
    """Makes fields of tags. *table* is the family's reading, which may know some of them."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        own = {member: table[member] for member in _RULES if member in table}
        self._rules = FieldRules(parse_rules({"thing": "urn:dev:ops:tag", **own}))

    def field(self, path: Tokens, place: Tokens, value: Json, unit: str, why: str, left: list[Finding]) -> Field | None:
        """The field of *value*; one without a unit has no meaning, and *why* tells that. No value goes to *left*."""
        told = self._rules.field((path, place, value), _NOBODY, left, unit)
        if told is None or told.kind:
            return told
        if type(told.value) not in (int, float):
            return replace(told, unknown="the name of a tag does not tell what a truth value or a text means")
        if not told.unit:
            return replace(told, unknown=why)
        return replace(told, also=(*told.also, *_also(path)))


def _also(path: Tokens) -> tuple[tuple[Tokens, str], ...]:
    """The name alone, without the levels that tell where it is; unless one of these says that it is wanted only."""
    levels = path[:-1] if len(path) > 1 and snake_case(path[-1]) in _PRESENT else path
    words = {word for level in path for word in snake_case(level).split("_")}
    return (((levels[-1],), ""),) if len(path) > 1 and not words & _WANTED else ()
