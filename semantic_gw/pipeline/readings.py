"""Readings become documents that the lifters of their Things can lift; descriptions grow on the way."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from semantic_gw.contracts import Field, Reader, Reading
from semantic_gw.describers.fields import UNADDRESSED, FieldDescriber, address_of, place_of, value_of
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.directory.preparation import MAX_ID_BYTES
from semantic_gw.errors import LiftingError
from semantic_gw.json_pointer import Tokens
from semantic_gw.lexicon import Meaning
from semantic_gw.lexicon.unmeasured import unmeasured
from semantic_gw.lifters.rules import READINGS
from semantic_gw.lifters.thing import ThingLifter
from semantic_gw.model import IRI, Document, Finding, Json, Source, ThingDescription
from semantic_gw.pipeline.family import Family

_MOST_REMEMBERED: Final = 100_000
"""Things whose description is known to have all that a reading of theirs has."""

_MOST_SHAPES: Final = 50
"""Sets of fields that are remembered of one Thing."""

_LONGEST_REMEMBERED: Final = 1_000
"""Characters of the longest address that is remembered."""

_Told = tuple[Field, Meaning]
_Shape = tuple[tuple[tuple[str, ...], str, str | None, tuple[str, ...]], ...]


@dataclass(slots=True)
class _Remembered:
    lifter: ThingLifter
    address: str
    """The one of the description that *lifter* is for."""
    shapes: dict[_Shape, tuple[Tokens, ...]] = field(default_factory=dict)
    """Sets of fields that the description has, and the place that it gives to each."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reading that can be lifted: by *lifter*, which is None where nothing in it has a meaning."""

    document: Document
    lifter: ThingLifter | None
    unknown: tuple[tuple[Field, str], ...] = ()
    """Values whose meaning nobody knows, and why."""
    left: tuple[Finding, ...] = ()
    """Those of them that are no measurement by their own name, and why."""
    taken: str = ""
    """Why nothing in it is looked at, where somebody else described the Thing."""


