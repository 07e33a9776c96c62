"""Moments and durations as XSD 1.1 orders them (part 2, 3.3.6 to 3.3.14, D.2, E.3): exactly, and partially."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Final, NamedTuple

from semantic_gw.model import IRI
from semantic_gw.rdf.lexical import LEXICAL
from semantic_gw.rdf.namespaces import XSD

MOMENTS: Final = ("dateTime", "dateTimeStamp", "date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")
DURATIONS: Final = ("duration", "dayTimeDuration", "yearMonthDuration")


class Instant(NamedTuple):
    """A moment: whole minutes in UTC of the proleptic Gregorian calendar, and seconds.

    Without a zone it is somewhere within 14 hours either way (XSD 1.1, D.2.1).
    """

    minutes: int
    seconds: Decimal
    zoned: bool
    primitive: IRI
    """Moments of different primitive datatypes are not compared: a date is a day long."""


class Duration(NamedTuple):
    """Months and seconds, both of one sign: how long a month is depends on where it starts (XSD 1.1, 3.3.6)."""

    months: int
    seconds: Decimal


_ZONE_MINUTES: Final = 14 * 60
_MOST_DIGITS: Final = 18
"""Of a year, or of a part of a duration: longer ones are well-formed, but compare with nothing (XSD 1.1, 5.4)."""
_EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_ABSENT: Final = {"year": "1972", "month": "12", "day": "31", "hour": "0", "minute": "0", "second": "0"}
"""What stands for the part of a moment that its datatype does not have (XSD 1.1, E.3.4)."""
_STARTS: Final = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
"""Year and month from whose first day durations are told apart (XSD 1.1, 3.3.6.1)."""


def instant_reader(name: str) -> Callable[[str], Instant | None]:
    """A reader of the forms of XSD's datatype *name*, a moment or a recurring one."""
    pattern, primitive = LEXICAL[name], XSD + ("dateTime" if name == "dateTimeStamp" else name)

    def read(text: str) -> Instant | None:
        match = pattern.fullmatch(text)
        if match is None:
            return None
        part = _ABSENT | {name: digits for name, digits in match.groupdict().items() if digits is not None}
        if len(part["year"]) > _MOST_DIGITS:
            return None
        days = _day_number(int(part["year"]), int(part["month"]), int(part["day"]))
        if "midnight" in part and name != "time":  # the end of the day is the start of the next
            days += 1
        minutes = days * 1440 + int(part["hour"]) * 60 + int(part["minute"]) - _offset(part.get("zone"))
        return Instant(minutes, Decimal(part["second"]), "zone" in part, primitive)

    return read


def _day_number(year: int, month: int, day: int) -> int:
    """Days since an arbitrary one, in the proleptic Gregorian calendar with a year 0."""
    years = year - (month <= 2)
    months = (month + 9) % 12
    return 365 * years + years // 4 - years // 100 + years // 400 + (153 * months + 2) // 5 + day


def _offset(zone: str | None) -> int:
    """Minutes."""
    if zone is None or zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes


def earlier(left: Instant, right: Instant, *, or_equal: bool) -> bool | None:
    """Where one has no zone, decided only if no zone would change the answer (XSD 1.1, D.2.1)."""
    if left.primitive != right.primitive:
        return None
    if left.zoned == right.zoned:
        return left[:2] <= right[:2] if or_equal else left[:2] < right[:2]
    if (left.minutes + _ZONE_MINUTES, left.seconds) < right[:2]:
        return True
    return False if (left.minutes - _ZONE_MINUTES, left.seconds) > right[:2] else None


def read_duration(text: str) -> Duration | None:
    """The duration that *text* says, a form of xsd:duration or of what is derived from it."""
    match = LEXICAL["duration"].fullmatch(text)
    if match is None or any(len(digits or "") > _MOST_DIGITS for digits in match.group("years", "months")):
        return None
    months, sign = _whole(match, "years") * 12 + _whole(match, "months"), -1 if text[0] == "-" else 1
    seconds = _part(match, "seconds")
    for name, length in (("minutes", 60), ("hours", 3600), ("days", 86400)):
        seconds = _EXACT.fma(_part(match, name), Decimal(length), seconds)
    return Duration(sign * months, _EXACT.multiply(seconds, Decimal(sign)))


def _whole(match: re.Match[str], name: str) -> int:
    return int(match[name] or 0)


def _part(match: re.Match[str], name: str) -> Decimal:
    return Decimal(match[name] or 0)


def shorter(left: Duration, right: Duration, *, or_equal: bool) -> bool | None:
    """Decided only where it is the same wherever both start (XSD 1.1, 3.3.6.1): a month is neither 30 days nor not."""
    ends = [(_end(left, *start), _end(right, *start)) for start in _STARTS]
    if all(one < other for one, other in ends):
        return True
    if left == right or all(one == other for one, other in ends):
        return or_equal
    return False if all(one > other for one, other in ends) else None


def _end(duration: Duration, year: int, month: int) -> Decimal:
    """Seconds from an arbitrary moment to where *duration* ends that starts with a month."""
    years, months = divmod(month - 1 + duration.months, 12)
    days = _day_number(year + years, months + 1, 1)
    return _EXACT.add(Decimal(days * 86400), duration.seconds)
