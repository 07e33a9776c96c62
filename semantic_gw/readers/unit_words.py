"""What a name says besides what is measured: its unit, and which of several sensors it is of.

| name | other names, best first | unit |
|---|---|---|
| `BatV`, `BAT_V` | `bat` | V |
| `pressure_hPa` | `pressure` | hPa |
| `TempC_SHT` | `temp` | °C |
| `distance1_cm` | `distance` | cm |
| `Temp_Channel1` | `temp` | |

A unit stands at the end of a name, but for what tells which of several. It is none of a number without a name
(`V`), and none where nothing but its letter speaks for it: `current_a` may as well be that of phase A.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from semantic_gw.json_pointer import Tokens
from semantic_gw.lexicon.spelling import snake_case

UNIT_WORDS: Final[Mapping[str, str]] = {
    "c": "°C", "degc": "°C", "celsius": "°C", "cel": "°C", "f": "°F", "degf": "°F", "fahrenheit": "°F", "kelvin": "K",
    "percent": "%", "percentage": "%", "perc": "%", "pct": "%", "rh": "%", "prh": "%", "pc": "%",
    "v": "V", "mv": "mV", "uv": "µV", "kv": "kV", "volt": "V", "volts": "V", "millivolt": "mV", "millivolts": "mV",
    "ma": "mA", "ua": "µA", "amp": "A", "amps": "A", "ampere": "A", "mah": "mAh", "milliamp": "mA", "milliamps": "mA",
    "w": "W", "kw": "kW", "watt": "W", "watts": "W", "va": "VA", "kva": "kVA", "var": "var", "kvar": "kvar",
    "wh": "Wh", "kwh": "kWh", "varh": "varh", "kvarh": "kvarh", "vah": "VAh", "kvah": "kVAh",
    "hz": "Hz", "khz": "kHz", "mhz": "MHz", "ohm": "Ω", "ohms": "Ω", "kohm": "kΩ", "kohms": "kΩ",
    "pa": "Pa", "hpa": "hPa", "kpa": "kPa", "mbar": "mbar", "bar": "bar", "psi": "psi",
    "ppm": "ppm", "ppb": "ppb", "ugm3": "µg/m3", "mgm3": "mg/m3", "ug_m3": "µg/m3", "mg_m3": "mg/m3",
    "bqm3": "Bq/m3", "bq_m3": "Bq/m3",
    "lux": "lx", "lx": "lx", "dbm": "dBm", "db": "dB", "dba": "dB(A)", "wm2": "W/m2", "w_m2": "W/m2",
    "mm": "mm", "cm": "cm", "m": "m", "km": "km", "meter": "m", "meters": "m", "metres": "m",
    "millimeters": "mm", "centimeters": "cm", "inch": "in", "inches": "in",
    "ms": "ms", "m_s": "m/s", "mps": "m/s", "kmh": "km/h", "kph": "km/h", "kmph": "km/h", "km_h": "km/h", "mph": "mph",
    "mmh": "mm/h", "mm_h": "mm/h",
    "deg": "°", "degree": "°", "degrees": "°", "rpm": "rpm",
    "s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "mins": "min", "minutes": "min",
    "hours": "h", "hrs": "h", "days": "d", "msec": "ms",
    "liter": "L", "liters": "L", "litre": "L", "litres": "L", "l": "L", "m3": "m3",
    "m3h": "m3/h", "m3_h": "m3/h", "l_h": "L/h", "lph": "L/h", "lpm": "L/min", "l_min": "L/min",
    "uscm": "µS/cm", "us_cm": "µS/cm", "u_s_cm": "µS/cm", "mscm": "mS/cm", "ms_cm": "mS/cm", "m_s_cm": "mS/cm",
    "kg": "kg", "grams": "g", "ntu": "NTU",
}  # fmt: skip
"""Words at the end of a name → the unit, as the lexicon spells units. Several words are joined, or joined with `_`."""

_MOST_WORDS: Final = 16
"""A name of more is a sentence, and not taken apart."""

_LONGEST_UNIT: Final = 3
"""Words of the longest unit: u_s_cm."""

_NUMBERED: Final = re.compile(r"([a-z]{3,})[0-9]{1,2}")
"""A word with the number of one of several: temp1. Not co2, pm10, no2: theirs is part of the name."""

_NUMBERED_UNIT: Final = re.compile(r"(c|f|v|mv|ma)[0-9]{1,2}")
"""A unit with the number of one of several: TempC1."""

_FORMULAS: Final = frozenset(("co", "no", "so", "o", "nh", "ch", "h", "pm", "pt", "p"))
"""What a number behind belongs to."""


def other_names(name: str, which: frozenset[str], *, units: bool) -> Iterator[tuple[str, str]]:
    """Simpler names for *name*, best first, each with the unit that was in it.

    *which* are words that tell only which of several sensors it is; with *units* its last words may be a unit.

    >>> list(other_names("TempC_SHT", frozenset({"sht"}), units=True))
    [('temp_c', ''), ('temp', '°C')]
    """
    words, unit = tuple(snake_case(name).split("_")), ""
    while 0 < len(words) <= _MOST_WORDS:
        shorter, found = _without_unit(words) if units and not unit else (words, "")
        if not found:
            shorter = _without_which(words, which)
        if shorter == words or not shorter:
            return
        words, unit = shorter, unit or found
        yield "_".join(words), unit


def other_paths(
    path: Tokens, which: frozenset[str], plain: frozenset[str], changing: frozenset[str] = frozenset(), *, units: bool
) -> Iterator[tuple[Tokens, str]]:
    """Simpler paths for *path*: without containers that are *plain*, then with the last as part of the name.

    At last, the name alone, but for containers with a *changing* word, which make something else of what they contain.

    >>> list(other_paths(("data", "soil", "temperature"), frozenset(), frozenset({"data"}), units=True))
    [(('soil', 'temperature'), ''), (('soil_temperature',), '')]
    """
    telling = tuple(name for name in path[:-1] if not _has_only(name, plain))
    names = [(path[-1], ""), *other_names(path[-1], which, units=units)]
    for name, unit in names:
        if (*telling, name) != path:
            yield (*telling, name), unit
    if telling:
        yield from (((f"{telling[-1]}_{name}",), unit) for name, unit in names)
    if telling and changing and not any(_has_any(name, changing) for name in telling):
        yield from (((name,), unit) for name, unit in names)


def words_of(name: str) -> list[str]:
    """The words of *name*, without the numbers that tell which of several.

    >>> words_of("doorCount2")
    ['door', 'count']
    """
    return [_bare(word) for word in snake_case(name).split("_") if not word.isdigit()]


def _has_any(name: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(words_of(name))


def _has_only(name: str, plain: frozenset[str]) -> bool:
    words = [word for word in snake_case(name).split("_") if not word.isdigit()]
    return all(_bare(word) in plain for word in words)


def _without_unit(words: Tokens) -> tuple[Tokens, str]:
    """*words* without those at the end that are a unit, and it; the longest first."""
    for count in range(min(_LONGEST_UNIT, len(words) - 1), 0, -1):
        tail = words[-count:]
        unit = UNIT_WORDS.get("_".join(tail)) or (UNIT_WORDS.get("".join(tail)) if count > 1 else None)
        if unit is not None:
            return _without_in(words[:-count]), unit
    numbered = _NUMBERED_UNIT.fullmatch(words[-1])
    return (words[:-1], UNIT_WORDS[numbered[1]]) if numbered and len(words) > 1 else (words, "")


def _without_in(words: Tokens) -> Tokens:
    """`batteryLevelInPercentage`: the word before the unit that says that one follows."""
    return words[:-1] if len(words) > 1 and words[-1] == "in" else words


def _without_which(words: Tokens, which: frozenset[str]) -> Tokens:
    """*words* without the last, or else the first, that tells only which of several."""
    last = words[-1]
    if len(words) > 1 and (_bare(last) in which or (last.isdigit() and _bare(words[-2]) not in _FORMULAS)):
        return words[:-1]
    if numbered := _NUMBERED.fullmatch(last):
        return (*words[:-1], numbered[1])
    return words[1:] if len(words) > 1 and _bare(words[0]) in which else words


def _bare(word: str) -> str:
    return word.rstrip("0123456789") or word
