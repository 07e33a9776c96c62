"""How much of what real devices describe the lexicon knows. Precision is looked after by hand, row by row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.model import Json
from tests.shared import shared

PUBLISHED = 1
"""The bit of `access` that says a feature is found in the published state."""


class Feature(NamedTuple):
    path: tuple[str, ...]
    type: str
    unit: str | None
    values: tuple[Json, ...]


def features(exposes: list[Json], around: tuple[str, ...] = ()) -> Iterator[Feature]:
    for expose in exposes:
        path = (*around, expose.get("name") or expose["type"])
        if "features" in expose:
            yield from features(expose["features"], path)
        elif expose["type"] in ("numeric", "binary", "enum") and expose.get("access", 0) & PUBLISHED:
            values = expose.get("values") or [expose[key] for key in ("value_on", "value_off") if key in expose]
            yield Feature(path, expose["type"], expose.get("unit"), tuple(values))


@cache
def described() -> tuple[tuple[Feature, Meaning | Unknown], ...]:
    lexicon = Lexicon.load()
    lines = shared("payloads/zigbee2mqtt/metadata/definitions_exposes.ndjson").read_text("utf-8").splitlines()
    found = (feature for line in lines for feature in features(json.loads(line)["exposes"]))
    return tuple(
        (
            feature,
            lexicon.find(
                feature.path, unit_text=feature.unit, values=feature.values, numeric=feature.type == "numeric"
            ),
        )
        for feature in found
    )


@pytest.mark.parametrize(("feature_type", "floor"), [("numeric", 0.90), ("binary", 0.93), ("enum", 0.74)])
def test_most_features_of_real_devices_are_known(feature_type: str, floor: float) -> None:
    known = [isinstance(meaning, Meaning) for feature, meaning in described() if feature.type == feature_type]

    assert sum(known) / len(known) >= floor


def test_every_known_number_of_a_real_device_has_a_unit() -> None:
    numbers = [
        meaning for feature, meaning in described() if feature.type == "numeric" and isinstance(meaning, Meaning)
    ]

    assert all(meaning.unit for meaning in numbers)


def test_every_unit_of_a_real_device_that_is_refused_is_refused_with_a_reason() -> None:
    reasons = Counter(
        meaning.reason for feature, meaning in described() if isinstance(meaning, Unknown) and feature.unit
    )

    assert all(" unit " in reason or " name " in reason for reason in reasons)


def test_most_values_that_real_devices_publish_are_known() -> None:
    lexicon = Lexicon.load()
    known = []
    for line in shared("payloads/zigbee2mqtt/states.ndjson").read_text("utf-8").splitlines():
        record = json.loads(line)
        by_name = {feature.path[-1]: feature for feature in features(record["meta"]["definition"]["exposes"])}
        for name, value in leaves(record["payload"]):
            if feature := by_name.get(name):
                known.append(is_known(lexicon, feature, value))

    assert sum(known) / len(known) >= 0.93


def leaves(value: Json, name: str = "") -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, key)
    else:
        yield name, value


def is_known(lexicon: Lexicon, feature: Feature, value: Json) -> bool:
    numeric = feature.type == "numeric"
    found = lexicon.find(feature.path, unit_text=feature.unit, values=[value], numeric=numeric)
    return isinstance(found, Meaning) and (isinstance(value, int | float) if numeric else bool(found.states))
