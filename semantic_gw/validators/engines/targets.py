"""Which nodes of a message the shapes of an engine are for (SHACL, 2.1.3); a node of the background alone never is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from semantic_gw.model import IRI, Term, Triple
from semantic_gw.rdf.namespaces import OWL, RDFS, SH
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import Node
from semantic_gw.validators.view import SUBCLASS_OF, TYPE, Background, index

CLASS, NODE = SH + "targetClass", SH + "targetNode"
SUBJECTS, OBJECTS = SH + "targetSubjectsOf", SH + "targetObjectsOf"
PREDICATES: Final = frozenset({CLASS, NODE, SUBJECTS, OBJECTS})
_CLASSES: Final = frozenset({RDFS + "Class", OWL + "Class"})


class Target(NamedTuple):
    """What one shape is for: *kind* is one of the four predicates, an implicit class target a sh:targetClass."""

    shape: Node
    kind: IRI
    term: Term


def targets_of(graph: ShapesGraph, nodes: Iterable[Node]) -> tuple[Target, ...]:
    """The targets of the shapes at *nodes*."""
    return tuple(target for node in nodes for target in _targets(graph, node))


def _targets(graph: ShapesGraph, node: Node) -> Iterator[Target]:
    for kind in (CLASS, NODE, SUBJECTS, OBJECTS):
        yield from (Target(node, kind, term) for term in graph.terms(node, kind))
    if is_class(graph, node):
        yield Target(node, CLASS, node)


def is_class(graph: ShapesGraph, node: Term) -> bool:
    """Whether *node* is a class in the shapes graph: a shape that is one is for its own instances (2.1.3.3)."""
    return any(is_class_of_classes(graph, type_) for type_ in graph.terms(node, TYPE))


def is_class_of_classes(graph: ShapesGraph, type_: Term) -> bool:
    """Whether the instances of *type_* are classes."""
    open_, seen = [type_], set[Term]()
    while open_:
        class_ = open_.pop()
        if class_ in _CLASSES:
            return True
        seen.add(class_)
        open_ += [above for above in graph.terms(class_, SUBCLASS_OF) if above not in seen]
    return False


class Focus(NamedTuple):
    """A node of a message, and a shape that is for it."""

    node: Term
    shape: Node


class Targets:
    """The targets of some shapes, asked of one message after the other."""

    def __init__(self, targets: Iterable[Target], background: Background) -> None:
        self._background = background
        self._shapes: dict[IRI, dict[Term, list[Node]]] = {kind: {} for kind in PREDICATES}
        for shape, kind, term in targets:
            self._shapes[kind].setdefault(term, []).append(shape)

    def focus_nodes(self, triples: Sequence[Triple]) -> list[Focus]:
        """The nodes of *triples* that the shapes are for, each once a shape."""
        found = dict.fromkeys(Focus(node, shape) for node, shapes in self._shapes[NODE].items() for shape in shapes)
        found.update(dict.fromkeys(self._linked(triples)))
        if self._shapes[CLASS]:
            found.update(dict.fromkeys(self._typed(triples)))
        return list(found)

    def _linked(self, triples: Sequence[Triple]) -> Iterator[Focus]:
        of_subjects, of_objects = self._shapes[SUBJECTS], self._shapes[OBJECTS]
        for subject, predicate, term in triples:
            for shape in of_subjects.get(predicate, ()):
                yield Focus(subject, shape)
            for shape in of_objects.get(predicate, ()):
                yield Focus(term, shape)

    def _typed(self, triples: Sequence[Triple]) -> Iterator[Focus]:
        own = any(predicate == SUBCLASS_OF for _, predicate, _ in triples)
        hierarchy = self._background.superclasses(index(triples)) if own else self._background.hierarchy
        of_class = self._shapes[CLASS]
        for subject, predicate, type_ in triples:
            if predicate == TYPE:
                for class_ in hierarchy.get(type_, (type_,)):
                    for shape in of_class.get(class_, ()):
                        yield Focus(subject, shape)


def in_background(targets: Collection[Target], background: Background) -> frozenset[Node]:
    """The shapes whose targets would be met by nodes that only the background knows."""
    predicates = {predicate for _, predicate, _ in background.triples}
    return frozenset(
        shape
        for shape, kind, term in targets
        if (kind in (SUBJECTS, OBJECTS) and term in predicates) or (kind == CLASS and background.instances(str(term)))
    )
