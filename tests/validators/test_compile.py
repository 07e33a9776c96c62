"""What the compiler does not know stops the load, with file, node, and what there is instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import Literal, Severity, Triple
from semantic_gw.rdf.namespaces import RDF, RDFS, XSD
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.shipped import SHAPES
from semantic_gw.validators import CompiledShapes, compile_shapes

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix ex: <http://example.com/> .
"""
HERE = "http://example.com/"
A, B, P = HERE + "a", HERE + "b", HERE + "p"


def shapes(tmp_path: Path, turtle: str, background: list[Triple] | None = None) -> CompiledShapes:
    path = tmp_path / "shapes.ttl"
    path.write_text(HEAD + turtle)
    return compile_shapes([path], background or [])


def of_a(constraint: str) -> str:
    return f"ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path ex:p ; {constraint} ."


def of_path(path: str) -> str:
    return f"ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path {path} ; sh:maxCount 0 ."


def text(value: str) -> Literal:
    return Literal(value, XSD + "string")


@pytest.mark.parametrize(
    ("turtle", "fault"),
    [
        # terms that SHACL Core does not have
        (
            of_a("sh:minCuont 1"),
            "shape <http://example.com/P> uses sh:minCuont: SHACL does not have it here; did you mean sh:minCount?",
        ),
        (
            of_a('sh:sparql [ sh:select "" ]'),
            "shape <http://example.com/P> needs an engine for sh:sparql; there is none here",
        ),
        (
            "ex:S sh:targetClas ex:C .",
            "<http://example.com/S> uses sh:targetClas: SHACL does not have it here; did you mean sh:targetClass?",
        ),
        ("ex:S a sh:NodeShap ; sh:targetNode ex:a .", "is of the type sh:NodeShap"),
        # parameters that are none
        (of_a('sh:maxCount "two"'), 'wants a non-negative xsd:integer for sh:maxCount, not "two"^^xsd:string'),
        (of_a("sh:maxCount -1"), "wants a non-negative xsd:integer for sh:maxCount"),
        (of_a("sh:minCount 1.0"), "wants a non-negative xsd:integer for sh:minCount"),
        (of_a('sh:minLength "1"^^xsd:int'), "wants a non-negative xsd:integer for sh:minLength"),
        (of_a("sh:minCount 1, 2"), "has 2 values of sh:minCount; one is allowed"),
        (of_a("sh:datatype xsd:int, xsd:long"), "has 2 values of sh:datatype; one is allowed"),
        (of_a('sh:datatype "xsd:int"'), "wants an IRI for sh:datatype"),
        (of_a("sh:class [ ]"), "wants an IRI for sh:class"),
        (of_a("sh:nodeKind sh:Thing"), "no known node kind: sh:Thing; there are sh:IRI"),
        (of_a("sh:in ex:list"), "has something where an RDF list is wanted"),
        (of_a("sh:or ex:T"), "has something where an RDF list is wanted"),
        (of_a("sh:languageIn ( ex:en )"), "wants a text for sh:languageIn"),
        (of_a("sh:pattern 5"), "wants a text for sh:pattern"),
        (of_a('sh:pattern "(?=a)"'), "which XPath does not have"),
        (of_a('sh:pattern "a" ; sh:flags "z"'), "there are s m i x q"),
        (of_a('sh:minInclusive "low"^^xsd:integer'), "wants a literal that has an order for sh:minInclusive"),
        (of_a("sh:maxExclusive ex:high"), "wants a literal that has an order for sh:maxExclusive"),
        (of_a("sh:deactivated 3"), "wants true or false for sh:deactivated"),
        (of_a("sh:closed 3"), "wants true or false for sh:closed"),
        (of_a("sh:uniqueLang 3"), "wants true or false for sh:uniqueLang"),
        (of_a("sh:qualifiedMinCount 1"), "has sh:qualifiedMinCount but no sh:qualifiedValueShape"),
        ('ex:S sh:targetClass "C" .', "wants an IRI for sh:targetClass"),
        # shapes that are not whole
        ("ex:S sh:targetNode ex:a ; sh:minCount 1 .", "is a node shape: sh:minCount is for property shapes"),
        ("ex:S sh:targetNode ex:a ; sh:lessThan ex:p .", "is a node shape: sh:lessThan is for property shapes"),
        (
            "ex:S sh:targetNode ex:a ; sh:property ex:P . ex:P sh:minCount 1 .",
            "has the property shape <http://example.com/P> without sh:path",
        ),
        (of_a("sh:node [ sh:path ex:q ]"), "gives sh:node the property shape"),
        ("ex:S a sh:PropertyShape ; sh:targetNode ex:a .", "is a property shape without sh:path"),
        ("ex:S a sh:NodeShape ; sh:path ex:p .", "is a node shape with sh:path; make it a sh:PropertyShape"),
        (of_a("sh:node ex:Nowhere"), "refers to <http://example.com/Nowhere>, which is not described"),
        (
            of_a("sh:not [ sh:or ( ex:S ) ]"),
            "refers to itself through sh:not, which has no meaning: <http://example.com/P> →",
        ),
        # paths
        (of_a("sh:path ex:q"), "has 2 values of sh:path; one is allowed"),
        (of_path('"p"'), "has the literal 'p' where a path is wanted"),
        (
            of_path("[ sh:wildPath ex:p ]"),
            "has a path of no known form; there are predicates, lists, and sh:alternativePath",
        ),
        (of_path("[ ]"), "has a path of no known form"),
        (of_path("[ sh:inversePath ex:p ; sh:zeroOrMorePath ex:q ]"), "has a path of no known form"),
        (of_path("[ sh:inversePath ex:p, ex:q ]"), "has a path of no known form"),
        (of_path("( ex:p )"), "has a path with a list of 1; two or more are wanted"),
        (of_path("[ sh:alternativePath ( ex:p ) ]"), "has a path with a list of 1; two or more are wanted"),
        (of_path("[ sh:alternativePath ex:p ]"), "has something where an RDF list is wanted"),
        (of_path("_:loop") + " _:loop sh:zeroOrMorePath _:loop .", "has a path that contains itself"),
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


def test_a_subclass_that_the_graph_states_is_targeted(tmp_path: Path) -> None:
    turtle = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    subclass = (f"{A}Sub", RDFS + "subClassOf", "http://example.com/C")
    report = shapes(tmp_path, turtle).validate_triples([(A, RDF + "type", f"{A}Sub"), subclass])

    assert [result.focus_node for result in report.results] == [A]


def test_a_graph_cannot_change_what_the_next_graph_means(tmp_path: Path) -> None:
    compiled = shapes(tmp_path, "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .")
    typed = (A, RDF + "type", f"{A}Sub")
    compiled.validate_triples([typed, (f"{A}Sub", RDFS + "subClassOf", "http://example.com/C")])

    assert not compiled.validate_triples([typed]).checked


def test_a_class_of_the_background_is_an_instance_there(tmp_path: Path) -> None:
    known: list[Triple] = [(B, RDF + "type", f"{B}Sub"), (f"{B}Sub", RDFS + "subClassOf", "http://example.com/C")]
    compiled = shapes(tmp_path, of_a("sh:class ex:C"), known)

    assert compiled.validate_triples([(A, P, B)]).conforms
    assert not compiled.validate_triples([(A, P, A)]).conforms


def test_a_node_of_the_background_is_not_in_focus(tmp_path: Path) -> None:
    turtle = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    report = shapes(tmp_path, turtle, [(B, RDF + "type", "http://example.com/C")]).validate_triples([(A, P, B)])

    assert not report.checked


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ex:p", "<http://example.com/p>"),
        ("( ex:p rdf:type )", "<http://example.com/p>/rdf:type"),
        ("[ sh:inversePath rdf:type ]", "^rdf:type"),
        ("[ sh:inversePath ( rdf:type rdf:value ) ]", "^(rdf:type/rdf:value)"),
        ("[ sh:alternativePath ( rdf:type ( rdf:value rdf:rest ) ) ]", "rdf:type|rdf:value/rdf:rest"),
        ("( [ sh:alternativePath ( rdf:type rdf:value ) ] rdf:rest )", "(rdf:type|rdf:value)/rdf:rest"),
        ("[ sh:zeroOrMorePath ( rdf:rest rdf:rest ) ]", "(rdf:rest/rdf:rest)*"),
        ("[ sh:oneOrMorePath [ sh:inversePath rdf:rest ] ]", "(^rdf:rest)+"),
        ("[ sh:zeroOrOnePath rdf:rest ]", "rdf:rest?"),
    ],
)
def test_a_result_tells_the_path_as_sparql_writes_it(tmp_path: Path, path: str, text: str) -> None:
    turtle = of_path(path).replace("maxCount 0", "minCount 9")
    report = shapes(tmp_path, turtle).validate_triples([(A, P, B)])

    assert [result.result_path and sparql_text(result.result_path) for result in report.results] == [text]


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("[ sh:inversePath ex:p ]", ["z"]),
        ("( ex:p ex:q )", ["c"]),
        ("[ sh:inversePath ( ex:p ex:p ) ]", ["y"]),
        ("[ sh:alternativePath ( ex:p ex:q ) ]", ["b"]),
        ("[ sh:oneOrMorePath ex:p ]", ["b", "d"]),
        ("[ sh:zeroOrMorePath ex:p ]", ["a", "b", "d"]),
        ("[ sh:zeroOrOnePath ex:p ]", ["a", "b"]),
    ],
)
def test_a_path_leads_to_its_values(tmp_path: Path, path: str, values: list[str]) -> None:
    turtle = of_path(path).replace("sh:maxCount 0", "sh:nodeKind sh:Literal")
    links = ["y p z", "z p a", "a p b", "b p d", "b q c"]
    triples = [(f"{HERE}{s}", f"{HERE}{p}", f"{HERE}{o}") for s, p, o in map(str.split, links)]
    report = shapes(tmp_path, turtle).validate_triples(triples)

    assert sorted(str(result.value) for result in report.results) == [HERE + value for value in values]


def test_shapes_of_ours_are_all_named_by_iris() -> None:
    compiled = compile_shapes(sorted(SHAPES.glob("*.ttl")))

    assert all(node.startswith("https://w3id.org/semantic-gw/shapes/") for node in compiled.model.shapes)
