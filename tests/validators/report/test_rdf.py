"""A report as RDF is a true sh:ValidationReport (SHACL, 3.6), whatever the syntax."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pyoxigraph
import pyshacl
import pytest
import rdflib
from pyoxigraph import RdfFormat
from pyshacl.helper.path_helper import shacl_path_to_sparql_path
from pyshacl.shapes_graph import ShapesGraph

from semantic_gw.model import Literal, PropertyPath, Severity, Term, Triple, ValidationReport
from semantic_gw.rdf.namespaces import RDF, SGW, SH, XSD
from semantic_gw.validators.report import MAX_RESULTS, report_jsonld, report_triples, to_ntriples, to_turtle
from tests.validators.report.reports import EX, PATHS, RICH, report, result, text

TRUE, FALSE = Literal("true", XSD + "boolean"), Literal("false", XSD + "boolean")
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix s: <urn:s:> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
s:Report a sh:NodeShape ; sh:targetClass sh:ValidationReport ;
    sh:property [ sh:path sh:conforms ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:boolean ] ;
    sh:property [ sh:path sh:result ; sh:class sh:ValidationResult ] ;
    sh:property [ sh:path [ sh:inversePath sh:result ] ; sh:maxCount 0 ] .
s:Result a sh:NodeShape ; sh:targetClass sh:ValidationResult ;
    sh:property [ sh:path [ sh:alternativePath ( [ sh:inversePath sh:result ] [ sh:inversePath sh:detail ] ) ] ;
        sh:minCount 1 ; sh:maxCount 1 ] ;
    sh:property [ sh:path sh:focusNode ; sh:minCount 1 ; sh:maxCount 1 ] ;
    sh:property [ sh:path sh:resultPath ; sh:maxCount 1 ; sh:node s:Path ] ;
    sh:property [ sh:path sh:value ; sh:maxCount 1 ] ;
    sh:property [ sh:path sh:sourceShape ; sh:maxCount 1 ; sh:nodeKind sh:BlankNodeOrIRI ] ;
    sh:property [ sh:path sh:sourceConstraint ; sh:maxCount 1 ] ;
    sh:property [ sh:path sh:sourceConstraintComponent ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path sh:detail ; sh:class sh:ValidationResult ] ;
    sh:property [ sh:path sh:resultMessage ; sh:or ( [ sh:datatype xsd:string ] [ sh:datatype rdf:langString ] ) ] ;
    sh:property [ sh:path sh:resultSeverity ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] .
s:Path sh:xone ( [ sh:nodeKind sh:IRI ]
    [ sh:property [ sh:path sh:inversePath ; sh:minCount 1 ; sh:maxCount 1 ] ]
    [ sh:property [ sh:path sh:alternativePath ; sh:minCount 1 ; sh:maxCount 1 ; sh:node s:List ] ]
    [ sh:property [ sh:path sh:zeroOrMorePath ; sh:minCount 1 ; sh:maxCount 1 ] ]
    [ sh:property [ sh:path sh:oneOrMorePath ; sh:minCount 1 ; sh:maxCount 1 ] ]
    [ sh:property [ sh:path sh:zeroOrOnePath ; sh:minCount 1 ; sh:maxCount 1 ] ]
    [ sh:node s:List ] ) .
s:List sh:property [ sh:path ( [ sh:zeroOrMorePath rdf:rest ] rdf:first ) ; sh:minCount 2 ] ;
    sh:property [ sh:path [ sh:oneOrMorePath rdf:rest ] ; sh:hasValue rdf:nil ] .
"""
"""What SHACL says of validation reports (3.6), as shapes."""


def dataset(body: str, format: RdfFormat) -> pyoxigraph.Dataset:
    """What *body* says, blank nodes named by what is said of them."""
    found = pyoxigraph.Dataset(pyoxigraph.parse(body, format))
    found.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return found


def objects(triples: Sequence[Triple], predicate: str) -> list[Term]:
    return [o for _, p, o in triples if p == predicate]


@pytest.mark.parametrize("iri", [None, "https://gateway.example/observations/1"])
def test_a_report_conforms_to_shapes_for_reports(iri: str | None) -> None:
    data = rdflib.Graph().parse(data=to_turtle(report_triples(RICH, iri)), format="turtle")
    conforms, _, told = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(data=SHAPES, format="turtle"))

    assert conforms, told


@pytest.mark.parametrize("iri", [None, "https://gateway.example/observations/1"])
def test_every_syntax_says_the_same(iri: str | None) -> None:
    triples = report_triples(RICH, iri)
    said = dataset(to_ntriples(triples), RdfFormat.N_TRIPLES)

    assert dataset(to_turtle(triples, {"ex": EX, "sh": SH}), RdfFormat.TURTLE) == said
    assert dataset(json.dumps(report_jsonld(RICH, iri)), RdfFormat.JSON_LD) == said


