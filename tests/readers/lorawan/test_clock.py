"""Devices tell times in many forms, and by clocks that were never set."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from semantic_gw.model import Json
from semantic_gw.readers.lorawan.clock import Clock, When

RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
CLOCK = Clock(RECEIVED)
NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        1795510800, 1795510800000, "2026-11-24T09:00:00Z", "2026-11-24T10:00:00+01:00", "Tue, 24 Nov 2026 09:00:00 GMT",
        {"value": 1795510800, "unit": "seconds"},
    ],
)  # fmt: skip
def test_a_time_in_any_form_is_the_time(told: Json) -> None:
    assert CLOCK.own({"temperature": 21, "timeStamp": told}) == ("timeStamp", When(NINE))


@pytest.mark.parametrize("told", [4, 0, -1, True, None, [], {}, "", "soon", 1000, 946684800, 4102444800, 1e300])
def test_what_is_no_time_of_a_set_clock_is_none(told: Json) -> None:
    assert CLOCK.own({"time": told}) is None


@pytest.mark.parametrize(
    "told",
    [
        "2026-11-24T09:00:00",
        "2014-01-01T00:00:00Z",
        "2031-01-01T00:00:00Z",
        {"year": 2015, "month": "January", "day": 1},
    ],
)
def test_a_time_that_nobody_can_place_is_told_as_such(told: Json) -> None:
    assert CLOCK.own({"time": told}) == ("time", When(None))


def test_a_zone_that_somebody_set_counts_where_a_time_has_none() -> None:
    found = Clock(RECEIVED, ZoneInfo("Europe/Berlin")).own({"time": "2026-11-24T10:00:00"})

    assert found == ("time", When(NINE))
