"""A validation report as one JSON object for people and scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from semantic_gw.model import Json, Literal, Term, ValidationReport, ValidationResult
from semantic_gw.validators.report.names import Names, shortened
from semantic_gw.validators.report.selection import MAX_RESULTS, Group, Shown, gravest_first, grouped, shown

_NAMES: Final = Names()


def flat_report(report: ValidationReport, names: Names = _NAMES, *, most: int | None = MAX_RESULTS) -> dict[str, Json]:
    """The report as one JSON object: at most *most* results, violations first, the others counted in groups.

    `conforms` is that of `ValidationReport`: only a violation is against it, and an unchecked graph never conforms.
    """
    results = gravest_first(report.results)
    flat: dict[str, Json] = {
        "conforms": report.conforms,
        "checked": report.checked,
        "focusNodes": report.focus_nodes,
        "count": len(results),
        "severities": dict(Counter(names.severity(result.severity) for result in results)),
        "results": [_flat(one, names) for one in shown(results, most)],
    }
    if most is not None and len(results) > most:
        flat["omitted"] = _omitted(results[most:], names)
    if report.focus_nodes_of:
        flat["focusNodesPerShape"] = {names.iri(shape): count for shape, count in report.focus_nodes_of.items()}
    return flat


def _flat(one: Shown, names: Names) -> dict[str, Json]:
    result = one.result
    flat: dict[str, Json] = {
        "severity": names.severity(result.severity),
        "focusNode": _text(result.focus_node),
        **_where(result, names),
        **_value(result.value, names),
        "message": shortened(result.message),
    }
    if one.details:
        flat["details"] = [_flat(detail, names) for detail in one.details]
    if omitted := len(result.details) - len(one.details):
        flat["omittedDetails"] = omitted
    return flat


def _where(result: ValidationResult, names: Names) -> dict[str, Json]:
    path = {} if result.result_path is None else {"path": names.path(result.result_path)}
    return {**path, "shape": names.shape(result), "component": names.iri(result.source_constraint_component)}


def _value(value: Term | None, names: Names) -> dict[str, Json]:
    """The value; of a literal its lexical form, and beside it the language or datatype."""
    if value is None:
        return {}
    if not isinstance(value, Literal):
        return {"value": _text(value)}
    kind = {"language": value.language} if value.language else {"datatype": names.iri(value.datatype)}
    return {"value": _text(value), **kind}


def _text(term: Term) -> str:
    return shortened(term.lexical if isinstance(term, Literal) else term)


def _omitted(results: Sequence[ValidationResult], names: Names) -> dict[str, Json]:
    """How many results are not shown, by shape, path and component, with an example of each.

    Where there are too many kinds even of these, their counts sum up to less than that of all.
    """
    return {"count": len(results), "groups": [_group(group, names) for group in grouped(results)]}


def _group(group: Group, names: Names) -> dict[str, Json]:
    example = group.example
    return {
        **_where(example, names),
        "severity": names.severity(example.severity),
        "count": group.count,
        "example": {
            "focusNode": _text(example.focus_node),
            **_value(example.value, names),
            "message": shortened(example.message),
        },
    }
