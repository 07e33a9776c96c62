"""What constraints want, for people: the second half of a refutation."""

from __future__ import annotations

from functools import singledispatch
from typing import Final

from semantic_gw.rdf.namespaces import SH, compact
from semantic_gw.validators import syntax
from semantic_gw.validators.source import show
from semantic_gw.validators.syntax import Constraint, ShapesModel

SHOWN: Final = 8
"""Terms that a sentence names."""

COUNTED: Final = ("at least ", "at most ")
"""What the wish for a number of values starts with."""


@singledispatch
def wanted(constraint: Constraint, _model: ShapesModel) -> str:
    """What *constraint* asks of value nodes, for people."""
    return compact(constraint.component)


@wanted.register
def _(constraint: syntax.In, _model: ShapesModel) -> str:
    return f"one of [{', '.join(map(show, constraint.terms[:SHOWN]))}{', …' * (len(constraint.terms) > SHOWN)}]"


@wanted.register
def _(constraint: syntax.Class, _model: ShapesModel) -> str:
    return f"an instance of {compact(constraint.class_)}"


@wanted.register
def _(constraint: syntax.Datatype, _model: ShapesModel) -> str:
    return compact(constraint.datatype)


@wanted.register
def _(constraint: syntax.NodeKind, _model: ShapesModel) -> str:
    return constraint.kind.removeprefix(SH)


@wanted.register
def _(constraint: syntax.HasValue, _model: ShapesModel) -> str:
    return show(constraint.term)


@wanted.register
def _(constraint: syntax.MinCount, _model: ShapesModel) -> str:
    return f"at least {constraint.least}"


@wanted.register
def _(constraint: syntax.MaxCount, _model: ShapesModel) -> str:
    return f"at most {constraint.most}"


@wanted.register
def _(constraint: syntax.Pattern, _model: ShapesModel) -> str:
    return f"what matches {constraint.pattern!r}"


@wanted.register(syntax.MinInclusive)
@wanted.register(syntax.MinExclusive)
@wanted.register(syntax.MaxInclusive)
@wanted.register(syntax.MaxExclusive)
def _(constraint: syntax.MinInclusive | syntax.MaxInclusive, _model: ShapesModel) -> str:
    return f"{_SIGNS[type(constraint)]} {show(constraint.bound)}"


@wanted.register
def _(constraint: syntax.Closed, _model: ShapesModel) -> str:
    return f"no other predicates than {', '.join(sorted(map(compact, constraint.allowed)))}"


@wanted.register
def _(constraint: syntax.Not, model: ShapesModel) -> str:
    return f"what does not conform to {_name(constraint.shape, model)}"


@wanted.register(syntax.And)
@wanted.register(syntax.Or)
@wanted.register(syntax.Xone)
def _(constraint: syntax.And | syntax.Or | syntax.Xone, model: ShapesModel) -> str:
    how_many = {syntax.And: "all", syntax.Or: "one"}.get(type(constraint), "exactly one")
    return f"what conforms to {how_many} of {', '.join(_name(shape, model) for shape in constraint.shapes)}"


def _name(node: syntax.Node, model: ShapesModel) -> str:
    shape = model.shapes.get(node)
    return node if shape is None else shape.name


_SIGNS: Final[dict[type[Constraint], str]] = {
    syntax.MinInclusive: ">=",
    syntax.MinExclusive: ">",
    syntax.MaxInclusive: "<=",
    syntax.MaxExclusive: "<",
}
