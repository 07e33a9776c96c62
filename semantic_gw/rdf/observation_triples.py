"""The triples of a record of `semantic.observations` or `semantic.events`, as every form of it has them.

They are those that the lifter made: `observation_context.to_jsonld` says the same in JSON-LD.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from semantic_gw.model import IRI, Event, GraphKind, Literal, Observation, PublishedGraph, Term, Triple
from semantic_gw.rdf.iris import affordance_iri, instant_iri, observation_iri, result_iri
from semantic_gw.rdf.namespaces import RDF, SAREF, SGW, TIME, XSD
from semantic_gw.rdf.serialize import canonical_double, date_time

_TYPE: Final = RDF + "type"
_EXACT: Final = 2**53
"""Whole numbers up to here are doubles without loss; a counter beyond is an xsd:integer."""


def triples_of_record(graph: PublishedGraph) -> Iterator[Triple]:
    """The triples that stand in the named graph of *graph*; some come several times."""
    if graph.triples:
        yield from graph.triples
        return
    observing = graph.kind is GraphKind.OBSERVATIONS
    yield graph.thing, _TYPE, SAREF + ("Sensor" if observing else "Device")
    if graph.phenomenon_time is not None:
        instant = instant_iri(graph.iri)
        yield instant, _TYPE, TIME + "Instant"
        yield instant, TIME + "inXSDDateTimeStamp", _time(graph.phenomenon_time, "dateTimeStamp")
    yield from _all_observations(graph, graph.observations)
    yield from _all_events(graph, graph.events)


def _time(time: datetime, datatype: str = "dateTime") -> Literal:
    return Literal(date_time(time), XSD + datatype)


def _all_observations(graph: PublishedGraph, observations: Iterable[Observation]) -> Iterator[Triple]:
    for observation in observations:
        iri = observation_iri(graph.iri, observation.affordance)
        observed = affordance_iri(graph.thing, observation.affordance)
        yield graph.thing, SAREF + "observes", observed
        yield iri, _TYPE, SAREF + "Observation"
        yield from _made(graph, iri)
        yield iri, SAREF + "observes", observed
        yield from _observed(graph.thing, iri, observed, observation)


def _made(graph: PublishedGraph, iri: IRI) -> Iterator[Triple]:
    """By whom and when the observation or event *iri* was made."""
    yield iri, SAREF + "madeBy", graph.thing
    yield iri, SAREF + "hasResultTime", _time(graph.result_time)
    if graph.phenomenon_time is not None:
        yield iri, SAREF + "hasPhenomenonTime", instant_iri(graph.iri)


def _observed(thing: IRI, iri: IRI, observed: IRI, observation: Observation) -> Iterator[Triple]:
    _, kind, value, unit, _ = observation
    what = "State" if isinstance(value, str) else "Property"
    yield observed, _TYPE, f"{SAREF}{what}OfInterest"
    yield observed, f"{SAREF}is{what}OfInterestOf", thing
    yield observed, f"{SAREF}has{what}Kind", kind
    if isinstance(value, str):
        yield iri, SAREF + "hasResult", value
        return
    result = result_iri(iri)
    yield iri, SAREF + "hasResult", result
    yield result, _TYPE, SAREF + "PropertyValue"
    yield result, SAREF + "isValueOfProperty", observed
    yield result, SAREF + "hasValue", value_term(value)
    if unit is not None:
        yield result, SAREF + "isMeasuredIn", unit


def value_term(value: float | Literal) -> Term:
    """The literal of *value*, a number, a truth value or a position.

    >>> value_term(21.4).lexical, value_term(2**60).lexical, value_term(True).lexical
    ('2.14E1', '1152921504606846976', 'true')
    """
    if isinstance(value, Literal):
        return value
    if isinstance(value, bool):
        return Literal("true" if value else "false", XSD + "boolean")
    if isinstance(value, int) and not -_EXACT <= value <= _EXACT:
        return Literal(str(value), XSD + "integer")
    return Literal(canonical_double(value), XSD + "double")


def _all_events(graph: PublishedGraph, events: Iterable[Event]) -> Iterator[Triple]:
    for event in events:
        iri = observation_iri(graph.iri, event.affordance)
        source = affordance_iri(graph.thing, event.affordance)
        yield source, _TYPE, SGW + "EventOfInterest"
        yield source, SGW + "isEventOfInterestOf", graph.thing
        yield iri, _TYPE, SGW + "Event"
        yield from _made(graph, iri)
        yield iri, SGW + "isEventOf", source
        yield iri, SGW + "hasEventKind", event.kind
        yield iri, SGW + "eventData", Literal(event.data, XSD + "string")
