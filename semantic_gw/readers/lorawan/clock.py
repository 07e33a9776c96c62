"""The times that decoded frames tell: those of a clock that was set, and in a form that leaves no doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.model import Json
from semantic_gw.readers.values import moment

_TIME_NAMES: Final = frozenset(
    (
        "timestamp", "time_stamp", "time", "ts", "datetime", "date_time", "measured_at", "recorded_at",
        "measurement_time", "sample_time", "unix_time", "unix_timestamp", "epoch", "systimestamp",
        "sys_timestamp", "data_time", "utc", "time_utc", "device_time", "sensor_time", "date",
    )
)  # fmt: skip
"""Members that may tell when the values beside them were measured."""

_LONGEST: Final = 40
"""Characters of the longest name that may tell a time."""

_OLDEST: Final = datetime(2015, 1, 2, tzinfo=UTC)
"""LoRaWAN 1.0 is of January 2015; a clock before, or at the start of a year that chips count from, was never set."""

_AHEAD: Final = timedelta(days=1)
"""How far a device's clock may be ahead of the server's."""

_LEAST_MILLISECONDS: Final = 100_000_000_000
"""More than so many seconds since 1970 are milliseconds."""


@dataclass(frozen=True, slots=True)
class When:
    """The time of a value: *time* in UTC; None where it has one of its own that nobody can place."""

    time: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads the times of a frame that was received at *received*; *zone* is that of times without one."""

    received: datetime
    zone: tzinfo | None = None

    def own(self, members: Mapping[str, Json]) -> tuple[str, When] | None:
        """The member of *members* that is their time, and it; None where none of them is a time."""
        for name, value in members.items():
            if is_time_name(name) and (when := self._when(value)) is not None:
                return name, when
        return None

    def _when(self, value: Json) -> When | None:
        """The time that *value* is; None where it is none at all, but a duration, say."""
        if isinstance(value, dict):
            if "year" in value:
                return When(None)  # in words and without a zone
            value = value.get("value")
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            return None
        if isinstance(value, str):
            return self._told(value)
        time = moment(value, "ms" if abs(value) >= _LEAST_MILLISECONDS else "s", None)
        return When(time) if time is not None and self._is_likely(time) else None

    def _told(self, text: str) -> When | None:
        time = moment(text, "iso", self.zone) or _of_mail(text)
        if time is not None:
            return When(time) if self._is_likely(time) else When(None)
        return When(None) if moment(text, "iso", UTC) is not None else None

    def _is_likely(self, time: datetime) -> bool:
        return _OLDEST <= time <= self.received + _AHEAD


@lru_cache(maxsize=4_096)
def spelled(name: str) -> str:
    """*name* as the lexicon spells names; formatters write the same ones again and again."""
    return snake_case(name)


def is_time_name(name: str) -> bool:
    """Whether a member of this name may tell a time."""
    return len(name) <= _LONGEST and spelled(name) in _TIME_NAMES


def _of_mail(text: str) -> datetime | None:
    """A time as JavaScript writes it in UTC: `Mon, 14 Dec 2020 12:14:25 GMT` (RFC 5322, 3.3)."""
    if not text.endswith("GMT"):
        return None
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
