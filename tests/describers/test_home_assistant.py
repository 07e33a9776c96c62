"""What Home Assistant's discovery tells of devices, and the parts of Thing Descriptions it becomes."""

from __future__ import annotations

import json
import random
import tomllib
from pathlib import Path

import pytest

from semantic_gw.describers.home_assistant_config import MAX_ENTITIES, read_name
from semantic_gw.errors import DescribingError
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.lifters.thing import lifters
from semantic_gw.lifters.values import resolve
from semantic_gw.model import Json
from semantic_gw.rdf.namespaces import SGW
from semantic_gw.shipped import MAPPINGS
from tests.describers.entities import DEVICE, TOPIC, affordance, describe, document, entity
from tests.describers.td_schema import faults
from tests.shared import shared

TEMPERATURE = {"device_class": "temperature", "unit_of_measurement": "°C"}


def forms(found: Json) -> dict[str, str]:
    return {form["op"][0]: form.get("mqv:topic") or form["mqv:filter"] for form in found["forms"]}


# Topics.


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("homeassistant/sensor/x/config", ("homeassistant/", "sensor", "", "x")),
        ("homeassistant/sensor/hall/x/config", ("homeassistant/", "sensor", "hall", "x")),
        ("my/own/prefix/light/hall/x/config", ("my/own/prefix/", "light", "hall", "x")),
        ("homeassistant/sensor/light/x/config", ("homeassistant/", "sensor", "light", "x")),
        ("homeassistant/device/x/config", ("homeassistant/", "device", "", "x")),
        ("sensor/x/config", ("", "sensor", "", "x")),
    ],
)
def test_a_discovery_topic_is_taken_apart(address: str, parts: tuple[str, ...]) -> None:
    assert read_name(address, dict.fromkeys(("sensor", "light"))) == parts


@pytest.mark.parametrize("address", ["", "config", "homeassistant/toaster/x/config", "homeassistant/sensor/x/state"])
def test_any_other_topic_is_no_place_for_a_config(address: str) -> None:
    with pytest.raises(DescribingError, match="no discovery topic"):
        describe(entity(), at=address or "/")


@pytest.mark.parametrize("config", [[], "x", 1, None])
def test_a_config_is_an_object(config: Json) -> None:
    with pytest.raises(DescribingError, match="a config is an object"):
        describe(config)


# Devices.


@pytest.mark.parametrize(
    ("device", "iri"),
    [
        ({"connections": [["mac", "02:00:5E:00:53:0A"]]}, "urn:dev:mac:02005e00530a"),
        ({"connections": [["mac", "02005E00530A"]], "identifiers": ["a"]}, "urn:dev:mac:02005e00530a"),
        ({"connections": ["mac", "02:00:5e:00:53:0a"]}, "urn:dev:mac:02005e00530a"),
        ({"connections": [["zigbee", "02:a1:b2:ff:fe:00:00:01"]]}, "urn:dev:mac:02a1b2fffe000001"),
        ({"identifiers": ["bridge_0x02a1b2fffe000001"]}, "urn:dev:mac:02a1b2fffe000001"),
        ({"identifiers": "0x02a1b2fffe000001"}, "urn:dev:mac:02a1b2fffe000001"),
        ({"identifiers": ["A4C138112233"]}, "urn:dev:mac:a4c138112233"),
        ({"identifiers": ["123456789012"]}, "urn:dev:ops:home-assistant-123456789012"),
        ({"identifiers": ["first", "second"]}, "urn:dev:ops:home-assistant-first"),
        ({"identifiers": [7]}, "urn:dev:ops:home-assistant-7"),
        ({"identifiers": "Küche 1"}, "urn:dev:ops:home-assistant-Küche%201"),
        ({"connections": [["upnp", "uuid-1"]]}, "urn:dev:ops:home-assistant-uuid-1"),
        ({"ids": ["short"]}, "urn:dev:ops:home-assistant-short"),
    ],
)
def test_a_device_is_called_by_its_address_or_its_first_identifier(device: Json, iri: str) -> None:
    assert document(device=device)["id"] == iri


