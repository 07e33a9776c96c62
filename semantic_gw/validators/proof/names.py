"""The terms that shapes and their background name: an IRI that is none of them is like any other."""

from __future__ import annotations

from collections.abc import Iterator

from semantic_gw.model import IRI, Term
from semantic_gw.validators import syntax
from semantic_gw.validators.syntax import Constraint, ShapesModel
from semantic_gw.validators.view import Background


class NamedTerms:
    """Every term that a shape of *model* or the *background* names as a subject, an object or a class."""

    def __init__(self, model: ShapesModel, background: Background) -> None:
        self._shapes = frozenset(_named(model))
        self._background = background

    def __contains__(self, term: object) -> bool:
        return term in self._shapes or term in self._background.forward or term in self._background.backward

    def any_below(self, *namespaces: IRI) -> bool:
        """Whether one of them is an IRI that starts with one of *namespaces*."""
        parts = (self._shapes, self._background.forward, self._background.backward)
        return any(isinstance(term, str) and term.startswith(namespaces) for part in parts for term in part)


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
