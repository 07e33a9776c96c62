"""What a run has to tell besides its triples: what was missing, what could not be made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml.model import Place, Reference

MOST_TOLD = 20
"""Most data errors of a run that are kept; the others are counted."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """A reference of one place of a program: two that read alike are told apart."""

    reference: Reference


@dataclass(slots=True)
class Notes:
    """Filled while a mapping runs; *strict* raises the first data error, else the term is left out and told of."""

    strict: bool = False
    read: Counter[Watched] = field(default_factory=Counter)
    missing: Counter[Watched] = field(default_factory=Counter)
    """Reference → iterations in which it was read; and of these, in which nothing stands there."""
    told: list[LiftingError] = field(default_factory=list)
    failed: int = 0
    """Terms that could not be made."""

    def fail(self, place: Place, problem: str, value: str = "") -> None:
        """Note that a term cannot be made. Raises LiftingError in a strict run."""
        error = LiftingError(f"{place}: {problem}", rule=str(place), value=value)
        if self.strict:
            raise error
        self.failed += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(error)

    def never_found(self) -> Iterator[str]:
        """A sentence for each reference that found nothing in any iteration."""
        for watched, times in self.read.items():
            if self.missing[watched] == times:
                reference = watched.reference
                iterations = "1 iteration" if times == 1 else f"any of {times} iterations"
                yield f"{reference.place}: nothing stands at {reference.text!r} in {iterations}"
