"""The times that meters tell, as DSMR writes them and in ISO 8601: in UTC, or none where nobody knows the zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

_DSMR: Final = re.compile(r"\d{12}[WS]?")
_FORM: Final = "%y%m%d%H%M%S"
_EARLIEST: Final = datetime(2005, 1, 1, tzinfo=UTC)
"""No meter is older that tells its time so: a clock that shows an earlier one (they begin with 2000) was never set."""


def is_dsmr_time(text: str) -> bool:
    """Whether *text* is a time as DSMR writes it, `YYMMDDhhmmss` and W or S (5.0.2, 6.4)."""
    return _DSMR.fullmatch(text) is not None


def dsmr_time(text: str, zone: tzinfo | None, standard: tzinfo) -> datetime | None:
    """The time of *text*; the letters are those of *zone*, or else of *standard*, and a time without one needs *zone*.

    None where it is none, or was never set; and where S stands in a season in which the zone has no summer time: then
    the meter stands in another one.

    >>> from zoneinfo import ZoneInfo
    >>> dsmr_time("170102192002W", None, ZoneInfo("Europe/Amsterdam")).isoformat()
    '2017-01-02T18:20:02+00:00'
    """
    if not is_dsmr_time(text):
        return None
    try:
        local = datetime.strptime(text[:12], _FORM)  # noqa: DTZ007  its zone is found below
    except ValueError:
        return None
    letter = text[12:]
    if not letter:
        return _known(local.replace(tzinfo=zone)) if zone is not None else None
    there = zone or standard
    winter, summer = _offsets(local.year, there)
    if letter == "W":
        return _known(local.replace(tzinfo=timezone(winter)))
    moment = local.replace(tzinfo=timezone(summer))
    return _known(moment) if moment.astimezone(there).utcoffset() == summer != winter else None


def iso_time(text: str, zone: tzinfo | None, *, standard: bool = False) -> datetime | None:
    """The time of *text*; where it tells no offset, one of *zone*. With *standard* it is the standard time of *zone*,
    whatever it tells; then an offset other than zero is believed, as such clocks know no other.

    >>> iso_time("2020-01-21T16:00:00+01:00", None).isoformat(), iso_time("2020-01-21T16:00:00", None)
    ('2020-01-21T15:00:00+00:00', None)
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None and not (standard and not moment.utcoffset()):
        return _known(moment)
    if zone is None:
        return None
    if standard:
        zone = timezone(_offsets(moment.year, zone)[0])
    return _known(moment.replace(tzinfo=zone))


def _known(moment: datetime) -> datetime | None:
    try:
        found = moment.astimezone(UTC)
    except OverflowError:
        return None
    return found if found >= _EARLIEST else None


def _offsets(year: int, zone: tzinfo) -> tuple[timedelta, timedelta]:
    """How far *zone* is ahead of UTC in the standard time and in the summer time of *year*."""
    found = [datetime(year, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7)]
    return min(found), max(found)
