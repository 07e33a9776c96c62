"""Spans of time: ISO 8601 durations, and the buckets that they cut a range into, in a time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from semantic_gw.history.points import micros, moment_at

_DURATION: Final = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,6})?)S)?)?"
)
_HOUR: Final = 3600 * 1_000_000
_DAY: Final = 24 * _HOUR
MOST_BUCKETS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration (ISO 8601, 5.5.2): *months* and *days* of the calendar, *rest* in microseconds."""

    months: int
    days: int
    rest: int

    @property
    def micros(self) -> int:
        """Its length in microseconds, where a day has 24 hours and a month 30 days."""
        return (self.months * 30 + self.days) * _DAY + self.rest


def duration(text: str) -> Duration:
    """The duration that *text* is. Raises ValueError.

    >>> duration("P1DT2H")
    Duration(months=0, days=1, rest=7200000000)
    """
    found = _DURATION.fullmatch(text)
    if found is None or len(text) > 40:
        raise ValueError(f"a duration such as PT1H, P1D or P1M (ISO 8601), not {text!r}")
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[:-1])
    seconds = round(float(found[7] or 0) * 1_000_000)
    made = Duration(12 * years + months, 7 * weeks + days, hours * _HOUR + minutes * 60_000_000 + seconds)
    if not 0 < made.micros <= 1000 * 366 * _DAY:
        raise ValueError(f"a duration of more than nothing, and less than 1000 years, not {text!r}")
    return made


def bucket_length(text: str) -> Duration:
    """The same, where it is either of the calendar or of the clock. Raises ValueError."""
    made = duration(text)
    if bool(made.months) + bool(made.days) + bool(made.rest) > 1:
        raise ValueError(f"a duration of months, of days or of hours, not of several: {text!r}")
    return made


def time_zone(name: str) -> tzinfo:
    """The time zone called *name*. Raises ValueError."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"a time zone of IANA such as Europe/Amsterdam, not {name!r}") from error


def time_in(text: str, zone: tzinfo) -> int:
    """The moment that *text* is (ISO 8601), in *zone* where it names none, in µs since 1970. Raises ValueError.

    >>> time_in("2026-11-24", UTC) == time_in("2026-11-24T01:00:00+01:00", UTC)
    True
    """
    try:
        told = datetime.fromisoformat(text.replace(" ", "+"))  # a + in a query means a space to some
        made = told.replace(tzinfo=zone) if told.tzinfo is None else told
        return micros(made.astimezone(UTC))
    except (ValueError, OverflowError):
        raise ValueError(f"a time such as 2026-11-24T10:15:00Z or 2026-11-24 (ISO 8601), not {text!r}") from None


def buckets(begin: int, end: int, every: Duration, zone: tzinfo) -> list[tuple[int, int]]:
    """The buckets that cover from *begin* to *end* (µs since 1970), each from when until when.

    Days, weeks (from Monday) and months are those of *zone*, of 23 hours or 25 where its clocks change; hours and less
    are counted from midnight of the first day. Raises ValueError for more than can be told.
    """
    if (end - begin) // every.micros > MOST_BUCKETS:
        raise ValueError(f"at most {MOST_BUCKETS:,} buckets: give a longer `every`, or a shorter range")
    found: list[tuple[int, int]] = []
    edges = _edges(begin, every, zone)
    low = next(edges)
    while low < end:
        high = next(edges)
        if high > begin:
            found.append((low, high))
        low = high
    return found


def _edges(begin: int, every: Duration, zone: tzinfo) -> Iterator[int]:
    first = moment_at(begin).astimezone(zone).date()
    if every.rest:
        midnight = _midnight(first, zone)
        edge = midnight + (begin - midnight) // every.rest * every.rest
        while True:
            yield edge
            edge += every.rest
    day = _begin_of(first, every)
    while True:
        yield _midnight(day, zone)
        day = _months_later(day, every.months) if every.months else day + timedelta(days=every.days)


def _begin_of(day: date, every: Duration) -> date:
    """The first day of the bucket that *day* is in."""
    if every.months:
        months = (day.year * 12 + day.month - 1) // every.months * every.months
        return date(max(months // 12, 1), months % 12 + 1, 1)
    weeks = every.days % 7 == 0
    number = day.toordinal() - (1 if weeks else 0)  # the first day of the calendar was a Monday
    return date.fromordinal(max(number // every.days * every.days + (1 if weeks else 0), 1))


def _months_later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _midnight(day: date, zone: tzinfo) -> int:
    """When *day* begins; where its clocks skip midnight, at the first moment there is."""
    return micros(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))
