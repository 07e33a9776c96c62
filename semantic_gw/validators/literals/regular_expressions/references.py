"""Programs with back-references, run all ways at once: what the groups have captured belongs to the way."""

from __future__ import annotations

from typing import Final

from semantic_gw.validators.literals.regular_expressions.automaton import TooMuchWorkError, holds
from semantic_gw.validators.literals.regular_expressions.characters import are_variants
from semantic_gw.validators.literals.regular_expressions.program import (
    MATCHED,
    Check,
    Fork,
    Mark,
    Program,
    Repetition,
    Step,
    Take,
)

_MOST_WORK: Final = 100_000
"""Ways looked at for one text: with references there is no bound that grows with the text alone."""

Captures = frozenset[tuple[int, int, int]]
"""Group number, start and end of what it captured last; the end is -1 while it is open."""
_Way = tuple[Step, Captures]


class Referring:
    """A program with references; *anchored* is whether it can match at the start of a text only."""

    def __init__(self, program: Program, *, anchored: bool) -> None:
        self.program = program
        self.anchored = anchored

    def search(self, text: str) -> bool:
        """Whether *text* has a match. Raises TooMuchWorkError, for the same texts always."""
        return _Run(self.program, text).search(anchored=self.anchored)


class _Run:
    """One text. *open_* has the ways that go on at a position."""

    def __init__(self, program: Program, text: str) -> None:
        self.program = program
        self.text = text
        self.open: dict[int, set[_Way]] = {}
        self.work = 0

    def search(self, *, anchored: bool) -> bool:
        for position in range(len(self.text) + 1):
            if position == 0 or not anchored:
                self.open.setdefault(position, set()).add((self.program.start, frozenset()))
            if self.at(position):
                return True
            if anchored and not self.open:
                return False
        return False

    def at(self, position: int) -> bool:
        """Follow all ways at *position*; whether one has matched."""
        seen, ways = set[_Way](), list(self.open.pop(position, ()))
        while ways:
            way = ways.pop()
            if way[0] == MATCHED:
                return True
            if way in seen:
                continue
            seen.add(way)
            self.account()
            for end, following in self.follow(way, position):
                if end == position:
                    ways.append(following)
                else:
                    self.open.setdefault(end, set()).add(following)
        return False

    def account(self) -> None:
        self.work += 1
        if self.work > _MOST_WORK:
            raise TooMuchWorkError

    def follow(self, way: _Way, position: int) -> list[tuple[int, _Way]]:
        """Where *way* goes on, and at which position."""
        step, captures = way
        character = self.text[position : position + 1]
        match self.program.steps[step]:
            case Take(characters, then) if character and character in characters:
                return [(position + 1, (then, captures))]
            case Fork(to):
                return [(position, (one, captures)) for one in to]
            case Check(anchor, then) if holds(anchor, self.text[position - 1 : position], character):
                return [(position, (then, captures))]
            case Mark(number, at_end, then):
                return [(position, (then, _marked(captures, number, position, at_end=at_end)))]
            case Repetition(reference, then):
                end = self.repeated(captures, reference.number, position, any_case=reference.any_case)
                return [] if end is None else [(end, (then, captures))]
        return []

    def repeated(self, captures: Captures, number: int, position: int, *, any_case: bool) -> int | None:
        """Where what group *number* has captured ends that stands at *position* again."""
        for group, start, end in captures:
            if group == number:
                wanted, found = self.text[start:end], self.text[position : position + end - start]
                same = are_variants(wanted, found) if any_case else wanted == found
                return position + end - start if same else None
        return position


def _marked(captures: Captures, number: int, position: int, *, at_end: bool) -> Captures:
    others = frozenset(capture for capture in captures if capture[0] != number)
    if not at_end:
        return others | {(number, position, -1)}
    (start,) = (start for group, start, _ in captures if group == number)
    return others | {(number, start, position)}
