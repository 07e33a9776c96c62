from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.lexicon.tables import QuantityRow, StateRow
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.namespaces import QUANTITY_KIND, SGW, UNIT
from semantic_gw.rdf.ontology import COMPATIBLE_UNIT


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def known(found: Meaning | Unknown) -> Meaning:
    assert isinstance(found, Meaning), found
    return found


def states(**names: str) -> dict[str, IRI]:
    return {text: SGW + name for text, name in names.items()}


@pytest.mark.parametrize(
    ("path", "unit_text", "kind", "quantity_kind", "unit"),
    [
        (("temperature",), "°C", "Temperature", "Temperature", "DEG_C"),
        (("climate", "local_temperature"), "°C", "Temperature", "Temperature", "DEG_C"),
        (("climate", "occupied_heating_setpoint"), "°C", "HeatingSetpoint", "Temperature", "DEG_C"),
        (("temperature_calibration",), "°C", "TemperatureOffset", "TemperatureDifference", "DEG_C"),
        (("humidity",), "%", "Humidity", "RelativeHumidity", "PERCENT"),
        (("battery",), "%", "BatteryLevel", "StateOfCharge", "PERCENT"),
        (("voltage",), "mV", "Voltage", "Voltage", "MilliV"),
        (("power",), "W", "Power", "Power", "W"),
        (("energy",), "kWh", "Energy", "Energy", "KiloW-HR"),
        (("power_reactive",), "VAr", "ReactivePower", "ReactivePower", "VAR"),
        (("illuminance",), "lx", "Illuminance", "Illuminance", "LUX"),
        (("co2",), "ppm", "CO2Concentration", "DimensionlessRatio", "PPM"),
        (("pm25",), "µg/m³", "PM25Concentration", "MassConcentration", "MicroGM-PER-M3"),
        (("light", "color_temp"), "mired", "ReciprocalColorTemperature", "InverseTemperature", "PER-MegaK"),
        (("samplingPeriod",), "s", "MeasuringInterval", "Time", "SEC"),
        (("min_setpoint_deadband",), "C", "TemperatureHysteresis", "TemperatureDifference", "DEG_C"),
        (("open_window_detection_periode",), "m", "Duration", "Time", "MIN"),
    ],
)
def test_a_number_is_known_by_its_name_and_unit(
    lexicon: Lexicon, path: tuple[str, ...], unit_text: str, kind: str, quantity_kind: str, unit: str
) -> None:
    found = lexicon.find(path, unit_text=unit_text, numeric=True)

    assert found == Meaning(SGW + kind, QUANTITY_KIND + quantity_kind, UNIT + unit)


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        (("light", "brightness"), "UNITLESS"),
        (("linkquality",), "NUM"),
        (("color_hs", "hue"), "DEG"),
        (("light", "color_hs", "saturation"), "PERCENT"),
        (("color_xy", "x"), "UNITLESS"),
        (("color_temp",), "PER-MegaK"),
        (("level_config", "on_transition_time"), "SEC"),
        (("power_outage_count",), "NUM"),
    ],
)
def test_a_convention_fixes_the_unit_where_none_is_given(lexicon: Lexicon, path: tuple[str, ...], unit: str) -> None:
    assert known(lexicon.find(path, numeric=True)).unit == UNIT + unit


@pytest.mark.parametrize("path", [("temperature",), ("voltage",), ("dew_point",), ("radar_delay_time",)])
def test_without_a_convention_a_number_without_a_unit_is_unknown(lexicon: Lexicon, path: tuple[str, ...]) -> None:
    found = lexicon.find(path, numeric=True)

    assert found == Unknown(f"{path[0]} has no unit, and no convention fixes one")


def test_a_unit_that_does_not_fit_the_name_is_refused(lexicon: Lexicon) -> None:
    found = lexicon.find(("pressure",), unit_text="%", numeric=True)

    assert found == Unknown("the unit '%' does not fit pressure, which is sgw:Pressure")


def test_a_unit_nobody_knows_is_said_so(lexicon: Lexicon) -> None:
    found = lexicon.find(("temperature",), unit_text="raw unit", numeric=True)

    assert found == Unknown("the unit 'raw unit' of temperature is not known")


def test_a_name_nobody_knows_is_said_so(lexicon: Lexicon) -> None:
    found = lexicon.find(("light", "wibble"), unit_text="°C", numeric=True)

    assert found == Unknown("the name light.wibble is not known")


@pytest.mark.parametrize(
    ("unit_text", "kind"),
    [("ppb", "VOCConcentration"), ("µg/m³", "VOCMassConcentration"), ("mg/m3", "VOCMassConcentration")],
)
def test_the_unit_decides_between_kinds_of_one_name(lexicon: Lexicon, unit_text: str, kind: str) -> None:
    assert known(lexicon.find(("voc",), unit_text=unit_text, numeric=True)).kind == SGW + kind


