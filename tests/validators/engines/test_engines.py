"""One behaviour suite, a row per engine: reports come back exactly, and no message is lost, nor reaches the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

import pytest

from semantic_gw.errors import ConfigurationError, ShapeError
from semantic_gw.model import Alternative, Inverse, Literal, OneOrMore, Severity, Triple, ValidationReport
from semantic_gw.model import Sequence as SequencePath
from semantic_gw.rdf.namespaces import RDF, RDFS, SGW, SH, XSD
from semantic_gw.validators import compile_shapes
from semantic_gw.validators.closures import compile_model
from semantic_gw.validators.engines import ENGINES, Engine, Told, told
from semantic_gw.validators.engines.engine import FAILURE, EngineShapes
from semantic_gw.validators.engines.partition import cut
from semantic_gw.validators.parse import parse_shapes
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import Background

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:x:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: sh:declare [ sh:prefix "ex" ; sh:namespace "urn:x:"^^xsd:anyURI ] .
"""
TYPE, LABEL, SUBCLASS = RDF + "type", RDFS + "label", RDFS + "subClassOf"
COMPONENT = SH + "SPARQLConstraintComponent"
VALUES = 'sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this ?value { $this ex:p ?value }" ]'
"""Every value of ex:p is wrong."""

NO_VALUE_OF_ASK = {"pyshacl"}
"""Engines that leave out sh:value where a validator of a property shape is an ASK (SHACL, 6.3)."""

Make = Callable[..., Engine]


@pytest.fixture(params=ENGINES)
def make(request: pytest.FixtureRequest) -> Make:
    def make(turtle: str, *background: Triple) -> Engine:
        graph = ShapesGraph.read([HEAD + turtle])
        model = parse_shapes(graph)
        return ENGINES[request.param](graph, tuple(model.engine_only), Background(background))

    return make


def text(lexical: str, language: str | None = None) -> Literal:
    return Literal(lexical, RDF + "langString" if language else XSD + "string", language)


@pytest.mark.parametrize(
    "literal",
    [
        Literal("01", XSD + "integer"),
        Literal("+1", XSD + "int"),
        Literal("200", XSD + "byte"),
        Literal("21.50", XSD + "float"),
        Literal("1", XSD + "boolean"),
        Literal("yes", XSD + "boolean"),
        Literal("2011-01-01", XSD + "dateTime"),
        Literal("1e0", "urn:datatype"),
        text(""),
        text('a "b" \\ \n\r\t\x07 é 𝄞'),
        text("Höhe", "de-AT"),
        text("Höhe", "DE-at"),
    ],
)
def test_a_literal_comes_back_as_it_was(make: Make, literal: Literal) -> None:
    engine = make(f"ex:S sh:targetSubjectsOf ex:p ; {VALUES} .")
    (result,) = engine.validate_triples([("urn:a", "urn:x:p", literal)]).results

    assert result.value == literal


def test_a_result_says_all_that_shacl_wants(make: Make) -> None:
    engine = make(
        "ex:S sh:targetNode ex:a ; sh:severity ex:Odd ; sh:sparql ex:C . "
        'ex:C sh:message "not {?value}" ; sh:select "SELECT $this ?path ?value { $this ?path ?value }" .'
    )
    (result,) = engine.validate_triples([("urn:x:a", "urn:x:p", "urn:x:b")]).results

    assert (result.focus_node, result.result_path, result.value) == ("urn:x:a", "urn:x:p", "urn:x:b")
    assert (result.source_shape, result.source_constraint, result.source_name) == ("urn:x:S", "urn:x:C", "<urn:x:S>")
    assert (result.source_constraint_component, result.severity) == (COMPONENT, "urn:x:Odd")
    assert result.messages == (text("not urn:x:b"),)


def test_a_result_has_a_message_without_one_in_the_shape(make: Make) -> None:
    engine = make(f"ex:S sh:targetSubjectsOf ex:p ; {VALUES} .")
    (result,) = engine.validate_triples([("urn:a", "urn:x:p", "urn:b")]).results

    assert result.message


