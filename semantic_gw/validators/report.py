"""A validation report for people (flat JSON) and as sh:ValidationReport (SHACL, 3.6)."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import IRI, Json, Literal, Term, Triple, ValidationReport, ValidationResult
from semantic_gw.rdf.namespaces import RDF, SH, XSD
from semantic_gw.rdf.property_paths import sparql_text

_TYPE: Final = RDF + "type"
MAX_RESULTS: Final = 100
"""Results shown of one report; their number is always told."""


def flat_report(report: ValidationReport) -> dict[str, Json]:
    """The report as one JSON object."""
    return {
        "conforms": report.conforms,
        "focusNodes": report.focus_nodes,
        "count": len(report.results),
        "results": [_flat(result) for result in report.results[:MAX_RESULTS]],
    }


def _flat(result: ValidationResult) -> dict[str, Json]:
    found = {
        "severity": result.severity.removeprefix(SH),
        "focusNode": _text(result.focus_node),
        "path": None if result.result_path is None else sparql_text(result.result_path),
        "value": None if result.value is None else _text(result.value),
        "shape": result.source_name if result.source_shape.startswith("_:") else result.source_shape,
        "component": result.source_constraint_component,
        "message": result.message,
    }
    return {name: value for name, value in found.items() if value is not None}


def _text(term: Term) -> str:
    return term.lexical if isinstance(term, Literal) else term


def report_triples(report: ValidationReport, graph: IRI) -> tuple[Triple, ...]:
    """The report on the graph named *graph* as a sh:ValidationReport: `<graph>#report`, `<graph>#result-1` and so on.

    By SHACL (3.6.1) a graph with a mere warning does not conform; one that no shape looked at does not either, here.
    A path that is more than a predicate is left out: it would need blank nodes. The source shape names it.
    """
    node = f"{graph}#report"
    conforms = Literal("true" if report.checked and not report.results else "false", XSD + "boolean")
    triples: list[Triple] = [(node, _TYPE, SH + "ValidationReport"), (node, SH + "conforms", conforms)]
    for number, result in enumerate(report.results[:MAX_RESULTS], 1):
        triples += _result(result, node, f"{graph}#result-{number}")
    return tuple(triples)


def _result(result: ValidationResult, report: IRI, node: IRI) -> list[Triple]:
    triples: list[Triple] = [
        (report, SH + "result", node),
        (node, _TYPE, SH + "ValidationResult"),
        (node, SH + "focusNode", result.focus_node),
        (node, SH + "resultSeverity", result.severity),
        (node, SH + "sourceConstraintComponent", result.source_constraint_component),
        (node, SH + "resultMessage", Literal(result.message, XSD + "string")),
    ]
    if isinstance(result.result_path, str):
        triples.append((node, SH + "resultPath", result.result_path))
    if result.value is not None:
        triples.append((node, SH + "value", result.value))
    if not result.source_shape.startswith("_:"):
        triples.append((node, SH + "sourceShape", result.source_shape))
    return triples
