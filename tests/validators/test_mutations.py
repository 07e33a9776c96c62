"""What is taken away, weakened or tightened is noticed: in shapes, in the shapes we ship, and in the compiler."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import (
    Alternative,
    Inverse,
    OneOrMore,
    PropertyPath,
    Sequence,
    Severity,
    ZeroOrMore,
    ZeroOrOne,
)
from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators import compile_shapes, shape
from semantic_gw.validators.constraints import COMPILERS
from semantic_gw.validators.constraints.forms import Each
from semantic_gw.validators.paths import Walk, compile_path
from semantic_gw.validators.shape import Shape
from semantic_gw.validators.syntax import ByProperty, Constraint, ShapeSyntax, ShapeTargets
from semantic_gw.validators.targets import Targets
from tests.validators.fuzz.case import Case, ntriples
from tests.validators.fuzz.difference import case
from tests.validators.fuzz.lines import lines_of_report
from tests.validators.fuzz.shapes import TRUE
from tests.validators.mutation_examples import EXAMPLES, Example

MUTANTS = [
    pytest.param(example, mutant, id=f"{example.name} {number}")
    for example in EXAMPLES
    for number, mutant in enumerate(example.mutants)
]
BY_NAME = [pytest.param(example, id=example.name) for example in EXAMPLES]

DEACTIVATED = SH + "deactivated"

Said = list[object]
"""What shapes say of some data: the lines of each graph and its messages, or that the shapes are refused."""


def said(shapes: Case, data: tuple[str, ...]) -> Said:
    try:
        compiled = compile_shapes([ntriples(shapes.shapes)])
    except ShapeError:
        return ["refused"]
    reports = [compiled.validate_triples(case("", turtle).data) for turtle in data]
    return [(lines_of_report(report), Counter(r.messages for r in report.results)) for report in reports]


def of(example: Example) -> Said:
    return said(case(example.shapes), (*example.good, *example.bad))


@pytest.mark.parametrize("example", BY_NAME)
def test_an_example_finds_its_good_data_fine_and_its_bad_data_not(example: Example) -> None:
    compiled = compile_shapes([ntriples(case(example.shapes).shapes)])
    results = {turtle: compiled.validate_triples(case("", turtle).data).results for turtle in example.good}

    assert not any(results.values()), results
    for turtle in example.bad:
        assert compiled.validate_triples(case("", turtle).data).results, turtle


@pytest.mark.parametrize(("example", "mutant"), MUTANTS)
def test_shapes_that_are_changed_say_something_else(example: Example, mutant: str) -> None:
    assert said(case(mutant), (*example.good, *example.bad)) != of(example)


@pytest.mark.parametrize("example", BY_NAME)
def test_shapes_without_one_of_their_triples_say_something_else(example: Example) -> None:
    whole, before = case(example.shapes), of(example)

    for triple in whole.shapes:
        if triple[1] != DEACTIVATED and (triple[0], DEACTIVATED, TRUE) in whole.shapes:
            continue  # what a deactivated shape asks is never missed
        less = replace(whole, shapes=tuple(other for other in whole.shapes if other != triple))
        assert said(less, (*example.good, *example.bad)) != before, triple


def test_every_component_has_an_example_that_violates_it() -> None:
    compiled = [(compile_shapes([ntriples(case(e.shapes).shapes)]), e) for e in EXAMPLES]
    violated = {
        result.source_constraint_component
        for shapes, example in compiled
        for turtle in example.bad
        for result in shapes.validate_triples(case("", turtle).data).results
    }

    assert {class_.component for class_ in Constraint.__subclasses__()} - violated == {ByProperty.component}


BEFORE = [of(example) for example in EXAMPLES]


def noticed() -> bool:
    """Whether some example says something else than before the compiler was changed."""
    return [of(example) for example in EXAMPLES] != BEFORE


@pytest.mark.parametrize("component", COMPILERS, ids=lambda component: component.__name__)
@pytest.mark.parametrize("verdict", [True, False], ids=["fine", "wrong"])
def test_a_component_that_always_says_the_same_is_noticed(
    component: type[Constraint], verdict: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COMPILERS, component, lambda *_: Each(lambda *_: verdict, lambda: "anything"))

    assert noticed()


PATH_FORMS: list[type[Any]] = [str, Inverse, Sequence, Alternative, ZeroOrMore, OneOrMore, ZeroOrOne]


@pytest.mark.parametrize("form", PATH_FORMS)
def test_a_form_of_path_that_leads_nowhere_is_noticed(form: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: PropertyPath) -> Walk:
        return (lambda *_: ()) if isinstance(path, form) else compile_path(path)

    monkeypatch.setattr(shape, "compile_path", broken)

    assert noticed()


@pytest.mark.parametrize("kind", ["classes", "nodes", "subjects_of", "objects_of"])
def test_a_kind_of_target_that_is_lost_is_noticed(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Targets.__init__

    def without(self: Targets[Any], shapes: Any, background: Any) -> None:
        real(self, ((replace(one, **{kind: ()}), shape) for one, shape in shapes), background)

    monkeypatch.setattr(Targets, "__init__", without)

    assert noticed()


CHANGES: dict[str, Callable[[ShapeSyntax], ShapeSyntax]] = {
    "severity": lambda syntax: replace(syntax, severity=Severity.VIOLATION),
    "messages": lambda syntax: replace(syntax, messages=()),
    "deactivated": lambda syntax: replace(syntax, deactivated=False),
    "targets": lambda syntax: replace(syntax, targets=ShapeTargets()),
    "property shapes": lambda syntax: replace(
        syntax, constraints=tuple(one for one in syntax.constraints if not isinstance(one, ByProperty))
    ),
}


@pytest.mark.parametrize("part", CHANGES)
def test_a_part_of_a_shape_that_is_lost_is_noticed(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Shape.__init__

    def without(self: Shape, syntax: ShapeSyntax, *rest: Any) -> None:
        real(self, CHANGES[part](syntax), *rest)

    monkeypatch.setattr(Shape, "__init__", without)

    assert noticed()