def test_a_path_comes_back_with_its_structure(make: Make) -> None:
    engine = make(
        "ex:S sh:targetNode ex:a ; "
        "sh:path ( [ sh:inversePath ex:p ] [ sh:alternativePath ( ex:q [ sh:oneOrMorePath ex:r ] ) ] ) ;"
        'sh:sparql [ sh:select "SELECT $this ?value { $this $PATH ?value }" ] .'
    )
    (result,) = engine.validate_triples([("urn:b", "urn:x:p", "urn:x:a"), ("urn:b", "urn:x:r", "urn:c")]).results

    assert result.value == "urn:c"
    assert result.result_path == SequencePath((Inverse("urn:x:p"), Alternative(("urn:x:q", OneOrMore("urn:x:r")))))


def test_blank_nodes_of_the_shapes_come_back_by_their_own_names(make: Make) -> None:
    turtle = f"ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; {VALUES} ] ."
    graph = ShapesGraph.read([HEAD + turtle])
    (inner,) = graph.terms("urn:x:S", SH + "property")
    (result,) = make(turtle).validate_triples([("urn:a", "urn:x:p", "urn:b")]).results

    assert (result.source_shape, result.source_name) == (inner, "<urn:x:S> / [sh:path <urn:x:p>]")
    assert result.source_constraint == graph.terms(inner, SH + "sparql")[0]


def test_blank_nodes_of_a_message_stay_blank_and_keep_their_labels(make: Make) -> None:
    engine = make(
        "ex:S sh:targetSubjectsOf ex:p ; sh:nodeKind sh:BlankNode ; sh:closed true ; sh:ignoredProperties ( ex:p ) ;"
        f"{VALUES} ."
    )
    report = engine.validate_triples([("_:one", "urn:x:p", "_:b2"), ("_:b2", "urn:x:p", "_:one.x-1")])

    assert {(r.focus_node, r.value) for r in report.results} == {("_:one", "_:b2"), ("_:b2", "_:one.x-1")}


def test_an_implicit_class_and_the_hierarchy_behind_a_message_are_targets(make: Make) -> None:
    engine = make(
        f"ex:C a sh:NodeShape, owl:Class ; {VALUES} .",
        ("urn:x:D", SUBCLASS, "urn:x:E"),
        ("urn:x:E", SUBCLASS, "urn:x:C"),
    )
    report = engine.validate_triples([("urn:a", TYPE, "urn:x:D"), ("urn:a", "urn:x:p", "urn:b")])

    assert [result.focus_node for result in report.results] == ["urn:a"]
    assert (report.focus_nodes, report.focus_nodes_of) == (1, {"urn:x:C": 1})


def test_a_message_may_state_classes_itself(make: Make) -> None:
    engine = make(f"ex:S sh:targetClass ex:C ; {VALUES} .")
    triples = [("urn:a", TYPE, "urn:x:D"), ("urn:a", "urn:x:p", "urn:b"), ("urn:x:D", SUBCLASS, "urn:x:C")]

    assert len(engine.validate_triples(triples).results) == 1


BEHIND = (("urn:k", TYPE, "urn:x:C"), ("urn:k", "urn:x:p", "urn:v"), ("urn:k", LABEL, text("kind")))


@pytest.mark.parametrize("target", ["sh:targetClass ex:C", "sh:targetSubjectsOf ex:p", "sh:targetObjectsOf ex:kind"])
def test_a_node_of_the_background_is_seen_and_never_a_focus_node(make: Make, target: str) -> None:
    engine = make(
        f"ex:S {target} ; sh:sparql [ sh:prefixes ex: ; sh:select "
        '"SELECT $this ?value { $this (^ex:kind|ex:kind)*/ex:p ?value }" ] .',
        *BEHIND,
        ("urn:other", "urn:x:kind", "urn:k"),
    )
    triples = [("urn:a", "urn:x:kind", "urn:k")]
    report = engine.validate_triples([*triples, ("urn:a", TYPE, "urn:x:C"), ("urn:a", "urn:x:p", "urn:w")])

    focus = "urn:k" if "ObjectsOf" in target else "urn:a"
    assert {(result.focus_node, result.value) for result in report.results} == {(focus, "urn:v"), (focus, "urn:w")}


