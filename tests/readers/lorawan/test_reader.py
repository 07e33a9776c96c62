"""Messages of network servers: who, when, how well heard, and what of the payload is read."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest

from semantic_gw.contracts import Field, Reading, Readings
from semantic_gw.errors import LiftingError
from semantic_gw.model import Document, Json, Payload, Source
from semantic_gw.rdf.ontology import POSITION
from semantic_gw.readers.lorawan import LorawanReader
from semantic_gw.shipped import MAPPINGS

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
EUI = "02A1B2FFFE000101"


def reader(family: str) -> LorawanReader:
    manifest = tomllib.loads((MAPPINGS / family / "manifest.toml").read_text("utf-8"))
    return LorawanReader(manifest["reading"]["default"], MAPPINGS / family, None)


READERS = {family: reader(family) for family in ("ttn", "chirpstack")}


def read(family: str, message: Json) -> Readings:
    payload = Payload(b"", "application/json", Source("mqtt", "here"), NOON)
    return READERS[family].read(Document(payload, message, "application/json"), {})


def ttn(decoded: Json = None, /, **members: Any) -> Readings:
    uplink = {
        "received_at": "2026-11-24T12:00:00Z",
        **({} if decoded is None else {"decoded_payload": decoded}),
        **members,
    }
    return read("ttn", {"end_device_ids": {"device_id": "shed", "dev_eui": EUI}, "uplink_message": uplink})


def chirpstack(decoded: Json = None, /, **members: Any) -> Readings:
    info = {"deviceInfo": {"deviceName": "shed", "devEui": EUI.lower()}, "time": "2026-11-24T12:00:00+00:00"}
    return read("chirpstack", {**info, **({} if decoded is None else {"object": decoded}), **members})


def fields(readings: Readings) -> dict[str, Field]:
    return {"/".join(one.path): one for reading in readings.readings for one in reading.fields}


def first(readings: Readings) -> Reading:
    return readings.readings[0]


@pytest.mark.parametrize("uplink", [ttn, chirpstack])
def test_a_device_is_known_by_its_eui(uplink: Any) -> None:
    assert first(uplink({"t": 1})).thing == "urn:dev:mac:02a1b2fffe000101"
    assert first(uplink({"t": 1})).title == "shed"


def test_a_device_without_eui_is_known_by_its_id() -> None:
    ids = {"device_id": "shed 1", "application_ids": {"application_id": "garden"}}
    found = read("ttn", {"end_device_ids": ids, "uplink_message": {"decoded_payload": {"t": 1}}})

    assert first(found).thing == "urn:dev:ops:ttn-garden-shed%201"


def test_an_eui_can_be_base64() -> None:
    found = read("chirpstack", {"devEUI": "AqGy//4AAQE=", "object": {"t": 1}})

    assert first(found).thing == "urn:dev:mac:02a1b2fffe000101"


def test_a_message_of_no_device_is_refused() -> None:
    with pytest.raises(LiftingError, match="which device"):
        read("ttn", {"uplink_message": {"decoded_payload": {"t": 1}}})


@pytest.mark.parametrize("message", [None, [], "uplink", 3])
def test_what_is_no_object_is_refused(message: Json) -> None:
    with pytest.raises(LiftingError, match="objects"):
        read("ttn", message)


@pytest.mark.parametrize("uplink", [ttn, chirpstack])
def test_a_frame_is_sent_when_its_values_are_measured(uplink: Any) -> None:
    assert first(uplink({"t": 1})).time == NOON


def test_the_best_gateway_tells_how_well_a_frame_was_heard() -> None:
    heard = [{"rssi": -110, "snr": 4}, {"rssi": -90, "snr": -2}, {"rssi": None}]

    assert fields(ttn({"t": 1}, rx_metadata=heard))["radio/rssi"].value == -90
    assert fields(ttn({"t": 1}, rx_metadata=heard))["radio/rssi"].pointer == "/uplink_message/rx_metadata/1/rssi"
    assert fields(ttn({"t": 1}, rx_metadata=heard))["radio/snr"].value == 4


def test_a_gateway_that_tells_where_it_stands_is_a_thing_of_its_own() -> None:
    place = {"latitude": 52.1, "longitude": 4.3}
    heard = [{"gateway_ids": {"eui": "02A1B2FFFE0000A1"}, "location": place, "rssi": -90}] * 2
    found = ttn({"t": 1}, rx_metadata=heard)

    assert [reading.thing for reading in found.readings] == [
        "urn:dev:mac:02a1b2fffe000101",
        "urn:dev:mac:02a1b2fffe0000a1",
    ]
    assert found.readings[1].fields[0].value == "POINT(4.3 52.1)"


def test_what_is_absent_is_no_observation() -> None:
    assert set(fields(ttn({"t": 1}))) == {"t"}


def test_where_somebody_said_that_a_device_stands_has_no_time() -> None:
    found = ttn({"t": 1}, locations={"user": {"latitude": 52.1, "longitude": 4.3}})

    assert [
        (one.path, reading.time) for reading in found.readings for one in reading.fields if one.kind == POSITION
    ] == [(("location", "user", "position"), None)]


def test_a_battery_that_the_network_asked_for_has_its_own_time() -> None:
    found = ttn({"t": 1}, last_battery_percentage={"value": 50, "received_at": "2026-11-23T12:00:00Z"})

    assert [reading.time for reading in found.readings] == [NOON, NOON.replace(day=23)]


@pytest.mark.parametrize(
    ("readings", "advice"),
    [(lambda: ttn(frm_payload="AQID"), "payload formatter"), (lambda: chirpstack(data="AQID"), "codec")],
)
def test_a_frame_that_nobody_decoded_is_refused_with_advice(readings: Any, advice: str) -> None:
    with pytest.raises(LiftingError, match=advice):
        readings()


def test_a_frame_without_content_tells_of_the_radio_alone() -> None:
    assert set(fields(ttn(f_cnt=3))) == {"radio/f_cnt"}


@pytest.mark.parametrize("errors", [{"errors": ["unknown FPort"]}, {"error": "bad", "warnings": []}])
def test_an_error_of_the_formatter_is_no_observation(errors: Json) -> None:
    with pytest.raises(LiftingError, match="formatter failed"):
        ttn(errors)


def test_an_answer_of_the_storage_integration_is_a_message() -> None:
    message = {"end_device_ids": {"dev_eui": EUI}, "uplink_message": {"decoded_payload": {"t": 1}}}
    found = read("ttn", {"result": message})

    assert fields(found)["t"].pointer == "/result/uplink_message/decoded_payload/t"


def test_the_normalized_payload_counts_where_both_tell_a_value() -> None:
    found = ttn({"temperature": 14, "knots": 32}, normalized_payload=[{"air": {"temperature": 14}}])

    assert set(fields(found)) == {"air/temperature", "knots"}
    assert [one.detail for one in found.left] == ["the normalized payload tells it, too"]


def test_an_object_can_be_written_as_a_text() -> None:
    found = read("chirpstack", {"devEUI": EUI, "objectJSON": json.dumps({"temperatureSensor": {"1": 7.5}})})

    assert fields(found)["temperatureSensor/1"].value == 7.5


def test_a_text_that_is_no_object_is_refused() -> None:
    with pytest.raises(LiftingError, match="no JSON"):
        read("chirpstack", {"devEUI": EUI, "objectJSON": "{"})


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"batteryLevel": 88.3, "margin": 10}, {"batteryLevel", "radio/margin"}),
        ({"margin": 10, "externalPowerSource": True, "batteryLevel": 0.0}, {"radio/margin", "externalPowerSource"}),
        ({"margin": 10, "batteryLevelUnavailable": True, "batteryLevel": 0.0}, {"radio/margin"}),
        ({"margin": 10, "externalPowerSource": False, "batteryLevel": 50.0}, {"radio/margin", "batteryLevel"}),
    ],
)
def test_a_status_tells_the_battery_where_there_is_one(members: dict[str, Json], expected: set[str]) -> None:
    assert set(fields(chirpstack(**members))) == expected


def test_an_event_location_is_the_position_of_the_device() -> None:
    assert (
        fields(chirpstack(location={"latitude": 52.1, "longitude": 4.3}))["location/position"].value
        == "POINT(4.3 52.1)"
    )


@pytest.mark.parametrize(
    "member", [{"acknowledged": True}, {"queueItemId": "1"}, {"downlinkId": 1}, {"level": "ERROR"}, {"error": "x"}]
)
def test_what_is_no_report_is_ignored_with_its_reason(member: dict[str, Json]) -> None:
    assert chirpstack(**member).ignored


@pytest.mark.parametrize("member", ["join_accept", "downlink_ack", "downlink_failed", "downlink_sent", "service_data"])
def test_what_is_no_uplink_is_ignored_with_its_reason(member: str) -> None:
    assert read("ttn", {"end_device_ids": {"dev_eui": EUI}, member: {"x": 1}}).ignored


def test_maker_and_model_are_told() -> None:
    found = first(ttn({"t": 1}, version_ids={"brand_id": "milesight-iot", "model_id": "am307"}))

    assert found.about == {"saref:hasManufacturer": "Milesight", "saref:hasModel": "am307"}


def test_a_member_that_no_reading_has_is_refused() -> None:
    with pytest.raises(ValueError, match="there are devices, envelope"):
        LorawanReader({"reader": "lorawan", "colour": "red"}, MAPPINGS / "ttn")


def test_a_member_that_no_envelope_has_is_refused() -> None:
    table = {"devices": "devices.toml", "envelope": {"thing": "urn:x", "colour": "red"}}

    with pytest.raises(ValueError, match="colour"):
        LorawanReader(table, MAPPINGS / "ttn")
