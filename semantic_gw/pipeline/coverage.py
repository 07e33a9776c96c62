"""How much of what devices send is understood: a line for each family of a capture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from semantic_gw.errors import DecodingError, NoMappingError
from semantic_gw.model import Json, Outcome
from semantic_gw.pipeline.result import Result

UNKNOWN = "nobody's"
"""Stands for the family of payloads that no family knows."""


@dataclass(slots=True)
class Coverage:
    """Counts of one family's payloads and of the values in them."""

    family: str
    records: int = 0
    recognised: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    observed: int = 0
    with_unit: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    """Values without a known meaning, by their names."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why payloads were ignored, rejected or dead-lettered."""

    def add(self, result: Result) -> None:
        self.records += 1
        self.recognised += not isinstance(result.error, DecodingError | NoMappingError)
        self.outcomes[result.outcome] += 1
        self.unmapped.update(pointer.rpartition("/")[2] or "(the whole)" for pointer in result.unmapped)
        for judged in result.graphs:
            self.observed += len(judged.graph.observations) + len(judged.graph.events)
            self.with_unit += sum(one.unit is not None for one in judged.graph.observations)
        if result.outcome is not Outcome.PUBLISHED:
            self.reasons[f"{result.outcome}: {result.detail or result.reason}"] += 1

    @property
    def values(self) -> int:
        """Values that were looked at: those with a known meaning, and those without."""
        return self.observed + self.unmapped.total()

    @property
    def kinds(self) -> float:
        """The part of the values whose kind is known."""
        return self.observed / self.values if self.values else 0.0

    def as_json(self) -> dict[str, Json]:
        return {
            "family": self.family,
            "records": self.records,
            "recognised": self.recognised,
            **{outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "values": self.values,
            "kinds": self.observed,
            "units": self.with_unit,
            "unmapped": dict(self.unmapped.most_common(50)),
            "reasons": dict(self.reasons.most_common(50)),
        }


class Coverages:
    """Coverage by family, in the order in which families come."""

    def __init__(self) -> None:
        self._by_family: dict[str, Coverage] = {}

    def add(self, result: Result) -> None:
        family = result.family or UNKNOWN
        self._by_family.setdefault(family, Coverage(family)).add(result)

    def __iter__(self) -> Iterator[Coverage]:
        return iter(self._by_family.values())
