"""Thing Descriptions that were registered by hand, through the whole sentence: routed, lifted, judged, explained."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.model import Json, Outcome, Payload, Source, ThingDescription
from semantic_gw.pipeline.dry_run import dry_run
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import Settings

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
CELSIUS = {"type": "number", "unit": "°C"}


def thing(id: str, properties: dict[str, Json], **more: Json) -> ThingDescription:
    return ThingDescription(id, {"id": id, "title": id, "properties": properties, **more})


def at(href: str, **schema: Json) -> dict[str, Json]:
    return {**(schema or CELSIUS), "forms": [{"href": href, "op": ["observeproperty"]}]}


def process(parts: Parts, address: str, value: Json) -> Result:
    return parts.pipeline.process(Payload(json.dumps(value).encode(), "", Source("mqtt", address), NOW))


@pytest.fixture
def parts() -> Parts:
    return load_parts(Settings())


def test_a_description_lifts_as_soon_as_it_is_registered(parts: Parts) -> None:
    before = process(parts, "room/t", 21.5)
    parts.pipeline.things.register(thing("urn:a", {"temperature": at("mqtt://broker/room/t")}))
    after = process(parts, "room/t", 21.5)

    assert before.reason == "no mapping"
    assert after.outcome is Outcome.PUBLISHED
    assert after.graphs[0].report.conforms


def test_a_thing_that_understands_nothing_does_not_keep_others_from_it(parts: Parts) -> None:
    parts.pipeline.things.register(thing("urn:a", {"flux": at("mqtt://broker/room", type="number")}))
    parts.pipeline.things.register(thing("urn:b", {"temperature": at("mqtt://broker/room")}))
    result = process(parts, "room", {"temperature": 21.5, "flux": 3})

    assert result.outcome is Outcome.PUBLISHED
    assert result.thing == "urn:b"


def test_where_nobody_understands_anything_the_letter_says_what_and_whose(parts: Parts) -> None:
    parts.pipeline.things.register(thing("urn:a", {"flux": at("mqtt://broker/room", type="number")}))
    (letter,) = parts.recorder.records(process(parts, "room", {"flux": 3}))

    assert letter.header("Dead-Letter-Reason") == "nothing mapped"
    assert letter.header("Dead-Letter-Path") == "/flux"
    assert letter.header("Dead-Letter-Rule") == "urn:a"


def test_a_path_on_several_hosts_is_a_dead_letter_that_names_them(parts: Parts) -> None:
    for name in ("a", "b"):
        parts.pipeline.things.register(thing(f"urn:{name}", {"temperature": at(f"http://{name}.local/t")}))
    bare, whole = process(parts, "t", 21.5), process(parts, "http://a.local/t", 21.5)

    assert (bare.outcome, bare.reason) == (Outcome.DEAD_LETTER, "ambiguous address")
    assert "urn:a" in bare.detail
    assert "urn:b" in bare.detail
    assert whole.thing == "urn:a"


def test_an_explanation_tells_what_of_the_description_cannot_be_used(parts: Parts) -> None:
    parts.pipeline.things.register(thing("urn:a", {"temperature": at("mqtt://b/x"), "flux": at("coap://a/x")}))
    result = parts.pipeline.explain(Payload(b"21.5", "", Source("mqtt", "x"), NOW))

    assert [step.subject for step in result.steps if step.outcome.startswith("not usable")] == [
        "urn:a, /properties/flux",
        "urn:a, /properties/flux/forms/0",
    ]


def test_a_dry_run_tells_what_would_come_out_and_keeps_nothing(parts: Parts) -> None:
    lamp = thing("urn:a", {"temperature": at("mqtt://broker/x")})
    one, other = dry_run(parts.pipeline, lamp, [{"address": "x", "payload": 21.5}, {"address": "y", "payload": 1}], NOW)

    assert (one["outcome"], one["observations"][0]["unit"]) == ("published", "http://qudt.org/vocab/unit/DEG_C")
    assert "saref:Observation" in one["graphs"][0]["trig"]
    assert one["graphs"][0]["conforms"]
    assert other["reason"].startswith("no mapping")
    assert len(parts.pipeline.things) == 0


@pytest.mark.parametrize(
    "record",
    [
        {"id": "7", "transport": {"kind": "mqtt", "topic": "x"}, "payload": 21.5},
        {"address": "x", "payload_text": "21.5"},
        {"address": "x", "payload_hex": "32312e35", "content_type": "text/plain"},
        {"address": "x", "payload_b64": "MjEuNQ==", "received_at": "2026-11-24T10:00:00Z"},
    ],
)
def test_a_dry_run_takes_the_records_of_a_capture(parts: Parts, record: Json) -> None:
    (told,) = dry_run(parts.pipeline, thing("urn:a", {"temperature": at("mqtt://broker/x")}), [record], NOW)

    assert told["outcome"] == "published"


@pytest.mark.parametrize(
    "record",
    [5, {"address": "x"}, {"address": 5, "payload": 1}, {"address": "x", "payload_hex": "31", "payload_text": "1"}],
)
def test_what_is_no_record_is_refused_in_its_place(parts: Parts, record: Json) -> None:
    records = [record, {"address": "x", "payload": 21.5}]
    told = dry_run(parts.pipeline, thing("urn:a", {"temperature": at("mqtt://broker/x")}), records, NOW)

    assert [each["outcome"] for each in told] == ["refused", "published"]