def test_a_query_sees_what_it_names_in_the_background(make: Make) -> None:
    engine = make(
        "ex:S sh:targetSubjectsOf ex:p ; sh:sparql [ sh:prefixes ex: ; sh:select "
        '"SELECT $this ?value { $this ex:p ?o . ?any ex:allows ?value . FILTER NOT EXISTS { ?k a ex:Kind } }" ] .',
        ("urn:far", "urn:x:allows", "urn:v"),
    )
    (result,) = engine.validate_triples([("urn:a", "urn:x:p", "urn:b")]).results

    assert result.value == "urn:v"


def test_a_shape_that_an_engine_shape_refers_to_is_asked_for_it_only(make: Make) -> None:
    engine = make(
        f"ex:S sh:targetNode ex:a ; sh:node ex:T ; {VALUES} . ex:T a sh:NodeShape ; sh:targetSubjectsOf ex:p ; "
        "sh:nodeKind sh:Literal ."
    )
    report = engine.validate_triples([("urn:x:a", "urn:x:q", "urn:b"), ("urn:b", "urn:x:p", "urn:c")])

    assert [(r.focus_node, r.source_constraint_component) for r in report.results] == [
        ("urn:x:a", SH + "NodeConstraintComponent")
    ]


def test_a_component_of_another_file_is_used(make: Make) -> None:
    engine = make(
        "ex:Component a sh:ConstraintComponent ; sh:parameter [ sh:path <urn:x/most> ] ; "
        'sh:validator [ sh:message "more than {$most}" ; sh:ask "ASK { FILTER ($value <= $most) }" ] . '
        "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; <urn:x/most> 5 ] ."
    )
    number = Literal("6", XSD + "integer")
    (result,) = engine.validate_triples(
        [("urn:a", "urn:x:p", number), ("urn:b", "urn:x:p", Literal("5", XSD + "integer"))]
    ).results

    assert (result.focus_node, result.result_path) == ("urn:a", "urn:x:p")
    assert (result.value == number) == (engine.name not in NO_VALUE_OF_ASK)
    assert (result.source_constraint_component, result.message) == ("urn:x:Component", "more than 5")


def test_a_deactivated_shape_is_for_nothing(make: Make) -> None:
    engine = make(f"ex:S sh:targetSubjectsOf ex:p ; sh:deactivated true ; {VALUES} .")

    assert engine.validate_triples([("urn:a", "urn:x:p", "urn:b")]) == ValidationReport((), 0)


def test_compiled_shapes_ask_an_engine_for_the_rest() -> None:
    for name, factory in ENGINES.items():
        shapes = compile_shapes(
            [
                HEAD
                + f"ex:S sh:targetSubjectsOf ex:p ; {VALUES} . ex:T sh:targetNode <urn:a> ; sh:nodeKind sh:Literal ."
            ],
            engine=factory,
        )
        report = shapes.validate_triples([("urn:a", "urn:x:p", "urn:b")])

        assert {result.source_shape for result in report.results} == {"urn:x:S", "urn:x:T"}, name
        assert (report.focus_nodes, report.conforms) == (1, False)


# ── What breaks an engine ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_that_breaks_an_engine_has_a_violation_that_says_so(make: Make) -> None:
    engine = make(f"ex:S sh:targetSubjectsOf ex:p ; {VALUES} .")
    (result,) = engine.validate_triples([("urn:a", "urn:x:p", text("\ud800"))]).results or [None]

    assert result is not None
    assert (result.focus_node, result.source_shape, result.severity) == ("urn:a", "urn:x:S", Severity.VIOLATION)


class Panic(BaseException):
    """What a panic in Rust is to Python: no Exception."""


