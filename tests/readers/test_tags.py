"""Numbers of industrial tags are looked up only with a unit, and never where they say that a value is wanted only."""

from __future__ import annotations

import time

import pytest

from semantic_gw.contracts import Field
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.lexicon import Lexicon, Unknown
from semantic_gw.model import Finding, Json
from semantic_gw.rdf.namespaces import compact
from semantic_gw.readers.tags import MAX_NAME, Tags, tag_path

DESCRIBER = FieldDescriber(Lexicon.load(), broker="mqtt://broker/", gateway="https://gateway.example/")


def field(name: str, value: Json = 21.5, unit: str = "°C") -> Field:
    found = Tags({}).field(tag_path(name), ("x",), value, unit, "no unit came with it", [])

    assert found is not None
    return found


def other_names(name: str) -> list[str]:
    return ["/".join(path) for path, _ in field(name).also]


def meaning(name: str, value: Json = 21.5, unit: str = "") -> tuple[str, str]:
    """Kind and unit of a tag, empty where it has no known meaning."""
    found = DESCRIBER.meaning_of(field(name, value, unit))
    if isinstance(found, Unknown):
        return "", ""
    return compact(found.kind), compact(found.unit or "")


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("Line 1/Oven/Temperature", ("Line 1", "Oven", "Temperature")),
        ("Oven.Temperature", ("Oven", "Temperature")),
        ("Siemens\\Oven|Temperature", ("Siemens", "Oven", "Temperature")),
        ("//", ()),
    ],
)
def test_a_name_has_levels_however_they_are_parted(name: str, levels: tuple[str, ...]) -> None:
    assert tag_path(name) == levels


def test_of_a_long_name_the_end_counts() -> None:
    assert tag_path("x" * 1000 + "/Temperature")[-1] == "Temperature"
    assert len("/".join(tag_path("x" * 1000))) == MAX_NAME


def test_spaces_around_the_brackets_of_a_unit_do_not_count() -> None:
    assert meaning("Flow  ( m³/h )") == meaning("Flow (m³/h)") != ("", "")


def test_a_name_of_many_spaces_is_soon_read() -> None:
    spaces = " " * 95
    started = time.process_time()

    for which in range(10):
        other_names(f"a{spaces}({spaces}b{which}")

    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "name",
    [
        "Line 1/Oven/Temperature",
        "Oven/Temperature/PV",
        "Oven_Temperature_Actual",
        "TT101_Temperature",
        "Boiler2SteamTemperature",
        "Temperature1",
    ],
)
def test_words_that_tell_where_and_that_a_value_is_one_of_now_are_passed_over(name: str) -> None:
    assert meaning(name, unit="°C") == ("sgw:Temperature", "unit:DEG_C")


@pytest.mark.parametrize(
    ("name", "unit", "kind"),
    [
        ("Pump 1/FlowRate", "m³/h", "sgw:VolumeFlowRate"),
        ("Pump 1/FlowRate", "kg/h", "sgw:MassFlowRate"),
        ("Conveyor.Speed", "m/min", "sgw:Speed"),
        ("Conveyor.Speed", "r/min", "sgw:RotationalSpeed"),
        ("Bearing/Vibration", "mm/s", "sgw:VibrationVelocity"),
        ("Spindle.Torque", "N·m", "sgw:Torque"),
        ("Grid/L1/Voltage", "V", "sgw:Voltage"),
        ("Tank 3/Level", "%", "sgw:FillLevel"),
        ("Power Factor", "1", "sgw:PowerFactor"),
    ],
)
def test_names_and_units_of_industry_are_known(name: str, unit: str, kind: str) -> None:
    assert meaning(name, unit=unit)[0] == kind


@pytest.mark.parametrize("name", ["Lane 1/Level", "Phase_Angle", "Oven/Temperature/HighLimit", "Sampling_Frequency"])
def test_a_name_that_may_mean_several_things_is_not_taken_apart(name: str) -> None:
    assert {meaning(name, unit=unit)[0] for unit in ("%", "°", "°C", "Hz")} == {""}


@pytest.mark.parametrize(
    ("name", "kind", "unit"),
    [
        ("Flow (m³/h)", "sgw:VolumeFlowRate", "unit:M3-PER-HR"),
        ("Oven/Temperature [°C]", "sgw:Temperature", "unit:DEG_C"),
        ("Line 1/Pressure_bar", "sgw:Pressure", "unit:BAR"),
        ("Energy_kWh", "sgw:Energy", "unit:KiloW-HR"),
    ],
)
def test_a_unit_may_stand_in_the_name(name: str, kind: str, unit: str) -> None:
    assert meaning(name) == (kind, unit)


@pytest.mark.parametrize("name", ["Temperature (inside)", "Temperature [1]", "current_a", "Humidity"])
def test_what_is_no_unit_in_a_name_is_none(name: str) -> None:
    assert meaning(name) == ("", "")


def test_a_unit_beside_the_value_goes_before_that_in_its_name() -> None:
    assert meaning("Temperature [°C]", unit="°F") == ("sgw:Temperature", "unit:DEG_F")


@pytest.mark.parametrize("name", ["Line/PartCount", "Good Parts Counter"])
def test_a_whole_number_that_is_called_a_count_is_one(name: str) -> None:
    assert meaning(name, 7) == ("sgw:Count", "unit:NUM")


@pytest.mark.parametrize(("name", "value"), [("PartCount", 7.5), ("PartCount", -1), ("MaxCount", 7), ("Discount", 7)])
def test_what_only_looks_like_a_count_is_none(name: str, value: Json) -> None:
    assert meaning(name, value) == ("", "")


def test_a_setpoint_that_the_lexicon_knows_as_a_whole_is_known_below_other_levels() -> None:
    assert meaning("Oven/TemperatureSetpoint", unit="°C") == ("sgw:TemperatureSetpoint", "unit:DEG_C")


@pytest.mark.parametrize("name", ["Oven/Setpoint/Temperature", "Oven/TemperatureLimits/Temperature", "Alarm.High.Flow"])
def test_a_name_below_one_that_tells_of_something_wanted_is_not_looked_up_alone(name: str) -> None:
    assert other_names(name) == []


def test_a_number_without_a_unit_has_no_meaning() -> None:
    assert field("Temperature", unit="").unknown == "no unit came with it"


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("Pump/Fault", True, "sgw:Fault"),
        ("Hall/Door_Open", False, "sgw:OpenClosed"),
        ("Door/Open", True, "sgw:OpenClosed"),
        ("Door/State", "Closed", "sgw:OpenClosed"),
        ("Line/Valve", "Open", "sgw:ValveOpenClosed"),
    ],
)
def test_a_state_whose_name_can_only_mean_one_thing_is_known(name: str, value: Json, kind: str) -> None:
    assert meaning(name, value)[0] == kind


@pytest.mark.parametrize(("name", "value"), [("Valve/Enable", True), ("Pump/Run", True), ("Line/Mode", "Auto")])
def test_any_other_truth_value_or_text_has_no_meaning(name: str, value: Json) -> None:
    assert field(name, value).unknown == "the name of a tag does not tell what a truth value or a text means"


def test_a_site_can_leave_tags_out() -> None:
    left: list[Finding] = []
    tags = Tags({"leave": [{"path": "Spare/**", "reason": "not wired"}]})

    assert tags.field(("Spare", "AI7"), ("x",), 1, "V", "", left) is None
    assert left == [Finding("/x", "not wired")]
