"""A reading table tells what names mean for a family: other words, units by convention, truth in numbers."""

from __future__ import annotations

from typing import Any

import pytest

from semantic_gw.contracts import Field
from semantic_gw.describers.fields import FieldDescriber
from semantic_gw.lexicon import Lexicon, Meaning
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import compact
from semantic_gw.readers.fields import FieldRules
from semantic_gw.readers.names import parse_names
from semantic_gw.readers.rules import parse_rules
from semantic_gw.readers.templates import Message

DESCRIBER = FieldDescriber(Lexicon.load(), broker="mqtt://localhost/", gateway="https://gateway.example/")


def field(path: str, value: Json, **table: Any) -> Field:
    rules = FieldRules(parse_rules({"thing": "urn:x", **table}))
    names = tuple(path.split("/"))
    found = rules.field((names, names, value), Message({}, {}, {}), [])

    assert found is not None
    return found


def meant(path: str, value: Json, **table: Any) -> str:
    meaning = DESCRIBER.meaning_of(field(path, value, **table))
    if not isinstance(meaning, Meaning):
        return ""
    return compact(meaning.kind) if meaning.unit is None else f"{compact(meaning.kind)} {compact(meaning.unit)}"


def test_a_unit_in_the_name_counts() -> None:
    assert meant("temperature_f", 70, unit_words=True) == "sgw:Temperature unit:DEG_F"
    assert not meant("temperature_f", 70)


def test_a_unit_beside_the_value_counts_more_than_one_in_the_name() -> None:
    assert field("temperature_f", "21 °C", unit_words=True, numbers="unit").unit == "°C"
    assert meant("temperature_f", "21 °C", unit_words=True, numbers="unit") == "sgw:Temperature unit:DEG_C"


def test_a_unit_that_does_not_fit_is_no_unit() -> None:
    assert not meant("temperature_mV", 70, unit_words=True)


def test_the_place_keeps_its_own_name() -> None:
    assert field("BatV", 3.3, unit_words=True).path == ("BatV",)


def test_another_word_is_looked_up() -> None:
    assert meant("hum", 40, synonyms={"hum": "humidity"}, convention=[{"names": ["humidity"], "unit": "%"}])
    assert meant("smokeAlarm", "Alarm", synonyms={"smoke_alarm": ["smoke", "smoke_state"]}) == "sgw:Smoke"


@pytest.mark.parametrize(("value", "unit"), [(3.3, "unit:V"), (3300, "unit:MilliV"), (200, "")])
def test_the_first_convention_that_holds_the_number_gives_the_unit(value: float, unit: str) -> None:
    rows = [
        {"names": ["battery_voltage"], "unit": "V", "least": 1, "most": 60},
        {"names": ["battery_voltage"], "unit": "mV", "least": 1000},
    ]

    assert meant("battery_voltage", value, convention=rows) == (f"sgw:BatteryVoltage {unit}" if unit else "")


def test_a_convention_yields_to_a_unit_that_is_told() -> None:
    rows = [{"names": ["temperature"], "unit": "°C"}]

    assert meant("temperature_f", 70, unit_words=True, convention=rows) == "sgw:Temperature unit:DEG_F"


@pytest.mark.parametrize(("value", "expected"), [(1, True), (0, False), ("0 ", False), (2, 2), (True, True)])
def test_numbers_are_truth_where_the_family_says_so(value: Json, expected: Json) -> None:
    found = field("leak", value, truths=["leak"], numbers="text")

    assert found.value is expected or found.value == expected
    assert type(found.value) is type(expected)


def test_without_rules_a_name_tells_itself_alone() -> None:
    assert field("BatV", 3.3).also == ()


def test_a_member_that_no_convention_has_is_refused() -> None:
    with pytest.raises(ValueError, match="there are fraction, least, most, names, unit"):
        parse_names({"convention": [{"names": [], "unit": "V", "max": 3}]})


HEADS = [{"names": ["temperature"], "unless": ["target", "min"]}]
CELSIUS = [{"names": ["temperature"], "unit": "°C"}]


@pytest.mark.parametrize("name", ["coreTemperature", "core_temperature_2", "probe/core_temperature"])
def test_the_last_word_tells_what_is_measured(name: str) -> None:
    assert meant(name, 21, heads=HEADS, convention=CELSIUS, unit_words=True) == "sgw:Temperature unit:DEG_C"


@pytest.mark.parametrize("name", ["my_target_temperature", "target/core_temperature", "core_temperature_offset"])
def test_a_word_before_the_last_can_make_something_else_of_it(name: str) -> None:
    assert not meant(name, 21, heads=HEADS, convention=CELSIUS, unit_words=True)


@pytest.mark.parametrize("name", ["temperature_min", "avgTemperature", "temperature/max", "temperature_max_c"])
def test_a_lowest_highest_or_mean_value_is_a_statistic(name: str) -> None:
    told = {"statistics": {"words": ["min", "max", "avg"], "first": ["avg"]}, "convention": CELSIUS, "unit_words": True}

    assert meant(name, 21, **told) == "sgw:TemperatureStatistic unit:DEG_C"


def test_what_may_be_a_limit_that_is_set_is_no_statistic() -> None:
    assert not meant("max_temperature", 21, statistics={"words": ["max"]}, convention=CELSIUS)


def test_a_statistic_of_the_settings_is_none() -> None:
    table = {"statistics": {"words": ["max"], "unless": ["limits"]}, "convention": CELSIUS}

    assert not meant("limits/temperature_max", 21, **table)


def test_a_convention_can_be_for_numbers_with_a_fraction_alone() -> None:
    volts = [{"names": ["battery"], "unit": "V", "least": 1.5, "most": 4.9, "fraction": True}]

    assert meant("battery", 3.6, convention=volts) == "sgw:BatteryVoltage unit:V"
    assert not meant("battery", 3, convention=volts)


def test_yes_and_no_are_truth() -> None:
    assert meant("leak", "Y", truths=["leak"], synonyms={"leak": "water_leak"}) == "sgw:WaterLeak"


def test_a_head_can_stand_for_another_name() -> None:
    heads = [{"names": ["count"], "as": "event_count"}]

    assert meant("doorCount", 3, heads=heads) == "sgw:Count unit:NUM"
    assert not meant("count", 3, heads=heads)


def test_a_member_that_no_head_has_is_refused() -> None:
    with pytest.raises(ValueError, match="there are as, names, unless"):
        parse_names({"heads": [{"names": ["a"], "but": ["b"]}]})
