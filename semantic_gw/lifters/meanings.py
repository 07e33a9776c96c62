"""What a value means: from our own terms, else from what others say of it, else from its name. Nothing is guessed.

In this order, the first that says something counts, even where it then does not fit the unit or the values:

1. `saref:hasPropertyKind`, `saref:hasStateKind`, `sgw:hasEventKind`: a kind of ontologies/sgw.ttl
2. `ssn:forProperty`, `sosa:observes`, `saref:relatesToProperty` …, then `@type`: such a kind, a class of SAREF core 3
   (`saref:Temperature`), a QUDT quantity kind, or a class whose name is one that the lexicon knows
3. the name, then the title, as the lexicon knows them
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.lexicon.spelling import snake_case, value_key
from semantic_gw.lexicon.tables import ANYWHERE, DEVICE, Key, StateRow, compatible_units
from semantic_gw.lifters.rules import Happening, Place, Quantity, Sense, State, Time, Truth, Unclear
from semantic_gw.lifters.schemas import (
    MAX_UNIT,
    MEANT_STATE,
    NUMBER_IN_TEXT,
    NUMERIC,
    Value,
    bounds,
    cut,
    event_kinds,
    is_no_text,
    keyed,
    lists_values,
    options_of,
    other_state,
    reference,
    said_states,
    scale_of,
    texts_of,
    ticks_per_second,
    type_of,
    unit_text,
)
from semantic_gw.lifters.terms import MAX_IRI, SOSA, SSN
from semantic_gw.lifters.unit_names import spellings, unit_iri
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.namespaces import QUANTITY_KIND, QUDT, SAREF, SGW, UNIT, compact
from semantic_gw.rdf.ontology import DEFAULT_UNIT, EVENT_KIND, POSITION, PROPERTY, STATE

HAS_PROPERTY_KIND: Final = SAREF + "hasPropertyKind"
HAS_STATE_KIND: Final = SAREF + "hasStateKind"
HAS_EVENT_KIND: Final = SGW + "hasEventKind"
PHENOMENON_TIME: Final = frozenset({SGW + "PhenomenonTime", SOSA + "phenomenonTime", SAREF + "hasPhenomenonTime"})

_ANNOTATIONS: Final = (
    SSN + "forProperty",
    SOSA + "observes",
    SOSA + "observedProperty",
    SSN + "hasProperty",
    SAREF + "relatesToProperty",
    SAREF + "observes",
    SAREF + "isAboutProperty",
    QUDT + "hasQuantityKind",
    QUDT + "quantityKind",
)
"""Predicates by which others say what a value is of."""

_WORDS: Final[Mapping[str, IRI]] = {
    "on_off": SGW + "OnOff",
    "open_close": SGW + "OpenClosed",
    "light": SGW + "Illuminance",
    "motion": SGW + "Motion",
    "occupancy": SGW + "Occupancy",
    "smoke": SGW + "Smoke",
}
"""Classes of SAREF core 3 and of its kin, whose names are no names of values."""

_CLASS_SUFFIXES: Final = ("_property", "_state", "_status", "_data", "_sensor", "_measurement", "_value")
_SETTING: Final = frozenset(
    {
        "alarm", "alarms", "average", "avg", "bounds", "calibration", "command", "config", "configuration",
        "default", "defaults", "desired", "expected", "forecast", "history", "hysteresis", "initial", "last",
        "limit", "limits", "max", "maximum", "mean", "median", "min", "minimum", "nominal", "offset", "offsets",
        "preset", "presets", "previous", "program", "range", "rated", "reference", "request", "requested",
        "schedule", "schedules", "setpoint", "setpoints", "setting", "settings", "simulation", "statistics",
        "stats", "target", "targets", "threshold", "thresholds", "tolerance", "yesterday",
    }
)  # fmt: skip
"""Words in the name of an object that make its fields something else than what is measured now."""

MAX_NAME: Final = 100
"""Characters of the longest name that is looked up."""

_MOST_VALUES: Final = 200
"""Values of one enumeration that are looked up."""

KIND_REMEDY: Final = 'say what it is: "saref:hasPropertyKind" or "saref:hasStateKind", a kind of ontologies/sgw.ttl'
UNIT_REMEDY: Final = 'add a "unit" that fits, such as "Cel", "%" or an IRI of QUDT'
VALUES_REMEDY: Final = 'say which values there are with "oneOf", and the state of each with "sgw:state"'
EVENT_REMEDY: Final = 'say what happens: "sgw:hasEventKind", a kind of event of ontologies/sgw.ttl'
TIME_REMEDY: Final = 'if it is the time of the other values, say "@type": "sgw:PhenomenonTime"'


@dataclass(frozen=True, slots=True)
class _Hints:
    """What others say of a value."""

    kinds: tuple[IRI, ...]
    words: tuple[str, ...]
    quantity_kinds: tuple[IRI, ...]


class Meanings:
    """Finds what values mean with one lexicon. Remembers what it looked up, as devices of one kind look alike."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._vocabulary = lexicon.vocabulary
        self._remembered = lru_cache(maxsize=8192)(self._looked_up)
        self._units = lru_cache(maxsize=1024)(lambda kind: compatible_units(kind, lexicon.vocabulary))
        self._state_rows = _state_rows(lexicon)
        self._kinds_of = _kinds_of(lexicon)

    def of_property(self, value: Value) -> Sense:
        """What a property, or a field of one, means. Raises ValueError or TypeError for our own terms misused."""
        notes, schema = value.notes, value.schema
        types = value.terms.types(schema)
        if not PHENOMENON_TIME.isdisjoint(types):
            return _time(value, said=SGW + "PhenomenonTime" in types)
        if HAS_STATE_KIND in notes:
            return self._state(value, reference(notes, HAS_STATE_KIND, "saref:hasStateKind", value.terms))
        if HAS_PROPERTY_KIND in notes:
            return self._of_kind(value, reference(notes, HAS_PROPERTY_KIND, "saref:hasPropertyKind", value.terms))
        hints = self._hints(value, types)
        type_ = type_of(schema)
        if type_ in NUMERIC and not lists_values(schema):
            return self._number(value, hints)
        if type_ in NUMERIC:
            found = self._named_value(value, hints)
            return found if isinstance(found, State) else self._number(value, hints)
        if type_ == "string" and schema.get("format") in ("date-time", "date", "time"):
            return Unclear(f"{value.shown} is a time, not an observation", TIME_REMEDY)
        if type_ in ("boolean", "string"):
            return self._named_value(value, hints)
        return Unclear(f"a value of type {type_!r} is neither a quantity nor a state", KIND_REMEDY)

    def of_event(self, value: Value) -> Sense:
        """What an event means: what happened, or (from the data that comes with it) what was observed."""
        data = value.schema.get("data")
        data = data if isinstance(data, dict) else {}
        if HAS_EVENT_KIND in value.notes:
            kind = reference(value.notes, HAS_EVENT_KIND, "sgw:hasEventKind", value.terms)
            return Happening(kind, event_kinds(data, value.terms), any_data=is_no_text(data))
        hints = self._hints(value, value.terms.types(value.schema))
        if kinds := [kind for kind in hints.kinds if self._vocabulary.kinds.get(kind) == EVENT_KIND]:
            return Happening(kinds[0], event_kinds(data, value.terms), any_data=is_no_text(data))
        found = self._happening(value, hints, data)
        if found is not None:
            return found
        if not data:
            return Unclear(f"no kind of event is known for {value.shown!r}", EVENT_REMEDY)
        notes = {**value.notes, **value.terms.annotations(data)}
        types = value.schema.get("@type")
        schema = data if types is None or "@type" in data else {**data, "@type": types}
        sense = self.of_property(value._replace(schema=schema, notes=notes))
        return Unclear(sense.why, EVENT_REMEDY) if isinstance(sense, Unclear) else sense

    def _happening(self, value: Value, hints: _Hints, data: Mapping[str, Json]) -> Happening | None:
        texts = [text for text in texts_of(data) if type(text) is str]
        for path in self._paths(value, hints):
            found = self._find_values(path, texts)
            if isinstance(found, Meaning) and not found.is_state and found.quantity_kind is None:
                return Happening(found.kind, dict(found.states), any_data=is_no_text(data))
        return None

    # ── kinds that are said outright ────────────────────────────────────────────────────────────────────────────────

    def _of_kind(self, value: Value, kind: IRI) -> Sense:
        """A value of *kind*, which the description names."""
        type_ = type_of(value.schema)
        if kind not in self._vocabulary.kinds and kind.startswith((SAREF, QUANTITY_KIND)):
            hints = self._hinted([kind])
            return self._number(value, hints) if type_ in NUMERIC else self._named_value(value, hints)
        if type_ == "boolean":
            return Truth(kind)
        if type_ == "string" and kind == POSITION:
            return Place(kind)
        if type_ not in NUMERIC:
            return Unclear(
                f"a value of type {value.schema.get('type')!r} is neither a quantity nor a state", KIND_REMEDY
            )
        return self._quantity(value, kind)

    def _quantity(self, value: Value, kind: IRI) -> Sense:
        text = unit_text(value)
        quantity_kind = self._vocabulary.quantity_kind(kind)
        if not text:
            default = next(iter(self._vocabulary.objects(kind, DEFAULT_UNIT)), None)
            return self._measured(value, kind, default) if default else Unclear("no unit is known", UNIT_REMEDY)
        if len(text) > MAX_UNIT:
            return Unclear(f"the unit {cut(text)!r} is not known", UNIT_REMEDY)
        expanded = value.terms.expand(text)
        unit = unit_iri(text, value.terms, quantity_kind) or (expanded if expanded.startswith(UNIT) else None)
        if unit is None:
            return Unclear(f"the unit {text!r} is not known", UNIT_REMEDY)
        if kind in self._vocabulary.kinds and unit not in self._units(kind):
            return Unclear(f"the unit {text!r} does not fit {value.shown}, which is {compact(kind)}", UNIT_REMEDY)
        return self._measured(value, kind, unit)

    def _state(self, value: Value, kind: IRI) -> Sense:
        """A state of *kind*: its values' states are those the schema names, else those that the lexicon knows."""
        states = said_states(value)
        if not states and not options_of(value.schema, "oneOf", MEANT_STATE, value.terms):
            states = self._states_of(value, kind)
        return State(kind, states, other_state(value))

    # ── what others say ─────────────────────────────────────────────────────────────────────────────────────────────

    def _hints(self, value: Value, types: tuple[IRI, ...]) -> _Hints:
        notes = value.notes
        if not notes and not types:
            return _NO_HINTS
        said = [iri for name in _ANNOTATIONS if name in notes for iri in value.terms.references(notes[name])]
        return self._hinted([*said, *types])

    def _hinted(self, iris: Iterable[IRI]) -> _Hints:
        kinds: list[IRI] = []
        words: list[str] = []
        quantity_kinds: list[IRI] = []
        for iri in iris:
            if iri in self._vocabulary.kinds:
                kinds.append(iri)
            elif iri.startswith(QUANTITY_KIND):
                quantity_kinds.append(iri)
            elif not iri.startswith(SGW):
                words += _class_words(iri)
        kinds += [_WORDS[word] for word in words if word in _WORDS]
        return _Hints(tuple(kinds), tuple(word for word in words if word not in _WORDS), tuple(quantity_kinds))

    def _paths(self, value: Value, hints: _Hints) -> Iterator[tuple[str, ...]]:
        """Names to look up: the classes', the value's own in what is around it, joined with that, alone; the title."""
        yield from ((word,) for word in hints.words)
        path = value.path
        if len(path) > 1 and len(path[-1]) + len(path[-2]) <= MAX_NAME:
            yield path[-2:]
            yield ("_".join(path[-2:]),)
        if len(path[-1]) <= MAX_NAME and (len(path) == 1 or not _speaks_of_a_setting(path[:-1])):
            yield path[-1:]
        title = value.schema.get("title")
        if type(title) is str and 0 < len(title) <= MAX_NAME:
            yield (title,)

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _number(self, value: Value, hints: _Hints) -> Sense:
        for kind in hints.kinds:
            if self._vocabulary.kinds[kind] == PROPERTY:
                return self._quantity(value, kind)
        for quantity_kind in hints.quantity_kinds:
            if (alike := self._kind_of_quantity(value, quantity_kind)) is not None:
                return self._quantity(value, alike)
        for path in self._paths(value, hints):
            found = self._numeric(path, value)
            if isinstance(found, Meaning):
                return self._measured(value, found.kind, found.unit)
            if self._is_known(path):
                return Unclear(found.reason, UNIT_REMEDY)
        return _not_known(value)

    def _numeric(self, path: tuple[str, ...], value: Value) -> Meaning | Unknown:
        text = unit_text(value)
        if not text:
            return self._find_number(path, None)
        if len(text) > MAX_UNIT:
            return Unknown(f"the unit {cut(text)!r} of {cut(value.shown)} is not known")
        first: Unknown | None = None
        for spelling, wanted in spellings(text, value.terms):
            found = self._find_number(path, spelling)
            if isinstance(found, Unknown):
                first = first or found
            elif wanted is None or found.unit == wanted:
                return found
        return first or Unknown(f"the unit {text!r} does not fit {value.shown}")

    def _kind_of_quantity(self, value: Value, quantity_kind: IRI) -> IRI | None:
        """The kind of property for a QUDT quantity kind: what the name says of it, else the one called alike."""
        name = quantity_kind.removeprefix(QUANTITY_KIND)
        kinds = self._kinds_of.get(quantity_kind, [])
        alike = SGW + name
        for path in self._paths(value, _NO_HINTS):
            found = self._numeric(path, value)
            if isinstance(found, Meaning) and self._is_of(found.kind, quantity_kind):
                return found.kind
        if alike in kinds or len(kinds) == 1:
            return alike if alike in kinds else kinds[0]
        found = self._numeric((name,), value)
        return found.kind if isinstance(found, Meaning) and self._is_of(found.kind, quantity_kind) else None

    def _is_of(self, kind: IRI, quantity_kind: IRI) -> bool:
        """Whether *kind*, or one that it is a kind of, is of *quantity_kind*."""
        kinds = (kind, *self._vocabulary.broader.get(kind, ()))
        return any(self._vocabulary.quantity_kind(each) == quantity_kind for each in kinds)

    def _measured(self, value: Value, kind: IRI, unit: IRI | None) -> Sense:
        if unit is None:
            return Unclear("no unit is known", UNIT_REMEDY)
        minimum, maximum = bounds(value.schema)
        scale = scale_of(value)
        in_text = value.notes.get(NUMBER_IN_TEXT) is True
        return scale if isinstance(scale, Unclear) else Quantity(kind, unit, minimum, maximum, scale, in_text)

    # ── states ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _named_value(self, value: Value, hints: _Hints) -> Sense:
        """A truth value or one of several texts."""
        for kind in hints.kinds:
            if self._vocabulary.kinds[kind] == STATE:
                return self._known_state(value, kind, self._states_of(value, kind))
            if self._vocabulary.kinds[kind] == PROPERTY and type_of(value.schema) == "boolean":
                return Truth(kind)
        return self._named(value, hints)

    def _named(self, value: Value, hints: _Hints) -> Sense:
        texts = texts_of(value.schema)
        for path in self._paths(value, hints):
            found = self._find_values(path, texts)
            if isinstance(found, Meaning):
                return self._meant(value, found, texts)
            if self._is_known(path):
                return Unclear(found.reason, VALUES_REMEDY)
        return _not_known(value)

    def _meant(self, value: Value, found: Meaning, texts: Mapping[str, Sequence[Json]]) -> Sense:
        if not found.is_state:
            return Happening(found.kind, dict(found.states))
        said = said_states(value)
        return self._known_state(value, found.kind, {**keyed(found.states, texts), **said})

    def _known_state(self, value: Value, kind: IRI, states: Mapping[tuple[type, Json], IRI]) -> Sense:
        if not states:
            return Unclear(f"none of the values of {value.shown} has a known meaning as {compact(kind)}", VALUES_REMEDY)
        return State(kind, states)

    def _states_of(self, value: Value, kind: IRI) -> dict[tuple[type, Json], IRI]:
        """The states of *kind* that the values of a schema name: by the row of its name, else where all rows agree."""
        texts = texts_of(value.schema)
        for path in self._paths(value, _NO_HINTS):
            found = self._find_values(path, texts)
            if isinstance(found, Meaning) and found.kind == kind:
                return {**keyed(found.states, texts), **said_states(value)}
        agreed = self._state_rows.get(kind, {})
        known = {text: agreed[key] for text in texts or agreed if (key := value_key(text)) in agreed}
        return {**keyed(known, texts), **said_states(value)}

    # ── the lexicon ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _find_number(self, path: tuple[str, ...], unit: str | None) -> Meaning | Unknown:
        return self._remembered(path, unit, (), True)  # noqa: FBT003  a cached function has no names

    def _find_values(self, path: tuple[str, ...], texts: Iterable[str]) -> Meaning | Unknown:
        few = tuple(islice(texts, _MOST_VALUES))
        return self._remembered(path, None, few, False)  # noqa: FBT003

    def _looked_up(
        self,
        path: tuple[str, ...],
        unit: str | None,
        texts: tuple[str, ...],
        numeric: bool,  # noqa: FBT001
    ) -> Meaning | Unknown:
        return self._lexicon.find(path, unit_text=unit, values=texts, numeric=numeric)

    def _is_known(self, path: tuple[str, ...]) -> bool:
        """Whether the lexicon has a row for the name *path*: what does not fit it then is no other thing."""
        rows, name = self._lexicon.rows, snake_case(path[-1])
        places = (snake_case(path[-2]), ANYWHERE) if len(path) > 1 else (DEVICE, ANYWHERE)
        return any(Key(place, name) in rows for place in places)


