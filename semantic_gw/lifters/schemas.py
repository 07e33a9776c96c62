"""What a data schema says of the values that it describes (WoT TD 1.1, 5.3.2): type, bounds, unit, scale, and which."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from semantic_gw.lexicon.spelling import value_text
from semantic_gw.lifters.rules import Scale, Unclear
from semantic_gw.lifters.terms import Terms
from semantic_gw.lifters.unit_names import unit_iri
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.namespaces import QUANTITY_KIND, QUDT, SAREF, SCHEMA, SGW, UNIT, compact

MEANT_STATE: Final = SGW + "state"
MEANT_EVENT: Final = SGW + "eventKind"
NUMBER_IN_TEXT: Final = SGW + "numberInText"

NUMERIC: Final = frozenset({"number", "integer"})

_UNIT_ANNOTATIONS: Final = (
    SAREF + "isMeasuredIn",
    QUDT + "hasUnit",
    QUDT + "unit",
    QUDT + "ucumCode",
    SGW + "unitText",
    SCHEMA + "unitCode",
    SCHEMA + "unitText",
)


_EPOCH_SCALE: Final[Mapping[str, int]] = {UNIT + "SEC": 1, UNIT + "MilliSEC": 1_000, UNIT + "MicroSEC": 1_000_000}
_FACTORS: Final = frozenset({"multiplier", "scaleFactor", "scalingFactor"})
_DIVISORS: Final = frozenset({"divisor", "divider"})
_HINTS: Final = _FACTORS | _DIVISORS | {"scale", "decimals", "offset"}
_MOST: Final = Decimal(10) ** 12
"""Largest factor taken, and the reciprocal of the smallest: beyond it a double would not hold the products."""

_EXACT: Final = 2**53
"""Largest whole number up to which a double holds each exactly."""

MAX_UNIT: Final = 120
"""Characters of the longest text that is looked up as a unit."""

_SHOWN: Final = 80


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
        return cut(".".join(self.path))


def cut(text: str) -> str:
    """*text* as far as a reader needs it."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


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


def reference(notes: Mapping[IRI, Json], iri: IRI, member: str, terms: Terms) -> IRI:
    """The IRI that *member* refers to: an object with `@id`, or a compact or absolute IRI as text."""
    value = notes[iri]
    found = value.get("@id") if isinstance(value, dict) else value
    if not isinstance(found, str) or ":" not in found:
        raise ValueError(f"{member} wants an IRI such as {{'@id': 'sgw:Temperature'}}, not {value!r}")
    return terms.expand(found)


def unit_text(value: Value) -> str:
    """The unit as the schema, an annotation, or what is around it gives it."""
    given = value.schema.get("unit")
    if type(given) is str and given:
        return given
    if value.notes:
        for name in _UNIT_ANNOTATIONS:
            if name in value.notes and (text := next(value.terms.references(value.notes[name]), "")):
                return text
    return value.unit


def ticks_per_second(value: Value) -> int | None:
    """The scale of a numeric time, from the unit of the schema or of one of its alternatives."""
    for schema in (value.schema, *alternatives(value.schema, "oneOf")):
        if schema.get("type") in NUMERIC:
            text = str(schema.get("unit", ""))
            unit = (unit_iri(text, value.terms, QUANTITY_KIND + "Time") if text else None) or ""
            if unit not in _EPOCH_SCALE:
                raise ValueError(f"a numeric time wants one of the units {sorted(_EPOCH_SCALE)}, not {text!r}")
            return _EPOCH_SCALE[unit]
    return None


def bounds(schema: Mapping[str, Json]) -> tuple[float, float]:
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


def scale_of(value: Value) -> Scale | Unclear | None:
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
        factor = _decimal_or_none(number)
        if factor and (hint in _FACTORS or (hint == "scale" and type(number) is float and 0 < number < 1)):
            return Scale(factor)
        if factor and hint in _DIVISORS:
            return Scale(1 / factor)
    named = ", ".join(sorted(hints))
    return Unclear(
        f"{named} of {value.shown} may mean several things",
        'say "sgw:scale" and "sgw:offset": value = raw * scale + offset',
    )


