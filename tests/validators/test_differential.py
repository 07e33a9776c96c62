"""Compiler and pySHACL say the same of two thousand generated graphs, but for what pySHACL gets wrong."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from semantic_gw.app.parts import Parts, load_parts
from semantic_gw.codecs.capture import BadLine, read_captures
from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Literal, PropertyPath, Term, Triple, ValidationReport
from semantic_gw.rdf.namespaces import DCTERMS, RDF, RDFS, SAREF, SGW, TIME, UNIT, XSD
from semantic_gw.settings import Settings
from semantic_gw.shipped import SHAPES
from semantic_gw.validators.engines.pyshacl import PyshaclValidator
from semantic_gw.validators.source import ShapesGraph
from tests.lifters.things import ADDRESS, BUTTON, document, form, quantity, state, thing
from tests.shared import shared

GRAPHS_EACH = 70
TYPE = RDF + "type"
VALUE, RESULT_TIME, STAMP = SAREF + "hasValue", SAREF + "hasResultTime", TIME + "inXSDDateTimeStamp"

Graph = list[Triple]
Mutation = Callable[[Graph, random.Random], Graph]


@pytest.fixture(scope="module")
def parts() -> Parts:
    return load_parts(Settings())


@pytest.fixture(scope="module")
def reference(parts: Parts) -> Iterator[PyshaclValidator]:
    log = logging.getLogger("rdflib.term")  # tells of every ill-formed literal, with a trace
    before = log.level
    log.setLevel(logging.CRITICAL)
    yield PyshaclValidator(parts.shapes.files, parts.shapes.background)
    log.setLevel(before)


PROPERTIES = {
    "temperature": quantity("Temperature", "DEG_C"),
    "humidity": quantity("Humidity", "PERCENT"),
    "power": quantity("Power", "W"),
    "state": state("OnOff", {"ON": "On", "OFF": "Off"}),
    "contact": state("OpenClosed", {True: "Closed", False: "Open"}),
    "test": {"type": "boolean", "saref:hasPropertyKind": {"@id": SGW + "LeafWetness"}, "forms": [form()]},
    "last_seen": {"@type": "sgw:PhenomenonTime", "type": "string", "forms": [form()]},
}
LIFTER = lifters(thing(PROPERTIES, BUTTON), base_iri="https://gateway.example/")[ADDRESS]


def lifted(chance: random.Random) -> Graph:
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


def typed(name: str, *texts: str) -> list[Literal]:
    return [Literal(text, XSD + name) for text in texts]


Fault = tuple[str, Literal]
"""The predicate whose object a literal becomes, and the literal that pySHACL judges wrongly there."""


def faults(predicate: str, literals: Sequence[Literal], why: str) -> dict[Fault, str]:
    return {(predicate, literal): why for literal in literals}


FAULTS: Final[dict[Fault, str]] = {
    # rdflib reads numbers with Python's `float` and `int`, which take more than XSD's lexical spaces (3.3.5, 3.4.13).
    **faults(VALUE, typed("double", " 5", "5 ", "\n5", "5.0E0\n"), "white space around a double"),
    **faults(VALUE, typed("double", "1_000"), "Python's digit groups in a double"),
    **faults(VALUE, typed("double", "٥"), "Arabic-Indic digits in a double"),
    **faults(VALUE, typed("double", "inf", "-inf", "Infinity", "nan"), "Python's spellings of INF and NaN"),
    **faults(VALUE, typed("integer", " 5", "5 "), "white space around an integer"),
    **faults(VALUE, typed("integer", "1_000"), "Python's digit groups in an integer"),
    **faults(VALUE, typed("integer", "٥"), "Arabic-Indic digits in an integer"),
    # rdflib reads times with Python's `datetime.fromisoformat`, which takes more of ISO 8601 and fewer years (3.3.7).
    **faults(RESULT_TIME, typed("dateTime", "2026-11-24"), "a date for a time"),
    **faults(RESULT_TIME, typed("dateTime", "2026-11-24 10:15:00Z", "2026-11-24t10:15:00Z"), "another letter for T"),
    **faults(RESULT_TIME, typed("dateTime", "2026-11-24T10:15Z", "2026-11-24T10Z"), "no seconds"),
    **faults(RESULT_TIME, typed("dateTime", "20261124T101500Z"), "the basic format"),
    **faults(RESULT_TIME, typed("dateTime", "2026-W48-2T10:15:00Z"), "a week date"),
    **faults(RESULT_TIME, typed("dateTime", "2026-11-24T10:15:00,5Z"), "a decimal comma"),
    **faults(RESULT_TIME, typed("dateTime", "2026-11-24T10:15:00+1400"), "an offset without colon"),
    **faults(RESULT_TIME, typed("dateTime", "2026-11-24T10:15:00+14:01"), "an offset beyond 14 hours"),
    **faults(RESULT_TIME, typed("dateTime", "2026-11-24T10:15:00Z\n"), "a newline at the end"),
    **faults(RESULT_TIME, typed("dateTime", "2026-11-24T24:00:00Z"), "the end of a day, which is well-formed"),
    **faults(RESULT_TIME, typed("dateTime", "-0044-03-15T00:00:00Z", "0000-01-01T00:00:00Z"), "a year before 1"),
    **faults(RESULT_TIME, typed("dateTime", "12026-01-01T00:00:00Z"), "a year after 9999"),
    # rdflib does not know xsd:dateTimeStamp: every text is one.
    **faults(STAMP, typed("dateTimeStamp", "2026-11-24T10:15:00", "yesterday", ""), "no text is refused"),
    **faults(STAMP, typed("dateTimeStamp", "2026-02-29T00:00:00Z", "2026-11-24T25:00:00Z"), "no text is refused"),
}

VALUES = [
    *typed("double", "5", "+5", "-0.0", "1e3", ".5", "5.", "1E400", "NaN", "INF", "+INF", "-INF"),
    *typed("double", "0x1", "1e", "5,0", "five", "", " "),
    *typed("integer", "5", "-5", "007", "5.0", "1e3", "NaN", "five", ""),
    *typed("boolean", "true", "0", "TRUE", "yes", ""),
    *typed("decimal", "21.4"), *typed("float", "21.4"), *typed("byte", "300"), *typed("string", "warm"),
    Literal("warm", RDF + "langString", "en"),
]  # fmt: skip
TIMES = [
    *typed("dateTime", "2026-11-24T10:15:00", "2026-11-24T10:15:00+14:00", "2026-11-24T10:15:00.123456789Z"),
    *typed("dateTime", "2026-11-24T24:00:01Z", "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-11-31T00:00:00Z"),
    *typed("dateTime", "2026-13-01T00:00:00Z", "2026-11-24T10:15:60Z", "yesterday", ""),
    *typed("dateTimeStamp", "2026-11-24T10:15:00Z"), *typed("date", "2026-11-24Z"), *typed("string", "2026-11-24Z"),
]  # fmt: skip
STAMPS = [*typed("dateTimeStamp", "2026-11-24T10:15:00+01:00"), *typed("dateTime", "2026-11-24T10:15:00Z")]


def replaced(predicate: str, *terms: Term) -> Mutation:
    """Give one triple with *predicate* another object."""

    def mutate(triples: Graph, chance: random.Random) -> Graph:
        places = [i for i, triple in enumerate(triples) if triple[1] == predicate]
        if places:
            place = chance.choice(places)
            triples[place] = (triples[place][0], predicate, chance.choice(terms))
        return triples

    return mutate


def doubled(predicate: str, *terms: Term) -> Mutation:
    """Give one subject with *predicate* a second object."""

    def mutate(triples: Graph, chance: random.Random) -> Graph:
        subjects = [s for s, p, _ in triples if p == predicate]
        return [*triples, (chance.choice(subjects), predicate, chance.choice(terms))] if subjects else triples

    return mutate


def without(predicate: str) -> Mutation:
    """Drop every triple with *predicate*."""
    return lambda triples, _: [triple for triple in triples if triple[1] != predicate]


def dropped(triples: Graph, chance: random.Random) -> Graph:
    del triples[chance.randrange(len(triples))]
    return triples


def retyped(*classes: str) -> Mutation:
    return lambda triples, chance: [*triples, (chance.choice(triples)[0], TYPE, chance.choice(classes))]


def said(predicate: str, *terms: Term) -> Mutation:
    return lambda triples, chance: [*triples, (chance.choice(triples)[0], predicate, chance.choice(terms))]


def subclassed(triples: Graph, chance: random.Random) -> Graph:
    """One type becomes a class of the graph's own, below the old one."""
    place = chance.choice([i for i, triple in enumerate(triples) if triple[1] == TYPE])
    subject, _, class_ = triples[place]
    triples[place] = (subject, TYPE, "urn:class")
    return dropped([*triples, ("urn:class", RDFS + "subClassOf", class_)], chance)


