"""What shapes refute is not lifted, and told where it stands; what they prove is not looked at again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.contracts import Lifted
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.directory.plan_checks import PlanChecks
from semantic_gw.errors import MappingError
from semantic_gw.lifters.thing import ThingLifter, lifters
from semantic_gw.model import IRI, GraphKind, Json, Source, ThingDescription
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.settings import Settings
from semantic_gw.validators import CompiledShapes, compile_shapes
from tests.lifters.things import ADDRESS, BUTTON, document, quantity, state, thing

BASE = "https://gateway.example/"
PREFIXES = """
@prefix : <https://example.com/shapes/> .
@prefix saref: <https://saref.etsi.org/core/> .
@prefix sgw: <https://w3id.org/semantic-gw/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
"""
UNITS = f"""{PREFIXES}
:Quantity a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:property :Unit .
:Unit sh:path saref:isMeasuredIn ; sh:in ( unit:DEG_C unit:K ) .
"""
WARNED = UNITS.replace("sh:in", "sh:severity sh:Warning ; sh:in")
NO_TIME = f"""{PREFIXES}
:Instant a sh:NodeShape ; sh:targetObjectsOf saref:hasPhenomenonTime ; sh:nodeKind sh:Literal .
"""
NO_SENSOR = f"{PREFIXES} :S a sh:NodeShape ; sh:targetClass saref:Sensor ; sh:hasValue sgw:Nothing ."
FAHRENHEIT = quantity("Temperature", "DEG_F")
CELSIUS = quantity("Temperature", "DEG_C")
HOUSE = thing({"outside": FAHRENHEIT, "inside": CELSIUS})


@cache
def background() -> CompiledShapes:
    return load_parts(Settings()).shapes


@cache
def shapes(text: str) -> CompiledShapes:
    return compile_shapes([text], background().background)


def known(text: str, *things: ThingDescription, blocking: bool = True) -> KnownThings:
    found = KnownThings(BASE)
    found.judge_by(shapes(text), lambda _shape, _kind: blocking)
    for one in things:
        found.register(one)
    return found


def lifter(things: KnownThings) -> ThingLifter:
    (found,) = things.reporting(Source("mqtt", ADDRESS))
    return found


def lifted(text: str, described: ThingDescription, value: Json, *, blocking: bool = True) -> Lifted:
    return lifter(known(text, described, blocking=blocking)).lift(document(value))


def affordances(found: Lifted) -> list[str]:
    return [one.affordance for graph in found.graphs for one in graph.observations]


# What is refuted.


def test_what_no_shape_would_let_pass_is_not_lifted() -> None:
    found = lifted(UNITS, HOUSE, {"outside": 50, "inside": 21})

    assert affordances(found) == ["inside"]
    assert found.unmapped == ("/outside",)


def test_an_explanation_says_why_it_is_not_lifted() -> None:
    steps = lifter(known(UNITS, HOUSE)).explain(document({"outside": 50})).steps
    (told,) = [step for step in steps if step.subject == "outside"]

    assert "wants one of [unit:DEG_C, unit:K] at saref:isMeasuredIn; the mapping makes unit:DEG_F" in told.outcome


def test_a_refusal_is_a_warning_at_the_unit() -> None:
    (warning,) = known(UNITS).check(HOUSE)

    assert warning.pointer == "/properties/outside/unit"
    assert "payloads of it are not lifted: shape" in warning.detail


def test_warnings_of_a_registered_thing_tell_it_too() -> None:
    assert known(UNITS, HOUSE).warnings(HOUSE.id) == known(UNITS).check(HOUSE)


def test_what_only_warns_is_lifted() -> None:
    assert affordances(lifted(WARNED, HOUSE, {"outside": 50})) == ["outside"]


def test_what_no_policy_blocks_is_lifted() -> None:
    assert affordances(lifted(UNITS, HOUSE, {"outside": 50}, blocking=False)) == ["outside"]


def test_a_thing_of_which_nothing_is_left_is_refused_by_name() -> None:
    with pytest.raises(MappingError, match=r"makes unit:DEG_F \(affordance outside, /properties/outside/unit\)"):
        known(UNITS).check(thing({"outside": FAHRENHEIT}))


def test_its_payloads_are_told_as_unmapped() -> None:
    found = lifted(UNITS, thing({"outside": FAHRENHEIT}), {"outside": 50})

    assert (found.graphs, found.unmapped) == ((), ("/outside",))


def test_a_shape_that_no_graph_meets_refuses_every_rule() -> None:
    with pytest.raises(MappingError, match=r"affordance outside.*affordance inside"):
        known(NO_SENSOR).check(HOUSE)


def test_events_are_left_where_observations_are_refused() -> None:
    found = known(NO_SENSOR, thing({"inside": CELSIUS}, BUTTON))
    graphs = lifter(found).lift(document({"inside": 21, "action": "single"})).graphs

    assert [graph.kind for graph in graphs] == [GraphKind.EVENTS]


def test_a_time_that_no_graph_may_have_is_left_out() -> None:
    timed = thing({"inside": CELSIUS, "seen": {"@type": "sgw:PhenomenonTime", "type": "string", **at()}})
    (graph,) = lifted(NO_TIME, timed, {"inside": 21, "seen": "2026-11-24T10:15:00Z"}).graphs

    assert graph.phenomenon_time == document({}).payload.received_at


def at() -> Mapping[str, Json]:
    return {"forms": CELSIUS["forms"]}


def test_our_own_profile_refuses_a_state_of_another_kind() -> None:
    checks = PlanChecks(background(), BASE)
    (made,) = lifters(thing({"lamp": state("OnOff", {"1": "Open", "0": "Closed"})}), base_iri=BASE).values()
    (refusal,) = checks.of(made.plan).refusals

    assert "wants one of [sgw:" in refusal.detail
    assert refusal.detail.endswith("at saref:hasResult; the mapping makes one of sgw:Closed, sgw:Open")


# What things share.


def house(name: str) -> ThingDescription:
    return ThingDescription(name, {**HOUSE.document, "id": name})


def plan_of(described: ThingDescription) -> ThingLifter:
    return lifters(described, base_iri=BASE)[ADDRESS]


def test_things_of_one_kind_share_one_check() -> None:
    checks = PlanChecks(shapes(UNITS), BASE)
    found = {id(checks.of(plan_of(house(f"urn:dev:{number}")).plan)) for number in range(50)}

    assert len(found) == 1


@pytest.mark.parametrize("name", [SGW + "Temperature", SGW + "On"])
def test_a_thing_that_the_vocabulary_names_is_checked_by_itself(name: IRI) -> None:
    checks = PlanChecks(shapes(UNITS), BASE)
    plan = plan_of(house(name)).plan

    assert checks.of(plan) is not checks.of(plan)


def test_shapes_that_name_graphs_prove_nothing() -> None:
    text = f"{PREFIXES} :S a sh:NodeShape ; sh:targetNode <{BASE}observations/x> ; sh:nodeKind sh:IRI ."
    checks, plan = PlanChecks(shapes(text), BASE), plan_of(HOUSE).plan

    assert (checks.proofs(plan), checks.of(plan).refusals) == ({}, ())


# What is in use.


def test_graphs_are_validated_by_the_proof_of_their_plan() -> None:
    made = lifter(known(UNITS, HOUSE))

    assert made.validator(shapes(UNITS)) is not shapes(UNITS)
    assert made.validator(background()) is background(), "other shapes judge for themselves"


def test_other_shapes_are_checked_anew() -> None:
    things = known(UNITS, HOUSE)
    before = lifter(things)
    things.judge_by(background(), lambda _shape, _kind: True)

    assert affordances(before.lift(document({"outside": 50}))) == []
    assert affordances(lifter(things).lift(document({"outside": 50}))) == ["outside"]


def test_a_fork_may_be_judged_by_other_shapes() -> None:
    things = known(UNITS, HOUSE)
    fork = things.fork()
    fork.judge_by(background(), lambda _shape, _kind: True)

    assert affordances(lifter(fork).lift(document({"outside": 50}))) == ["outside"]
    assert affordances(lifter(things).lift(document({"outside": 50}))) == []


def test_shapes_that_are_not_compiled_prove_nothing() -> None:
    class Lenient:
        validate = background().validate

    things = KnownThings(BASE)
    things.judge_by(Lenient(), lambda _shape, _kind: True)
    things.register(HOUSE)

    assert affordances(lifter(things).lift(document({"outside": 50}))) == ["outside"]


def test_a_limited_plan_is_the_same_where_nothing_is_refused() -> None:
    plan = plan_of(HOUSE).plan

    assert PlanChecks(background(), BASE).of(plan).limited(plan) is plan
