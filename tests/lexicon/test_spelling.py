from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.lexicon.spelling import snake_case, unit_spelling, value_key, value_text
from semantic_gw.model import Json


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("temperature", "temperature"),
        ("samplingPeriod", "sampling_period"),
        ("deltaTemp", "delta_temp"),
        ("NTC status", "ntc_status"),
        ("VOCIndex", "voc_index"),
        ("PM2.5", "pm2_5"),
        ("CO2", "co2"),
        ("_odd__name-", "odd_name"),
    ],
)
def test_a_name_is_spelled_in_snake_case(name: str, expected: str) -> None:
    assert snake_case(name) == expected


@given(st.text())
def test_a_name_in_snake_case_stays_as_it_is(name: str) -> None:
    once = snake_case(name)

    assert snake_case(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  ºC", "°C"),
        ("℃", "°C"),
        ("µg/m³", "μg/m3"),
        ("μg/m³", "μg/m3"),
        ("㎥", "m3"),
        ("kW·h", "kW.h"),
        ("W/m^2", "W/m2"),
        ("VOC  Index\tpoints", "VOC Index points"),
        ("％", "%"),
        ("mW", "mW"),
    ],
)
def test_the_spelling_of_a_unit_is_made_uniform(text: str, expected: str) -> None:
    assert unit_spelling(text) == expected


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), ("ON", "ON"), (1, "1"), (None, "null")])
def test_a_value_has_one_canonical_text(value: Json, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize("text", ["Fully-Open", "fully open", "FULLY_OPEN", " fully_open "])
def test_case_and_separators_make_no_difference_to_a_value(text: str) -> None:
    assert value_key(text) == "fully_open"
