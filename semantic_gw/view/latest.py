"""The newest value of every property, state and event of Things: what their latest graphs hold.

What is older never takes the place of what is newer, whenever it comes; of the same time, the record that comes later
counts. Of Things that nothing was heard of for long, the values are forgotten here: they are in the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from semantic_gw.model import IRI, Event, Observation, PublishedGraph, Triple
from semantic_gw.rdf.iris import encode_segment
from semantic_gw.view.latest_reading import read_latest
from semantic_gw.view.latest_text import Above, LatestText
from semantic_gw.view.mapped_parts import told_by_mapping
from semantic_gw.view.text import fresh_iri, known_iri
from semantic_gw.view.told import Key, Mapped, Told, message_of

_PATH: Final = "latest/"

MOST_VALUES: Final = 200_000
"""Values that are remembered here, some 300 bytes each, large ones as several; there may be more in one window."""

_VALUE_BYTES: Final = 256


def latest_iri(base_iri: IRI, thing: IRI) -> IRI:
    """The latest graph of *thing*.

    >>> latest_iri("https://gateway.example/", "urn:dev:1")
    'https://gateway.example/latest/urn%3Adev%3A1'
    """
    return f"{base_iri}{_PATH}{encode_segment(thing)}"


class _Thing:
    """What is known of one Thing."""

    __slots__ = ("graph", "values", "weight")

    def __init__(self, graph: IRI, values: dict[Key, Told]) -> None:
        self.graph = graph
        self.values = values
        self.weight = _weight(values)


class Latest:
    """The latest values of Things. Pure: what is to be written is asked for."""

    def __init__(self, base_iri: IRI, above: Above, *, most_values: int = MOST_VALUES) -> None:
        self._base_iri = base_iri
        self._text = LatestText(above)
        self._most_values = most_values
        self._things: dict[IRI, _Thing] = {}
        """Those that were heard of last stand last."""
        self._count = 0
        self._changed: dict[IRI, None] = {}
        self._removed: dict[IRI, datetime] = {}

    def __contains__(self, thing: IRI) -> bool:
        """Whether it is known here what stands in the store."""
        return thing in self._things

    @property
    def changed(self) -> int:
        """How many graphs are to be written."""
        return len(self._changed)

    def name(self, thing: IRI) -> IRI:
        """The latest graph of *thing*."""
        known = self._things.get(thing)
        return known.graph if known else latest_iri(self._base_iri, thing)

    def is_name(self, iri: IRI) -> bool:
        """Whether *iri* could be that of a latest graph."""
        return iri.startswith(self._base_iri + _PATH)

    def forget(self) -> None:
        """Know nothing any more of what stands in the store."""
        self._things.clear()
        self._changed.clear()
        self._count = 0

    def recall(self, thing: IRI, triples: Sequence[Triple]) -> None:
        """Know again what the store holds of *thing*: the *triples* of its latest graph, none where there is none.

        Raises ValueError for what the gateway never wrote.
        """
        graph = latest_iri(self._base_iri, thing)
        values = read_latest(graph, thing, triples, self._text.types) if triples else {}
        removed = self._removed.get(thing)
        if removed is not None:  # while the store was asked
            values = {key: told for key, told in values.items() if told.message.result_time > removed}
        self._things[thing] = known = _Thing(graph, values)
        self._count += known.weight

    def take(self, graph: PublishedGraph) -> bool:
        """Learn what *graph* tells; whether anything of it is new. What is known of its Thing was recalled before.

        Raises ValueError for terms that are none.
        """
        removed = self._removed.get(graph.thing)
        if removed is not None and graph.result_time <= removed:
            return False
        known_iri(graph.thing)
        known = self._things.pop(graph.thing)
        self._things[graph.thing] = known
        told = told_by_mapping(graph, known.graph) if graph.triples else _told(graph)
        new = [(key, one) for key, one in told if _is_newer(one, known.values.get(key))]
        if not new:
            return False
        known.values.update(new)
        self._weigh(known)
        self._changed[graph.thing] = None
        return True

    def remove(self, thing: IRI, at: datetime) -> bool:
        """*thing* was taken out of the directory at the time *at*: what was received before is no longer told.

        Whether its graph is to go: nothing is known that came later.
        """
        self._removed[thing] = max(at, self._removed.get(thing, at))
        known = self._things.get(thing)
        if known is None:
            return True
        left = {key: told for key, told in known.values.items() if told.message.result_time > at}
        if len(left) < len(known.values):
            known.values = left
            self._weigh(known)
            self._changed[thing] = None
        if not left:
            self._changed.pop(thing, None)
        return not left

    def write(self, most: int) -> Iterator[tuple[IRI, bytes]]:
        """At most *most* of the graphs that have changed, the whole of each; they count as written from now on."""
        for thing in list(self._changed)[:most]:
            del self._changed[thing]
            known = self._things[thing]
            yield known.graph, self._text.write(known.graph, thing, known.values.values())

    def shrink(self) -> int:
        """Forget Things that nothing was heard of for longest, where more values are known than may be; how many."""
        over = list(self._over())
        for thing in over:
            self._count -= self._things.pop(thing).weight
        return len(over)

    def _weigh(self, known: _Thing) -> None:
        before, known.weight = known.weight, _weight(known.values)
        self._count += known.weight - before

    def _over(self) -> Iterator[IRI]:
        left = self._count
        for thing, known in self._things.items():
            if left <= self._most_values:
                return
            if thing not in self._changed:
                left -= known.weight
                yield thing


def _weight(values: Mapping[Key, Told]) -> int:
    """How many values of usual size *values* are worth."""
    return len(values) + sum(len(_text(told.said)) // _VALUE_BYTES for told in values.values())


def _text(said: Observation | Event | Mapped) -> str:
    """What of *said* may be long."""
    if said.__class__ is Observation:
        return ""
    return said.lines if isinstance(said, Mapped) else said.data  # type: ignore[union-attr]  # no Observation


def _is_newer(told: Told, known: Told | None) -> bool:
    return known is None or known.time <= told.time


def _told(graph: PublishedGraph) -> Iterator[tuple[Key, Told]]:
    """What *graph*, which the gateway made of a Thing Description, tells. Raises ValueError for terms that are none."""
    message = message_of(graph)
    time = message.time
    fresh_iri(graph.iri)
    for one in graph.observations:
        _check(one)
        yield one.affordance, Told(time, message, one)
    for event in graph.events:
        known_iri(event.kind)
        yield (event.affordance, event.kind), Told(time, message, event)


def _check(observation: Observation) -> None:
    _, kind, value, unit, _ = observation
    known_iri(kind)
    if isinstance(value, str):
        known_iri(value)
    if unit is not None:
        known_iri(unit)
