"""What a shape asks of a node in one question agrees with the results it gives."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.errors import ShapeError
from semantic_gw.model import Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, XSD
from semantic_gw.shipped import SHAPES
from semantic_gw.validators import CompiledShapes, compile_shapes
from semantic_gw.validators.compile import compile_graph
from semantic_gw.validators.shape import Results
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import Background, View
from tests.shared import SHARED

EX = "urn:ex:"
SUITE = sorted((SHARED / "shacl/w3c-tests/core").rglob("*.ttl")) or [Path("absent")]
OURS = compile_shapes(sorted(SHAPES.glob("*.ttl")))


def nodes(triples: list[Triple]) -> list[Term]:
    return list(dict.fromkeys(term for subject, _, value in triples for term in (subject, value)))


def disagreements(compiled: CompiledShapes, triples: list[Triple]) -> list[tuple[str, Term]]:
    """Every shape and node of which the one question and the results say different things."""
    view = View(triples, Background(()))
    view.own_hierarchy()
    found = []
    for shape, node in product(compiled._shapes.values(), nodes(triples)):
        results: Results = []
        shape.validate(view, node, results)
        if not shape.syntax.deactivated and shape.conforms(view, node) == bool(results):
            found.append((shape.node, node))
    return found


@pytest.mark.parametrize("path", [pytest.param(p, id=f"{p.parent.name}/{p.stem}") for p in SUITE])
def test_question_and_results_agree_on_the_w3c_suite(path: Path) -> None:
    if not path.exists():
        pytest.skip("no W3C suite: set SEMANTIC_GW_SHARED to the folder of shared test data")
    graph = ShapesGraph()
    graph.add(path.read_bytes(), path.name, base="http://w3c.test/")
    try:
        compiled = compile_graph(graph, Background(()))
    except ShapeError:
        return

    assert disagreements(compiled, graph.triples) == []


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in sorted(SHAPES.glob("examples/*/*.ttl"))])
def test_question_and_results_agree_on_our_examples(path: Path) -> None:
    assert disagreements(OURS, ShapesGraph.read([path]).triples) == []


CONSTRAINTS = [
    "sh:class ex:C", "sh:datatype xsd:integer", "sh:nodeKind sh:IRI", "sh:minInclusive 2", "sh:pattern '1'",
    "sh:in ( ex:a ex:b 1 )", "sh:not ex:Q", "sh:or ( ex:Q ex:R )", "sh:and ( ex:Q ex:R )", "sh:xone ( ex:Q ex:R )",
    "sh:node ex:Q", "sh:property ex:R", "sh:hasValue ex:a", "sh:equals ex:q", "sh:disjoint ex:q",
    "sh:node ex:Loop", "sh:property ex:Chain", "sh:closed true", "sh:minLength 8", "sh:maxLength 7",
    "sh:languageIn ( 'en' )", "sh:maxExclusive 2",
]  # fmt: skip
OF_PATHS = ["sh:minCount 1", "sh:minCount 2", "sh:maxCount 1", "sh:lessThan ex:q", "sh:uniqueLang true",
            "sh:qualifiedValueShape ex:Q ; sh:qualifiedMaxCount 1"]  # fmt: skip
PATHS = ["ex:p", "( ex:p ex:q )", "[ sh:inversePath ex:p ]", "[ sh:zeroOrMorePath ex:p ]"]
HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Q sh:nodeKind sh:IRI . ex:R sh:path ex:q ; sh:maxCount 1 .
ex:Loop sh:property ex:R, [ sh:path ex:p ; sh:node ex:Loop ] . ex:Chain sh:path ex:p ; sh:property ex:Chain, ex:R . """

term = st.sampled_from([EX + "a", EX + "b", EX + "c", Literal("1", XSD + "integer"), Literal("2", XSD + "integer")])
triple = st.one_of(
    st.tuples(st.sampled_from([EX + "a", EX + "b", EX + "c"]), st.sampled_from([EX + "p", EX + "q"]), term),
    st.tuples(st.sampled_from([EX + "a", EX + "b"]), st.just(RDF + "type"), st.just(EX + "C")),
)


def distinct(texts: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(texts), max_size=4, unique_by=lambda text: text.split()[0])


@given(st.none() | st.sampled_from(PATHS), distinct(CONSTRAINTS), distinct(OF_PATHS), st.lists(triple, max_size=12))
def test_question_and_results_agree_on_any_shape(
    path: str | None, constraints: list[str], of_paths: list[str], triples: list[Triple]
) -> None:
    parts = ["a sh:NodeShape"] if path is None else ["a sh:PropertyShape", f"sh:path {path}", *of_paths]
    compiled = compile_shapes([f"{HEAD} ex:S {' ; '.join([*parts, *constraints])} ."])

    assert disagreements(compiled, triples) == []
