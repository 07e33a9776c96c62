"""Tags of industrial sites: what a site calls a value means little by itself.

A number is looked up in the lexicon only if an engineering unit came with it, or stands in its name; a site may say
in `field` rows what its tags are (see rules.py).

| tag | in | looked up as |
|---|---|---|
| `Line 1/Oven.Temperature` | °C | `Temperature`, °C |
| `Boiler2_Temperature_PV` | °C | `Temperature`, °C: words before it tell where, `PV` that it is the value of now |
| `Flow (m³/h)`, `Pressure_bar` | | `Flow`, m³/h; `Pressure`, bar |
| `Oven/Temperature/HighLimit` | °C | itself alone: what is wanted only is something else |
| `Line 1/PartCount` | | a count, if it is a whole number |
| `Pump/Fault`, `Door/State` | | `Fault`, `State`: truth values and texts whose names can only mean one thing |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from semantic_gw.contracts import Field
from semantic_gw.json_pointer import Tokens
from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.lexicon.units import unit
from semantic_gw.model import Finding, Json
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.readers.fields import FieldRules
from semantic_gw.readers.rules import parse_rules
from semantic_gw.readers.templates import Message
from semantic_gw.readers.unit_words import other_names

MAX_NAME: Final = 400
"""Characters of the longest name that is read."""

_MOST_WORDS: Final = 8
"""A name of more is a sentence, and not taken apart."""

_RULES: Final = ("field", "leave", "rest", "none", "numbers", "decimal")
"""The members of a reading table that say what is known of single values."""

_LEVEL: Final = re.compile(r"(?:\([^()]*\)|\[[^\[\]]*\]|[^/.\\|:])+")
"""A level: what stands in brackets is of it, as in `Flow (m³/h)`."""

_IN_BRACKETS: Final = re.compile(r"([^()\[\]]+)[(\[]([^()\[\]]+)[)\]]")
"""A name and what stands in brackets behind it: `Flow (m³/h)`."""

_NUMBER: Final = re.compile(r"_?[0-9]{1,4}$")
"""Which of several: `Tank 3`."""

_NOBODY: Final = Message(None, None, {})

_PRESENT: Final = frozenset(
    {
        "value",
        "pv",
        "actual",
        "act",
        "process",
        "present",
        "measured",
        "measurement",
        "input",
    }
)
"""Words that say no more than that a value is one of now: `Oven/Temperature/PV`."""

_WANTED: Final = frozenset(
    {
        "setpoint", "sp", "set", "target", "demand", "command", "cmd", "ref", "reference", "limit", "limits", "alarm",
        "alarms", "high", "low", "hi", "lo", "hihi", "lolo", "max", "min", "maximum", "minimum", "range", "threshold",
        "deviation", "offset", "hysteresis", "average", "avg", "mean", "simulated", "simulation", "config", "default",
        "desired", "requested", "delta", "diff", "difference", "rated", "nominal", "preset", "error", "bias", "gain",
        "scale", "calibration", "trip", "warning", "peak", "manual", "forecast", "predicted", "sampling", "sample",
        "update", "scan", "polling", "resolution", "accuracy", "tolerance", "cutoff", "ramp", "switching",
    }
)  # fmt: skip
"""Words that say that a value is not the one measured now."""

_TRUTHS: Final = frozenset(
    {
        "alarm", "fault", "motor_fault", "sensor_fault", "malfunction", "battery_low", "low_battery", "door_open",
        "window_open", "gas_detected", "leak", "water_leak", "flood", "motion", "motion_detected", "occupancy",
        "occupied", "presence", "smoke", "smoke_detected", "tamper", "tampered", "vibration_detected",
    }
)  # fmt: skip
"""Names of truth values that can only mean one thing. `Run`, `State` or `Enable` are no such names."""

_STATES: Final = _TRUTHS | {"door", "door_state", "window", "window_state", "valve", "valve_state", "lock_state"}
"""Names of texts that can only mean one thing. `Mode` is that of a machine or of a heating."""

_QUANTITIES: Final = frozenset(
    {
        "temperature", "temp", "humidity", "pressure", "flow", "flowrate", "rate", "voltage", "current", "power",
        "energy", "factor", "frequency", "speed", "torque", "force", "density", "viscosity", "conductivity",
        "turbidity", "ph", "volume", "mass", "vibration", "point", "concentration",
    }
)  # fmt: skip
"""Words at the end of a name that say what is measured, whatever stands before them: `Boiler2_Steam_Pressure`.

