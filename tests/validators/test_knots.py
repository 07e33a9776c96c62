"""Shapes that refer to themselves: a node conforms unless something says otherwise, however long the way to it."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.errors import ShapeError
from semantic_gw.model import Literal, Triple, ValidationReport
from semantic_gw.rdf.namespaces import RDF, SH, XSD
from semantic_gw.validators import CompiledShapes, compile_shapes
from semantic_gw.validators.recursion import MAX_NESTING

EX = "urn:ex:"
HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . "
PERSON = "ex:Person sh:targetClass ex:P ; sh:property ex:Knows, ex:Named . ex:Named sh:path ex:name ; sh:minCount 1 . "
KNOWS = PERSON + "ex:Knows sh:path ex:knows ; sh:node ex:Person ."
CHAIN = (
    "ex:Link sh:targetClass ex:P ; sh:path ex:knows ; sh:property ex:Link, ex:Named . "
    "ex:Named sh:path ex:name ; sh:minCount 1 ."
)


def compiled(turtle: str) -> CompiledShapes:
    return compile_shapes([HEAD + turtle])


def people(named: str, knowing: list[str]) -> list[Triple]:
    """Each letter of *named* has a name; `ab` says that a knows b. The first node is the one that is targeted."""
    names: list[Triple] = [(EX + one, EX + "name", Literal(one, XSD + "string")) for one in named]
    return [*names, *((EX + pair[0], EX + "knows", EX + pair[1]) for pair in knowing)]


def judged(shapes: CompiledShapes, root: str, triples: list[Triple]) -> ValidationReport:
    return shapes.validate_triples([(EX + root, RDF + "type", EX + "P"), *triples])


@pytest.mark.parametrize(
    ("named", "knowing", "conforms"),
    [
        ("a", [], True),
        ("a", ["aa"], True),
        ("ab", ["ab", "ba"], True),
        ("abc", ["ab", "bc", "ca"], True),
        ("ab", ["ab", "bc", "ca"], False),
        ("a", ["ab", "ba"], False),
        ("abcd", ["ab", "ac", "bd", "cd"], True),
        ("abc", ["ab", "ac", "bd", "cd"], False),
    ],
)
def test_a_node_conforms_unless_something_on_a_way_from_it_says_otherwise(
    named: str, knowing: list[str], conforms: bool
) -> None:
    assert judged(compiled(KNOWS), "a", people(named, knowing)).conforms == conforms


def test_the_result_is_at_the_focus_node_and_its_details_lead_to_the_cause() -> None:
    (result,) = judged(compiled(KNOWS), "a", people("ab", ["ab", "bc"])).results
    (detail,) = result.details
    (cause,) = detail.details

    assert (result.focus_node, result.value) == (EX + "a", EX + "b")
    assert (detail.focus_node, detail.value) == (EX + "b", EX + "c")
    assert (cause.focus_node, cause.source_constraint_component) == (EX + "c", SH + "MinCountConstraintComponent")


def test_results_of_property_shapes_that_refer_to_themselves_stand_once_a_way_in() -> None:
    report = judged(compiled(CHAIN), "a", people("", ["ab", "bc", "cb", "bb"]))

    assert sorted(str(result.focus_node) for result in report.results) == [EX + "b"] * 3 + [EX + "c"]


@pytest.mark.parametrize("turtle", [KNOWS, CHAIN], ids=["node", "property"])
@pytest.mark.parametrize("last_is_named", [True, False])
def test_a_chain_of_any_length_is_judged(turtle: str, last_is_named: bool) -> None:
    nodes = [f"n{number}" for number in range(5000)]
    links: list[Triple] = [(EX + a, EX + "knows", EX + b) for a, b in pairwise(nodes)]
    named = nodes if last_is_named else nodes[:-1]
    names: list[Triple] = [(EX + one, EX + "name", Literal(one, XSD + "string")) for one in named]

    assert judged(compiled(turtle), "n0", [*links, *names]).conforms == last_is_named


def test_a_crowd_that_all_know_each_other_is_judged() -> None:
    crowd = "abcdefghijklmnopqrst"
    everybody = ["".join(pair) for pair in permutations(crowd, 2)]

    assert judged(compiled(KNOWS), "a", people(crowd, everybody)).conforms
    assert not judged(compiled(KNOWS), "a", people(crowd[:-1], everybody)).conforms


def test_a_crowd_gives_a_bounded_number_of_details() -> None:
    crowd = "abcdefghijklmnopqrst"
    (*_, result) = judged(compiled(KNOWS), "a", people("", ["".join(pair) for pair in permutations(crowd, 2)])).results

    assert 0 < str(result).count("ValidationResult") < 2000


def test_what_asks_not_to_conform_may_look_at_a_knot_from_outside() -> None:
    shapes = compiled("ex:Bad sh:targetClass ex:P ; sh:not ex:Person . " + KNOWS.replace("sh:targetClass ex:P ; ", ""))

    assert not judged(shapes, "a", people("ab", ["ab", "ba"])).conforms
    assert judged(shapes, "a", people("a", ["ab", "ba"])).conforms


def test_a_knot_may_look_at_another_through_what_asks_not_to_conform() -> None:
    shapes = compiled(
        "ex:S sh:targetClass ex:P ; sh:property [ sh:path ex:likes ; sh:node ex:S ] ; sh:not ex:Circle . "
        "ex:Circle sh:property [ sh:path ex:knows ; sh:minCount 1 ; sh:node ex:Circle ] ."
    )

    assert judged(shapes, "a", [(EX + "a", EX + "likes", EX + "b"), *people("", ["bc"])]).conforms
    assert not judged(shapes, "a", [(EX + "a", EX + "likes", EX + "b"), *people("", ["bc", "cb"])]).conforms


def test_a_deactivated_shape_in_a_knot_asks_nothing() -> None:
    shapes = compiled(KNOWS.replace("ex:Named sh:path", "ex:Knows sh:deactivated true . ex:Named sh:path"))

    assert judged(shapes, "a", people("a", ["ab"])).conforms


QUALIFIED = "ex:S sh:property [ sh:path ex:p ; sh:qualifiedValueShape"
DISJOINT = (
    f"{QUALIFIED} ex:T ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ], "
    "[ sh:path ex:q ; sh:qualifiedValueShape ex:S ] . ex:T a sh:NodeShape ."
)


@pytest.mark.parametrize(
    ("turtle", "told"),
    [
        ("ex:S sh:not ex:S .", "shape <urn:ex:S> refers to itself through sh:not"),
        ("ex:S sh:not ex:S .", "which has no meaning: <urn:ex:S> → <urn:ex:S>; unfold it"),
        (
            "ex:S sh:not ex:T . ex:T sh:node ex:S .",
            "sh:not, which has no meaning: <urn:ex:S> → <urn:ex:T> → <urn:ex:S>",
        ),
        ("ex:S sh:xone ( ex:S ex:T ) . ex:T a sh:NodeShape .", "through sh:xone"),
        (f"{QUALIFIED} ex:S ; sh:qualifiedMaxCount 1 ] .", "through sh:qualifiedMaxCount"),
        (DISJOINT, "through sh:qualifiedValueShapesDisjoint"),
    ],
)
def test_recursion_through_what_asks_not_to_conform_is_refused_with_the_cycle(turtle: str, told: str) -> None:
    with pytest.raises(ShapeError) as raised:
        compiled(turtle)

    assert told in str(raised.value)


def test_recursion_through_a_least_number_of_values_is_allowed() -> None:
    one = "[ sh:path ex:knows ; sh:qualifiedValueShape ex:S ; sh:qualifiedMinCount 1 ]"
    shapes = compiled(f"ex:S sh:targetClass ex:P ; sh:property {one} .")

    assert judged(shapes, "a", people("", ["ab", "ba"])).conforms
    assert not judged(shapes, "a", people("", ["ab", "bc"])).conforms


@pytest.mark.parametrize(("nested", "allowed"), [(MAX_NESTING - 1, True), (MAX_NESTING, False), (3000, False)])
def test_shapes_nest_only_so_deep(nested: int, allowed: bool) -> None:
    turtle = "".join(f"ex:S{number} sh:node ex:S{number + 1} . " for number in range(nested))
    turtle += f"ex:S0 sh:targetClass ex:P . ex:S{nested} sh:nodeKind sh:Literal ."
    if allowed:
        assert not judged(compiled(turtle), "a", []).conforms
        return

    with pytest.raises(ShapeError, match="shapes within shapes"):
        compiled(turtle)


LETTERS = "abcde"


@given(st.sets(st.sampled_from(LETTERS)), st.sets(st.sampled_from([a + b for a in LETTERS for b in LETTERS])))
def test_a_knot_says_what_the_fixpoint_says(named: set[str], knowing: set[str]) -> None:
    conforming = set(LETTERS)
    for _ in LETTERS:  # take away who has no name, or knows somebody that was taken away
        conforming = {a for a in conforming & named if all(pair[1] in conforming for pair in knowing if pair[0] == a)}
    shapes = compiled(KNOWS)

    for root in LETTERS:
        assert judged(shapes, root, people("".join(named), sorted(knowing))).conforms == (root in conforming)
