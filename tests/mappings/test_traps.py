"""Traps that makers set: raw counts, sentinels, values that are told twice, times and devices that are others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.model import Json, Literal, Outcome, Payload, Source
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.namespaces import compact
from semantic_gw.settings import Settings

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Settings())


def processed(parts: Parts, address: str, value: Json) -> Result:
    """What becomes of *value*, JSON or a text."""
    media_type, body = "application/json", msgspec.json.encode(value)
    if isinstance(value, str):
        media_type, body = "text/plain", value.encode()
    return parts.pipeline.fork().process(Payload(body, media_type, Source("mqtt", address), NOW))


def told(result: Result) -> dict[str, tuple[str, Any, str]]:
    """Pointer → kind, value, unit (or empty) of each observation; events by what they say."""
    found: dict[str, tuple[str, Any, str]] = {}
    for judged in result.graphs:
        for one in judged.graph.observations:
            value = one.value.lexical if isinstance(one.value, Literal) else one.value
            shown = compact(value) if isinstance(value, str) and value.startswith("http") else value
            found[one.pointer] = (compact(one.kind), shown, compact(one.unit) if one.unit else "")
        for event in judged.graph.events:
            found[event.pointer] = (compact(event.kind), event.data, "")
    return found


def frame(params: Json, method: str = "NotifyStatus") -> Json:
    return {"src": "shellyplusx-02a1b2c3d4e5", "dst": "x", "method": method, "params": {"ts": 1795515300.5, **params}}


MOTION = {"motion": True, "timestamp": 1795515300, "active": True, "vibration": False, "lux": 31, "bat": 88,
          "tmp": {"value": 19.5, "units": "C", "is_valid": True}}  # fmt: skip
VALVE = {"target_t": {"enabled": True, "value": 20.5, "value_op": 8, "units": "C"}, "bat": 71, "temperature_offset": 0,
         "tmp": {"value": 67.1, "units": "F", "is_valid": True}}  # fmt: skip
INVALID = {"tmp": {"tC": 0.0, "tF": 32.0, "is_valid": False}, "hum": {"value": 41, "is_valid": True}}
LIGHT = {"ison": True, "mode": "white", "brightness": 40, "power": 6.5, "transition": 0}
ZONE = {"presencezone:200": {"id": 200, "value": True, "num_objects": 2}}
BLU = {"component": "script:1", "id": 1, "event": "shelly-blu", "ts": 1795515300.4,
       "data": {"address": "02:a1:b2:0c:0d:0e", "battery": 93, "window": 1, "rotation": 12.5, "rssi": -61}}  # fmt: skip
DUAL = {"Time": "2026-11-24T10:15:00", "DS18B20-1": {"Id": "0A", "Temperature": -127.0}, "CHIRP-1": {"Moisture": 412},
        "DS18B20-2": {"Id": "0B", "Temperature": 4.5}, "TempUnit": "C"}  # fmt: skip
EXPORT = {"Time": "2026-11-24T10:15:00", "ENERGY": {"ExportActive": 7.5, "ImportActive": 90.25, "CurrentNeutral": 0.5}}
ZIGBEE = {"ZbReceived": {"0x11AA": {"Device": "0x11AA", "RMSCurrent": 215, "ActivePower": 48, "LinkQuality": 90}}}
TAP = {"media": "cold water", "meter": "multical21", "name": "tap", "id": "00112233", "total_m3": 3.25,
       "flow_temperature_c": 127, "external_temperature_c": 18, "March_total_m3": 1.5,
       "timestamp": "2026-11-24T10:15:00Z"}  # fmt: skip
RUUVI = {"id": "02:A1:B2:C3:D4:E5", "brand": "x", "model": "y", "model_id": "z", "type": "MOTION", "darkness": False}

TOLD: list[tuple[str, Json, dict[str, tuple[str, Any, str]]]] = [
    ("shellies/shellymotion-02a1b2c3d4e5/status", MOTION, {
        "/motion": ("sgw:Motion", "sgw:MotionDetected", ""), "/lux": ("sgw:Illuminance", 31, "unit:LUX"),
        "/bat": ("sgw:BatteryLevel", 88, "unit:PERCENT"), "/vibration": ("sgw:Vibration", "sgw:NoVibration", ""),
        "/tmp/value": ("sgw:Temperature", 19.5, "unit:DEG_C")}),
    ("shellies/shellytrv-02a1b2c3d4e5/status", VALVE, {
        "/target_t/value": ("sgw:TemperatureSetpoint", 20.5, "unit:DEG_C"),
        "/tmp/value": ("sgw:Temperature", 67.1, "unit:DEG_F"), "/bat": ("sgw:BatteryLevel", 71, "unit:PERCENT")}),
    ("shellies/shellyht-a1b2c3/status", INVALID, {"/hum/value": ("sgw:Humidity", 41, "unit:PERCENT")}),
    ("shellies/shellyrgbw2-a1b2c3/white/1/status", LIGHT, {
        "/white/1/status/ison": ("sgw:OnOff", "sgw:On", ""),
        "/white/1/status/brightness": ("sgw:Brightness", 40, "unit:PERCENT"),
        "/white/1/status/power": ("sgw:ActivePower", 6.5, "unit:W")}),
    ("shellies/shelly1pm-a1b2c3/temperature", "41.5", {"/temperature": ("sgw:DeviceTemperature", 41.5, "unit:DEG_C")}),
    ("shellyplusx-02a1b2c3d4e5/events/rpc", frame(ZONE), {
        "/presencezone:200/value": ("sgw:Presence", "sgw:Present", ""),
        "/presencezone:200/num_objects": ("sgw:PeopleCount", 2, "unit:NUM")}),
    ("shellyplusx-02a1b2c3d4e5/events/rpc", frame({"events": [BLU]}, "NotifyEvent"), {
        "/battery": ("sgw:BatteryLevel", 93, "unit:PERCENT"), "/window": ("sgw:WindowOpenClosed", "sgw:Open", ""),
        "/rotation": ("sgw:TiltAngle", 12.5, "unit:DEG"), "/rssi": ("sgw:SignalStrength", -61, "unit:DeciB-MilliW")}),
    ("tele/shed/SENSOR", DUAL, {"/DS18B20-2/Temperature": ("sgw:Temperature", 4.5, "unit:DEG_C")}),
    ("tele/shed/SENSOR", EXPORT, {
        "/ENERGY/ExportActive": ("sgw:ProducedEnergy", 7.5, "unit:KiloW-HR"),
        "/ENERGY/ImportActive": ("sgw:ConsumedEnergy", 90.25, "unit:KiloW-HR"),
        "/ENERGY/CurrentNeutral": ("sgw:ElectricCurrent", 0.5, "unit:A")}),
    ("tele/zb/SENSOR", ZIGBEE, {
        "/ActivePower": ("sgw:ActivePower", 48, "unit:W"), "/LinkQuality": ("sgw:LinkQuality", 90, "unit:NUM")}),
    ("wmbusmeters/tap", TAP, {
        "/total": ("sgw:WaterVolume", 3.25, "unit:M3"),
        "/external_temperature": ("sgw:AirTemperature", 18, "unit:DEG_C")}),
]  # fmt: skip


@pytest.mark.parametrize(("address", "value", "wanted"), TOLD)
def test_a_payload_tells_just_that(
    parts: Parts, address: str, value: Json, wanted: dict[str, tuple[str, Any, str]]
) -> None:
    assert told(processed(parts, address, value)) == wanted


def test_what_is_true_or_false_is_no_illuminance(parts: Parts) -> None:
    result = processed(parts, "home/gw/BTtoMQTT/02A1B2C3D4E5", RUUVI)

    assert told(result) == {}
    assert result.outcome is Outcome.DEAD_LETTER


def test_a_battery_sensor_that_a_gateway_heard_is_a_thing_of_its_own(parts: Parts) -> None:
    result = processed(parts, "shellyplusx-02a1b2c3d4e5/events/rpc", frame({"events": [BLU]}, "NotifyEvent"))

    assert {judged.graph.thing for judged in result.graphs} == {"urn:dev:mac:02a1b20c0d0e"}


STATION = {"PASSKEY": "0011", "dateutc": "2026-11-24 10:15:00", "stationtype": "X", "batt1": "1"}


@pytest.mark.parametrize(
    ("more", "condition"), [({}, "sgw:BatteryLow"), ({"battout": "1", "stationtype": "Y"}, "sgw:BatteryOk")]
)
def test_what_one_says_of_a_battery_is_the_makers(parts: Parts, more: Json, condition: str) -> None:
    assert told(processed(parts, "report", {**STATION, **more}))["/batt1"][1] == condition


def test_meters_without_a_name_are_told_apart_by_their_addresses(parts: Parts) -> None:
    meter = {"wifi_ssid": "x", "wifi_strength": 70, "active_power_w": 12.5}
    things = [processed(parts, address, meter).thing for address in ("hall/meter", "attic/meter")]

    assert things == ["urn:dev:ops:homewizard-hall%2Fmeter", "urn:dev:ops:homewizard-attic%2Fmeter"]


def test_any_event_of_a_vehicle_is_known_by_its_look(parts: Parts) -> None:
    vehicle = {"oper": 22, "veh": 900, "tst": "2026-11-24T10:15:00Z", "lat": 60.2, "long": 24.9, "spd": 3.5}
    result = processed(parts, "some/bridge", {"DUE": vehicle})

    assert (result.family, told(result)["/spd"]) == ("hfp", ("sgw:Speed", 3.5, "unit:M-PER-SEC"))


def test_times_of_the_network_of_sensor_community_are_utc(parts: Parts) -> None:
    item = {
        "sensor": {"id": 7},
        "timestamp": "2026-11-24 10:15:00",
        "sensordatavalues": [{"value_type": "P1", "value": "8"}],
    }
    (judged,) = processed(parts, "answer", [item]).graphs

    assert judged.graph.phenomenon_time == NOW


def test_power_factors_above_one_are_of_hundredths(parts: Parts) -> None:
    decoded = {"power_factor": 97, "pf_note": ""}
    uplink = {"end_device_ids": {"device_id": "plug", "dev_eui": "02A1B2FFFE000102"},
              "uplink_message": {"decoded_payload": decoded}}  # fmt: skip

    assert told(processed(parts, "v3/a@t/devices/plug/up", uplink))["/power_factor"][2] == "unit:PERCENT"


@pytest.mark.parametrize(
    ("address", "value"), [("owntracks/ann/phone", [{"_type": "location"}]), ("owntracks/ann/phone", "T1,5F0,52.1,4.9")]
)
def test_a_document_of_another_shape_is_no_document_without_a_value(parts: Parts, address: str, value: Json) -> None:
    result = processed(parts, address, value)

    assert (result.outcome, result.reason) == (Outcome.DEAD_LETTER, "nothing mapped")
