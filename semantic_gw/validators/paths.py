"""Property paths (SHACL, 2.3.1): each a function from a node to its value nodes, and SPARQL's text for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.namespaces import SH, compact
from semantic_gw.validators.source import FIRST, ShapesGraph
from semantic_gw.validators.view import View

Walk = Callable[[View, Term], Sequence[Term]]


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path. *predicate* is set where it is a single predicate."""

    text: str
    walk: Walk
    predicate: IRI | None = None


def compile_path(graph: ShapesGraph, shape: Term, node: Term, depth: int = 0) -> Path:
    """The path at *node*. Raises ShapeError for a form that SHACL does not have."""
    if depth > 16:
        graph.fail(shape, "has a path without end")
    if isinstance(node, Literal):
        graph.fail(shape, f"has the literal {node.lexical!r} where a path is wanted")
    if not node.startswith("_:"):
        return _predicate(node)
    if graph.terms(node, FIRST):
        return _sequence([compile_path(graph, shape, step, depth + 1) for step in graph.list(shape, node)])
    members = graph.nodes.get(node, {})
    forms = [predicate for predicate in members if predicate in _FORMS]
    if len(forms) != 1 or len(members) != 1 or len(members[forms[0]]) != 1:
        graph.fail(shape, f"has a path of no known form; there are {', '.join(compact(form) for form in _FORMS)}")
    (inner,) = members[forms[0]]
    if forms[0] == SH + "alternativePath":
        return _alternative([compile_path(graph, shape, one, depth + 1) for one in graph.list(shape, inner)])
    return _FORMS[forms[0]](compile_path(graph, shape, inner, depth + 1))


def _predicate(predicate: IRI) -> Path:
    return Path(compact(predicate), lambda view, node: view.objects(node, predicate), predicate)


def _inverse(inner: Path) -> Path:
    predicate = inner.predicate
    if predicate is None:
        raise NotImplementedError(inner.text)
    return Path(f"^{inner.text}", lambda view, node: view.subjects(node, predicate))


def _sequence(steps: Sequence[Path]) -> Path:
    walks = [step.walk for step in steps]

    def walk(view: View, node: Term) -> Sequence[Term]:
        nodes: Sequence[Term] = (node,)
        for one in walks:
            nodes = one(view, nodes[0]) if len(nodes) == 1 else _distinct(t for n in nodes for t in one(view, n))
            if not nodes:
                return ()
        return nodes

    return Path("/".join(_grouped(step) for step in steps), walk)


def _alternative(options: Sequence[Path]) -> Path:
    walks = [option.walk for option in options]
    text = "|".join(_grouped(option) for option in options)
    return Path(text, lambda view, node: _distinct(t for one in walks for t in one(view, node)))


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

    return Path(_grouped(inner) + mark, walk)


def _zero_or_one(inner: Path) -> Path:
    return Path(_grouped(inner) + "?", lambda view, node: _distinct((node, *inner.walk(view, node))))


def _grouped(path: Path) -> str:
    return f"({path.text})" if "/" in path.text.replace("://", "") or "|" in path.text else path.text


def _distinct(terms: object) -> list[Term]:
    return list(dict.fromkeys(terms))  # type: ignore[call-overload]  # an iterable of terms


_FORMS: dict[IRI, Callable[[Path], Path]] = {
    SH + "inversePath": _inverse,
    SH + "alternativePath": lambda inner: inner,
    SH + "zeroOrMorePath": lambda inner: _closure(inner, "*", itself=True),
    SH + "oneOrMorePath": lambda inner: _closure(inner, "+", itself=False),
    SH + "zeroOrOnePath": _zero_or_one,
}
