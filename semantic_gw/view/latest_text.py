"""The latest graph of a Thing as N-Triples, written straight from values: that happens for each message.

The triples of a value are those of its message's graph (`rdf.observation_triples`), under the same IRIs: who finds a
value here knows the graph that it came in. The graph itself says whose it is, and the time of its newest value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from semantic_gw.model import IRI, Event, Literal, Observation
from semantic_gw.rdf.iris import affordance_iri, instant_iri, observation_iri, result_iri
from semantic_gw.rdf.namespaces import FOAF, PROV, RDF, SAREF, SGW, TIME, XSD
from semantic_gw.rdf.observation_triples import value_term
from semantic_gw.rdf.serialize import date_time
from semantic_gw.view.text import literal_text
from semantic_gw.view.told import Mapped, Message, Told

_A: Final = f"<{RDF}type>"
_MADE_BY: Final = f"<{SAREF}madeBy>"
_OBSERVES: Final = f"<{SAREF}observes>"
_HAS_RESULT: Final = f"<{SAREF}hasResult>"
_RESULT_TIME: Final = f"<{SAREF}hasResultTime>"
_PHENOMENON_TIME: Final = f"<{SAREF}hasPhenomenonTime>"
_OBSERVATION: Final = f"<{SAREF}Observation>"
_VALUE_OF: Final = f"<{SAREF}isValueOfProperty>"
_HAS_VALUE: Final = f"<{SAREF}hasValue>"
_MEASURED_IN: Final = f"<{SAREF}isMeasuredIn>"
_VALUE: Final = f"<{SAREF}PropertyValue>"
_PROPERTY: Final = tuple(
    f"<{SAREF}{name}>" for name in ("PropertyOfInterest", "isPropertyOfInterestOf", "hasPropertyKind")
)
_STATE: Final = tuple(f"<{SAREF}{name}>" for name in ("StateOfInterest", "isStateOfInterestOf", "hasStateKind"))
_DATE_TIME: Final = f"<{XSD}dateTime>"
_STRING: Final = XSD + "string"

Above = Mapping[IRI, Iterable[IRI]]
"""A class → the classes above it."""


class _Made(NamedTuple):
    """What is the same for everything that one message told."""

    thing: IRI
    graph: IRI
    by: str
    """Predicate and object, and the end of the line: by whom it was made;"""
    received: str
    """when it was received;"""
    happened: str
    """and when it was so, empty where nobody knows."""


class LatestText:
    """Writes latest graphs. *above* tells the classes that what observes, or what something happens to, is of, too."""

    def __init__(self, above: Above) -> None:
        self._observing = _types(SAREF + "Sensor", above)
        self._happening = _types(SAREF + "Device", above)

    @property
    def types(self) -> frozenset[IRI]:
        """Every class that a graph may say its Thing is of."""
        return frozenset((*self._observing, *self._happening))

    def write(self, name: IRI, thing: IRI, values: Iterable[Told]) -> bytes:
        """The graph *name* of *thing*: everything that is known of it. Terms in *values* are well-formed."""
        said: dict[Message, list[Observation | Event | Mapped]] = {}
        for told in values:
            said.setdefault(told.message, []).append(told.said)
        lines = [_head(name, thing, said)]
        kinds = {one.__class__ for some in said.values() for one in some}
        types = (self._observing if Observation in kinds else ()) or (self._happening if Event in kinds else ())
        lines += [f"<{thing}> {_A} <{type_}> .\n" for type_ in types]
        for message, some in said.items():
            lines += _message(thing, message, some)
        return "".join(lines).encode()


def _types(lowest: IRI, above: Above) -> tuple[IRI, ...]:
    return (lowest, *sorted(above.get(lowest, ())))


def _head(name: IRI, thing: IRI, messages: Iterable[Message]) -> str:
    newest = date_time(max(message.result_time for message in messages))
    return (
        f"<{name}> <{FOAF}primaryTopic> <{thing}> .\n"
        f'<{name}> <{PROV}generatedAtTime> "{newest}"^^{_DATE_TIME} .\n'
    )  # fmt: skip


def _message(thing: IRI, message: Message, some: Iterable[Observation | Event | Mapped]) -> Iterable[str]:
    made = _made(thing, message)
    if made.happened and any(one.__class__ is not Mapped for one in some):
        yield _instant(message)
    for one in some:
        if isinstance(one, Mapped):
            yield one.lines
        elif isinstance(one, Event):
            yield _event(made, one)
        else:
            yield _observation(made, one)


def _made(thing: IRI, message: Message) -> _Made:
    iri, received, happened = message
    return _Made(
        thing,
        iri,
        f"{_MADE_BY} <{thing}> .\n",
        f'{_RESULT_TIME} "{date_time(received)}"^^{_DATE_TIME} .\n',
        f"{_PHENOMENON_TIME} <{instant_iri(iri)}> .\n" if happened is not None else "",
    )


def _instant(message: Message) -> str:
    iri, stamp = instant_iri(message.iri), date_time(message.phenomenon_time or message.result_time)
    return f'<{iri}> {_A} <{TIME}Instant> .\n<{iri}> <{TIME}inXSDDateTimeStamp> "{stamp}"^^<{XSD}dateTimeStamp> .\n'


def _observation(made: _Made, observation: Observation) -> str:
    thing, graph, by, received, happened = made
    name, kind, value, unit, _ = observation
    iri, observed = observation_iri(graph, name), affordance_iri(thing, name)
    of_interest, owner, has_kind = _STATE if value.__class__ is str else _PROPERTY
    result = value if value.__class__ is str else result_iri(iri)
    text = (
        f"<{thing}> {_OBSERVES} <{observed}> .\n"
        f"<{observed}> {_A} {of_interest} .\n<{observed}> {owner} <{thing}> .\n<{observed}> {has_kind} <{kind}> .\n"
        f"<{iri}> {_A} {_OBSERVATION} .\n<{iri}> {by}<{iri}> {_OBSERVES} <{observed}> .\n<{iri}> {received}"
        f"<{iri}> {_HAS_RESULT} <{result}> .\n"
    )
    if happened:
        text += f"<{iri}> {happened}"
    if value.__class__ is str:
        return text
    if unit is not None:
        text += f"<{result}> {_MEASURED_IN} <{unit}> .\n"
    end = literal_text(value_term(value))  # type: ignore[arg-type]  # a text is a state
    return f"{text}<{result}> {_A} {_VALUE} .\n<{result}> {_VALUE_OF} <{observed}> .\n<{result}> {_HAS_VALUE} {end} .\n"


def _event(made: _Made, event: Event) -> str:
    thing, graph, by, received, happened = made
    iri, source = observation_iri(graph, event.affordance), affordance_iri(thing, event.affordance)
    data = literal_text(Literal(event.data, _STRING))
    text = (
        f"<{source}> {_A} <{SGW}EventOfInterest> .\n<{source}> <{SGW}isEventOfInterestOf> <{thing}> .\n"
        f"<{iri}> {_A} <{SGW}Event> .\n<{iri}> {by}<{iri}> {received}<{iri}> <{SGW}isEventOf> <{source}> .\n"
        f"<{iri}> <{SGW}hasEventKind> <{event.kind}> .\n<{iri}> <{SGW}eventData> {data} .\n"
    )
    return text + f"<{iri}> {happened}" if happened else text
