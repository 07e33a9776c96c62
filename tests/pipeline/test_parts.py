"""Descriptions in parts, and who lifts what comes in where two families know an address.

A Thing is described once, and a payload is lifted once: a family that takes an address apart itself counts before the
description of a guest; a Thing of the address's own family counts before a guest's; a guest lifts what is left.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Json, Outcome, Payload, Source, ThingDescription
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.result import Result
from semantic_gw.pipeline.worker import last_words
from semantic_gw.settings import FamilySettings, Settings

RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
IEEE = "0x02a1b2fffe000001"
THING = "urn:dev:mac:02a1b2fffe000001"
AT = f"homeassistant/sensor/{IEEE}/temperature/config"


PLUGS = """
id = "plugs"
title = "Plugs"
version = "1"

[[route]]
address = "plugs/{device}/report"
role = "readings"

[[route]]
address = "plugs/{device}/online"
role = "ignore"
reason = "whether the plug itself is online"

[[route]]
address = "macs/{device}/report"
role = "readings"
reading = "mac"

[reading.mac]
thing = "urn:dev:mac:{device}"
title = "{device}"

[[reading.mac.field]]
path = ["power"]
unit = "W"

[reading.default]
thing = "urn:dev:ops:plugs-{device}"
title = "{device}"

[[reading.default.field]]
path = ["power"]
unit = "W"
"""
"""A family whose payloads a reader takes apart."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    folder = tmp_path_factory.mktemp("mappings")
    (folder / "plugs").mkdir()
    (folder / "plugs" / "manifest.toml").write_text(PLUGS)
    return load_parts(Settings(mappings=(folder,))).pipeline


@pytest.fixture
def pipeline(loaded: Pipeline) -> Pipeline:
    return loaded.fork()


def send(pipeline: Pipeline, address: str, value: Json) -> Result:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return pipeline.process(Payload(body, "", Source("mqtt", address), RECEIVED))


def config(member: str = "temperature", **members: Json) -> dict[str, Json]:
    return {
        "state_topic": "zigbee2mqtt/kitchen",
        "value_template": f"{{{{ value_json.{member} }}}}",
        "unique_id": f"{IEEE}_{member}",
        "device": {"identifiers": [f"zigbee2mqtt_{IEEE}"], "name": "kitchen"},
        "device_class": "temperature",
        "unit_of_measurement": "°C",
        **members,
    }


def devices(name: str = "kitchen") -> Json:
    exposes = [{"type": "numeric", "name": "temperature", "property": "temperature", "access": 1, "unit": "°C"}]
    return [{"ieee_address": IEEE, "friendly_name": name, "type": "EndDevice", "definition": {"exposes": exposes}}]


def observed(result: Result) -> list[tuple[str, str]]:
    """The Thing and the affordance of each observation."""
    return [(judged.graph.thing, one.affordance) for judged in result.graphs for one in judged.graph.observations]


def known(pipeline: Pipeline, thing: str = THING) -> ThingDescription:
    found = pipeline.things.get(thing)
    assert found is not None
    return found


# Parts.


def test_a_config_is_a_description_that_is_published(pipeline: Pipeline) -> None:
    result = send(pipeline, AT, config())

    assert result.outcome is Outcome.PUBLISHED
    assert [thing.id for thing in result.changed] == [THING]
    assert known(pipeline).family == "home-assistant"


def test_a_config_that_comes_again_is_known(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())
    result = send(pipeline, AT, config())

    assert result.outcome is Outcome.IGNORED
    assert "known already" in result.reason


def test_configs_of_a_device_make_one_thing(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())
    send(pipeline, f"homeassistant/sensor/{IEEE}/humidity/config", config("humidity", device_class="humidity"))

    assert len(pipeline.things) == 1
    assert known(pipeline).document["properties"].keys() == {"temperature", "humidity"}


def test_an_empty_config_takes_its_entity_away(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())
    send(pipeline, f"homeassistant/sensor/{IEEE}/other/config", config("other"))
    result = send(pipeline, AT, b"")

    assert result.outcome is Outcome.PUBLISHED
    assert known(pipeline).document["properties"].keys() == {"other"}


