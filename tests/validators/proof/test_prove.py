"""What is proved, refuted or left open, on graphs and shapes as small as they get."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pytest

from semantic_gw.model import Literal, Triple
from semantic_gw.rdf.abstract_graph import (
    AbstractGraph,
    AbstractTerm,
    AbstractTriple,
    Constant,
    Minted,
    Variable,
)
from semantic_gw.rdf.namespaces import RDF, RDFS, XSD
from semantic_gw.validators import compile_shapes
from semantic_gw.validators.proof import Proof, prove

EX = "https://example.com/"
DOUBLE, STRING = XSD + "double", XSD + "string"
NODE = Minted("#a")
Made = tuple[AbstractTerm, str, AbstractTerm, str]
"""Subject, local name of the predicate (or `a`), object, and blocks with spaces between them."""

PREFIXES = """
@prefix : <https://example.com/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
KNOWN: list[Triple] = [
    (EX + "Room", RDFS + "subClassOf", EX + "Place"),
    (EX + "kitchen", RDF + "type", EX + "Room"),
    (EX + "bath", RDF + "type", EX + "Room"),
    (EX + "car", RDF + "type", EX + "Vehicle"),
    (EX + "Kind", EX + "unit", EX + "C"),
    (EX + "Kind", EX + "unit", EX + "K"),
]


def one(name: str) -> Constant:
    return Constant(EX + name)


def made(*triples: Made, any_of: str = "") -> AbstractGraph:
    found = tuple(
        AbstractTriple(s, RDF + "type" if p == "a" else EX + p, o, frozenset(blocks.split()))
        for s, p, o, blocks in triples
    )
    return AbstractGraph(found, any_of=frozenset(any_of.split()))


def proof(shape: str, graph: AbstractGraph) -> Proof:
    compiled = compile_shapes([f"{PREFIXES} :S a sh:NodeShape ; {shape} ."], KNOWN)
    return prove(compiled.model, compiled.known, graph)


def verdicts(shape: str, graph: AbstractGraph) -> set[bool | None]:
    return {judgement.verdict for judgement in proof(shape, graph).judgements}


def verdict(constraint: str, *values: AbstractTerm) -> bool | None:
    """What is said of *constraint* on the values of `:p` at a node that is always there."""
    graph = made((NODE, "a", one("T"), ""), *((NODE, "p", value, "") for value in values))
    (found,) = verdicts(f"sh:targetClass :T ; sh:property [ sh:path :p ; {constraint} ]", graph)
    return found


def number(low: float | None = None, high: float | None = None, datatype: str = DOUBLE) -> Variable:
    bounds = [None if end is None else Decimal(str(end)) for end in (low, high)]
    return Variable("v", datatype, minimum=bounds[0], maximum=bounds[1])


def either(*names: str) -> Variable:
    return Variable("v", terms=frozenset(EX + name for name in names))


TIME = Variable("t", XSD + "dateTime", ending="Z")
TEXT = Variable("s", STRING, least_length=1, most_length=10)
PLACE = Variable("p", XSD + "string", beginning="POINT")
TWO = Variable("v", datatypes=frozenset({DOUBLE, XSD + "integer"}))
SOME_IRI = Variable("i")