@pytest.mark.parametrize(
    ("at", "members", "iri"),
    [
        ("homeassistant/sensor/attic/t/config", {"unique_id": "u1"}, "attic"),
        ("homeassistant/sensor/t/config", {"unique_id": "u1"}, "u1"),
        ("homeassistant/sensor/t/config", {}, "t"),
    ],
)
def test_without_a_device_the_node_or_the_entity_is_the_thing(at: str, members: dict[str, Json], iri: str) -> None:
    (thing,) = describe({"state_topic": TOPIC, **members}, at=at).things

    assert thing.id == f"urn:dev:ops:home-assistant-{iri}"


@pytest.mark.parametrize("device", [{"identifiers": ["x" * 201]}])
def test_an_endless_identifier_is_refused(device: Json) -> None:
    with pytest.raises(DescribingError, match="1 to 200 characters"):
        describe(entity(device=device))


def test_what_is_told_of_a_device_is_kept() -> None:
    found = document(device={"ids": "a", "name": "Hall", "mf": "Example", "mdl": "X-1", "sw": "1.2"})

    assert found["title"] == "Hall"
    assert (found["saref:hasManufacturer"], found["saref:hasModel"]) == ("Example", "X-1")


def test_a_component_tells_the_kind_of_device() -> None:
    found = document("light")

    assert found["saref:hasDeviceKind"] == [{"@id": SGW + "LightDevice"}]
    assert "saref:Actuator" in found["@type"]


# Short names.


def test_short_names_stand_for_long_ones() -> None:
    short = {"stat_t": TOPIC, "dev_cla": "temperature", "unit_of_meas": "°C", "val_tpl": "{{ value_json.t }}"}
    long = {"state_topic": TOPIC, "value_template": "{{ value_json.t }}", **TEMPERATURE}
    made = [
        describe({**config, "dev": {"ids": "a"}, "uniq_id": "1"}).things[0].document["properties"]
        for config in (short, long)
    ]

    assert made[0] == made[1]


def test_a_long_name_counts_before_its_short_one() -> None:
    assert forms(affordance(stat_t="other", state_topic="own")) == {"observeproperty": "own"}


@pytest.mark.parametrize(
    ("topic", "whole"),
    [("~/state", "a/b/state"), ("state/~", "state/a/b"), ("st~te", "st~te"), ("~", "a/b")],
)
def test_the_base_is_put_in_at_the_ends_of_topics(topic: str, whole: str) -> None:
    assert forms(affordance(**{"~": "a/b"}, state_topic=topic)) == {"observeproperty": whole}


def test_the_base_is_put_into_topics_alone() -> None:
    assert affordance(**{"~": "a/b"}, name="~x")["title"] == "~x"


def test_the_base_is_put_into_availabilities() -> None:
    found = document(**{"~": "a/b"}, availability=[{"t": "~/lwt"}])

    assert forms(found["properties"]["availability"]) == {"observeproperty": "a/b/lwt"}


def test_the_tables_of_short_names_name_what_components_have() -> None:
    tables = tomllib.loads((MAPPINGS / "home-assistant" / "abbreviations.toml").read_text("utf-8"))

    assert len(tables["entity"]) > 200
    assert all(short != long for names in tables.values() for short, long in names.items())


# One message for a device.


def device_message(**components: Json) -> dict[str, Json]:
    return {"dev": {"ids": ["pool"]}, "o": {"name": "pool2mqtt"}, "stat_t": "pool/state", "cmps": components}


AT_DEVICE = "homeassistant/device/pool/config"


def test_a_device_message_describes_all_its_components() -> None:
    message = device_message(
        t={"p": "sensor", "dev_cla": "temperature", "unit_of_meas": "°C", "val_tpl": "{{ value_json.t }}"},
        pump={"platform": "switch", "val_tpl": "{{ value_json.pump }}", "stat_t": "pool/pump"},
    )
    (thing,) = describe(message, at=AT_DEVICE).things

    assert thing.document["properties"].keys() == {"t", "pump"}
    assert forms(thing.document["properties"]["t"]) == {"observeproperty": "pool/state"}
    assert forms(thing.document["properties"]["pump"]) == {"observeproperty": "pool/pump"}


