"""Closed shapes and given values (SHACL, 4.8): sh:closed, sh:hasValue, sh:in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from semantic_gw.model import Literal, Term
from semantic_gw.validators.constraints.forms import (
    Each,
    Form,
    Surroundings,
    Violation,
    Violations,
    folded,
    whole,
)
from semantic_gw.validators.source import show
from semantic_gw.validators.syntax import Closed, HasValue, In
from semantic_gw.validators.view import View

_SHOWN: Final = 12


def closed(constraint: Closed, _around: Surroundings) -> Form:
    allowed = constraint.allowed

    def check(view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        return [
            Violation(term, _not_allowed, predicate)
            for value in values
            for predicate, terms in view.predicates(value).items()
            if predicate not in allowed
            for term in terms
        ]

    return whole(check)


def _not_allowed() -> str:
    return "is not allowed: the shape is closed"


def has_value(constraint: HasValue, _around: Surroundings) -> Form:
    term = constraint.term
    wrong = (Violation(None, lambda: f"must have the value {show(term)}"),)
    if isinstance(term, Literal) and term.language:
        tagged = folded(term)
        return whole(lambda _view, _focus, values: () if tagged in map(folded, values) else wrong)
    return whole(lambda _view, _focus, values: () if term in values else wrong)


def in_(constraint: In, _around: Surroundings) -> Form:
    allowed = frozenset(map(folded, constraint.terms))

    def phrase() -> str:
        shown = ", ".join(sorted(map(show, allowed))[:_SHOWN])
        return f"must be one of {shown}"

    if any(isinstance(term, Literal) and term.language for term in allowed):
        return Each(lambda _view, value: folded(value) in allowed, phrase)
    return Each(lambda _view, value: value in allowed, phrase)