def _decimal(member: str, value: Json) -> Decimal:
    found = _decimal_or_none(value)
    if found is None or (member == "sgw:scale" and not found):
        raise ValueError(f"{member} wants a number between 1e-12 and 1e12, not {value!r}")
    return found


def _decimal_or_none(value: Json) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    found = Decimal(repr(value))
    return found if not found or 1 / _MOST <= abs(found) <= _MOST else None


def alternatives(schema: Mapping[str, Json], member: str) -> list[Mapping[str, Json]]:
    options = schema.get(member)
    return [option for option in options if isinstance(option, dict)] if isinstance(options, list) else []


def _values(schema: Mapping[str, Json]) -> list[Json]:
    """The scalars that a value can be, where the schema lists them."""
    listed = schema.get("enum")
    values = list(listed) if isinstance(listed, list) else []
    values += [option["const"] for option in alternatives(schema, "oneOf") if "const" in option]
    if "const" in schema:
        values.append(schema["const"])
    return [value for value in values if isinstance(value, bool | int | float | str)]


def lists_values(schema: Mapping[str, Json]) -> bool:
    return not schema.keys().isdisjoint(("enum", "oneOf", "const")) and bool(_values(schema))


def texts_of(schema: Mapping[str, Json]) -> dict[str, list[Json]]:
    """What the lexicon is asked for each value of *schema*: its own text, or the title it has among `oneOf`."""
    texts: dict[str, list[Json]] = {}
    if schema.get("type") == "boolean" and not alternatives(schema, "oneOf"):
        return {"true": [True], "false": [False]}
    titled = {_key(o["const"]): o["title"] for o in alternatives(schema, "oneOf") if _is_titled(o)}
    for value in _values(schema):
        texts.setdefault(titled.get(_key(value), value_text(value)), []).append(value)
    return texts


def _is_titled(option: Mapping[str, Json]) -> bool:
    """Whether *option* has a value that says nothing, such as 0, and a title that says what it stands for."""
    return type(option.get("const")) in (int, float, bool) and type(option.get("title")) is str


def _key(value: Json) -> tuple[type, Json]:
    return type(value), value


def keyed(known: Mapping[str, IRI], texts: Mapping[str, Sequence[Json]]) -> dict[tuple[type, Json], IRI]:
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


def said_states(value: Value) -> dict[tuple[type, Json], IRI]:
    states: dict[tuple[type, Json], IRI] = {}
    for const, iri in options_of(value.schema, "oneOf", MEANT_STATE, value.terms):
        if isinstance(const, bool | int | float | str):
            states[_key(const)] = iri
        if type(const) is int and abs(const) <= _EXACT:
            states[float, float(const)] = iri
    return states


def other_state(value: Value) -> IRI | None:
    """The state of every value that is not listed: `{"not": {"enum": [...]}, "sgw:state": …}` among `oneOf`."""
    for option in alternatives(value.schema, "oneOf"):
        if "not" in option and "const" not in option:
            notes = value.terms.annotations(option)
            if MEANT_STATE in notes:
                return reference(notes, MEANT_STATE, compact(MEANT_STATE), value.terms)
    return None


def event_kinds(data: Mapping[str, Json], terms: Terms) -> dict[str, IRI]:
    return {const: iri for const, iri in options_of(data, "oneOf", MEANT_EVENT, terms) if isinstance(const, str)}


def options_of(schema: Mapping[str, Json], member: str, term: IRI, terms: Terms) -> list[tuple[Json, IRI]]:
    """The values among *member* of *schema* that say with *term* what they stand for."""
    found = []
    for option in alternatives(schema, member):
        if "const" in option:
            notes = terms.annotations(option)
            if term in notes:
                found.append((option["const"], reference(notes, term, compact(term), terms)))
    return found


def is_no_text(data: Mapping[str, Json]) -> bool:
    return bool(data) and type_of(data) not in ("string", "")
