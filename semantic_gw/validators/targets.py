"""What shapes are for (SHACL, 2.1.3): classes, single nodes, subjects and objects of predicates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Generic, TypeVar

from semantic_gw.model import IRI, Term
from semantic_gw.validators.syntax import ShapeTargets
from semantic_gw.validators.view import TYPE, Background, View

T = TypeVar("T")


class Targets(Generic[T]):
    """Tables from targets to what stands for their shapes, made once for a background."""

    def __init__(self, shapes: Iterable[tuple[ShapeTargets, T]], background: Background) -> None:
        self._classes: dict[Term, tuple[T, ...]] = {}
        self.nodes: dict[Term, tuple[T, ...]] = {}
        self._subjects: dict[Term, tuple[T, ...]] = {}
        self._objects: dict[Term, tuple[T, ...]] = {}
        for targets, shape in shapes:
            _note(self._classes, targets.classes, shape)
            _note(self.nodes, targets.nodes, shape)
            _note(self._subjects, targets.subjects_of, shape)
            _note(self._objects, targets.objects_of, shape)
        self._predicates = frozenset(map(str, (*self._subjects, *self._objects)))
        self._of_class = self._below(background)

    def _below(self, background: Background) -> Mapping[Term, tuple[T, ...]]:
        """Every class that has shapes by itself or through a class above it, with all of them."""
        found = dict(self._classes)
        for class_ in self._classes:
            for below in background.subclasses(str(class_)):
                found[below] = self._above(background.hierarchy.get(below, (below,)))
        return found

    @property
    def common(self) -> frozenset[tuple[T, ...]]:
        """All shapes of a class, for each class."""
        return frozenset(self._of_class.values())

    def _above(self, classes: Iterable[Term]) -> tuple[T, ...]:
        """The shapes of any of *classes*."""
        return _joined(*(self._classes[class_] for class_ in classes if class_ in self._classes))

    def focus_nodes(self, view: View, predicates: Set[IRI]) -> dict[Term, tuple[T, ...]]:
        """The focus nodes of a graph that has *predicates*, each with the shapes that are for it."""
        found = self._typed(view)
        if not self._predicates.isdisjoint(predicates):
            for focus, shapes in self._linked(view, predicates):
                found[focus] = shapes if focus not in found else _joined(found[focus], shapes)
        for focus, shapes in self.nodes.items():
            found[focus] = _joined(found.get(focus, ()), shapes)
        return found

    def _typed(self, view: View) -> dict[Term, tuple[T, ...]]:
        of_class = self._of_class
        if view.states_classes:
            of_class = {type_: self._above(view.above(type_)) for _, type_ in view.typed()}
        found: dict[Term, tuple[T, ...]] = {}
        for node, predicates in view.forward.items():
            for type_ in predicates.get(TYPE, ()):
                if shapes := of_class.get(type_):
                    found[node] = shapes if node not in found else _joined(found[node], shapes)
        return found

    def _linked(self, view: View, predicates: Set[IRI]) -> Iterable[tuple[Term, tuple[T, ...]]]:
        """The subjects and objects of the predicates that shapes are for."""
        for predicate in self._predicates & predicates:
            of_subject, of_object = self._subjects.get(predicate, ()), self._objects.get(predicate, ())
            for node, own in view.forward.items():
                if predicate in own:
                    if of_subject:
                        yield node, of_subject
                    for term in own[predicate] if of_object else ():
                        yield term, of_object


def _note(table: dict[Term, tuple[T, ...]], keys: Iterable[Term], shape: T) -> None:
    for key in keys:
        table[key] = (*table.get(key, ()), shape)


def _joined(*shapes: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(shape for some in shapes for shape in some))
