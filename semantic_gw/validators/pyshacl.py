"""The reference behind the same contract: pySHACL over rdflib, slow and complete. Tests and `bench` compare with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyshacl
import rdflib
from rdflib.namespace import SH as sh  # noqa: N811
from rdflib.term import Node

from semantic_gw.model import DataGraph, Literal, Term, Triple, ValidationReport, ValidationResult
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import Background


class PyshaclValidator:
    """Validates with pySHACL; shapes and background are parsed once."""

    def __init__(self, paths: Iterable[Path], background: Iterable[Triple] = ()) -> None:
        self._shapes = to_rdflib(ShapesGraph.read(paths).triples)  # rdflib's own parser would rewrite literals
        self._background = Background(background)

    def validate(self, graph: DataGraph) -> ValidationReport:
        """The report on *graph* before the background."""
        return self.validate_triples((*graph.triples, *graph.about))

    def validate_triples(self, triples: Sequence[Triple]) -> ValidationReport:
        data = to_rdflib((*triples, *self._behind(triples)))
        results = self.validate_graph(data)
        nodes = {subject for subject, _, _ in triples}
        return ValidationReport(tuple(_result(results, node) for node in results.objects(None, sh.result)), len(nodes))

    def _behind(self, triples: Sequence[Triple]) -> Iterator[Triple]:
        """The part of the background that can be reached from *triples*: pySHACL's time grows with the graph."""
        open_: list[Term] = [term for triple in triples for term in (triple[0], triple[2])]
        seen: set[Term] = set()
        while open_:
            node = open_.pop()
            if node in seen:
                continue
            seen.add(node)
            for predicate, terms in self._background.forward.get(node, {}).items():
                open_ += terms
                yield from ((str(node), predicate, term) for term in terms)

    def validate_graph(self, data: rdflib.Graph) -> rdflib.Graph:
        """The sh:ValidationReport on an rdflib graph."""
        _, report, _ = pyshacl.validate(data, shacl_graph=self._shapes)
        if not isinstance(report, rdflib.Graph):
            raise TypeError(f"pySHACL reports {report!r}")
        return report


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for subject, predicate, term in triples:
        graph.add((_node(subject), rdflib.URIRef(predicate), _node(term)))
    return graph


def _node(term: Term) -> Node:
    if isinstance(term, Literal):
        datatype = None if term.language else rdflib.URIRef(term.datatype)
        return rdflib.Literal(term.lexical, datatype=datatype, lang=term.language, normalize=False)
    return rdflib.BNode(term[2:]) if term.startswith("_:") else rdflib.URIRef(term)


def _term(node: Node) -> Term:
    if isinstance(node, rdflib.Literal):
        plain = rdflib.RDF.langString if node.language else rdflib.XSD.string
        return Literal(str(node), str(node.datatype or plain), node.language)
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)


def _result(report: rdflib.Graph, node: Node) -> ValidationResult:
    def one(predicate: rdflib.URIRef) -> Node | None:
        return report.value(node, predicate)

    focus, path, value = one(sh.focusNode), one(sh.resultPath), one(sh.value)
    messages = tuple(term for term in map(_term, report.objects(node, sh.resultMessage)) if isinstance(term, Literal))
    return ValidationResult(
        focus_node=_term(focus) if focus is not None else "",
        result_path=str(path) if isinstance(path, rdflib.URIRef) else None,
        value=_term(value) if value is not None else None,
        source_shape=str(_term(one(sh.sourceShape) or rdflib.BNode())),
        source_constraint_component=str(one(sh.sourceConstraintComponent)),
        severity=str(one(sh.resultSeverity)),
        messages=messages,
    )
