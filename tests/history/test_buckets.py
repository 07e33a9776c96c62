from __future__ import annotations

from datetime import UTC

import pytest

from semantic_gw.history.aggregation import time_weighted
from semantic_gw.history.buckets import bucket_length, buckets, duration, time_in, time_zone
from semantic_gw.history.points import moment_at
from semantic_gw.rdf.serialize import date_time

AMSTERDAM = time_zone("Europe/Amsterdam")
HOUR = 3600 * 1_000_000


def told(begin: str, end: str, every: str) -> list[str]:
    """Where the buckets of a range in Amsterdam begin, in UTC, and how long they are."""
    found = buckets(time_in(begin, AMSTERDAM), time_in(end, AMSTERDAM), bucket_length(every), AMSTERDAM)
    return [f"{date_time(moment_at(low))} {(high - low) / HOUR:g}" for low, high in found]


def test_the_day_of_the_spring_change_has_23_hours() -> None:
    assert told("2026-03-28", "2026-03-31", "P1D") == [
        "2026-03-27T23:00:00Z 24",
        "2026-03-28T23:00:00Z 23",
        "2026-03-29T22:00:00Z 24",
    ]


def test_the_day_of_the_autumn_change_has_25_hours() -> None:
    assert told("2026-10-25", "2026-10-26", "P1D") == ["2026-10-24T22:00:00Z 25"]


def test_hours_go_on_over_a_change() -> None:
    assert len(told("2026-03-29", "2026-03-30", "PT1H")) == 23


def test_a_bucket_begins_before_the_range_where_that_begins_in_it() -> None:
    assert told("2026-01-01T10:20:00", "2026-01-01T11:20:00", "PT1H") == [
        "2026-01-01T09:00:00Z 1",
        "2026-01-01T10:00:00Z 1",
    ]


def test_weeks_begin_on_monday() -> None:
    assert told("2026-11-24", "2026-11-25", "P1W") == ["2026-11-22T23:00:00Z 168"]


def test_months_are_those_of_the_calendar() -> None:
    assert told("2026-02-10", "2026-03-10", "P1M") == ["2026-01-31T23:00:00Z 672", "2026-02-28T23:00:00Z 743"]


def test_quarters_begin_in_january() -> None:
    assert told("2026-02-10", "2026-02-11", "P3M") == ["2025-12-31T23:00:00Z 2159"]


@pytest.mark.parametrize("text", ["", "P", "PT", "1h", "P1", "PT0S", "P0D", "-P1D", "P1DT", "P9999999Y", "PT1H1"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        duration(text)


def test_a_bucket_is_not_both_of_the_calendar_and_the_clock() -> None:
    with pytest.raises(ValueError, match="not of several"):
        bucket_length("P1DT1H")


def test_too_many_buckets_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 100,000 buckets"):
        buckets(0, 2**55, bucket_length("PT1S"), UTC)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "99999999", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        time_in(text, UTC)


def test_a_plus_that_became_a_space_is_understood() -> None:
    assert time_in("2026-11-24T01:00:00 01:00", UTC) == time_in("2026-11-24", UTC)


def test_a_value_counts_as_long_as_it_stays() -> None:
    assert time_weighted([(90, 20.0)], 10.0, 0, 100) == 11.0


def test_before_the_first_value_nothing_is_known() -> None:
    assert time_weighted([(50, 20.0)], None, 0, 100) == 20.0


def test_there_is_no_mean_where_nothing_is_known() -> None:
    assert time_weighted([], None, 0, 100) is None
