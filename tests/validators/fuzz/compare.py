"""Whether two engines say the same of a case, why not, and the least case of which they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from semantic_gw.model import Triple
from tests.validators.fuzz.case import Case
from tests.validators.fuzz.difference import Difference
from tests.validators.fuzz.engines import Engine, Refused, Verdict
from tests.validators.fuzz.lines import Lines
from tests.validators.fuzz.showing import told


def disagree(ours: Verdict, theirs: Verdict) -> bool:
    if isinstance(ours, Refused) or isinstance(theirs, Refused):
        return type(ours) is not type(theirs)
    return ours != theirs


class Pair:
    """We and one other engine, and what is known to differ between us."""

    def __init__(self, ours: Engine, theirs: Engine, known: Iterable[Difference] = ()) -> None:
        self.ours = ours
        self.theirs = theirs
        self.known = [difference for difference in known if difference.engine == theirs.name]

    def disagree(self, case: Case, but_for: Iterable[Difference] = ()) -> bool:
        """Whether we differ on *case*, but for what *but_for* explains."""
        but_for = tuple(but_for)
        for difference in but_for:
            case = difference.without(case)
        blurred = [blur(engine.judge(case), but_for) for engine in (self.ours, self.theirs)]
        return disagree(*blurred)

    def explain(self, case: Case) -> list[Difference] | None:
        """The least of what is known that explains all of the disagreement on *case*; None where nothing does."""
        for difference in self.known:
            if not self.disagree(case, [difference]):
                return [difference]
        needed = self.known
        if self.disagree(case, needed):
            return None
        for difference in self.known:
            fewer = [other for other in needed if other is not difference]
            if not self.disagree(case, fewer):
                needed = fewer
        return needed

    def told(self, case: Case) -> str:
        return told(self.ours.judge(case), self.theirs.judge(case))

    def smallest(self, case: Case) -> Case:
        """The least part of *case* that is a disagreement of the same kind, and as unexplained."""
        kind = self._kind(case)
        return smallest(case, lambda less: self._kind(less) == kind and self.explain(less) is None)

    def _kind(self, case: Case) -> object:
        verdicts = self.ours.judge(case), self.theirs.judge(case)
        return disagree(*verdicts), [v.why[-40:] if isinstance(v, Refused) else "" for v in verdicts]


def blur(verdict: Verdict, differences: Iterable[Difference]) -> Verdict:
    if isinstance(verdict, Refused):
        return verdict
    for difference in differences:
        blurred: Lines = Counter()
        for line, times in verdict.items():
            blurred[difference.blur(line)] += times
        verdict = blurred
    return verdict


def smallest(case: Case, still: Callable[[Case], bool]) -> Case:
    """*case* without every triple that is not needed for *still* to hold."""
    thinner = _thinned(_thinned(case, "data", still), "shapes", still)
    return case if thinner == case else smallest(thinner, still)


def _thinned(case: Case, part: Literal["shapes", "data"], still: Callable[[Case], bool]) -> Case:
    for triple in getattr(case, part):
        kept: tuple[Triple, ...] = getattr(case, part)
        less = replace(case, **{part: tuple(other for other in kept if other != triple)})
        if still(less):
            case = less
    return case
