"""Whatever a bridge tells and a device sends, it ends in a defined outcome: never in a fault of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Json, Payload, Source
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.result import Result
from semantic_gw.settings import Settings

RECEIVED = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
IEEE = "0x02a1b2fffe000001"
NAMES = ("temperature", "battery", "state", "color", "x", "action", "contact", "last_seen", "availability", "mystery")
WORDS = ("numeric", "binary", "enum", "composite", "light", "text", "°C", "%", "ON", "OFF", "single", "", "a/b~c")

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(NAMES + WORDS)
    | st.text(max_size=8)
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=10,
)
features = st.recursive(
    st.fixed_dictionaries(
        {"name": st.sampled_from(NAMES), "type": st.sampled_from(WORDS[:6]) | json_values},
        optional={
            "property": st.sampled_from(NAMES) | json_values,
            "access": st.integers(0, 7) | json_values,
            "unit": st.sampled_from(WORDS[6:8]) | json_values,
            "values": st.lists(scalars, max_size=4) | json_values,
            "value_on": scalars,
            "value_off": scalars,
            "value_min": json_values,
            "value_max": json_values,
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {"type": st.sampled_from(WORDS[:6]), "features": st.lists(inner, max_size=3)},
        optional={"name": st.sampled_from(NAMES), "property": st.sampled_from(NAMES) | json_values},
    ),
    max_leaves=6,
)
devices = st.builds(
    lambda exposes: {"ieee_address": IEEE, "friendly_name": "kitchen", "definition": {"exposes": exposes}},
    st.lists(features, max_size=5) | json_values,
)
states = st.dictionaries(st.sampled_from(NAMES), json_values, max_size=6) | json_values


@cache
def pipeline() -> Pipeline:
    return load_parts(Settings()).pipeline


def payload(address: str, value: Json, description: Json = None) -> Payload:
    body = json.dumps(value).encode()
    return Payload(
        body, "application/json", Source("capture", f"zigbee2mqtt/{address}"), RECEIVED, description=description
    )


def explain(sent: Payload) -> Result:
    """What becomes of *sent*; the directory stays empty."""
    return pipeline().explain(sent)


@settings(max_examples=100, deadline=None)
@given(device=devices, state=states, address=st.sampled_from(["kitchen", "kitchen/availability"]))
def test_any_payload_of_any_device_has_a_defined_outcome(device: Json, state: Json, address: str) -> None:
    assert explain(payload(address, state, device)).reason != "internal error"


@settings(max_examples=60, deadline=None)
@given(device=devices, state=states)
def test_an_explanation_ends_where_the_payload_does(device: Json, state: Json) -> None:
    sent = payload("kitchen", state, device)
    explained = explain(sent)
    processed = pipeline().process(sent)

    assert (explained.outcome, explained.reason) == (processed.outcome, processed.reason)


@settings(max_examples=60, deadline=None)
@given(items=st.lists(devices | json_values, max_size=4) | json_values, what=st.sampled_from(["devices", "groups"]))
def test_any_list_of_a_bridge_has_a_defined_outcome(items: Json, what: str) -> None:
    assert explain(payload(f"bridge/{what}", items)).reason != "internal error"


@settings(max_examples=60, deadline=None)
@given(device=devices, state=states)
def test_what_is_lifted_conforms(device: Json, state: Json) -> None:
    graphs = explain(payload("kitchen", state, device)).graphs

    assert [result.message for judged in graphs for result in judged.report.results] == []


@settings(max_examples=60, deadline=None)
@given(device=devices, state=states)
def test_no_two_observations_share_a_place(device: Json, state: Json) -> None:
    for judged in explain(payload("kitchen", state, device)).graphs:
        places = [observation.pointer for observation in judged.graph.observations]
        places += [event.pointer for event in judged.graph.events]

        assert len(places) == len(set(places))
