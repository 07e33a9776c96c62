"""Property paths (SHACL, 2.3.1): read from a shapes graph, and compiled to functions from a node to its value nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import (
    IRI,
    Alternative,
    Inverse,
    Literal,
    OneOrMore,
    PropertyPath,
    Term,
    ZeroOrMore,
    ZeroOrOne,
)
from semantic_gw.model import Sequence as SequencePath
from semantic_gw.rdf.namespaces import SH, compact
from semantic_gw.validators.source import FIRST, ShapesGraph
from semantic_gw.validators.view import View

MAX_NESTING: Final = 40
"""Paths within paths, at most: each takes some frames of Python's stack."""

Walk = Callable[[View, Term], Sequence[Term]]
"""From a node to its value nodes, each once."""


def read_path(graph: ShapesGraph, shape: Term, node: Term) -> PropertyPath:
    """The path at *node*. Raises ShapeError for a form that SHACL does not have."""
    return _Reader(graph, shape).path(node, ())


@dataclass(frozen=True, slots=True)
class _Reader:
    graph: ShapesGraph
    shape: Term

    def path(self, node: Term, above: tuple[Term, ...]) -> PropertyPath:
        """The path at *node* within the path nodes *above*."""
        if isinstance(node, Literal):
            self.graph.fail(self.shape, f"has the literal {node.lexical!r} where a path is wanted")
        if not node.startswith("_:"):
            return node
        if node in above:
            self.graph.fail(self.shape, "has a path that contains itself")
        if len(above) > MAX_NESTING:
            self.graph.fail(self.shape, f"has paths within paths more than {MAX_NESTING} deep; write them without")
        form, inner = self._form(node)
        if form in (FIRST, SH + "alternativePath"):
            members = tuple(self.path(one, (*above, node)) for one in self._members(inner))
            return SequencePath(members) if form == FIRST else Alternative(members)
        return _MODIFIERS[form](self.path(inner, (*above, node)))

    def _members(self, head: Term) -> list[Term]:
        members = self.graph.list(self.shape, head)
        if len(members) < 2:
            self.graph.fail(self.shape, f"has a path with a list of {len(members)}; two or more are wanted")
        return members

    def _form(self, node: Term) -> tuple[IRI, Term]:
        """The predicate that says what path *node* is, and its object; a list is its own object."""
        parts = self.graph.nodes.get(node, {})
        if FIRST in parts:
            return FIRST, node
        (form, terms), *more = parts.items() or [("", [])]
        if more or form not in _FORMS or len(terms) != 1:
            known = ", ".join(compact(one) for one in _FORMS)
            self.graph.fail(self.shape, f"has a path of no known form; there are predicates, lists, and {known}")
        return form, terms[0]


_MODIFIERS: Final[dict[IRI, Callable[[PropertyPath], PropertyPath]]] = {
    SH + "inversePath": Inverse,
    SH + "zeroOrMorePath": ZeroOrMore,
    SH + "oneOrMorePath": OneOrMore,
    SH + "zeroOrOnePath": ZeroOrOne,
}
_FORMS: Final = (SH + "alternativePath", *_MODIFIERS)


def compile_path(path: PropertyPath, *, backward: bool = False) -> Walk:
    """The function that walks *path*, or, *backward*, its inverse."""
    match path:
        case str():
            return _backward(path) if backward else _forward(path)
        case Inverse(inner):
            return compile_path(inner, backward=not backward)
        case SequencePath(steps):
            return _sequence(steps[::-1] if backward else steps, backward=backward)
        case Alternative(options):
            return _alternative([compile_path(option, backward=backward) for option in options])
        case ZeroOrOne(inner):
            return _zero_or_one(compile_path(inner, backward=backward))
        case ZeroOrMore(inner) | OneOrMore(inner):
            return _closure(compile_path(inner, backward=backward), itself=isinstance(path, ZeroOrMore))


def _forward(predicate: IRI) -> Walk:
    return lambda view, node: view.objects(node, predicate)


def _backward(predicate: IRI) -> Walk:
    return lambda view, node: view.subjects(node, predicate)


def _sequence(steps: Sequence[PropertyPath], *, backward: bool) -> Walk:
    predicates = [step for step in steps if isinstance(step, str)]
    if len(predicates) == len(steps) and not backward:
        return _through(predicates)
    return _along([compile_path(step, backward=backward) for step in steps])


def _through(predicates: Sequence[IRI]) -> Walk:
    """A sequence of predicates, the common one, without a call a step."""

    def walk(view: View, node: Term) -> Sequence[Term]:
        nodes: Sequence[Term] = (node,)
        for predicate in predicates:
            if len(nodes) == 1:
                own = view.seen.get(nodes[0]) or view.known.get(nodes[0])
                nodes = own.get(predicate, ()) if own else ()
            else:
                nodes = _distinct(term for one in nodes for term in view.objects(one, predicate))
            if not nodes:
                return ()
        return nodes

    return walk


def _along(walks: Sequence[Walk]) -> Walk:
    def walk(view: View, node: Term) -> Sequence[Term]:
        nodes: Sequence[Term] = (node,)
        for one in walks:
            nodes = one(view, nodes[0]) if len(nodes) == 1 else _distinct(t for n in nodes for t in one(view, n))
            if not nodes:
                return ()
        return nodes

    return walk


def _alternative(walks: Sequence[Walk]) -> Walk:
    return lambda view, node: _distinct(term for one in walks for term in one(view, node))


def _closure(inner: Walk, *, itself: bool) -> Walk:
    def walk(view: View, node: Term) -> Sequence[Term]:
        found: dict[Term, None] = {node: None} if itself else {}
        open_ = [node]
        while open_:
            for term in inner(view, open_.pop()):
                if term not in found:
                    found[term] = None
                    open_.append(term)
        return list(found)

    return walk


def _zero_or_one(inner: Walk) -> Walk:
    return lambda view, node: _distinct((node, *inner(view, node)))


def _distinct(terms: Iterable[Term]) -> list[Term]:
    return list(dict.fromkeys(terms))
