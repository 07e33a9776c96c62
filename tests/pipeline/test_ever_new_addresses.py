"""Things whose address changes with what they report: described once, on a topic filter, and never looked up by it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.model import Outcome, Payload, Source
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import Settings

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BUS = "urn:dev:ops:hfp-99-42"


@pytest.fixture
def parts() -> Parts:
    return load_parts(Settings())


def payload(place: str, kind: str = "mqtt") -> Payload:
    body = {"VP": {"oper": 18, "veh": 42, "tst": "2026-11-24T12:00:00Z", "spd": 8.5, "lat": 60.17, "long": 24.94}}
    topic = f"/hfp/v2/journey/ongoing/vp/bus/0099/00042/2999/1/Satama/12:10/1999001/5/{place}"
    return Payload(json.dumps(body).encode(), "application/json", Source(kind, topic), NOON)  # type: ignore[arg-type]


def send(parts: Parts, *places: str) -> list[Result]:
    return [parts.pipeline.process(payload(place)) for place in places]


def test_every_address_is_the_same_things(parts: Parts) -> None:
    results = send(parts, "60;24/19/73/44", "60;24/19/73/45", "60;24/19/74/11")

    assert [result.outcome for result in results] == [Outcome.PUBLISHED] * 3
    assert {judged.graph.thing for result in results for judged in result.graphs} == {BUS}


def test_the_description_does_not_grow_with_them(parts: Parts) -> None:
    first, *others = send(parts, "60;24/19/73/44", "60;24/19/73/45", "60;24/19/74/11")

    assert len(first.described) == 1
    assert all(not result.described for result in others)


def test_its_forms_tell_the_topic_filter(parts: Parts) -> None:
    send(parts, "60;24/19/73/44")
    thing = parts.pipeline.things.get(BUS)

    assert thing is not None
    (form,) = thing.document["properties"]["spd"]["forms"]
    assert form["mqv:filter"] == "/hfp/v2/+/+/+/+/0099/00042/#"
    assert form["href"] == "%2Fhfp/v2/%2B/%2B/%2B/%2B/0099/00042/%23"


def test_nobody_is_looked_up_by_the_filter(parts: Parts) -> None:
    send(parts, "60;24/19/73/44")

    assert parts.pipeline.things.reporting(payload("60;24/19/73/44").source) == ()


def test_a_capture_of_them_is_read_alike(parts: Parts) -> None:
    result = parts.pipeline.process(payload("60;24/19/73/44", kind="capture"))

    assert result.outcome is Outcome.PUBLISHED
