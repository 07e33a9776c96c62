from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.errors import MappingError
from semantic_gw.lifters.thing import ThingLifter, lifters
from semantic_gw.model import GraphKind, Json, Literal, Observation
from semantic_gw.rdf.namespaces import RDF, SAREF, XSD
from tests.lifters.things import ADDRESS, BUTTON, KITCHEN, SGW, THING, UNIT, document, form, quantity, state, thing

BASE = "https://gateway.example/"
GRAPH = f"{BASE}observations/{'0' * 24}"


def lifter(properties: dict[str, Json], events: dict[str, Json] | None = None, **more: Json) -> ThingLifter:
    return lifters(thing(properties, events, **more), base_iri=BASE)[ADDRESS]


@pytest.fixture
def kitchen() -> ThingLifter:
    return lifter(KITCHEN, BUTTON)


def test_a_quantity_becomes_an_observation_with_kind_and_unit(kitchen: ThingLifter) -> None:
    (graph,) = kitchen.lift(document({"temperature": 21.4})).graphs

    assert graph.observations == (
        Observation("temperature", SGW + "Temperature", 21.4, UNIT + "DEG_C", "/temperature"),
    )
    assert (GRAPH + "#temperature.result", SAREF + "hasValue", Literal("2.14E1", XSD + "double")) in graph.triples


def test_a_state_is_the_result_of_its_observation(kitchen: ThingLifter) -> None:
    (graph,) = kitchen.lift(document({"state": "ON"})).graphs

    assert (GRAPH + "#state", SAREF + "hasResult", SGW + "On") in graph.triples
    assert (f"{THING}#state", SAREF + "hasStateKind", SGW + "OnOff") in graph.triples


def test_a_truth_value_has_no_unit(kitchen: ThingLifter) -> None:
    (graph,) = kitchen.lift(document({"led_enable": True})).graphs

    assert graph.observations[0].value is True
    assert not [t for t in graph.triples if t[1] == SAREF + "isMeasuredIn"]


def test_true_is_not_one() -> None:
    numbers = lifter({"mode": state("Mode", {1: "One"})})

    assert numbers.lift(document({"mode": True})).unmapped == ("/mode",)


def test_an_event_gets_a_graph_of_its_own(kitchen: ThingLifter) -> None:
    observations, events = kitchen.lift(document({"action": "single", "temperature": 20})).graphs

    assert observations.kind is GraphKind.OBSERVATIONS
    assert events.kind is GraphKind.EVENTS
    assert events.events[0].kind == SGW + "SinglePress"
    assert (events.iri + "#action", RDF + "type", SGW + "Event") in events.triples


def test_an_action_nobody_knows_is_still_an_event(kitchen: ThingLifter) -> None:
    (events,) = kitchen.lift(document({"action": "wiggle"})).graphs

    assert events.events[0].kind == SGW + "DeviceAction"
    assert events.events[0].data == "wiggle"


def test_an_empty_action_is_no_event(kitchen: ThingLifter) -> None:
    assert kitchen.lift(document({"action": ""})).graphs == ()


@pytest.mark.parametrize("value", [86, -41, "21", True, [21], {"a": 1}, 1e308 * 10])
def test_a_value_outside_its_schema_is_shown_as_unmapped(kitchen: ThingLifter, value: Json) -> None:
    lifted = kitchen.lift(document({"temperature": value, "state": "ON"}))

    assert lifted.unmapped == ("/temperature",)
    assert [o.affordance for o in lifted.graphs[0].observations] == ["state"]


def test_a_missing_or_null_value_is_normal(kitchen: ThingLifter) -> None:
    lifted = kitchen.lift(document({"temperature": None, "state": "OFF"}))

    assert lifted.unmapped == ()


def test_values_without_known_meaning_are_named_by_their_pointers(kitchen: ThingLifter) -> None:
    lifted = kitchen.lift(document({"state": "ON", "mystery": 3, "new": 1, "color": {"x": 0.3, "hue": 5}, "nil": None}))

    assert sorted(lifted.unmapped) == ["/color/hue", "/mystery", "/new"]


def test_a_composite_that_is_no_object_is_unmapped(kitchen: ThingLifter) -> None:
    assert kitchen.lift(document({"state": "ON", "color": "red"})).unmapped == ("/color",)


def test_ignored_members_are_not_unmapped() -> None:
    plain = lifters(thing(KITCHEN), base_iri=BASE, ignored=frozenset({"update"}))[ADDRESS]

    assert plain.lift(document({"state": "ON", "update": {"state": "idle"}})).unmapped == ()


def test_a_document_without_any_known_value_makes_no_graph(kitchen: ThingLifter) -> None:
    lifted = kitchen.lift(document({"mystery": 3}))

    assert (lifted.graphs, lifted.unmapped) == ((), ("/mystery",))


