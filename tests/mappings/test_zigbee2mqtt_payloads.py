"""From what a bridge tells of a device to what its payloads mean: describer and lifter together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache

import pytest

from semantic_gw.contracts import Descriptions, Lifted
from semantic_gw.describers.zigbee2mqtt import Zigbee2MqttDescriber
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Document, Json, Observation, Payload, Source, ThingDescription
from semantic_gw.pipeline.family import Families
from semantic_gw.pipeline.mappings import load_families
from semantic_gw.rdf.namespaces import compact
from semantic_gw.shipped import MAPPINGS

BASE = "zigbee2mqtt"
LIST = f"{BASE}/bridge/devices"
KITCHEN = f"{BASE}/kitchen"
IEEE, OTHER = "0x00158d0003429eda", "0x00158d0003429edb"
THING = "urn:dev:mac:00158d0003429eda"
GATEWAY = "https://gateway.example/"


@cache
def describer() -> Zigbee2MqttDescriber:
    return Zigbee2MqttDescriber(Lexicon.load())


def numeric(name: str, **more: Json) -> dict[str, Json]:
    return {"type": "numeric", "name": name, "property": name, "access": 1, **more}


def switch(**more: Json) -> dict[str, Json]:
    fixed = {"type": "binary", "name": "state", "property": "state", "access": 7}
    return {**fixed, "value_on": "ON", "value_off": "OFF", "value_toggle": "TOGGLE", **more}


def actions(*values: str, **more: Json) -> dict[str, Json]:
    return {"type": "enum", "name": "action", "property": "action", "access": 1, "values": list(values), **more}


TEMPERATURE = numeric("temperature", unit="°C")
CONTACT = {"type": "binary", "name": "contact", "property": "contact", "value_on": False, "value_off": True}
COLOUR = {
    "type": "light",
    "features": [
        switch(),
        {"type": "composite", "name": "color_xy", "property": "color", "features": [numeric("x"), numeric("y")]},
        {"type": "composite", "name": "color_hs", "property": "color", "features": [numeric("hue")]},
    ],
}


def device(*exposes: Json, name: str = "kitchen", ieee: str = IEEE) -> dict[str, Json]:
    return {"ieee_address": ieee, "friendly_name": name, "definition": {"exposes": list(exposes)}}


def describe(*devices: Json, address: str = LIST) -> Descriptions:
    return describer().describe(list(devices), address)


def thing(*exposes: Json, name: str = "kitchen") -> ThingDescription:
    (found,) = describe(device(*exposes, name=name)).things
    return found


def lift(described: ThingDescription, value: Json, address: str = KITCHEN) -> Lifted:
    payload = Payload(b"", "application/json", Source("mqtt", address), datetime(2026, 11, 24, tzinfo=UTC))
    return lifters(described, base_iri=GATEWAY)[address].lift(Document(payload, value, "application/json"))


def observed(described: ThingDescription, value: Json, address: str = KITCHEN) -> dict[str, Json]:
    """What each affordance told; nothing where no value has a meaning."""
    graphs = lift(described, value, address).graphs
    return {o.affordance: meaning(o) for graph in graphs for o in graph.observations}


def meaning(observation: Observation) -> Json:
    return compact(observation.value) if isinstance(observation.value, str) else observation.value


def event_kinds(described: ThingDescription, value: Json) -> list[str]:
    return [compact(event.kind) for graph in lift(described, value).graphs for event in graph.events]


def known_things(origins: Iterable[Descriptions]) -> KnownThings:
    """What is registered after *origins* came, one after another."""
    known = KnownThings(GATEWAY)
    for described in origins:
        for found in described.things:
            known.register(found)
        if described.complete:
            for gone in known.gone(described.origin, [found.id for found in described.things]):
                known.remove(gone)
    return known


# Values.


def test_zero_and_false_are_values() -> None:
    found = observed(thing(TEMPERATURE, CONTACT), {"temperature": 0, "contact": False})

    assert found == {"temperature": 0, "contact": "sgw:Open"}


def test_one_is_not_true() -> None:
    assert observed(thing(CONTACT), {"contact": 1}) == {}


@pytest.mark.parametrize("value", [65535, 152, 501, "previous", None, True, [], {}])
def test_what_is_no_number_in_range_is_not_lifted(value: Json) -> None:
    presets = [{"name": "previous", "value": 65535}]
    startup = numeric("color_temp_startup", unit="mired", value_min=153, value_max=500, presets=presets)

    assert observed(thing(startup), {"color_temp_startup": value}) == {}


@pytest.mark.parametrize("value", [153, 500, 366.5])
def test_what_is_in_range_is_lifted(value: float) -> None:
    startup = numeric("color_temp_startup", unit="mired", value_min=153, value_max=500)

    assert observed(thing(startup), {"color_temp_startup": value}) == {"color_temp_startup": value}


def test_a_value_out_of_range_is_told_as_unmapped_beside_the_others() -> None:
    battery = numeric("battery", unit="%", value_min=0, value_max=100)
    lifted = lift(thing(TEMPERATURE, battery), {"temperature": 21, "battery": 200})

    assert [o.affordance for o in lifted.graphs[0].observations] == ["temperature"]
    assert [pointer.partition(":")[0] for pointer in lifted.unmapped] == ["/battery"]


def test_a_range_may_lie_below_zero() -> None:
    offset = thing(numeric("temperature", unit="°C", value_max=-1))

    assert observed(offset, {"temperature": -60}) == {"temperature": -60}
    assert observed(offset, {"temperature": 5}) == {}


def test_composites_are_read_where_they_stand() -> None:
    value = {"state": "ON", "color": {"x": 0.3, "y": 0.4, "hue": 30}}

    assert observed(thing(COLOUR), value) == {"state": "sgw:On", "color_x": 0.3, "color_y": 0.4, "color_hue": 30}


@pytest.mark.parametrize("color", [None, 7, "red", [0.3, 0.4], {}, {"x": None}, {"x": {"x": 1}}])
def test_a_composite_of_another_shape_hides_nothing_else(color: Json) -> None:
    assert observed(thing(COLOUR), {"state": "OFF", "color": color}) == {"state": "sgw:Off"}


@pytest.mark.parametrize(("left", "right"), [("l1", "l2"), ("left", "right"), ("1", "2")])
def test_each_endpoint_tells_its_own(left: str, right: str) -> None:
    two = thing(*(switch(property=f"state_{endpoint}", endpoint=endpoint) for endpoint in (left, right)))
    found = observed(two, {f"state_{left}": "ON", f"state_{right}": "OFF"})

    assert found == {f"state_{left}": "sgw:On", f"state_{right}": "sgw:Off"}


def test_a_nested_value_and_one_of_the_same_name_are_both_read() -> None:
    color = {"type": "composite", "name": "color_xy", "property": "color", "features": [numeric("x")]}
    (graph,) = lift(thing(color, numeric("brightness", property="color_x")), {"color": {"x": 0.3}, "color_x": 5}).graphs

    assert {o.pointer: o.value for o in graph.observations} == {"/color/x": 0.3, "/color_x": 5}
    assert len({o.affordance for o in graph.observations}) == 2


def test_a_setting_that_is_not_published_is_not_observed() -> None:
    assert observed(thing(switch(access=2)), {"state": "ON"}) == {}


def test_a_value_whose_name_nobody_knows_is_unmapped() -> None:
    lifted = lift(thing(numeric("flux_capacity", unit="GW²")), {"flux_capacity": 1.21})

    assert (lifted.graphs, lifted.unmapped) == ((), ("/flux_capacity",))


@pytest.mark.parametrize("value", [{"state": "online"}, "online"])
def test_availability_has_two_spellings(value: Json) -> None:
    assert observed(thing(TEMPERATURE), value, f"{KITCHEN}/availability") == {"availability": "sgw:Connected"}


@pytest.mark.parametrize("value", ["2026-11-24T11:14:00+01:00", "2026-11-24T10:14:00Z", 1795515240000])
def test_last_seen_is_the_phenomenon_time(value: Json) -> None:
    (graph,) = lift(thing(TEMPERATURE), {"temperature": 1, "last_seen": value}).graphs

    assert graph.phenomenon_time == datetime(2026, 11, 24, 10, 14, tzinfo=UTC)


@pytest.mark.parametrize("value", ["N/A", "", 10**30, -(10**30), "2026-11-24T11:14:00", None, True, {}, []])
def test_a_last_seen_that_is_no_time_leaves_the_values(value: Json) -> None:
    (graph,) = lift(thing(TEMPERATURE), {"temperature": 1, "last_seen": value}).graphs

    assert [o.affordance for o in graph.observations] == ["temperature"]
    assert graph.phenomenon_time is None


@pytest.mark.parametrize(
    "name",
    [
        "a/b/c",
        "living room",
        "100 % #1",
        "a+b",
        "50 %",
        "Küche",
        "寝室",
        "غرفة",
        "🛋",
        "x" * 500,
        "..",
        "?q=1",
        "a:b",
        "%41",
        "//",
    ],
)
def test_any_friendly_name_is_an_address(name: str) -> None:
    found = thing(TEMPERATURE, name=name)

    assert observed(found, {"temperature": 1}, f"{BASE}/{name}") == {"temperature": 1}


@pytest.mark.parametrize("name", ["", None, 7, ["kitchen"]])
def test_a_device_without_a_friendly_name_is_told_and_hides_no_other(name: Json) -> None:
    described = describe(device(TEMPERATURE) | {"friendly_name": name}, device(TEMPERATURE, name="b", ieee=OTHER))

    assert [found.document["title"] for found in described.things] == ["b"]
    assert described.remarks[0].startswith("/0")


# Actions.


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("single", "SinglePress"),
        ("single_left", "SinglePress"),
        ("1_single", "SinglePress"),
        ("left_single", "SinglePress"),
        ("button_1_hold", "LongPress"),
        ("button_4_double", "DoublePress"),
        ("double_both", "DoublePress"),
        ("triple_center", "TriplePress"),
        ("hold_right", "LongPress"),
        ("release_left", "Release"),
        ("on", "OnAction"),
        ("off_l1", "OffAction"),
        ("toggle_2", "ToggleAction"),
        ("brightness_step_up", "BrightnessStepUp"),
        ("brightness_move_down_2", "BrightnessMoveDown"),
        ("rotate_left", "RotateLeft"),
        ("SINGLE", "SinglePress"),
    ],
)
def test_an_action_is_told_by_its_word_wherever_the_button_is_named(word: str, kind: str) -> None:
    assert event_kinds(thing(actions(word)), {"action": word}) == [f"sgw:{kind}"]


@pytest.mark.parametrize("word", ["left", "1", "enchant", "single_nonsense", "_", "一"])
def test_an_action_word_that_nobody_knows_is_some_action(word: str) -> None:
    assert event_kinds(thing(actions(word)), {"action": word}) == ["sgw:DeviceAction"]


def test_an_action_that_was_not_described_is_some_action() -> None:
    assert event_kinds(thing(actions("single")), {"action": "brand_new"}) == ["sgw:DeviceAction"]


@pytest.mark.parametrize("value", ["", None])
def test_an_action_that_is_over_is_no_event(value: Json) -> None:
    assert event_kinds(thing(actions("single")), {"action": value}) == []


def test_actions_beside_the_states_are_a_graph_of_their_own() -> None:
    lifted = lift(thing(actions("single"), TEMPERATURE), {"action": "single", "temperature": 20})

    assert [str(graph.kind) for graph in lifted.graphs] == ["observations", "events"]


# Lists, one after another.


def test_a_renamed_device_moves_its_address() -> None:
    known = known_things([describe(device(TEMPERATURE)), describe(device(TEMPERATURE, name="attic/window"))])

    assert len(known) == 1
    assert known.lifters(f"{BASE}/attic/window")
    assert not known.lifters(KITCHEN)


def test_two_devices_can_swap_their_names() -> None:
    before = describe(device(TEMPERATURE, name="a"), device(TEMPERATURE, name="b", ieee=OTHER))
    after = describe(device(TEMPERATURE, name="b"), device(TEMPERATURE, name="a", ieee=OTHER))
    (lifter,) = known_things([before, after]).lifters(f"{BASE}/b")

    assert lifter.plan.thing == THING


def test_a_device_that_is_gone_is_removed() -> None:
    other = device(TEMPERATURE, name="bath", ieee=OTHER)
    known = known_things([describe(device(TEMPERATURE), other), describe(other)])

    assert [found.document["title"] for found in known] == ["bath"]
    assert not known.lifters(KITCHEN)


def test_an_empty_list_removes_every_device() -> None:
    assert len(known_things([describe(device(TEMPERATURE)), describe()])) == 0


def test_the_list_of_another_bridge_removes_nothing() -> None:
    assert len(known_things([describe(device(TEMPERATURE)), describe(address="home/z2m/bridge/devices")])) == 1


def test_one_device_alone_removes_nothing() -> None:
    alone = describer().describe(device(TEMPERATURE, name="bath", ieee=OTHER), f"{BASE}/bath")

    assert len(known_things([describe(device(TEMPERATURE)), alone])) == 2


def groups(*items: Mapping[str, Json]) -> Descriptions:
    return describer().describe(list(items), f"{BASE}/bridge/groups")


def test_the_address_of_a_group_repeats_what_its_members_tell() -> None:
    group = {"id": 1, "friendly_name": "all lamps", "members": [{"ieee_address": IEEE, "endpoint": 11}]}
    known = known_things([describe(device(TEMPERATURE)), groups(group)])

    assert known.repeats(f"{BASE}/all lamps")
    assert not known.lifters(f"{BASE}/all lamps")


def test_a_renamed_group_moves_its_address() -> None:
    known = known_things([groups({"id": 1, "friendly_name": "all"}), groups({"id": 1, "friendly_name": "every"})])

    assert not known.repeats(f"{BASE}/all")
    assert known.repeats(f"{BASE}/every")


def test_two_groups_can_swap_their_names() -> None:
    names = [("a", "b"), ("b", "a")]
    lists = [groups(*({"id": id, "friendly_name": name} for id, name in enumerate(pair))) for pair in names]
    known = known_things(lists)

    assert known.repeats(f"{BASE}/a")
    assert known.repeats(f"{BASE}/b")


# Addresses.


@cache
def families() -> Families:
    return load_families([MAPPINGS], {})


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("bridge/devices", "descriptions"),
        ("bridge/groups", "descriptions"),
        ("bridge/state", "ignore"),
        ("bridge/info", "ignore"),
        ("bridge/health", "ignore"),
        ("bridge/logging", "ignore"),
        ("bridge/log", "ignore"),
        ("bridge/event", "ignore"),
        ("bridge/definitions", "ignore"),
        ("bridge/extensions", "ignore"),
        ("bridge/converters", "ignore"),
        ("bridge/request/permit_join", "ignore"),
        ("bridge/request/device/rename", "ignore"),
        ("bridge/response/device/rename", "ignore"),
        ("bridge/config/devices/get", "ignore"),
        ("bridge/something/new", "ignore"),
        ("kitchen/set", "ignore"),
        ("kitchen/lamp/set/brightness", "ignore"),
        ("kitchen/get", "ignore"),
        ("kitchen/get/state", "ignore"),
        ("kitchen/action", "ignore"),
        ("kitchen/availability", "things"),
        ("kitchen", "things"),
        ("upstairs/kitchen/lamp", "things"),
        ("my bridge", "things"),
        ("Küche\nlinks", "things"),
    ],
)
def test_every_address_of_a_bridge_has_a_role(address: str, role: str) -> None:
    route = families().route(f"{BASE}/{address}", {}, None, None)

    assert route is not None
    assert route.role == role
    assert bool(route.reason) == (role == "ignore"), "what is ignored has a reason"


@pytest.mark.parametrize("address", ["zigbee2mqtt", "zigbee2mqttx/kitchen", "x/zigbee2mqtt/kitchen", ""])
def test_other_addresses_are_nobodys(address: str) -> None:
    assert families().route(address, {}, None, None) is None
