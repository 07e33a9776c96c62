"""Shapes combined (SHACL, 4.6): sh:not, sh:and, sh:or, sh:xone."""

from __future__ import annotations

from collections.abc import Sequence

from semantic_gw.model import Term
from semantic_gw.validators.constraints.forms import Details, Each, Explain, Form, Other, Phrase, Surroundings, Test
from semantic_gw.validators.syntax import And, Node, Not, Or, Xone
from semantic_gw.validators.view import View


def not_(constraint: Not, around: Surroundings) -> Form:
    other = around.shape(constraint.shape)
    conforms = other.conforms
    return Each(lambda view, value: not conforms(view, value), lambda: f"must not conform to {around.told(other)}")


def and_(constraint: And, around: Surroundings) -> Form:
    others = _others(constraint.shapes, around)
    return Each(both([other.conforms for other in others]), _must_conform("all", others, around), _explain(others))


def or_(constraint: Or, around: Surroundings) -> Form:
    others = _others(constraint.shapes, around)
    tests = [other.conforms for other in others]

    def test(view: View, value: Term) -> bool:
        for conforms in tests:  # noqa: SIM110  a generator costs as much as the tests
            if conforms(view, value):
                return True
        return False

    return Each(test, _must_conform("one", others, around), _explain(others))


def xone(constraint: Xone, around: Surroundings) -> Form:
    others = _others(constraint.shapes, around)
    tests = [other.conforms for other in others]

    def test(view: View, value: Term) -> bool:
        return sum(conforms(view, value) for conforms in tests) == 1

    return Each(test, _must_conform("exactly one", others, around), _explain(others))


def _others(nodes: Sequence[Node], around: Surroundings) -> list[Other]:
    return [around.shape(node) for node in nodes]


def _must_conform(how_many: str, others: Sequence[Other], around: Surroundings) -> Phrase:
    return lambda: f"must conform to {how_many} of {', '.join(map(around.told, others))}"


def _explain(others: Sequence[Other]) -> Explain:
    """Why a value conforms to none of *others*, or not to all."""

    def explain(view: View, value: Term) -> Details:
        return tuple(detail for other in others for detail in other.explain(view, value))

    return explain


def both(tests: Sequence[Test]) -> Test:
    """All *tests* as one; the common numbers without a loop."""
    if not tests:
        return lambda _view, _value: True
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda view, value: first(view, value) and second(view, value)

    def every(view: View, value: Term) -> bool:
        for test in tests:  # noqa: SIM110  a generator costs as much as the tests
            if not test(view, value):
                return False
        return True

    return every
