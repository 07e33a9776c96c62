"""The examples of our shapes: each conforms, or violates exactly the shapes that its file name tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Triple
from semantic_gw.rdf.namespaces import RDF, SAREF, SGW, SH
from semantic_gw.settings import Settings
from semantic_gw.shipped import SHAPES
from semantic_gw.validators import CompiledShapes
from semantic_gw.validators.source import ShapesGraph

SHAPE = SGW + "shapes/"
EXAMPLES = SHAPES / "examples"
CONFORMING = [pytest.param(path, id=path.stem) for path in sorted(EXAMPLES.glob("conforms/*.ttl"))]
VIOLATING = [pytest.param(path, id=path.stem) for path in sorted(EXAMPLES.glob("violates/*.ttl"))]
SOURCES = ShapesGraph.read(sorted(SHAPES.glob("*.ttl")))
DELETED_CLASSES = sorted(str(class_) for class_ in SOURCES.terms(SHAPE + "DeletedClass", SH + "targetClass"))
DELETED_PROPERTIES = sorted(
    str(term) for node in SOURCES.nodes if str(node).startswith(SHAPE + "Deleted-")
    for term in SOURCES.terms(node, SH + "targetSubjectsOf")
)  # fmt: skip
DELETED_INDIVIDUALS = SOURCES.list(SHAPE, *SOURCES.terms(SHAPE + "IsDeletedIndividual", SH + "in"))


@pytest.fixture(scope="module")
def shapes() -> CompiledShapes:
    return load_parts(Settings()).shapes


def triples(path: Path) -> list[Triple]:
    return ShapesGraph.read([path]).triples


def named(path: Path) -> set[str]:
    """The shapes that the name of *path* tells: `<shape>[+<shape>].<what is wrong>.ttl`."""
    return {SHAPE + name for name in path.name.partition(".")[0].split("+")}


def violated(shapes: CompiledShapes, graph: list[Triple]) -> set[str]:
    return {result.source_shape for result in shapes.validate_triples(graph).results}


@pytest.mark.parametrize("example", CONFORMING)
def test_a_conforming_example_conforms(example: Path, shapes: CompiledShapes) -> None:
    report = shapes.validate_triples(triples(example))

    assert report.results == ()
    assert report.conforms


@pytest.mark.parametrize("example", VIOLATING)
def test_a_violating_example_violates_the_shapes_of_its_name(example: Path, shapes: CompiledShapes) -> None:
    assert violated(shapes, triples(example)) == named(example)


@pytest.mark.parametrize("class_", DELETED_CLASSES)
def test_a_class_that_saref_deleted_is_told(class_: str, shapes: CompiledShapes) -> None:
    graph = [*triples(EXAMPLES / "conforms" / "quantity.ttl"), ("urn:x", RDF + "type", class_)]

    assert violated(shapes, graph) == {SHAPE + "DeletedClass-type"}


@pytest.mark.parametrize("property_", DELETED_PROPERTIES)
def test_a_property_that_saref_deleted_is_told(property_: str, shapes: CompiledShapes) -> None:
    graph = [*triples(EXAMPLES / "conforms" / "quantity.ttl"), ("urn:x", property_, "urn:y")]

    assert violated(shapes, graph) == {f"{SHAPE}Deleted-{property_.removeprefix(SAREF)}"}


@pytest.mark.parametrize("individual", DELETED_INDIVIDUALS)
def test_an_individual_that_saref_deleted_is_told(individual: str, shapes: CompiledShapes) -> None:
    graph = [*triples(EXAMPLES / "conforms" / "quantity.ttl"), ("urn:x", SAREF + "accomplishes", individual)]

    assert violated(shapes, graph) == {SHAPE + "DeletedIndividual"}


def test_every_shape_with_a_message_is_violated_by_an_example() -> None:
    with_message = {node for node in SOURCES.nodes if SOURCES.terms(node, SH + "message")}
    shown = set().union(*(named(path) for path in EXAMPLES.glob("violates/*.ttl")))
    deleted = {f"{SHAPE}Deleted-{name.removeprefix(SAREF)}" for name in DELETED_PROPERTIES}

    assert with_message - shown - deleted == set()


def test_every_kind_of_graph_has_a_conforming_example(shapes: CompiledShapes) -> None:
    targets = {
        str(class_) for node in SOURCES.nodes if node != SHAPE + "DeletedClass"
        for class_ in SOURCES.terms(node, SH + "targetClass")
    }  # fmt: skip
    types = {o for path in EXAMPLES.glob("conforms/*.ttl") for _, p, o in triples(path) if p == RDF + "type"}

    assert targets - types == {SAREF + "Meter", SAREF + "Actuation"}
