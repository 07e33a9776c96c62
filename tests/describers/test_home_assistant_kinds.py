"""What entities mean: classes, units, names, and values; and what nobody guesses."""

from __future__ import annotations

import pytest

from semantic_gw.describers.home_assistant_tables import Tables
from semantic_gw.lexicon import Lexicon
from semantic_gw.lexicon.tables import compatible_units
from semantic_gw.lexicon.units import unit
from semantic_gw.model import Json
from tests.describers.entities import affordance, describe, document, entity, measured, states

LEXICON = Lexicon.load()
TABLES = Tables.load(LEXICON)


def reason(component: str = "sensor", **members: Json) -> str:
    return describe(entity(**members), component).remarks[0]


# Numbers.


@pytest.mark.parametrize("name", sorted(name for name, row in TABLES.sensors.items() if row.kinds))
def test_each_class_of_sensors_has_a_unit_that_fits(name: str) -> None:
    row = TABLES.sensors[name]
    texts = row.units or (row.unit,)
    fitting = {kind: compatible_units(kind, LEXICON.vocabulary) for kind in row.kinds}
    known = [
        text
        for text in texts
        if any(unit(text, kind=LEXICON.vocabulary.quantity_kind(kind)) in units for kind, units in fitting.items())
    ]

    assert known


@pytest.mark.parametrize(
    ("device_class", "unit_text", "meant"),
    [
        ("temperature", "°C", ("Temperature", "DEG_C")),
        ("temperature", "°F", ("Temperature", "DEG_F")),
        ("atmospheric_pressure", "hPa", ("AtmosphericPressure", "HectoPA")),
        ("battery", "%", ("BatteryLevel", "PERCENT")),
        ("carbon_monoxide", "ppm", ("COConcentration", "PPM")),
        ("carbon_monoxide", "mg/m³", ("COMassConcentration", "MilliGM-PER-M3")),
        ("volatile_organic_compounds", "µg/m³", ("VOCMassConcentration", "MicroGM-PER-M3")),
        ("energy", "kWh", ("Energy", "KiloW-HR")),
        ("energy_storage", "kWh", ("StoredEnergy", "KiloW-HR")),
        ("gas", "m³", ("GasVolume", "M3")),
        ("power", "W", ("Power", "W")),
        ("volume_flow_rate", "L/min", ("VolumeFlowRate", "L-PER-MIN")),
        ("weight", "kg", ("Mass", "KiloGM")),
    ],
)
def test_a_class_and_its_unit_tell_a_kind(device_class: str, unit_text: str, meant: tuple[str, str]) -> None:
    assert measured(device_class=device_class, unit_of_measurement=unit_text) == meant


@pytest.mark.parametrize(
    ("device_class", "meant"),
    [
        ("battery", ("BatteryLevel", "PERCENT")),
        ("illuminance", ("Illuminance", "LUX")),
        ("ph", ("PH", "PH")),
        ("aqi", ("AirQualityIndex", "UNITLESS")),
        ("power_factor", ("PowerFactor", "UNITLESS")),
    ],
)
def test_a_class_with_one_unit_needs_none(device_class: str, meant: tuple[str, str]) -> None:
    assert measured(device_class=device_class) == meant


@pytest.mark.parametrize(
    ("device_class", "unit_text"),
    [
        ("power", "kWh"),
        ("energy", "W"),
        ("temperature", "%"),
        ("temperature", ""),
        ("humidity", "g/m³"),
        ("power", "?"),
    ],
)
def test_a_unit_that_does_not_fit_is_no_unit_of_it(device_class: str, unit_text: str) -> None:
    members = {"device_class": device_class, "unit_of_measurement": unit_text}

    assert measured(**members) == ("", "")
    assert "is no unit of it" in reason(**members)


@pytest.mark.parametrize(
    ("device_class", "unit_text", "name", "kind"),
    [
        ("temperature", "°C", "Outdoor temperature", "OutdoorTemperature"),
        ("temperature", "°C", "Target temperature", "TemperatureSetpoint"),
        ("voltage", "V", "Battery voltage", "BatteryVoltage"),
        ("energy", "kWh", "Energy today", "PeriodicEnergy"),
        ("energy", "kWh", "Heating this month", "PeriodicEnergy"),
        ("duration", "s", "Uptime", "Uptime"),
        ("wind_speed", "m/s", "Gust speed", "GustSpeed"),
        ("wind_speed", "m/s", "Speed", "WindSpeed"),
        ("atmospheric_pressure", "hPa", "Pressure", "AtmosphericPressure"),
        ("temperature", "°C", "Kitchen", "Temperature"),
    ],
)
def test_a_name_may_say_more_than_the_class(device_class: str, unit_text: str, name: str, kind: str) -> None:
    assert measured(device_class=device_class, unit_of_measurement=unit_text, name=name)[0] == kind


def test_a_member_of_the_payload_may_say_more_than_the_class() -> None:
    found = measured(
        device_class="temperature", unit_of_measurement="°C", value_template="{{ value_json.floor_temperature }}"
    )

    assert found == ("FloorTemperature", "DEG_C")


