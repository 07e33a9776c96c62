"""The part of a shapes graph that an engine gets: some shapes, all that they reach, and nothing else with a target.

Blank nodes that a report can name become IRIs, so that they come back by the same name whatever an engine calls them;
path nodes and lists stay blank, as SHACL wants them (2.3.1).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import IRI, Literal, PropertyPath, Term, Triple
from semantic_gw.rdf.namespaces import RDFS, SH, XSD, compact
from semantic_gw.validators.engines.shape_queries import FORMS, ShapeQuery, shape_queries
from semantic_gw.validators.engines.targets import OBJECTS, PREDICATES, ShapesFor, in_background, read_targets
from semantic_gw.validators.paths import read_path
from semantic_gw.validators.source import FIRST, ShapesGraph
from semantic_gw.validators.syntax import Node
from semantic_gw.validators.terms import CLASS_TYPES, is_a
from semantic_gw.validators.view import SUBCLASS_OF, TYPE, Background

NAMES: Final = "urn:semantic-gw:engine:"
"""Namespace of the IRIs that stand for blank nodes, and of what marks focus nodes; never seen outside."""
_COMPONENTS: Final = frozenset({SH + "ConstraintComponent"})
_PATH: Final = SH + "path"
_REWRITTEN: Final = frozenset({*FORMS, SH + "prefixes"})
_UNDONE: Final = {
    SH + "target": "target classes, nodes, or subjects and objects of predicates",
    **dict.fromkeys((SH + name for name in ("js", "rule", "expression", "values")), "write it as sh:sparql"),
}
"""Terms beside SHACL's Recommendation, which an engine may skip without a word, and what there is instead."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an engine compiles, and what its answers mean.

    *marked* has the shapes that are for the objects of a predicate of ours instead: the background would meet their
    own targets, and its nodes are never focus nodes.
    """

    triples: tuple[Triple, ...]
    targets: ShapesFor
    marked: Mapping[Node, IRI]
    original: Mapping[Term, Term]
    """Name in the part → node of the shapes graph, where they differ."""
    paths: Mapping[Node, PropertyPath]
    """The path of each property shape."""
    shown: Mapping[Node, str]
    """Nodes for people, blank ones by where they stand."""
    named: frozenset[IRI]
    """The IRIs that its queries name, and the predicates that its paths walk backwards."""
    queries: tuple[ShapeQuery, ...]


def cut(graph: ShapesGraph, nodes: Collection[Node], background: Background) -> Part:
    """The part of *graph* for the shapes at *nodes*. Raises ShapeError for what no engine may or can do."""
    reached = _reached(graph, [*nodes, *_components(graph)])
    _refuse(graph, reached)
    queries = tuple(shape_queries(graph, reached))
    targets = read_targets(graph, nodes)
    marked = {node: f"{NAMES}focus-of-{number}" for number, node in enumerate(in_background(targets, background))}
    names = _names(graph, reached)
    kept = [*_kept(graph, reached, nodes, marked), *_with_prefixes(queries), *_marks(marked)]
    return Part(
        tuple((str(names.get(s, s)), p, names.get(o, o)) for s, p, o in kept),
        targets,
        marked,
        {name: node for node, name in names.items()},
        {str(node): read_path(graph, node, graph.terms(node, _PATH)[0]) for node in _property_shapes(graph, reached)},
        {str(node): graph.name(node) for node in reached if not isinstance(node, Literal)},
        frozenset(_backward(graph, reached)).union(*(query.iris for query in queries)),
        queries,
    )


def _reached(graph: ShapesGraph, nodes: Iterable[Term]) -> dict[Term, None]:
    """*nodes* and all that can be reached from them, as an ordered set."""
    reached: dict[Term, None] = {}
    open_ = list(nodes)[::-1]
    while open_:
        node = open_.pop()
        if node not in reached and node in graph.nodes:
            reached[node] = None
            open_ += [term for terms in graph.nodes[node].values() for term in terms]
    return reached


def _components(graph: ShapesGraph) -> list[Term]:
    """The constraint components that the graph defines: a shape uses one by no more than its parameters (6.2.1)."""
    return [node for node in graph.nodes if is_a(graph, node, _COMPONENTS)]


def _refuse(graph: ShapesGraph, reached: Iterable[Term]) -> None:
    for node in reached:
        for predicate in graph.nodes[node]:
            if predicate in _UNDONE:
                graph.fail(node, f"uses {compact(predicate)}, which no engine does here: {_UNDONE[predicate]}")


def _names(graph: ShapesGraph, reached: Iterable[Term]) -> dict[Term, Term]:
    """An IRI for each blank node but paths, lists, and what is in them."""
    within = _reached_paths(graph, reached)
    blank = (n for n in reached if str(n).startswith("_:") and not isinstance(n, Literal))
    return {
        node: f"{NAMES}node-{number}"
        for number, node in enumerate(blank)
        if node not in within and not graph.terms(node, FIRST)
    }


def _reached_paths(graph: ShapesGraph, reached: Iterable[Term]) -> dict[Term, None]:
    paths = [term for node in reached for term in graph.terms(node, _PATH)]
    return _reached(graph, [path for path in paths if str(path).startswith("_:")])


def _kept(
    graph: ShapesGraph, reached: Iterable[Term], nodes: Collection[Node], marked: Mapping[Node, IRI]
) -> Iterator[Triple]:
    """The triples at *reached*, but for queries, and for the targets of shapes that are not to be asked."""
    for node in reached:
        targeted = node in nodes and node not in marked
        for predicate, terms in graph.nodes[node].items():
            if predicate == TYPE:
                yield from ((str(node), TYPE, type_) for type_ in _types(graph, node, terms, targeted=targeted))
            elif predicate not in _REWRITTEN and (targeted or predicate not in PREDICATES):
                yield from ((str(node), predicate, term) for term in terms)


def _types(graph: ShapesGraph, node: Term, types: Iterable[Term], *, targeted: bool) -> Iterator[Term]:
    """The types of *node*: what makes it a class only where it is *targeted*, and then in plain words."""
    if targeted and is_a(graph, node, CLASS_TYPES):
        yield RDFS + "Class"
    yield from (type_ for type_ in types if type_ not in CLASS_TYPES and not _of_classes(graph, type_))


def _of_classes(graph: ShapesGraph, type_: Term) -> bool:
    """Whether the instances of *type_* are classes."""
    open_, seen = list(graph.terms(type_, SUBCLASS_OF)), set[Term]()
    while open_:
        class_ = open_.pop()
        if class_ in CLASS_TYPES:
            return True
        if class_ not in seen:
            seen.add(class_)
            open_ += graph.terms(class_, SUBCLASS_OF)
    return False


def _with_prefixes(queries: Iterable[ShapeQuery]) -> Iterator[Triple]:
    for query in queries:
        yield str(query.node), query.predicate, Literal(query.text, XSD + "string")


def _marks(marked: Mapping[Node, IRI]) -> Iterator[Triple]:
    for node, predicate in marked.items():
        yield node, OBJECTS, predicate


def _property_shapes(graph: ShapesGraph, reached: Iterable[Term]) -> Iterator[Term]:
    return (node for node in reached if len(graph.terms(node, _PATH)) == 1)


def _backward(graph: ShapesGraph, reached: Iterable[Term]) -> Iterator[IRI]:
    """The predicates within inverse paths."""
    inverse = [term for node in reached for term in graph.terms(node, SH + "inversePath")]
    steps = [*inverse, *(t for node in _reached(graph, inverse) for ts in graph.nodes[node].values() for t in ts)]
    return (str(step) for step in steps if not isinstance(step, Literal))