A level may be that of a tank or of a warning, an angle a tilt or a phase, a position a valve's or an axis's.
"""

_COUNTS: Final = frozenset({"count", "counter"})


def tag_path(name: str) -> Tokens:
    """The levels of a tag's name, at most its last characters.

    >>> tag_path("Line 1/Oven.Temperature"), tag_path("Pump.Flow [m3/h]")
    (('Line 1', 'Oven', 'Temperature'), ('Pump', 'Flow [m3/h]'))
    """
    levels = (level.strip() for level in _LEVEL.findall(name[-MAX_NAME:]))
    return tuple(level for level in levels if level)


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
        if type(told.value) in (bool, str):
            return _state(told)
        if not told.unit and _counts(told):
            return replace(told, kind=SGW + "Count", unit="count")
        return _number(told, why)


def _state(told: Field) -> Field:
    """A truth value or a text whose name says what it is the state of."""
    known = _TRUTHS if type(told.value) is bool else _STATES
    names = (told.path[-1], "_".join(told.path[-2:]))
    also = tuple(((name,), "") for name in names if snake_case(name) in known)
    if not also:
        return replace(told, unknown="the name of a tag does not tell what a truth value or a text means")
    return replace(told, also=(*told.also, *also))


def _number(told: Field, why: str) -> Field:
    """A number in the unit that came with it, or else in that in its name."""
    also = tuple(_named(told.path))
    if not told.unit:
        also = tuple((path, unit) for path, unit in also if unit)
        if not also:
            return replace(told, unknown=why)
    return replace(told, also=(*told.also, *also))


def _counts(told: Field) -> bool:
    """Whether the name says that a whole number counts something, and not how many are wanted."""
    words = _words(told.path)
    return type(told.value) is int and told.value >= 0 and words[-1] in _COUNTS and not _WANTED.intersection(words)


def _words(path: Tokens) -> list[str]:
    return [word for level in path for word in snake_case(level).split("_")]


def _named(path: Tokens) -> Iterator[tuple[Tokens, str]]:
    """What the lexicon may know a tag by, best first, each with the unit that was in its name.

    Its last level, without what tells where it is and that it is the value of now; nothing where a level says that it
    is wanted only, but for a last level that the lexicon knows as a whole: `Oven/TemperatureSetpoint`.
    """
    levels = path[:-1] if len(path) > 1 and snake_case(path[-1]) in _PRESENT else path
    if _WANTED.isdisjoint(_words(levels)):
        seen = {((name,), unit): None for name, unit in (*_shorter(levels[-1]), *_joined(levels))}
        yield from (found for found in seen if found != (path, ""))
    elif len(path) > 1 and "setpoint" in _words(path[-1:]) and _WANTED.isdisjoint(_words(path[:-1])):
        yield (path[-1],), ""


def _shorter(name: str) -> Iterator[tuple[str, str]]:
    """*name*, and what it is called without its unit and the words around what is measured."""
    name, told = _without_brackets(name)
    yield name, told
    for other, found in ((name, ""), *other_names(name, _PRESENT, units=not told)):
        yield other, told or found
        words = snake_case(other).split("_")
        if words[-1] in _QUANTITIES and len(words) <= _MOST_WORDS:
            yield from (("_".join(words[first:]), told or found) for first in range(1, len(words)))


def _joined(levels: Tokens) -> Iterator[tuple[str, str]]:
    """The last two levels as one name: a level is that of a tank where it stands below one."""
    name, told = _without_brackets(levels[-1])
    if len(levels) > 1:
        yield "_".join((_NUMBER.sub("", snake_case(levels[-2])), snake_case(name))), told


def _without_brackets(name: str) -> tuple[str, str]:
    """*name* without a unit in brackets behind it, and that."""
    match = _IN_BRACKETS.fullmatch(name)
    if match is None:
        return name, ""
    before, inside = match[1].strip(), match[2].strip()
    return (before, inside) if before and unit(inside) is not None else (name, "")
