"""Constraints that look at nothing but one term (SHACL, 4.1.2 to 4.4.4 and 4.8.3), alone or combined, as tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NoReturn

from semantic_gw.model import Term
from semantic_gw.validators import syntax
from semantic_gw.validators.constraints import COMPILERS
from semantic_gw.validators.constraints.forms import Details, Each, Other, Surroundings, no_details
from semantic_gw.validators.constraints.forms import Test as ViewTest
from semantic_gw.validators.syntax import Constraint, Node, ShapesModel
from semantic_gw.validators.view import Background, View

Test = Callable[[Term], bool]
"""Whether a term is fine."""

Bound = syntax.MinExclusive | syntax.MinInclusive | syntax.MaxExclusive | syntax.MaxInclusive

_OF_VALUES: Final = (
    syntax.Datatype,
    syntax.NodeKind,
    syntax.In,
    syntax.LanguageIn,
    syntax.MinLength,
    syntax.MaxLength,
    syntax.Pattern,
    *Bound.__args__,
)
_COMBINED: Final = (syntax.Not, syntax.And, syntax.Or, syntax.Xone, syntax.ByNode)


@cache
def _nowhere() -> Background:
    return Background(())


def holds(constraint: Constraint, term: Term) -> bool | None:
    """Whether *term* meets *constraint*; None where more than the term is needed."""
    return _test(constraint)(term) if isinstance(constraint, _OF_VALUES) else None


@lru_cache(maxsize=4096)
def _test(constraint: Constraint) -> Test:
    return _alone(constraint, _no_shape)


def _no_shape(node: Node) -> NoReturn:
    raise KeyError(node)


def value_test(constraint: Constraint, model: ShapesModel) -> Test | None:
    """The test that *constraint* puts to each value node; None where it looks at more than the node itself."""
    return _alone(constraint, _Shapes(model)) if _is_of_values(constraint, model, ()) else None


def _alone(constraint: Constraint, shape: Callable[[Node], Other]) -> Test:
    test, nothing = _compiled(constraint, shape), View((), _nowhere())
    return lambda term: test(nothing, term)


def _compiled(constraint: Constraint, shape: Callable[[Node], Other]) -> ViewTest:
    form = COMPILERS[type(constraint)](constraint, Surroundings(_nowhere(), shape))
    if not isinstance(form, Each):
        raise TypeError(f"{type(constraint).__name__} looks at more than one value node")
    return form.test


def _is_of_values(constraint: Constraint, model: ShapesModel, above: tuple[Node, ...]) -> bool:
    if isinstance(constraint, _OF_VALUES):
        return True
    return isinstance(constraint, _COMBINED) and all(
        node not in above and node in model.shapes and _looks_at_values(node, model, above)
        for node in shapes_of(constraint)
    )


def _looks_at_values(node: Node, model: ShapesModel, above: tuple[Node, ...]) -> bool:
    shape = model.shapes[node]
    return shape.path is None and all(_is_of_values(one, model, (*above, node)) for one in shape.constraints)


def shapes_of(constraint: Constraint) -> Iterator[Node]:
    """The shapes that *constraint*, a combination, refers to."""
    if isinstance(constraint, syntax.Not | syntax.ByNode):
        yield constraint.shape
    elif isinstance(constraint, syntax.And | syntax.Or | syntax.Xone):
        yield from constraint.shapes


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Shapes that look at one term, compiled."""

    model: ShapesModel

    def __call__(self, node: Node) -> _Shape:
        shape = self.model.shapes[node]
        tests = () if shape.deactivated else tuple(_compiled(one, self) for one in shape.constraints)
        return _Shape(shape.name, tests)


@dataclass(frozen=True, slots=True)
class _Shape:
    name: str
    tests: tuple[ViewTest, ...]

    @property
    def conforms(self) -> ViewTest:
        return lambda view, term: all(test(view, term) for test in self.tests)

    def explain(self, view: View, node: Term) -> Details:
        return no_details(view, node)
