"""Values as devices write them, in plain form: numbers in texts, decimal commas, units behind numbers, times."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Final

from semantic_gw.model import Json

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_WITH_UNIT: Final = re.compile(rf"({_NUMBER.pattern})\s*(\D.{{0,30}})?", re.DOTALL)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Clocks that were never set count from 1970, or say something else that nobody lived to see."""
_PER_SECOND: Final = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_ISO: Final = ("iso", "utc")
_FRACTION: Final = re.compile(r"(\.[0-9]{6})[0-9]+")


def number_in(text: str, *, decimal: str = ".") -> int | float | None:
    """The number that *text* is, with *decimal* between its digits; None where it is none.

    >>> number_in("21,5", decimal=","), number_in(" 007 "), number_in("21.5 °C")
    (21.5, 7, None)
    """
    word = text.strip()
    if decimal != ".":
        word = word.replace(decimal, ".") if "." not in word else ""
    if not _NUMBER.fullmatch(word):
        return None
    if word.lstrip("+-").isdigit():
        return int(word)
    found = float(word)
    return found if math.isfinite(found) else None


def number_with_unit(text: str, *, decimal: str = ".") -> tuple[int | float, str] | None:
    """The number and the unit that *text* starts with and ends with; None where it is no number.

    >>> number_with_unit("21.4 °C"), number_with_unit("0.5kWh"), number_with_unit("ON")
    ((21.4, '°C'), (0.5, 'kWh'), None)
    """
    word = text.strip()
    if decimal != "." and "." not in word:
        word = word.replace(decimal, ".", 1)
    match = _WITH_UNIT.fullmatch(word)
    if match is None:
        return None
    found = number_in(match[1])
    return None if found is None else (found, (match[2] or "").strip())


def scaled(value: float, factor: Decimal, offset: Decimal) -> int | float:
    """`value * factor + offset`, in decimal: 2150 hundredths are 21.5."""
    try:
        found = Decimal(repr(value)) * factor + offset
    except InvalidOperation:
        return value
    whole = type(value) is int and found == found.to_integral_value()
    return int(found) if whole else float(found)


def point(latitude: Json, longitude: Json, height: Json = None) -> str | None:
    """A position as well-known text, longitude first; None where it is none. Angles in degrees, the height in metres.

    >>> point(60.17, "24.93"), point(60.17, 24.93, 12), point(0, 0), point(None, 24.9)
    ('POINT(24.93 60.17)', 'POINT Z(24.93 60.17 12)', None, None)
    """
    lat, lon, alt = _within(latitude, 90), _within(longitude, 180), _within(height, 100_000)
    if lat is None or lon is None or lat == lon == 0:  # there are receivers that have no fix
        return None
    if alt is None:
        return f"POINT({_plain(lon)} {_plain(lat)})"
    return f"POINT Z({_plain(lon)} {_plain(lat)} {_plain(alt)})"


def _within(value: Json, most: float) -> float | None:
    number = number_in(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    return float(number) if -most <= number <= most else None


def _plain(value: float) -> str:
    """Without an exponent, and to the millimetre."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def moment(value: Json, form: str, zone: tzinfo | None) -> datetime | None:
    """The time that *value* tells, in UTC; None where it tells none, or one of a clock that was never set.

    *form* is `iso`; `utc`, the same where those without a zone are of UTC; `s`, `ms`, `us` or `ns` since 1970; or a
    format of strptime, in which a number may be written, too: 210314112233. A time without zone is one of *zone*, and
    none at all where that is None: nobody guesses where a device stands.

    >>> moment("2026-11-24T11:15:00+01:00", "iso", None)
    datetime.datetime(2026, 11, 24, 10, 15, tzinfo=datetime.timezone.utc)
    >>> moment("2026-11-24T11:15:00", "iso", None) is None, moment(5, "s", None) is None
    (True, True)
    """
    found = _told(value, form, zone)
    return found if found is not None and found >= _EARLIEST else None


def _told(value: Json, form: str, zone: tzinfo | None) -> datetime | None:
    try:
        if form in _PER_SECOND:
            return _since_1970(value, _PER_SECOND[form])
        if type(value) not in (str, int) or (type(value) is int and form in _ISO):
            return None
        text = str(value).strip()
        parsed = _iso(text) if form in _ISO else datetime.strptime(text, form)  # noqa: DTZ007  the zone is asked below
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=UTC if form == "utc" else zone)
        return parsed.astimezone(UTC) if parsed.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> datetime:
    if "T" not in text and " " not in text:
        raise ValueError(f"{text!r} has no time of day")
    return datetime.fromisoformat(_FRACTION.sub(r"\1", text))


def _since_1970(value: Json, per_second: int) -> datetime | None:
    if type(value) is str:
        value = number_in(value)
    if type(value) is int:
        seconds, rest = divmod(value, per_second)
        return _EPOCH + timedelta(seconds=seconds, microseconds=rest * 1_000_000 // per_second)
    if type(value) is float and math.isfinite(value):
        return _EPOCH + timedelta(seconds=value / per_second)
    return None
