from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyoxigraph
import pytest

from semantic_gw.model import DataGraph, Event, GraphKind, Literal, Observation, Triple
from semantic_gw.rdf.namespaces import DCTERMS, FOAF, PROV, RDF, SAREF, SAREF_CORE_VERSION, SGW, TIME, UNIT, XSD
from semantic_gw.rdf.observation_context import CONTEXT, context_url, to_jsonld
from semantic_gw.rdf.serialize import to_nquads, to_trig
from tests.lifters.things import document

THING = "urn:dev:mac:00158d0003429eda"
URL = "https://gateway.example/context/v1.jsonld"
AT = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)

PREFIXES = f"""
@prefix saref: <{SAREF}> . @prefix sgw: <{SGW}> . @prefix unit: <{UNIT}> . @prefix xsd: <{XSD}> .
@prefix time: <{TIME}> . @prefix foaf: <{FOAF}> . @prefix prov: <{PROV}> . @prefix dcterms: <{DCTERMS}> .
@prefix thing: <{THING}#> . @prefix o: <https://gateway.example/observations/3f2a#> .
@prefix e: <https://gateway.example/events/3f2a#> .
"""

OBSERVATIONS = """
<https://gateway.example/observations/3f2a> foaf:primaryTopic <urn:dev:mac:00158d0003429eda> ;
    prov:generatedAtTime "2026-11-24T10:15:00Z"^^xsd:dateTime ;
    dcterms:conformsTo <https://saref.etsi.org/core/v4.1.1/> .
<https://gateway.example/observations/3f2a> {
    <urn:dev:mac:00158d0003429eda> a saref:Sensor ; saref:observes thing:temperature, thing:state, thing:led, thing:n .
    o:phenomenon\\.time a time:Instant ; time:inXSDDateTimeStamp "2026-11-24T10:14:59Z"^^xsd:dateTimeStamp .

    thing:temperature a saref:PropertyOfInterest ; saref:isPropertyOfInterestOf <urn:dev:mac:00158d0003429eda> ;
        saref:hasPropertyKind sgw:Temperature .
    o:temperature a saref:Observation ; saref:madeBy <urn:dev:mac:00158d0003429eda> ; saref:observes thing:temperature ;
        saref:hasResult o:temperature\\.result ; saref:hasResultTime "2026-11-24T10:15:00Z"^^xsd:dateTime ;
        saref:hasPhenomenonTime o:phenomenon\\.time .
    o:temperature\\.result a saref:PropertyValue ; saref:hasValue "2.14E1"^^xsd:double ; saref:isMeasuredIn unit:DEG_C ;
        saref:isValueOfProperty thing:temperature .

    thing:state a saref:StateOfInterest ; saref:isStateOfInterestOf <urn:dev:mac:00158d0003429eda> ;
        saref:hasStateKind sgw:OnOff .
    o:state a saref:Observation ; saref:madeBy <urn:dev:mac:00158d0003429eda> ; saref:observes thing:state ;
        saref:hasResult sgw:On ; saref:hasResultTime "2026-11-24T10:15:00Z"^^xsd:dateTime ;
        saref:hasPhenomenonTime o:phenomenon\\.time .

    thing:led a saref:PropertyOfInterest ; saref:isPropertyOfInterestOf <urn:dev:mac:00158d0003429eda> ;
        saref:hasPropertyKind sgw:LedEnabled .
    o:led a saref:Observation ; saref:madeBy <urn:dev:mac:00158d0003429eda> ; saref:observes thing:led ;
        saref:hasResult o:led\\.result ; saref:hasResultTime "2026-11-24T10:15:00Z"^^xsd:dateTime ;
        saref:hasPhenomenonTime o:phenomenon\\.time .
    o:led\\.result a saref:PropertyValue ; saref:hasValue false ; saref:isValueOfProperty thing:led .

    thing:n a saref:PropertyOfInterest ; saref:isPropertyOfInterestOf <urn:dev:mac:00158d0003429eda> ;
        saref:hasPropertyKind sgw:Count .
    o:n a saref:Observation ; saref:madeBy <urn:dev:mac:00158d0003429eda> ; saref:observes thing:n ;
        saref:hasResult o:n\\.result ; saref:hasResultTime "2026-11-24T10:15:00Z"^^xsd:dateTime ;
        saref:hasPhenomenonTime o:phenomenon\\.time .
    o:n\\.result a saref:PropertyValue ; saref:hasValue 9007199254740993 ; saref:isMeasuredIn unit:NUM ;
        saref:isValueOfProperty thing:n .
}
"""

EVENTS = """
<https://gateway.example/events/3f2a> foaf:primaryTopic <urn:dev:mac:00158d0003429eda> ;
    prov:generatedAtTime "2026-11-24T10:15:00Z"^^xsd:dateTime ;
    dcterms:conformsTo <https://saref.etsi.org/core/v4.1.1/> .
<https://gateway.example/events/3f2a> {
    <urn:dev:mac:00158d0003429eda> a saref:Device .
    thing:action a sgw:EventOfInterest ; sgw:isEventOfInterestOf <urn:dev:mac:00158d0003429eda> .
    e:action a sgw:Event ; saref:madeBy <urn:dev:mac:00158d0003429eda> ; sgw:isEventOf thing:action ;
        sgw:hasEventKind sgw:SinglePress ; sgw:eventData "single" ;
        saref:hasResultTime "2026-11-24T10:15:00Z"^^xsd:dateTime .
}
"""