PROVED: Iterable[tuple[str, AbstractTerm]] = [
    ("sh:datatype xsd:double", number()),
    ("sh:or ( [ sh:datatype xsd:double ] [ sh:datatype xsd:integer ] )", TWO),
    ("sh:nodeKind sh:Literal", number()),
    ("sh:nodeKind sh:IRI", NODE),
    ("sh:nodeKind sh:IRI", SOME_IRI),
    ("sh:maxInclusive 85", number(high=85)),
    ("sh:maxExclusive 86", number(high=85)),
    ("sh:minInclusive -40", number(low=-40)),
    ("sh:maxInclusive 'INF'^^xsd:double", number(high=1e300)),
    ("sh:not [ sh:in ( 'NaN'^^xsd:double 'INF'^^xsd:double ) ]", number()),
    ("sh:not [ sh:in ( 90.0e0 ) ]", number(high=85)),
    ("sh:pattern 'Z$'", TIME),
    ("sh:pattern '(Z|[+-][0-9]{2}:[0-9]{2})$'", TIME),
    ("sh:pattern '^POINT'", PLACE),
    ("sh:pattern 'OI'", PLACE),
    ("sh:minLength 1", TEXT),
    ("sh:maxLength 10", TEXT),
    ("sh:minLength 1", NODE),
    ("sh:class :Place", one("kitchen")),
    ("sh:class :Place", either("kitchen", "bath")),
    ("sh:in ( :kitchen :bath :car )", either("kitchen", "bath")),
    ("sh:hasValue :kitchen", one("kitchen")),
    ("sh:not [ sh:hasValue :kitchen ]", NODE),
    ("sh:not [ sh:in ( :kitchen ) ]", NODE),
    ("sh:xone ( [ sh:class :Room ] [ sh:class :Vehicle ] )", either("kitchen", "car")),
    ("sh:and ( [ sh:class :Room ] [ sh:nodeKind sh:IRI ] )", either("kitchen", "bath")),
    ("sh:uniqueLang true", number()),
    ("sh:maxCount 1", NODE),
]
REFUTED: Iterable[tuple[str, AbstractTerm]] = [
    ("sh:datatype xsd:integer", number()),
    ("sh:nodeKind sh:IRI", number()),
    ("sh:maxInclusive 85", number(low=86)),
    ("sh:maxExclusive 85", number(low=85)),
    ("sh:maxInclusive 'NaN'^^xsd:double", number(high=1)),
    ("sh:minInclusive '2026-01-01T00:00:00Z'^^xsd:dateTime", number()),
    ("sh:minInclusive 0", NODE),
    ("sh:datatype xsd:double", NODE),
    ("sh:in ( :kitchen )", NODE),
    ("sh:in ( 1 2 )", number()),
    ("sh:languageIn ( 'en' )", TEXT),
    ("sh:minLength 11", TEXT),
    ("sh:maxLength 0", TEXT),
    ("sh:class :Place", one("car")),
    ("sh:class :Place", NODE),
    ("sh:class :Place", number()),
    ("sh:hasValue :kitchen", one("bath")),
    ("sh:hasValue :kitchen", NODE),
    ("sh:in ( :car )", either("kitchen", "bath")),
    ("sh:not [ sh:class :Room ]", either("kitchen", "bath")),
    ("sh:minCount 2", NODE),
    ("sh:maxCount 0", NODE),
]
OPEN: Iterable[tuple[str, AbstractTerm]] = [
    ("sh:datatype xsd:string", TEXT),
    ("sh:datatype xsd:double", TWO),
    ("sh:maxInclusive 85", number()),
    ("sh:maxInclusive 85", number(low=0, high=100)),
    ("sh:maxInclusive 85", number(high=1, datatype=XSD + "float")),
    ("sh:maxExclusive 85", number(high=85)),
    ("sh:in ( 1.0e0 2.0e0 )", number()),
    ("sh:pattern '^2026'", TIME),
    ("sh:pattern 'T'", TIME),
    ("sh:pattern 'POINT$'", PLACE),
    ("sh:pattern '^POINT Z'", PLACE),
    ("sh:pattern 'x'", NODE),
    ("sh:maxLength 100", NODE),
    ("sh:class :Place", either("kitchen", "car")),
    ("sh:class :Place", SOME_IRI),
    ("sh:in ( :kitchen )", either("kitchen", "bath")),
    ("sh:in ( :kitchen )", SOME_IRI),
    ("sh:hasValue :kitchen", either("kitchen", "bath")),
]


@pytest.mark.parametrize(("constraint", "value"), PROVED)
def test_what_every_value_meets_is_proved(constraint: str, value: AbstractTerm) -> None:
    assert verdict(constraint, value) is True


@pytest.mark.parametrize(("constraint", "value"), REFUTED)
def test_what_no_value_meets_is_refuted(constraint: str, value: AbstractTerm) -> None:
    assert verdict(constraint, value) is False


@pytest.mark.parametrize(("constraint", "value"), OPEN)
def test_what_some_values_meet_is_left_open(constraint: str, value: AbstractTerm) -> None:
    assert verdict(constraint, value) is None


# Several values.


def test_two_that_may_be_the_same_are_one_at_least_and_two_at_most() -> None:
    values = (Variable("a", DOUBLE), Variable("b", DOUBLE))

    assert verdict("sh:minCount 1", *values) is True
    assert verdict("sh:minCount 2", *values) is None
    assert verdict("sh:maxCount 2", *values) is True


def test_two_that_cannot_be_the_same_are_two() -> None:
    assert verdict("sh:minCount 2", Variable("a", DOUBLE), Variable("b", STRING)) is True
    assert verdict("sh:maxCount 1", NODE, one("kitchen")) is False


def test_values_that_qualify_are_counted() -> None:
    qualified = "sh:qualifiedValueShape [ sh:class :Room ] ; sh:qualified"

    assert verdict(f"{qualified}MinCount 1", one("kitchen"), one("car")) is True
    assert verdict(f"{qualified}MinCount 2", one("kitchen"), one("car")) is False
    assert verdict(f"{qualified}MaxCount 1", one("kitchen"), either("bath", "car")) is None


# Pairs.


def pair(constraint: str, here: AbstractTerm, there: AbstractTerm) -> bool | None:
    graph = made((NODE, "a", one("T"), ""), (NODE, "p", here, ""), (NODE, "q", there, ""))
    (found,) = verdicts(f"sh:targetClass :T ; sh:property [ sh:path :p ; {constraint} :q ]", graph)
    return found


