"""What a value means: from our own terms, else from what others say of it, else from its name. Nothing is guessed.

In this order, the first that says something counts, even where it then does not fit the unit or the values:

1. `saref:hasPropertyKind`, `saref:hasStateKind`, `sgw:hasEventKind`: a kind of ontologies/sgw.ttl
2. `ssn:forProperty`, `sosa:observes`, `saref:relatesToProperty` …, then `@type`: such a kind, a class of SAREF core 3
   (`saref:Temperature`), a QUDT quantity kind, or a class whose name is one that the lexicon knows
3. the name, then the title, as the lexicon knows them
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.lexicon.spelling import snake_case, value_key, value_text
from semantic_gw.lexicon.tables import ANYWHERE, DEVICE, Key, StateRow, compatible_units
from semantic_gw.lifters.rules import Happening, Quantity, Scale, Sense, State, Time, Truth, Unclear
from semantic_gw.lifters.terms import SOSA, SSN, Terms
from semantic_gw.lifters.unit_names import spellings, unit_iri
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.namespaces import QUANTITY_KIND, QUDT, SAREF, SCHEMA, SGW, UNIT, compact
from semantic_gw.rdf.ontology import DEFAULT_UNIT, EVENT_KIND, PROPERTY, STATE

HAS_PROPERTY_KIND: Final = SAREF + "hasPropertyKind"
HAS_STATE_KIND: Final = SAREF + "hasStateKind"
HAS_EVENT_KIND: Final = SGW + "hasEventKind"
MEANT_STATE: Final = SGW + "state"
MEANT_EVENT: Final = SGW + "eventKind"
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

_UNIT_ANNOTATIONS: Final = (
    SAREF + "isMeasuredIn",
    QUDT + "hasUnit",
    QUDT + "unit",
    QUDT + "ucumCode",
    SGW + "unitText",
    SCHEMA + "unitCode",
    SCHEMA + "unitText",
)

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
_EPOCH_SCALE: Final[Mapping[str, int]] = {UNIT + "SEC": 1, UNIT + "MilliSEC": 1_000, UNIT + "MicroSEC": 1_000_000}
_NUMERIC: Final = frozenset({"number", "integer"})
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

_FACTORS: Final = frozenset({"multiplier", "scaleFactor", "scalingFactor"})
_DIVISORS: Final = frozenset({"divisor", "divider"})
_HINTS: Final = _FACTORS | _DIVISORS | {"scale", "decimals", "offset"}
_MOST: Final = Decimal(10) ** 12
"""Largest factor taken, and the reciprocal of the smallest: beyond it a double would not hold the products."""

KIND_REMEDY: Final = 'say what it is: "saref:hasPropertyKind" or "saref:hasStateKind", a kind of ontologies/sgw.ttl'
UNIT_REMEDY: Final = 'add a "unit" that fits, such as "Cel", "%" or an IRI of QUDT'
VALUES_REMEDY: Final = 'say which values there are with "oneOf", and the state of each with "sgw:state"'
EVENT_REMEDY: Final = 'say what happens: "sgw:hasEventKind", a kind of event of ontologies/sgw.ttl'
TIME_REMEDY: Final = 'if it is the time of the other values, say "@type": "sgw:PhenomenonTime"'


class Value(NamedTuple):
    """One value of a Thing, as a Thing Description tells of it: its data schema, and the names that lead to it."""

    path: tuple[str, ...]
    schema: Mapping[str, Json]
    notes: Mapping[IRI, Json]
    terms: Terms
    unit: str = ""
    """The unit of what is around it, which is its own where it has none."""

    @property
    def shown(self) -> str:
        return ".".join(self.path)


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
        self._find = lru_cache(maxsize=8192)(self._looked_up)
        self._units = lru_cache(maxsize=1024)(lambda kind: compatible_units(kind, lexicon.vocabulary))
        self._state_rows = _state_rows(lexicon)
        self._kinds_of = _kinds_of(lexicon)

    def of_property(self, value: Value) -> Sense:
        """What a property, or a field of one, means. Raises ValueError or TypeError for our own terms misused."""
        notes, schema = value.notes, value.schema
        types = value.terms.types(schema)
        if not PHENOMENON_TIME.isdisjoint(types):
            return Time(_ticks_per_second(value))
        if HAS_STATE_KIND in notes:
            return self._state(value, _reference(notes, HAS_STATE_KIND, "saref:hasStateKind", value.terms))
        if HAS_PROPERTY_KIND in notes:
            return self._of_kind(value, _reference(notes, HAS_PROPERTY_KIND, "saref:hasPropertyKind", value.terms))
        hints = self._hints(value, types)
        type_ = type_of(schema)
        if type_ in _NUMERIC and not _lists_values(schema):
            return self._number(value, hints)
        if type_ in _NUMERIC:
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
            kind = _reference(value.notes, HAS_EVENT_KIND, "sgw:hasEventKind", value.terms)
            return Happening(kind, _event_kinds(data, value.terms), any_data=_is_no_text(data))
        hints = self._hints(value, value.terms.types(value.schema))
        if kinds := [kind for kind in hints.kinds if self._vocabulary.kinds.get(kind) == EVENT_KIND]:
            return Happening(kinds[0], _event_kinds(data, value.terms), any_data=_is_no_text(data))
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
        texts = tuple(text for text in data.get("enum", ()) if type(text) is str)
        for path in self._paths(value, hints):
            found = self._find(path, None, texts, False)  # noqa: FBT003  a cached function has no names
            if isinstance(found, Meaning) and not found.is_state and found.quantity_kind is None:
                return Happening(found.kind, dict(found.states), any_data=_is_no_text(data))
        return None

    # ── kinds that are said outright ────────────────────────────────────────────────────────────────────────────────

    def _of_kind(self, value: Value, kind: IRI) -> Sense:
        """A value of *kind*, which the description names."""
        type_ = type_of(value.schema)
        if kind not in self._vocabulary.kinds and kind.startswith((SAREF, QUANTITY_KIND)):
            hints = self._hinted([kind])
            return self._number(value, hints) if type_ in _NUMERIC else self._named_value(value, hints)
        if type_ == "boolean":
            return Truth(kind)
        if type_ not in _NUMERIC:
            return Unclear(
                f"a value of type {value.schema.get('type')!r} is neither a quantity nor a state", KIND_REMEDY
            )
        return self._quantity(value, kind)

    def _quantity(self, value: Value, kind: IRI) -> Sense:
        text = _unit_text(value)
        quantity_kind = self._vocabulary.quantity_kind(kind)
        if not text:
            default = next(iter(self._vocabulary.objects(kind, DEFAULT_UNIT)), None)
            return self._measured(value, kind, default) if default else Unclear("no unit is known", UNIT_REMEDY)
        expanded = value.terms.expand(text)
        unit = unit_iri(text, value.terms, quantity_kind) or (expanded if expanded.startswith(UNIT) else None)
        if unit is None:
            return Unclear(f"the unit {text!r} is not known", UNIT_REMEDY)
        if kind in self._vocabulary.kinds and unit not in self._units(kind):
            return Unclear(f"the unit {text!r} does not fit {value.shown}, which is {compact(kind)}", UNIT_REMEDY)
        return self._measured(value, kind, unit)

    def _state(self, value: Value, kind: IRI) -> Sense:
        """A state of *kind*: its values' states are those the schema names, else those that the lexicon knows."""
        states = _said_states(value)
        if not states and not _options(value.schema, "oneOf", MEANT_STATE, value.terms):
            states = self._states_of(value, kind)
        return State(kind, states)

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
        if len(value.path) > 1:
            yield value.path[-2:]
            yield ("_".join(value.path[-2:]),)
        if len(value.path) == 1 or not _speaks_of_a_setting(value.path[:-1]):
            yield value.path[-1:]
        title = value.schema.get("title")
        if type(title) is str and title:
            yield (title,)

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _number(self, value: Value, hints: _Hints) -> Sense:
        for kind in hints.kinds:
            if self._vocabulary.kinds[kind] == PROPERTY:
                return self._quantity(value, kind)
        for quantity_kind in hints.quantity_kinds:
            if (alike := self._kind_of_quantity(value, quantity_kind)) is not None:
                return self._quantity(value, alike)
        reason = ""
        for path in self._paths(value, hints):
            found = self._numeric(path, value)
            if isinstance(found, Meaning):
                return self._measured(value, found.kind, found.unit)
            reason = reason or found.reason
            if self._is_known(path):
                return Unclear(found.reason, UNIT_REMEDY)
        return Unclear(reason, KIND_REMEDY)

    def _numeric(self, path: tuple[str, ...], value: Value) -> Meaning | Unknown:
        text = _unit_text(value)
        if not text:
            return self._find(path, None, (), True)  # noqa: FBT003
        first: Unknown | None = None
        for spelling, wanted in spellings(text, value.terms):
            found = self._find(path, spelling, (), True)  # noqa: FBT003
            if isinstance(found, Unknown):
                first = first or found
            elif wanted is None or found.unit == wanted:
                return found
        return first or Unknown(f"the unit {text!r} does not fit {value.shown}")

    def _kind_of_quantity(self, value: Value, quantity_kind: IRI) -> IRI | None:
        """The kind of property for a QUDT quantity kind: what the name says of it, else the one called alike."""
        for path in self._paths(value, _NO_HINTS):
            found = self._numeric(path, value)
            if isinstance(found, Meaning) and found.quantity_kind == quantity_kind:
                return found.kind
        kinds = self._kinds_of.get(quantity_kind, ())
        alike = SGW + quantity_kind.removeprefix(QUANTITY_KIND)
        return alike if alike in kinds else kinds[0] if len(kinds) == 1 else None

    def _measured(self, value: Value, kind: IRI, unit: IRI | None) -> Sense:
        if unit is None:
            return Unclear("no unit is known", UNIT_REMEDY)
        minimum, maximum = _bounds(value.schema)
        scale = _scale(value)
        return scale if isinstance(scale, Unclear) else Quantity(kind, unit, minimum, maximum, scale)

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
        texts = _texts(value.schema)
        reason = ""
        for path in self._paths(value, hints):
            found = self._find(path, None, tuple(texts), False)  # noqa: FBT003
            if isinstance(found, Meaning):
                return self._meant(value, found, texts)
            reason = reason or found.reason
            if self._is_known(path):
                return Unclear(found.reason, VALUES_REMEDY)
        return Unclear(reason, KIND_REMEDY)

    def _meant(self, value: Value, found: Meaning, texts: Mapping[str, Sequence[Json]]) -> Sense:
        if not found.is_state:
            return Happening(found.kind, dict(found.states))
        said = _said_states(value)
        return self._known_state(value, found.kind, {**_keyed(found.states, texts), **said})

    def _known_state(self, value: Value, kind: IRI, states: Mapping[tuple[type, Json], IRI]) -> Sense:
        if not states:
            return Unclear(f"none of the values of {value.shown} has a known meaning as {compact(kind)}", VALUES_REMEDY)
        return State(kind, states)

    def _states_of(self, value: Value, kind: IRI) -> dict[tuple[type, Json], IRI]:
        """The states of *kind* that the values of a schema name: by the row of its name, else where all rows agree."""
        texts = _texts(value.schema)
        for path in self._paths(value, _NO_HINTS):
            found = self._find(path, None, tuple(texts), False)  # noqa: FBT003
            if isinstance(found, Meaning) and found.kind == kind:
                return {**_keyed(found.states, texts), **_said_states(value)}
        agreed = self._state_rows.get(kind, {})
        known = {text: agreed[key] for text in texts or agreed if (key := value_key(text)) in agreed}
        return {**_keyed(known, texts), **_said_states(value)}

    # ── the lexicon ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _looked_up(
        self,
        path: tuple[str, ...],
        unit: str | None,
        texts: tuple[str, ...],
        numeric: bool,  # noqa: FBT001  a cached function
    ) -> Meaning | Unknown:
        return self._lexicon.find(path, unit_text=unit, values=texts, numeric=numeric)

    def _is_known(self, path: tuple[str, ...]) -> bool:
        """Whether the lexicon has a row for the name *path*: what does not fit it then is no other thing."""
        rows, name = self._lexicon.rows, snake_case(path[-1])
        places = (snake_case(path[-2]), ANYWHERE) if len(path) > 1 else (DEVICE, ANYWHERE)
        return any(Key(place, name) in rows for place in places)


