"""Pairs of properties (SHACL, 4.5): sh:equals, sh:disjoint, sh:lessThan, sh:lessThanOrEquals."""

from __future__ import annotations

from collections.abc import Sequence

from semantic_gw.model import Term
from semantic_gw.rdf.namespaces import compact
from semantic_gw.validators.constraints.forms import (
    Form,
    Surroundings,
    Violation,
    Violations,
    Whole,
    comparable,
    folded,
    whole,
)
from semantic_gw.validators.literals import less
from semantic_gw.validators.syntax import Disjoint, Equals, LessThan, LessThanOrEquals
from semantic_gw.validators.view import View


def equals(constraint: Equals, _around: Surroundings) -> Form:
    predicate = constraint.predicate

    def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
        others = view.objects(focus, predicate)
        lone = [*(v for v in values if v not in others), *(o for o in others if o not in values)]
        if lone:
            alike = {*map(folded, values)} & {*map(folded, others)}
            lone = [one for one in lone if folded(one) not in alike]
        return [Violation(value, lambda: f"must be the same as {compact(predicate)}") for value in lone]

    return whole(check)


def disjoint(constraint: Disjoint, _around: Surroundings) -> Form:
    predicate = constraint.predicate

    def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
        others = view.objects(focus, predicate)
        both = [value for value in values if value in others]
        return [Violation(value, lambda: f"must not be a value of {compact(predicate)}") for value in both]

    def wrong(view: View, focus: Term, values: Sequence[Term]) -> bool:
        for other in view.objects(focus, predicate):  # noqa: SIM110  a generator costs as much as the tests
            if other in values:
                return True
        return False

    return Whole(check, wrong)


def less_than(constraint: LessThan | LessThanOrEquals, _around: Surroundings) -> Form:
    predicate, or_equal = constraint.predicate, isinstance(constraint, LessThanOrEquals)
    what = "at most" if or_equal else "less than"

    def check(view: View, focus: Term, values: Sequence[Term]) -> Violations:
        others = view.objects(focus, predicate)
        pairs = [(value, other) for value in values for other in others]
        wrong = [v for v, other in pairs if not less(comparable(v), comparable(other), or_equal=or_equal)]
        return [Violation(value, lambda: f"must be {what} {compact(predicate)}") for value in wrong]

    return whole(check)
