"""What the shapes of an engine are for (SHACL, 2.1.3); a node of the background alone never is a focus node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import Node, ShapeTargets
from semantic_gw.validators.terms import CLASS_TYPES, is_a
from semantic_gw.validators.view import Background

CLASS, NODE = SH + "targetClass", SH + "targetNode"
SUBJECTS, OBJECTS = SH + "targetSubjectsOf", SH + "targetObjectsOf"
PREDICATES: Final = frozenset({CLASS, NODE, SUBJECTS, OBJECTS})

ShapesFor = tuple[tuple[ShapeTargets, Node], ...]
"""Shapes, each with what it is for."""


def read_targets(graph: ShapesGraph, nodes: Iterable[Node]) -> ShapesFor:
    """What the shapes at *nodes* are for; a deactivated one is for nothing."""
    return tuple((_targets(graph, node), node) for node in nodes if not _deactivated(graph, node))


def _targets(graph: ShapesGraph, node: Node) -> ShapeTargets:
    own = (node,) if is_a(graph, node, CLASS_TYPES) else ()
    return ShapeTargets(
        classes=(*map(str, graph.terms(node, CLASS)), *own),
        nodes=tuple(graph.terms(node, NODE)),
        subjects_of=tuple(map(str, graph.terms(node, SUBJECTS))),
        objects_of=tuple(map(str, graph.terms(node, OBJECTS))),
    )


def _deactivated(graph: ShapesGraph, node: Node) -> bool:
    given = graph.terms(node, SH + "deactivated")
    return any(isinstance(term, Literal) and term.lexical in ("true", "1") for term in given)


def in_background(shapes: ShapesFor, background: Background) -> list[Node]:
    """The shapes whose targets nodes that only the background knows would meet."""
    predicates = {predicate for _, predicate, _ in background.triples}
    return [
        node
        for targets, node in shapes
        if not predicates.isdisjoint((*targets.subjects_of, *targets.objects_of))
        or any(background.instances(class_) for class_ in targets.classes)
    ]