_NO_HINTS: Final = _Hints((), (), ())


def type_of(schema: Mapping[str, Json]) -> str:
    """The JSON type of the values of *schema*, where it says it in some way; else empty."""
    given = schema.get("type")
    if type(given) is str:
        return given
    if "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    values = _values(schema)
    if values:
        types = {type(value) for value in values}
        return "boolean" if types == {bool} else "string" if str in types else "number"
    return "number" if not schema.keys().isdisjoint(("unit", "minimum", "maximum", "multipleOf")) else ""


def _reference(notes: Mapping[IRI, Json], iri: IRI, member: str, terms: Terms) -> IRI:
    """The IRI that *member* refers to: an object with `@id`, or a compact or absolute IRI as text."""
    value = notes[iri]
    found = value.get("@id") if isinstance(value, dict) else value
    if not isinstance(found, str) or ":" not in found:
        raise ValueError(f"{member} wants an IRI such as {{'@id': 'sgw:Temperature'}}, not {value!r}")
    return terms.expand(found)


@lru_cache(maxsize=4096)
def _class_words(iri: IRI) -> tuple[str, ...]:
    """The name of a class as names of values are spelled, whole and without what only says that it is a class."""
    name = snake_case(iri[max(map(iri.rfind, "/#:")) + 1 :])
    short = next((name.removesuffix(suffix) for suffix in _CLASS_SUFFIXES if name.endswith(suffix)), name)
    return (short,) if short == name or short in _WORDS else (name, short)