def of_the_vocabulary(triples: Graph, chance: random.Random) -> Graph:
    """A term of the vocabulary becomes a node of the graph."""
    term = chance.choice([SGW + "On", SGW + "Open", SGW + "Temperature", SGW + "SinglePress", SAREF + "Sensor"])
    class_ = chance.choice(["Observation", "PropertyValue", "PropertyOfInterest", "StateOfInterest", "Sensor"])
    return [*triples, (term, TYPE, SAREF + class_), (term, VALUE, Literal("true", XSD + "boolean"))]


ONE: Final[dict[str, Mutation]] = {
    "a triple is missing": dropped,
    "two triples are missing": lambda triples, chance: dropped(dropped(triples, chance), chance),
    "another unit": replaced(SAREF + "isMeasuredIn", UNIT + "LUX", UNIT + "CELSIUS", SGW + "On"),
    "a unit as text": replaced(SAREF + "isMeasuredIn", *typed("string", "W")),
    "no unit": without(SAREF + "isMeasuredIn"),
    "a second unit": doubled(SAREF + "isMeasuredIn", UNIT + "K", UNIT + "LUX"),
    "another value": replaced(VALUE, *VALUES),
    "a value that is an IRI": replaced(VALUE, "urn:x"),
    "a second value": doubled(VALUE, *VALUES),
    "no value": without(VALUE),
    "another result": replaced(SAREF + "hasResult", "urn:result", *typed("string", "ON")),
    "a second result": doubled(SAREF + "hasResult", SGW + "On", SGW + "Open"),
    "a state its kind does not have": replaced(SAREF + "hasResult", SGW + "Locked", SGW + "OnOff"),
    "an unknown kind": replaced(SAREF + "hasPropertyKind", "urn:kind"),
    "an unknown kind of state": replaced(SAREF + "hasStateKind", "urn:kind"),
    "a state kind for a property": replaced(SAREF + "hasPropertyKind", SGW + "OnOff"),
    "a second kind": doubled(SAREF + "hasStateKind", SGW + "OnOff", SGW + "OpenClosed"),
    "another result time": replaced(RESULT_TIME, *TIMES),
    "a second result time": doubled(RESULT_TIME, *typed("dateTime", "2026-11-24T10:16:00Z")),
    "another stamp": replaced(STAMP, *STAMPS),
    "no stamp": without(STAMP),
    "another version of SAREF": replaced(DCTERMS + "conformsTo", "https://saref.etsi.org/core/v3.1.1/"),
    "another owner": doubled(SAREF + "isPropertyOfInterestOf", "urn:x", *typed("string", "x")),
    "a deleted class": retyped(SAREF + "TemperatureSensor", SAREF + "Measurement"),
    "a deleted property": said(SAREF + "relatesToProperty", "urn:p", *typed("string", "x")),
    "a deleted individual": said(SAREF + "accomplishes", SAREF + "Lighting"),
    "another class": retyped(SAREF + "Actuator", SAREF + "Meter", SAREF + "StateOfInterest"),
    "a class of its own": subclassed,
    "a term of the vocabulary as a node": of_the_vocabulary,
}  # fmt: skip