def test_a_thing_of_which_nothing_is_left_is_gone(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())
    result = send(pipeline, AT, b"")

    assert result.removed == (THING,)
    assert pipeline.things.get(THING) is None
    assert send(pipeline, AT, b"").outcome is Outcome.IGNORED


def test_a_config_that_now_tells_of_another_device_leaves_the_first(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())
    result = send(pipeline, AT, config(device={"identifiers": ["another"]}))

    assert result.removed == (THING,)
    assert [thing.id for thing in result.changed] == ["urn:dev:ops:home-assistant-another"]


def test_a_config_that_now_tells_of_nothing_takes_its_entity_away(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())

    assert send(pipeline, AT, {"migrate_discovery": True}).removed == (THING,)


def test_a_renamed_device_reports_at_its_new_address_alone(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())
    send(pipeline, AT, config(state_topic="zigbee2mqtt/cellar"))

    assert observed(send(pipeline, "zigbee2mqtt/cellar", {"temperature": 3})) == [(THING, "temperature")]
    assert send(pipeline, "zigbee2mqtt/kitchen", {"temperature": 3}).outcome is Outcome.DEAD_LETTER


def test_what_reports_nothing_is_ignored_with_the_reason(pipeline: Pipeline) -> None:
    result = send(pipeline, "homeassistant/button/x/restart/config", {"command_topic": "x/restart"})

    assert result.outcome is Outcome.IGNORED
    assert "takes commands and reports nothing" in result.reason


def test_a_hand_written_thing_is_not_taken_apart(pipeline: Pipeline) -> None:
    document = {"id": THING, "title": "mine", "sgw:describedOn": [AT], "properties": {}}
    pipeline.things.register(ThingDescription(THING, document))

    assert send(pipeline, AT, b"").outcome is Outcome.IGNORED
    send(pipeline, AT, config())
    assert known(pipeline).document["title"] == "mine"


def test_what_is_tried_out_leaves_nothing(pipeline: Pipeline) -> None:
    send(pipeline.fork(), AT, config())

    assert len(pipeline.things) == 0


def test_of_a_thing_that_changed_and_went_in_one_batch_the_last_word_counts(pipeline: Pipeline) -> None:
    other = f"homeassistant/sensor/{IEEE}/other/config"
    came = [send(pipeline, AT, config()), send(pipeline, other, config("other"))]
    went = [send(pipeline, AT, b""), send(pipeline, other, b"")]
    back = [send(pipeline, AT, config())]

    assert last_words([*came, *went]) == ([], [THING])
    assert [thing.id for thing in last_words([*came, *went, *back])[0]] == [THING]
    assert last_words([*came, *went, *back])[1] == []


# Addresses of other families.


def test_a_guest_lifts_where_the_host_does_not_know_the_thing(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())
    result = send(pipeline, "zigbee2mqtt/kitchen", {"temperature": "21.4"})

    assert observed(result) == [(THING, "temperature")]
    assert result.family == "home-assistant"


def test_a_thing_that_its_own_family_describes_is_described_once(pipeline: Pipeline) -> None:
    send(pipeline, "zigbee2mqtt/bridge/devices", devices())
    result = send(pipeline, AT, config())

    assert result.outcome is Outcome.IGNORED
    assert result.reason == f"{THING} is described already, by zigbee2mqtt"
    assert known(pipeline).family == "zigbee2mqtt"


def test_the_description_of_its_own_family_takes_the_place_of_a_guests(pipeline: Pipeline) -> None:
    send(pipeline, AT, config())
    send(pipeline, "zigbee2mqtt/bridge/devices", devices())
    result = send(pipeline, "zigbee2mqtt/kitchen", {"temperature": 21.4})

    assert observed(result) == [(THING, "temperature")]
    assert result.family == "zigbee2mqtt"
    assert send(pipeline, AT, b"").outcome is Outcome.IGNORED


