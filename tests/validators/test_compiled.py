"""Which nodes compiled shapes look at, and what they know of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Literal, Triple, ValidationReport
from semantic_gw.rdf.namespaces import FOAF, RDF, RDFS, XSD
from semantic_gw.validators import compile_shapes
from tests.lifters.things import ADDRESS, document, quantity, thing

EX = "urn:ex:"
TYPE, SUBCLASS = RDF + "type", RDFS + "subClassOf"
HEAD = f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . @prefix rdfs: <{RDFS}> . "
NEEDS_P = "sh:property ex:P . ex:P sh:path ex:p ; sh:minCount 1 ."


def ex(*texts: str) -> list[Triple]:
    """Triples from texts such as `a p b`; `a` in the middle is rdf:type, `<` rdfs:subClassOf."""
    verbs = {"a": TYPE, "<": SUBCLASS}
    return [(EX + s, verbs.get(p, EX + p), EX + o) for s, p, o in (text.split() for text in texts)]


def judged(shapes: str, data: list[Triple], background: list[Triple] | None = None) -> ValidationReport:
    return compile_shapes([HEAD + shapes], background or []).validate_triples(data)


@pytest.mark.parametrize(
    ("target", "data", "found"),
    [
        ("sh:targetClass ex:C", ex("n a C", "m a D"), ["n"]),
        ("sh:targetClass ex:C, ex:D", ex("n a C", "n a D", "m a D"), ["n", "m"]),
        ("sh:targetClass ex:C", ex("n a D", "D < E", "E < C"), ["n"]),
        ("a sh:NodeShape, rdfs:Class", ex("n a S"), ["n"]),
        ("sh:targetNode ex:n", ex("n q m"), ["n"]),
        ("sh:targetSubjectsOf ex:q", ex("n q m"), ["n"]),
        ("sh:targetObjectsOf ex:q", ex("n q m", "n q o"), ["m", "o"]),
        ("sh:targetSubjectsOf ex:q ; sh:targetObjectsOf ex:q ; sh:targetClass ex:C", ex("n q m", "n a C"), ["n", "m"]),
    ],
)
def test_a_target_finds_its_focus_nodes(target: str, data: list[Triple], found: list[str]) -> None:
    report = judged(f"ex:S {target} ; {NEEDS_P}", data)

    assert [result.focus_node for result in report.results] == [EX + name for name in found]


def test_the_objects_of_a_predicate_may_be_literals() -> None:
    text = Literal("x", XSD + "string")
    report = judged("ex:S sh:targetObjectsOf ex:q ; sh:nodeKind sh:IRI .", [(EX + "n", EX + "q", text)])

    assert [(result.focus_node, result.value) for result in report.results] == [(text, text)]


def test_a_node_that_is_targeted_twice_is_judged_once() -> None:
    report = judged(f"ex:S sh:targetClass ex:C ; sh:targetNode ex:n ; {NEEDS_P}", ex("n a C"))

    assert len(report.results) == 1
    assert report.focus_nodes == 1


def test_a_node_of_the_background_is_no_focus_node() -> None:
    report = judged(f"ex:S sh:targetClass ex:C ; {NEEDS_P}", ex("n q m"), ex("m a C"))

    assert not report.checked


def test_focus_nodes_are_counted_by_shape_where_it_is_asked_for() -> None:
    turtle = f"ex:S sh:targetClass ex:C ; {NEEDS_P} ex:T sh:targetClass ex:C, ex:D ; sh:nodeKind sh:IRI ."
    shapes = compile_shapes([HEAD + turtle])
    data = ex("n a C", "m a D", "o a C")

    assert shapes.validate_triples(data, counting=True).focus_nodes_of == {EX + "S": 2, EX + "T": 3}
    assert shapes.validate_triples(data).focus_nodes_of == {}


@pytest.mark.parametrize(
    ("node", "shape", "conforms"),
    [("n", "P", False), ("n", "Q", True), ("m", "P", True), ("n", "Elsewhere", False)],
)
def test_a_shape_can_be_asked_about_a_node_that_it_is_not_for(node: str, shape: str, conforms: bool) -> None:
    shapes = compile_shapes([HEAD + "ex:P sh:path ex:p ; sh:minCount 1 . ex:Q sh:nodeKind sh:IRI ."])

    assert shapes.conform(ex("m p o"), [(EX + shape, EX + node)]) == conforms


def test_the_set_of_a_shape_is_the_name_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "kitchen.ttl"
    path.write_text(HEAD + "ex:S sh:property [ sh:path ex:p ; sh:minCount 1 ] .")

    assert set(compile_shapes([path]).sets.values()) == {"kitchen"}


def test_a_named_node_that_the_graph_does_not_speak_of_does_not_make_it_checked() -> None:
    report = judged(f"ex:S sh:targetNode ex:n ; {NEEDS_P}", ex("m q o"))

    assert len(report.results) == 1
    assert not report.checked


def test_what_is_said_of_the_graph_as_a_whole_does_not_make_it_checked() -> None:
    shapes = compile_shapes([HEAD + f"ex:S sh:targetSubjectsOf <{FOAF}primaryTopic> ; sh:nodeKind sh:IRI ."])
    lifter = lifters(thing({"temperature": quantity("Temperature", "DEG_C")}), base_iri="https://gateway.example/")[
        ADDRESS
    ]
    (graph,) = lifter.lift(document({"temperature": 21.4})).graphs

    assert not shapes.validate(replace(graph, triples=())).checked
    assert shapes.validate_triples(graph.about).checked


def test_a_class_that_the_background_places_below_another_counts_as_it() -> None:
    turtle = "ex:S sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ex:p ; sh:class ex:D ."
    data = ex("n a C", "n p m", "m a E", "n p o")
    report = judged(turtle, data, ex("E < D", "o a E"))

    assert report.results == ()


def test_a_hierarchy_that_the_graph_states_adds_to_the_one_of_the_background() -> None:
    turtle = "ex:S sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ex:p ; sh:class ex:D ."
    data = ex("n a X", "X < Y", "n p m", "m a Z", "Z < E", "n p bad")
    report = judged(turtle, data, ex("Y < C", "E < D"))

    assert [result.value for result in report.results] == [EX + "bad"]


def test_a_closed_shape_looks_at_the_graph_alone() -> None:
    turtle = f"ex:S sh:targetClass ex:C ; sh:closed true ; sh:ignoredProperties ( <{TYPE}> ) ."

    assert judged(turtle, ex("n a C"), ex("n q m")).results == ()
    assert [result.value for result in judged(turtle, ex("n a C", "n q m")).results] == [EX + "m"]


def test_a_shape_that_is_named_but_not_described_is_refused_with_the_one_that_names_it() -> None:
    with pytest.raises(Exception, match=r"shape <urn:ex:S> refers to <urn:ex:Typo>, which is not described"):
        judged("ex:S sh:targetClass ex:C ; sh:not ex:Typo .", [])


@pytest.mark.parametrize("length", [10, 10_000])
def test_a_long_literal_is_judged_like_a_short_one(length: int) -> None:
    turtle = f'ex:S sh:targetObjectsOf ex:q ; sh:pattern "^[0-9]+$" ; sh:datatype <{XSD}integer> .'
    good, bad = Literal("1" * length, XSD + "integer"), Literal("1" * length + "x", XSD + "integer")
    report = judged(turtle, [(EX + "n", EX + "q", good), (EX + "n", EX + "q", bad)])

    assert [result.value for result in report.results] == [bad, bad]
