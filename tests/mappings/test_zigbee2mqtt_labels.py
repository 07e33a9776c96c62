"""Forty records of real devices, labelled by hand before anything was mapped: nothing may be mapped wrongly.

A label is the acceptable quantity kinds, the unit and the value of a quantity; a regular expression for the name of a
state or of an event; or null for what must not become an observation (a sentinel, a value nobody described).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from semantic_gw.app import Parts, load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.model import IRI, Json, Outcome
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import Settings
from tests.shared import shared

LABELS = json.loads(Path(__file__).with_name("zigbee2mqtt_labels.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Settings())


@pytest.fixture(scope="module")
def results(parts: Parts) -> dict[str, Result]:
    lines = shared("payloads/zigbee2mqtt/states.ndjson").read_bytes().splitlines()
    records = [read_capture(line, now=datetime.now(UTC)) for line in lines]
    return {record.id: parts.pipeline.process(record.payload) for record in records}


def local(iri: IRI | None) -> str:
    return (iri or "").rpartition("/")[2]


def found(result: Result, pointer: str, parts: Parts) -> Json:
    """What became of the value at *pointer*, in the form of a label."""
    for judged in result.graphs:
        for event in judged.graph.events:
            if event.pointer == pointer:
                return {"event": local(event.kind)}
        for observation in judged.graph.observations:
            if observation.pointer != pointer:
                continue
            if isinstance(observation.value, str):
                return {"state": local(observation.value)}
            kind = local(parts.ontology.quantity_kind(observation.kind))
            return {"quantity_kinds": [kind], "unit": local(observation.unit), "value": observation.value}
    return None


def agrees(label: Json, made: Json) -> bool:
    if label is None or made is None or label.keys() != made.keys():
        return label is None and made is None
    if "unit" in label:
        known = made["quantity_kinds"][0] in label["quantity_kinds"]
        return known and (made["unit"], made["value"]) == (label["unit"], label["value"])
    return all(re.fullmatch(pattern, made[name]) is not None for name, pattern in label.items())


@pytest.mark.parametrize("record", LABELS)
def test_a_record_means_what_a_person_says(record: str, results: dict[str, Result], parts: Parts) -> None:
    made = {pointer: found(results[record], pointer, parts) for pointer in LABELS[record]}

    assert {p: made[p] for p, label in LABELS[record].items() if not agrees(label, made[p])} == {}


def test_almost_every_record_is_published(results: dict[str, Result]) -> None:
    published = [result for result in results.values() if result.outcome is Outcome.PUBLISHED]

    assert len(published) >= 0.95 * len(results)
    assert not [result for result in results.values() if result.reason == "internal error"]


def test_every_number_has_a_unit(results: dict[str, Result]) -> None:
    graphs = [judged.graph for result in results.values() for judged in result.graphs]
    numbers = [o for graph in graphs for o in graph.observations if not isinstance(o.value, str | bool)]

    assert [o for o in numbers if o.unit is None or "/unit/" not in o.unit] == []
