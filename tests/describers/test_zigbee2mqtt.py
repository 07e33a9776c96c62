"""What a bridge tells of its devices and groups, and the Thing Descriptions it becomes."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from semantic_gw.contracts import Descriptions
from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Json, ThingDescription
from semantic_gw.rdf.namespaces import SGW
from tests.describers.devices import IEEE, THING, binary, described, describer, enum, numeric, topics, within
from tests.describers.td_schema import faults

LIST = "zigbee2mqtt/bridge/devices"
GROUPS = "zigbee2mqtt/bridge/groups"
GATEWAY = "https://gateway.example/"
TEMPERATURE = numeric("temperature", unit="°C")


def device(name: str = "kitchen", ieee: str = IEEE, **more: Json) -> dict[str, Json]:
    return {"ieee_address": ieee, "friendly_name": name, "definition": {"exposes": [TEMPERATURE]}, **more}


def describe(*items: Json, address: str = LIST) -> Descriptions:
    return describer().describe(list(items), address)


def only(descriptions: Descriptions) -> ThingDescription:
    (thing,) = descriptions.things
    return thing


# Devices.


@pytest.mark.parametrize("ieee", ["02A1B2FFFE000001", "0x02a1b2fffe000001", "0x02A1B2FFFE000001"])
def test_a_device_is_named_by_its_eui64(ieee: str) -> None:
    assert only(describe(device(ieee=ieee))).id == THING


@pytest.mark.parametrize("ieee", ["", "0x", "0x02a1b2fffe00000", "0x02a1b2fffe0000011", "02a1b2fffe00000g", None, 16])
def test_what_has_no_eui64_is_told_and_left_out(ieee: Json) -> None:
    found = describe(device() | {"ieee_address": ieee})

    assert found.things == ()
    assert "16 hexadecimal digits" in found.remarks[0]


def test_a_device_reports_on_its_address_and_beside_it_whether_it_is_there() -> None:
    found = lifters(only(describe(device("hall/lamp"))), base_iri=GATEWAY)

    assert sorted(found) == ["zigbee2mqtt/hall/lamp", "zigbee2mqtt/hall/lamp/availability"]


def test_a_base_may_have_levels() -> None:
    found = lifters(only(describe(device(), address="home/z2m/bridge/devices")), base_iri=GATEWAY)

    assert sorted(found) == ["home/z2m/kitchen", "home/z2m/kitchen/availability"]


@pytest.mark.parametrize("address", ["bridge/devices", "devices", ""])
def test_without_a_base_nothing_stands_before_the_name(address: str) -> None:
    found = lifters(only(describe(device(), address=address)), base_iri=GATEWAY)

    assert sorted(found) == ["kitchen", "kitchen/availability"]


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
def test_access_bits_become_operations(access: int, operations: list[str], marks: Mapping[str, bool]) -> None:
    state = described(binary("state", access=access))["properties"]["state"]

    assert list(topics(state)) == operations
    assert {name: state[name] for name in ("readOnly", "writeOnly", "observable") if name in state} == marks


def test_a_command_is_published_where_the_bridge_listens() -> None:
    state = described(binary("state", access=7), address="zigbee2mqtt/a")["properties"]["state"]

    assert topics(state) == {"observeproperty": "zigbee2mqtt/a", "writeproperty": "zigbee2mqtt/a/set"}
    assert [form["mqv:controlPacket"] for form in state["forms"]] == ["subscribe", "publish"]


def test_a_device_class_tells_the_kind_of_device() -> None:
    document = described(within("light", binary("state", on="ON", off="OFF", access=7)))

    assert document["saref:hasDeviceKind"] == [{"@id": SGW + "LightDevice"}]
    assert "saref:Actuator" in document["@type"]


def test_what_counts_energy_is_a_meter() -> None:
    assert "saref:Meter" in described(numeric("energy", unit="kWh"))["@type"]
    assert "saref:Meter" not in described(TEMPERATURE)["@type"]


def test_the_title_of_an_endpoint_names_it() -> None:
    state = binary("state", property="state_l1", label="State", endpoint="l1")

    assert described(state)["properties"]["state_l1"]["title"] == "State (l1)"


@pytest.mark.parametrize(
    ("word", "kind"),
    [("single", "SinglePress"), ("1_double", "DoublePress"), ("hold_left", "LongPress")],
)
def test_an_action_word_is_a_kind_of_event_wherever_on_the_device(word: str, kind: str) -> None:
    (option,) = described(enum("action", word))["events"]["action"]["data"]["oneOf"]

    assert option == {"const": word, "sgw:eventKind": {"@id": SGW + kind}}


@pytest.mark.parametrize("member", [{"type": "Coordinator"}, {"disabled": True}])
def test_what_reports_nothing_is_no_thing(member: Mapping[str, Json]) -> None:
    assert describe(device(**member)).things == ()


@pytest.mark.parametrize("definition", [None, {}, {"exposes": None}, "unknown"])
def test_a_device_that_nobody_knows_still_tells_how_well_it_is_heard(definition: Json) -> None:
    found = only(describe(device(supported=False, definition=definition)))

    assert sorted(found.document["properties"]) == ["availability", "last_seen", "linkquality"]


def test_one_faulty_item_hides_no_other() -> None:
    found = describe({"friendly_name": "x", "ieee_address": "0x1"}, 7, {"ieee_address": IEEE}, device())

    assert [thing.id for thing in found.things] == [THING]
    assert [remark[:2] for remark in found.remarks] == ["/0", "/1", "/2"]


def test_a_list_is_complete_and_one_device_is_not() -> None:
    assert describe(device()).complete
    assert not describer().describe(device(), "zigbee2mqtt/kitchen").complete


@pytest.mark.parametrize("name", ["a/b c", "Küche 温度", "a#b+c", "x" * 500, 'q"uo\\te', "tab\there", "%41", "?#"])
def test_any_friendly_name_makes_a_valid_description(name: str) -> None:
    found = only(describe(device(name)))

    assert f"zigbee2mqtt/{name}" in lifters(found, base_iri=GATEWAY)
    assert faults(found.document) == []


# Groups.


def group(name: str = "all", **more: Json) -> dict[str, Json]:
    return {"id": 1, "friendly_name": name, "members": [{"ieee_address": IEEE, "endpoint": 11}], **more}


def test_a_group_has_links_to_its_members_and_no_affordance() -> None:
    found = only(describe(group(), address=GROUPS))

    assert found.document["links"] == [{"rel": "item", "href": THING}]
    assert lifters(found, base_iri=GATEWAY) == {}
    assert faults(found.document) == []


@pytest.mark.parametrize(("address", "repeats"), [(GROUPS, "zigbee2mqtt/all"), ("bridge/groups", "all")])
def test_a_group_repeats_what_its_members_tell(address: str, repeats: str) -> None:
    found = only(describe(group(), address=address)).document

    assert found["sgw:repeatsOn"] == [repeats, f"{repeats}/availability"]


def test_a_renamed_group_stays_the_same_thing() -> None:
    assert only(describe(group(), address=GROUPS)).id == only(describe(group("every"), address=GROUPS)).id


def test_groups_of_two_bridges_are_two_things() -> None:
    assert only(describe(group(), address=GROUPS)).id != only(describe(group(), address="x/bridge/groups")).id


@pytest.mark.parametrize("members", [None, 7, [], [7, None, {"ieee_address": "0x1"}, {}]])
def test_members_that_are_none_are_not_linked(members: Json) -> None:
    assert only(describe(group(members=members), address=GROUPS)).document["links"] == []


@pytest.mark.parametrize("item", [7, None, {"id": 1}, {"id": 1, "friendly_name": 3}])
def test_what_is_no_group_is_told_and_left_out(item: Json) -> None:
    found = describe(item, group(), address=GROUPS)

    assert len(found.things) == 1
    assert found.remarks[0].startswith("/0")
