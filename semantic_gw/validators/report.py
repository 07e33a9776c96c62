"""A validation report as flat JSON for people: the parts of a sh:ValidationReport by their names (SHACL, 3.6)."""

from __future__ import annotations

from semantic_gw.model import Json, Literal, Term, ValidationReport, ValidationResult

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
