"""From a report to an outcome: what the policies make of a graph, and how that is told."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from semantic_gw.contracts import Step
from semantic_gw.lifters.values import shown
from semantic_gw.model import DataGraph, Outcome, ValidationReport
from semantic_gw.pipeline.result import Judged
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.settings import Policy
from semantic_gw.shape_sets.gate import Gate
from semantic_gw.shape_sets.policies import severity_name

_log = logging.getLogger(__name__)

_OUTCOMES: Final[Mapping[Policy | None, Outcome]] = {
    "reject": Outcome.DEAD_LETTER,
    "quarantine": Outcome.REJECTED,
    "mark": Outcome.PUBLISHED,
    "log": Outcome.PUBLISHED,
    None: Outcome.PUBLISHED,
}
_WORSE: Final = (Outcome.IGNORED, Outcome.PUBLISHED, Outcome.REJECTED, Outcome.DEAD_LETTER)


def judge(gate: Gate, graph: DataGraph, report: ValidationReport) -> Judged:
    """*graph*, and what the policies make of it."""
    verdict = gate.verdict(graph, report)
    if verdict.policy == "log":
        level = logging.INFO if report.conforms else logging.WARNING
        about = {"graph": graph.iri, "results": verdict.told, "shapes": gate.hash}
        _log.log(level, "shapes have something to say of a graph", extra=about)
    return Judged(graph, report, _OUTCOMES[verdict.policy], verdict)


def worst(judged: Iterable[Judged]) -> Judged:
    """The one whose outcome is that of the whole payload."""
    return max(judged, key=lambda one: _WORSE.index(one.outcome))


def reason_of(judged: Judged) -> tuple[str, str]:
    """Why *judged* is not published: a fixed phrase, and a sentence."""
    decisive = judged.verdict.decisive
    if decisive is None:
        return "unchecked", "no shape targets the graph"
    return "not valid", f"{decisive.source_name or decisive.source_shape}: {decisive.message}"


def report_steps(judged: Judged) -> Iterator[Step]:
    """The report, a step each result, and what became of the graph."""
    report = judged.report
    for result in report.results:
        where = "the node" if result.result_path is None else sparql_text(result.result_path)
        shape = f"{result.source_name or result.source_shape} at {where}"
        told = f"{severity_name(result.severity)}: {result.message}"
        yield Step("validate", shape, told, value="" if result.value is None else shown(result.value))
    yield Step("validate", judged.graph.iri, "; ".join(_summary(judged)))


def _summary(judged: Judged) -> Sequence[str]:
    report, policy = judged.report, judged.verdict.policy
    looked = f"{report.focus_nodes} focus nodes, {len(report.results)} results"
    checked = looked if report.checked else "no shape targets it"
    return (checked, f"the policy is {policy}") if policy else (checked,)
