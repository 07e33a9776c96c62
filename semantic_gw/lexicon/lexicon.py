"""The lexicon: what a field of a device means, from its name, its unit and the values it can have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Final

from semantic_gw.lexicon.spelling import snake_case, unit_spelling, value_key, value_text
from semantic_gw.lexicon.tables import (
    ANYWHERE,
    DEVICE,
    EventRow,
    Key,
    NameTable,
    QuantityRow,
    Row,
    StateRow,
    compatible_units,
    load_table,
)
from semantic_gw.lexicon.units import unit
from semantic_gw.model import IRI, Json, Triple
from semantic_gw.rdf.namespaces import compact
from semantic_gw.rdf.ontology import COMPATIBLE_UNIT, PROPERTY, Ontology, load_ontology
from semantic_gw.shipped import ONTOLOGIES

_NAMES: Final = Path(__file__).with_name("names.toml")
_VOCABULARY: Final = "sgw.ttl"
_MAX_WORDS: Final = 12
"""Longer texts than any action's are not taken apart."""

_MAX_SHOWN: Final = 80
"""Characters of a device's own text that a reason repeats."""

_SUFFIX: Final[Mapping[str, re.Pattern[str]]] = {
    "phase": re.compile(r"(.+?)_(?:phase_)?(?:[abc]|l[123])"),
    "number": re.compile(r"(.+?)_l?[0-9]{1,3}"),
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a field means.

    A quantity has a *quantity_kind* (QUDT) and a *unit*. A state has `is_state` and *states*: the text of a value,
    as given, → a state. An event (`action`) has *states* too, which then are kinds of event, and not `is_state`.
    """

    kind: IRI
    quantity_kind: IRI | None = None
    unit: IRI | None = None
    states: Mapping[str, IRI] = field(default_factory=dict)
    is_state: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why nobody can say what a field means: its name, its unit, its values, or that they do not go together."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All name tables as one. Immutable; what it does not know stays unknown."""

    vocabulary: Ontology
    rows: Mapping[Key, tuple[Row, ...]]
    device_classes: frozenset[str]
    places: frozenset[str]

    @classmethod
    def load(cls, *extra: Path) -> Lexicon:
        """The built-in tables, and before them those in *extra*, in the same format.

        Raises MappingError with the file, the row and what is wrong with it.
        """
        vocabulary = _vocabulary()
        tables = [*(load_table(path, vocabulary) for path in extra), _built_in()]
        return cls(
            vocabulary=vocabulary,
            rows=_merged(tables),
            device_classes=frozenset().union(*(table.device_classes for table in tables)),
            places=frozenset().union(*(table.places for table in tables)),
        )

    def find(
        self, path: tuple[str, ...], *, unit_text: str | None = None, values: Sequence[Json] = (), numeric: bool
    ) -> Meaning | Unknown:
        """What the field at *path* means: its own name last, before it the composite or device class around it.

        *unit_text* is the unit as the description spells it, *values* are the values a truth value or an
        enumeration can have (none: any that the tables know).

        >>> Lexicon.load().find(("cover", "position"), unit_text="%", numeric=True).unit
        'http://qudt.org/vocab/unit/PERCENT'
        """
        rows = self._candidates(path)
        if not rows:
            return Unknown(f"the name {_shown(path)} is not known")
        if numeric:
            return _quantity(path, [row for row in rows if isinstance(row, QuantityRow)], unit_text)
        return self._named_value(path, [row for row in rows if isinstance(row, StateRow | EventRow)], values)

    def quantities(self, path: tuple[str, ...]) -> tuple[IRI, ...]:
        """The kinds that a number at *path* could be of, whatever its unit.

        >>> Lexicon.load().quantities(("power",))
        ('https://w3id.org/semantic-gw/Power',)
        """
        rows = self._candidates(path)
        return tuple(dict.fromkeys(row.kind for row in rows if isinstance(row, QuantityRow)))

    def compatible_units(self) -> tuple[Triple, ...]:
        """`(kind, sgw:compatibleUnit, unit)` for every kind of property and every unit of its quantity kind."""
        kinds = sorted(kind for kind, type_ in self.vocabulary.kinds.items() if type_ == PROPERTY)
        return tuple(
            (kind, COMPATIBLE_UNIT, unit) for kind in kinds for unit in sorted(compatible_units(kind, self.vocabulary))
        )

    def _candidates(self, path: tuple[str, ...]) -> list[Row]:
        """The rows for *path*, the most special first: its own container, any container, then the device's own."""
        container = snake_case(path[-2]) if len(path) > 1 else DEVICE
        containers = [container, ANYWHERE]
        if container in self.device_classes:
            containers.append(DEVICE)
        for name, rule in _spellings(snake_case(path[-1])):
            found = [row for place in containers for row in self.rows.get(Key(place, name), ())]
            if rows := [row for row in found if rule is None or rule in row.suffixes]:
                return rows
        return []

    def _named_value(
        self, path: tuple[str, ...], rows: Sequence[StateRow | EventRow], values: Sequence[Json]
    ) -> Meaning | Unknown:
        """The row that knows most of *values*; the first of equals."""
        if not rows:
            return Unknown(f"{_shown(path)} is known as a number only")
        texts = [value_text(value) for value in values]
        known = [self._known_values(row, texts) for row in rows]
        row, states = max(zip(rows, known, strict=True), key=lambda pair: len(pair[1]))
        if not states and not isinstance(row, EventRow):
            return Unknown(
                f"none of the values {_cut(', '.join(texts)) or '(none)'} of {_shown(path)} has a known meaning"
            )
        return Meaning(kind=row.kind, states=states, is_state=isinstance(row, StateRow))

    def _known_values(self, row: StateRow | EventRow, texts: Sequence[str]) -> dict[str, IRI]:
        if isinstance(row, EventRow):
            return {text: kind for text in texts or row.kinds if (kind := self._event_kind(row, value_key(text)))}
        keys = {text: value_key(text) for text in texts or row.states}
        if row.only_with and not (texts and row.only_with & set(keys.values())):
            return {}
        return {text: row.states[key] for text, key in keys.items() if key in row.states}

    def _event_kind(self, row: EventRow, key: str) -> IRI | None:
        """The kind of the event *key*, whatever words around it tell where on the device it happened."""
        words = key.split("_")
        if len(words) > _MAX_WORDS:
            return None
        spans = combinations(range(len(words) + 1), 2)
        for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
            around = words[:start] + words[end:]
            if (kind := row.kinds.get("_".join(words[start:end]))) and all(map(self._is_place, around)):
                return kind
        return None

    def _is_place(self, word: str) -> bool:
        return word in self.places or word.removeprefix("l").isdecimal()


def _quantity(path: tuple[str, ...], rows: Sequence[QuantityRow], unit_text: str | None) -> Meaning | Unknown:
    if not rows:
        return Unknown(f"{_shown(path)} is known, but not as a number")
    spelled = unit_spelling(unit_text or "")
    if not spelled:
        fixed = next((row for row in rows if row.unit and not row.spelled), None)
        if fixed:
            return _measured(fixed, fixed.unit)
        return Unknown(f"{_shown(path)} has no unit, and no convention fixes one")
    if special := next((row for row in rows if spelled.casefold() in row.spelled), None):
        return _measured(special, special.unit)
    readings = [(row, unit(spelled, kind=row.quantity_kind)) for row in rows]
    if found := next(((row, iri) for row, iri in readings if iri in row.units), None):
        return _measured(*found)
    if not any(iri for _, iri in readings):
        return Unknown(f"the unit {_cut(spelled)!r} of {_shown(path)} is not known")
    return Unknown(f"the unit {_cut(spelled)!r} does not fit {_shown(path)}, which is {_kinds(rows)}")


def _shown(path: Iterable[str]) -> str:
    return _cut(".".join(path))


def _cut(text: str) -> str:
    """*text* as far as a reader needs it."""
    return text if len(text) <= _MAX_SHOWN else text[: _MAX_SHOWN - 1] + "…"


def _measured(row: QuantityRow, unit: IRI | None) -> Meaning:
    return Meaning(kind=row.kind, quantity_kind=row.quantity_kind, unit=unit)


def _kinds(rows: Sequence[Row]) -> str:
    return " or ".join(dict.fromkeys(compact(row.kind) for row in rows))


def _spellings(name: str) -> Iterator[tuple[str, str | None]]:
    """*name* as it is, then without a suffix that only tells which of several, and the rule that took it off."""
    yield name, None
    for rule, pattern in _SUFFIX.items():
        if match := pattern.fullmatch(name):
            yield match[1], rule


def _merged(tables: Sequence[NameTable]) -> Mapping[Key, tuple[Row, ...]]:
    rows: dict[Key, tuple[Row, ...]] = {}
    for table in tables:
        for key, row in table.rows:
            rows[key] = (*rows.get(key, ()), row)
    return rows


@cache
def _vocabulary() -> Ontology:
    return load_ontology([ONTOLOGIES / _VOCABULARY])


@cache
def _built_in() -> NameTable:
    return load_table(_NAMES, _vocabulary())
