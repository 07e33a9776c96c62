"""What a device reported becomes part of its Thing Description: an affordance for each value that means something.

The description grows with what the device reports and never forgets. Its affordances say where a value stands in what
the family's reader makes of a payload (`sgw:pointer`); for most families that is where it stands in the payload.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from semantic_gw.contracts import Field, Reading
from semantic_gw.describers.frame import frame
from semantic_gw.json_pointer import Tokens, format_pointer, parse_pointer
from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.lexicon.spelling import value_key, value_text
from semantic_gw.lexicon.tables import compatible_units
from semantic_gw.lexicon.units import unit
from semantic_gw.model import IRI, Json, Source
from semantic_gw.rdf.namespaces import compact
from semantic_gw.rdf.ontology import EVENT_KIND, POSITION, PROPERTY, STATE

MAX_AFFORDANCES: Final = 2_000
"""Most affordances that a description grows to."""

MAX_FORMS: Final = 16
"""Most addresses that an affordance is described to report on; on more of them it is lifted by one of these."""

MAX_OPTIONS: Final = 200
"""Most values that a state or an event is described to have."""

MAX_PATH: Final = 200
"""Characters of the longest path of names that is described."""

MAX_UNIT: Final = 100
"""Characters of the longest text that is looked up as a unit."""

UNADDRESSED: Final = "unaddressed"
"""What forms have for an address where a payload came without one, as a message of CoAP may."""

MAX_STATE: Final = 80
"""Characters of the longest text that may name a state or event."""

_NUMBER: Final = (int, float)
_IS_POSITION: Final = Meaning(POSITION)


class FieldDescriber:
    """Describes what the readers of one family find. *broker* is the base of MQTT forms, *gateway* that of HTTP's.

    *model* is where the Thing Model of the family is, empty where it has none.
    """

    def __init__(self, lexicon: Lexicon, *, broker: str, gateway: IRI, model: str = "") -> None:
        self._lexicon = lexicon
        self._model = _model_link(model)
        self._bases = {"mqtt": broker, "http": f"{gateway}ingest/", "kafka": "kafka://localhost:9092/"}
        self._remembered = lru_cache(maxsize=16_384, typed=True)(self._meaning_of)

    def quantities(self, path: tuple[str, ...]) -> tuple[IRI, ...]:
        """The kinds that a number at *path* could be of, whatever its unit."""
        return self._lexicon.quantities(path)

    def meaning_of(self, field: Field) -> Meaning | Unknown:
        """What *field* means: by its family's table, else by the lexicon. Nothing is guessed."""
        value = field.value
        if why := field.unknown or _too_long(field):
            return Unknown(why)
        if isinstance(value, (dict, list)) or value is None:
            return Unknown("it is neither a number, a truth value nor a text")
        if type(value) is str and len(value) > MAX_STATE:
            return Unknown(f"a text of {len(value)} characters is no state")
        if field.kind == POSITION:
            return _IS_POSITION if type(value) is str else Unknown("it is no position")
        number = type(value) in _NUMBER
        seen = None if number and not field.states else value
        states = tuple(sorted(field.states.items())) if field.states else ()
        found = self._remembered(field.path, field.unit, field.kind, states, seen)
        if isinstance(found, Unknown) and field.also and not field.kind:
            others = (self._remembered(path, field.unit or unit, "", (), seen) for path, unit in field.also)
            return next((other for other in others if isinstance(other, Meaning)), found)
        return found

    def _meaning_of(
        self, path: tuple[str, ...], unit_text: str, kind: str, states: tuple[tuple[str, str], ...], seen: Json
    ) -> Meaning | Unknown:
        if kind and (states or seen is not None):
            return self._named(path, kind, {value_key(text): state for text, state in states}, seen)
        if kind:
            return self._measured(path, kind, unit_text)
        if seen is None:
            return self._lexicon.find(path, unit_text=unit_text or None, numeric=True)
        return self._looked_up(path, seen)

    def _measured(self, path: tuple[str, ...], kind: IRI, unit_text: str) -> Meaning | Unknown:
        """A number of the kind that the family's table gives, if the unit is one of it."""
        quantity_kind = self._lexicon.vocabulary.quantity_kind(kind)
        iri = unit(unit_text, kind=quantity_kind) if unit_text else None
        if iri is None or iri not in compatible_units(kind, self._lexicon.vocabulary):
            return Unknown(f"{'/'.join(path)} is {compact(kind)}, and {unit_text or 'no unit'} is no unit of it")
        return Meaning(kind, quantity_kind, iri)

    def _named(self, path: tuple[str, ...], kind: IRI, states: Mapping[str, IRI], seen: Json) -> Meaning | Unknown:
        """A state or event of the kind that the family's table gives, if the value is one of it."""
        type_ = self._lexicon.vocabulary.kinds.get(kind)
        if type_ == PROPERTY and type(seen) is bool and not states and not self._lexicon.vocabulary.quantity_kind(kind):
            return Meaning(kind)
        happened = type_ == EVENT_KIND and (seen is not False or value_key("false") in states)
        if happened or (type_ == STATE and value_key(value_text(seen)) in states):
            return Meaning(kind, states=states, is_state=type_ == STATE)
        return Unknown(f"{value_text(seen)!r} of {'/'.join(path)} is no value of {compact(kind)}")

    def _looked_up(self, path: tuple[str, ...], seen: Json) -> Meaning | Unknown:
        """What the lexicon says of the value *seen*, with all other values that the same row knows."""
        found = self._lexicon.find(path, values=(seen,), numeric=False)
        if isinstance(found, Unknown):
            return found
        row = self._lexicon.find(path, numeric=False)
        others = row.states if isinstance(row, Meaning) and row.kind == found.kind else {}
        states = {value_key(text): state for text, state in (*others.items(), *found.states.items())}
        return replace(found, states=states)

    def grown(self, reading: Reading, document: Mapping[str, Json] | None, source: Source) -> dict[str, Json] | None:
        """The description of the Thing of *reading*: *document*, and what is new; None where nothing is."""
        found = dict(document) if document is not None else self._frame(reading, source)
        members = {name: dict(found.get(name, {})) for name in ("properties", "events")}
        grown = document is None
        for field in reading.fields:
            meaning = self.meaning_of(field)
            if isinstance(meaning, Meaning):
                grown |= self._put(members, field, meaning, source)
        if not grown:
            return None
        return {**found, **{name: there for name, there in members.items() if there}}

    def _put(self, members: dict[str, dict[str, Json]], field: Field, meaning: Meaning, source: Source) -> bool:
        """Describe *field* where it is not described yet; whether anything is new."""
        member = _member(meaning)
        there = members[member]
        name, made = _named(field, meaning, members)
        form = self._form("subscribeevent" if member == "events" else "observeproperty", source)
        if name not in there:
            if len(there) >= MAX_AFFORDANCES:
                return False
            there[name] = {**made, "forms": [form]}
            return True
        known = there[name]
        new = {**known, **_more(known, made)}
        forms = known["forms"]
        if len(forms) < MAX_FORMS and all(form["href"] != other.get("href") for other in forms):
            new["forms"] = [*forms, form]
        there[name] = new
        return bool(new != known)

    def _frame(self, reading: Reading, source: Source) -> dict[str, Json]:
        return {
            **frame(reading.thing, reading.title, self._bases.get(source.kind, self._bases["mqtt"])),
            "@type": ["saref:Device", "saref:Sensor"],
            **self._model,
            **reading.about,
        }

    def _form(self, operation: str, source: Source) -> dict[str, Json]:
        form: dict[str, Json] = {
            "op": [operation],
            "href": _href(source.address or UNADDRESSED),
            "contentType": "application/json",
        }
        if source.kind == "mqtt":
            term = "mqv:filter" if "+" in source.address or "#" in source.address else "mqv:topic"
            form |= {"mqv:controlPacket": "subscribe", term: source.address}
        return form


