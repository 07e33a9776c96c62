"""The families of LoRaWAN, by the samples of others: how they end, and that nothing without a unit gets one."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.model import Json, Outcome
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.namespaces import compact
from semantic_gw.settings import Settings
from tests.mappings.captures import captured

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
ENDED_WELL = 0.95


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load_parts(Settings()).pipeline


def processed(pipeline: Pipeline, address: str, payload: Json, kind: str = "mqtt") -> Result:
    record = {"content_type": "application/json", "transport": {"kind": kind, "topic": address}, "payload": payload}
    return pipeline.fork().process(read_capture(json.dumps({"id": "x", **record}).encode(), now=NOW).payload)


def uplink(decoded: Json, **members: Any) -> Json:
    ids = {"device_id": "shed", "dev_eui": "02A1B2FFFE000101"}
    return {"end_device_ids": ids, "uplink_message": {"decoded_payload": decoded, **members}}


def observed(result: Result) -> dict[str, tuple[str, str]]:
    found = [one for judged in result.graphs for one in judged.graph.observations]
    return {one.pointer: (compact(one.kind), compact(one.unit) if one.unit else "") for one in found}


@pytest.mark.parametrize("samples", ["lorawan_ttn", "lorawan_chirpstack"])
def test_samples_end_as_published_or_ignored(pipeline: Pipeline, samples: str) -> None:
    outcomes = Counter(pipeline.process(payload).outcome for _, payload in captured(samples))

    assert outcomes[Outcome.PUBLISHED] + outcomes[Outcome.IGNORED] >= ENDED_WELL * outcomes.total()
    assert not outcomes[Outcome.REJECTED]


@pytest.mark.parametrize(
    "name", ["battery", "pressure", "energy", "power", "voltage", "current", "distance", "level", "tvoc"]
)
def test_a_name_alone_tells_no_unit(pipeline: Pipeline, name: str) -> None:
    result = processed(pipeline, "v3/a@t/devices/shed/up", uplink({name: 7, "temperature": 21}))

    assert observed(result) == {"/temperature": ("sgw:Temperature", "unit:DEG_C")}
    assert result.unmapped == (f"/uplink_message/decoded_payload/{name}",)


@pytest.mark.parametrize(
    "decoded",
    [
        {"alarm_status": {"temperature": {"high": False, "low": True}}},
        {"thresholds": {"temperature": 30}},
        {"temperature": {"min": 1, "max": 30}},
        {"minimumTemperature": -30},
        {"tempAlarmLimitHigh": 80},
        {"temperature": -393.28},
        {"temperature": "NaN"},
        {"temperature": None},
        {"humidity": 655.35},
        {"readings": [{"temperature": 1}, {"temperature": 2}]},
    ],
)
def test_what_is_no_temperature_is_none(pipeline: Pipeline, decoded: Json) -> None:
    found = observed(processed(pipeline, "v3/a@t/devices/shed/up", uplink(decoded)))

    assert "sgw:Temperature" not in {kind for kind, _ in found.values()}


@pytest.mark.parametrize(
    ("decoded", "told"),
    [
        ({"battery": 3.6}, ("sgw:BatteryVoltage", "unit:V")),
        ({"battery": 3300}, ("sgw:BatteryVoltage", "unit:MilliV")),
        ({"battery": 87}, ("sgw:BatteryLevel", "unit:PERCENT")),
        ({"voltage": 230}, ("sgw:Voltage", "unit:V")),
        ({"voltage": 3312}, ("sgw:Voltage", "unit:MilliV")),
        ({"coreTemperature": 31.5}, ("sgw:Temperature", "unit:DEG_C")),
        ({"temperature": {"max": 30}}, ("sgw:TemperatureStatistic", "unit:DEG_C")),
        ({"overCurrentAlarm": 1}, ("sgw:Alarm", "")),
        ({"hardwareError": False}, ("sgw:Fault", "")),
        ({"doorOpenCount": 12}, ("sgw:Count", "unit:NUM")),
        ({"alarm_status": {"co2": {"high": True}}}, ("sgw:Alarm", "")),
    ],
)
def test_bounds_and_words_tell_what_is_meant(pipeline: Pipeline, decoded: Json, told: tuple[str, str]) -> None:
    assert list(observed(processed(pipeline, "v3/a@t/devices/shed/up", uplink(decoded))).values()) == [told]


@pytest.mark.parametrize(
    "decoded",
    [
        {"battery": 36},
        {"battery": 4},
        {"battery": 255},
        {"voltage": 303},
        {"max_temperature": 30},
        {"targetTemperatureOffset": 2},
        {"overCurrentAlarmThreshold": 1},
        {"messageCount": 3},
        {"count": 3},
        {"settings": {"doorCount": 3}},
        {"config": {"alarm": {"high": 3}}},
    ],
)
def test_what_may_be_several_things_is_none_of_them(pipeline: Pipeline, decoded: Json) -> None:
    assert not observed(processed(pipeline, "v3/a@t/devices/shed/up", uplink(decoded)))


@pytest.mark.parametrize(
    "message",
    [
        uplink({"temperature": 21}),
        {"result": uplink({"temperature": 21})},
        {"deviceInfo": {"devEui": "02a1b2fffe000101"}, "time": "2026-11-24T10:15:00Z", "object": {"temperature": 21}},
        {"applicationID": "1", "deviceName": "x", "devEUI": "02a1b2fffe000101", "object": {"temperature": 21}},
    ],
)
def test_a_webhook_is_known_by_its_look(pipeline: Pipeline, message: Json) -> None:
    fork = pipeline.fork()

    assert observed(processed(fork, "hooks/lora", message, kind="http")) == {
        "/temperature": ("sgw:Temperature", "unit:DEG_C")
    }


def test_a_webhook_is_read_again_when_its_device_is_known(pipeline: Pipeline) -> None:
    fork = pipeline.fork()
    for value in (21, 22):
        record = {"transport": {"kind": "http", "topic": "hooks/lora"}, "payload": uplink({"temperature": value})}
        line = json.dumps({"id": "x", "content_type": "application/json", **record}).encode()
        result = fork.process(read_capture(line, now=NOW).payload)

    assert [one.value for judged in result.graphs for one in judged.graph.observations] == [22]


def test_a_frame_that_nobody_decoded_is_a_dead_letter_that_tells_what_to_do(pipeline: Pipeline) -> None:
    message = {
        "end_device_ids": {"device_id": "shed"},
        "uplink_message": {"frm_payload": "AQID", "rx_metadata": [{"rssi": -90}]},
    }
    result = processed(pipeline, "v3/a@t/devices/shed/up", message)

    assert result.outcome is Outcome.DEAD_LETTER
    assert "payload formatter" in result.detail
    assert result.error is not None
    assert result.error.pointer == "/uplink_message/frm_payload"


@pytest.mark.parametrize(
    "address",
    [
        "v3/a@t/devices/shed/join", "v3/a@t/devices/shed/down/ack", "application/1/device/02/event/txack",
        "application/1/device/02/event/join", "eu868/gateway/02/event/up",
    ],
)  # fmt: skip
def test_other_messages_are_ignored_by_their_address(pipeline: Pipeline, address: str) -> None:
    result = processed(pipeline, address, {"x": 1})

    assert result.outcome is Outcome.IGNORED
    assert result.detail