_NO_HINTS: Final = _Hints((), (), ())


def _time(value: Value, *, said: bool) -> Sense:
    """The device's own time. Raises ValueError where that is *said* in our own terms, and cannot be."""
    try:
        return Time(ticks_per_second(value))
    except ValueError as error:
        if said:
            raise
        return Unclear(str(error), UNIT_REMEDY)


def _not_known(value: Value) -> Unclear:
    return Unclear(f"the name {cut(value.shown)} is not known", KIND_REMEDY)


def _class_words(iri: IRI) -> tuple[str, ...]:
    return _words_of_class(iri) if len(iri) <= MAX_IRI else ()


@lru_cache(maxsize=4096)
def _words_of_class(iri: IRI) -> tuple[str, ...]:
    """The name of a class as names of values are spelled, whole and without what only says that it is a class."""
    name = snake_case(iri[max(map(iri.rfind, "/#:")) + 1 :])
    short = next((name.removesuffix(suffix) for suffix in _CLASS_SUFFIXES if name.endswith(suffix)), name)
    return (short,) if short == name or short in _WORDS else (name, short)


def _speaks_of_a_setting(path: Iterable[str]) -> bool:
    return any(not _SETTING.isdisjoint(snake_case(name).split("_")) for name in path)


# ── indexes of the lexicon ──────────────────────────────────────────────────────────────────────────────────────────


