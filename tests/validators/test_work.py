"""What a message costs depends on the message and the shapes for it: neither on other shapes nor on the ontology."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from semantic_gw.model import Literal, Triple
from semantic_gw.rdf.namespaces import RDF, RDFS, XSD
from semantic_gw.validators import compile_shapes

EX = "urn:ex:"
TYPE, SUBCLASS = RDF + "type", RDFS + "subClassOf"
HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . "
SHAPE = (
    "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:maxCount 1 ; sh:class ex:D ], "
    "[ sh:path ex:q ; sh:or ( [ sh:minLength 1 ] [ sh:nodeKind sh:IRI ] ) ], "
    "[ sh:path ( ex:p ex:q ) ; sh:maxCount 3 ] . "
)
ONTOLOGY: list[Triple] = [(EX + "Sub", SUBCLASS, EX + "C"), (EX + "known", TYPE, EX + "D")]
MESSAGE: list[Triple] = [
    (EX + "n", TYPE, EX + "Sub"),
    (EX + "n", EX + "p", EX + "known"),
    (EX + "n", EX + "q", Literal("x", XSD + "string")),
]
OF_ITS_OWN: list[Triple] = [*MESSAGE, (EX + "Own", SUBCLASS, EX + "C"), (EX + "m", TYPE, EX + "Own")]


def calls(of: Callable[[], object]) -> int:
    """How many functions *of* calls, those of C too."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        of()
    finally:
        sys.setprofile(before)
    return count


def work(shapes: str, ontology: list[Triple], message: list[Triple]) -> int:
    compiled = compile_shapes([HEAD + shapes], ontology)
    compiled.validate_triples(message)  # what is remembered of literals is remembered
    return calls(lambda: compiled.validate_triples(message))


OTHERS = "".join(
    f"ex:T{n} sh:targetClass ex:E{n} ; sh:targetSubjectsOf ex:r{n} ; sh:property [ sh:path ex:p ; sh:maxCount 0 ] . "
    for n in range(300)
)
LARGE: list[Triple] = [
    *((f"{EX}E{n}", SUBCLASS, f"{EX}E{n // 2}") for n in range(1, 3000)),
    *((f"{EX}e{n}", TYPE, f"{EX}E{n}") for n in range(3000)),
]


@pytest.mark.parametrize("message", [MESSAGE, OF_ITS_OWN], ids=["plain", "with classes of its own"])
def test_shapes_that_are_not_for_a_message_cost_it_nothing(message: list[Triple]) -> None:
    assert work(SHAPE + OTHERS, ONTOLOGY, message) == work(SHAPE, ONTOLOGY, message)


@pytest.mark.parametrize("message", [MESSAGE, OF_ITS_OWN], ids=["plain", "with classes of its own"])
def test_a_large_ontology_costs_a_message_nothing(message: list[Triple]) -> None:
    assert work(SHAPE, [*ONTOLOGY, *LARGE], message) == work(SHAPE, ONTOLOGY, message)


def test_results_are_made_only_where_something_is_wrong() -> None:
    wrong = [*MESSAGE, (EX + "n", EX + "p", EX + "other")]

    assert work(SHAPE, ONTOLOGY, wrong) > work(SHAPE, ONTOLOGY, MESSAGE) + 20
