"""What a mapping made of a message, taken apart by observation: each is replaced by itself.

A part holds its observation and everything that it leads to. What belongs to no observation is the rest. In the latest
graph a part tells the message it came in (`dcterms:isPartOf`), the rest is a part of the graph (`dcterms:hasPart`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from semantic_gw.model import IRI, Literal, Observation, PublishedGraph, Term, Triple
from semantic_gw.rdf.namespaces import DCTERMS, PROV, XSD
from semantic_gw.rdf.observation_reading import Said, moment, observations_by_iri
from semantic_gw.rdf.serialize import date_time
from semantic_gw.view.text import triples_text
from semantic_gw.view.told import REST, Key, Mapped, Message, Told, message_of

PART_OF: Final = DCTERMS + "isPartOf"
HAS_PART: Final = DCTERMS + "hasPart"
RECEIVED: Final = PROV + "generatedAtTime"
HAPPENED: Final = DCTERMS + "date"


def told_by_mapping(graph: PublishedGraph, name: IRI) -> Iterator[tuple[Key, Told]]:
    """What *graph*, which a mapping made, tells for the latest graph *name*. Raises ValueError for malformed terms."""
    message = message_of(graph)
    for key, iris, triples in parts(graph.thing, graph.triples, observations_by_iri(graph.triples)):
        yield key, Told(message.time, message, Mapped(triples_text((*triples, *marks(message, iris, name)))))


def marks(message: Message, iris: Sequence[IRI], name: IRI) -> Iterator[Triple]:
    """What tells which message a part came in, and when that was."""
    yield from ((iri, PART_OF, message.iri) for iri in iris)
    if not iris:
        yield name, HAS_PART, message.iri
    yield message.iri, RECEIVED, _time(message.result_time)
    if message.phenomenon_time is not None:
        yield message.iri, HAPPENED, _time(message.phenomenon_time)


def _time(time: datetime) -> Literal:
    return Literal(date_time(time), XSD + "dateTime")


def message_marked(iri: IRI, said: Said) -> Message | None:
    """The message *iri* as its marks tell of it; None where nothing does."""
    received, happened = said.get((iri, RECEIVED)), said.get((iri, HAPPENED))
    if not isinstance(received, Literal):
        return None
    return Message(iri, moment(received.lexical), moment(happened.lexical) if isinstance(happened, Literal) else None)


Part = tuple[Key, Sequence[IRI], Sequence[Triple]]
"""The affordance, its observations, and what they say; of the rest there are no observations."""


def parts(thing: IRI, triples: Sequence[Triple], observations: Mapping[IRI, Observation]) -> Iterator[Part]:
    """*triples* on *thing* by affordance, and the rest of them."""
    below: dict[IRI, list[IRI]] = {}
    for subject, _, term in triples:
        if isinstance(term, str):
            below.setdefault(subject, []).append(term)
    reached_by_any: set[IRI] = set()
    for affordance, iris in _by_affordance(observations).items():
        reached = _reached(iris, below, {thing, *observations})
        reached_by_any |= reached
        yield affordance, iris, [one for one in triples if _is_in(one, reached, thing)]
    if rest := [one for one in triples if not _is_in(one, reached_by_any, thing)]:
        yield REST, (), rest


def _by_affordance(observations: Mapping[IRI, Observation]) -> dict[str, list[IRI]]:
    found: dict[str, list[IRI]] = {}
    for iri, observation in observations.items():
        found.setdefault(observation.affordance, []).append(iri)
    return found


def _reached(iris: Sequence[IRI], below: Mapping[IRI, Sequence[IRI]], borders: set[IRI]) -> set[IRI]:
    """The nodes that *iris* lead to without crossing *borders*."""
    found, ahead = set(iris), list(iris)
    while ahead:
        new = [node for node in below.get(ahead.pop(), ()) if node not in found | borders]
        found.update(new)
        ahead += new
    return found


def _is_in(triple: Triple, nodes: set[IRI], thing: IRI) -> bool:
    """Whether *triple* is said of one of *nodes*, or of *thing* beside one."""
    subject, _, term = triple
    return subject in nodes or (subject == thing and _node(term) in nodes)


def _node(term: Term) -> IRI:
    return "" if isinstance(term, Literal) else term
