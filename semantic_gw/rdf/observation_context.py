"""Graphs as JSON-LD that reads as plain JSON: the context, served by reference, and the object that refers to it.

`observations` and `events` are aliases of `@graph`: their members stand in the named graph `id`, while `thing`,
`time` and `conformsTo` are said of it in the default graph (JSON-LD 1.1, 4.9). Every key always has the same
JSON type, so that SQL engines can give it a column.
"""

from __future__ import annotations

from typing import Final

from semantic_gw.model import IRI, DataGraph, Event, GraphKind, Json, Literal, Observation
from semantic_gw.rdf.expanded import expanded_nodes
from semantic_gw.rdf.iris import affordance_iri, instant_iri, observation_iri, result_iri
from semantic_gw.rdf.namespaces import DCTERMS, FOAF, GEO, PROV, SAREF, SAREF_CORE_VERSION, SGW, TIME, UNIT, XSD
from semantic_gw.rdf.serialize import date_time

CONTEXT_PATH: Final = "context/v1.jsonld"

_EXACT: Final = 2**53


def _reference(iri: IRI) -> dict[str, Json]:
    return {"@id": iri, "@type": "@id"}


def _of_interest(predicate: IRI, kind: str, owner: str) -> dict[str, Json]:
    return {**_reference(predicate), "@context": {"kind": _reference(SAREF + kind), "of": _reference(SAREF + owner)}}


CONTEXT: Final[dict[str, Json]] = {
    "@version": 1.1,
    "sgw": {"@id": SGW, "@prefix": True},
    "qudt-unit": {"@id": UNIT, "@prefix": True},
    "id": "@id",
    "type": "@type",
    "observations": "@graph",
    "events": "@graph",
    "thing": _reference(FOAF + "primaryTopic"),
    "time": {"@id": PROV + "generatedAtTime", "@type": XSD + "dateTime"},
    "conformsTo": _reference(DCTERMS + "conformsTo"),
    "Observation": SAREF + "Observation",
    "Sensor": SAREF + "Sensor",
    "Device": SAREF + "Device",
    "PropertyOfInterest": SAREF + "PropertyOfInterest",
    "StateOfInterest": SAREF + "StateOfInterest",
    "PropertyValue": SAREF + "PropertyValue",
    "Event": SGW + "Event",
    "EventOfInterest": SGW + "EventOfInterest",
    "Instant": TIME + "Instant",
    "madeBy": _reference(SAREF + "madeBy"),
    "observes": _reference(SAREF + "observes"),
    "property": _of_interest(SAREF + "observes", "hasPropertyKind", "isPropertyOfInterestOf"),
    "state": _of_interest(SAREF + "observes", "hasStateKind", "isStateOfInterestOf"),
    "resultTime": {"@id": SAREF + "hasResultTime", "@type": XSD + "dateTime"},
    "phenomenonTime": _reference(SAREF + "hasPhenomenonTime"),
    "at": {"@id": TIME + "inXSDDateTimeStamp", "@type": XSD + "dateTimeStamp"},
    "result": _reference(SAREF + "hasResult"),
    "stateValue": _reference(SAREF + "hasResult"),
    "value": {"@id": SAREF + "hasValue", "@type": XSD + "double"},
    "truth": {"@id": SAREF + "hasValue", "@type": XSD + "boolean"},
    "counter": {"@id": SAREF + "hasValue", "@type": XSD + "integer"},
    "position": {"@id": SAREF + "hasValue", "@type": GEO + "wktLiteral"},
    "unit": _reference(SAREF + "isMeasuredIn"),
    "valueOf": _reference(SAREF + "isValueOfProperty"),
    "event": {**_reference(SGW + "isEventOf"), "@context": {"of": _reference(SGW + "isEventOfInterestOf")}},
    "kind": _reference(SGW + "hasEventKind"),
    "data": SGW + "eventData",
    "report": {"@id": SGW + "validationReport", "@type": "@json"},
}
"""The context of all records. The prefix of units is `qudt-unit`, since `unit` is a term of its own."""


def context_url(base_iri: IRI) -> IRI:
    """Where the gateway serves the context."""
    return base_iri + CONTEXT_PATH


def to_jsonld(graph: DataGraph, *, context_url: IRI) -> dict[str, Json]:
    """The dataset of *graph* as one JSON-LD object."""
    thing = graph.thing
    time = date_time(graph.result_time)
    top: dict[str, Json] = {
        "@context": context_url,
        "id": graph.iri,
        "thing": thing,
        "time": time,
        "conformsTo": SAREF_CORE_VERSION,
    }
    instant = None
    if graph.phenomenon_time is not None:
        instant = {"id": instant_iri(graph.iri), "type": "Instant", "at": date_time(graph.phenomenon_time)}
    if graph.says_more:
        top["observations"] = expanded_nodes(graph.triples)
    elif graph.kind is GraphKind.EVENTS:
        top["events"] = [_event(graph.iri, thing, time, instant, event) for event in graph.events]
    else:
        top["observations"] = [_observation(graph.iri, thing, time, instant, o) for o in graph.observations]
    return top


def _observation(graph: IRI, thing: IRI, time: str, instant: Json, observation: Observation) -> dict[str, Json]:
    name, kind, value, unit, _pointer = observation
    observed = affordance_iri(thing, name)
    iri = observation_iri(graph, name)
    made: dict[str, Json] = {
        "id": iri,
        "type": "Observation",
        "madeBy": {"id": thing, "type": "Sensor", "observes": observed},
        "resultTime": time,
    }
    if instant is not None:
        made["phenomenonTime"] = instant
    if type(value) is str:
        made["state"] = {"id": observed, "type": "StateOfInterest", "of": thing, "kind": _short(kind)}
        made["stateValue"] = _short(value)
        return made
    made["property"] = {"id": observed, "type": "PropertyOfInterest", "of": thing, "kind": _short(kind)}
    result: dict[str, Json] = {"id": result_iri(iri), "type": "PropertyValue", "valueOf": observed}
    if type(value) is bool:
        result["truth"] = value
    elif isinstance(value, Literal):
        result["position"] = value.lexical
    elif type(value) is int and not -_EXACT <= value <= _EXACT:
        result["counter"] = str(value)
    else:
        result["value"] = value
    if unit is not None:
        result["unit"] = _short(unit)
    made["result"] = result
    return made


def _event(graph: IRI, thing: IRI, time: str, instant: Json, event: Event) -> dict[str, Json]:
    of_interest = affordance_iri(thing, event.affordance)
    made: dict[str, Json] = {
        "id": observation_iri(graph, event.affordance),
        "type": "Event",
        "madeBy": {"id": thing, "type": "Device"},
        "event": {"id": of_interest, "type": "EventOfInterest", "of": thing},
        "kind": _short(event.kind),
        "data": event.data,
        "resultTime": time,
    }
    if instant is not None:
        made["phenomenonTime"] = instant
    return made


def _short(iri: IRI) -> str:
    if iri.startswith(SGW):
        return "sgw:" + iri[len(SGW) :]
    if iri.startswith(UNIT):
        return "qudt-unit:" + iri[len(UNIT) :]
    return iri
