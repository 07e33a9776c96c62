"""What Tasmota, Shelly and Victron devices tell, and what is no value: the decided outcomes, one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Event, Literal, Observation, Outcome, Payload, Source
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.namespaces import compact
from semantic_gw.settings import FamilySettings, Settings

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MAC = "02a1b2000101"


@pytest.fixture(scope="module")
def loaded() -> Pipeline:
    return load_parts(Settings()).pipeline


@pytest.fixture
def pipeline(loaded: Pipeline) -> Pipeline:
    return loaded.fork()


def send(pipeline: Pipeline, address: str, value: Any) -> Result:
    body = value if isinstance(value, bytes) else msgspec.json.encode(value)
    return pipeline.process(Payload(body, "", Source("mqtt", address), NOON))


def told(result: Result) -> dict[str, tuple[str, str, str]]:
    """Place → kind, value or state, unit."""
    return {one.pointer: _told(one) for judged in result.graphs for one in _all(judged.graph)}


def _all(graph: Any) -> tuple[Observation | Event, ...]:
    return (*graph.observations, *graph.events)


def _told(one: Observation | Event) -> tuple[str, str, str]:
    if isinstance(one, Event):
        return compact(one.kind), str(one.data), ""
    value = one.value.lexical if isinstance(one.value, Literal) else one.value
    shown = compact(value) if isinstance(value, str) else f"{value:.9g}"
    return compact(one.kind), shown, compact(one.unit) if one.unit else ""


def graphs(result: Result) -> list[Any]:
    return [judged.graph for judged in result.graphs]


def things(result: Result) -> list[str]:
    return [judged.graph.thing for judged in result.graphs]


# ── Tasmota ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address", ["tele/attic/SENSOR", "attic/tele/SENSOR", "home/tele/attic/SENSOR", "home/up/tele/attic/SENSOR"]
)
def test_a_full_topic_may_be_changed(pipeline: Pipeline, address: str) -> None:
    result = send(pipeline, address, {"DHT22": {"Humidity": 50}})

    assert things(result) == ["urn:dev:ops:tasmota-attic"]


@pytest.mark.parametrize(("text", "unit"), [("C", "unit:DEG_C"), ("F", "unit:DEG_F")])
def test_a_temperature_is_in_the_unit_that_the_message_tells(pipeline: Pipeline, text: str, unit: str) -> None:
    result = send(pipeline, "tele/attic/SENSOR", {"DS18B20": {"Temperature": 68}, "TempUnit": text})

    assert told(result)["/DS18B20/Temperature"][2] == unit


def test_a_temperature_without_a_unit_is_not_guessed(pipeline: Pipeline) -> None:
    result = send(pipeline, "tele/attic/SENSOR", {"BMP280": {"Temperature": 80.9, "Pressure": 984}})

    assert result.unmapped == ("/BMP280/Temperature",)
    assert told(result)["/BMP280/Pressure"] == ("sgw:Pressure", "984", "unit:HectoPA")


def test_a_local_time_without_a_zone_is_no_time(pipeline: Pipeline) -> None:
    result = send(pipeline, "tele/attic/SENSOR", {"Time": "2026-11-24T11:15:00", "DHT22": {"Humidity": 50}})

    assert result.graphs[0].graph.phenomenon_time is None


def test_a_setting_gives_local_times_a_zone() -> None:
    settings = Settings(families={"tasmota": FamilySettings(time_zone="Europe/Vienna")})
    pipeline = load_parts(settings).pipeline
    result = send(pipeline, "tele/attic/SENSOR", {"Time": "2026-11-24T11:15:00", "DHT22": {"Humidity": 50}})

    assert result.graphs[0].graph.phenomenon_time == datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


def test_each_phase_is_a_value(pipeline: Pipeline) -> None:
    result = send(pipeline, "tele/cellar/SENSOR", {"ENERGY": {"Power": [310, 0], "Total": 412.5}})

    assert told(result)["/ENERGY/Power/0"] == ("sgw:ActivePower", "310", "unit:W")
    assert told(result)["/ENERGY/Power/1"] == ("sgw:ActivePower", "0", "unit:W")
    assert result.unmapped == ()


def test_a_zigbee_device_has_one_name_whoever_told_its_eui(pipeline: Pipeline) -> None:
    received = {"ZbReceived": {"0x1A2B": {"Device": "0x1A2B", "Power": True}}}
    info = {"ZbInfo": {"0x1A2B": {"Device": "0x1A2B", "IEEEAddr": "0x02A1B2FFFE0000C1", "Power": 1}}}

    joined = {"ZbState": {"Status": 30, "IEEEAddr": "0x02A1B2FFFE0000C2", "ShortAddr": "0x1A2B"}}
    first = send(pipeline, "tele/bridge/SENSOR", received)
    told_later = send(pipeline, "tele/bridge/SENSOR", info)
    send(pipeline, "tele/bridge/RESULT", joined)

    assert things(first) == things(told_later) == ["urn:dev:ops:tasmota-bridge-0x1A2B"]
    assert graphs(send(pipeline, "tele/bridge/SENSOR", received)) == graphs(first)


def test_what_a_remote_control_sends_is_no_state(pipeline: Pipeline) -> None:
    result = send(pipeline, "tele/bridge/SENSOR", {"ZbReceived": {"Remote": {"0006!02": "", "Power": 2}}})

    assert told(result) == {"/Power": ("sgw:ToggleAction", "2", "")}


def test_discovery_renames_no_device(pipeline: Pipeline) -> None:
    before = send(pipeline, "tele/attic/STATE", {"POWER": "ON"})
    send(pipeline, f"tasmota/discovery/{MAC.upper()}/config", {"mac": MAC.upper(), "t": "attic", "dn": "Attic"})

    assert things(before) == ["urn:dev:ops:tasmota-attic"]
    assert graphs(send(pipeline, "tele/attic/STATE", {"POWER": "ON"})) == graphs(before)


@pytest.mark.parametrize(
    ("address", "document"),
    [
        ("stat/attic/RESULT", {"SetOption3": "ON"}),
        ("stat/attic/RESULT", {"Var1": "21.5"}),
        ("tele/attic/RESULT", {"RfReceived": {"Data": "0x7028D2", "Pulse": 238}}),
        ("tele/attic/RESULT", {"IrReceived": {"Protocol": "NEC", "IRHVAC": {"Temp": 22}}}),
        ("tele/attic/RESULT", {"SerialReceived": "1-0:1.7.0(00.498*kW)"}),
        ("tele/attic/SENSOR", {"Time": "2026-11-24T11:15:00", "RC522": {"UID": "BA839D07"}}),
        ("cmnd/attic/POWER", "ON"),
    ],
)
def test_what_is_no_report_is_ignored_with_a_reason(pipeline: Pipeline, address: str, document: Any) -> None:
    result = send(pipeline, address, document)

    assert result.outcome is Outcome.IGNORED
    assert result.detail not in ("", "no value in it")


def test_a_placeholder_is_no_state(pipeline: Pipeline) -> None:
    assert send(pipeline, "stat/attic/RESULT", {"POWER1": "%value%"}).outcome is Outcome.DEAD_LETTER


def test_bare_text_tells_a_relay(pipeline: Pipeline) -> None:
    assert told(send(pipeline, "stat/attic/POWER2", b"OFF")) == {"/POWER2": ("sgw:OnOff", "sgw:Off", "")}


def test_a_message_at_an_address_of_no_device_is_of_that_address(pipeline: Pipeline) -> None:
    result = send(pipeline, "attic", {"Time": "2026-11-24T11:15:00", "BH1750": {"Illuminance": 79}})

    assert things(result) == ["urn:dev:ops:tasmota-attic"]


@pytest.mark.parametrize(
    ("document", "thing"),
    [
        ({"Time": "2026-11-24T11:15:00", "BH1750": {"Illuminance": 79}}, "unnamed"),
        ({"ZbReceived": {"0x4F2E": {"Device": "0x4F2E", "Temperature": 20.5}}}, "unnamed-0x4F2E"),
    ],
)
def test_a_captured_message_without_any_address_is_of_an_unnamed_device(
    pipeline: Pipeline, document: Any, thing: str
) -> None:
    result = send(pipeline, "", document)

    assert things(result) == [f"urn:dev:ops:tasmota-{thing}"]


# ── Shelly ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def notify(**components: Any) -> dict[str, Any]:
    return {"src": f"shellyx-{MAC}", "method": "NotifyStatus", "params": {"ts": 1795515300.5, **components}}


def test_a_notification_has_the_time_of_the_device(pipeline: Pipeline) -> None:
    result = send(pipeline, f"shellyx-{MAC}/events/rpc", notify(**{"switch:0": {"id": 0, "output": True}}))

    assert things(result) == [f"urn:dev:mac:{MAC}"]
    assert result.graphs[0].graph.phenomenon_time == datetime.fromtimestamp(1795515300.5, UTC)
    assert told(result) == {"/switch:0/output": ("sgw:OnOff", "sgw:On", "")}


def test_the_same_temperature_is_told_once(pipeline: Pipeline) -> None:
    result = send(pipeline, f"shellyx-{MAC}/events/rpc", notify(**{"temperature:0": {"id": 0, "tC": 20, "tF": 68}}))

    assert told(result) == {"/temperature:0/tC": ("sgw:Temperature", "20", "unit:DEG_C")}


@pytest.mark.parametrize(
    ("state", "means"),
    [("open", ("sgw:OpenClosed", "sgw:Open", "")), ("closing", ("sgw:MotorMovement", "sgw:Closing", ""))],
)
def test_a_cover_tells_where_it_is_or_what_it_does(pipeline: Pipeline, state: str, means: tuple[str, str, str]) -> None:
    result = send(pipeline, f"shellyx-{MAC}/events/rpc", notify(**{"cover:0": {"id": 0, "state": state}}))

    assert list(told(result).values()) == [means]


def test_a_press_is_an_event_at_its_own_time(pipeline: Pipeline) -> None:
    event = {"component": "input:1", "id": 1, "event": "long_push", "ts": 1795515301.0}
    document = {"src": f"shellyx-{MAC}", "method": "NotifyEvent", "params": {"ts": 1795515302.0, "events": [event]}}
    result = send(pipeline, f"shellyx-{MAC}/events/rpc", document)

    assert told(result) == {"/input:1/event": ("sgw:LongPress", "long_push", "")}
    assert result.graphs[0].graph.phenomenon_time == datetime.fromtimestamp(1795515301, UTC)


@pytest.mark.parametrize(
    "document",
    [
        {"id": 1, "src": "user_1", "method": "Switch.Set", "params": {"id": 0, "on": True}},
        {"id": 1, "src": f"shellyx-{MAC}", "dst": "user_1", "result": {"was_on": False}},
        {"id": 1, "src": f"shellyx-{MAC}", "dst": "user_1", "error": {"code": -105, "message": "no"}},
        {"methods": ["Switch.Set"]},
        {"name": "x", "id": f"shellyx-{MAC}", "mac": MAC, "fw_id": "20250101", "gen": 2},
    ],
)
def test_requests_and_their_answers_are_no_reports(pipeline: Pipeline, document: Any) -> None:
    result = send(pipeline, f"shellyx-{MAC}/rpc", document)

    assert result.outcome is Outcome.IGNORED
    assert result.detail not in ("", "no value in it")


def test_the_answer_to_a_status_request_is_a_report(pipeline: Pipeline) -> None:
    status = {"sys": {"mac": MAC.upper(), "unixtime": 1795515300}, "pm1:0": {"id": 0, "apower": 12.5}}
    result = send(pipeline, "user_1/rpc", {"id": 1, "src": f"shellyx-{MAC}", "dst": "user_1", "result": status})

    assert told(result) == {"/pm1:0/apower": ("sgw:ActivePower", "12.5", "unit:W")}


def test_the_first_generation_counts_watt_minutes(pipeline: Pipeline) -> None:
    result = send(pipeline, f"shellies/shelly1pm-{MAC}/relay/0/energy", b"7260")

    assert told(result) == {"/relay/0/energy": ("sgw:Energy", "121", "unit:W-HR")}


def test_the_first_generation_s_energy_meters_count_watt_hours(pipeline: Pipeline) -> None:
    result = send(pipeline, f"shellies/shellyem-{MAC}/emeter/0/total", b"121.5")

    assert told(result) == {"/emeter/0/total": ("sgw:ConsumedEnergy", "121.5", "unit:W-HR")}


@pytest.mark.parametrize("device", ["shelly1-2CD3AB", "shellyplug-s-attic"])
@pytest.mark.parametrize("mac", [MAC.upper(), "AABBCCDDEEFF"])
def test_an_announcement_renames_no_device(pipeline: Pipeline, device: str, mac: str) -> None:
    announcement = {"id": device, "model": "SHSW-1", "mac": mac, "ip": "192.0.2.1", "new_fw": False}
    before = send(pipeline, f"shellies/{device}/relay/0/power", b"21.5")
    send(pipeline, "shellies/announce", announcement)
    send(pipeline, f"shellies/{device}/info", {"mac": mac, "unixtime": 0, "relays": [{"ison": True}]})

    assert things(before) == [f"urn:dev:ops:shelly-{device}"]
    assert graphs(send(pipeline, f"shellies/{device}/relay/0/power", b"21.5")) == graphs(before)


def test_a_mac_beside_values_goes_into_the_description(pipeline: Pipeline) -> None:
    send(pipeline, "shellies/shelly1-2CD3AB/info", {"mac": MAC.upper(), "relays": [{"ison": True}]})
    description = pipeline.things.document("urn:dev:ops:shelly-shelly1-2CD3AB")

    assert description is not None
    assert description["saref:hasIdentifier"] == f"urn:dev:mac:{MAC}"


def test_a_clock_that_was_never_set_tells_no_time(pipeline: Pipeline) -> None:
    document = {"mac": MAC.upper(), "unixtime": 0, "relays": [{"ison": True}]}
    result = send(pipeline, f"shellies/shelly1-{MAC}/info", document)

    assert result.graphs[0].graph.phenomenon_time is None


# ── Victron ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def victron(pipeline: Pipeline, path: str, value: Any) -> Result:
    return send(pipeline, f"N/02a1b2000201/{path}", {"value": value})


def test_the_address_tells_the_thing_and_the_value(pipeline: Pipeline) -> None:
    result = victron(pipeline, "battery/256/Dc/0/Voltage", 26.41)

    assert things(result) == ["urn:dev:ops:victron-02a1b2000201-battery-256"]
    assert told(result) == {"/Dc/0/Voltage": ("sgw:Voltage", "26.41", "unit:V")}


def test_null_is_never_zero(pipeline: Pipeline) -> None:
    assert victron(pipeline, "battery/256/Dc/0/Voltage", None).outcome is Outcome.IGNORED


def test_an_empty_payload_takes_a_value_back(pipeline: Pipeline) -> None:
    assert send(pipeline, "N/02a1b2000201/battery/256/Soc", b"").outcome is Outcome.IGNORED


@pytest.mark.parametrize(
    ("path", "value", "means"),
    [
        ("solarcharger/288/State", 3, ("sgw:ConverterActivity", "sgw:BulkCharging", "")),
        ("house_solarcharger/288/State", 5.0, ("sgw:ConverterActivity", "sgw:FloatCharging", "")),
        ("vebus/276/Mode", 1, ("sgw:ConverterMode", "sgw:ChargerOnly", "")),
        ("charger/0/Mode", 1, ("sgw:ConverterMode", "sgw:On", "")),
        ("vebus/276/Alarms/L1/Overload", 1, ("sgw:AlarmSeverity", "sgw:WarningAlarm", "")),
        ("solarcharger/288/ErrorCode", 17, ("sgw:Fault", "sgw:Faulty", "")),
        ("grid/30/Ac/L2/Energy/Reverse", 5.5, ("sgw:ProducedEnergy", "5.5", "unit:KiloW-HR")),
        ("tank/20/FluidType", 1, ("sgw:FluidType", "sgw:FreshWater", "")),
        ("tank/20/Remaining", 0.25, ("sgw:Volume", "0.25", "unit:M3")),
        ("temperature/24/Pressure", 1001.9, ("sgw:Pressure", "1001.9", "unit:HectoPA")),
        ("temperature/24/Pressure", 100.19, ("sgw:Pressure", "100.19", "unit:KiloPA")),
        ("genset/0/Engine/OperatingHours", 3600, ("sgw:OperatingTime", "3600", "unit:SEC")),
        ("charger/0/Ac/In/CurrentLimit", 10, ("sgw:CurrentLimit", "10", "unit:A")),
    ],
)
def test_a_path_means_what_the_service_gives_it(
    pipeline: Pipeline, path: str, value: Any, means: tuple[str, str, str]
) -> None:
    assert list(told(victron(pipeline, path, value)).values()) == [means]


def test_the_state_of_a_service_that_nobody_knows_is_unknown(pipeline: Pipeline) -> None:
    assert victron(pipeline, "toaster/0/State", 3).outcome is Outcome.DEAD_LETTER


@pytest.mark.parametrize(
    "path",
    ["battery/256/ProductId", "settings/0/Settings/Gui/Language", "vebus/276/Devices/0/Version", "grid/30/Serial"],
)
def test_what_the_device_is_is_no_value(pipeline: Pipeline, path: str) -> None:
    assert victron(pipeline, path, 41314).outcome is Outcome.IGNORED


def test_commands_and_requests_are_ignored(pipeline: Pipeline) -> None:
    assert send(pipeline, "W/02a1b2000201/vebus/276/Mode", {"value": 4}).outcome is Outcome.IGNORED
    assert send(pipeline, "R/02a1b2000201/keepalive", []).outcome is Outcome.IGNORED
