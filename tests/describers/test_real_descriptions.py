"""The descriptions of real bridges and of hundreds of devices: every one becomes a valid Thing Description."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from semantic_gw.lifters.thing import lifters
from semantic_gw.model import ThingDescription
from tests.describers.devices import ADDRESS, IEEE, describer
from tests.describers.td_schema import faults
from tests.shared import shared

GATEWAY = "https://gateway.example/"
LIST = "zigbee2mqtt/bridge/devices"

Origin = Callable[[], Iterator[ThingDescription]]


def dumped() -> Iterator[ThingDescription]:
    for message in json.loads(shared("payloads/zigbee2mqtt/bridge_websocket_dump.json").read_text("utf-8")):
        if str(message["topic"]).endswith("bridge/devices"):
            yield from describer().describe(message["payload"], LIST).things


def captured() -> Iterator[ThingDescription]:
    for line in shared("payloads/zigbee2mqtt/states.ndjson").read_text("utf-8").splitlines():
        yield from describer().describe(json.loads(line)["meta"], ADDRESS).things


def defined() -> Iterator[ThingDescription]:
    for line in shared("payloads/zigbee2mqtt/metadata/definitions_exposes.ndjson").read_text("utf-8").splitlines():
        yield from describer().describe({"ieee_address": IEEE, "definition": json.loads(line)}, ADDRESS).things


@pytest.fixture(
    params=[(dumped, 12), (captured, 84), (defined, 650)],
    ids=["the list of a bridge", "what came with the states", "the definitions of many devices"],
)
def things(request: pytest.FixtureRequest) -> list[ThingDescription]:
    origin, least = request.param
    found = list(origin())
    assert len(found) >= least
    return found


def test_a_real_description_is_a_valid_thing_description(things: list[ThingDescription]) -> None:
    assert [fault for thing in things for fault in faults(thing.document)] == []


def test_a_real_description_becomes_a_lifter_of_states_and_one_of_availability(things: list[ThingDescription]) -> None:
    assert all(len(lifters(thing, base_iri=GATEWAY)) == 2 for thing in things)


def test_no_two_affordances_read_the_same_value(things: list[ThingDescription]) -> None:
    counts = [Counter(places(thing)) for thing in things]

    assert [place for count in counts for place, times in count.items() if times > 1] == []


def places(thing: ThingDescription) -> Iterator[tuple[str, str]]:
    """Topic and pointer of each affordance."""
    for member in ("properties", "events"):
        for affordance in thing.document.get(member, {}).values():
            yield affordance["forms"][0]["mqv:topic"], str(affordance["sgw:pointer"])


def test_every_published_feature_of_a_real_device_is_an_affordance() -> None:
    lines = shared("payloads/zigbee2mqtt/states.ndjson").read_text("utf-8").splitlines()
    flat = [
        (json.loads(line)["id"], expose["property"])
        for line in lines
        for expose in json.loads(line)["meta"]["definition"].get("exposes") or ()
        if "features" not in expose
    ]
    described = {(json.loads(line)["id"], name) for line in lines for name in names(json.loads(line)["meta"])}

    assert set(flat) <= described


def names(meta: object) -> Iterator[str]:
    (thing,) = describer().describe(meta, ADDRESS).things
    yield from thing.document["properties"]
    yield from thing.document.get("events", {})