def _speaks_of_a_setting(path: Iterable[str]) -> bool:
    return any(not _SETTING.isdisjoint(snake_case(name).split("_")) for name in path)


# ── units and scales ────────────────────────────────────────────────────────────────────────────────────────────────


def _unit_text(value: Value) -> str:
    """The unit as the schema, an annotation, or what is around it gives it."""
    given = value.schema.get("unit")
    if type(given) is str and given:
        return given
    if value.notes:
        for name in _UNIT_ANNOTATIONS:
            if name in value.notes and (text := next(value.terms.references(value.notes[name]), "")):
                return text
    return value.unit


def _ticks_per_second(value: Value) -> int | None:
    """The scale of a numeric time, from the unit of the schema or of one of its alternatives."""
    for schema in (value.schema, *_alternatives(value.schema, "oneOf")):
        if schema.get("type") in _NUMERIC:
            text = str(schema.get("unit", ""))
            unit = (unit_iri(text, value.terms, QUANTITY_KIND + "Time") if text else None) or ""
            if unit not in _EPOCH_SCALE:
                raise ValueError(f"a numeric time wants one of the units {sorted(_EPOCH_SCALE)}, not {text!r}")
            return _EPOCH_SCALE[unit]
    return None


def _bounds(schema: Mapping[str, Json]) -> tuple[float, float]:
    low, high = _number(schema, "minimum", -math.inf), _number(schema, "maximum", math.inf)
    if "exclusiveMinimum" in schema:
        low = max(low, math.nextafter(_number(schema, "exclusiveMinimum", 0), math.inf))
    if "exclusiveMaximum" in schema:
        high = min(high, math.nextafter(_number(schema, "exclusiveMaximum", 0), -math.inf))
    return low, high


