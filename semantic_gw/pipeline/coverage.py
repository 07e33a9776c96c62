"""How much of what devices send is understood: a line for each family of a capture.

What is counted as a measured value, and what is not and why, stands in measured.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from semantic_gw.errors import DecodingError, NoMappingError
from semantic_gw.model import Json, Outcome
from semantic_gw.pipeline.measured import is_measured
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
    known: int = 0
    """Measured values of a known kind, and events."""
    with_unit: int = 0
    """Those of them that have a unit."""
    others: int = 0
    """Observations that are no measurement: settings, and how messages travelled."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Values without a known meaning, by their names."""
    left: Counter[str] = field(default_factory=Counter)
    """Values that are no measurement and no observation, by the reason."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why payloads were ignored, rejected or dead-lettered."""

    def add(self, result: Result) -> None:
        self.records += 1
        self.recognised += not isinstance(result.error, DecodingError | NoMappingError)
        self.outcomes[result.outcome] += 1
        self.unknown.update(pointer.rpartition("/")[2] or "(the whole)" for pointer in result.unmapped)
        self.left.update(reason for _, reason in result.left)
        for judged in result.graphs:
            measured = [one for one in judged.graph.observations if is_measured(one.kind)]
            self.known += len(measured) + len(judged.graph.events)
            self.with_unit += sum(one.unit is not None for one in measured)
            self.others += len(judged.graph.observations) - len(measured)
        if result.outcome is not Outcome.PUBLISHED:
            self.reasons[f"{result.outcome}: {result.detail or result.reason}"] += 1

    @property
    def measured(self) -> int:
        """Measured values: those of a known kind, and all whose meaning nobody knows."""
        return self.known + self.unknown.total()

    @property
    def kinds(self) -> float:
        """The part of the measured values whose kind is known."""
        return self.known / self.measured if self.measured else 0.0

    def as_json(self) -> dict[str, Json]:
        return {
            "family": self.family,
            "records": self.records,
            "recognised": self.recognised,
            **{outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "measured": self.measured,
            "known": self.known,
            "units": self.with_unit,
            "others": self.others,
            "left": self.left.total(),
            "unknown": self.unknown.total(),
            "unknown_names": dict(self.unknown.most_common(50)),
            "left_reasons": dict(self.left.most_common(50)),
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
