"""Validation results to make reports of."""

from __future__ import annotations

from semantic_gw.model import (
    IRI,
    Alternative,
    Inverse,
    Literal,
    OneOrMore,
    PropertyPath,
    Sequence,
    Severity,
    Term,
    ValidationReport,
    ValidationResult,
    ZeroOrMore,
    ZeroOrOne,
)
from semantic_gw.rdf.namespaces import RDF, SH, XSD

EX = "http://example.org/"
MIN_COUNT = SH + "MinCountConstraintComponent"
PATHS: dict[str, PropertyPath] = {
    "predicate": EX + "p",
    "inverse": Inverse(EX + "p"),
    "sequence": Sequence((EX + "p", EX + "q", EX + "p")),
    "alternative": Alternative((EX + "p", Inverse(EX + "q"))),
    "repeated": ZeroOrMore(EX + "p"),
    "once or more": OneOrMore(Sequence((EX + "p", EX + "q"))),
    "optional": ZeroOrOne(EX + "p"),
    "lists in lists": Sequence(
        (Sequence((EX + "p", EX + "q")), Alternative((Sequence((EX + "p", EX + "q")), EX + "p")))
    ),
}


def text(lexical: str, language: str | None = None) -> Literal:
    return Literal(lexical, RDF + "langString" if language else XSD + "string", language)


def result(
    focus: Term = EX + "alice",
    path: PropertyPath | None = EX + "name",
    value: Term | None = None,
    *,
    shape: IRI = EX + "PersonShape",
    component: IRI = MIN_COUNT,
    severity: IRI = Severity.VIOLATION,
    messages: tuple[Literal, ...] = (text("one name"),),
    name: str = "",
    constraint: Term | None = None,
    details: tuple[ValidationResult, ...] = (),
) -> ValidationResult:
    return ValidationResult(focus, path, value, shape, component, severity, messages, name, constraint, details)


def report(*results: ValidationResult, focus_nodes: int = 1) -> ValidationReport:
    return ValidationReport(results, focus_nodes)


RICH = report(
    result(value=text('a\n"b"\\'), severity=EX + "Grave"),
    result("_:n1", None, Literal("1.0E0", XSD + "double"), severity=Severity.INFO, component=SH + "label"),
    result(text("x"), value=EX + "v", messages=(text("zwei", "de"), text("two", "en"), text("2"))),
    result(Literal("5", XSD + "integer"), value="_:report-1", shape="_:f0n1", name="ex:Person / [sh:path ex:name]"),
    result(value=text("chat", "fr"), severity=Severity.WARNING, constraint="_:f0n2", component=EX + "Component"),
    result(value="conforms:x", details=(result(EX + "bob", details=(result(EX + "carol"),)), result(EX + "dave"))),
    *(result(path=path) for path in PATHS.values()),
    focus_nodes=7,
)
"""Every kind of term, message, severity, path and detail."""