def _number(schema: Mapping[str, Json], member: str, default: float) -> float:
    value = schema.get(member, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{member} wants a number, not {value!r}")
    return value


def _scale(value: Value) -> Scale | Unclear | None:
    """How the number on the wire is scaled: by our own terms, else by hints that can mean one thing only."""
    factor, offset = value.notes.get(SGW + "scale"), value.notes.get(SGW + "offset")
    if factor is not None or offset is not None:
        return Scale(_decimal("sgw:scale", 1 if factor is None else factor), _decimal("sgw:offset", offset or 0))
    hints = _HINTS & value.schema.keys()
    return _hinted_scale(value, hints) if hints else None


def _hinted_scale(value: Value, hints: frozenset[str]) -> Scale | Unclear | None:
    schema = value.schema
    if hints == {"decimals"} and type_of(schema) == "number":
        return None  # a number with a fraction is shown so, and is what it is
    if len(hints) == 1:
        (hint,) = hints
        number = schema[hint]
        if hint in _FACTORS or (hint == "scale" and type(number) is float and 0 < number < 1):
            return Scale(_decimal(hint, number))
        if hint in _DIVISORS:
            return Scale(1 / _decimal(hint, number))
    named = ", ".join(sorted(hints))
    return Unclear(
        f"{named} of {value.shown} may mean several things",
        'say "sgw:scale" and "sgw:offset": value = raw * scale + offset',
    )


def _decimal(member: str, value: Json) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{member} wants a number, not {value!r}")
    found = Decimal(repr(value))
    if abs(found) > _MOST or (member != "sgw:offset" and abs(found) < 1 / _MOST):
        raise ValueError(f"{member} wants a number between 1e-12 and 1e12, not {value!r}")
    return found


# ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _alternatives(schema: Mapping[str, Json], member: str) -> list[Mapping[str, Json]]:
    options = schema.get(member)
    return [option for option in options if isinstance(option, dict)] if isinstance(options, list) else []


def _values(schema: Mapping[str, Json]) -> list[Json]:
    """The scalars that a value can be, where the schema lists them."""
    listed = schema.get("enum")
    values = list(listed) if isinstance(listed, list) else []
    values += [option["const"] for option in _alternatives(schema, "oneOf") if "const" in option]
    if "const" in schema:
        values.append(schema["const"])
    return [value for value in values if isinstance(value, bool | int | float | str)]


def _lists_values(schema: Mapping[str, Json]) -> bool:
    return not schema.keys().isdisjoint(("enum", "oneOf", "const")) and bool(_values(schema))


def _texts(schema: Mapping[str, Json]) -> dict[str, list[Json]]:
    """What the lexicon is asked for each value of *schema*: its own text, or the title it has among `oneOf`."""
    texts: dict[str, list[Json]] = {}
    if schema.get("type") == "boolean" and not _alternatives(schema, "oneOf"):
        return {"true": [True], "false": [False]}
    titled = {_key(o["const"]): o["title"] for o in _alternatives(schema, "oneOf") if _is_titled(o)}
    for value in _values(schema):
        texts.setdefault(titled.get(_key(value), value_text(value)), []).append(value)
    return texts


def _is_titled(option: Mapping[str, Json]) -> bool:
    """Whether *option* has a value that says nothing, such as 0, and a title that says what it stands for."""
    return type(option.get("const")) in (int, float, bool) and type(option.get("title")) is str


def _key(value: Json) -> tuple[type, Json]:
    return type(value), value


def _keyed(known: Mapping[str, IRI], texts: Mapping[str, Sequence[Json]]) -> dict[tuple[type, Json], IRI]:
    """States by the values they are sent as; a schema that lists none may use the usual spellings of a text."""
    states: dict[tuple[type, Json], IRI] = {}
    for text, iri in known.items():
        for value in texts.get(text, ()) if texts else _usual_spellings(text):
            states[_key(value)] = iri
            if type(value) is int:
                states[float, float(value)] = iri
    return states


def _usual_spellings(text: str) -> tuple[str, ...]:
    return text, text.upper(), text.capitalize()


def _said_states(value: Value) -> dict[tuple[type, Json], IRI]:
    return {
        _key(const): iri
        for const, iri in _options(value.schema, "oneOf", MEANT_STATE, value.terms)
        if isinstance(const, bool | int | float | str)
    }


def _event_kinds(data: Mapping[str, Json], terms: Terms) -> dict[str, IRI]:
    return {const: iri for const, iri in _options(data, "oneOf", MEANT_EVENT, terms) if isinstance(const, str)}


def _options(schema: Mapping[str, Json], member: str, term: IRI, terms: Terms) -> list[tuple[Json, IRI]]:
    """The values among *member* of *schema* that say with *term* what they stand for."""
    found = []
    for option in _alternatives(schema, member):
        if "const" in option:
            notes = terms.annotations(option)
            if term in notes:
                found.append((option["const"], _reference(notes, term, compact(term), terms)))
    return found


def _is_no_text(data: Mapping[str, Json]) -> bool:
    return bool(data) and type_of(data) not in ("string", "")


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


_Lookup = Callable[[Lexicon], Meanings]
_remembered: Final[dict[int, Meanings]] = {}


def meanings(lexicon: Lexicon) -> Meanings:
    """The meanings by *lexicon*, made once for each."""
    found = _remembered.get(id(lexicon))
    if found is None:
        if len(_remembered) >= 8:
            _remembered.clear()
        found = _remembered[id(lexicon)] = Meanings(lexicon)
    return found
