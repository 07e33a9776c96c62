"""Value nodes that conform to a shape (SHACL, 4.7): sh:node, sh:qualifiedMinCount, sh:qualifiedMaxCount.

sh:property is no constraint here: its results stand by themselves, and its shape asks them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from semantic_gw.model import Term
from semantic_gw.validators.constraints.forms import (
    Each,
    Form,
    Other,
    Phrase,
    Surroundings,
    Violation,
    Violations,
    whole,
)
from semantic_gw.validators.syntax import ByNode, QualifiedMaxCount, QualifiedMinCount
from semantic_gw.validators.view import View

_Chosen = Callable[[View, Sequence[Term]], list[Term]]


def by_node(constraint: ByNode, around: Surroundings) -> Form:
    other = around.shape(constraint.shape)
    return Each(other.conforms, lambda: f"must conform to {around.told(other)}", other.explain)


def qualified_min(constraint: QualifiedMinCount, around: Surroundings) -> Form:
    chosen, other = _chosen(constraint, around), around.shape(constraint.shape)
    least = constraint.least

    def check(view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        found = chosen(view, values)
        if len(found) >= least:
            return ()
        details = tuple(detail for value in values if value not in found for detail in other.explain(view, value))
        told = _told(len(found), around, other, f"qualifiedMinCount is {least}")
        return [Violation(None, told, details=details)]

    return whole(check)


def qualified_max(constraint: QualifiedMaxCount, around: Surroundings) -> Form:
    chosen, other = _chosen(constraint, around), around.shape(constraint.shape)
    most = constraint.most

    def check(view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        found = chosen(view, values)
        if len(found) <= most:
            return ()
        return [Violation(None, _told(len(found), around, other, f"qualifiedMaxCount is {most}"))]

    return whole(check)


def _told(found: int, around: Surroundings, other: Other, wanted: str) -> Phrase:
    return lambda: f"{found} values conform to {around.told(other)}; {wanted}"


def _chosen(constraint: QualifiedMinCount | QualifiedMaxCount, around: Surroundings) -> _Chosen:
    """The value nodes that conform to the shape and to none of its siblings."""
    conforms = around.shape(constraint.shape).conforms
    siblings = [around.shape(sibling).conforms for sibling in constraint.siblings]

    def chosen(view: View, values: Sequence[Term]) -> list[Term]:
        return [v for v in values if conforms(view, v) and not any(test(view, v) for test in siblings)]

    return chosen
