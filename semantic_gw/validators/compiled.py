"""Compiled shapes at work: which nodes of a graph they are for, and what they say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path as FilePath

from semantic_gw.model import IRI, DataGraph, Term, Triple, ValidationReport
from semantic_gw.validators.shape import Results, Shape
from semantic_gw.validators.view import SUBCLASS_OF, TYPE, Background, View

Shapes = tuple[Shape, ...]
_NONE: Shapes = ()


class Targets:
    """What shapes are for (SHACL, 2.1.3): classes, single nodes, subjects and objects of predicates."""

    def __init__(self) -> None:
        self.classes: dict[Term, Shapes] = {}
        self.nodes: dict[Term, Shapes] = {}
        self.subjects: dict[IRI, Shapes] = {}
        self.objects: dict[IRI, Shapes] = {}

    def of_class(self, class_: IRI, shape: Shape) -> None:
        self.classes[class_] = _joined(self.classes.get(class_, _NONE), (shape,))

    def of_node(self, node: Term, shape: Shape) -> None:
        self.nodes[node] = _joined(self.nodes.get(node, _NONE), (shape,))

    def of_subjects(self, predicate: IRI, shape: Shape) -> None:
        self.subjects[predicate] = _joined(self.subjects.get(predicate, _NONE), (shape,))

    def of_objects(self, predicate: IRI, shape: Shape) -> None:
        self.objects[predicate] = _joined(self.objects.get(predicate, _NONE), (shape,))

    def below(self, background: Background) -> dict[Term, Shapes]:
        """Every class that has shapes by itself or through a class above it, with all of them."""
        found = dict(self.classes)
        for class_, above in background.hierarchy.items():
            if shapes := self.above(above):
                found[class_] = shapes
        return found

    def above(self, classes: Iterable[Term]) -> Shapes:
        """The shapes of any of *classes*."""
        return _joined(*(self.classes[class_] for class_ in classes if class_ in self.classes))


def _joined(*shapes: Shapes) -> Shapes:
    return tuple(dict.fromkeys(shape for some in shapes for shape in some))


class CompiledShapes:
    """Shapes as functions: a Validator. The background is seen behind every graph, and never a focus node itself.

    The *focus_nodes* of a report are the distinct nodes that some shape is for and that the graph itself speaks of.
    The graph as a whole does not count: its stamp must not make a graph of unknown things look checked.
    """

    def __init__(
        self,
        shapes: Mapping[Term, Shape],
        targets: Targets,
        background: Background,
        files: tuple[FilePath, ...] = (),
        sets: Mapping[str, str] | None = None,
    ) -> None:
        self.files = files
        self.sets: Mapping[str, str] = sets or {}
        """The set of each shape: the name of its file without ending."""
        self._shapes = shapes
        self._targets = targets
        self._background = background
        self._of_class: Mapping[Term, Shapes] = targets.below(background)
        self._of_predicate = targets.subjects.keys() | targets.objects.keys()

    def __len__(self) -> int:
        return len(self._shapes)

    @property
    def background(self) -> tuple[Triple, ...]:
        return self._background.triples

    def validate(self, graph: DataGraph) -> ValidationReport:
        """What the shapes say of *graph*, alone before the background."""
        return self.validate_triples((*graph.triples, *graph.about), graph.iri)

    def validate_triples(self, triples: Sequence[Triple], iri: IRI | None = None) -> ValidationReport:
        """What the shapes say of *triples*; *iri* names the graph as a whole."""
        predicates = {predicate for _, predicate, _ in triples}
        view = View(triples, self._background)
        if SUBCLASS_OF in predicates:
            view.own_hierarchy()
        targeted = self._targeted(view, predicates)
        results: Results = []
        for focus, shapes in targeted.items():
            for shape in shapes:
                if not shape.conforms(view, focus):
                    shape.validate(view, focus, results)
        absent = sum(focus not in view.forward for focus in self._targets.nodes)
        return ValidationReport(tuple(results), len(targeted) - absent - (iri in targeted))

    def _targeted(self, view: View, predicates: Set[IRI]) -> dict[Term, Shapes]:
        """The focus nodes, each with the shapes that are for it."""
        found = self._typed(view)
        if not self._of_predicate.isdisjoint(predicates):
            for focus, shapes in self._linked(view, predicates):
                found[focus] = _joined(found.get(focus, _NONE), shapes)
        for focus, shapes in self._targets.nodes.items():
            found[focus] = _joined(found.get(focus, _NONE), shapes)
        return found

    def _typed(self, view: View) -> dict[Term, Shapes]:
        of_class = self._of_class
        if view.hierarchy is not None:
            of_class = {type_: self._targets.above(view.above(type_)) for _, type_ in view.typed()}
        found: dict[Term, Shapes] = {}
        for node, predicates in view.forward.items():
            for type_ in predicates.get(TYPE, ()):
                if type_ in of_class and (shapes := of_class[type_]):
                    found[node] = shapes if node not in found else _joined(found[node], shapes)
        return found

    def _linked(self, view: View, predicates: Set[IRI]) -> Iterable[tuple[Term, Shapes]]:
        """The subjects and objects of the predicates that shapes are for."""
        targets = self._targets
        for predicate in self._of_predicate & predicates:
            of_subject, of_object = targets.subjects.get(predicate, _NONE), targets.objects.get(predicate, _NONE)
            for node, own in view.forward.items():
                if predicate in own:
                    if of_subject:
                        yield node, of_subject
                    for term in own[predicate] if of_object else ():
                        yield term, of_object
