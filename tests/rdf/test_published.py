"""What a follower of the bus reads is what the pipeline wrote."""

from __future__ import annotations

from collections.abc import Callable
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
from semantic_gw.rdf.observation_triples import triples_of_record
from semantic_gw.rdf.published import read_jsonld, read_published
from semantic_gw.rdf.serialize import to_nquads, to_trig
from tests.rdf.test_observation_context import BUTTON, KITCHEN

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


Write = Callable[[DataGraph], bytes]


def _jsonld(graph: DataGraph) -> bytes:
    return msgspec.json.encode(to_jsonld(graph, context_url="https://gateway.example/context"))


def _read_back(graph: DataGraph) -> PublishedGraph:
    return read_jsonld(_jsonld(graph))


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


def test_what_a_mapping_made_is_read_for_observations_and_their_time() -> None:
    mapped = replace(KITCHEN, says_more=True)

    read = _read_back(mapped)

    assert {observation.affordance for observation in read.observations} == {"temperature", "state", "led", "n"}
    assert read.phenomenon_time == KITCHEN.phenomenon_time


_FORMS = [
    pytest.param(_jsonld, "application/ld+json", id="jsonld"),
    pytest.param(to_nquads, "application/n-quads", id="nquads"),
    pytest.param(to_trig, "application/trig", id="trig"),
]


@pytest.mark.parametrize(("write", "media_type"), _FORMS)
@pytest.mark.parametrize("graph", [KITCHEN, BUTTON], ids=["observations", "events"])
def test_every_form_of_a_record_is_read_back_as_what_was_written(
    graph: DataGraph, write: Write, media_type: str
) -> None:
    read = read_published(write(graph), media_type)

    assert (read.iri, read.thing, read.kind, read.result_time) == (
        graph.iri,
        graph.thing,
        graph.kind,
        graph.result_time,
    )
    assert read.phenomenon_time == graph.phenomenon_time
    assert set(read.observations) == {found._replace(pointer="") for found in graph.observations}
    assert set(read.events) == {found._replace(pointer="") for found in graph.events}
    assert read.triples == ()


@pytest.mark.parametrize(("write", "media_type"), _FORMS)
def test_a_graph_that_says_more_is_read_as_triples_in_every_form(write: Write, media_type: str) -> None:
    more = replace(KITCHEN, says_more=True, triples=(*KITCHEN.triples, ("urn:a", "urn:p", "urn:b")))

    assert set(read_published(write(more), media_type).triples) == set(more.triples)


@pytest.mark.parametrize("graph", [KITCHEN, BUTTON], ids=["observations", "events"])
def test_the_triples_of_a_record_are_those_that_the_lifter_made(graph: DataGraph) -> None:
    assert set(triples_of_record(_read_back(graph))) == set(graph.triples)


def test_a_record_of_another_media_type_is_refused() -> None:
    with pytest.raises(ValueError, match="text/csv"):
        read_published(b"", "text/csv")


def test_a_media_type_may_have_parameters() -> None:
    assert read_published(to_nquads(KITCHEN), "application/n-quads; charset=utf-8").thing == KITCHEN.thing


@pytest.mark.parametrize("value", [b"", b"<urn:a>", b"<urn:a> <urn:p> <urn:b> <urn:g> .", b"_:a <urn:p> _:b <urn:g> ."])
def test_other_datasets_are_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match="no record of the gateway"):
        read_published(value, "application/n-quads")


def test_a_time_without_a_zone_is_refused() -> None:
    value = _jsonld(KITCHEN).replace(b"2026-11-24T10:15:00Z", b"2026-11-24T10:15:00")

    with pytest.raises(ValueError, match="time zone"):
        read_jsonld(value)


@pytest.mark.parametrize("value", [b"", b"[]", b"{}", b'{"id": "urn:x", "observations": [1]}'])
def test_what_the_gateway_never_wrote_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match="no record of the gateway"):
        read_jsonld(value)
