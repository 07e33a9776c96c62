from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.describers.zigbee2mqtt import Zigbee2MqttDescriber
from semantic_gw.directory import Directory
from semantic_gw.errors import DescribingError
from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Json, ThingDescription
from semantic_gw.pipeline.family import load_families
from semantic_gw.rdf.namespaces import SGW, UNIT
from semantic_gw.shipped import MAPPINGS
from tests.shared import shared

STATE = "zigbee2mqtt/kitchen"
LIST = "zigbee2mqtt/bridge/devices"
Z2M = "payloads/zigbee2mqtt"


@cache
def describer() -> Zigbee2MqttDescriber:
    return Zigbee2MqttDescriber(Lexicon.load())


def meta(*exposes: Json) -> dict[str, Json]:
    return {"ieee_address": "0x00158D0003429EDA", "definition": {"vendor": "v", "model": "m", "exposes": list(exposes)}}


def numeric(name: str, **more: Json) -> dict[str, Json]:
    return {"type": "numeric", "name": name, "property": name, "access": 1, **more}


def described(*exposes: Json) -> ThingDescription:
    (thing,) = describer().describe(meta(*exposes), STATE).things
    return thing


def device(name: str, ieee: str = "0x00158d0003429eda", **more: Json) -> dict[str, Json]:
    definition = {"exposes": [numeric("temperature", unit="°C")]}
    return {"ieee_address": ieee, "friendly_name": name, "definition": definition, **more}


def things_of_others() -> Iterator[ThingDescription]:
    """Every description in the shared data: a bridge's dump, the states' metas, the definitions of 650 models."""
    for message in json.loads(shared(f"{Z2M}/bridge_websocket_dump.json").read_text("utf-8")):
        if message["topic"] in ("bridge/devices", "bridge/groups"):
            yield from describer().describe(message["payload"], f"zigbee2mqtt/{message['topic']}").things
    for line in shared(f"{Z2M}/states.ndjson").read_text("utf-8").splitlines():
        record = json.loads(line)
        yield from describer().describe(record["meta"], record["transport"]["topic"]).things
    for line in shared(f"{Z2M}/metadata/definitions_exposes.ndjson").read_text("utf-8").splitlines():
        yield from (
            describer().describe({"ieee_address": "0x00158d0003429eda", "definition": json.loads(line)}, STATE).things
        )


def test_every_description_of_others_is_a_valid_thing_description() -> None:
    schema = json.loads(shared("wot/schema/td-1.1.schema.json").read_text("utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    things = list(things_of_others())
    faults = [
        (thing.document["title"], str(e)[:200]) for thing in things for e in validator.iter_errors(thing.document)
    ]

    assert len(things) > 700
    assert faults[:3] == []


def test_every_description_of_others_can_be_compiled() -> None:
    for thing in things_of_others():
        if "sgw:repeatsOn" not in thing.document:
            assert lifters(thing, base_iri="https://gateway.example/")


def test_a_device_is_named_by_its_ieee_address() -> None:
    assert described().id == "urn:dev:mac:00158d0003429eda"


def test_a_known_feature_has_kind_unit_and_bounds() -> None:
    affordance = described(numeric("battery", unit="%", value_min=0, value_max=100)).document["properties"]["battery"]

    assert affordance["saref:hasPropertyKind"] == {"@id": SGW + "BatteryLevel"}
    assert affordance["unit"] == UNIT + "PERCENT"
    assert (affordance["minimum"], affordance["maximum"]) == (0, 100)


@pytest.mark.parametrize(
    "expose", [numeric("temperature"), numeric("temperature", unit="fathom"), numeric("gizmo", unit="%")]
)
def test_an_unknown_name_or_unit_has_no_kind(expose: Json) -> None:
    affordance = described(expose).document["properties"][expose["name"]]

    assert "saref:hasPropertyKind" not in affordance
    assert affordance["forms"]


@pytest.mark.parametrize(
    ("access", "operations", "marks"),
    [
        (1, ["observeproperty"], {"readOnly": True, "observable": True}),
        (2, ["writeproperty"], {"writeOnly": True, "observable": False}),
        (3, ["observeproperty", "writeproperty"], {"observable": True}),
        (5, ["observeproperty"], {"readOnly": True, "observable": True}),
        (7, ["observeproperty", "writeproperty"], {"observable": True}),
    ],
)
def test_access_bits_tell_reading_from_writing(access: int, operations: list[str], marks: dict[str, bool]) -> None:
    affordance = described(numeric("temperature", unit="°C", access=access)).document["properties"]["temperature"]

    assert [form["op"][0] for form in affordance["forms"]] == operations
    assert marks.items() <= affordance.items()
    assert ("readOnly" in affordance, "writeOnly" in affordance) == ("readOnly" in marks, "writeOnly" in marks)


def test_an_endpoint_is_an_affordance_of_its_own() -> None:
    binary = {
        "type": "binary",
        "name": "state",
        "property": "state_l1",
        "endpoint": "l1",
        "access": 7,
        "value_on": "ON",
        "value_off": "OFF",
    }
    affordance = described({"type": "switch", "endpoint": "l1", "features": [binary]}).document["properties"][
        "state_l1"
    ]

    assert affordance["saref:hasStateKind"] == {"@id": SGW + "OnOff"}
    assert affordance["title"] == "State (l1)"


def test_two_composites_of_one_member_share_it() -> None:
    xy = {"type": "composite", "name": "color_xy", "property": "color", "features": [numeric("x"), numeric("y")]}
    hs = {
        "type": "composite",
        "name": "color_hs",
        "property": "color",
        "features": [numeric("hue"), numeric("saturation")],
    }
    properties = described({"type": "light", "features": [xy, hs]}).document["properties"]

    assert properties["color_x"]["sgw:pointer"] == "/color/x"
    assert properties["color_hue"]["unit"] == UNIT + "DEG"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("single", "SinglePress"),
        ("1_double", "DoublePress"),
        ("hold_left", "LongPress"),
        ("button_2_single", "SinglePress"),
    ],
)
def test_an_action_word_is_an_event_kind_wherever_on_the_device(value: str, kind: str) -> None:
    action = {"type": "enum", "name": "action", "property": "action", "access": 1, "values": [value]}
    (option,) = described(action).document["events"]["action"]["data"]["oneOf"]

    assert option == {"const": value, "sgw:eventKind": {"@id": SGW + kind}}


