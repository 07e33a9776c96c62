"""Three-valued logic (Kleene): true, false, and None for what is not known."""

from __future__ import annotations

from collections.abc import Iterable

Verdict = bool | None
"""True: no payload can violate it. False: every payload violates it. None: it has to be looked at."""


def every(verdicts: Iterable[Verdict]) -> Verdict:
    """Whether all hold."""
    found: Verdict = True
    for verdict in verdicts:
        if verdict is False:
            return False
        if verdict is None:
            found = None
    return found


def some(verdicts: Iterable[Verdict]) -> Verdict:
    """Whether any holds."""
    return negated(every(map(negated, verdicts)))


def negated(verdict: Verdict) -> Verdict:
    return None if verdict is None else not verdict


def agreed(verdicts: Iterable[Verdict]) -> Verdict:
    """What all cases agree on."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else None
