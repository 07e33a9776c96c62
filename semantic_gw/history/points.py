"""An observation as it is kept: a point of a series, small; and the observation that it was.

A series has one Thing, affordance, kind, unit and form: a device that changes its unit begins another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from semantic_gw.model import IRI, GraphKind, Literal, Observation, PublishedGraph
from semantic_gw.rdf.iris import graph_iri
from semantic_gw.rdf.namespaces import GEO

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_EXACT: Final = 2**53
"""Whole numbers beyond are not all doubles: their text is kept, too."""

_MESSAGE_ID: Final = re.compile(r"[0-9a-f]{24}")
_ID_BYTES: Final = 12

NUMBER: Final = "number"
TRUTH: Final = "truth"
STATE: Final = "state"
POSITION: Final = "position"

Value = float | bool | IRI | Literal
"""As `Observation.value`: a number, a truth value, the IRI of a state, or a position (geo:wktLiteral)."""


def micros(time: datetime) -> int:
    """Microseconds since 1970.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (time - _EPOCH) // _MICROSECOND


def moment_at(at: int) -> datetime:
    """The time in UTC, *at* microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=at)


class Key(NamedTuple):
    """What only one series has. *unit* is empty where there is none, *form* says what the values are."""

    thing: IRI
    affordance: str
    kind: IRI
    unit: str
    form: str


class Series(NamedTuple):
    """A series of the store."""

    id: int
    key: Key


class Point(NamedTuple):
    """One value. *at* and *received* are in microseconds since 1970; without *received*, *at* is when it came.

    *number* is there for numbers and truth values, *text* for what no number holds: large counters, states, positions.
    """

    at: int
    number: float | None
    text: str | None
    received: int | None
    message: bytes


Kept = tuple[Key, Point]


class Codec:
    """Turns graphs of the bus into points and back. *base_iri* is that of the gateway."""

    def __init__(self, base_iri: IRI) -> None:
        self._base = graph_iri(base_iri, GraphKind.OBSERVATIONS, "")

    def points(self, graph: PublishedGraph) -> Iterator[Kept]:
        """The observations of *graph*. Nothing is known before it is so: clocks that run ahead are not believed."""
        came = micros(graph.result_time)
        told = graph.phenomenon_time
        at = came if told is None else min(micros(told), came)
        received, message = None if told is None else came, self._packed(graph.iri)
        for affordance, kind, value, unit, _ in graph.observations:
            form, number, text = _parts(value)
            yield Key(graph.thing, affordance, kind, unit or "", form), Point(at, number, text, received, message)

    def graph(self, key: Key, point: Point) -> PublishedGraph:
        """The observation at *point*, alone in the graph that it came in."""
        observation = Observation(key.affordance, key.kind, value_of(key.form, point), key.unit or None, "")
        at = moment_at(point.at)
        return PublishedGraph(
            self._unpacked(point.message),
            key.thing,
            GraphKind.OBSERVATIONS,
            result_time=at if point.received is None else moment_at(point.received),
            phenomenon_time=None if point.received is None else at,
            observations=(observation,),
        )

    def _packed(self, iri: IRI) -> bytes:
        """*iri* in 12 bytes where it is one of ours; no other is as short."""
        own = iri.removeprefix(self._base)
        if own is not iri and _MESSAGE_ID.fullmatch(own):
            return bytes.fromhex(own)
        text = b"=" + iri.encode()
        return text if len(text) != _ID_BYTES else b"=" + text

    def _unpacked(self, message: bytes) -> IRI:
        return self._base + message.hex() if len(message) == _ID_BYTES else message.lstrip(b"=").decode()


def _parts(value: Value) -> tuple[str, float | None, str | None]:
    if isinstance(value, bool):
        return TRUTH, float(value), None
    if isinstance(value, Literal):
        return POSITION, None, value.lexical
    if isinstance(value, str):
        return STATE, None, value
    if isinstance(value, int) and not -_EXACT <= value <= _EXACT:
        return NUMBER, _nearest(value), str(value)
    return NUMBER, float(value), None


def _nearest(value: int) -> float:
    """The double nearest to *value*; the largest one beyond."""
    try:
        return float(value)
    except OverflowError:
        return 1.7976931348623157e308 if value > 0 else -1.7976931348623157e308


def value_of(form: str, point: Point) -> Value:
    """The value at *point* of a series of *form*."""
    text = point.text or ""
    if form == TRUTH:
        return bool(point.number)
    if form == POSITION:
        return Literal(text, GEO + "wktLiteral")
    if form == STATE:
        return text
    return int(text) if text else float(point.number or 0.0)
