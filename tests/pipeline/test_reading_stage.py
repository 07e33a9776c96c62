"""Readings make descriptions of their own Things grow, within bounds, and never those of others."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.contracts import Field, Reading
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Json, Outcome, Payload, Source, ThingDescription
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.readings import ReadingStage
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import Settings

RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
BOILER = "urn:dev:ops:32473-boiler"
SENSOR = "urn:dev:ow:10e2073a01080063"
HUMIDITY: Json = [{"bn": f"{BOILER}:", "n": "humidity", "u": "%RH", "v": 50}]


@pytest.fixture(scope="module")
def loaded() -> Pipeline:
    return load_parts(Settings()).pipeline


@pytest.fixture
def pipeline(loaded: Pipeline) -> Pipeline:
    return loaded.fork()


def payload(pack: Json, address: str = "pack") -> Payload:
    return Payload(msgspec.json.encode(pack), "application/senml+json", Source("mqtt", address), RECEIVED)


def send(pipeline: Pipeline, pack: Json, address: str = "pack") -> Result:
    return pipeline.process(payload(pack, address))


def register(pipeline: Pipeline, family: str) -> ThingDescription:
    """The boiler, as *family* (or a person) describes it."""
    form = {"op": ["observeproperty"], "href": "mqtt://localhost/boiler"}
    temperature = {"type": "number", "unit": "unit:DEG_C", "saref:hasPropertyKind": {"@id": "sgw:Temperature"}}
    document = {"id": BOILER, "title": "Boiler", "properties": {"temperature": {**temperature, "forms": [form]}}}
    thing = ThingDescription(BOILER, document, origin="", family=family)
    pipeline.things.register(thing)
    return thing


def observed(result: Result) -> dict[str, object]:
    return {one.affordance: one.value for judged in result.graphs for one in judged.graph.observations}


@pytest.mark.parametrize(("family", "who"), [("", "hand"), ("zigbee2mqtt", "zigbee2mqtt")])
def test_no_payload_says_more_of_a_thing_that_somebody_else_described(
    pipeline: Pipeline, family: str, who: str
) -> None:
    thing = register(pipeline, family)
    explained = pipeline.explain(payload(HUMIDITY, "evil/topic"))
    result = send(pipeline, HUMIDITY, "evil/topic")

    assert result.outcome is Outcome.DEAD_LETTER
    assert not result.graphs
    assert not result.changed
    assert pipeline.things.get(BOILER) == thing
    assert any(step.outcome == f"{BOILER} is described already, by {who}" for step in explained.steps)


def test_the_reason_is_that_somebody_else_described_the_thing(pipeline: Pipeline) -> None:
    register(pipeline, "")
    result = send(pipeline, HUMIDITY)

    assert result.reason == "described already"
    assert result.detail.startswith(f"{BOILER} is described already, by hand: ")
    assert (result.unmapped, result.unknown) == (("/0/v",), ())


def test_the_reason_tells_of_unknown_values_beside_a_thing_that_somebody_else_described(pipeline: Pipeline) -> None:
    register(pipeline, "")
    result = send(pipeline, [*HUMIDITY, {"bn": f"{SENSOR}:", "n": "oddity", "v": 20}])

    assert result.reason == "nothing mapped"
    assert "none of the values at /1/v has a known meaning" in result.detail
    assert result.detail.endswith(f"; {BOILER} is described already, by hand")


def test_the_rest_of_a_pack_is_observed(pipeline: Pipeline) -> None:
    register(pipeline, "")
    result = send(pipeline, [*HUMIDITY, {"bn": f"{SENSOR}:", "n": "temp", "u": "Cel", "v": 20}])

    assert result.outcome is Outcome.PUBLISHED
    assert [judged.graph.thing for judged in result.graphs] == [SENSOR]


def test_a_thing_that_a_person_describes_after_its_first_readings_is_theirs(pipeline: Pipeline) -> None:
    send(pipeline, HUMIDITY)
    thing = register(pipeline, "")

    assert not send(pipeline, HUMIDITY).graphs
    assert pipeline.things.get(BOILER) == thing


def test_a_thing_of_ever_new_topics_is_lifted_and_its_description_stops_growing(pipeline: Pipeline) -> None:
    results = [send(pipeline, HUMIDITY, f"topic/{number}") for number in range(20)]

    assert all(observed(result) == {"humidity": 50} for result in results)
    assert [bool(result.changed) for result in results] == [True] * 16 + [False] * 4


@pytest.mark.parametrize("backwards", [False, True])
def test_a_name_that_is_also_a_container_is_observed_as_well(pipeline: Pipeline, *, backwards: bool) -> None:
    pack = [
        {"n": f"{SENSOR}:temperature", "u": "Cel", "v": 20},
        {"n": f"{SENSOR}:temperature/humidity", "u": "%RH", "v": 50},
    ]
    result = send(pipeline, pack[::-1] if backwards else pack)

    assert observed(result) == {"temperature": 20, "temperature_humidity": 50}
    assert observed(send(pipeline, pack)) == observed(result)


def test_the_error_codes_of_a_device_are_all_observed(pipeline: Pipeline) -> None:
    device = {"id": "AA:BB:CC:DD:EE:FF", "name": "Charger", "brand": "Victron", "volt": 12.5}
    results = [
        pipeline.process(
            Payload(
                msgspec.json.encode({**device, "error_code": code}),
                "",
                Source("mqtt", "home/OMG/BTtoMQTT/AABBCCDDEEFF"),
                RECEIVED,
            )
        )
        for code in range(4)
    ]

    assert ["error_code" in observed(result) for result in results] == [True] * 4
    assert [bool(result.changed) for result in results] == [True, False, False, False]


def test_a_thing_that_the_directory_would_refuse_is_not_described(pipeline: Pipeline) -> None:
    fields = FieldDescriber(pipeline.things.lexicon, broker="mqtt://localhost/", gateway="https://gateway.example/")
    reading = Reading(f"urn:dev:ops:{'x' * 2_048}", "x", (Field(("humidity",), 50, "%"),))
    document = Document(payload({}), {}, "application/json")
    described: list[ThingDescription] = []

    with pytest.raises(LiftingError, match="longer than the 2048 bytes"):
        ReadingStage({"senml": fields}).prepare(reading, document, "senml", pipeline.things, described.append)
    assert not described
