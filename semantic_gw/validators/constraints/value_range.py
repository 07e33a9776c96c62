"""Ranges of values (SHACL, 4.3): sh:minExclusive, sh:minInclusive, sh:maxExclusive, sh:maxInclusive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from semantic_gw.model import Term
from semantic_gw.validators.constraints.forms import Each, Form, Surroundings, comparable
from semantic_gw.validators.literals import less
from semantic_gw.validators.source import show
from semantic_gw.validators.view import View


def above(sign: str, *, or_equal: bool) -> Callable[[Any, Surroundings], Form]:
    """The compiler of a lower bound; *sign* is for people."""

    def compiler(constraint: Any, _around: Surroundings) -> Form:
        bound = comparable(constraint.bound)

        def fits(_view: View, value: Term) -> bool:
            return bool(less(bound, comparable(value), or_equal=or_equal))

        return Each(fits, lambda: f"must be {sign} {show(constraint.bound)}")

    return compiler


def below(sign: str, *, or_equal: bool) -> Callable[[Any, Surroundings], Form]:
    """The compiler of an upper bound."""

    def compiler(constraint: Any, _around: Surroundings) -> Form:
        bound = comparable(constraint.bound)

        def fits(_view: View, value: Term) -> bool:
            return bool(less(comparable(value), bound, or_equal=or_equal))

        return Each(fits, lambda: f"must be {sign} {show(constraint.bound)}")

    return compiler
