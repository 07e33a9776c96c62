"""What was decided for weather stations, sensors of air, Bluetooth devices, phones and vehicles, a case a test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.model import Literal, Outcome, Payload, Source
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.namespaces import compact
from semantic_gw.rdf.serialize import to_nquads
from semantic_gw.settings import Settings
from tests.mappings.captures import captured

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Settings())


def send(parts: Parts, address: str, body: Mapping[str, Any] | bytes, content_type: str = "application/json") -> Result:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parts.pipeline.fork().process(Payload(raw, content_type, Source("http", address), NOON))


def told(result: Result) -> dict[str, tuple[str, str, Any]]:
    """Kind, unit and value of each observation, by where it stands."""
    return {
        one.pointer: (compact(one.kind), compact(one.unit) if one.unit else "", value(one.value))
        for judged in result.graphs
        for one in judged.graph.observations
    }


def value(found: Any) -> Any:
    return found.lexical if isinstance(found, Literal) else compact(found) if isinstance(found, str) else found


def things(result: Result) -> set[str]:
    return {judged.graph.thing for judged in result.graphs}


def times(result: Result) -> set[datetime | None]:
    return {judged.graph.phenomenon_time for judged in result.graphs}


# ── Weather stations ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_pass_key_is_never_shown(parts: Parts) -> None:
    key = b"0123456789ABCDEF0123456789ABCDEF"
    result = send(parts, "w", b"PASSKEY=" + key + b"&stationtype=X&dateutc=2026-11-24+12:00:00&tempf=50", FORM)
    written = b"".join(to_nquads(judged.graph) for judged in result.graphs)

    assert result.outcome is Outcome.PUBLISHED
    assert key not in written.upper()


def test_a_pass_key_that_is_a_mac_address_names_the_station(parts: Parts) -> None:
    result = send(parts, "w", b"PASSKEY=AA:BB:CC:00:11:22&stationtype=X&dateutc=now&tempf=50", FORM)

    assert things(result) == {"urn:dev:mac:aabbcc001122"}


def test_now_is_no_phenomenon_time(parts: Parts) -> None:
    assert times(send(parts, "w", b"stationtype=X&dateutc=now&tempf=50", FORM)) == {None}


def test_six_bars_are_mains_and_no_level(parts: Parts) -> None:
    result = send(parts, "w", b"stationtype=X&dateutc=now&co2_batt=6&wh57batt=4", FORM)

    assert told(result) == {"/wh57batt": ("sgw:BatteryLevel", "unit:PERCENT", 80)}


def test_rain_in_inches_an_hour_is_told_in_millimetres(parts: Parts) -> None:
    result = send(parts, "w", b"stationtype=X&dateutc=now&rainratein=0.1", FORM)

    assert told(result) == {"/rainratein": ("sgw:RainfallRate", "unit:MilliM-PER-HR", 2.54)}


def test_a_new_name_of_a_new_firmware_is_unmapped(parts: Parts) -> None:
    result = send(parts, "w", b"stationtype=X&dateutc=now&tempf=50&snowdepth_ch1=3", FORM)

    assert result.unmapped == ("/snowdepth_ch1",)


def test_no_wind_has_no_direction(parts: Parts) -> None:
    module = {"_id": "06:00:00:aa:00:01", "type": "NAModule2", "dashboard_data": {"WindStrength": 0, "WindAngle": -1}}
    station = {"_id": "70:ee:50:aa:00:01", "type": "NAMain", "modules": [module]}

    assert "/WindAngle" not in told(send(parts, "n", {"body": {"devices": [station]}}))


def test_one_answer_is_of_many_modules(parts: Parts) -> None:
    (answer,) = (payload for sample, payload in captured("weather_netatmo") if sample == "getpublicdata.json")
    result = parts.pipeline.fork().process(answer)

    assert len(things(result)) > 10
    assert len(times(result)) > 10


# ── Air ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def pushed(**pairs: str | float | None) -> dict[str, Any]:
    return {"sensordatavalues": [{"value_type": name, "value": value} for name, value in pairs.items()]}


def test_p1_is_pm10_and_p2_is_pm2_5(parts: Parts) -> None:
    kinds = {
        at: kind for at, (kind, _, _) in told(send(parts, "sensor-community/1", pushed(P1="7.1", P2="3.2"))).items()
    }

    assert kinds == {"/P1": "sgw:PM10Concentration", "/P2": "sgw:PM25Concentration"}


def test_particles_that_were_counted_are_no_micrograms(parts: Parts) -> None:
    result = send(parts, "sensor-community/1", pushed(P1="411", ratioP1="0.8", temperature="8.2"))

    assert list(told(result)) == ["/temperature"]


def test_a_value_may_have_its_unit_behind_it(parts: Parts) -> None:
    assert told(send(parts, "sensor-community/1", pushed(signal="-59 dBm")))["/signal"][2] == -59


def test_a_cut_wire_is_no_temperature(parts: Parts) -> None:
    result = send(parts, "sensor-community/1", pushed(DS18B20_temperature="-127.00", humidity="40"))

    assert list(told(result)) == ["/humidity"]


def test_pm02_of_a_monitor_is_pm2_5(parts: Parts) -> None:
    result = send(parts, "airgradient/readings/aabbcc001122", {"serialno": "aabbcc001122", "pm02": 4})

    assert told(result)["/pm02"][0] == "sgw:PM25Concentration"


def test_a_monitor_that_has_just_started_tells_what_it_has(parts: Parts) -> None:
    result = send(parts, "x", {"wifi": -59, "serialno": "aabbcc001122", "firmware": "3", "model": "I", "bootCount": 0})

    assert list(told(result)) == ["/wifi"]


# ── Bluetooth ───────────────────────────────────────────────────────────────────────────────────────────────────────

BLE = "home/OMG/BTtoMQTT/AABBCC001122"


def test_the_same_temperature_twice_is_told_once(parts: Parts) -> None:
    assert list(told(send(parts, BLE, {"tempc": 21.5, "tempf": 70.7}))) == ["/tempc"]


@pytest.mark.parametrize("body", [{"volt": 65.535}, {"tempc": -163.84}, {"hum": 127.5}, {"hum": 163.835}])
def test_a_register_of_all_ones_was_not_measured(parts: Parts, body: dict[str, Any]) -> None:
    assert send(parts, BLE, body).outcome is Outcome.IGNORED


def test_a_meter_of_gas_is_told_in_cubic_metres(parts: Parts) -> None:
    result = send(parts, BLE, {"type": "ENRG", "sum": 8.07, "sumu": "m³", "avg": 0.9, "avgu": "m³"})

    assert told(result) == {"/sum": ("sgw:Volume", "unit:M3", 8.07)}
    assert result.unmapped == ("/avg",)


def test_tyres_are_in_bar_and_air_is_in_hectopascal(parts: Parts) -> None:
    tyre = told(send(parts, BLE, {"type": "TIRE", "model_id": "TPMS", "pres": 2.3}))
    air = told(send(parts, BLE, {"type": "THB", "model_id": "CGP1W", "pres": 1003}))

    assert tyre["/pres"][:2] == ("sgw:Pressure", "unit:BAR")
    assert air["/pres"][:2] == ("sgw:AtmosphericPressure", "unit:HectoPA")


def test_an_address_names_the_device_that_does_not(parts: Parts) -> None:
    assert things(send(parts, BLE, {"tempc": 21.5})) == {"urn:dev:mac:aabbcc001122"}


# ── Phones and vehicles ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_phone_is_the_same_over_mqtt_and_http(parts: Parts) -> None:
    body = {"_type": "location", "lat": 47.37, "lon": 8.54, "tst": 1_795_515_290, "topic": "owntracks/ada/phone"}

    assert things(send(parts, "owntracks/ada/phone", body)) == things(send(parts, "anywhere", body))


def test_a_place_that_was_defined_is_where_nobody_need_be(parts: Parts) -> None:
    body = {"_type": "waypoint", "lat": 47.37, "lon": 8.54, "rad": 50, "desc": "Depot", "tst": 1_795_515_290}

    assert send(parts, "owntracks/ada/phone", body).outcome is Outcome.IGNORED


def test_the_time_of_a_last_will_is_not_that_of_the_loss(parts: Parts) -> None:
    result = send(parts, "owntracks/ada/phone", {"_type": "lwt", "tst": 1_795_510_000})

    assert times(result) == {None}
    assert [kind for kind, _, _ in told(result).values()] == ["sgw:Connectivity"]


def test_leaving_a_region_is_an_event(parts: Parts) -> None:
    body = {"_type": "transition", "event": "leave", "tst": 1_795_515_200, "desc": "Depot"}
    events = [event for judged in send(parts, "owntracks/ada/p/event", body).graphs for event in judged.graph.events]

    assert [compact(event.kind) for event in events] == ["sgw:GeofenceLeave"]


def test_minus_one_is_no_speed(parts: Parts) -> None:
    body = {"_type": "location", "vel": -1, "cog": -1, "batt": 55, "lat": 0, "lon": 0}

    assert list(told(send(parts, "owntracks/ada/phone", body))) == ["/batt"]


def test_a_vehicle_that_is_late_is_behind_its_timetable(parts: Parts) -> None:
    body = {"VP": {"tst": "2026-11-24T12:00:00Z", "dl": -73}}
    result = send(parts, "/hfp/v1/journey/ongoing/bus/0099/00042", body)

    assert told(result) == {"/dl": ("sgw:ScheduleDeviation", "unit:SEC", -73)}


def test_who_owns_a_vehicle_names_it_and_not_who_runs_the_trip(parts: Parts) -> None:
    body = {"VP": {"tst": "2026-11-24T12:00:00Z", "oper": 18, "veh": 42, "spd": 1}}

    assert things(send(parts, "/hfp/v1/journey/ongoing/bus/0099/00042", body)) == {"urn:dev:ops:hfp-99-42"}


def test_a_vehicle_that_tells_nothing_is_ignored_as_such(parts: Parts) -> None:
    body = {"VP": {"tst": "2026-11-24T12:00:00Z", "oper": None, "veh": 42, "spd": None, "lat": None, "long": None}}
    result = send(parts, "/hfp/v1/deadrun/ongoing/train/0099/00042", body)

    assert (result.outcome, result.reason) == (Outcome.IGNORED, "no value in it")


def test_frames_of_trackers_end_as_dead_letters_with_a_reason(parts: Parts) -> None:
    results = [parts.pipeline.process(payload) for _, payload in captured("gps_trackers")]

    assert {result.outcome for result in results} == {Outcome.DEAD_LETTER}
    assert "internal error" not in {result.reason for result in results}