def terms(trig: str, *, named: bool) -> Iterator[Triple]:
    """The triples of *trig*, of its named graph or its default graph."""
    for quad in pyoxigraph.parse(PREFIXES + trig, format=pyoxigraph.RdfFormat.TRIG):
        if isinstance(quad.graph_name, pyoxigraph.NamedNode) is named:
            term: Any = quad.object
            is_literal = isinstance(term, pyoxigraph.Literal)
            end = Literal(term.value, term.datatype.value, term.language) if is_literal else term.value
            yield quad.subject.value, quad.predicate.value, end


def graph(trig: str, kind: GraphKind, **parts: Any) -> DataGraph:
    """The graph that *trig* writes out, with the values it was made of."""
    return DataGraph(
        document=document({}),
        iri=f"https://gateway.example/{kind.value}/3f2a",
        thing=THING,
        kind=kind,
        result_time=AT,
        triples=tuple(terms(trig, named=True)),
        about=tuple(terms(trig, named=False)),
        **{"phenomenon_time": None, "observations": (), "events": (), **parts},
    )


KITCHEN = graph(
    OBSERVATIONS,
    GraphKind.OBSERVATIONS,
    phenomenon_time=AT.replace(minute=14, second=59),
    observations=(
        Observation("temperature", SGW + "Temperature", 21.4, UNIT + "DEG_C", "/temperature"),
        Observation("state", SGW + "OnOff", SGW + "On", None, "/state"),
        Observation("led", SGW + "LedEnabled", False, None, "/led"),
        Observation("n", SGW + "Count", 2**53 + 1, UNIT + "NUM", "/n"),
    ),
)
BUTTON = graph(EVENTS, GraphKind.EVENTS, events=(Event("action", SGW + "SinglePress", "single", "/action"),))
GRAPHS = [pytest.param(KITCHEN, OBSERVATIONS, id="observations"), pytest.param(BUTTON, EVENTS, id="events")]


def written(trig: str) -> set[pyoxigraph.Quad]:
    return set(pyoxigraph.parse(PREFIXES + trig, format=pyoxigraph.RdfFormat.TRIG))


@pytest.mark.parametrize(("graph", "trig"), GRAPHS)
def test_jsonld_of_a_graph_is_the_rdf_that_was_written_by_hand(graph: DataGraph, trig: str) -> None:
    document = {**to_jsonld(graph, context_url=URL), "@context": CONTEXT}
    text = json.dumps(document).encode()

    assert set(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.JSON_LD)) == written(trig)


@pytest.mark.parametrize(("graph", "trig"), GRAPHS)
def test_nquads_and_trig_of_a_graph_are_the_rdf_that_was_written_by_hand(graph: DataGraph, trig: str) -> None:
    assert set(pyoxigraph.parse(to_nquads(graph), format=pyoxigraph.RdfFormat.N_QUADS)) == written(trig)
    assert set(pyoxigraph.parse(to_trig(graph), format=pyoxigraph.RdfFormat.TRIG)) == written(trig)


def test_a_quantity_reads_as_plain_json() -> None:
    first = to_jsonld(KITCHEN, context_url=URL)["observations"][0]

    assert first == {
        "id": "https://gateway.example/observations/3f2a#temperature",
        "type": "Observation",
        "madeBy": {"id": THING, "type": "Sensor", "observes": THING + "#temperature"},
        "resultTime": "2026-11-24T10:15:00Z",
        "phenomenonTime": {
            "id": "https://gateway.example/observations/3f2a#phenomenon.time",
            "type": "Instant",
            "at": "2026-11-24T10:14:59Z",
        },
        "property": {
            "id": THING + "#temperature",
            "type": "PropertyOfInterest",
            "of": THING,
            "kind": "sgw:Temperature",
        },
        "result": {
            "id": "https://gateway.example/observations/3f2a#temperature.result",
            "type": "PropertyValue",
            "valueOf": THING + "#temperature",
            "value": 21.4,
            "unit": "qudt-unit:DEG_C",
        },
    }


def test_a_state_is_the_result_itself() -> None:
    state = to_jsonld(KITCHEN, context_url=URL)["observations"][1]

    assert state["stateValue"] == "sgw:On"
    assert "result" not in state


def test_truth_and_large_counters_have_columns_of_their_own() -> None:
    _, _, led, counter = to_jsonld(KITCHEN, context_url=URL)["observations"]

    assert led["result"]["truth"] is False
    assert counter["result"]["counter"] == str(2**53 + 1)


def test_a_key_always_has_the_same_type() -> None:
    """So that SQL engines can give it a column."""
    seen: dict[str, set[str]] = {}
    for row in to_jsonld(KITCHEN, context_url=URL)["observations"]:
        for path, value in _paths(row):
            seen.setdefault(path, set()).add(type(value).__name__)

    assert {path: types for path, types in seen.items() if len(types) > 1} == {}


def _paths(row: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        yield f"{path}/{key}", value
        if isinstance(value, dict):
            yield from _paths(value, f"{path}/{key}")


def test_the_context_is_referred_to_where_the_gateway_serves_it() -> None:
    assert context_url("https://gateway.example/") == URL
    assert to_jsonld(BUTTON, context_url=URL)["@context"] == URL


def test_the_thing_the_time_and_the_version_stand_at_the_top() -> None:
    top = to_jsonld(BUTTON, context_url=URL)

    assert (top["thing"], top["time"], top["conformsTo"]) == (THING, "2026-11-24T10:15:00Z", SAREF_CORE_VERSION)


def test_every_term_of_the_context_is_an_iri_of_a_known_vocabulary() -> None:
    known = (RDF, SAREF, SGW, UNIT, TIME, FOAF, PROV, DCTERMS, "@")
    iris = [term["@id"] if isinstance(term, dict) else term for term in CONTEXT.values() if term != 1.1]

    assert not [iri for iri in iris if not str(iri).startswith(known)]
