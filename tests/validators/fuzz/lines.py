"""Reports as lines that can be compared: each result's focus node, path, value, component, severity and source shape.

Blank nodes of shapes are one and the same, since engines name them as they like. Language tags are lower case: RDF 1.1
Concepts (3.3) lets a reader write them so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from semantic_gw.model import (
    Alternative,
    Inverse,
    Literal,
    OneOrMore,
    PropertyPath,
    Sequence,
    Term,
    Triple,
    ValidationReport,
    ZeroOrMore,
    ZeroOrOne,
)
from semantic_gw.rdf.namespaces import RDF, SH

NIL = RDF + "nil"


class Line(NamedTuple):
    """One result."""

    focus: Term
    path: PropertyPath | None
    value: Term | None
    component: str
    severity: str
    shape: str


Lines = Counter[Line]


def lines_of_report(report: ValidationReport) -> Lines:
    """The results of our own report."""
    return Counter(
        Line(
            folded(result.focus_node),
            result.result_path,
            None if result.value is None else folded(result.value),
            result.source_constraint_component,
            str(result.severity),
            unnamed(result.source_shape),
        )
        for result in report.results
    )


def lines_of_graph(triples: Iterable[Triple]) -> Lines:
    """The results of a sh:ValidationReport that an engine wrote; not those that only explain others."""
    graph = ReportGraph(triples)
    return Counter(graph.line(result) for result in graph.results())


def folded(term: Term) -> Term:
    return term._replace(language=term.language.lower()) if isinstance(term, Literal) and term.language else term


def unnamed(shape: Term) -> str:
    return "_:" if str(shape).startswith("_:") else str(shape)


class ReportGraph:
    """The triples of a report, by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._terms: dict[tuple[Term, str], list[Term]] = defaultdict(list)
        for subject, predicate, term in triples:
            if term not in self._terms[subject, predicate]:
                self._terms[subject, predicate].append(term)

    def results(self) -> list[Term]:
        return [term for (_, predicate), terms in self._terms.items() if predicate == SH + "result" for term in terms]

    def line(self, result: Term) -> Line:
        path, value = self._maybe(result, SH + "resultPath"), self._maybe(result, SH + "value")
        return Line(
            folded(self._one(result, SH + "focusNode")),
            None if path is None else self.path(path),
            None if value is None else folded(value),
            str(self._one(result, SH + "sourceConstraintComponent")),
            str(self._one(result, SH + "resultSeverity")),
            unnamed(self._one(result, SH + "sourceShape")),
        )

    def path(self, node: Term) -> PropertyPath:
        """The path at *node* (SHACL, 2.3.1)."""
        if found := self._maybe(node, SH + "inversePath"):
            return Inverse(self.path(found))
        if found := self._maybe(node, SH + "alternativePath"):
            return Alternative(self._paths(found))
        if found := self._maybe(node, SH + "zeroOrMorePath"):
            return ZeroOrMore(self.path(found))
        if found := self._maybe(node, SH + "oneOrMorePath"):
            return OneOrMore(self.path(found))
        if found := self._maybe(node, SH + "zeroOrOnePath"):
            return ZeroOrOne(self.path(found))
        return Sequence(self._paths(node)) if self._maybe(node, RDF + "first") else str(node)

    def _paths(self, head: Term) -> tuple[PropertyPath, ...]:
        members = self.members(head)
        return (str(head),) if members is None else tuple(map(self.path, members))  # an engine may cut a list short

    def members(self, head: Term) -> list[Term] | None:
        """The members of the RDF list at *head*; None where there is none."""
        members: list[Term] = []
        while head != NIL:
            first, rest = self._maybe(head, RDF + "first"), self._maybe(head, RDF + "rest")
            if first is None or rest is None:
                return None
            members.append(first)
            head = rest
        return members

    def _maybe(self, node: Term, predicate: str) -> Term | None:
        terms = self._terms.get((node, predicate), [])
        if len(terms) > 1:
            raise ValueError(f"{node} has {len(terms)} values of {predicate}: {terms}")
        return terms[0] if terms else None

    def _one(self, node: Term, predicate: str) -> Term:
        found = self._maybe(node, predicate)
        if found is None:
            raise ValueError(f"{node} has no {predicate}")
        return found
