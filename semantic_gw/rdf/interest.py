"""What SAREF says of a Thing whose affordances have kinds (SAREF core 4.1.1: features, properties, states of interest).

Only what the description states or SAREF entails: an affordance with a kind is the Thing's property or state of
interest; that the Thing *observes* it needs a Thing that calls itself a sensor (or meter), that it *controls* it an
actuator, since SAREF would conclude from `observes` that it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from semantic_gw.model import IRI, Literal, Triple
from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, RDF, SAREF, SGW, TD, XSD

_TYPE: Final = RDF + "type"
_PROPERTY_KIND: Final = SAREF + "hasPropertyKind"
_STATE_KIND: Final = SAREF + "hasStateKind"
_EVENT_KIND: Final = SGW + "hasEventKind"
_KINDS: Final = ((_PROPERTY_KIND, "Property"), (_STATE_KIND, "State"))
_OBSERVING: Final = frozenset({SAREF + "Sensor", SAREF + "Meter"})
_CONTROLLING: Final = frozenset({SAREF + "Actuator"})
_READING: Final = frozenset({TD + "readProperty", TD + "observeProperty"})
_WRITING: Final = frozenset({TD + "writeProperty"})

_FORM: Final = TD + "hasForm"
_OPERATION: Final = HYPERMEDIA + "hasOperationType"
_READ_ONLY: Final = JSON_SCHEMA + "readOnly"
_WRITE_ONLY: Final = JSON_SCHEMA + "writeOnly"
_TRUE: Final = Literal("true", XSD + "boolean")


def property_of_interest(
    thing: IRI, types: frozenset[IRI], affordance: IRI, said: Sequence[Triple]
) -> Iterator[Triple]:
    """What follows from the kinds of a property affordance of *thing*, itself of *types*, of which *said* is known."""
    known = {p for _, p, _ in said}
    kinds = [kind for predicate, kind in _KINDS if predicate in known and _refers(said, affordance, predicate)]
    for kind in kinds:
        yield affordance, _TYPE, f"{SAREF}{kind}OfInterest"
        yield affordance, f"{SAREF}is{kind}OfInterestOf", thing
        yield thing, f"{SAREF}has{kind}OfInterest", affordance
    if kinds and types & _OBSERVING and _allows(said, affordance, _READING, _WRITE_ONLY):
        yield thing, SAREF + "observes", affordance
    if kinds and types & _CONTROLLING and _allows(said, affordance, _WRITING, _READ_ONLY):
        yield thing, SAREF + "controls", affordance


def event_of_interest(thing: IRI, affordance: IRI, said: Sequence[Triple]) -> Iterator[Triple]:
    """What follows from the kind of an event affordance of *thing*."""
    if _refers(said, affordance, _EVENT_KIND):
        yield affordance, _TYPE, SGW + "EventOfInterest"
        yield affordance, SGW + "isEventOfInterestOf", thing


def _refers(said: Sequence[Triple], affordance: IRI, predicate: IRI) -> bool:
    """Whether *affordance* has a node for *predicate*."""
    return any(p == predicate and s == affordance and not isinstance(o, Literal) for s, p, o in said)


def _allows(said: Sequence[Triple], affordance: IRI, operations: frozenset[IRI], forbidding: IRI) -> bool:
    """Whether a form has one of *operations*; a form without any has the default ones (TD 1.1, 5.4)."""
    if (affordance, forbidding, _TRUE) in said:
        return False
    forms = [o for s, p, o in said if p == _FORM and s == affordance]
    found = [{o for s, p, o in said if p == _OPERATION and s == form} for form in forms]
    return any(not given or given & operations for given in found)