def _model_link(model: str) -> dict[str, Json]:
    """What a description has of the Thing Model that its Thing is like (TD 1.1, 5.3.4.1: the relation `type`)."""
    return {"links": [{"rel": "type", "href": model, "type": "application/tm+json"}]} if model else {}


def _too_long(field: Field) -> str:
    """Why *field* is not looked up: it would fill what is remembered and described."""
    if (length := len("/".join(field.path))) > MAX_PATH:
        return f"a name of {length} characters is longer than the {MAX_PATH} that are described"
    return f"a text of {len(field.unit)} characters is no unit" if len(field.unit) > MAX_UNIT else ""


def _href(address: str) -> str:
    """*address* as a relative target; a slash that it starts with is one of its own, not of the path."""
    return "%2F" + quote(address[1:], safe="/") if address.startswith("/") else quote(address, safe="/")


def place_of(field: Field, meaning: Meaning, document: Mapping[str, Json]) -> Tokens:
    """Where *document*, a description that has *field*, says that its value stands."""
    _, made = _named(field, meaning, document)
    return parse_pointer(made["sgw:pointer"])


def address_of(told: Iterable[tuple[Field, Meaning]], document: Mapping[str, Json], own: str) -> str:
    """The address at which *document* has most of what was *told*: *own*, unless there is no room for it."""
    found: Counter[str] = Counter({own: 0})
    for field, meaning in told:
        name, _ = _named(field, meaning, document)
        forms = document.get(_member(meaning), {}).get(name, {}).get("forms", ())
        found.update({_address(form) for form in forms})
    return max(found, key=lambda address: found[address])


