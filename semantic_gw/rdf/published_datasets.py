"""Records in N-Quads and TriG read back: a named graph, and what the default graph says about it."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox

from semantic_gw.model import IRI, GraphKind, Literal, PublishedGraph, Term, Triple
from semantic_gw.rdf.namespaces import FOAF, PROV
from semantic_gw.rdf.observation_reading import (
    Said,
    moment,
    observations_of,
    phenomenon_time,
    said_by,
    told_events,
    told_observations,
)
from semantic_gw.rdf.observation_triples import triples_of_record
from semantic_gw.rdf.syntaxes import SYNTAXES


def read_dataset(value: bytes, *, syntax: str) -> PublishedGraph:
    """The graph that *value*, a record in *syntax* (`nquads` or `trig`), says.

    Raises ValueError for what the gateway never wrote.
    """
    try:
        about, named = _parsed(value, syntax)
        ((iri, triples),) = named.items()
        return _published(iri, triples, about)
    except (KeyError, TypeError, AttributeError, SyntaxError, ValueError) as error:
        raise ValueError(f"no record of the gateway in {syntax}: {error!r}") from None


def _parsed(value: bytes, syntax: str) -> tuple[Said, dict[IRI, list[Triple]]]:
    about: list[Triple] = []
    named: dict[IRI, list[Triple]] = {}
    for quad in ox.parse(value, SYNTAXES[syntax].format):
        triple = _node(quad.subject), quad.predicate.value, _term(quad.object)
        if isinstance(quad.graph_name, ox.DefaultGraph):
            about.append(triple)
        else:
            named.setdefault(_node(quad.graph_name), []).append(triple)
    return said_by(about), named


def _node(term: object) -> IRI:
    if isinstance(term, ox.NamedNode):
        return term.value
    raise TypeError(f"{term} is no IRI")


def _term(term: object) -> Term:
    if isinstance(term, ox.Literal):
        return Literal(term.value, term.datatype.value, term.language)
    return _node(term)


def _published(iri: IRI, triples: Sequence[Triple], about: Said) -> PublishedGraph:
    """As the lifter of Thing Descriptions writes it, where exactly that makes *triples*; else as a mapping does."""
    thing, time = about[iri, FOAF + "primaryTopic"], about[iri, PROV + "generatedAtTime"]
    if not isinstance(thing, str) or not isinstance(time, Literal):
        raise TypeError("its primary topic is no Thing, or its time is none")
    said = said_by(triples)
    events = tuple(event for _, event in told_events(said))
    told = PublishedGraph(
        iri,
        thing,
        GraphKind.EVENTS if events else GraphKind.OBSERVATIONS,
        moment(time.lexical),
        phenomenon_time(triples),
        tuple(observation for _, observation in told_observations(said)),
        events,
    )
    if set(triples_of_record(told)) == set(triples):
        return told
    return PublishedGraph(
        iri,
        thing,
        GraphKind.OBSERVATIONS,
        told.result_time,
        told.phenomenon_time,
        observations_of(triples),
        triples=tuple(triples),
    )
