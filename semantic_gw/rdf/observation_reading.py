"""What graphs say in the way of SAREF, read out of their triples: observations, and when they were made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote

from semantic_gw.model import IRI, Event, Literal, Observation, Term, Triple
from semantic_gw.rdf.namespaces import GEO, RDF, SAREF, SGW, TIME, XSD

_TYPE: Final = RDF + "type"
_OBSERVATION: Final = SAREF + "Observation"
_EVENT: Final = SGW + "Event"
_MADE_BY: Final = SAREF + "madeBy"
_WKT: Final = GEO + "wktLiteral"
_NUMBERS: Final = frozenset(XSD + name for name in ("double", "float", "decimal", "integer", "int", "long"))

Said = Mapping[tuple[IRI, IRI], Term]
"""Subject and predicate → the first object."""


def said_by(triples: Iterable[Triple]) -> Said:
    """The first object of each subject and predicate of *triples*."""
    objects: dict[tuple[IRI, IRI], Term] = {}
    for subject, predicate, term in triples:
        objects.setdefault((subject, predicate), term)
    return objects


def observations_of(triples: Iterable[Triple]) -> tuple[Observation, ...]:
    """The observations that *triples* say in the way of SAREF: of a kind, with a value (SAREF core 4.1.1)."""
    return tuple(observations_by_iri(triples).values())


def observations_by_iri(triples: Iterable[Triple]) -> dict[IRI, Observation]:
    """The same, by the IRI of each."""
    said = said_by(triples)
    made = [subject for subject, predicate in said if predicate == _MADE_BY]
    return {subject: found for subject in made if (found := _observation(subject, said)) is not None}


def told_observations(said: Said) -> Iterator[tuple[IRI, Observation]]:
    """The observations of a graph that the gateway made of a Thing Description, with their IRIs."""
    for (subject, predicate), term in said.items():
        if predicate == _TYPE and term == _OBSERVATION and (found := _observation(subject, said)) is not None:
            yield subject, found._replace(affordance=name_in(subject))


def told_events(said: Said) -> Iterator[tuple[IRI, Event]]:
    """The events of a graph that the gateway made of a Thing Description, with their IRIs."""
    for (subject, predicate), term in said.items():
        if predicate == _TYPE and term == _EVENT:
            kind, data = said.get((subject, SGW + "hasEventKind")), said.get((subject, SGW + "eventData"))
            if isinstance(kind, str) and isinstance(data, Literal):
                yield subject, Event(name_in(subject), kind, data.lexical, "")


def name_in(iri: IRI) -> str:
    """The name of the affordance that the observation (or event) *iri* is of, which the gateway made.

    >>> name_in("https://gateway.example/observations/1#flow%2Erate")
    'flow.rate'
    """
    encoded = iri[iri.rindex("#") + 1 :]
    return unquote(encoded) if "%" in encoded else encoded


def _observation(subject: IRI, said: Said) -> Observation | None:
    observed = said.get((subject, SAREF + "observes"))
    result = said.get((subject, SAREF + "hasResult"))
    if not isinstance(observed, str) or result is None:
        return None
    name = observed.rpartition("#")[2].rpartition("/")[2]
    kind = said.get((observed, SAREF + "hasPropertyKind"))
    state = said.get((observed, SAREF + "hasStateKind"))
    if isinstance(state, str) and isinstance(result, str):
        return Observation(name, state, result, None, "")
    if not isinstance(kind, str):
        return None
    value = plain_value(said.get((result, SAREF + "hasValue")) if isinstance(result, str) else result)
    unit = said.get((result, SAREF + "isMeasuredIn")) if isinstance(result, str) else None
    return None if value is None else Observation(name, kind, value, unit if isinstance(unit, str) else None, "")


def plain_value(term: Term | None) -> float | bool | Literal | None:
    """The value of a literal that is a number, a truth value or a place; None of anything else."""
    if not isinstance(term, Literal):
        return None
    if term.datatype == XSD + "boolean":
        return term.lexical in ("true", "1")
    if term.datatype == XSD + "integer":
        return int(term.lexical)
    if term.datatype in _NUMBERS:
        return float(term.lexical.replace("INF", "inf"))
    return term if term.datatype == _WKT else None


def moment(text: str) -> datetime:
    """The time that *text* (xsd:dateTime) tells. Raises ValueError for one without a zone."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return time


def phenomenon_time(triples: Iterable[Triple]) -> datetime | None:
    """The one instant that *triples* have (OWL-Time, 4.1.4); None where there is none, or several."""
    stamps = {term for _, predicate, term in triples if predicate == TIME + "inXSDDateTimeStamp"}
    if len(stamps) != 1 or not isinstance(stamp := stamps.pop(), Literal):
        return None
    try:
        return datetime.fromisoformat(stamp.lexical).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
