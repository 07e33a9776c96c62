"""What values within a span of time come to."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final, TypeVar

V = TypeVar("V")

BY_SUMS: Final = ("avg", "min", "max", "sum", "count")
"""What the database works out."""

BY_VALUES: Final = ("first", "last", "median", "time-weighted")
"""What is worked out here, of every value."""

OF_ANYTHING: Final = ("count", "first", "last")
"""What states and positions have, too."""

AGGREGATES: Final = (*BY_SUMS, *BY_VALUES)


def time_weighted(points: Sequence[tuple[int, float]], before: float | None, begin: int, end: int) -> float | None:
    """The mean of a value that stays until the next one is told, from *begin* to *end*; None where none is known.

    *points* are times and values within, *before* the value that was told last before them.

    >>> time_weighted([(0, 10.0), (90, 20.0)], None, 0, 100)
    11.0
    """
    total, known, value, since = 0.0, 0, before, begin
    for at, number in (*points, (end, 0.0)):
        if value is not None:
            total += value * (at - since)
            known += at - since
        value, since = number, at
    return total / known if known else None


def of_values(aggregate: str, values: Sequence[V]) -> V:
    """The *first*, *last* or *median* of *values*, which are some."""
    if aggregate == "median":
        return median(values)  # type: ignore[type-var]  # only numbers are asked for theirs
    return values[0] if aggregate == "first" else values[-1]
