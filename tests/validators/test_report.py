"""A report is a true sh:ValidationReport, and flat JSON for people."""

from __future__ import annotations

import pyshacl
import pytest
import rdflib

from semantic_gw.model import (
    Alternative,
    Inverse,
    Literal,
    PropertyPath,
    Severity,
    Term,
    ValidationReport,
    ValidationResult,
)
from semantic_gw.rdf.namespaces import SAREF, SH, XSD
from semantic_gw.validators.engines.pyshacl import to_rdflib
from semantic_gw.validators.report import MAX_RESULTS, flat_report, report_triples

GRAPH = "https://gateway.example/observations/1f0e3dad99908345f7439f8f"
SHAPE = "https://w3id.org/semantic-gw/shapes/Quantity-value"

WELL_FORMED = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix s: <urn:s:> .
s:Report a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
    sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ;
    sh:property [ sh:path sh:result ; sh:class sh:ValidationResult ; sh:nodeKind sh:IRI ] .
s:Result a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
    sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ;
    sh:property [ sh:path sh:resultPath ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path sh:value ; sh:maxCount 1 ] ;
    sh:property [ sh:path sh:sourceShape ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ;
        sh:in ( sh:Violation sh:Warning sh:Info ) ] .
"""


def text(lexical: str) -> Literal:
    return Literal(lexical, XSD + "string")


def result(
    path: PropertyPath | None = SAREF + "hasValue", value: Term | None = None, severity: Severity = Severity.VIOLATION
) -> ValidationResult:
    component = SH + "MinCountConstraintComponent"
    return ValidationResult(f"{GRAPH}#a.result", path, value, SHAPE, component, severity, (text("one value"),))


def objects(report: ValidationReport, predicate: str) -> list[Term]:
    return [o for _, p, o in report_triples(report, GRAPH) if p == predicate]


def test_a_report_is_well_formed() -> None:
    report = ValidationReport(
        (result(), result(Alternative((SAREF + "a", SAREF + "b")), Literal("x", XSD + "string")), result(None)), 2
    )
    shapes = rdflib.Graph().parse(data=WELL_FORMED, format="turtle")
    conforms, _, text = pyshacl.validate(to_rdflib(report_triples(report, GRAPH)), shacl_graph=shapes)

    assert conforms, text


def test_results_are_named_in_the_graph_they_are_about() -> None:
    names = objects(ValidationReport((result(), result()), 1), SH + "result")

    assert names == [f"{GRAPH}#result-1", f"{GRAPH}#result-2"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (SAREF + "hasValue", [SAREF + "hasValue"]),
        (Inverse(SAREF + "observes"), []),
        (None, []),
    ],
)
def test_a_path_that_is_a_predicate_is_told(path: PropertyPath | None, expected: list[Term]) -> None:
    assert objects(ValidationReport((result(path),), 1), SH + "resultPath") == expected


@pytest.mark.parametrize(
    ("report", "conforms"),
    [
        (ValidationReport((), 3), "true"),
        (ValidationReport((), 0), "false"),
        (ValidationReport((result(),), 1), "false"),
        (ValidationReport((result(severity=Severity.WARNING),), 1), "false"),
    ],
    ids=["fine", "unchecked", "violation", "warning"],
)
def test_a_report_conforms_as_shacl_says(report: ValidationReport, conforms: str) -> None:
    assert objects(report, SH + "conforms") == [Literal(conforms, XSD + "boolean")]


def test_a_shape_without_a_name_is_left_out() -> None:
    nameless = ValidationResult("urn:a", None, None, "_:b", "urn:c", Severity.INFO, (text(""),))

    assert objects(ValidationReport((nameless,), 1), SH + "sourceShape") == []


def test_a_flat_report_reads_as_plain_json() -> None:
    report = ValidationReport((result(value=Literal("1.0E0", XSD + "double")),), 4)

    assert flat_report(report) == {
        "conforms": False,
        "focusNodes": 4,
        "count": 1,
        "results": [
            {
                "severity": "Violation",
                "focusNode": f"{GRAPH}#a.result",
                "path": "saref:hasValue",
                "value": "1.0E0",
                "shape": SHAPE,
                "component": SH + "MinCountConstraintComponent",
                "message": "one value",
            }
        ],
    }


def test_a_report_shows_a_bounded_number_of_results() -> None:
    report = ValidationReport((result(),) * (MAX_RESULTS + 1), 1)

    assert len(flat_report(report)["results"]) == MAX_RESULTS
    assert flat_report(report)["count"] == MAX_RESULTS + 1
