"""Every graph that a plan makes is an instance of its abstract graph, and two plans share one where they may."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.errors import GatewayError
from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters.abstract import abstract_graphs, structure
from semantic_gw.lifters.rules import Happening, Place, Plan, Quantity, Rule, Scale, Sense, State, Time, Truth
from semantic_gw.lifters.thing import ThingLifter, lifters
from semantic_gw.model import Json, ThingDescription
from semantic_gw.rdf.namespaces import SGW, UNIT
from semantic_gw.rdf.ontology import POSITION
from tests.lifters.instances import faults
from tests.lifters.payloads import payloads
from tests.lifters.things import ADDRESS, BUTTON, KITCHEN, document, quantity, thing
from tests.shared import shared

BASE = "https://gateway.example/"
KIND = SGW + "Temperature"


def check(lifter: ThingLifter, value: Json) -> int:
    """Check the graphs of *value*; gives how many there are."""
    graphs = lifter.lift(document(value)).graphs
    for shared_ in (False, True):
        abstract = abstract_graphs(lifter.plan, BASE, shared=shared_)
        for graph in graphs:
            assert faults(abstract[graph.kind], graph, lifter.plan) == []
    return len(graphs)


# Hand-made plans.


SCALES = st.none() | st.builds(
    Scale, st.decimals(-1000, 1000, allow_nan=False), st.decimals(-1000, 1000, allow_nan=False)
)
LIMITS = st.floats(allow_nan=False)
QUANTITIES = st.builds(
    lambda ends, scale: Quantity(KIND, UNIT + "DEG_C", min(ends), max(ends), scale),
    st.tuples(LIMITS, LIMITS).filter(lambda ends: min(ends) < math.inf and max(ends) > -math.inf),
    SCALES,
)
NUMBERS = st.floats() | st.integers() | st.integers(2**53 - 5, 2**53 + 5) | st.integers(-(2**80), 2**80)


def plan(*senses: Sense) -> Plan:
    rules = tuple(Rule(f"a{i}", f"a{i}", f"urn:x#a{i}", ((f"a{i}",),), sense) for i, sense in enumerate(senses))
    return Plan("urn:x", "x", ADDRESS, rules)


@given(sense=QUANTITIES, value=NUMBERS)
@settings(max_examples=600, deadline=None)
def test_any_number_that_is_lifted_is_within_the_bounds(sense: Quantity, value: float) -> None:
    check(ThingLifter(plan(sense), BASE), {"a0": value})


@given(sense=QUANTITIES, data=st.data())
@settings(max_examples=300, deadline=None)
def test_the_bounds_themselves_are_within(sense: Quantity, data: st.DataObject) -> None:
    ends = [sense.minimum, sense.maximum, *(int(end) for end in (sense.minimum, sense.maximum) if abs(end) < 1e300)]
    check(ThingLifter(plan(sense), BASE), {"a0": data.draw(st.sampled_from(ends))})


@pytest.mark.parametrize("value", [1.7976931348623157e308, 1.5e308, -1.7976931348623157e308])
def test_a_number_that_settling_would_make_infinite_is_not_lifted(value: float) -> None:
    assert check(ThingLifter(plan(Quantity(KIND, UNIT + "DEG_C")), BASE), {"a0": value}) == 0


def test_every_sense_has_its_block() -> None:
    senses = (
        Time(1000),
        Quantity(KIND, UNIT + "DEG_C"),
        Truth(KIND),
        State(SGW + "OnOff", {(str, "ON"): SGW + "On", (str, "OFF"): SGW + "Off"}),
        Happening(SGW + "DeviceAction", {"single": SGW + "SinglePress"}),
        Place(POSITION),
    )
    value = {"a0": 1_793_528_100_000, "a1": 2**60, "a2": True, "a3": "ON", "a4": "single", "a5": "POINT(24.93 60.17)"}
    lifter = ThingLifter(plan(*senses), BASE)

    assert check(lifter, value) == 2
    assert check(lifter, {**value, "a0": "never"}) == 2


def test_a_state_without_states_has_no_graph() -> None:
    assert abstract_graphs(plan(State(SGW + "OnOff", {}))) == {}


def test_a_plan_with_a_time_behind_its_values_is_not_judged() -> None:
    assert abstract_graphs(plan(Truth(KIND), Time(1000))) == {}


def test_a_plan_with_an_affordance_twice_is_not_judged() -> None:
    twice = plan(Truth(KIND), Truth(KIND))

    assert abstract_graphs(replace(twice, rules=(twice.rules[0], twice.rules[0]))) == {}


def test_a_plan_that_could_name_what_is_minted_is_not_judged() -> None:
    assert abstract_graphs(plan(Truth(BASE + "observations/x")), BASE) == {}


# What plans share.


def named(name: str) -> Plan:
    iri = f"urn:{name}"
    return Plan(iri, name, name, (Rule("a", "a", f"{iri}#a", (("a",),), Truth(KIND)),))


def test_things_of_one_kind_have_one_structure() -> None:
    assert structure(named("x"), BASE, frozenset()) == structure(named("y"), BASE, frozenset())
    assert abstract_graphs(named("x"), shared=True) == abstract_graphs(named("y"), shared=True)
    assert abstract_graphs(named("x")) != abstract_graphs(named("y"))


@pytest.mark.parametrize("iri", ["urn:x", "urn:x#a"])
def test_a_thing_that_somebody_names_has_none(iri: str) -> None:
    assert structure(named("x"), BASE, frozenset({iri})) is None


@pytest.mark.parametrize("kind", ["urn:x", "urn:x#a"])
def test_a_thing_that_is_its_own_kind_has_none(kind: str) -> None:
    own = Plan("urn:x", "x", "x", (Rule("a", "a", "urn:x#a", (("a",),), Truth(kind)),))

    assert structure(own, BASE, frozenset()) is None


@pytest.mark.parametrize("sense", [Truth(SGW + "Other"), Quantity(KIND, UNIT + "K"), Time(1)])
def test_another_sense_is_another_structure(sense: Sense) -> None:
    assert structure(plan(sense), BASE, frozenset()) != structure(plan(Truth(KIND)), BASE, frozenset())


# Things as they are described.


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_thing_made_by_hand_makes_instances(data: st.DataObject) -> None:
    (lifter,) = lifters(thing(KITCHEN, BUTTON), base_iri=BASE).values()

    check(lifter, data.draw(payloads(lifter.plan)))


def test_a_scaled_value_stays_within_its_bounds() -> None:
    scaled = quantity("Temperature", "DEG_C", minimum=-400, maximum=850, **{"sgw:scale": 0.1})
    (lifter,) = lifters(thing({"a": scaled}), base_iri=BASE).values()

    assert sum(check(lifter, {"a": value}) for value in (-400, 850, 333, 0.30000000000000004)) == 4


@cache
def valid_things() -> Sequence[ThingLifter]:
    """The lifters of the Thing Descriptions that W3C and others publish."""
    found: list[ThingLifter] = []
    for path in sorted(shared("wot/td-valid").iterdir()):
        described = json.loads(path.read_text())
        try:
            made = lifters(
                ThingDescription(described.get("id", "urn:x"), described), base_iri=BASE, lexicon=Lexicon.load()
            )
        except GatewayError:
            continue
        found += made.values()
    return found


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_published_description_makes_instances(data: st.DataObject) -> None:
    lifter = data.draw(st.sampled_from([one for one in valid_things() if abstract_graphs(one.plan, BASE)]))

    check(lifter, data.draw(payloads(lifter.plan)))
