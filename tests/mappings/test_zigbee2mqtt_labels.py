"""What a person reads in the payloads of 42 real devices, against what the gateway makes of them.

The labels were written from the payloads and the devices' descriptions alone, a JSON Pointer a line: a quantity (any of
the QUDT kinds and units named), a state or an event (any of the words), or null where nothing may be published,
because the value is out of range, a sentinel, or not described.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.model import DataGraph, Event, Json, Observation
from semantic_gw.rdf.namespaces import QUANTITY_KIND, UNIT
from semantic_gw.settings import Settings
from tests.shared import shared

LABELS: Mapping[str, Mapping[str, Json]] = json.loads(Path(__file__).with_name("zigbee2mqtt_labels.json").read_text())


@cache
def parts() -> Parts:
    return load_parts(Settings())


@cache
def lines() -> Mapping[str, bytes]:
    states = shared("payloads/zigbee2mqtt/states.ndjson").read_bytes().splitlines()
    return {json.loads(line)["id"]: line for line in states}


def graphs(record: str) -> tuple[DataGraph, ...]:
    payload = read_capture(lines()[record], now=datetime(2026, 11, 24, tzinfo=UTC)).payload
    return tuple(judged.graph for judged in parts().pipeline.process(payload).graphs)


def told(record: str) -> Iterator[tuple[str, Observation | Event]]:
    """What was published of a record, and the pointer it was read from."""
    for graph in graphs(record):
        yield from ((observation.pointer, observation) for observation in graph.observations)
        yield from ((event.pointer, event) for event in graph.events)


def agrees(label: Json, found: Observation | Event) -> bool:
    if label is None:
        return False
    labels = parts().ontology.labels
    if isinstance(found, Event):
        return labels[found.kind] in label.get("event", ())
    if found.unit is None:
        return isinstance(found.value, str) and labels[found.value] in label.get("state", ())
    kind = (parts().ontology.quantity_kind(found.kind) or "").removeprefix(QUANTITY_KIND)
    unit = found.unit.removeprefix(UNIT)
    return (
        kind in label.get("quantity_kinds", ()) and unit in label.get("units", ()) and found.value == label.get("value")
    )


@pytest.mark.parametrize("record", LABELS)
def test_what_is_published_is_what_a_person_reads(record: str) -> None:
    labels = LABELS[record]
    wrong = {pointer: found for pointer, found in told(record) if not agrees(labels.get(pointer), found)}

    assert wrong == {}


@pytest.mark.parametrize("record", LABELS)
def test_nothing_that_a_person_reads_is_left_out(record: str) -> None:
    published = {pointer for pointer, _ in told(record)}
    missing = {pointer for pointer, label in LABELS[record].items() if label is not None} - published

    assert missing == set()


@pytest.mark.parametrize("record", LABELS)
def test_every_value_of_a_labelled_record_has_a_label(record: str) -> None:
    assert set(LABELS[record]) == set(pointers(json.loads(lines()[record])["payload"]))


def pointers(value: Json, above: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for member, inner in value.items():
            yield from pointers(inner, f"{above}/{member}")
    else:
        yield above