def test_the_name_of_the_device_says_nothing() -> None:
    assert measured(name="Hall battery voltage", device_class="voltage", unit_of_measurement="V")[0] == "BatteryVoltage"


@pytest.mark.parametrize("name", ["Maximum of the day", "Average", "Desired", "Forecast", "Lowest limit"])
def test_a_name_may_say_that_it_is_not_what_is_measured_now(name: str) -> None:
    members = {"device_class": "temperature", "unit_of_measurement": "°C", "name": name}

    assert measured(**members) == ("", "")
    assert "not what is measured now" in reason(**members)


def test_a_member_of_the_payload_says_nothing_against_the_class() -> None:
    own = {"device_class": "wind_speed", "unit_of_measurement": "m/s", "name": "Wind"}

    assert measured(**own, value_template="{{ value_json.wind_avg_m_s }}") == ("WindSpeed", "M-PER-SEC")


@pytest.mark.parametrize(
    ("members", "meant"),
    [
        ({"name": "Humidity", "unit_of_measurement": "%"}, ("Humidity", "PERCENT")),
        ({"value_template": "{{ value_json.linkquality }}", "unit_of_measurement": "lqi"}, ("LinkQuality", "NUM")),
        ({"name": "Boiler", "unit_of_measurement": "°C"}, ("Temperature", "DEG_C")),
        ({"name": "Heater", "unit_of_measurement": "W"}, ("Power", "W")),
        ({"name": "Channel 2", "unit_of_measurement": "µg/m3"}, ("MassConcentration", "MicroGM-PER-M3")),
        ({"name": "Boiler", "unit_of_measurement": "%"}, ("", "")),
        ({"name": "Boiler"}, ("", "")),
        ({"name": "Counter", "state_class": "total"}, ("", "")),
        ({"name": "Set point", "unit_of_measurement": "°C"}, ("", "")),
    ],
)
def test_without_a_class_the_name_and_the_unit_count(members: dict[str, Json], meant: tuple[str, str]) -> None:
    assert measured(**members) == meant


@pytest.mark.parametrize("device_class", sorted(name for name, row in TABLES.sensors.items() if row.none))
def test_some_classes_are_no_observation(device_class: str) -> None:
    assert measured(device_class=device_class) == ("", "")
    assert reason(device_class=device_class).removeprefix("x: ") == TABLES.sensors[device_class].none


def test_a_number_is_a_setting_that_its_name_must_tell() -> None:
    own = {"device_class": "temperature", "unit_of_measurement": "°C"}

    assert measured("number", name="Temperature calibration", **own)[0] == "TemperatureOffset"
    assert measured("number", name="Stage 2", **own) == ("", "")


def test_a_setting_keeps_its_bounds_unless_it_is_scaled() -> None:
    own: dict[str, Json] = {"name": "Motion timeout", "unit_of_measurement": "s", "min": 0, "max": 600}

    assert affordance("number", **own)["maximum"] == 600
    assert "maximum" not in affordance("number", **own, value_template="{{ value | float * 60 }}")


def test_a_number_may_stand_in_a_text() -> None:
    assert affordance(device_class="humidity", unit_of_measurement="%")["sgw:numberInText"] is True


@pytest.mark.parametrize(
    ("members", "scale", "offset"),
    [
        ({}, None, None),
        ({"position_open": 0, "position_closed": 100}, -1, 100),
        ({"position_open": 255, "position_closed": 0}, 100 / 255, 0),
        ({"position_open": 10, "position_closed": 10}, None, None),
    ],
)
def test_a_position_is_a_percentage(members: dict[str, Json], scale: float | None, offset: float | None) -> None:
    (thing,) = describe({"position_topic": "hall/position", "device": {"ids": "a"}, **members}, "cover").things
    found = thing.document["properties"]["x_position"]

    assert (found.get("sgw:scale"), found.get("sgw:offset")) == (scale, offset)


def test_a_speed_of_a_fan_counts_from_its_least_step() -> None:
    members: dict[str, Json] = {"percentage_state_topic": "hall/fan", "speed_range_min": 1, "speed_range_max": 4}
    found = document("fan", **members)["properties"]["x_percentage"]

    assert (found["sgw:scale"], found["sgw:offset"]) == (25, 0)


def test_a_temperature_of_a_climate_without_a_unit_is_not_known() -> None:
    found = document("climate", current_temperature_topic="hall/t")["properties"]["x_current_temperature"]

    assert "saref:hasPropertyKind" not in found


# States.


@pytest.mark.parametrize("device_class", sorted(TABLES.binary))
def test_each_class_of_binary_sensors_has_two_states_of_its_kind(device_class: str) -> None:
    row = TABLES.binary[device_class]
    possible = LEXICON.vocabulary.states(row.kind)

    assert {row.on, row.off} <= set(possible)
    assert row.on != row.off