def test_a_component_with_nothing_but_its_platform_is_removed() -> None:
    found = describe(device_message(t={"p": "sensor"}, u={"p": "sensor", "name": "U"}), at=AT_DEVICE)

    assert found.things[0].document["properties"].keys() == {"u"}
    assert "t: it is removed" in found.remarks


@pytest.mark.parametrize("components", [None, [], "x"])
def test_a_device_message_without_components_is_refused(components: Json) -> None:
    with pytest.raises(DescribingError, match="has components"):
        describe({"dev": {"ids": "a"}, "cmps": components}, at=AT_DEVICE)


def test_a_component_that_is_no_object_or_of_no_platform_is_told() -> None:
    found = describe(device_message(a=1, b={"name": "b"}, c={"p": "toaster", "name": "c"}), at=AT_DEVICE)

    assert found.things == ()
    assert "a: a component is an object, not int" in found.remarks
    assert any("no component 'toaster' is known" in remark for remark in found.remarks)


def test_components_beyond_the_most_are_left_out() -> None:
    many = {f"s{number}": {"p": "sensor", "name": "s"} for number in range(MAX_ENTITIES + 5)}
    found = describe(device_message(**many), at=AT_DEVICE)

    assert len(found.things[0].document["properties"]) == MAX_ENTITIES
    assert any("beyond the first" in remark for remark in found.remarks)


# What reports, and how.


def test_a_property_says_where_it_was_described() -> None:
    found = document(name="t")

    assert found["sgw:describedOn"] == ["homeassistant/sensor/hall/t/config"]
    assert found["properties"]["t"]["sgw:describedOn"] == ["homeassistant/sensor/hall/t/config"]


def test_a_template_becomes_a_pointer_and_a_scale() -> None:
    found = affordance(**TEMPERATURE, value_template="{{ value_json.room[0].t / 10 }}")

    assert found["sgw:pointer"] == "/room/0/t"
    assert (found["sgw:scale"], found["sgw:offset"]) == (0.1, 0)


def test_a_template_that_is_not_read_leaves_an_affordance_without_a_meaning() -> None:
    described = describe(entity(**TEMPERATURE, value_template="{{ value | regex_findall_index('(.*)C') }}"))
    found = described.things[0].document["properties"]["x"]

    assert described.remarks == ("x: its template is not read, for the filter 'regex_findall_index'",)
    assert "regex_findall_index" in found["description"]
    assert not found.keys() & {"type", "unit", "sgw:pointer", "saref:hasPropertyKind"}


def test_a_value_nobody_knows_is_described_without_a_kind() -> None:
    described = describe(entity(name="SSID", value_template="{{ value_json.ssid }}"))
    found = described.things[0].document["properties"]["x"]

    assert found["sgw:pointer"] == "/ssid"
    assert not any(member.startswith("saref:") for member in found)
    assert described.remarks


def test_a_topic_with_wildcards_is_a_filter() -> None:
    (form,) = affordance(state_topic="+/+/ble/A4C138112233")["forms"]

    assert form["mqv:filter"] == "+/+/ble/A4C138112233"
    assert "mqv:topic" not in form


@pytest.mark.parametrize(
    ("members", "writes"),
    [
        ({"command_topic": "hall/set"}, "hall/set"),
        ({"command_topic": "hall/set", "command_template": "{{ value }}"}, None),
        ({"command_topic": "hall/set", "state_on": "1", "state_off": "0"}, None),
        ({"command_topic": "hall/set", "payload_on": "1", "payload_off": "0"}, "hall/set"),
        ({"command_topic": "hall/set", "value_template": "{{ 'ON' if value == 'a' else 'OFF' }}"}, None),
        ({}, None),
    ],
)
def test_a_switch_is_set_where_its_command_is_spelled(members: dict[str, Json], writes: str | None) -> None:
    assert forms(affordance("switch", **members)).get("writeproperty") == writes


def test_what_takes_no_commands_is_read_only() -> None:
    assert affordance()["readOnly"] is True
    assert "readOnly" not in affordance("switch", command_topic="hall/set")


