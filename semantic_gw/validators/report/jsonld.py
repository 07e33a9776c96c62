"""A validation report as JSON-LD that reads as plain JSON, with its context in it."""

from __future__ import annotations

from itertools import count
from typing import Final

from semantic_gw.model import (
    IRI,
    Alternative,
    Inverse,
    Json,
    Literal,
    OneOrMore,
    PropertyPath,
    Sequence,
    Term,
    ValidationReport,
    ValidationResult,
    ZeroOrMore,
    ZeroOrOne,
)
from semantic_gw.rdf.namespaces import RDFS, SGW, SH, XSD
from semantic_gw.validators.report.selection import Shown, gravest_first, shown

CONTEXT: Final[dict[str, Json]] = {
    "@vocab": SH,
    "focusNode": {"@type": "@id"},
    "resultPath": {"@type": "@id"},
    "inversePath": {"@type": "@id"},
    "alternativePath": {"@type": "@id", "@container": "@list"},
    "zeroOrMorePath": {"@type": "@id"},
    "oneOrMorePath": {"@type": "@id"},
    "zeroOrOnePath": {"@type": "@id"},
    "sourceShape": {"@type": "@id"},
    "sourceConstraint": {"@type": "@id"},
    "sourceConstraintComponent": {"@type": "@vocab"},
    "resultSeverity": {"@type": "@vocab"},
    "focusNodes": {"@id": SGW + "focusNodes"},
    "results": {"@id": SGW + "results"},
    "label": {"@id": RDFS + "label"},
}
"""No prefixes: an IRI of the data that begins like one would be read as another."""

_FORMS: Final[dict[type, str]] = {
    Inverse: "inversePath",
    ZeroOrMore: "zeroOrMorePath",
    OneOrMore: "oneOrMorePath",
    ZeroOrOne: "zeroOrOnePath",
}


def report_jsonld(report: ValidationReport, iri: IRI | None = None, *, most: int | None = None) -> dict[str, Json]:
    """The report as one JSON-LD object, the same graph as `report_triples` with the same arguments."""
    results = shown(gravest_first(report.results), most)
    writer = _Writer(iri)
    document: dict[str, Json] = {
        "@context": CONTEXT,
        **writer.id("report"),
        "@type": "ValidationReport",
        "conforms": not report.results,
        "focusNodes": report.focus_nodes,
    }
    if len(results) < len(report.results):
        document["results"] = len(report.results)
    if results:
        document["result"] = [writer.result(one) for one in results]
    return document


class _Writer:
    """Writes results, and numbers them where they have IRIs."""

    def __init__(self, iri: IRI | None) -> None:
        self._iri = iri
        self._numbers = count(1)

    def id(self, name: str) -> dict[str, Json]:
        return {} if self._iri is None else {"@id": f"{self._iri}#{name}"}

    def result(self, one: Shown) -> dict[str, Json]:
        """The object of a validation result (SHACL, 3.6.2)."""
        result = one.result
        found: dict[str, Json] = {
            **self.id(f"result-{next(self._numbers)}"),
            "@type": "ValidationResult",
            "resultSeverity": _word(result.severity),
            "focusNode": _node(result.focus_node),
            **_path(result),
            **({} if result.value is None else {"value": _value(result.value)}),
            "sourceShape": _shape(result),
            **({} if result.source_constraint is None else {"sourceConstraint": _node(result.source_constraint)}),
            "sourceConstraintComponent": _word(result.source_constraint_component),
            "resultMessage": [_value(message) for message in result.messages],
        }
        if one.details:
            found["detail"] = [self.result(detail) for detail in one.details]
        return found


def _path(result: ValidationResult) -> dict[str, Json]:
    return {} if result.result_path is None else {"resultPath": _path_node(result.result_path)}


def _path_node(path: PropertyPath) -> Json:
    """*path* where the context takes a text for an IRI."""
    match path:
        case Sequence(steps):
            return {"@list": [_path_node(step) for step in steps]}
        case Alternative(options):
            return {"alternativePath": [_path_node(option) for option in options]}
        case Inverse(inner) | ZeroOrMore(inner) | OneOrMore(inner) | ZeroOrOne(inner):
            return {_FORMS[type(path)]: _path_node(inner)}
    return path


def _shape(result: ValidationResult) -> Json:
    """The source shape; a blank node of another file gets its name, without which nobody finds it."""
    if result.source_shape.startswith("_:") and result.source_name:
        return {"@id": result.source_shape, "label": result.source_name}
    return result.source_shape


def _word(iri: IRI) -> str:
    """A term of SHACL by its name, any other as IRI."""
    name = iri.removeprefix(SH)
    return name if name.isalpha() and name not in CONTEXT else iri


def _node(term: Term) -> Json:
    """*term* where the context takes a text for an IRI."""
    if not isinstance(term, Literal):
        return term
    return {"@value": term.lexical} if term.datatype == XSD + "string" else _value(term)


def _value(term: Term) -> Json:
    """*term* where the context takes a text for a literal."""
    if not isinstance(term, Literal):
        return {"@id": term}
    if term.language:
        return {"@value": term.lexical, "@language": term.language}
    return term.lexical if term.datatype == XSD + "string" else {"@value": term.lexical, "@type": term.datatype}
