"""What a follower of the bus reads is what the pipeline wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from semantic_gw.model import (
    DataGraph,
    Document,
    Event,
    GraphKind,
    Literal,
    Observation,
    Payload,
    PublishedGraph,
    Source,
)
from semantic_gw.rdf.namespaces import GEO, SGW, UNIT
from semantic_gw.rdf.observation_context import to_jsonld
from semantic_gw.rdf.published import read_jsonld

_TIME = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
_PAYLOAD = Payload(b"{}", "application/json", Source("http", "/a"), _TIME)
_GRAPH = DataGraph(
    document=Document(_PAYLOAD, {}, "application/json"),
    iri="https://gateway.example/observations/1",
    thing="urn:dev:mac:00158d0003429eda",
    kind=GraphKind.OBSERVATIONS,
    result_time=_TIME,
    phenomenon_time=None,
    observations=(
        Observation("temperature", SGW + "AirTemperature", 21.5, UNIT + "DEG_C", ""),
        Observation("contact", SGW + "OpenCloseState", SGW + "Open", None, ""),
        Observation("occupied", SGW + "Occupancy", True, None, ""),
        Observation("energy.total/1", SGW + "Energy", 2**60, UNIT + "W-HR", ""),
        Observation("place", SGW + "GeographicPosition", Literal("POINT(1 2)", GEO + "wktLiteral"), None, ""),
    ),
    events=(),
    triples=(),
    about=(),
)


def _read_back(graph: DataGraph) -> PublishedGraph:
    return read_jsonld(msgspec.json.encode(to_jsonld(graph, context_url="https://gateway.example/context")))


def test_observations_of_every_sort_come_back() -> None:
    read = _read_back(_GRAPH)

    assert read.observations == _GRAPH.observations


def test_the_graph_the_thing_and_the_time_come_back() -> None:
    read = _read_back(_GRAPH)

    assert (read.iri, read.thing, read.result_time, read.time) == (_GRAPH.iri, _GRAPH.thing, _TIME, _TIME)


def test_the_phenomenon_time_comes_back() -> None:
    earlier = datetime(2026, 11, 24, 9, tzinfo=UTC)

    assert _read_back(replace(_GRAPH, phenomenon_time=earlier)).time == earlier


def test_events_come_back() -> None:
    events = (Event("action", SGW + "SinglePress", "single", ""),)

    read = _read_back(replace(_GRAPH, kind=GraphKind.EVENTS, observations=(), events=events))

    assert (read.kind, read.events) == (GraphKind.EVENTS, events)


def test_what_a_mapping_made_comes_back_as_triples() -> None:
    triples = (("urn:a", "urn:p", Literal("x", "urn:datatype")), ("urn:a", "urn:p", "urn:b"))

    read = _read_back(replace(_GRAPH, says_more=True, triples=triples))

    assert read.triples == triples


@pytest.mark.parametrize("value", [b"", b"[]", b"{}", b'{"id": "urn:x", "observations": [1]}'])
def test_what_the_gateway_never_wrote_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match="no record of the gateway"):
        read_jsonld(value)