def test_the_triples_come_back() -> None:
    triples = report_triples(RICH)
    parsed = list(pyoxigraph.parse(to_ntriples(triples), RdfFormat.N_TRIPLES))

    assert len(parsed) == len(set(triples)) == len(triples)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_a_path_keeps_its_structure(path: PropertyPath) -> None:
    said = rdflib.Graph().parse(data=to_turtle(report_triples(report(result(path=path)))), format="turtle")
    node = said.value(predicate=rdflib.SH.focusNode, object=rdflib.URIRef(EX + "alice"))
    found = said.value(node, rdflib.SH.resultPath)

    assert found is not None
    assert shacl_path_to_sparql_path(ShapesGraph(said), found)


def test_a_turtle_report_reads_well() -> None:
    given = report(
        result(path=PATHS["lists in lists"], value=Literal("5", XSD + "integer"), messages=(text("ein Name", "de"),)),
        focus_nodes=2,
    )

    assert to_turtle(report_triples(given), {"ex": EX, "sh": SH, "sgw": SGW}).splitlines() == [
        "@prefix ex: <http://example.org/> .",
        "@prefix sgw: <https://w3id.org/semantic-gw/> .",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .",
        "",
        "[] a sh:ValidationReport ;",
        "    sh:conforms false ;",
        "    sgw:focusNodes 2 ;",
        "    sh:result [",
        "        a sh:ValidationResult ;",
        "        sh:focusNode ex:alice ;",
        "        sh:resultPath ( ( ex:p ex:q ) [ sh:alternativePath ( ( ex:p ex:q ) ex:p ) ] ) ;",
        "        sh:value 5 ;",
        "        sh:sourceConstraintComponent sh:MinCountConstraintComponent ;",
        "        sh:sourceShape ex:PersonShape ;",
        "        sh:resultSeverity sh:Violation ;",
        '        sh:resultMessage "ein Name"@de',
        "    ] .",
    ]


def test_a_jsonld_report_reads_as_plain_json() -> None:
    told = report_jsonld(report(result(value=text("x"))))
    del told["@context"]

    assert told == {
        "@type": "ValidationReport",
        "conforms": False,
        "focusNodes": 1,
        "result": [
            {
                "@type": "ValidationResult",
                "resultSeverity": "Violation",
                "focusNode": EX + "alice",
                "resultPath": EX + "name",
                "value": "x",
                "sourceShape": EX + "PersonShape",
                "sourceConstraintComponent": "MinCountConstraintComponent",
                "resultMessage": ["one name"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("given", "conforms"),
    [
        (report(focus_nodes=3), TRUE),
        (report(focus_nodes=0), TRUE),
        (report(result()), FALSE),
        (report(result(severity=Severity.INFO)), FALSE),
    ],
    ids=["fine", "unchecked", "violation", "information"],
)
def test_conforms_is_what_shacl_says(given: ValidationReport, conforms: Literal) -> None:
    assert objects(report_triples(given), SH + "conforms") == [conforms]


def test_an_unchecked_graph_is_told_from_one_that_is_fine() -> None:
    assert objects(report_triples(report(focus_nodes=0)), SGW + "focusNodes") == [Literal("0", XSD + "integer")]


def test_every_message_is_told_with_its_language() -> None:
    messages = (text("two", "en"), text("zwei", "de"), text("2"))

    assert objects(report_triples(report(result(messages=messages))), SH + "resultMessage") == list(messages)


def test_a_blank_shape_is_told_by_its_name_once() -> None:
    nameless = result(shape="_:f0n1", name="ex:Person / [sh:path ex:name]")
    triples = report_triples(report(nameless, nameless))

    assert objects(triples, "http://www.w3.org/2000/01/rdf-schema#label") == [text("ex:Person / [sh:path ex:name]")]


def test_details_hang_below_their_result() -> None:
    triples = report_triples(report(result(details=(result(EX + "bob"),))), "urn:g")

    assert [t for t in triples if t[1] == SH + "detail"] == [("urn:g#result-1", SH + "detail", "urn:g#result-2")]
    assert objects(triples, SH + "result") == ["urn:g#result-1"]


def test_nodes_of_a_report_are_not_those_of_the_data() -> None:
    said = report_triples(report(result("_:report-result-1"), result("_:report"), result("_:report-path-1")))
    own = {s for s, p, _ in said if p == RDF + "type"}

    assert own.isdisjoint(objects(said, SH + "focusNode"))


def test_violations_come_first() -> None:
    given = report(result(severity=Severity.INFO), result(severity=EX + "Grave"), result())

    assert objects(report_triples(given), SH + "resultSeverity") == [Severity.VIOLATION, EX + "Grave", Severity.INFO]


def test_a_bounded_report_says_how_many_results_there_were() -> None:
    triples = report_triples(report(*[result()] * 250), most=MAX_RESULTS)

    assert len(objects(triples, SH + "result")) == MAX_RESULTS
    assert objects(triples, SGW + "results") == [Literal("250", XSD + "integer")]


def test_details_are_bounded_in_number_and_depth() -> None:
    deep = result()
    for _ in range(3000):
        deep = result(details=(deep,))
    wide = result(details=(deep,) * 300)

    assert len(report_triples(report(deep, wide), most=MAX_RESULTS)) < 300
    assert len(report_triples(report(deep))) < 1000


def test_an_iri_that_is_none_stops_the_text() -> None:
    with pytest.raises(ValueError, match="is no IRI"):
        to_turtle(report_triples(report(result("urn:a b"))))
