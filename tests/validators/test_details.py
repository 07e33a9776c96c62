"""A result that a shape within a shape causes carries the results that explain it (sh:detail), within bounds."""

from __future__ import annotations

import pytest

from semantic_gw.model import Triple, ValidationResult
from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators import compile_shapes
from semantic_gw.validators.shape import MAX_DETAIL_DEPTH
from semantic_gw.validators.view import MOST_DETAILS

EX = "urn:ex:"
HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . "
OTHERS = "ex:Literal sh:nodeKind sh:Literal . ex:Long sh:minLength 99 . ex:Iri sh:nodeKind sh:IRI . "
DATA: list[Triple] = [(EX + "a", EX + "p", EX + "b")]


def results(constraint: str, data: list[Triple] | None = None) -> tuple[ValidationResult, ...]:
    turtle = f"{HEAD} {OTHERS} ex:P sh:targetNode ex:a ; sh:path ex:p ; {constraint} ."
    return compile_shapes([turtle]).validate_triples(data or DATA).results


@pytest.mark.parametrize(
    ("constraint", "shapes"),
    [
        ("sh:node ex:Literal", ["Literal"]),
        ("sh:and ( ex:Iri ex:Literal ex:Long )", ["Literal", "Long"]),
        ("sh:or ( ex:Literal ex:Long )", ["Literal", "Long"]),
        ("sh:xone ( ex:Literal ex:Long )", ["Literal", "Long"]),
        ("sh:xone ( ex:Iri ex:Iri )", []),
        ("sh:not ex:Iri", []),
        ("sh:qualifiedValueShape ex:Literal ; sh:qualifiedMinCount 1", ["Literal"]),
        ("sh:qualifiedValueShape ex:Iri ; sh:qualifiedMaxCount 0", []),
        ("sh:nodeKind sh:Literal", []),
    ],
)
def test_the_details_are_the_results_of_the_shapes_within(constraint: str, shapes: list[str]) -> None:
    (result,) = results(constraint)

    assert [detail.source_shape for detail in result.details] == [EX + name for name in shapes]
    assert all(detail.focus_node == EX + "b" for detail in result.details)


def test_results_of_a_property_shape_stand_by_themselves() -> None:
    found = results("sh:property [ sh:path ex:q ; sh:minCount 1 ]")

    assert [(r.focus_node, r.source_constraint_component, r.details) for r in found] == [
        (EX + "b", SH + "MinCountConstraintComponent", ())
    ]


def test_details_have_details() -> None:
    (result,) = results("sh:node [ sh:not ex:Iri ; sh:node [ sh:or ( ex:Long ) ] ]")
    components = [d.source_constraint_component for d in result.details]

    assert sorted(components) == [SH + "NodeConstraintComponent", SH + "NotConstraintComponent"]
    assert [d.details[0].details[0].source_shape for d in result.details if d.details] == [EX + "Long"]


def test_details_nest_only_so_deep() -> None:
    turtle = "ex:Literal"
    for _ in range(MAX_DETAIL_DEPTH + 3):
        turtle = f"[ sh:node {turtle} ]"
    (result,) = results(f"sh:node {turtle}")
    depth = 0
    while result.details:
        (result,) = result.details
        depth += 1

    assert depth == MAX_DETAIL_DEPTH


def test_a_report_has_a_bounded_number_of_details_and_all_results() -> None:
    many: list[Triple] = [(EX + "a", EX + "p", f"{EX}{number}") for number in range(MOST_DETAILS + 50)]
    found = results("sh:node ex:Literal", many)

    assert len(found) == MOST_DETAILS + 50
    assert sum(len(result.details) for result in found) == MOST_DETAILS
