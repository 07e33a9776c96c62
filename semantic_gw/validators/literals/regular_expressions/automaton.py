"""Programs without references, run as an automaton whose states are made when a text first needs them.

A text is read once, from left to right, whatever the expression: no text takes longer than its length allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from semantic_gw.validators.literals.regular_expressions.nodes import Anchor
from semantic_gw.validators.literals.regular_expressions.program import MATCHED, Check, Fork, Mark, Program, Step, Take

_TEXT_END: Final = ""
"""Read after the last character."""
_TEXT_START: Final = ""
_MOST_KEPT: Final = 10_000
"""Ways from state to state that an automaton remembers."""
_MOST_WORK: Final = 2_000_000
"""Steps taken for one text to find states that are not known yet: about a second."""
_MOST_SHARED: Final = 500_000
"""Characters of a text times steps of a program: so little cannot be too much work, whatever is known already."""


class TooMuchWorkError(Exception):
    """A text would take more steps than one text may."""


class Automaton:
    """A program; *anchored* is whether it can match at the start of a text only."""

    def __init__(self, program: Program, *, anchored: bool) -> None:
        self.program = program
        self.anchored = anchored
        self.accepted = _State(self, frozenset(), "", settled=True)
        self.refused = _State(self, frozenset(), "", settled=True)
        self.states: dict[tuple[frozenset[Step], str], _State] = {}
        self.kept = 0
        self.work = 0

    def search(self, text: str) -> bool:
        """Whether *text* has a match. Raises TooMuchWorkError, for the same texts always."""
        if len(text) * len(self.program.steps) <= _MOST_SHARED:
            return self.run(text)
        return Automaton(self.program, anchored=self.anchored).run(text)  # of which no earlier text left anything

    def run(self, text: str) -> bool:
        """The same, with the states that are there."""
        self.work = 0
        state = self.state([self.program.start], _TEXT_START)
        for character in text:
            state = state[character]
            if state.settled:
                return state is self.accepted
        return state[_TEXT_END] is self.accepted

    def state(self, steps: Iterable[Step], before: str) -> _State:
        """The state in which *steps* are next, after the character *before*."""
        key = frozenset(steps), before
        if key not in self.states:
            self.states[key] = _State(self, *key)
        return self.states[key]

    def after(self, steps: frozenset[Step], before: str, character: str) -> _State:
        """The state after *character*, from the state of *steps*."""
        reached = self._reached(steps, before, character)
        self._account(len(reached))
        if MATCHED in reached:
            return self.accepted
        takes = [one for step in reached if isinstance(one := self.program.steps[step], Take)]
        following = {take.then for take in takes if character and character in take.of}
        if not self.anchored and character:
            following.add(self.program.start)
        if not following:
            return self.refused
        return self.state(following, character if character == "\n" else "other")

    def _reached(self, steps: Iterable[Step], before: str, after: str) -> set[Step]:
        """*steps*, and where they lead without taking a character."""
        reached, open_ = set[Step](), list(steps)
        while open_:
            step = open_.pop()
            if step in reached:
                continue
            reached.add(step)
            match self.program.steps[step]:
                case Fork(to):
                    open_ += to
                case Check(anchor, then) if holds(anchor, before, after):
                    open_.append(then)
                case Mark(then=then):
                    open_.append(then)
        return reached

    def _account(self, work: int) -> None:
        self.work += work
        if self.work > _MOST_WORK:
            raise TooMuchWorkError
        self.kept += 1
        if self.kept > _MOST_KEPT:
            self.states, self.kept = {}, 0


class _State(dict[str, "_State"]):
    """Character → the state after it, found when first asked for. A *settled* state is the last one."""

    __slots__ = ("automaton", "before", "settled", "steps")

    def __init__(self, automaton: Automaton, steps: frozenset[Step], before: str, *, settled: bool = False) -> None:
        super().__init__()
        self.automaton, self.steps, self.before, self.settled = automaton, steps, before, settled

    def __missing__(self, character: str) -> _State:
        self[character] = self.automaton.after(self.steps, self.before, character)
        return self[character]


def holds(anchor: Anchor, before: str, after: str) -> bool:
    """Whether *anchor* holds between two characters; both ends of a text are empty (functions 3.1, 5.6.2, flag m)."""
    if anchor.at_end:
        return not after or (anchor.of_lines and after == "\n")
    return not before or (anchor.of_lines and before == "\n" and after != "")