def _address(form: Mapping[str, Json]) -> str:
    return str(form.get("mqv:topic") or form.get("mqv:filter") or unquote(form["href"]))


def value_of(field: Field, meaning: Meaning) -> Json:
    """The value as its description has it: a number, or the key of the state or event that a text names."""
    if meaning.unit is not None or not (meaning.is_state or meaning.states):
        return field.value
    return value_key(value_text(field.value))


def _member(meaning: Meaning) -> str:
    return "events" if not meaning.is_state and not meaning.unit and meaning.states else "properties"


def _named(field: Field, meaning: Meaning, document: Mapping[str, Mapping[str, Json]]) -> tuple[str, dict[str, Json]]:
    """The affordance of *field* and its name: one of the same place and meaning, or a new one.

    What changes its unit or its kind gets an affordance, and a place, of its own: no value is told twice.
    """
    member = _member(meaning)
    there = document.get(member, {})
    base = _base(field.path, document)
    name, plain = "_".join(field.path), format_pointer(base)
    made = {**(_event if member == "events" else _property)(field, meaning), "sgw:pointer": plain}
    taken = any(known.get("sgw:pointer") == plain and not _alike(known, made) for known in there.values())
    for candidate in _names(name, made):
        if taken:
            own = format_pointer((*base[:-1], base[-1] + candidate.removeprefix(name)))
            made = {**made, "sgw:pointer": own}
        known = there.get(candidate)
        if known is None and made["sgw:pointer"] == plain and taken:
            continue
        if known is None or (known.get("sgw:pointer") == made["sgw:pointer"] and _alike(known, made)):
            return candidate, made
    return name, made


def _base(path: Tokens, document: Mapping[str, Mapping[str, Json]]) -> Tokens:
    """*path*, or a place of its own where that is in, or around, a value that *document* has already."""
    plain = format_pointer(path)
    others = (
        known.get("sgw:pointer") for member in ("properties", "events") for known in document.get(member, {}).values()
    )
    if any(isinstance(other, str) and _nest(plain, other) for other in others):
        return ("/".join(path) if len(path) > 1 else path[0] + "/",)
    return path


def _nest(one: str, other: str) -> bool:
    """Whether one of two places is in the other."""
    return one.startswith(other + "/") or other.startswith(one + "/")


_KINDS: Final = ("saref:hasPropertyKind", "saref:hasStateKind", "sgw:hasEventKind")


def _alike(known: Mapping[str, Json], made: Mapping[str, Json]) -> bool:
    return all(known.get(key) == made.get(key) for key in ("unit", *_KINDS))


def _names(name: str, made: Mapping[str, Json]) -> Iterator[str]:
    yield name
    if "unit" in made:
        yield f"{name}_{str(made['unit']).rpartition('/')[2]}"
    yield from (f"{name}_{number}" for number in range(2, 100))


def _property(field: Field, meaning: Meaning) -> dict[str, Json]:
    if meaning.is_state:
        schema: dict[str, Json] = {"type": "string", "oneOf": _options(meaning.states, "sgw:state")}
    elif meaning.unit is None:
        schema = {"type": "string" if meaning.kind == POSITION else "boolean"}
    else:
        schema = {"type": "number", "unit": meaning.unit}
        if field.unit:
            schema["sgw:unitText"] = field.unit
    kind = f"saref:has{'State' if meaning.is_state else 'Property'}Kind"
    return {
        "title": field.title or " ".join(field.path).replace("_", " ").capitalize(),
        **schema,
        kind: {"@id": meaning.kind},
        "readOnly": True,
        "observable": True,
    }


def _event(field: Field, meaning: Meaning) -> dict[str, Json]:
    return {
        "title": field.title or " ".join(field.path).replace("_", " ").capitalize(),
        "data": {"type": "string", "oneOf": _options(meaning.states, "sgw:eventKind")},
        "sgw:hasEventKind": {"@id": meaning.kind},
    }


def _options(states: Mapping[str, IRI], member: str) -> list[Json]:
    return [{"const": value_key(text), member: {"@id": iri}} for text, iri in sorted(states.items())]


def _more(known: Mapping[str, Json], made: Mapping[str, Json]) -> dict[str, Json]:
    """States (or kinds of event) that were not described yet."""
    if "data" in made:
        return {"data": {**known.get("data", {}), "oneOf": _united(known.get("data", {}), made["data"])}}
    return {"oneOf": _united(known, made)} if "oneOf" in made else {}


def _united(known: Mapping[str, Json], made: Mapping[str, Json]) -> list[Json]:
    """What both have, but no new ones beyond the most."""
    options = {option["const"]: option for option in known.get("oneOf", ())}
    for option in made["oneOf"]:
        if option["const"] in options or len(options) < MAX_OPTIONS:
            options[option["const"]] = option
    return [options[value] for value in sorted(options)]
