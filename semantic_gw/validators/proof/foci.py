"""Focus nodes of an abstract graph (SHACL, 2.1.3): which nodes are targeted by which shapes, and in which graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from semantic_gw.model import IRI
from semantic_gw.rdf.abstract_graph import AbstractTerm, Constant, Variable
from semantic_gw.validators.proof.world import ALWAYS, Values, Way, World, in_all
from semantic_gw.validators.syntax import Node, ShapesModel, ShapeTargets
from semantic_gw.validators.view import TYPE

_Focus = tuple[AbstractTerm, Way]


@dataclass(slots=True)
class Foci:
    """Each focus node with the shapes that target it, and when.

    *counted* has the ways in which a focus node counts as one. Where graphs do not have the same focus nodes whenever
    they have the same blocks, the foci are not *countable*.
    """

    shapes: dict[AbstractTerm, dict[Node, Values]] = field(default_factory=dict)
    counted: Values = field(default_factory=Values)
    countable: bool = True

    def add(self, shape: Node, focus: AbstractTerm, way: Way, *, counts: bool = True) -> None:
        self.shapes.setdefault(focus, {}).setdefault(shape, Values()).add(focus, way)
        if counts:
            self.counted.add(focus, way)
        self.countable = self.countable and way.sure and not isinstance(focus, Variable)


def find_foci(model: ShapesModel, world: World) -> Foci:
    """The focus nodes of the shapes of *model*. Raises UnprovableError."""
    found = Foci()
    types = _types(world)
    for node, shape in model.shapes.items():
        if not shape.deactivated:
            for focus, way in _targeted(shape.targets, world, types):
                found.add(node, focus, way)
    _of_nodes(model, world, found)
    _of_engines(model, world, types, found)
    return found


def _types(world: World) -> Mapping[AbstractTerm, Values]:
    """Each class that graphs name, with the nodes that they say are instances of it."""
    found: dict[AbstractTerm, Values] = {}
    for triple in world.with_predicate(TYPE):
        found.setdefault(triple.object, Values()).add(triple.subject, Way(triple.blocks, sure=True))
    return found


def _targeted(targets: ShapeTargets, world: World, types: Mapping[AbstractTerm, Values]) -> Iterator[_Focus]:
    """What *targets* but for single nodes are, each with a way in which it comes about."""
    for class_ in targets.classes:
        yield from _of_class(world, class_, types)
    for predicate in targets.subjects_of:
        for triple in world.with_predicate(predicate):
            yield triple.subject, Way(triple.blocks, sure=True)
    for predicate in targets.objects_of:
        for triple in world.with_predicate(predicate):
            yield triple.object, Way(triple.blocks, sure=True)


def _of_class(world: World, class_: IRI, types: Mapping[AbstractTerm, Values]) -> Iterator[_Focus]:
    below = world.below(class_)
    for type_, instances in types.items():
        fits = in_all(type_, below)
        if fits is not False:
            for focus, ways in instances.ways.items():
                for way in ways:
                    yield focus, Way(way.blocks, sure=way.sure and fits is True)


def _of_nodes(model: ShapesModel, world: World, found: Foci) -> None:
    """Nodes that shapes name: they are looked at in every graph, and count where the graph has triples of them."""
    for node, shape in model.shapes.items():
        for term in () if shape.deactivated else shape.targets.nodes:
            focus = Constant(term)
            found.countable = found.countable and focus not in found.counted.ways
            found.add(node, focus, ALWAYS, counts=False)
    for focus in [focus for focus, of in found.shapes.items() if isinstance(focus, Constant) and _named(model, focus)]:
        for way in _subject_ways(world, focus):
            found.counted.add(focus, way)
            found.countable = found.countable and way.sure


def _named(model: ShapesModel, focus: Constant) -> bool:
    return any(focus.term in shape.targets.nodes for shape in model.shapes.values() if not shape.deactivated)


def _subject_ways(world: World, focus: Constant) -> Iterator[Way]:
    for triple in world.predicates(focus):
        yield Way(triple.blocks, sure=triple.subject == focus)


def _of_engines(model: ShapesModel, world: World, types: Mapping[AbstractTerm, Values], found: Foci) -> None:
    """Where an engine may have to be asked, it is."""
    for targets in model.engine_targets.values():
        if targets is None or targets.nodes or any(_targeted(targets, world, types)):
            found.countable = False
