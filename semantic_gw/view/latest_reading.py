"""The latest graph of a Thing read back from a store: what a feeder that begins knows again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from semantic_gw.model import IRI, Event, Literal, Observation, Term, Triple
from semantic_gw.rdf.iris import affordance_iri, instant_iri, result_iri
from semantic_gw.rdf.namespaces import FOAF, PROV, RDF, SAREF, TIME
from semantic_gw.rdf.observation_reading import (
    Said,
    moment,
    observations_by_iri,
    said_by,
    told_events,
    told_observations,
)
from semantic_gw.view.mapped_parts import HAS_PART, PART_OF, marks, message_marked, parts
from semantic_gw.view.text import triples_text
from semantic_gw.view.told import Key, Mapped, Message, Told

_TYPE: Final = RDF + "type"
_HEAD: Final = frozenset({FOAF + "primaryTopic", PROV + "generatedAtTime"})


def read_latest(name: IRI, thing: IRI, triples: Sequence[Triple], types: Collection[IRI]) -> dict[Key, Told]:
    """The values that *triples*, the whole latest graph *name* of *thing*, tell of.

    *types* are the classes that the gateway itself says a Thing with values is of.

    Raises ValueError for what the gateway never wrote.
    """
    said = said_by(triples)
    marked = {subject: term for subject, predicate, term in triples if predicate == PART_OF and isinstance(term, str)}
    native = {iri: told for iri, told in _native(said, thing) if iri not in marked}
    values: dict[Key, Told] = {_key(told.said): told for told in native.values()}
    ours = {*marked.values(), *(term for s, p, term in triples if s == name and p == HAS_PART)}
    others = _others(triples, _Known(name, thing, _nodes(native, thing), ours, types))
    values.update(_mapped(name, thing, others, said, marked))
    return values


def _native(said: Said, thing: IRI) -> Iterator[tuple[IRI, Told]]:
    """What the gateway made of a Thing Description, by the IRI of each observation and event."""
    found: list[tuple[IRI, Observation | Event]] = [*told_observations(said), *told_events(said)]
    for iri, one in found:
        received = said.get((iri, SAREF + "hasResultTime"))
        if said.get((iri, SAREF + "madeBy")) == thing and isinstance(received, Literal):
            happened = _instant(said, iri)
            message = Message(
                iri.rpartition("#")[0], moment(received.lexical), moment(happened.lexical) if happened else None
            )
            yield iri, Told(message.time, message, one)


def _instant(said: Said, iri: IRI) -> Literal | None:
    instant = said.get((iri, SAREF + "hasPhenomenonTime"))
    stamp = said.get((instant, TIME + "inXSDDateTimeStamp")) if isinstance(instant, str) else None
    return stamp if isinstance(stamp, Literal) else None


def _key(said: Observation | Event | Mapped) -> Key:
    if isinstance(said, Observation):
        return said.affordance
    return (said.affordance, said.kind) if isinstance(said, Event) else ""


def _nodes(native: Mapping[IRI, Told], thing: IRI) -> set[IRI]:
    """What the triples of *native* are said of, but for *thing*."""
    found: set[IRI] = set()
    for iri, told in native.items():
        if not isinstance(told.said, Mapped):
            found |= {iri, result_iri(iri), instant_iri(told.message.iri)}
            found.add(affordance_iri(thing, told.said.affordance))
    return found


class _Known(NamedTuple):
    """What is said by the gateway itself."""

    graph: IRI
    thing: IRI
    native: Collection[Term]
    messages: Collection[Term]
    types: Collection[IRI]

    def says(self, triple: Triple) -> bool:
        """Whether *triple* is of the head of the graph, native, or a mark of what a mapping made."""
        subject, predicate, term = triple
        if subject == self.graph:
            return predicate in _HEAD or predicate == HAS_PART
        if subject in self.native or subject in self.messages or (predicate == PART_OF and term in self.messages):
            return True
        if subject != self.thing or not self.native:
            return False
        return term in self.native or (predicate == _TYPE and term in self.types)


def _others(triples: Iterable[Triple], known: _Known) -> list[Triple]:
    """What a mapping made."""
    return [triple for triple in triples if not known.says(triple)]


def _mapped(
    name: IRI, thing: IRI, triples: Sequence[Triple], said: Said, marked: Mapping[IRI, IRI]
) -> Iterator[tuple[Key, Told]]:
    observations = {iri: one for iri, one in observations_by_iri(triples).items() if iri in marked}
    for key, iris, part in parts(thing, triples, observations):
        message_iri = marked[iris[0]] if iris else said.get((name, HAS_PART))
        message = message_marked(message_iri, said) if isinstance(message_iri, str) else None
        if message is not None:
            lines = triples_text((*part, *marks(message, iris, name)))
            yield key, Told(message.time, message, Mapped(lines))
