"""Many random cases at once: the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from hypothesis import HealthCheck, Phase, given, seed, settings

from semantic_gw.model import Triple
from tests.validators.fuzz.case import Case
from tests.validators.fuzz.shapes import cases

BATCH = 250
"""Cases of one seed: hypothesis varies what it has drawn already, so a new seed now and then helps."""


def drawn(pairs: int, first_seed: int) -> Iterator[Case]:
    """So many cases, of which no two have the same shapes or the same data."""
    seen: set[tuple[Triple, ...]] = set()
    number = 0
    for seed_ in count(first_seed):
        for case in _batch(seed_):
            if number == pairs:
                return
            if case.shapes not in seen and case.data not in seen:
                seen |= {case.shapes, case.data}
                number += 1
                yield case


def _batch(number: int) -> list[Case]:
    found: list[Case] = []

    @seed(number)
    @settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def draw(case: Case) -> None:
        found.append(case)

    draw()
    return found
