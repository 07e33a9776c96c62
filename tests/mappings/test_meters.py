"""What becomes of messages of meters that no table alone can tell: how they are known, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Json, Outcome, Payload, Source
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import FamilySettings, Settings
from tests.codecs.meters import (
    SERVER,
    WATT,
    array,
    code,
    entry,
    hdlc,
    notification,
    register,
    sml_file,
    sml_list,
    structure,
    telegram,
    unsigned,
    whole,
)

POWER = sml_file(sml_list(entry("0100100700ff", whole(460), WATT)))
PUSH = hdlc(notification(array([register("0100010700ff", unsigned(460))])))
TELEGRAM = telegram("0-0:96.1.1(4558303030303031)", "1-0:1.7.0(00.460*kW)")
NUMBER = f"urn:dev:ops:obis-meter-1EXA{SERVER[5:6].hex().upper()}{int.from_bytes(SERVER[6:]):08d}"


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return load_parts(Settings()).pipeline


def process(
    pipeline: Pipeline, body: bytes, *, address: str = "cellar/meter", content_type: str = "", **more: Any
) -> Result:
    received = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
    return pipeline.fork().process(Payload(body, content_type, Source("mqtt", address), received, **more))


def process_json(pipeline: Pipeline, value: Json, address: str, **more: Any) -> Result:
    return process(pipeline, msgspec.json.encode(value), address=address, content_type="application/json", **more)


def things(result: Result) -> tuple[str, ...]:
    return tuple(judged.graph.thing for judged in result.graphs)


def values(result: Result) -> dict[str, Any]:
    return {one.affordance: one.value for judged in result.graphs for one in judged.graph.observations}


@pytest.mark.parametrize("content_type", ["", "application/octet-stream", "text/plain"])
@pytest.mark.parametrize(
    ("body", "told"),
    [(POWER, {"active_power": 460}), (PUSH, {"active_power_import": 460}), (TELEGRAM, {"active_power_import": 0.46})],
    ids=["SML", "DLMS", "P1"],
)
def test_a_message_is_known_by_how_it_begins_wherever_it_comes_in(
    pipeline: Pipeline, body: bytes, told: dict[str, Any], content_type: str
) -> None:
    assert values(process(pipeline, body, content_type=content_type)) == told


@pytest.mark.parametrize(("body", "name"), [(POWER, "sml"), (PUSH, "dlms"), (TELEGRAM, "iec62056-21")])
def test_a_message_may_say_what_it_is(pipeline: Pipeline, body: bytes, name: str) -> None:
    assert process(pipeline, body, content_type=f"application/x-{name}").outcome is Outcome.PUBLISHED


@pytest.mark.parametrize(
    ("body", "address", "why"),
    [
        (POWER[:-9], "sml/cellar", "it is cut off"),
        (PUSH[:-9], "dlms/cellar", "it is cut off"),
        (TELEGRAM[:-9], "p1/cellar", "it is cut off"),
        (TELEGRAM.replace(b"460", b"461"), "p1/cellar/telegram", "its checksum is"),
        (b"\xdb\x08EXAMPLE1" + bytes(40), "dlms/cellar", "it is encrypted"),
        (b"hello", "sml/cellar", "no SML: none begins in it"),
    ],
)
def test_what_is_damaged_cut_off_or_encrypted_is_a_dead_letter(
    pipeline: Pipeline, body: bytes, address: str, why: str
) -> None:
    result = process(pipeline, body, address=address)

    assert (result.outcome, result.reason) == (Outcome.DEAD_LETTER, "decoding")
    assert why in result.detail


def test_json_at_the_address_of_a_meter_is_a_dead_letter_with_what_there_is(pipeline: Pipeline) -> None:
    result = process_json(pipeline, {"messages": [1]}, "p1/cellar")

    assert result.outcome is Outcome.DEAD_LETTER
    assert "application/json is no message of a meter" in result.detail


def test_german_meters_are_named_by_the_number_on_their_plates(pipeline: Pipeline) -> None:
    assert process(pipeline, POWER).graphs[0].graph.thing == NUMBER


def test_a_clock_without_a_zone_is_used_where_a_setting_tells_the_zone() -> None:
    clock = structure(code("0000010000ff"), b"\x09\x0c" + bytes.fromhex("07ea0b1802090f00ff800000"))
    settings = Settings(families={"obis-meter": FamilySettings(time_zone="Europe/Oslo")})
    body = notification(array([clock, register("0100010700ff", unsigned(460))]))
    (judged,) = process(load_parts(settings).pipeline, body).graphs

    assert judged.graph.phenomenon_time == datetime(2026, 11, 24, 8, 15, tzinfo=UTC)


WATER: Json = {
    "media": "water", "meter": "hydrus", "name": "cellar", "id": "00417203", "total_m3": 182.406, "target_m3": 171.9,
    "target_date": "2026-10-31", "prev_1_month_m3": -2147483648, "status": "OK", "timestamp": "2026-11-24T08:15:00Z",
}  # fmt: skip


def test_a_value_of_an_earlier_time_is_no_observation_of_now(pipeline: Pipeline) -> None:
    assert values(process_json(pipeline, WATER, "wmbusmeters/cellar")) == {"total": 182.406}


def test_wmbusmeters_is_known_by_its_members_wherever_it_comes_in(pipeline: Pipeline) -> None:
    (judged,) = process_json(pipeline, WATER, "elsewhere").graphs

    assert judged.graph.thing == "urn:dev:ops:wmbus-00417203"
    assert judged.graph.phenomenon_time == datetime(2026, 11, 24, 8, 15, tzinfo=UTC)


def test_a_time_that_stands_for_none_is_none(pipeline: Pipeline) -> None:
    document = {**WATER, "timestamp": "1111-11-11T11:11:11Z"}

    assert process_json(pipeline, document, "wmbusmeters/cellar").graphs[0].graph.phenomenon_time is None


@pytest.mark.parametrize(
    ("media", "kind"),
    [("gas", "GasVolume"), ("warm water", "WaterVolume"), ("heat/cooling load", "Volume"), (None, "Volume")],
)
def test_what_a_cubic_metre_is_of_is_told_by_the_medium(pipeline: Pipeline, media: str | None, kind: str) -> None:
    result = process_json(pipeline, {**WATER, "media": media}, "wmbusmeters/cellar")

    assert result.graphs[0].graph.observations[0].kind.endswith(f"/{kind}")


EXTERNAL: Json = {
    "unique_id": "47303030303031",
    "type": "gas_meter",
    "timestamp": 261124091000,
    "value": 9.5,
    "unit": "m3",
}
P1: Json = {"wifi_ssid": "x", "wifi_strength": 82, "active_power_w": -482, "external": [EXTERNAL]}


def test_meters_behind_a_p1_meter_are_named_as_its_telegram_names_them(pipeline: Pipeline) -> None:
    result = process_json(pipeline, P1, "GET /api/v1/data", description={"serial": "3c39e7000011"})

    assert things(result) == ("urn:dev:mac:3c39e7000011", "urn:dev:ops:obis-meter-G000001")


def test_a_meter_behind_a_p1_meter_without_a_number_is_named_by_both(pipeline: Pipeline) -> None:
    document = {**P1, "external": [{**EXTERNAL, "unique_id": ""}]}
    result = process_json(pipeline, document, "cellar/api/v1/data")

    assert things(result) == ("urn:dev:ops:homewizard-cellar", "urn:dev:ops:homewizard-cellar-gas_meter")


def test_times_of_homewizard_need_a_zone() -> None:
    settings = Settings(families={"homewizard": FamilySettings(time_zone="Europe/Amsterdam")})
    result = process_json(load_parts(settings).pipeline, P1, "GET /api/v1/data")

    assert [judged.graph.phenomenon_time for judged in result.graphs] == [
        None,
        datetime(2026, 11, 24, 8, 10, tzinfo=UTC),
    ]


def test_what_the_websocket_wraps_is_read_alike(pipeline: Pipeline) -> None:
    document = {"type": "measurement", "data": {"energy_import_kwh": 1.5, "power_w": -640, "external": [EXTERNAL]}}

    assert values(process_json(pipeline, document, "homewizard/cellar/data")) == {
        "energy_import": 1.5,
        "power": -640,
        "gas_meter": 9.5,
    }