def _state_rows(lexicon: Lexicon) -> dict[IRI, dict[str, IRI]]:
    """For each kind of state, what a value means where all rows of the kind agree on it."""
    said: dict[IRI, dict[str, set[IRI]]] = {}
    for rows in lexicon.rows.values():
        for row in rows:
            if isinstance(row, StateRow):
                for key, state in row.states.items():
                    said.setdefault(row.kind, {}).setdefault(key, set()).add(state)
    return {
        kind: {key: next(iter(states)) for key, states in keys.items() if len(states) == 1}
        for kind, keys in said.items()
    }


def _kinds_of(lexicon: Lexicon) -> dict[IRI, list[IRI]]:
    """The kinds of property of each QUDT quantity kind."""
    found: dict[IRI, list[IRI]] = {}
    for kind, class_ in lexicon.vocabulary.kinds.items():
        quantity_kind = lexicon.vocabulary.quantity_kind(kind) if class_ == PROPERTY else None
        if quantity_kind:
            found.setdefault(quantity_kind, []).append(kind)
    return found


_remembered: Final[dict[int, Meanings]] = {}


def meanings(lexicon: Lexicon) -> Meanings:
    """The meanings by *lexicon*, made once for each."""
    found = _remembered.get(id(lexicon))
    if found is None:
        if len(_remembered) >= 8:
            _remembered.clear()
        found = _remembered[id(lexicon)] = Meanings(lexicon)
    return found
