"""Messages as they stand on the bus, and their triples."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
import pyoxigraph as ox

from semantic_gw.model import (
    IRI,
    DataGraph,
    Document,
    Event,
    GraphKind,
    Literal,
    Observation,
    Payload,
    PublishedGraph,
    Record,
    Source,
    Triple,
)
from semantic_gw.rdf.namespaces import FOAF, PROV, SAREF, SGW, UNIT, XSD
from semantic_gw.rdf.observation_context import to_jsonld
from semantic_gw.rdf.observation_triples import triples_of_record
from semantic_gw.rdf.ontology import load_ontology
from semantic_gw.rdf.serialize import date_time, to_nquads
from semantic_gw.shipped import ONTOLOGIES

BASE = "https://gateway.example/"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONTOLOGY = load_ontology(sorted(ONTOLOGIES.glob("*.ttl")))
THING = "urn:dev:mac:00158d0003429eda"


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def message(
    number: int,
    thing: IRI = THING,
    *,
    at: float | None = None,
    events: Iterable[Event] = (),
    triples: Iterable[Triple] = (),
    **values: float | str | Literal,
) -> PublishedGraph:
    """The message *number*, received as many seconds after noon; *at* are the seconds of its phenomenon time."""
    happened = tuple(events)
    kind = GraphKind.EVENTS if happened else GraphKind.OBSERVATIONS
    return PublishedGraph(
        f"{BASE}{kind.value}/{number}",
        thing,
        kind,
        after(number),
        None if at is None else after(at),
        tuple(_observation(name, value) for name, value in values.items()),
        happened,
        tuple(triples),
    )


def _observation(name: str, value: float | str | Literal) -> Observation:
    if isinstance(value, str):
        return Observation(name, SGW + "OnOff", value, None, "")
    unit = UNIT + "DEG_C" if isinstance(value, float) else None
    return Observation(name, SGW + "AirTemperature", value, unit, "")


def record(graph: PublishedGraph, topic: str = "semantic.observations") -> Record:
    """*graph* as the gateway publishes it."""
    value = msgspec.json.encode(to_jsonld(_made(graph), context_url=BASE + "context/v1.jsonld"))
    return Record(topic, graph.thing, value, (("Content-Type", b"application/ld+json"),))


def nquads(graph: PublishedGraph) -> bytes:
    """*graph* as the gateway publishes it in N-Quads."""
    return to_nquads(_made(graph))


def _made(graph: PublishedGraph) -> DataGraph:
    payload = Payload(b"{}", "application/json", Source("http", "/a"), graph.result_time)
    return DataGraph(
        Document(payload, {}, "application/json"),
        graph.iri,
        graph.thing,
        graph.kind,
        graph.result_time,
        graph.phenomenon_time,
        graph.observations,
        graph.events,
        tuple(triples_of_record(graph)),
        (
            (graph.iri, FOAF + "primaryTopic", graph.thing),
            (graph.iri, PROV + "generatedAtTime", Literal(date_time(graph.result_time), XSD + "dateTime")),
        ),
        says_more=bool(graph.triples),
    )


def triples(text: bytes) -> set[str]:
    """The triples of N-Triples *text*, in the engine's spelling."""
    return {str(quad.triple) for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)}


def described(thing: IRI, *types: IRI, title: str = "A thing") -> bytes:
    """The projection of a description."""
    lines = [f"<{thing}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{one}> .\n" for one in types]
    lines.append(f'<{thing}> <https://www.w3.org/2019/wot/td#title> "{title}" .\n')
    return "".join(lines).encode()


METER = SAREF + "Meter"