def test_a_member_and_a_member_within_another_do_not_hide_each_other() -> None:
    nested = {"type": "composite", "name": "color_xy", "property": "color", "features": [numeric("x")]}
    properties = described(nested, numeric("color_x")).document["properties"]

    assert {"/color/x", "/color_x"} <= {str(a["sgw:pointer"]) for a in properties.values()}


def test_the_class_of_a_device_is_its_kind() -> None:
    light = {"type": "light", "features": [{"type": "binary", "name": "state", "property": "state", "access": 7}]}
    document = described(light).document

    assert document["saref:hasDeviceKind"] == [{"@id": SGW + "Light"}]
    assert "saref:Actuator" in document["@type"]


def test_coordinator_and_disabled_devices_are_no_things() -> None:
    items = [device("a", type="Coordinator"), device("b", "0x00158d0003429edb", disabled=True), device("c")]

    assert [t.document["title"] for t in describer().describe(items, LIST).things] == ["c"]


def test_a_device_without_definition_still_has_an_availability() -> None:
    (thing,) = describer().describe([device("a", definition=None)], LIST).things

    assert set(thing.document["properties"]) == {"linkquality", "last_seen", "availability"}


def test_a_bad_item_is_told_and_left_out() -> None:
    found = describer().describe([3, device("a"), {"friendly_name": "b"}, device("", "0x00158d0003429edc")], LIST)

    assert len(found.things) == 1
    assert [remark.partition(":")[0] for remark in found.remarks] == ["/0", "/2", "/3"]


@pytest.mark.parametrize("name", ["living room/window", "Küche 温度", "a#b+c", "x" * 500, 'q"uo\\te', "tab\there"])
def test_a_friendly_name_may_be_anything(name: str) -> None:
    (thing,) = describer().describe([device(name)], LIST).things

    assert f"zigbee2mqtt/{name}" in lifters(thing, base_iri="https://gateway.example/")


def test_a_renamed_device_leaves_its_old_address() -> None:
    directory = Directory("https://gateway.example/")
    for name in ("kitchen", "attic"):
        for thing in describer().describe([device(name)], LIST).things:
            directory.register(thing)

    assert directory.lifters("zigbee2mqtt/kitchen") == ()
    assert len(directory.lifters("zigbee2mqtt/attic")) == 1


def test_two_devices_may_swap_their_names() -> None:
    directory = Directory("https://gateway.example/")
    one, two = "0x00158d0003429eda", "0x00158d0003429edb"
    for names in (("a", "b"), ("b", "a")):
        items = [device(name, ieee) for name, ieee in zip(names, (one, two), strict=True)]
        for thing in describer().describe(items, LIST).things:
            directory.register(thing)

    assert [lifter.plan.thing[-1] for lifter in directory.lifters("zigbee2mqtt/a")] == ["b"]
    assert [lifter.plan.thing[-1] for lifter in directory.lifters("zigbee2mqtt/b")] == ["a"]


def test_hostile_exposes_are_bounded() -> None:
    deep: Json = numeric("x")
    for _ in range(100):
        deep = {"type": "composite", "name": "c", "property": "c", "features": [deep]}
    many = [numeric(f"n{number}") for number in range(10_000)]

    assert len(described(deep).document["properties"]) == 3
    assert len(described(*many).document["properties"]) <= 2_003


WORDS = st.sampled_from(
    [
        *numeric("state", unit="°C"),
        *device("kitchen"),
        "numeric",
        "enum",
        "light",
        "features",
        "values",
        "exposes",
        "°C",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=30,
)


@given(JSON)
@settings(max_examples=400, deadline=None)
def test_any_description_is_described_or_refused(description: Json) -> None:
    for value in (description, [description], meta(description), device("a", definition=description)):
        try:
            things = describer().describe(value, LIST).things
        except DescribingError:
            continue
        for thing in things:
            lifters(thing, base_iri="https://gateway.example/")


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("bridge/devices", "descriptions"),
        ("bridge/groups", "descriptions"),
        *((f"bridge/{name}", "ignore") for name in (
            "state", "info", "health", "logging", "log", "event", "definitions", "extensions", "converters",
            "request/device/rename", "response/device/rename", "config/permit_join", "anything")),
        ("kitchen", "things"),
        ("living room/window", "things"),
        ("kitchen/availability", "things"),
        ("kitchen/set", "ignore"),
        ("kitchen/set/brightness", "ignore"),
        ("kitchen/get", "ignore"),
        ("kitchen/action", "ignore"),
    ],
)  # fmt: skip
def test_every_address_of_the_bridge_has_a_role(address: str, role: str) -> None:
    route = load_families([MAPPINGS], {}).route(f"zigbee2mqtt/{address}", None, None, None)

    assert route is not None
    assert route.role == role
    assert route.role != "ignore" or route.reason
