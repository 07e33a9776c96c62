"""What Core does not have is asked of an engine, and only for messages with a focus node of its shapes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import Literal, Severity, Triple, ValidationReport, ValidationResult
from semantic_gw.rdf.namespaces import RDF, SH, XSD
from semantic_gw.validators import CompiledShapes, compile_shapes
from semantic_gw.validators.closures import compile_model
from semantic_gw.validators.compiled import EnginePart
from semantic_gw.validators.parse import parse_shapes
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import Node
from semantic_gw.validators.view import Background

EX = "urn:ex:"
TYPE = RDF + "type"
HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . "
BOTH = (
    "ex:S sh:targetClass ex:C ; sh:sparql [ sh:select 'SELECT $this { $this ?p ?o }' ] . "
    "ex:T sh:targetClass ex:D ; sh:nodeKind sh:IRI ."
)


class Fake:
    """An engine that finds one thing wrong, always."""

    name = "fake"

    def __init__(self) -> None:
        self.asked: list[Sequence[Triple]] = []

    def __call__(self, graph: ShapesGraph, nodes: Collection[Node], background: Background) -> Fake:
        self.graph, self.nodes, self.background = graph, nodes, background
        return self

    def validate_triples(self, triples: Sequence[Triple]) -> ValidationReport:
        self.asked.append(triples)
        message = Literal("wrong", XSD + "string")
        component = SH + "SPARQLConstraintComponent"
        found = ValidationResult(EX + "n", None, None, EX + "S", component, Severity.VIOLATION, (message,))
        return ValidationReport((found,), 1, {EX + "S": 1})


@pytest.fixture
def engine() -> Fake:
    return Fake()


@pytest.fixture
def shapes(engine: Fake) -> CompiledShapes:
    return compile_shapes([HEAD + BOTH], [("urn:b", "urn:p", "urn:c")], engine=engine)


def test_an_engine_gets_the_graph_the_shapes_that_need_it_and_the_background(
    engine: Fake, shapes: CompiledShapes
) -> None:
    assert list(engine.nodes) == [EX + "S"]
    assert engine.background.triples == (("urn:b", "urn:p", "urn:c"),)
    assert len(shapes) == 2


def test_an_engine_is_asked_where_one_of_its_shapes_has_a_focus_node(engine: Fake, shapes: CompiledShapes) -> None:
    report = shapes.validate_triples([(EX + "n", TYPE, EX + "C")])

    assert len(engine.asked) == 1
    assert [result.message for result in report.results] == ["wrong"]
    assert report.focus_nodes == 1


def test_an_engine_is_not_asked_for_other_messages(engine: Fake, shapes: CompiledShapes) -> None:
    report = shapes.validate_triples([(EX + "n", TYPE, EX + "D")])

    assert engine.asked == []
    assert report.conforms


def test_results_of_both_stand_in_one_report(shapes: CompiledShapes) -> None:
    blank = ("_:n", TYPE, EX + "D")
    report = shapes.validate_triples([(EX + "n", TYPE, EX + "C"), blank], counting=True)

    assert [result.source_shape for result in report.results] == [EX + "T", EX + "S"]
    assert report.focus_nodes_of == {EX + "S": 1, EX + "T": 1}


def test_an_engine_is_always_asked_where_only_it_can_tell_the_focus_nodes(engine: Fake) -> None:
    graph = ShapesGraph.read([HEAD + "ex:S sh:target [ sh:select '' ] ; sh:nodeKind sh:IRI ."])
    model = parse_shapes(graph)
    shapes = compile_model(model, Background(()), EnginePart(engine, model.engine_targets))
    report = shapes.validate_triples([(EX + "n", "urn:p", EX + "m")])

    assert len(engine.asked) == 1
    assert report.focus_nodes == 1


def test_without_an_engine_shapes_that_need_one_stop_the_load_with_the_reason() -> None:
    with pytest.raises(ShapeError) as raised:
        compile_shapes([HEAD + BOTH])

    assert "shape <urn:ex:S> needs an engine for sh:sparql; there is none here" in str(raised.value)


def test_shapes_that_need_no_engine_make_none(engine: Fake) -> None:
    compile_shapes([HEAD + "ex:T sh:targetClass ex:D ; sh:nodeKind sh:IRI ."], engine=engine)

    assert not hasattr(engine, "nodes")
