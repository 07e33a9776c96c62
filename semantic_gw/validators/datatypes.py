"""XSD datatypes as SHACL sees them: lexical spaces and values, by XSD 1.1 and not by what Python's parsers take.

`float("nan")`, `int(" 5")` and `datetime.fromisoformat("2026-11-01")` all take what XSD does not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from typing import Final

from semantic_gw.model import IRI, Literal
from semantic_gw.rdf.namespaces import RDF, XSD

_ZONE: Final = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR: Final = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_DAY: Final = r"(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = (
    r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
    r"|(?P<midnight>24:00:00(?:\.0+)?))"
)
_DATE_PART: Final = r"(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
_TIME_PART: Final = r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
_B64: Final = r"(?:[A-Za-z0-9+/] ?)"
_DURATION: Final = rf"-?P(?=[0-9T]){_DATE_PART}{_TIME_PART}"

_INTEGERS: Final[Mapping[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}

_LEXICAL: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "boolean": r"true|false|1|0",
        "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
        "double": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "float": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "dateTime": rf"{_YEAR}-{_DAY}T{_CLOCK}{_ZONE}",
        "dateTimeStamp": rf"{_YEAR}-{_DAY}T{_CLOCK}{_ZONE.removesuffix('?')}",
        "date": rf"{_YEAR}-{_DAY}{_ZONE}",
        "time": rf"{_CLOCK}{_ZONE}",
        "gYear": rf"{_YEAR}{_ZONE}",
        "gYearMonth": rf"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}",
        "gMonth": rf"--(?:0[1-9]|1[0-2]){_ZONE}",
        "gDay": rf"---(?:0[1-9]|[12][0-9]|3[01]){_ZONE}",
        "gMonthDay": rf"--{_DAY}{_ZONE}",
        "duration": _DURATION,
        "dayTimeDuration": rf"-?P(?=[0-9T])(?:[0-9]+D)?{_TIME_PART}",
        "yearMonthDuration": r"-?P(?=[0-9])(?:[0-9]+Y)?(?:[0-9]+M)?",
        "hexBinary": r"(?:[0-9a-fA-F]{2})*",
        "base64Binary": rf"(?:{_B64}{{4}})*(?:{_B64}{{2}}[AEIMQUYcgkosw048] ?=|{_B64}[AQgw] ?= ?=)?",
        "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
        "normalizedString": r"[^\t\n\r]*",
        "token": r"(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?",
        **dict.fromkeys(_INTEGERS, r"[+-]?[0-9]+"),
    }.items()
}
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

Value = Decimal | float | bool | str | datetime
"""A value that can be compared with one of its own kind."""


@lru_cache(maxsize=8192)
def well_formed(literal: Literal) -> bool:
    """Whether the lexical form of *literal* is in the lexical space of its datatype (SHACL, 4.1.2).

    Every text is one of a datatype that is not known.

    >>> well_formed(Literal("2026-11-24T24:00:00Z", XSD + "dateTime"))
    True
    >>> well_formed(Literal("2026-11-24", XSD + "dateTime"))
    False
    """
    if not literal.datatype.startswith(XSD):
        return True
    name = literal.datatype[len(XSD) :]
    pattern = _LEXICAL.get(name)
    if pattern is None:
        return True
    match = pattern.fullmatch(literal.lexical)
    if match is None:
        return False
    if name in _INTEGERS:
        return _in_range(literal.lexical, *_INTEGERS[name])
    return "day" not in pattern.groupindex or _day_exists(match)


def _in_range(text: str, low: int | None, high: int | None) -> bool:
    if len(text) > 40:
        return low is None and high is None
    return (low is None or int(text) >= low) and (high is None or int(text) <= high)


def _day_exists(match: re.Match[str]) -> bool:
    month, day = int(match["month"]), int(match["day"])
    if day > _DAYS[month - 1]:
        return False
    if month != 2 or day < 29 or "year" not in match.re.groupindex:
        return True
    year = int(match["year"])
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@lru_cache(maxsize=4096)
def value_of(literal: Literal) -> Value | None:
    """The comparable value of *literal*; None where it is ill-formed, or of a datatype that has no order here."""
    if not well_formed(literal):
        return None
    read = _VALUES.get(literal.datatype)
    return read(literal.lexical) if read else None


def less(left: Value | None, right: Value | None, *, or_equal: bool) -> bool | None:
    """Whether *left* is less than *right* by SPARQL's operators; None where the two cannot be compared."""
    if left is None or right is None or _sort(left) is not _sort(right):
        return None
    if isinstance(left, datetime) and isinstance(right, datetime) and (left.tzinfo is None) != (right.tzinfo is None):
        return _less_zoneless(left, right)
    if isinstance(left, Decimal) and isinstance(right, float) and math.isnan(right):
        return False
    result: bool = left <= right if or_equal else left < right  # type: ignore[operator]  # one sort, see above
    return result


def _less_zoneless(left: datetime, right: datetime) -> bool | None:
    """Zone unknown on one side: decided only where 14 hours either way do not matter (XSD 1.1 part 2, 3.3.7)."""
    naive, zoned = (left, right) if left.tzinfo is None else (right, left)
    early, late = naive.replace(tzinfo=UTC) - timedelta(hours=14), naive.replace(tzinfo=UTC) + timedelta(hours=14)
    if early <= zoned <= late:
        return None
    return (late < zoned) == (naive is left)


def _sort(value: Value) -> type:
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, float | Decimal) else type(value)


def _float(text: str) -> float:
    return float(text.replace("INF", "inf"))


def _date_time(text: str) -> datetime | None:
    """The instant; None for years that Python's calendar does not have."""
    match = _LEXICAL["dateTime"].fullmatch(text)
    if match is None:
        return None
    try:
        second = Decimal(match["second"] or 0)
        base = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=_zone(match["zone"]))
        seconds = int(match["hour"] or 0) * 3600 + int(match["minute"] or 0) * 60
        return base + timedelta(days=1 if match["midnight"] else 0, seconds=seconds + float(second))
    except (ValueError, OverflowError):
        return None


def _date(text: str) -> datetime | None:
    return _date_time(text[:10] + "T00:00:00" + text[10:])


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


_VALUES: Final[Mapping[IRI, Callable[[str], Value | None]]] = {
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "decimal": Decimal,
    XSD + "double": _float,
    XSD + "float": _float,
    XSD + "string": str,
    XSD + "dateTime": _date_time,
    XSD + "dateTimeStamp": _date_time,
    XSD + "date": _date,
    **{XSD + name: Decimal for name in _INTEGERS},
}

LANG_STRING: Final = RDF + "langString"
