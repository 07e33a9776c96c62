"""Names tell units and sensors: what is left of them, and what is not taken for a unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.lexicon import unit
from semantic_gw.readers.unit_words import UNIT_WORDS, other_names, other_paths

WHICH = frozenset(("sht", "ds", "b", "ch", "channel", "ext", "t", "l", "n"))
PLAIN = frozenset(("values", "data", "sensor"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BatV", ("bat", "V")),
        ("BAT_V", ("bat", "V")),
        ("Bat_mV", ("bat", "mV")),
        ("batteryLevelInPercentage", ("battery_level", "%")),
        ("TempC_SHT", ("temp", "°C")),
        ("TempC_DS18B20", ("temp", "°C")),
        ("TempC1", ("temp", "°C")),
        ("temperature_f", ("temperature", "°F")),
        ("EXT_TempC_SHT", ("temp", "°C")),
        ("distance1_cm", ("distance", "cm")),
        ("pressure_hPa", ("pressure", "hPa")),
        ("pressureHPa", ("pressure", "hPa")),
        ("energy_kWh", ("energy", "kWh")),
        ("CO2_ppm", ("co2", "ppm")),
        ("wind_speed_m_s", ("wind_speed", "m/s")),
        ("ec_uS_cm", ("ec", "µS/cm")),
        ("Temp_Channel1", ("temp", "")),
        ("voltageL1N", ("voltage", "")),
        ("activeEnergyImportL1T1", ("active_energy_import", "")),
    ],
)
def test_a_name_is_taken_apart(name: str, expected: tuple[str, str]) -> None:
    assert list(other_names(name, WHICH, units=True))[-1] == expected


@pytest.mark.parametrize(
    "name", ["V", "m", "temperature", "co2", "co_2", "pm2_5", "pm10", "no2", "current_a", "count", "1", "", "_"]
)
def test_a_name_that_tells_no_unit_is_left_as_it_is(name: str) -> None:
    assert list(other_names(name, WHICH, units=True)) == []


def test_units_are_read_only_where_the_family_says_so() -> None:
    assert list(other_names("BatV", WHICH, units=False)) == []


def test_a_name_of_a_sentence_is_not_taken_apart() -> None:
    assert list(other_names("_".join("abcdefghijklmnopqrst"), WHICH, units=True)) == []


@pytest.mark.parametrize("spelled", sorted(set(UNIT_WORDS.values())))
def test_the_lexicon_knows_the_unit(spelled: str) -> None:
    assert unit(spelled) is not None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("values", "temperature"), [("temperature",)]),
        (("sensor_1", "temperature"), [("temperature",)]),
        (("soil", "temperature"), [("soil_temperature",), ("temperature",)]),
        (("alarm_status", "temperature"), [("alarm_status_temperature",)]),
        (("temperature",), []),
    ],
)
def test_containers_are_left_out_unless_they_change_what_is_meant(
    path: tuple[str, ...], expected: list[tuple[str, ...]]
) -> None:
    found = other_paths(path, WHICH, PLAIN, frozenset(("alarm",)), units=True)

    assert [other for other, _ in found] == expected


@given(st.text(max_size=60))
def test_any_name_ends(name: str) -> None:
    assert len(list(other_names(name, WHICH, units=True))) <= 32