class Broken:
    """A Judge that raises."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def report(self, message: Sequence[Triple], background: Sequence[Triple]) -> NoReturn:
        raise self._error


def broken(error: BaseException) -> EngineShapes:
    graph = ShapesGraph.read([HEAD + f"ex:S sh:targetSubjectsOf ex:p ; {VALUES} ."])
    return EngineShapes("broken", Broken(error), cut(graph, ("urn:x:S",), Background(())), Background(()))


@pytest.mark.parametrize("error", [ValueError("no such thing"), RecursionError(), MemoryError(), Panic("index")])
def test_no_failure_of_an_engine_loses_a_message_or_passes_it(error: BaseException) -> None:
    report = broken(error).validate_triples([("urn:a", "urn:x:p", "urn:b")])
    (result,) = report.results

    assert not report.conforms
    assert (result.source_constraint_component, FAILURE) == (FAILURE, SGW + "EngineFailure")
    assert f"could not be checked with <urn:x:S>: the engine broken raised {type(error).__name__}" in result.message


def test_an_engine_is_not_asked_about_what_its_shapes_are_not_for() -> None:
    report = broken(ValueError()).validate_triples([("urn:a", "urn:x:q", "urn:b")])

    assert report == ValidationReport((), 0)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_the_end_of_the_process_is_no_failure_of_an_engine(error: type[BaseException]) -> None:
    with pytest.raises(error):
        broken(error()).validate_triples([("urn:a", "urn:x:p", "urn:b")])


# ── What is refused at load ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("turtle", "why"),
    [
        (
            "ex:S sh:targetNode ex:a ; sh:sparql [ sh:select 'SELECT $this { SERVICE <http://x/> {} }' ] .",
            "uses SERVICE",
        ),
        ("ex:S sh:targetNode ex:a ; sh:sparql [ sh:select 'LOAD <http://x/>' ] .", "is no SELECT query"),
        ("ex:S sh:targetNode ex:a ; sh:sparql [ sh:select 'SELECT $this FROM <http://x/> {}' ] .", "uses FROM"),
        ("ex:S sh:target [ sh:select 'SELECT ?this { ?this ?p ?o }' ] .", "uses sh:target"),
    ],
)
def test_what_no_engine_may_do_is_refused(make: Make, turtle: str, why: str) -> None:
    with pytest.raises(ShapeError, match=why):
        make(turtle)


def test_an_engine_that_is_not_installed_says_what_there_is_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "semantic_gw.validators.engines.shacl", None)

    with pytest.raises(ConfigurationError, match=r"install shacl 0\.3\.4, or set shapes\.engine to pyshacl"):
        ENGINES["shacl"](ShapesGraph(), (), Background(()))


def test_pyshacl_has_no_shapes_graph_and_says_so() -> None:
    graph = ShapesGraph.read(
        [HEAD + 'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this { GRAPH $shapesGraph { } }" ] .']
    )

    with pytest.raises(ShapeError, match="GRAPH, which the engine pyshacl does not have; the engine shacl has it"):
        ENGINES["pyshacl"](graph, ("urn:x:S",), Background(()))


# ── What an operator is told ────────────────────────────────────────────────────────────────────────────────────────


def test_an_operator_sees_which_shapes_are_slow_and_why() -> None:
    graph = ShapesGraph.read(
        [HEAD + f"ex:S sh:targetNode ex:a ; {VALUES} . ex:T sh:targetNode ex:a ; sh:nodeKind sh:IRI ."]
    )
    slow, fast = told(parse_shapes(graph))

    assert (slow.name, slow.compiled) == ("<urn:x:S>", False)
    assert "sh:sparql" in slow.reason
    assert fast == Told("urn:x:T", "<urn:x:T>", "shapes 0")
    assert fast.compiled


def test_a_model_without_engine_shapes_compiles_alone() -> None:
    model = parse_shapes(ShapesGraph.read([HEAD + "ex:T sh:targetNode ex:a ; sh:nodeKind sh:IRI ."]))

    assert len(compile_model(model, Background(()))) == 1