@pytest.mark.parametrize("component", ["button", "scene", "camera", "image", "update", "text", "notify", "tag", "date"])
def test_what_reports_nothing_that_is_observed_is_told_why(component: str) -> None:
    found = describe(entity(), component)

    assert found.things == ()
    assert len(found.remarks) == 1


def test_an_entity_without_a_topic_reports_nowhere() -> None:
    found = describe({"command_topic": "hall/set", "device": DEVICE}, "switch")

    assert found.things == ()
    assert found.remarks == ("x: it reports nowhere: it has no state_topic",)


def test_attributes_are_left_out_and_told() -> None:
    found = describe(entity(json_attributes_topic="hall/attributes"))

    assert any("attributes" in remark for remark in found.remarks)
    assert all("hall/attributes" not in forms(one).values() for one in found.things[0].document["properties"].values())


@pytest.mark.parametrize("topic", ["x" * 1_001, "a\0b"])
def test_a_topic_that_is_none_is_told(topic: str) -> None:
    found = describe(entity(state_topic=topic))

    assert found.things == ()
    assert "a topic of 1 to 1000 characters is wanted" in found.remarks[0]


def test_an_entity_about_to_move_is_described_no_more() -> None:
    found = describe({"migrate_discovery": True})

    assert found.things == ()
    assert found.partial


def test_a_climate_reports_on_several_topics() -> None:
    found = document(
        "climate", name="ac", mode_state_topic="ac/mode", current_temperature_topic="ac/room", temperature_unit="C"
    )["properties"]

    assert forms(found["ac_mode"]) == {"observeproperty": "ac/mode"}
    assert forms(found["ac_current_temperature"]) == {"observeproperty": "ac/room"}


@pytest.mark.parametrize(
    ("members", "reported"),
    [
        ({"brightness": True}, {"x", "x_brightness"}),
        ({"supported_color_modes": ["xy"]}, {"x", "x_brightness", "x_color_mode", "x_x", "x_y"}),
        ({"supported_color_modes": ["onoff"]}, {"x"}),
    ],
)
def test_a_light_in_json_reports_what_it_can(members: dict[str, Json], reported: set[str]) -> None:
    assert document("light", schema="json", **members)["properties"].keys() == reported


# Availability.


def test_availability_is_told_of_the_device() -> None:
    found = document(availability_topic="hall/lwt", payload_available="Online", payload_not_available="Offline")
    known = found["properties"]["availability"]

    assert forms(known) == {"observeproperty": "hall/lwt"}
    assert {option["const"]: option["sgw:state"]["@id"] for option in known["oneOf"]} == {
        "Online": SGW + "Connected",
        "Offline": SGW + "Disconnected",
    }


def test_a_topic_on_which_it_reports_tells_whether_it_did() -> None:
    found = document(availability_topic=TOPIC, availability_template="{{ 'online' if value_json.t is defined }}")

    assert "availability" not in found["properties"]


@pytest.mark.parametrize(
    ("topic", "told"), [("scanner/lwt", False), (f"{TOPIC}/availability", True), (f"{TOPIC}x", False)]
)
def test_behind_another_device_only_a_topic_of_its_own_tells_of_it(topic: str, *, told: bool) -> None:
    found = document(device={**DEVICE, "via_device": "scanner"}, availability_topic=topic)

    assert ("availability" in found["properties"]) is told


# Events.


def test_a_trigger_is_an_event() -> None:
    (thing,) = describe(
        {
            "atype": "trigger",
            "type": "button_short_press",
            "stype": "1",
            "t": "r/action",
            "pl": "single",
            "dev": DEVICE,
        },
        "device_automation",
    ).things
    found = thing.document["events"]["action"]

    assert found["data"]["oneOf"] == [{"const": "single", "sgw:eventKind": {"@id": SGW + "SinglePress"}}]
    assert found["forms"][0]["op"] == ["subscribeevent"]


def test_the_type_of_a_trigger_may_say_more_than_its_payload() -> None:
    (thing,) = describe(
        {"type": "long_press", "subtype": "1", "topic": "r/action", "payload": "7", "device": DEVICE},
        "device_automation",
    ).things
    (option,) = thing.document["events"]["action"]["data"]["oneOf"]

    assert option == {"const": "7", "sgw:eventKind": {"@id": SGW + "LongPress"}}


