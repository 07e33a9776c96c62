"""Cases with one thing taken away: what engines then agree on shows why they did not before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from semantic_gw.model import (
    Alternative,
    Inverse,
    Literal,
    OneOrMore,
    PropertyPath,
    Sequence,
    Term,
    Triple,
    ZeroOrMore,
    ZeroOrOne,
)
from semantic_gw.rdf.namespaces import RDFS, SH, XSD
from tests.validators.fuzz.case import Case
from tests.validators.fuzz.graphs import TYPE
from tests.validators.fuzz.lines import ReportGraph
from tests.validators.fuzz.paths import write_path

Rewrite = Callable[[Case], Case]
PathRewrite = Callable[[PropertyPath], PropertyPath]


def parameters(case: Case) -> set[str]:
    """The terms of SHACL that the shapes use, as `lessThan`."""
    return {p[len(SH) :] for _, p, _ in case.shapes if p.startswith(SH)}


def only_with(*names: str, rewrite: Rewrite) -> Rewrite:
    """*rewrite* for the cases whose shapes use one of these terms; the others are left as they are."""
    return lambda case: rewrite(case) if parameters(case) & set(names) else case


def renamed(old: str, new: str) -> Rewrite:
    """With another parameter of SHACL in the place of one."""
    return lambda case: replace(case, shapes=tuple((s, SH + new if p == SH + old else p, o) for s, p, o in case.shapes))


def without(*names: str) -> Rewrite:
    """Without some parameters of SHACL."""
    terms = {SH + name for name in names}
    return lambda case: replace(case, shapes=tuple(triple for triple in case.shapes if triple[1] not in terms))


def literals_as(stand_ins: Mapping[Literal, Term]) -> Rewrite:
    """With other terms for some literals, in shapes and data."""
    return lambda case: Case(_with(stand_ins, case.shapes), _with(stand_ins, case.data))


def _with(stand_ins: Mapping[Literal, Term], triples: tuple[Triple, ...]) -> tuple[Triple, ...]:
    changed = ((s, p, stand_ins.get(o, o) if isinstance(o, Literal) else o) for s, p, o in triples)
    return tuple(dict.fromkeys(changed))


NO_ORDER: Final = Literal("nan", XSD + "double")
"""Ill-formed, and so without an order with anything, for every engine."""

TOKENS_UNORDERED: Final = literals_as({Literal("abc", XSD + "token"): Literal("abc", "urn:v:datatype")})
STAMPS_AS_TIMES: Final = literals_as(
    {Literal("2026-11-24T10:15:00Z", XSD + "dateTimeStamp"): Literal("2026-11-24T10:15:00Z", XSD + "dateTime")}
)
STAMPS_WITH_ZONE: Final = literals_as(
    {
        Literal("2026-11-24T10:15:00", XSD + "dateTimeStamp"): Literal("2026-11-24T10:15:00Z", XSD + "dateTimeStamp"),
    }
)


def literal_nodes_as_iris(case: Case, literals: Iterable[Literal] | None = None) -> Case:
    """With an IRI for each of *literals* (or of all) where they are nodes of the data, or targets."""
    targets = tuple(triple for triple in case.shapes if triple[1] == SH + "targetNode")
    if literals is None:
        literals = [o for _, _, o in (*case.data, *targets) if isinstance(o, Literal)]
    stand_ins = {literal: f"urn:literal:{number}" for number, literal in enumerate(sorted(set(literals), key=str))}
    others = tuple(triple for triple in case.shapes if triple[1] != SH + "targetNode")
    return Case((*others, *_with(stand_ins, targets)), _with(stand_ins, case.data))


def blank_nodes_as_iris(case: Case) -> Case:
    """With an IRI for each blank node of the data."""

    def named(term: Term) -> Term:
        return f"urn:blank:{term[2:]}" if isinstance(term, str) and term.startswith("_:") else term

    return replace(case, data=tuple((str(named(s)), p, named(o)) for s, p, o in case.data))


def closed_node_shapes_only(case: Case) -> Case:
    """Without sh:closed at property shapes."""
    with_path = {s for s, p, _ in case.shapes if p == SH + "path"}
    closed = {SH + "closed", SH + "ignoredProperties"}
    return replace(case, shapes=tuple(t for t in case.shapes if t[0] not in with_path or t[1] not in closed))


def pattern_as(old: str, new: str) -> Rewrite:
    """With *new* wherever *old* stands in a pattern."""

    def rewritten(term: Term) -> Term:
        return term._replace(lexical=term.lexical.replace(old, new)) if isinstance(term, Literal) else term

    return lambda case: replace(
        case, shapes=tuple((s, p, rewritten(o) if p == SH + "pattern" else o) for s, p, o in case.shapes)
    )


def implicit_targets_typed(case: Case) -> Case:
    """Every shape that is a class is typed as the shape that it is."""
    with_path = {s for s, p, _ in case.shapes if p == SH + "path"}
    classes = [s for s, p, o in case.shapes if p == TYPE and o == RDFS + "Class"]
    types = [(s, TYPE, SH + ("PropertyShape" if s in with_path else "NodeShape")) for s in classes]
    return replace(case, shapes=tuple(dict.fromkeys((*case.shapes, *types))))


def paths_as(rewrite: PathRewrite) -> Rewrite:
    """With other paths: *rewrite* is asked for each part, inner ones first."""

    def rewritten(case: Case) -> Case:
        graph = ReportGraph(case.shapes)
        numbers = count(1)
        triples: list[Triple] = []
        for s, p, o in case.shapes:
            if p == SH + "path":
                path = mapped(graph.path(o), rewrite)
                o = write_path(path, lambda: f"_:w{next(numbers)}", triples)  # noqa: PLW2901
            triples.append((s, p, o))
        return replace(case, shapes=tuple(triples))

    return rewritten


def mapped(path: PropertyPath, rewrite: PathRewrite) -> PropertyPath:
    if isinstance(path, str):
        return rewrite(path)
    if isinstance(path, Sequence | Alternative):
        return rewrite(type(path)(tuple(mapped(part, rewrite) for part in path.paths)))
    return rewrite(type(path)(mapped(path.path, rewrite)))


def repeated_once(path: PropertyPath) -> PropertyPath:
    """The same path without a mark upon a mark: (p*)+ is p*."""
    if isinstance(path, Inverse) and isinstance(path.path, Inverse):
        return path.path.path
    marks = (ZeroOrMore, OneOrMore, ZeroOrOne)
    if isinstance(path, marks) and isinstance(path.path, marks):
        same = type(path) is type(path.path)
        return path.path if same else ZeroOrMore(path.path.path)
    return path


def inverses_inward(path: PropertyPath) -> PropertyPath:
    """The same path with inverses at predicates only: ^(p/q) is ^q/^p."""
    if not isinstance(path, Inverse) or isinstance(path.path, str):
        return path
    inner = path.path
    if isinstance(inner, Inverse):
        return inner.path
    if isinstance(inner, Sequence):
        return Sequence(tuple(inverses_inward(Inverse(part)) for part in reversed(inner.paths)))
    if isinstance(inner, Alternative):
        return Alternative(tuple(inverses_inward(Inverse(part)) for part in inner.paths))
    return type(inner)(inverses_inward(Inverse(inner.path)))


def paths_of(case: Case) -> list[PropertyPath]:
    graph = ReportGraph(case.shapes)
    return [graph.path(o) for _, p, o in case.shapes if p == SH + "path"]


def has_inverse(path: PropertyPath) -> bool:
    if isinstance(path, Sequence | Alternative):
        return any(map(has_inverse, path.paths))
    return not isinstance(path, str) and (isinstance(path, Inverse) or has_inverse(path.path))


def may_be_empty(path: PropertyPath) -> bool:
    """Whether some part of *path* may be of length zero."""
    if isinstance(path, Sequence | Alternative):
        return any(map(may_be_empty, path.paths))
    return not isinstance(path, str) and (isinstance(path, ZeroOrMore | ZeroOrOne) or may_be_empty(path.path))


def depth(path: PropertyPath | None) -> int:
    """How deeply *path* is nested; 0 is a predicate."""
    if path is None or isinstance(path, str):
        return 0
    inner = path.paths if isinstance(path, Sequence | Alternative) else (path.path,)
    return 1 + max(map(depth, inner))
