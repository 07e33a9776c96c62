"""XSD datatypes as SHACL sees them: which literals are well-formed, and which is less (SPARQL 1.1, 17.3), exactly."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from semantic_gw.model import IRI, Literal
from semantic_gw.rdf.lexical import INTEGERS, LEXICAL, MOST_REMEMBERED, well_formed
from semantic_gw.rdf.namespaces import XSD

__all__ = ["Value", "less", "value_of", "well_formed"]


class Instant(NamedTuple):
    """A moment in seconds of the proleptic Gregorian calendar; without a zone it is 14 hours wide either way."""

    seconds: Decimal
    zoned: bool
    datatype: IRI
    """Moments of different datatypes are not compared: a date is a day long."""


Value = Decimal | float | bool | str | Instant
"""A value that can be compared with others of its kind."""

_ZONE_WIDTH: Final = 14 * 3600
_DATE_TIME: Final = XSD + "dateTime"
_DATE: Final = XSD + "date"


def value_of(literal: Literal) -> Value | None:
    """The comparable value of *literal*; None where it is ill-formed, or of a datatype that has no order here."""
    return _remembered(literal) if len(literal.lexical) <= MOST_REMEMBERED else _value_of(literal)


def _value_of(literal: Literal) -> Value | None:
    read = _READERS.get(literal.datatype)
    return read(literal.lexical) if read is not None and well_formed(literal) else None


_remembered = lru_cache(maxsize=4096)(_value_of)


def less(left: Value | None, right: Value | None, *, or_equal: bool) -> bool | None:
    """Whether *left* is less than *right*; None where the two cannot be compared.

    A decimal becomes a double beside a double (XPath 3.1, B.1); NaN is less than nothing.
    """
    if left is None or right is None:
        return None
    if isinstance(left, Instant) and isinstance(right, Instant):
        return _earlier(left, right, or_equal=or_equal)
    if isinstance(left, float) and isinstance(right, Decimal):
        right = float(right)
    elif isinstance(left, Decimal) and isinstance(right, float):
        left = float(left)
    if type(left) is not type(right):
        return None
    result: bool = left <= right if or_equal else left < right  # type: ignore[operator]  # of one type, see above
    return result


def _earlier(left: Instant, right: Instant, *, or_equal: bool) -> bool | None:
    """Where one has no zone, decided only if no zone would change the answer (XSD 1.1 part 2, D.2.1)."""
    if left.datatype != right.datatype:
        return None
    difference = left.seconds - right.seconds
    if left.zoned != right.zoned:
        return None if abs(difference) <= _ZONE_WIDTH else difference < 0
    return difference <= 0 if or_equal else difference < 0


def _double(text: str) -> float:
    return float(text.replace("INF", "inf"))


def _float(text: str) -> float:
    """The value in single precision."""
    try:
        (single,) = struct.unpack("<f", struct.pack("<f", _double(text)))
    except OverflowError:
        return float("-inf" if text.startswith("-") else "inf")
    return float(single)


def _date_time(text: str) -> Instant | None:
    return _instant(text, _DATE_TIME)


def _date(text: str) -> Instant | None:
    return _instant(text, _DATE)


def _instant(text: str, datatype: IRI) -> Instant | None:
    match = LEXICAL[datatype[len(XSD) :]].fullmatch(text)
    if match is None or len(match["year"]) > 12:
        return None
    part = {"hour": 0, "minute": 0, "second": 0, "midnight": None, **match.groupdict()}
    days = _day_number(int(match["year"]), int(match["month"]), int(match["day"])) + bool(part["midnight"])
    clock = int(part["hour"] or 0) * 3600 + int(part["minute"] or 0) * 60 + Decimal(part["second"] or 0)
    return Instant(days * 86400 + clock - _offset(match["zone"]), match["zone"] is not None, datatype)


def _day_number(year: int, month: int, day: int) -> int:
    """Days since an arbitrary one, in the proleptic Gregorian calendar with a year 0."""
    years = year - (month <= 2)
    months = (month + 9) % 12
    return 365 * years + years // 4 - years // 100 + years // 400 + (153 * months + 2) // 5 + day


def _offset(zone: str | None) -> int:
    if zone is None or zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


_READERS: Final[Mapping[IRI, Callable[[str], Value | None]]] = {
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "decimal": Decimal,
    XSD + "double": _double,
    XSD + "float": _float,
    XSD + "string": str,
    _DATE_TIME: _date_time,
    XSD + "dateTimeStamp": _date_time,
    _DATE: _date,
    **{XSD + name: Decimal for name in INTEGERS},
}
