"""Names of industrial tags are looked up only with a unit, and never where they say that a value is wanted only."""

from __future__ import annotations

import pytest

from semantic_gw.contracts import Field
from semantic_gw.model import Finding, Json
from semantic_gw.readers.tags import MAX_NAME, Tags, tag_path


def field(name: str, value: Json = 21.5, unit: str = "°C") -> Field:
    found = Tags({}).field(tag_path(name), ("x",), value, unit, "no unit came with it", [])

    assert found is not None
    return found


def other_names(name: str) -> list[str]:
    return ["/".join(path) for path, _ in field(name).also]


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


def test_a_name_may_be_known_without_the_levels_before_it() -> None:
    assert other_names("Line 1/Oven/Temperature") == ["Temperature"]


def test_a_last_level_that_says_no_more_than_that_it_is_a_value_is_passed_over() -> None:
    assert other_names("Oven/Temperature/PV") == ["Temperature"]


@pytest.mark.parametrize("name", ["Oven/Setpoint/Temperature", "Oven/TemperatureLimits/Temperature", "Alarm.High.Flow"])
def test_a_name_below_one_that_tells_of_something_wanted_is_not_looked_up_alone(name: str) -> None:
    assert other_names(name) == []


def test_a_number_without_a_unit_has_no_meaning() -> None:
    assert field("Temperature", unit="").unknown == "no unit came with it"


@pytest.mark.parametrize("value", [True, "ON"])
def test_a_truth_value_or_a_text_has_no_meaning(value: Json) -> None:
    assert field("Door/Open", value).unknown == "the name of a tag does not tell what a truth value or a text means"


def test_a_site_can_leave_tags_out() -> None:
    left: list[Finding] = []
    tags = Tags({"leave": [{"path": "Spare/**", "reason": "not wired"}]})

    assert tags.field(("Spare", "AI7"), ("x",), 1, "V", "", left) is None
    assert left == [Finding("/x", "not wired")]
