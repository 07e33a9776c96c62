"""What the compiler does not know stops the load, with file, node, and what there is instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import Literal, Severity, Triple
from semantic_gw.rdf.namespaces import RDF, RDFS, XSD
from semantic_gw.shipped import SHAPES
from semantic_gw.validators import CompiledShapes, compile_shapes

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.com/> .
"""
A, B = "http://example.com/a", "http://example.com/b"
P = "http://example.com/p"


def shapes(tmp_path: Path, turtle: str, background: list[Triple] | None = None) -> CompiledShapes:
    path = tmp_path / "shapes.ttl"
    path.write_text(HEAD + turtle)
    return compile_shapes([path], background or [])


def of_a(constraint: str) -> str:
    return f"ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path ex:p ; {constraint} ."


def text(value: str) -> Literal:
    return Literal(value, XSD + "string")


@pytest.mark.parametrize(
    ("turtle", "fault"),
    [
        (of_a("sh:minCuont 1"), "uses sh:minCuont: SHACL Core does not have it"),
        (of_a('sh:sparql [ sh:select "" ]'), "SHACL-SPARQL is not supported"),
        (of_a('sh:maxCount "two"'), "wants a non-negative xsd:integer for sh:maxCount"),
        (of_a("sh:maxCount -1"), "wants a non-negative xsd:integer"),
        (of_a("sh:path ex:q"), "has 2 values of sh:path; one is allowed"),
        (of_a("sh:nodeKind sh:Thing"), "no known node kind"),
        (of_a("sh:severity ex:Mine"), "there are sh:Violation, sh:Warning, sh:Info"),
        (of_a("sh:in ex:list"), "an RDF list is wanted"),
        (of_a('sh:pattern "(?=a)"'), "which XPath does not have"),
        (of_a('sh:pattern "\\\\w"'), "is not supported: write the characters as a class"),
        (of_a('sh:pattern "a" ; sh:flags "z"'), "there are s m i x q"),
        (of_a('sh:minInclusive "low"^^xsd:integer'), "wants a literal that has an order"),
        (of_a("sh:deactivated 3"), "wants true or false"),
        ("ex:S sh:targetNode ex:a ; sh:minCount 1 .", "is a node shape: sh:minCount is for property shapes"),
        ("ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:minCount 1 .", "without sh:path"),
        ("ex:S sh:targetNode ex:a ; sh:property [ sh:path [ sh:wildPath ex:p ] ] .", "a path of no known form"),
        ("ex:S sh:targetNode ex:a ; sh:node ex:S .", "refers to itself"),
        ("ex:S sh:targetNode ex:a ; sh:property [ sh:path [ sh:inversePath ( ex:p ex:q ) ] ] .", "inverts the path"),
        ("ex:S sh:targetNode", "shapes.ttl"),
    ],
)
def test_what_cannot_be_done_is_refused(tmp_path: Path, turtle: str, fault: str) -> None:
    with pytest.raises(ShapeError) as raised:
        shapes(tmp_path, turtle)

    assert fault in str(raised.value)
    assert "shapes.ttl" in str(raised.value)


def test_a_warning_annotates_and_does_not_block(tmp_path: Path) -> None:
    report = shapes(tmp_path, of_a("sh:minCount 1 ; sh:severity sh:Warning")).validate_triples([(A, "urn:q", B)])

    assert [result.severity for result in report.results] == [Severity.WARNING]
    assert report.conforms


def test_a_deactivated_shape_asks_nothing(tmp_path: Path) -> None:
    report = shapes(tmp_path, of_a("sh:minCount 1 ; sh:deactivated true")).validate_triples([(A, "urn:q", B)])

    assert report.results == ()


def test_a_graph_that_no_shape_targets_is_unchecked(tmp_path: Path) -> None:
    compiled = shapes(tmp_path, "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .")
    report = compiled.validate_triples([(A, P, B)])

    assert not report.checked
    assert not report.conforms


def test_a_subclass_known_to_the_background_is_targeted(tmp_path: Path) -> None:
    turtle = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    subclass = (f"{A}Sub", RDFS + "subClassOf", "http://example.com/C")
    report = shapes(tmp_path, turtle, [subclass]).validate_triples([(A, RDF + "type", f"{A}Sub")])

    assert report.focus_nodes == 1
    assert not report.conforms


def test_a_message_of_the_shape_is_the_message_of_the_result(tmp_path: Path) -> None:
    report = shapes(tmp_path, of_a('sh:minCount 1 ; sh:message "give it a p"')).validate_triples([(A, "urn:q", B)])

    assert report.results[0].message == "give it a p"


@pytest.mark.parametrize(
    ("pattern", "value", "matches"),
    [
        ("^[a-z]+$", "abc", True),
        ("^[a-z]+$", "abc\n", False),
        ("^a.c$", "a\nc", False),
        (r"^\\d$", "٣", True),
        (r"^\\s$", "\u00a0", False),
        ("b", "abc", True),
        (r"^[\\-x^]$", "^", True),
        (r"^\\.$", "x", False),
    ],
)
def test_patterns_match_as_xpath_says(tmp_path: Path, pattern: str, value: str, matches: bool) -> None:
    report = shapes(tmp_path, of_a(f'sh:pattern "{pattern}"')).validate_triples([(A, P, text(value))])

    assert report.conforms == matches


def test_shapes_of_ours_are_all_named_by_iris() -> None:
    compiled = compile_shapes(sorted(SHAPES.glob("*.ttl")))

    assert all(shape.iri.startswith("https://w3id.org/semantic-gw/shapes/") for shape in compiled._shapes.values())
