"""Which literals SPARQL can compare with which (SPARQL 1.1, 17.3), of those that cases have."""

from __future__ import annotations

import re

from semantic_gw.model import Literal, Term
from semantic_gw.rdf.namespaces import SH, XSD
from tests.validators.fuzz.case import Case
from tests.validators.fuzz.lines import ReportGraph
from tests.validators.fuzz.rewrites import literal_nodes_as_iris, without
from tests.validators.fuzz.vocabulary import BOUNDS, PREDICATES

_NUMBERS = frozenset(XSD + n for n in ("integer", "decimal", "double", "float", "byte", "nonNegativeInteger"))
_LEXICAL = {
    XSD + "integer": r"[+-]?[0-9]+",
    XSD + "byte": r"[+-]?[0-9]{1,2}",
    XSD + "nonNegativeInteger": r"[0-9]+",
    XSD + "decimal": r"[+-]?[0-9]+(\.[0-9]+)?",
    XSD + "double": r"-?INF|[+-]?[0-9]+(\.[0-9]+)?(E[0-9]+)?",
    XSD + "float": r"-?INF|[+-]?[0-9]+(\.[0-9]+)?",
    XSD + "boolean": r"true|false|1|0",
    XSD + "date": r"2026-11-2[45]",
    XSD + "dateTime": r"2026-11-2[45]T[0-9:.]{8,}(Z|\+01:00)",
    XSD + "dateTimeStamp": r"2026-11-2[45]T[0-9:.]{8,}(Z|\+01:00)",
    XSD + "string": r"(?s).*",
}
"""The well-formed literals of the vocabulary that have an order; times without a zone and NaN have none with others."""


def family(term: Term) -> str | None:
    """A name for all that *term* can be compared with; None where it is nothing."""
    if not isinstance(term, Literal) or not re.fullmatch(_LEXICAL.get(term.datatype, "(?!)"), term.lexical):
        return None
    return "number" if term.datatype in _NUMBERS else term.datatype


def incomparable_as_iris(case: Case) -> Case:
    """With an IRI for each literal that has no order with every bound: engines agree that IRIs have none."""
    bounds = {o for _, p, o in case.shapes if p in {SH + name for name in BOUNDS}}
    if not bounds:
        return case
    families = {family(bound) for bound in bounds}
    nodes = {o for _, _, o in case.data} | {o for _, p, o in case.shapes if p == SH + "targetNode"}
    odd = [o for o in nodes if isinstance(o, Literal) and families != {family(o)}]
    return literal_nodes_as_iris(case, odd)


def unordered_pairs(case: Case) -> Case:
    """Without sh:lessThan and its like, where something in the data may have no order with something else."""
    graph = ReportGraph(case.shapes)
    simple = all(isinstance(graph.path(o), str) for _, p, o in case.shapes if p == SH + "path")
    families = {family(o) for _, p, o in case.data if p in PREDICATES}
    if simple and None not in families and len(families) == 1:
        return case
    return without("lessThan", "lessThanOrEquals")(case)
