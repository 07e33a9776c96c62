"""A validation report as triples: a true sh:ValidationReport (SHACL, 3.6)."""

from __future__ import annotations

from itertools import count
from typing import Final

from semantic_gw.model import IRI, Literal, Term, Triple, ValidationReport, ValidationResult
from semantic_gw.rdf.namespaces import RDF, RDFS, SGW, SH, XSD
from semantic_gw.rdf.property_paths import path_triples
from semantic_gw.validators.report.selection import Shown, gravest_first, shown

_TYPE: Final = RDF + "type"
FOCUS_NODES: Final[IRI] = SGW + "focusNodes"
"""How many nodes shapes looked at: none, where a graph conforms only because nothing was asked of it."""
RESULTS: Final[IRI] = SGW + "results"
"""How many results there were, where not all of them are in the report."""


def report_triples(report: ValidationReport, iri: IRI | None = None, *, most: int | None = None) -> list[Triple]:
    """The report as a sh:ValidationReport with at most *most* results, violations first; with None, all of them.

    Its nodes are blank, or with *iri* `<iri>#report`, `<iri>#result-1` and so on. `sh:conforms` is SHACL's (3.6.1.1):
    false with any result, be it information only, and true for a graph that no shape looked at; `sgw:focusNodes` tells.
    """
    results = shown(gravest_first(report.results), most)
    nodes = _Nodes(results, iri)
    writer = _Writer(nodes)
    node = nodes.report
    writer.say(node, _TYPE, SH + "ValidationReport")
    writer.say(node, SH + "conforms", Literal("false" if report.results else "true", XSD + "boolean"))
    writer.say(node, FOCUS_NODES, _integer(report.focus_nodes))
    if len(results) < len(report.results):
        writer.say(node, RESULTS, _integer(len(report.results)))
    for one in results:
        writer.say(node, SH + "result", writer.result(one))
    return writer.triples


class _Nodes:
    """Gives nodes of a report names that are not those of other nodes in it.

    Paths are blank nodes always: an IRI would be a predicate (SHACL, 2.3.1.1).
    """

    def __init__(self, results: tuple[Shown, ...], iri: IRI | None) -> None:
        taken = _labels(results)
        blank = "_:report"
        while any(label.startswith(blank) for label in taken):
            blank += "x"
        self._path = f"{blank}-path-"
        self._result = f"{blank}-result-" if iri is None else f"{iri}#result-"
        self.report = blank if iri is None else f"{iri}#report"
        self._paths, self._results = count(1), count(1)

    def path(self) -> str:
        return f"{self._path}{next(self._paths)}"

    def result(self) -> IRI:
        return f"{self._result}{next(self._results)}"


def _labels(results: tuple[Shown, ...]) -> frozenset[str]:
    """The blank nodes of data and shapes that *results* speak of."""
    found: set[str] = set()
    open_ = list(results)
    while open_:
        one = open_.pop()
        open_ += one.details
        result = one.result
        terms = (result.focus_node, result.value, result.source_shape, result.source_constraint)
        found.update(term for term in terms if isinstance(term, str) and term.startswith("_:"))
    return frozenset(found)


class _Writer:
    """Collects the triples of a report."""

    def __init__(self, nodes: _Nodes) -> None:
        self.triples: list[Triple] = []
        self._nodes = nodes
        self._labelled: set[IRI] = set()

    def say(self, subject: IRI, predicate: IRI, term: Term) -> None:
        self.triples.append((subject, predicate, term))

    def result(self, one: Shown) -> IRI:
        """The node of a validation result (SHACL, 3.6.2), which is described from here on."""
        node, result = self._nodes.result(), one.result
        self.say(node, _TYPE, SH + "ValidationResult")
        self.say(node, SH + "focusNode", result.focus_node)
        if result.result_path is not None:
            path, triples = path_triples(result.result_path, self._nodes.path)
            self.say(node, SH + "resultPath", path)
            self.triples += triples
        if result.value is not None:
            self.say(node, SH + "value", result.value)
        self._source(node, result)
        self.say(node, SH + "resultSeverity", result.severity)
        for message in result.messages:
            self.say(node, SH + "resultMessage", message)
        for detail in one.details:
            self.say(node, SH + "detail", self.result(detail))
        return node

    def _source(self, node: IRI, result: ValidationResult) -> None:
        self.say(node, SH + "sourceConstraintComponent", result.source_constraint_component)
        self.say(node, SH + "sourceShape", result.source_shape)
        if result.source_constraint is not None:
            self.say(node, SH + "sourceConstraint", result.source_constraint)
        if result.source_shape.startswith("_:") and result.source_name and result.source_shape not in self._labelled:
            self._labelled.add(result.source_shape)  # a blank node of another file: without a name nobody finds it
            self.say(result.source_shape, RDFS + "label", Literal(result.source_name, XSD + "string"))


def _integer(number: int) -> Literal:
    return Literal(str(number), XSD + "integer")