@pytest.mark.parametrize("guest_first", [True, False])
def test_another_thing_at_the_same_address_counts_after_the_hosts(pipeline: Pipeline, *, guest_first: bool) -> None:
    own = (AT, config(device={"identifiers": ["another"]}))
    messages = [own, ("zigbee2mqtt/bridge/devices", devices())]
    for address, value in messages if guest_first else reversed(messages):
        send(pipeline, address, value)

    assert observed(send(pipeline, "zigbee2mqtt/kitchen", {"temperature": 21.4})) == [(THING, "temperature")]


@pytest.mark.parametrize("guest_first", [True, False])
def test_a_group_is_not_lifted_beside_its_members(pipeline: Pipeline, *, guest_first: bool) -> None:
    own = ("homeassistant/light/group/config", {"state_topic": "zigbee2mqtt/all", "unique_id": "g", "schema": "json"})
    groups = ("zigbee2mqtt/bridge/groups", [{"id": 1, "friendly_name": "all", "members": []}])
    for address, value in (own, groups) if guest_first else (groups, own):
        send(pipeline, address, value)
    result = send(pipeline, "zigbee2mqtt/all", {"state": "ON"})

    assert result.outcome is Outcome.IGNORED
    assert "a group repeats" in result.reason


def power(topic: str) -> dict[str, Json]:
    return config("power", state_topic=topic, device_class="power", unit_of_measurement="W")


def test_where_a_reader_takes_payloads_apart_a_guest_describes_nothing(pipeline: Pipeline) -> None:
    result = send(pipeline, AT, power("plugs/p1/report"))

    assert result.outcome is Outcome.IGNORED
    assert "what comes in at 'plugs/p1/report' belongs to Plugs" in result.reason


@pytest.mark.parametrize("guest_first", [True, False])
def test_a_payload_is_lifted_once_where_a_guest_has_a_filter(pipeline: Pipeline, *, guest_first: bool) -> None:
    own, report = (AT, power("plugs/+/report")), ("plugs/p1/report", {"power": 12})
    for address, value in (own, report) if guest_first else (report, own):
        send(pipeline, address, value)

    assert observed(send(pipeline, *report)) == [("urn:dev:ops:plugs-p1", "power")]


def test_the_description_of_a_reader_takes_the_place_of_a_guests(pipeline: Pipeline) -> None:
    address = "macs/02a1b2fffe000001/report"
    send(pipeline, AT, config(state_topic="macs/+/report"))
    result = send(pipeline, address, {"power": 12})

    assert observed(result) == [(THING, "power")]
    assert known(pipeline).family == "plugs"
    assert known(pipeline).document["properties"].keys() == {"power"}


def test_what_a_host_ignores_no_guest_reports(pipeline: Pipeline) -> None:
    result = send(pipeline, AT, power("plugs/p1/online"))

    assert result.outcome is Outcome.IGNORED
    assert "whether the plug itself is online" in result.reason


def test_the_rest_of_a_device_is_a_guests(pipeline: Pipeline) -> None:
    message = {
        "dev": {"ids": ["p1"]},
        "cmps": {
            "a": {"p": "sensor", **power("plugs/p1/report")},
            "b": {"p": "sensor", **power("plugs/p1/more")},
        },
    }
    send(pipeline, "homeassistant/device/p1/config", message)

    assert known(pipeline, "urn:dev:ops:home-assistant-p1").document["properties"].keys() == {"b"}


def test_the_prefix_is_a_setting() -> None:
    settings = Settings(families={"home-assistant": FamilySettings(base=("my/discovery",))})
    pipeline = load_parts(settings).pipeline

    assert send(pipeline, "my/discovery/sensor/x/t/config", config()).outcome is Outcome.PUBLISHED
    assert send(pipeline, "my/discovery/status", b"online").outcome is Outcome.IGNORED


def test_a_config_is_known_by_its_look_at_any_prefix(pipeline: Pipeline) -> None:
    assert send(pipeline, "elsewhere/sensor/x/t/config", config()).outcome is Outcome.PUBLISHED


def test_a_state_before_its_config_is_a_dead_letter_to_replay(pipeline: Pipeline) -> None:
    result = send(pipeline, "homeassistant/sensor/x/state", {"temperature": 1})

    assert result.outcome is Outcome.DEAD_LETTER
    assert result.reason == "no description"
