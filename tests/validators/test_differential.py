"""The compiler and pySHACL say the same of two thousand generated graphs, but for what pySHACL gets wrong."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from semantic_gw.app import Parts, load_parts
from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Literal, Term, Triple, ValidationReport
from semantic_gw.rdf.namespaces import DCTERMS, RDF, SAREF, SGW, UNIT, XSD
from semantic_gw.settings import Settings
from semantic_gw.validators.pyshacl import PyshaclValidator
from tests.lifters.things import ADDRESS, BUTTON, document, form, quantity, state, thing

GRAPHS_EACH = 100
TYPE = RDF + "type"

Graph = list[Triple]
Mutation = Callable[[Graph, random.Random], Graph]


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Settings())


@pytest.fixture(scope="module")
def reference(parts: Parts) -> PyshaclValidator:
    return PyshaclValidator(parts.shapes.files, parts.shapes.background)


PROPERTIES = {
    "temperature": quantity("Temperature", "DEG_C"),
    "humidity": quantity("Humidity", "PERCENT"),
    "power": quantity("Power", "W"),
    "state": state("OnOff", {"ON": "On", "OFF": "Off"}),
    "contact": state("OpenClosed", {True: "Closed", False: "Open"}),
    "test": {"type": "boolean", "saref:hasPropertyKind": {"@id": SGW + "Temperature"}, "forms": [form()]},
    "last_seen": {"@type": "sgw:PhenomenonTime", "type": "string", "forms": [form()]},
}
LIFTER = lifters(thing(PROPERTIES, BUTTON), base_iri="https://gateway.example/")[ADDRESS]


def graph(chance: random.Random) -> Graph:
    """A graph that the lifter makes of a random payload."""
    values = {
        "temperature": round(chance.uniform(-30, 50), 2),
        "humidity": chance.randint(0, 100),
        "power": chance.choice([0, 2**60, 1834.25]),
        "state": chance.choice(["ON", "OFF"]),
        "contact": chance.choice([True, False]),
        "test": chance.choice([True, False]),
    }
    kept = dict(chance.sample(sorted(values.items()), chance.randint(1, 3)))
    if chance.random() < 0.3:
        kept["last_seen"] = "2026-11-24T10:14:00Z"
    if chance.random() < 0.1:
        kept = {"action": "single"}
    (made,) = LIFTER.lift(document(kept)).graphs
    return [*made.triples, *made.about]


def replaced(predicate: str, term: Callable[[Term, random.Random], Term]) -> Mutation:
    """Give one triple with *predicate* another object."""

    def mutate(triples: Graph, chance: random.Random) -> Graph:
        places = [i for i, triple in enumerate(triples) if triple[1] == predicate]
        if places:
            place = chance.choice(places)
            subject, _, old = triples[place]
            triples[place] = (subject, predicate, term(old, chance))
        return triples

    return mutate


def doubled(predicate: str, term: Term) -> Mutation:
    """Give one subject with *predicate* a second object."""

    def mutate(triples: Graph, chance: random.Random) -> Graph:
        subjects = [s for s, p, _ in triples if p == predicate]
        return [*triples, (chance.choice(subjects), predicate, term)] if subjects else triples

    return mutate


def dropped(triples: Graph, chance: random.Random) -> Graph:
    del triples[chance.randrange(len(triples))]
    return triples


def retyped(class_: str) -> Mutation:
    return lambda triples, chance: [*triples, (chance.choice(triples)[0], TYPE, class_)]


def constant(term: Term) -> Callable[[Term, random.Random], Term]:
    return lambda _old, _chance: term


MUTATIONS: dict[str, Mutation] = {
    "none": lambda triples, _: triples,
    "a triple is missing": dropped,
    "two triples are missing": lambda triples, chance: dropped(dropped(triples, chance), chance),
    "another unit": replaced(SAREF + "isMeasuredIn", constant(UNIT + "LUX")),
    "no unit IRI": replaced(SAREF + "isMeasuredIn", constant(Literal("W", XSD + "string"))),
    "a second unit": doubled(SAREF + "isMeasuredIn", UNIT + "K"),
    "a value as text": replaced(SAREF + "hasValue", constant(Literal("warm", XSD + "string"))),
    "a value as decimal": replaced(SAREF + "hasValue", constant(Literal("21.4", XSD + "decimal"))),
    "a value that is an IRI": replaced(SAREF + "hasValue", constant("urn:x")),
    "a second value": doubled(SAREF + "hasValue", Literal("1.0E0", XSD + "double")),
    "another result": replaced(SAREF + "hasResult", constant("urn:result")),
    "a second result": doubled(SAREF + "hasResult", SGW + "On"),
    "a state its kind does not have": replaced(SAREF + "hasResult", constant(SGW + "Locked")),
    "an unknown kind": replaced(SAREF + "hasPropertyKind", constant("urn:kind")),
    "a state kind for a property": replaced(SAREF + "hasPropertyKind", constant(SGW + "OnOff")),
    "a time as date": replaced(SAREF + "hasResultTime", constant(Literal("2026-11-24", XSD + "date"))),
    "a time without zone": replaced(
        SAREF + "hasResultTime", constant(Literal("2026-11-24T10:15:00", XSD + "dateTime"))
    ),
    "another version of SAREF": replaced(DCTERMS + "conformsTo", constant("https://saref.etsi.org/core/v3.1.1/")),
    "a deleted class": retyped(SAREF + "TemperatureSensor"),
    "a deleted property": lambda triples, chance: [
        *triples, (chance.choice(triples)[0], SAREF + "hasTimestamp", Literal("x", XSD + "string")),
        (chance.choice(triples)[0], SAREF + "relatesToProperty", "urn:p"),
    ],
    "another class": retyped(SAREF + "Actuator"),
}  # fmt: skip

Line = tuple[Term, Term | None, str, str]


def lines(report: ValidationReport) -> Counter[Line]:
    return Counter((r.focus_node, r.value, r.source_constraint_component, r.source_shape) for r in report.results)


@pytest.mark.parametrize("name", MUTATIONS)
def test_compiler_and_reference_agree(name: str, parts: Parts, reference: PyshaclValidator) -> None:
    chance = random.Random(f"seed {name}")
    wrong = 0
    for _ in range(GRAPHS_EACH):
        triples = list(dict.fromkeys(MUTATIONS[name](graph(chance), chance)))
        ours, theirs = parts.shapes.validate_triples(triples), reference.validate_triples(triples)
        wrong += bool(ours.results)

        assert lines(ours) == lines(theirs), triples
    if name == "none":
        assert wrong == 0
    else:
        assert wrong > 0


@pytest.mark.parametrize(
    ("value", "theirs_conform", "why"),
    [
        (Literal("NaN", XSD + "double"), True, "pySHACL compares sh:in by value, and NaN equals nothing"),
        (Literal("1_0", XSD + "double"), True, "pySHACL takes Python's digit groups for a double"),
        (Literal(" 5.0E0", XSD + "double"), True, "pySHACL takes a blank before a double"),
        (Literal("5", XSD + "double"), True, "both take a double without exponent"),
    ],
)
def test_a_fault_of_the_reference_is_known(
    value: Literal, theirs_conform: bool, why: str, parts: Parts, reference: PyshaclValidator
) -> None:
    (made,) = LIFTER.lift(document({"temperature": 20})).graphs
    triples = [(s, p, value if p == SAREF + "hasValue" else o) for s, p, o in (*made.triples, *made.about)]
    valid = value.lexical == "5"

    assert parts.shapes.validate_triples(triples).conforms == valid, why
    assert (not reference.validate_triples(triples).results) == theirs_conform, why


@pytest.mark.parametrize(
    ("time", "why"),
    [
        ("2026-11-24T10:15Z", "pySHACL takes a time without seconds"),
        ("2026-11-24 10:15:00Z", "pySHACL takes a blank for T"),
    ],
)
def test_a_fault_of_the_reference_with_times_is_known(
    time: str, why: str, parts: Parts, reference: PyshaclValidator
) -> None:
    (made,) = LIFTER.lift(document({"temperature": 20})).graphs
    literal = Literal(time, XSD + "dateTime")
    triples = [(s, p, literal if p == SAREF + "hasResultTime" else o) for s, p, o in (*made.triples, *made.about)]

    assert not parts.shapes.validate_triples(triples).conforms, why
    assert not reference.validate_triples(triples).results, why