def test_pairs_of_properties_are_compared_term_by_term() -> None:
    assert pair("sh:equals", number(), number()) is True, "one variable is one term"
    assert pair("sh:equals", one("kitchen"), one("bath")) is False
    assert pair("sh:equals", one("kitchen"), either("kitchen", "bath")) is None
    assert pair("sh:disjoint", NODE, one("kitchen")) is True
    assert pair("sh:disjoint", number(), number()) is False
    assert pair("sh:disjoint", one("car"), either("kitchen", "bath")) is True
    assert pair("sh:lessThan", Constant(Literal("1", XSD + "integer")), Constant(Literal("2", XSD + "integer"))) is True
    assert pair("sh:lessThan", number(), one("kitchen")) is False


# The vocabulary behind.


def test_a_path_may_lead_into_the_vocabulary() -> None:
    def fits(unit: AbstractTerm) -> set[bool | None]:
        graph = made((NODE, "a", one("T"), ""), (NODE, "kind", one("Kind"), ""), (NODE, "unit", unit, ""))
        return verdicts("sh:targetClass :T ; sh:not [ sh:path ( :kind :unit ) ; sh:disjoint :unit ]", graph)

    assert fits(one("C")) == {True}
    assert fits(one("F")) == {False}
    assert fits(either("C", "K")) == {True}
    assert fits(either("C", "F")) == {None}


# Blocks.


def test_what_stands_in_one_block_is_there_together() -> None:
    graph = made((NODE, "a", one("T"), "b"), (NODE, "p", one("kitchen"), "b"))

    assert verdicts("sh:targetClass :T ; sh:property [ sh:path :p ; sh:minCount 1 ]", graph) == {True}


def test_what_stands_in_another_block_may_be_missing() -> None:
    graph = made((NODE, "a", one("T"), "b"), (NODE, "p", one("kitchen"), "b c"))

    assert verdicts("sh:targetClass :T ; sh:property [ sh:path :p ; sh:minCount 1 ]", graph) == {None}
    assert verdicts("sh:targetClass :T ; sh:property [ sh:path :p ; sh:class :Room ]", graph) == {True}


def test_one_of_several_blocks_is_always_there() -> None:
    optional = [(NODE, "p", Minted(f"#{block}"), block) for block in "bc"]
    graph = made((NODE, "a", one("T"), ""), *optional, any_of="b c")

    assert verdicts("sh:targetClass :T ; sh:property [ sh:path :p ; sh:minCount 1 ]", graph) == {True}
    assert verdicts("sh:targetClass :T ; sh:property [ sh:path :p ; sh:minCount 2 ]", graph) == {None}


def test_what_a_block_brings_is_refuted_with_the_block() -> None:
    rooms = "sh:targetClass :T ; sh:property [ sh:path :p ; sh:class :Room ]"
    values = ((NODE, "p", one("car"), "b"), (NODE, "p", one("kitchen"), "c"))
    found = proof(rooms, made((NODE, "a", one("T"), ""), *values, any_of="b c")).judgements

    assert {judgement.verdict for judgement in found if judgement.blocks == {"b"}} == {False}
    assert {judgement.verdict for judgement in found if judgement.blocks == {"c"}} == {None}


# Focus nodes.


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("sh:targetClass :T", 1),
        ("sh:targetSubjectsOf :p", 1),
        ("sh:targetObjectsOf :p", 1),
        ("sh:targetNode :kitchen", 1),
        ("sh:targetClass :Vehicle", 0),
    ],
)
def test_focus_nodes_are_found(target: str, count: int) -> None:
    graph = made((NODE, "a", one("T"), ""), (NODE, "p", one("kitchen"), ""))

    assert len(proof(f"{target} ; sh:nodeKind sh:IRI", graph).judgements) == count


def test_values_that_vary_cannot_be_counted_beforehand() -> None:
    found = proof("sh:targetObjectsOf :p ; sh:nodeKind sh:Literal", made((NODE, "p", number(), "")))

    assert found.foci is not None
    assert not found.foci.countable


def test_nothing_is_known_where_graphs_state_classes() -> None:
    graph = made((NODE, "a", one("T"), ""))
    stating = AbstractGraph((*graph.triples, AbstractTriple(one("T"), RDFS + "subClassOf", one("Room"))))

    assert proof("sh:targetClass :T ; sh:nodeKind sh:Literal", stating).foci is None


def test_too_many_blocks_are_not_proved() -> None:
    names = " ".join(f"b{number}" for number in range(300))

    assert proof("sh:targetClass :T ; sh:nodeKind sh:IRI", made((NODE, "a", one("T"), ""), any_of=names)).foci is None
