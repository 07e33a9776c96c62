"""A validation report for people (flat JSON) and as sh:ValidationReport (SHACL, 3.6)."""

from __future__ import annotations

from semantic_gw.model import IRI, Json, Literal, Term, Triple, ValidationReport, ValidationResult
from semantic_gw.rdf.namespaces import RDF, SH, XSD

_TYPE = RDF + "type"
MAX_RESULTS = 100
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
        "severity": result.severity.value,
        "focusNode": _text(result.focus_node),
        "path": result.result_path,
        "value": None if result.value is None else _text(result.value),
        "shape": result.source_shape,
        "component": result.source_constraint_component,
        "message": result.message,
    }
    return {name: value for name, value in found.items() if value is not None}


def _text(term: Term) -> str:
    return term.lexical if isinstance(term, Literal) else term


def report_triples(report: ValidationReport, iri: IRI) -> tuple[Triple, ...]:
    """The report as a sh:ValidationReport named *iri*; results are `iri` + `-result-1` and so on, no blank nodes."""
    conforms = Literal("true" if report.conforms else "false", XSD + "boolean")
    triples: list[Triple] = [(iri, _TYPE, SH + "ValidationReport"), (iri, SH + "conforms", conforms)]
    for number, result in enumerate(report.results[:MAX_RESULTS], 1):
        triples += _result(result, iri, f"{iri}-result-{number}")
    return tuple(triples)


def _result(result: ValidationResult, report: IRI, node: IRI) -> list[Triple]:
    triples: list[Triple] = [
        (report, SH + "result", node),
        (node, _TYPE, SH + "ValidationResult"),
        (node, SH + "focusNode", result.focus_node),
        (node, SH + "resultSeverity", SH + result.severity.value),
        (node, SH + "sourceConstraintComponent", result.source_constraint_component),
        (node, SH + "resultMessage", Literal(result.message, XSD + "string")),
    ]
    if result.value is not None:
        triples.append((node, SH + "value", result.value))
    if "://" in result.source_shape:
        triples.append((node, SH + "sourceShape", result.source_shape))
    return triples
