"""What SAREF says of a Thing whose affordances have kinds (SAREF core 4.1.1: features, properties, states of interest).

Only what the description states or SAREF entails: an affordance with a kind is the Thing's property or state of
interest; that the Thing *observes* it needs a Thing that calls itself a sensor (or meter), that it *controls* it an
actuator, since SAREF would conclude from `observes` that it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from semantic_gw.model import IRI, Json, Triple
from semantic_gw.rdf.namespaces import HYPERMEDIA, JSON_SCHEMA, RDF, SAREF, SGW, TD, expand

_TYPE: Final = RDF + "type"
_KINDS: Final = ("Property", "State")
_OBSERVING: Final = frozenset({SAREF + "Sensor", SAREF + "Meter"})
_CONTROLLING: Final = frozenset({SAREF + "Actuator"})
_READING: Final = frozenset({TD + "readProperty", TD + "observeProperty"})
_WRITING: Final = frozenset({TD + "writeProperty"})

_FORM: Final = TD + "hasForm"
_OPERATION: Final = HYPERMEDIA + "hasOperationType"
_READ_ONLY: Final = JSON_SCHEMA + "readOnly"
_WRITE_ONLY: Final = JSON_SCHEMA + "writeOnly"

Node = Mapping[str, Json]
"""A node object in expanded form: predicate → values."""


def property_of_interest(thing: IRI, types: frozenset[IRI], affordance: IRI, node: Node) -> Iterator[Triple]:
    """What follows from the kinds of a property affordance of *thing*, itself of *types*."""
    kinds = [kind for kind in _KINDS if _refers(node, f"{SAREF}has{kind}Kind")]
    for kind in kinds:
        yield affordance, _TYPE, f"{SAREF}{kind}OfInterest"
        yield affordance, f"{SAREF}is{kind}OfInterestOf", thing
        yield thing, f"{SAREF}has{kind}OfInterest", affordance
    if kinds and types & _OBSERVING and _allows(node, _READING, _WRITE_ONLY):
        yield thing, SAREF + "observes", affordance
    if kinds and types & _CONTROLLING and _allows(node, _WRITING, _READ_ONLY):
        yield thing, SAREF + "controls", affordance


def event_of_interest(thing: IRI, affordance: IRI, node: Node) -> Iterator[Triple]:
    """What follows from the kind of an event affordance of *thing*."""
    if _refers(node, SGW + "hasEventKind"):
        yield affordance, _TYPE, SGW + "EventOfInterest"
        yield affordance, SGW + "isEventOfInterestOf", thing


def _refers(node: Node, predicate: IRI) -> bool:
    """Whether *node* has a node for *predicate*, written out or with one of our own prefixes."""
    return any("@id" in value for member, values in node.items() if expand(member) == predicate for value in values)


def _allows(node: Node, operations: frozenset[IRI], forbidding: IRI) -> bool:
    """Whether a form has one of *operations*; a form without any has the default ones (TD 1.1, 5.4)."""
    if any(value.get("@value") is True for value in node.get(forbidding, ())):
        return False
    forms: Sequence[Node] = node.get(_FORM, ())
    return any(_OPERATION not in form or operations & set(_ids(form[_OPERATION])) for form in forms)


def _ids(values: Sequence[Node]) -> Iterator[IRI]:
    return (value["@id"] for value in values if "@id" in value)