def test_a_document_without_values_makes_no_graph(kitchen: ThingLifter) -> None:
    assert kitchen.lift(document({})).graphs == ()


@pytest.mark.parametrize("value", ["2026-11-24T11:14:00+01:00", 1795515240000])
def test_the_devices_own_time_is_the_phenomenon_time(kitchen: ThingLifter, value: Json) -> None:
    (graph,) = kitchen.lift(document({"temperature": 20, "last_seen": value})).graphs

    assert graph.phenomenon_time == datetime(2026, 11, 24, 10, 14, tzinfo=UTC)
    assert (GRAPH + "#temperature", SAREF + "hasPhenomenonTime", GRAPH + "#phenomenon.time") in graph.triples


def test_a_time_without_zone_is_not_guessed(kitchen: ThingLifter) -> None:
    lifted = kitchen.lift(document({"temperature": 20, "last_seen": "2026-11-24T11:14:00"}))

    assert lifted.unmapped == ("/last_seen",)
    assert lifted.graphs[0].phenomenon_time is None


def test_the_whole_payload_can_be_the_value() -> None:
    plug = lifter({"power": quantity("ActivePower", "W", **{"sgw:pointer": ""})})

    assert plug.lift(document(42.5)).graphs[0].observations[0].value == 42.5


def test_the_first_pointer_that_is_there_wins() -> None:
    available = lifter({"availability": state("Availability", {"online": "Online"}, **{"sgw:pointer": ["/state", ""]})})

    assert available.lift(document({"state": "online"})).graphs[0].observations[0].pointer == "/state"
    assert available.lift(document("online")).graphs[0].observations[0].pointer == ""


def test_a_pointer_may_go_through_an_array() -> None:
    phases = lifter({"voltage": quantity("Voltage", "V", **{"sgw:pointer": "/phases/1/u"})})

    assert phases.lift(document({"phases": [{"u": 1}, {"u": 230}]})).graphs[0].observations[0].value == 230


def test_a_counter_beyond_a_double_stays_an_integer() -> None:
    meter = lifter({"pulses": quantity("Count", "NUM")})
    (graph,) = meter.lift(document({"pulses": 2**60 + 1})).graphs

    assert Literal(str(2**60 + 1), XSD + "integer") in [t[2] for t in graph.triples]


def test_the_same_payload_gives_the_same_graph(kitchen: ThingLifter) -> None:
    value = {"temperature": 21.4, "state": "ON"}

    assert kitchen.lift(document(value)).graphs[0].triples == kitchen.lift(document(value)).graphs[0].triples


def test_an_explanation_tells_every_affordance(kitchen: ThingLifter) -> None:
    steps = kitchen.explain(document({"temperature": 900, "state": "ON"})).steps

    assert {step.subject: step.outcome for step in steps} == {
        "temperature": "not a number from -40 to 85",
        "state": "an observation",
        "led_enable": "not in this payload",
        "color_x": "not in this payload",
        "mystery": "not in this payload",
        "last_seen": "not in this payload",
        "action": "not in this payload",
    }


@pytest.mark.parametrize(
    ("affordance", "fault"),
    [
        ({"saref:hasPropertyKind": 5, "type": "number", "forms": [form()]}, "wants an IRI"),
        (quantity("Temperature", "DEG_C", minimum="low"), "minimum wants a number"),
        (quantity("Temperature", "DEG_C", **{"sgw:pointer": "temperature"}), "not a JSON Pointer"),
        ({"@type": "sgw:PhenomenonTime", "type": "number", "forms": [form()]}, "a numeric time wants one of the units"),
    ],
)
def test_a_description_that_cannot_be_compiled_says_where(affordance: Json, fault: str) -> None:
    with pytest.raises(MappingError, match=fault):
        lifter({"t": affordance})


@pytest.mark.parametrize("name", ["a'b", 'a"b', "a\\b", "a\nb", "x'); import os; ('", "温度", "{graph}", "#", "a/b~c"])
def test_no_name_is_ever_code(name: str) -> None:
    odd = lifter({name: quantity("Temperature", "DEG_C")})

    assert odd.lift(document({name: 1})).graphs[0].observations[0].affordance == name


def test_a_form_without_topic_is_addressed_by_its_target() -> None:
    affordance = quantity("Temperature", "DEG_C", forms=[{"href": "living%20room/t"}])

    assert list(lifters(thing({"t": affordance}, base="mqtt://broker:1883/"), base_iri=BASE)) == ["living room/t"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KITCHEN, "action", "color", "x"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_any_document_is_lifted_and_explained_alike(value: Json) -> None:
    kitchen = lifter(KITCHEN, BUTTON)
    explained = kitchen.explain(document(value))
    lifted = kitchen.lift(document(value))

    assert lifted.graphs == explained.graphs
    assert lifted.unmapped == explained.unmapped
