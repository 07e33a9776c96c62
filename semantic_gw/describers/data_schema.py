"""Data schemas of affordances (WoT TD 1.1, 5.3.2) from what is said of a feature and what the lexicon knows of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from semantic_gw.describers.exposes import Feature
from semantic_gw.lexicon import Meaning, Unknown
from semantic_gw.lexicon.spelling import value_text
from semantic_gw.model import IRI, Json

_JSON_TYPES: Final[Mapping[type, str]] = {bool: "boolean", str: "string", int: "integer", float: "number"}
_STRUCTURES: Final[Mapping[str, str]] = {"text": "string", "list": "array", "composite": "object"}
_ALIGNED: Final = 1e-9
"""How far, in steps, a minimum may be from a multiple of its step to count as one."""


def number_schema(feature: Feature, meaning: Meaning | Unknown) -> dict[str, Json]:
    """A number between the bounds that the device gives, in the unit of *meaning*; presets outside stay outside."""
    schema: dict[str, Json] = {"type": "number"}
    if isinstance(meaning, Meaning) and meaning.unit:
        schema["unit"] = meaning.unit
    if unit_text := feature.text("unit"):
        schema["sgw:unitText"] = unit_text
    low, high = feature.number("value_min"), feature.number("value_max")
    if low is None or high is None or low <= high:
        schema |= {name: bound for name, bound in (("minimum", low), ("maximum", high)) if bound is not None}
    if (step := _step(feature, low)) is not None:
        schema["multipleOf"] = step
    return schema


def value_schema(values: Sequence[Json], meaning: Meaning | Unknown) -> dict[str, Json]:
    """One of *values*, each with the state it means where that is known."""
    schema = _enumeration(values)
    if isinstance(meaning, Meaning):
        schema["oneOf"] = [_option(value, "sgw:state", meaning.states) for value in values]
    return schema


def event_schema(values: Sequence[Json], meaning: Meaning | Unknown) -> dict[str, Json]:
    """The text that comes with an event, each with the kind of event it means where that is known."""
    schema = _enumeration(values) or {"type": "string"}
    if isinstance(meaning, Meaning) and values:
        schema["oneOf"] = [_option(value, "sgw:eventKind", meaning.states) for value in values]
    return schema


def structure_schema(feature: Feature) -> dict[str, Json]:
    """What can be said of a value that is neither a number nor one of a few: its JSON type, if that."""
    type_ = _STRUCTURES.get(feature.type)
    return {"type": type_} if type_ else {}


def _enumeration(values: Sequence[Json]) -> dict[str, Json]:
    types = {_JSON_TYPES[type(value)] for value in values}
    schema: dict[str, Json] = {"type": types.pop()} if len(types) == 1 else {}
    if values and schema.get("type") != "boolean":
        schema["enum"] = list(values)
    return schema


def _option(value: Json, member: str, known: Mapping[str, IRI]) -> dict[str, Json]:
    iri = known.get(value_text(value))
    return {"const": value, member: {"@id": iri}} if iri else {"const": value}


def _step(feature: Feature, low: float | None) -> float | None:
    """The step of a setting, where counting it from zero (as multipleOf does) hits the same values."""
    step = feature.number("value_step")
    if step is None or step <= 0 or not feature.settable:
        return None
    steps = (low or 0) / step
    return step if abs(steps) < 1e9 and abs(steps - round(steps)) < _ALIGNED else None