@pytest.mark.parametrize(
    ("unit_text", "kind"),
    [
        ("%LEL", "ExplosiveLimitShare"),
        ("LEL", "ExplosiveLimitShare"),
        ("% lel", "ExplosiveLimitShare"),
        ("%", "GasConcentration"),
        ("ppm", "GasConcentration"),
    ],
)
def test_a_share_of_the_explosive_limit_is_no_share_of_the_air(lexicon: Lexicon, unit_text: str, kind: str) -> None:
    found = known(lexicon.find(("gas",), unit_text=unit_text, numeric=True))

    assert found.kind == SGW + kind


def test_an_explosive_limit_is_no_unit_of_other_names(lexicon: Lexicon) -> None:
    assert isinstance(lexicon.find(("high_gas",), unit_text="%LEL", numeric=True), Unknown)


@pytest.mark.parametrize("name", ["voltage_phase_b", "voltage_c", "voltage_l2", "voltage_2"])
def test_a_suffix_that_tells_which_of_several_changes_nothing(lexicon: Lexicon, name: str) -> None:
    assert known(lexicon.find((name,), unit_text="V", numeric=True)).kind == SGW + "Voltage"


@pytest.mark.parametrize("name", ["co_2", "humidity_phase_b", "pm_1"])
def test_a_suffix_is_only_taken_off_where_the_table_says_so(lexicon: Lexicon, name: str) -> None:
    assert isinstance(lexicon.find((name,), unit_text="%", numeric=True), Unknown)


@pytest.mark.parametrize(
    "path", [("warning", "level"), ("warning", "brightness"), ("squawk", "state"), ("x",), ("hue",)]
)
def test_a_name_inside_a_composite_needs_a_row_of_its_own(lexicon: Lexicon, path: tuple[str, ...]) -> None:
    assert isinstance(lexicon.find(path, unit_text="%", numeric=True), Unknown)


@pytest.mark.parametrize(
    ("path", "values", "kind", "expected"),
    [
        (("light", "state"), ["ON", "OFF"], "OnOff", states(ON="On", OFF="Off")),
        (("switch", "state"), ["ON", "OFF"], "OnOff", states(ON="On", OFF="Off")),
        (("cover", "state"), ["OPEN", "CLOSE", "STOP"], "OpenClosed", states(OPEN="Open", CLOSE="Closed")),
        (("lock", "state"), ["LOCK", "UNLOCK"], "Locking", states(LOCK="Locked", UNLOCK="Unlocked")),
        (("contact",), [False, True], "OpenClosed", states(false="Open", true="Closed")),
        (("occupancy",), [True, False], "Occupancy", states(true="Occupied", false="Unoccupied")),
        (("water_leak",), [True, False], "WaterLeak", states(true="LeakDetected", false="NoLeak")),
        (("battery_low",), [True, False], "BatteryCondition", states(true="BatteryLow", false="BatteryOk")),
        (("tamper",), [True, False], "Tampering", states(true="Tampered", false="NotTampered")),
        (("child_lock",), ["LOCK", "UNLOCK"], "ChildLock", states(LOCK="Locked", UNLOCK="Unlocked")),
        (("led_enable",), ["TRUE", "FALSE"], "IndicatorActivation", states(TRUE="Enabled", FALSE="Disabled")),
        (
            ("power_on_behavior",),
            ["off", "previous"],
            "PowerOnBehavior",
            states(off="StartsOff", previous="StartsAsBefore"),
        ),
        (("climate", "system_mode"), ["off", "heat"], "ClimateMode", states(off="Off", heat="HeatingMode")),
        (("climate", "running_state"), ["idle", "heat"], "ClimateActivity", states(idle="Idle", heat="Heating")),
        (("sensitivity",), ["low", "high"], "Sensitivity", states(low="Low", high="High")),
        (("air_quality",), ["good", "unknown"], "AirQuality", states(good="GoodAir")),
        (("cover_mode", "reversed"), [True, False], "Inversion", states(true="Inverted", false="NotInverted")),
        (("alarm",), [True, False], "Alarm", states(true="AlarmActive", false="AlarmInactive")),
        (("alarm",), ["ON", "OFF"], "AlarmActivation", states(ON="Enabled", OFF="Disabled")),
        (("operation_mode",), ["command", "event"], "OperationMode", states(command="CommandMode", event="EventMode")),
        (("operation_mode",), ["decoupled"], "RelayCoupling", states(decoupled="Decoupled")),
        (("led_disabled_night",), [True, False], "NightOffActivation", states(true="Enabled", false="Disabled")),
    ],
)
def test_a_value_that_names_a_state_is_known(
    lexicon: Lexicon, path: tuple[str, ...], values: Sequence[Json], kind: str, expected: dict[str, IRI]
) -> None:
    found = lexicon.find(path, values=values, numeric=False)

    assert found == Meaning(SGW + kind, states=expected, is_state=True)


