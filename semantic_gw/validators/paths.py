"""Property paths (SHACL, 2.3.1): each a function from a node to its value nodes, and SPARQL's text for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.namespaces import SH, compact
from semantic_gw.validators.source import FIRST, ShapesGraph
from semantic_gw.validators.view import View

Walk = Callable[[View, Term], Sequence[Term]]

_PRIMARY, _MODIFIED, _INVERTED, _SEQUENCE, _ALTERNATIVE = range(5)
"""How tightly SPARQL's grammar binds a path (SPARQL 1.1, rules 89 to 94): looser ones need brackets."""


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path. *predicate* is set where it is a single predicate."""

    text: str
    walk: Walk
    predicate: IRI | None = None
    binds: int = _PRIMARY

    def within(self, binds: int) -> str:
        """The text inside a path that binds as tightly as *binds*."""
        return self.text if self.binds < binds else f"({self.text})"


def compile_path(graph: ShapesGraph, shape: Term, node: Term) -> Path:
    """The path at *node*. Raises ShapeError for a form that SHACL does not have."""
    return _Compiler(graph, shape).path(node, (), backward=False)


@dataclass(frozen=True, slots=True)
class _Compiler:
    graph: ShapesGraph
    shape: Term

    def path(self, node: Term, above: tuple[Term, ...], *, backward: bool) -> Path:
        """The path at *node* within the path nodes *above*; *backward* where it stands in an inverse path."""
        if isinstance(node, Literal):
            self.graph.fail(self.shape, f"has the literal {node.lexical!r} where a path is wanted")
        if not node.startswith("_:"):
            return _backward(node) if backward else _forward(node)
        if node in above:
            self.graph.fail(self.shape, "has a path that contains itself")
        form, inner = self._form(node)
        if form == SH + "inversePath":
            turned = self.path(inner, (*above, node), backward=not backward)
            return turned if backward else Path(f"^{self._plain(inner, above)}", turned.walk, binds=_INVERTED)
        if form in (FIRST, SH + "alternativePath"):
            steps = [self.path(one, (*above, node), backward=backward) for one in self._members(inner)]
            return _sequence(steps[::-1] if backward else steps) if form == FIRST else _alternative(steps)
        return _MODIFIERS[form](self.path(inner, (*above, node), backward=backward))

    def _plain(self, inner: Term, above: tuple[Term, ...]) -> str:
        return self.path(inner, above, backward=False).within(_INVERTED)

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


def _forward(predicate: IRI) -> Path:
    return Path(compact(predicate), lambda view, node: view.objects(node, predicate), predicate)


def _backward(predicate: IRI) -> Path:
    return Path(f"^{compact(predicate)}", lambda view, node: view.subjects(node, predicate), binds=_INVERTED)


def _sequence(steps: Sequence[Path]) -> Path:
    text = "/".join(step.within(_SEQUENCE) for step in steps)
    predicates = [step.predicate for step in steps if step.predicate is not None]
    walk = _through(predicates) if len(predicates) == len(steps) else _along([step.walk for step in steps])
    return Path(text, walk, binds=_SEQUENCE)


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


def _alternative(options: Sequence[Path]) -> Path:
    walks = [option.walk for option in options]

    def walk(view: View, node: Term) -> Sequence[Term]:
        return _distinct(term for one in walks for term in one(view, node))

    return Path("|".join(option.within(_ALTERNATIVE) for option in options), walk, binds=_ALTERNATIVE)


def _closure(inner: Path, mark: str, *, itself: bool) -> Path:
    def walk(view: View, node: Term) -> Sequence[Term]:
        found: dict[Term, None] = {node: None} if itself else {}
        open_ = [node]
        while open_:
            for term in inner.walk(view, open_.pop()):
                if term not in found:
                    found[term] = None
                    open_.append(term)
        return list(found)

    return Path(inner.within(_MODIFIED) + mark, walk, binds=_MODIFIED)


def _zero_or_one(inner: Path) -> Path:
    text = inner.within(_MODIFIED) + "?"
    return Path(text, lambda view, node: _distinct((node, *inner.walk(view, node))), binds=_MODIFIED)


def _distinct(terms: Iterable[Term]) -> list[Term]:
    return list(dict.fromkeys(terms))


_MODIFIERS: Final[dict[IRI, Callable[[Path], Path]]] = {
    SH + "zeroOrMorePath": lambda inner: _closure(inner, "*", itself=True),
    SH + "oneOrMorePath": lambda inner: _closure(inner, "+", itself=False),
    SH + "zeroOrOnePath": _zero_or_one,
}
_FORMS: Final = (SH + "inversePath", SH + "alternativePath", *_MODIFIERS)
