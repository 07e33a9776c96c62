"""A value whose unit or kind changes from message to message is told once, as what it is now."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from semantic_gw.app.parts import load_parts
from semantic_gw.model import Json, Payload, Source
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.rdf.namespaces import compact
from semantic_gw.settings import Settings

Told = list[tuple[str, object, str]]


@pytest.fixture
def pipeline() -> Pipeline:
    return load_parts(Settings()).pipeline.fork()


def told(pipeline: Pipeline, pack: Json) -> Told:
    """Affordance, value and unit of what *pack*, sent to *pipeline*, says."""
    received = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
    body = msgspec.json.encode(pack)
    result = pipeline.process(Payload(body, "application/senml+json", Source("mqtt", "pack"), received))
    graphs = (judged.graph for judged in result.graphs)
    return [
        (one.affordance, one.value, compact(one.unit or "")) for graph in graphs for one in graph.observations
    ]  # fmt: skip


def test_a_value_in_another_unit_is_told_in_that_unit_alone(pipeline: Pipeline) -> None:
    told(pipeline, [{"n": "urn:dev:ow:10e2073a01080063:temp", "u": "Cel", "v": 20}])
    second = told(pipeline, [{"n": "urn:dev:ow:10e2073a01080063:temp", "u": "K", "v": 293}])

    assert second == [("temp_K", 293, "unit:K")]


def test_the_first_unit_keeps_the_name(pipeline: Pipeline) -> None:
    told(pipeline, [{"n": "urn:dev:ow:10e2073a01080063:temp", "u": "Cel", "v": 20}])
    told(pipeline, [{"n": "urn:dev:ow:10e2073a01080063:temp", "u": "K", "v": 293}])
    third = told(pipeline, [{"n": "urn:dev:ow:10e2073a01080063:temp", "u": "Cel", "v": 21}])

    assert third == [("temp", 21, "unit:DEG_C")]


def test_one_message_may_have_a_value_in_two_units(pipeline: Pipeline) -> None:
    name = "urn:dev:ow:10e2073a01080063:temp"
    both = told(pipeline, [{"n": name, "u": "Cel", "v": 20}, {"n": name, "u": "K", "v": 293}])

    assert sorted(both) == [("temp", 20, "unit:DEG_C"), ("temp_K", 293, "unit:K")]