def test_values_without_a_known_meaning_make_the_field_unknown(lexicon: Lexicon) -> None:
    found = lexicon.find(("power_on_behavior",), values=["blue", "green"], numeric=False)

    assert found == Unknown("none of the values blue, green of power_on_behavior has a known meaning")


def test_without_values_all_that_the_table_knows_are_possible(lexicon: Lexicon) -> None:
    found = known(lexicon.find(("power",), numeric=False))

    assert found.states == states(on="On", off="Off")


@pytest.mark.parametrize("values", [["auto", "manual"], []])
def test_a_name_of_many_meanings_needs_the_values_that_tell(lexicon: Lexicon, values: list[str]) -> None:
    assert isinstance(lexicon.find(("mode",), values=values, numeric=False), Unknown)


def test_a_name_of_numbers_is_not_a_state(lexicon: Lexicon) -> None:
    found = lexicon.find(("temperature",), values=["hot", "cold"], numeric=False)

    assert found == Unknown("temperature is known as a number only")


def test_a_name_of_states_is_not_a_number(lexicon: Lexicon) -> None:
    found = lexicon.find(("contact",), unit_text="%", numeric=True)

    assert found == Unknown("contact is known, but not as a number")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("single", "SinglePress"),
        ("1_double", "DoublePress"),
        ("button_1_hold", "LongPress"),
        ("single_left", "SinglePress"),
        ("on_press_release", "ReleaseAfterShortPress"),
        ("on", "OnAction"),
        ("off_2", "OffAction"),
        ("brightness_move_up_1", "BrightnessMoveUp"),
        ("recall_*", "SceneRecall"),
        ("dial_rotate_left_step", "RotateLeft"),
        ("flip90", "FlipQuarter"),
    ],
)
def test_an_action_is_a_kind_of_event_wherever_it_happened(lexicon: Lexicon, text: str, kind: str) -> None:
    found = known(lexicon.find(("action",), values=[text], numeric=False))

    assert (found.kind, found.states, found.is_state) == (SGW + "DeviceAction", {text: SGW + kind}, False)


def test_an_action_nobody_knows_is_still_an_action(lexicon: Lexicon) -> None:
    found = lexicon.find(("action",), values=["somersault"], numeric=False)

    assert found == Meaning(SGW + "DeviceAction")


def test_units_of_a_kind_share_its_quantity_kind(lexicon: Lexicon) -> None:
    units = {unit for kind, _, unit in lexicon.compatible_units() if kind == SGW + "Temperature"}

    assert units == {UNIT + "DEG_C", UNIT + "DEG_F", UNIT + "K"}


def test_a_kind_without_a_quantity_kind_has_the_units_the_vocabulary_gives_it(lexicon: Lexicon) -> None:
    assert (SGW + "SignalToNoiseRatio", COMPATIBLE_UNIT, UNIT + "DeciB") in lexicon.compatible_units()


def test_a_text_of_any_length_is_looked_up_at_once(lexicon: Lexicon) -> None:
    found = known(lexicon.find(("action",), values=["_".join("ab" * 100_000)], numeric=False))

    assert not found.states


def test_a_reason_repeats_only_so_much_of_what_a_device_says(lexicon: Lexicon) -> None:
    found = lexicon.find(("wibble" * 10_000,), unit_text="x" * 10_000, numeric=True)

    assert isinstance(found, Unknown)
    assert len(found.reason) < 200


@given(
    path=st.lists(st.text(), min_size=1, max_size=3),
    unit_text=st.text(),
    values=st.lists(st.text() | st.booleans() | st.integers()),
)
def test_whatever_a_device_says_has_a_meaning_or_a_reason(
    lexicon: Lexicon, path: list[str], unit_text: str, values: list[Json]
) -> None:
    for numeric in (True, False):
        found = lexicon.find(tuple(path), unit_text=unit_text, values=values, numeric=numeric)

        assert isinstance(found, Meaning | Unknown)


def test_no_row_for_numbers_is_hidden_by_an_earlier_one(lexicon: Lexicon) -> None:
    hidden = []
    for key, rows in lexicon.rows.items():
        numbers = [row for row in rows if isinstance(row, QuantityRow)]
        hidden += [key for first, second in combinations(numbers, 2) if second.units <= first.units]

    assert not hidden


def test_no_row_for_states_is_hidden_by_an_earlier_one(lexicon: Lexicon) -> None:
    hidden = []
    for key, rows in lexicon.rows.items():
        named = [row for row in rows if isinstance(row, StateRow) and not row.only_with]
        hidden += [key for first, second in combinations(named, 2) if second.states.keys() <= first.states.keys()]

    assert not hidden
