"""sh:equals, sh:disjoint, sh:lessThan and sh:lessThanOrEquals (SHACL, 4.5) compare with another property."""

from __future__ import annotations

import pytest

from semantic_gw.model import Literal, Term, ValidationResult
from semantic_gw.rdf.namespaces import RDF, XSD
from semantic_gw.validators import compile_shapes

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . "


def typed(datatype: str, *texts: str) -> list[Term]:
    return [Literal(text, XSD + datatype) for text in texts]


def results(shape: str, p: list[Term], q: list[Term]) -> tuple[ValidationResult, ...]:
    triples = [*(("urn:a", "urn:p", value) for value in p), *(("urn:a", "urn:q", value) for value in q)]
    return compile_shapes([f"{HEAD} <urn:S> sh:targetNode <urn:a> ; {shape} ."]).validate_triples(triples).results


def values(constraint: str, p: list[Term], q: list[Term]) -> list[Term | None]:
    return [result.value for result in results(f"sh:path <urn:p> ; sh:{constraint} <urn:q>", p, q)]


ONE, TWO, THREE = typed("integer", "1", "2", "3")


@pytest.mark.parametrize(
    ("constraint", "p", "q", "wrong"),
    [
        ("equals", [ONE, TWO], [TWO, ONE], []),
        ("equals", [ONE, TWO], [TWO, THREE], [ONE, THREE]),
        ("equals", [], [ONE], [ONE]),
        ("equals", typed("integer", "1"), typed("integer", "01"), typed("integer", "1", "01")),
        ("disjoint", [ONE, TWO], [TWO, THREE], [TWO]),
        ("disjoint", typed("integer", "1"), typed("decimal", "1"), []),
        ("lessThan", [ONE], [TWO], []),
        ("lessThan", [TWO], [TWO], [TWO]),
        ("lessThanOrEquals", [TWO], [TWO], []),
        ("lessThan", [ONE, THREE], [TWO, THREE], [THREE, THREE]),
        ("lessThan", [ONE], [], []),
    ],
)
def test_the_values_that_do_not_fit_are_told(
    constraint: str, p: list[Term], q: list[Term], wrong: list[Term | None]
) -> None:
    assert values(constraint, p, q) == wrong


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (("integer", "-1"), ("decimal", "0.5")),
        (("decimal", "0.1"), ("double", "2e-1")),
        (("float", "1"), ("double", "INF")),
        (("byte", "1"), ("unsignedLong", "18446744073709551615")),
        (("boolean", "false"), ("boolean", "1")),
        (("string", "a"), ("string", "b")),
        (("dateTime", "2026-11-24T23:59:59Z"), ("dateTime", "2026-11-24T24:00:00Z")),
        (("dateTime", "2026-11-24T10:00:00+02:00"), ("dateTimeStamp", "2026-11-24T09:00:00Z")),
        (("date", "2026-11-24"), ("date", "2026-11-25")),
        (("time", "10:00:00Z"), ("time", "11:00:00Z")),
    ],
)
def test_values_of_every_space_that_has_an_order_are_compared(less: tuple[str, str], more: tuple[str, str]) -> None:
    (low,), (high,) = typed(*less), typed(*more)

    assert values("lessThan", [low], [high]) == []
    assert values("lessThan", [high], [low]) == [high]
    assert values("lessThanOrEquals", [high], [low]) == [high]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Literal("1", XSD + "integer"), Literal("b", XSD + "string")),
        (Literal("one", XSD + "integer"), Literal("2", XSD + "integer")),
        (Literal("NaN", XSD + "double"), Literal("NaN", XSD + "double")),
        (Literal("a", RDF + "langString", "en"), Literal("b", RDF + "langString", "en")),
        (Literal("2026-11-24T10:00:00", XSD + "dateTime"), Literal("2026-11-24T11:00:00Z", XSD + "dateTime")),
        ("urn:x", "urn:y"),
        ("urn:x", Literal("1", XSD + "integer")),
    ],
)
def test_what_cannot_be_compared_is_not_less(left: Term, right: Term) -> None:
    assert values("lessThan", [left], [right]) == [left]
    assert values("lessThanOrEquals", [left], [right]) == [left]


def test_a_node_shape_compares_its_focus_node() -> None:
    assert results("sh:equals <urn:q>", [], ["urn:a"]) == ()
    assert [r.value for r in results("sh:equals <urn:q>", [], ["urn:b"])] == ["urn:a", "urn:b"]
    assert [r.value for r in results("sh:disjoint <urn:q>", [], ["urn:a"])] == ["urn:a"]
    assert results("sh:disjoint <urn:q>", [], ["urn:b"]) == ()
