"""The rows of `names.toml` (and of overlays in the same format): names, and what a field of such a name means.

The file explains its own format. A row that names a kind, a state or a unit nobody knows is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from semantic_gw.errors import MappingError
from semantic_gw.lexicon.spelling import snake_case, unit_spelling, value_key
from semantic_gw.lexicon.units import unit_table, units_of
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import SGW, UNIT, compact, expand
from semantic_gw.rdf.ontology import COMPATIBLE_UNIT, EVENT_KIND, PROPERTY, STATE, Ontology

ANYWHERE: Final = "*"
"""The container of a row that holds within every composite."""

DEVICE: Final = ""
"""The container of a row that holds for the device itself."""

_MEMBERS: Final = frozenset(
    {"names", "kind", "in", "anywhere", "suffixes", "unit", "units", "spelled", "values", "only_with"}
)
_SUFFIXES: Final = frozenset({"phase", "number"})


class Key(NamedTuple):
    """Where a row is found: the containing composite or device class, and the name of the field."""

    container: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a field of some names means."""

    kind: IRI
    suffixes: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuantityRow(Row):
    """A number: the units it may have, and the one that the convention fixes where a description names none."""

    quantity_kind: IRI | None
    unit: IRI | None
    units: frozenset[IRI]
    spelled: frozenset[str] = frozenset()
    """The spellings of units for which alone the row holds: they say more than the unit, as `%LEL` does."""


@dataclass(frozen=True, slots=True)
class StateRow(Row):
    """A value that names a state: value key → state. Where *only_with* is given, one of these must be possible."""

    states: Mapping[str, IRI]
    only_with: frozenset[str]


@dataclass(frozen=True, slots=True)
class EventRow(Row):
    """A text that tells what happened: value key → event kind."""

    kinds: Mapping[str, IRI]


@dataclass(frozen=True, slots=True)
class NameTable:
    """The rows of one file, in their order."""

    rows: tuple[tuple[Key, Row], ...]
    device_classes: frozenset[str]
    places: frozenset[str]
    """Words that tell where on a device something happened; they say nothing of what happened."""


def compatible_units(kind: IRI, vocabulary: Ontology) -> frozenset[IRI]:
    """The units a value of *kind* may have: those of its quantity kind, and those the vocabulary gives it by name."""
    quantity_kind = vocabulary.quantity_kind(kind)
    shared = (unit.iri for unit in units_of(quantity_kind)) if quantity_kind else ()
    return frozenset((*shared, *vocabulary.objects(kind, COMPATIBLE_UNIT)))


def load_table(path: Path, vocabulary: Ontology) -> NameTable:
    """The table in *path*. Raises MappingError with the row and what is wrong with it."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(f"names {path}: {error}") from error
    reader = _Reader(path, vocabulary, document.get("values", {}))
    return NameTable(
        rows=tuple(reader.rows(document)),
        device_classes=frozenset(map(snake_case, document.get("device_classes", ()))),
        places=frozenset(map(value_key, document.get("places", ()))),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    path: Path
    vocabulary: Ontology
    values: Mapping[str, Mapping[str, str]]

    def rows(self, document: Mapping[str, Any]) -> Iterator[tuple[Key, Row]]:
        for section, read in (("quantity", self._quantity), ("state", self._state), ("event", self._event)):
            for entry in document.get(section, ()):
                self._check_members(entry)
                row = read(entry)
                for container in _containers(entry):
                    yield from ((Key(container, snake_case(name)), row) for name in entry["names"])

    def _quantity(self, entry: Mapping[str, Any]) -> QuantityRow:
        kind = self._kind(entry, PROPERTY)
        fitting = compatible_units(kind, self.vocabulary)
        units = frozenset(UNIT + name for name in entry["units"]) if "units" in entry else fitting
        fixed = UNIT + entry["unit"] if "unit" in entry else None
        named = units | ({fixed} if fixed else set())
        if unknown := named - unit_table().by_iri.keys():
            raise self._wrong(entry, f"{_listing(unknown)} not in the unit table")
        if unfit := named - fitting:
            raise self._wrong(entry, f"{_listing(unfit)} does not fit {compact(kind)}, which takes {_listing(fitting)}")
        spelled = frozenset(unit_spelling(text).casefold() for text in entry.get("spelled", ()))
        if spelled and fixed is None:
            raise self._wrong(entry, "spelled without the unit that it stands for")
        fitting = frozenset() if spelled else units
        return QuantityRow(kind, _suffixes(entry), self.vocabulary.quantity_kind(kind), fixed, fitting, spelled)

    def _state(self, entry: Mapping[str, Any]) -> StateRow:
        kind = self._kind(entry, STATE)
        states = self._values(entry)
        if strange := set(states.values()) - set(self.vocabulary.states(kind)):
            raise self._wrong(entry, f"{_listing(strange)} is no sgw:possibleState of {compact(kind)}")
        return StateRow(kind, _suffixes(entry), states, frozenset(map(value_key, entry.get("only_with", ()))))

    def _event(self, entry: Mapping[str, Any]) -> EventRow:
        kinds = self._values(entry)
        if strange := {kind for kind in kinds.values() if self.vocabulary.kinds.get(kind) != EVENT_KIND}:
            raise self._wrong(entry, f"{_listing(strange)} is no sgw:EventKind")
        return EventRow(self._kind(entry, EVENT_KIND), _suffixes(entry), kinds)

    def _values(self, entry: Mapping[str, Any]) -> dict[str, IRI]:
        given = entry.get("values", {})
        if isinstance(given, str):
            if given not in self.values:
                raise self._wrong(entry, f"no [values.{given}]; there are {', '.join(sorted(self.values)) or 'none'}")
            given = self.values[given]
        return {value_key(text): _iri(name) for text, name in given.items()}

    def _kind(self, entry: Mapping[str, Any], expected: IRI) -> IRI:
        kind = _iri(str(entry.get("kind", "")))
        if self.vocabulary.kinds.get(kind) != expected:
            raise self._wrong(entry, f"kind {compact(kind)} is no {compact(expected)} of the vocabulary")
        return kind

    def _check_members(self, entry: Mapping[str, Any]) -> None:
        if unknown := entry.keys() - _MEMBERS:
            raise self._wrong(
                entry, f"unknown members {', '.join(sorted(unknown))}; there are {', '.join(sorted(_MEMBERS))}"
            )
        if not entry.get("names"):
            raise self._wrong(entry, "no names")
        if strange := set(entry.get("suffixes", ())) - _SUFFIXES:
            raise self._wrong(entry, f"no suffix rule {', '.join(strange)}; there are {', '.join(sorted(_SUFFIXES))}")

    def _wrong(self, entry: Mapping[str, Any], what: str) -> MappingError:
        return MappingError(f"names {self.path}, row {', '.join(entry.get('names', ['?']))}: {what}")


def _containers(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Where the row holds: in the composites it names, everywhere, or (by default) on the device itself."""
    if entry.get("anywhere"):
        return (ANYWHERE,)
    return tuple(map(snake_case, entry["in"])) if "in" in entry else (DEVICE,)


def _suffixes(entry: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(entry.get("suffixes", ()))


def _iri(name: str) -> IRI:
    return expand(name) if ":" in name else SGW + name


def _listing(iris: Iterable[IRI]) -> str:
    return ", ".join(sorted(map(compact, iris))) or "nothing"