@pytest.mark.parametrize(
    ("members", "meant"),
    [
        ({"device_class": "door"}, ("OpenClosed", {"ON": "Open", "OFF": "Closed"})),
        ({"device_class": "lock"}, ("Locking", {"ON": "Unlocked", "OFF": "Locked"})),
        ({"device_class": "moisture"}, ("Wetness", {"ON": "Wet", "OFF": "Dry"})),
        ({"device_class": "moisture", "name": "Water leak"}, ("WaterLeak", {"ON": "LeakDetected", "OFF": "NoLeak"})),
        ({"device_class": "door", "name": "Water leak"}, ("OpenClosed", {"ON": "Open", "OFF": "Closed"})),
        ({"name": "Vibration"}, ("Vibration", {"ON": "VibrationDetected", "OFF": "NoVibration"})),
        ({"name": "Input 3"}, ("", {})),
        ({"name": "Gas"}, ("", {})),
        ({"device_class": "gas", "name": "Gas"}, ("CombustibleGas", {"ON": "GasDetected", "OFF": "NoGas"})),
    ],
)
def test_a_binary_sensor_is_known_by_its_class_or_its_name(
    members: dict[str, Json], meant: tuple[str, dict[str, str]]
) -> None:
    assert states("binary_sensor", **members) == meant


def test_truth_values_stand_for_on_and_off() -> None:
    own: dict[str, Json] = {"value_template": "{{ value_json.contact }}", "payload_on": False, "payload_off": True}

    kind, known = states("binary_sensor", device_class="door", **own)

    assert kind == "OpenClosed"
    assert (known[False], known[True]) == ("Open", "Closed")


def test_a_number_stands_for_the_digit_it_is_spelled_with() -> None:
    _, known = states("binary_sensor", device_class="motion", payload_on="1", payload_off="0")

    assert known == {"1": "MotionDetected", 1: "MotionDetected", "0": "NoMotion", 0: "NoMotion"}


def test_a_choice_gives_states_to_what_it_names_and_to_any_other() -> None:
    template = "{{ 'ON' if value_json.s == 'open' else 'OFF' }}"

    assert states("binary_sensor", device_class="door", value_template=template) == (
        "OpenClosed",
        {"open": "Open", "…": "Closed"},
    )


def test_where_some_values_mean_nothing_any_other_is_not_known() -> None:
    template = "{% if value == 'a' %}ON{% elif value == 'b' %}?{% else %}OFF{% endif %}"

    _, known = states("binary_sensor", device_class="door", value_template=template)

    assert known["a"] == "Open"
    assert not known.keys() & {"b", "…"}


@pytest.mark.parametrize(
    ("component", "members", "kind"),
    [
        ("switch", {}, "OnOff"),
        ("switch", {"name": "Child lock", "payload_on": "LOCK", "payload_off": "UNLOCK"}, "ChildLock"),
        ("switch", {"name": "Auto lock", "payload_on": "AUTO", "payload_off": "MANUAL"}, "AutoLockActivation"),
        ("switch", {"name": "Blink code", "entity_category": "config"}, "Activation"),
        ("siren", {}, "OnOff"),
        ("lock", {}, "Locking"),
        ("cover", {}, "OpenClosed"),
        ("cover", {"state_open": "up", "state_opening": "going up"}, "OpenClosed"),
        ("valve", {}, "ValveOpenClosed"),
        ("light", {}, "OnOff"),
        ("light", {"schema": "json"}, "OnOff"),
        ("light", {"schema": "template", "state_template": "{{ value }}"}, "OnOff"),
        ("alarm_control_panel", {}, "Arming"),
        ("device_tracker", {}, "Presence"),
        ("select", {"name": "Preset", "options": ["eco", "comfort"]}, "ClimatePreset"),
        ("select", {"name": "Stage", "options": ["a", "b"]}, ""),
        ("sensor", {"device_class": "enum", "name": "Power source", "options": ["battery", "mains"]}, "PowerSource"),
        ("sensor", {"name": "Power source"}, "PowerSource"),
    ],
)
def test_components_report_states_of_a_kind(component: str, members: dict[str, Json], kind: str) -> None:
    assert states(component, **members)[0] == kind


def test_a_cover_may_tell_which_way_it_moves() -> None:
    template = "{% if 'moving' in value_json and value_json.moving %}{{ value_json.moving }}{% else %}STOP{% endif %}"
    members = {"state_opening": "UP", "state_closing": "DOWN", "state_stopped": "STOP", "value_template": template}
    found = document("cover", **members)["properties"]["x_movement"]
    words = {option["const"]: option["sgw:state"]["@id"].rpartition("/")[2] for option in found["oneOf"]}

    assert found["sgw:pointer"] == "/moving"
    assert (words["UP"], words["DOWN"], words["STOP"]) == ("Opening", "Closing", "Stopped")


def test_a_climate_says_what_it_does() -> None:
    found = document("climate", action_topic="hall/action")["properties"]["x_action"]
    words = {option["const"]: option["sgw:state"]["@id"].rpartition("/")[2] for option in found["oneOf"]}

    assert words["heating"] == "Heating"
    assert words["off"] == "Idle"
