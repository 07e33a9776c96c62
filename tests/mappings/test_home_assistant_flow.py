"""Values flow once they are described: an invented shed, whose first state came before its descriptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.codecs.capture import read_capture
from semantic_gw.model import Outcome
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.namespaces import compact
from semantic_gw.settings import Settings
from semantic_gw.shipped import MAPPINGS

FLOW = MAPPINGS / "home-assistant" / "examples" / "flow.ndjson"


@pytest.fixture(scope="module")
def ends() -> Mapping[str, Result]:
    pipeline = load_parts(Settings()).pipeline
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return {
        json.loads(line)["id"]: pipeline.process(read_capture(line, now=now).payload)
        for line in FLOW.read_bytes().splitlines()
    }


def told(result: Result) -> dict[str, tuple[str, str]]:
    """Kind → value (or state) and unit."""
    return {
        compact(one.kind): (
            compact(one.value) if isinstance(one.value, str) else str(one.value),
            compact(one.unit) if one.unit else "",
        )
        for judged in result.graphs
        for one in judged.graph.observations
    }


def test_a_state_before_its_description_is_kept_as_a_dead_letter(ends: Mapping[str, Result]) -> None:
    assert ends["state before its description"].outcome is Outcome.DEAD_LETTER


def test_the_same_state_is_lifted_once_it_is_described(ends: Mapping[str, Result]) -> None:
    assert told(ends["the same state, once described"]) == {
        "sgw:Temperature": ("7.25", "unit:DEG_C"),
        "sgw:Humidity": ("81", "unit:PERCENT"),
        "sgw:OpenClosed": ("sgw:Open", ""),
    }


def test_what_a_state_does_not_have_is_no_observation(ends: Mapping[str, Result]) -> None:
    assert told(ends["a state without the door"]).keys() == {"sgw:Temperature", "sgw:Humidity"}


def test_a_binary_sensor_has_words_of_its_own_for_on_and_off(ends: Mapping[str, Result]) -> None:
    assert told(ends["a door that is shut"]) == {"sgw:OpenClosed": ("sgw:Closed", "")}


def test_states_of_a_switch_are_not_its_commands(ends: Mapping[str, Result]) -> None:
    assert told(ends["a bare value"]) == {"sgw:OnOff": ("sgw:On", "")}


def test_a_template_may_scale_a_value(ends: Mapping[str, Result]) -> None:
    assert told(ends["a value that the template scales"]) == {"sgw:Energy": ("12.5", "unit:KiloW-HR")}


def test_attributes_mean_nothing_without_a_description(ends: Mapping[str, Result]) -> None:
    assert not told(ends["attributes, which no description tells the meaning of"])


@pytest.mark.parametrize("word", ["unavailable", "unknown", "None"])
def test_a_word_for_no_value_is_ignored_as_one(word: str) -> None:
    pipeline = load_parts(Settings()).pipeline
    now = datetime(2026, 11, 24, tzinfo=UTC)
    for line in FLOW.read_bytes().splitlines():
        pipeline.process(read_capture(line, now=now).payload)
    record = {
        "id": word,
        "device": "example",
        "content_type": "application/json",
        "received_at": "2026-11-24T11:00:00Z",
        "transport": {"kind": "mqtt", "topic": "tele/shed/state"},
        "payload": {"sensors": {"air": {"t": word}}},
    }

    result = pipeline.process(read_capture(json.dumps(record).encode(), now=now).payload)

    assert (result.outcome, result.detail) == (Outcome.IGNORED, f"{word!r} says that there is no value")
