"""Whatever stands where a description is expected, it is described or refused: nothing else may happen."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.errors import DescribingError
from semantic_gw.lifters.thing import lifters
from semantic_gw.model import Json
from tests.describers.devices import ADDRESS, IEEE, described, describer
from tests.describers.td_schema import faults

LIST = "zigbee2mqtt/bridge/devices"
GROUPS = "zigbee2mqtt/bridge/groups"
MEMBERS = (
    *("type", "name", "property", "access", "unit", "values", "value_on", "value_off", "value_min", "value_max"),
    *("value_step", "label", "description", "endpoint", "presets", "item_type"),
)
WORDS = (
    *("numeric", "binary", "enum", "text", "list", "composite", "light", "switch", "action", "temperature"),
    *("state", "availability", "last_seen", "linkquality", "color", "contact", "°C", "%", "ON", "OFF"),
)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
told = st.sampled_from(WORDS) | st.integers(0, 7) | json_values
exposes = st.recursive(
    st.dictionaries(st.sampled_from(MEMBERS), told, max_size=10),
    lambda inner: st.fixed_dictionaries(
        {"features": st.lists(inner, max_size=3)}, optional=dict.fromkeys(MEMBERS[:3], told)
    ),
    max_leaves=6,
)
definitions = st.fixed_dictionaries({"exposes": st.lists(exposes | json_values, max_size=4) | json_values})
items = st.fixed_dictionaries(
    {"ieee_address": st.just(IEEE) | json_values},
    optional={
        "friendly_name": st.just("kitchen") | json_values,
        "type": st.just("Coordinator") | json_values,
        "disabled": json_values,
        "members": st.lists(st.just({"ieee_address": IEEE}) | json_values, max_size=3) | json_values,
        "id": json_values,
        "definition": definitions | json_values,
    },
)
descriptions = st.lists(items | json_values, max_size=3) | items | json_values


@settings(max_examples=300, deadline=None)
@given(description=descriptions, address=st.sampled_from([LIST, GROUPS, ADDRESS, ADDRESS + "/availability", ""]))
def test_anything_is_described_or_refused(description: Json, address: str) -> None:
    try:
        things = describer().describe(description, address).things
    except DescribingError:
        return
    for thing in things:
        lifters(thing, base_iri="https://gateway.example/")


@settings(max_examples=300, deadline=None)
@given(features=st.lists(exposes, max_size=3))
def test_whatever_a_device_exposes_its_description_is_valid(features: list[Json]) -> None:
    assert faults(described(*features)) == []


@pytest.mark.parametrize("description", [None, 7, "text", True, {}, {"ieee_address": "0x1"}, {"ieee_address": []}])
def test_what_describes_nothing_is_refused(description: Json) -> None:
    with pytest.raises(DescribingError):
        describer().describe(description, ADDRESS)


def test_ten_thousand_devices_are_ten_thousand_things() -> None:
    devices = [{"ieee_address": f"0x{number:016x}", "friendly_name": f"n{number}"} for number in range(10_000)]

    assert len(describer().describe(devices, LIST).things) == 10_000


def test_a_description_is_a_json_document() -> None:
    document = described({"type": "enum", "name": "a", "property": "a", "values": [1, True, "x", None, []]})

    assert json.loads(json.dumps(document)).keys() == document.keys()