def test_an_event_stands_in_a_member_of_its_own() -> None:
    (thing,) = describe(entity(event_types=["press", "hold"]), "event").things
    found = thing.document["events"]["x"]

    assert found["sgw:pointer"] == "/event_type"
    assert [option["const"] for option in found["data"]["oneOf"]] == ["press", "hold"]


def test_a_sensor_of_actions_tells_events() -> None:
    (thing,) = describe(entity(value_template="{{ value_json.action }}", options=["single", "hold"])).things
    found = thing.document["events"]["x"]

    assert found["sgw:pointer"] == "/action"
    assert found["data"]["oneOf"][0] == {"const": "single", "sgw:eventKind": {"@id": SGW + "SinglePress"}}


def test_a_template_that_writes_an_event_is_not_read() -> None:
    found = describe(entity(event_types=["press"], value_template='{"event_type": "{{ value }}"}'), "event")

    assert "a template that writes an event" in found.remarks[0]


# All of them.


def test_descriptions_that_come_along_are_put_together() -> None:
    along = {
        "homeassistant/sensor/hall/t/config": entity(**TEMPERATURE),
        "homeassistant/sensor/hall/h/config": entity(device_class="humidity", unit_of_measurement="%"),
    }
    (thing,) = describe({"discovery": along}, at=TOPIC).things

    assert thing.document["properties"].keys() == {"t", "h"}
    assert len(thing.document["sgw:describedOn"]) == 2


def configs() -> list[tuple[str, Json]]:
    """Configs of real publishers, and of the examples."""
    lines = shared("payloads/ha_mqtt_discovery/samples.ndjson").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    found = [(record["transport"]["topic"], record["payload"]) for record in records]
    for path in sorted((MAPPINGS / "home-assistant" / "examples").glob("*.json")):
        found += json.loads(path.read_text("utf-8"))["meta"]["discovery"].items()
    return found


def test_real_configs_become_descriptions_that_are_valid() -> None:
    for topic, config in configs():
        (thing,) = describe(config, at=topic).things

        assert faults(thing.document) == []
        assert lifters(thing, base_iri="https://gateway.example/")


ODD: tuple[Json, ...] = (
    None, True, 0, -1, 1e300, 10**30, "", " ", "é\u202e", "\x00", "{{", "{{ value", "~", "x" * 5_000, [], {}, [[]],
    {"": {"": 1}}, ["a", None], ["mac", "x"], "#", "a/+/b",
)  # fmt: skip


def damaged(value: Json, chance: random.Random) -> Json:
    if isinstance(value, dict) and value and chance.random() < 0.8:
        name = chance.choice(list(value))
        return {**value, name: damaged(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.6:
        return [*value[1:], damaged(value[0], chance)]
    if isinstance(value, str) and value and chance.random() < 0.5:
        place = chance.randrange(len(value))
        return value[:place] + chance.choice(["", "'", "}}", "{%", "|", "\\", "9" * 50]) + value[place + 1 :]
    return chance.choice(ODD)


def test_a_damaged_config_is_refused_or_described_validly() -> None:
    chance = random.Random("home-assistant")
    known = configs()
    for _ in range(2_000):
        topic, config = chance.choice(known)
        for _ in range(chance.randrange(1, 4)):
            config = damaged(config, chance)
        try:
            described = describe(config, at=topic)
        except DescribingError:
            continue
        for thing in described.things:
            assert faults(thing.document) == []
            assert all(lifter.source for lifter in lifters(thing, base_iri="https://gateway.example/").values())


def test_pointers_of_examples_lead_to_values() -> None:
    for path in sorted(Path(MAPPINGS / "home-assistant" / "examples").glob("*.json")):
        record = json.loads(path.read_text("utf-8"))
        payload = record.get("payload", record.get("payload_text"))
        for topic, config in record["meta"]["discovery"].items():
            for one in describe(config, at=topic).things[0].document.get("properties", {}).values():
                if one.get("sgw:pointer") and record["transport"]["topic"] in forms(one).values():
                    assert resolve(payload, parse_pointer(one["sgw:pointer"])) is not None
