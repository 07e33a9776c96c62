"""The terms that shapes and their background name: an IRI that is none of them is like any other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from semantic_gw.model import Term, Triple
from semantic_gw.validators import syntax
from semantic_gw.validators.syntax import Constraint, ShapesModel


def named_terms(model: ShapesModel, background: Iterable[Triple]) -> frozenset[Term]:
    """Every term that a shape of *model* or a triple of *background* names."""
    known = (term for triple in background for term in triple)
    return frozenset((*_named(model), *known))


def _named(model: ShapesModel) -> Iterator[Term]:
    for shape in model.shapes.values():
        yield from shape.targets.nodes
        yield from shape.targets.classes
        for constraint in shape.constraints:
            yield from _of(constraint)


def _of(constraint: Constraint) -> tuple[Term, ...]:
    if isinstance(constraint, syntax.HasValue):
        return (constraint.term,)
    if isinstance(constraint, syntax.In):
        return constraint.terms
    return (constraint.class_,) if isinstance(constraint, syntax.Class) else ()