def several(triples: Graph, chance: random.Random) -> Graph:
    for name in chance.sample(sorted(ONE), 3):
        triples = ONE[name](triples, chance)
    chance.shuffle(triples)
    return triples


MUTATIONS: Final[dict[str, Mutation]] = {"nothing": lambda triples, _: triples, **ONE, "several things": several}

Line = tuple[Term, PropertyPath | None, Term | None, str, str]


def lines(report: ValidationReport) -> Counter[Line]:
    return Counter(
        (r.focus_node, r.result_path, r.value, r.source_constraint_component, r.source_shape) for r in report.results
    )


def compared(triples: Graph, parts: Parts, reference: PyshaclValidator) -> tuple[Counter[Line], Counter[Line]]:
    alone = list(dict.fromkeys(triples))
    return lines(parts.shapes.validate_triples(alone)), lines(reference.validate_triples(alone))


@pytest.mark.parametrize("name", MUTATIONS)
def test_compiler_and_reference_agree_where_there_is(name: str, parts: Parts, reference: PyshaclValidator) -> None:
    chance = random.Random(f"seed {name}")
    wrong = 0
    for _ in range(GRAPHS_EACH):
        triples = MUTATIONS[name](lifted(chance), chance)
        ours, theirs = compared(triples, parts, reference)
        wrong += bool(ours)

        assert ours == theirs, triples
    assert (wrong > 0) == (name != "nothing")


def test_there_are_two_thousand_graphs() -> None:
    assert GRAPHS_EACH * len(MUTATIONS) >= 2000


@pytest.mark.parametrize("example", [pytest.param(p, id=p.stem) for p in sorted(SHAPES.glob("examples/*/*.ttl"))])
def test_compiler_and_reference_agree_on_an_example(example: Path, parts: Parts, reference: PyshaclValidator) -> None:
    triples = ShapesGraph.read([example]).triples
    ours, theirs = compared(triples, parts, reference)

    assert (ours == theirs) != any((predicate, term) in FAULTS for _, predicate, term in triples)


def test_compiler_and_reference_agree_on_real_states(parts: Parts, reference: PyshaclValidator) -> None:
    with shared("payloads/zigbee2mqtt/states.ndjson").open("rb") as capture:
        records = list(read_captures(capture, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC)))
    results = [parts.pipeline.process(record.payload) for record in records if not isinstance(record, BadLine)]
    graphs = [[*judged.graph.triples, *judged.graph.about] for result in results for judged in result.graphs]

    assert len(graphs) > 50
    for graph in graphs:
        assert compared(graph, parts, reference) == (Counter(), Counter())


@pytest.mark.parametrize(("predicate", "literal"), FAULTS, ids=repr)
def test_a_fault_of_the_reference_is_still_there(
    predicate: str, literal: Literal, parts: Parts, reference: PyshaclValidator
) -> None:
    (made,) = LIFTER.lift(document({"temperature": 20, "last_seen": "2026-11-24T10:14:00Z"})).graphs
    triples = [(s, p, literal if p == predicate else o) for s, p, o in (*made.triples, *made.about)]
    ours, theirs = compared(triples, parts, reference)

    assert ours != theirs, f"pySHACL judges {literal} as the compiler does now: move it to the literals judged alike"
