"""Which shapes refer to which: the knots of shapes that refer to themselves, and how deep shapes nest.

SHACL leaves such shapes undefined (3.4.3). Here they mean the greatest fixpoint where they refer to themselves through
constraints that ask to conform: a node conforms unless something says otherwise. Through one that asks not to conform
they have no such meaning, and are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from semantic_gw.validators import syntax
from semantic_gw.validators.syntax import Constraint, Node, ShapeSyntax

MAX_NESTING: Final = 40
"""Shapes within shapes, at most: each takes some frames of Python's stack."""


class Reference(NamedTuple):
    """From a shape to another. *negative* is the term of SHACL that asks not to conform; empty where none does."""

    to: Node
    negative: str = ""


def references(constraints: Iterable[Constraint]) -> Iterator[Reference]:
    """The shapes that *constraints* refer to."""
    for constraint in constraints:
        yield from _references(constraint)


def _references(constraint: Constraint) -> Iterator[Reference]:
    match constraint:
        case syntax.ByNode(shape) | syntax.ByProperty(shape):
            yield Reference(shape)
        case syntax.Not(shape):
            yield Reference(shape, "sh:not")
        case syntax.And(shapes) | syntax.Or(shapes):
            yield from map(Reference, shapes)
        case syntax.Xone(shapes):
            yield from (Reference(shape, "sh:xone") for shape in shapes)
        case syntax.QualifiedMinCount(_, shape, siblings):
            yield Reference(shape)
            yield from (Reference(sibling, "sh:qualifiedValueShapesDisjoint") for sibling in siblings)
        case syntax.QualifiedMaxCount(_, shape, siblings):
            yield Reference(shape, "sh:qualifiedMaxCount")
            yield from (Reference(sibling, "sh:qualifiedValueShapesDisjoint") for sibling in siblings)


Graph = Mapping[Node, Sequence[Reference]]


def reference_graph(shapes: Mapping[Node, ShapeSyntax]) -> Graph:
    """Each shape with its references; a deactivated one asks nothing, and so has none."""
    return {node: () if shape.deactivated else tuple(references(shape.constraints)) for node, shape in shapes.items()}


def reaching(graph: Graph, wanted: Iterable[Node]) -> dict[Node, Node]:
    """Each shape from which one of *wanted* can be reached, with the shape after it on the way there."""
    sources: dict[Node, list[Node]] = {}
    for node, there in graph.items():
        for reference in there:
            sources.setdefault(reference.to, []).append(node)
    found: dict[Node, Node] = {}
    open_ = list(wanted)
    seen = set(open_)
    while open_:
        reached = open_.pop()
        for source in sources.get(reached, ()):
            if source not in seen:
                seen.add(source)
                found[source] = reached
                open_.append(source)
    return found


def inner_first(graph: Graph) -> list[tuple[Node, ...]]:
    """Groups of shapes, each after those it refers to; shapes that refer to each other are one group, a knot.

    Tarjan's algorithm, on a stack of its own: shapes may nest deeper than Python's.
    """
    return _Tarjan(graph).run()


class _Tarjan:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._number: dict[Node, int] = {}
        self._lowest: dict[Node, int] = {}
        self._path: list[Node] = []
        self._on_path: set[Node] = set()
        self._found: list[tuple[Node, ...]] = []

    def run(self) -> list[tuple[Node, ...]]:
        for node in self._graph:
            if node not in self._number:
                self._from(node)
        return self._found

    def _from(self, root: Node) -> None:
        work = [(root, self._enter(root))]
        while work:
            node, inner = work[-1]
            following = next(inner, None)
            if following is None:
                work.pop()
                self._leave(node)
                if work:
                    self._lower(work[-1][0], self._lowest[node])
            elif following not in self._number:
                work.append((following, self._enter(following)))
            elif following in self._on_path:
                self._lower(node, self._number[following])

    def _enter(self, node: Node) -> Iterator[Node]:
        self._number[node] = self._lowest[node] = len(self._number)
        self._path.append(node)
        self._on_path.add(node)
        return (reference.to for reference in self._graph[node] if reference.to in self._graph)

    def _lower(self, node: Node, number: int) -> None:
        self._lowest[node] = min(self._lowest[node], number)

    def _leave(self, node: Node) -> None:
        if self._lowest[node] != self._number[node]:
            return
        at = self._path.index(node)
        knot = tuple(self._path[at:])
        del self._path[at:]
        self._on_path.difference_update(knot)
        self._found.append(knot)


def is_knot(graph: Graph, group: Sequence[Node]) -> bool:
    """Whether the shapes of *group* refer to themselves."""
    return len(group) > 1 or any(reference.to == group[0] for reference in graph[group[0]])


def forbidden(graph: Graph, knot: Sequence[Node]) -> tuple[Node, Reference] | None:
    """A reference within *knot* that asks not to conform, with the shape that has it; None where there is none."""
    inside = set(knot)
    for node in knot:
        for reference in graph[node]:
            if reference.negative and reference.to in inside:
                return node, reference
    return None


def way(graph: Graph, start: Node, end: Node) -> list[Node]:
    """The shapes on a shortest way from *start* to *end*, both told; *start* alone where they are the same."""
    before: dict[Node, Node | None] = {start: None}
    open_ = [start]
    for node in open_:
        if node == end:
            break
        for reference in graph[node]:
            if reference.to in graph and reference.to not in before:
                before[reference.to] = node
                open_.append(reference.to)
    found: list[Node] = []
    at: Node | None = end
    while at is not None:
        found.append(at)
        at = before[at]
    return found[::-1]


def check_recursion(graph: Graph, fail: Callable[[Node, str], object], name: Callable[[Node], str]) -> None:
    """Calls *fail* for a shape that refers to itself through what asks not to conform, or nests too deep."""
    height: dict[Node, int] = {}
    for group in inner_first(graph):
        if is_knot(graph, group) and (found := forbidden(graph, group)):
            node, reference = found
            cycle = " → ".join(name(one) for one in [node, *way(graph, reference.to, node)])
            fail(node, f"refers to itself through {reference.negative}, which has no meaning: {cycle}; unfold it")
        below = (height.get(reference.to, 0) for node in group for reference in graph[node])
        here = max(below, default=0) + 1
        if here > MAX_NESTING:
            fail(
                group[0],
                f"has shapes within shapes {here} deep; at most {MAX_NESTING} are allowed: share or flatten them",
            )
        height.update(dict.fromkeys(group, here))
