"""Many random cases at once: the same ones for the same seed."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.validators.fuzz.case import Case
from tests.validators.fuzz.shapes import cases

BATCH = 250
"""Cases of one seed: hypothesis varies what it has drawn already, so a new seed now and then helps."""


def drawn(pairs: int, first_seed: int) -> Iterator[Case]:
    """So many distinct cases."""
    seen: set[Case] = set()
    while len(seen) < pairs:
        for case in _batch(first_seed):
            if case not in seen and len(seen) < pairs:
                seen.add(case)
                yield case
        first_seed += 1


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