class ReadingStage:
    """Prepares readings. *describers* by family; *register* takes a description that is new or has grown.

    A description that one of the families *guests* gave of a Thing does not grow: the reader's own takes its place.
    One that any other family gave, or a person, stays as it is: no payload says more of that Thing.
    """

    def __init__(self, describers: Mapping[str, FieldDescriber], guests: frozenset[str] = frozenset()) -> None:
        self._describers = describers
        self._guests = guests
        self._remembered: OrderedDict[tuple[str, str], _Remembered] = OrderedDict()
        self._forks: dict[tuple[str, str], Reader] | None = None
        """The readers of a copy, which share nothing that changes with those of the families."""

    def fork(self) -> ReadingStage:
        """The same to try things out on."""
        copy = ReadingStage(self._describers, self._guests)
        copy._forks = {}
        return copy

    def reader(self, family: Family, name: str) -> Reader:
        """The reader *name* of *family*, or a copy of it."""
        if self._forks is None:
            return family.readers[name]
        if (family.id, name) not in self._forks:
            self._forks[family.id, name] = family.readers[name].fork()
        return self._forks[family.id, name]

    def prepare(
        self,
        reading: Reading,
        document: Document,
        family: str,
        things: KnownThings,
        register: Callable[[ThingDescription], object],
        *,
        topic_filter: str = "",
    ) -> Prepared:
        """What of *reading* can be lifted, after the description of its Thing has grown by it. Raises LiftingError.

        *topic_filter* is what the Thing is described to report on, where its address is ever another one.
        """
        if why := self._taken(reading.thing, things):
            return Prepared(document, None, taken=why)
        describer = self._describers[family]
        told: list[_Told] = []
        unknown: list[tuple[Field, str]] = []
        left: list[Finding] = []
        for one in reading.fields:
            meaning = describer.meaning_of(one)
            if isinstance(meaning, Meaning):
                told.append((one, meaning))
            elif why := unmeasured(one.path):
                left.append(Finding(one.pointer, why))
            else:
                unknown.append((one, meaning.reason))
        if not told:
            return Prepared(document, None, tuple(unknown), tuple(left))
        address = topic_filter or document.payload.source.address
        found = self._known_lifter(reading.thing, address, told, things)
        if found is None:
            source = replace(document.payload.source, address=address)
            found = self._new_lifter(reading, told, family, things, source, register)
        lifter, places = found
        nested = Document(document.payload, _nested(told, places), document.media_type, document.part, reading.time)
        return Prepared(nested, lifter, tuple(unknown), tuple(left))

    def _known_lifter(
        self, thing: IRI, address: str, told: list[_Told], things: KnownThings
    ) -> tuple[ThingLifter, tuple[Tokens, ...]] | None:
        """The lifter of *thing* where its description is known to have all that was *told*, and where each stands."""
        known = self._remembered.get((thing, address))
        places = known.shapes.get(_shape(told)) if known is not None else None
        if known is None or places is None or things.lifter(thing, known.address) is not known.lifter:
            return None
        return known.lifter, places

    def _new_lifter(
        self,
        reading: Reading,
        told: list[_Told],
        family: str,
        things: KnownThings,
        source: Source,
        register: Callable[[ThingDescription], object],
    ) -> tuple[ThingLifter, tuple[Tokens, ...]]:
        """The lifter of the Thing, whose description grows by what was *told*, and where each of it is to stand."""
        described = self._described(reading, family, things, source, register)
        address = address_of(told, described, source.address or UNADDRESSED)
        lifter = things.lifter(reading.thing, address)
        if lifter is None:
            raise LiftingError(
                f"{source.address[:200]!r} is no address that a description of {reading.thing} could tell"
            )
        places = tuple(place_of(one, meaning, described) for one, meaning in told)
        if len(source.address) <= _LONGEST_REMEMBERED:
            self._remember((reading.thing, source.address), address, lifter, _shape(told), places)
        return lifter, places

    def _described(
        self,
        reading: Reading,
        family: str,
        things: KnownThings,
        source: Source,
        register: Callable[[ThingDescription], object],
    ) -> Mapping[str, Json]:
        """The description of the Thing, which has grown by what is new in *reading*. Raises LiftingError."""
        if len(reading.thing.encode()) > MAX_ID_BYTES:
            raise LiftingError(f"{reading.thing[:200]!r}… is longer than the {MAX_ID_BYTES} bytes an id may have")
        grown = self._describers[family].grown(reading, self._own_description(reading.thing, things), source)
        if grown is None:
            return things.document(reading.thing) or {}
        register(ThingDescription(reading.thing, grown, origin=family + READINGS, family=family))
        return grown

    def _taken(self, thing: str, things: KnownThings) -> str:
        """Why no reading is for *thing*: who described it already. Empty where readers of any family may tell of it."""
        known = things.family(thing)
        if known in self._describers or known in self._guests or (not known and things.document(thing) is None):
            return ""
        return f"{thing} is described already, by {known or 'hand'}"

    def _own_description(self, thing: str, things: KnownThings) -> Mapping[str, Json] | None:
        """The description of *thing* that may grow; None where there is none, or a guest's."""
        return None if things.family(thing) in self._guests else things.document(thing)

    def _remember(
        self, key: tuple[str, str], address: str, lifter: ThingLifter, shape: _Shape, places: tuple[Tokens, ...]
    ) -> None:
        known = self._remembered.get(key)
        if known is None or known.lifter is not lifter or len(known.shapes) >= _MOST_SHAPES:
            known = self._remembered[key] = _Remembered(lifter, address)
        known.shapes[shape] = places
        self._remembered.move_to_end(key)
        if len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)


def _shape(told: list[_Told]) -> _Shape:
    return tuple([(one.path, meaning.kind, meaning.unit, (*meaning.states,)) for one, meaning in told])


def _nested(told: list[_Told], places: tuple[Tokens, ...]) -> dict[str, Json]:
    """The values at the places that the description gives them."""
    document: dict[str, Json] = {}
    for (one, meaning), place in zip(told, places, strict=True):
        node = document
        for name in place[:-1]:
            below = node.get(name)
            if type(below) is not dict:
                below = node[name] = {}
            node = below
        node[place[-1]] = value_of(one, meaning)
    return document
