"""What a Thing Description says about payloads, read once: a plan per address, a rule per affordance.

A Thing Description is a mapping. Its affordances say where a value stands (`sgw:pointer`, a JSON Pointer), what it
means (`saref:hasPropertyKind`, `saref:hasStateKind`, `sgw:hasEventKind`, `unit`) and on which address it travels
(`forms`). The terms are explained in docs/thing-descriptions.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from semantic_gw.errors import MappingError
from semantic_gw.model import IRI, Json, ThingDescription
from semantic_gw.rdf.iris import affordance_iri
from semantic_gw.rdf.namespaces import SGW, UNIT, expand

PROPERTY_KIND: Final = "saref:hasPropertyKind"
STATE_KIND: Final = "saref:hasStateKind"
EVENT_KIND: Final = "sgw:hasEventKind"
POINTER: Final = "sgw:pointer"

_READING_OPERATIONS: Final = frozenset({"readproperty", "observeproperty", "subscribeevent"})
_NUMERIC: Final = frozenset({"number", "integer"})
_EPOCH_SCALE: Final[Mapping[str, int]] = {UNIT + "SEC": 1, UNIT + "MilliSEC": 1_000, UNIT + "MicroSEC": 1_000_000}

_Maker = Callable[[IRI, str, Mapping[str, Json]], "Rule"]

Tokens = tuple[str, ...]
"""A JSON Pointer, taken apart (RFC 6901, 4)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one affordance is read from a document."""

    affordance: str
    iri: IRI
    pointers: tuple[Tokens, ...]


@dataclass(frozen=True, slots=True)
class QuantityRule(Rule):
    """A number with a unit."""

    kind: IRI
    unit: IRI
    minimum: float = -math.inf
    maximum: float = math.inf


@dataclass(frozen=True, slots=True)
class TruthRule(Rule):
    """A truth value that has no states of its own."""

    kind: IRI


@dataclass(frozen=True, slots=True)
class StateRule(Rule):
    """A value that names a state; *states* is keyed by the value's type and the value (`True` is not `1`)."""

    kind: IRI
    states: Mapping[tuple[type, Json], IRI]


@dataclass(frozen=True, slots=True)
class EventRule(Rule):
    """Something that happened; *kinds* by the data that came with it, *kind* for any other."""

    kind: IRI
    kinds: Mapping[str, IRI]


@dataclass(frozen=True, slots=True)
class UnknownRule(Rule):
    """An affordance whose name or unit nobody knows: its values are shown as unmapped."""

    why: str


@dataclass(frozen=True, slots=True)
class TimeRule(Rule):
    """The device's own time, the phenomenon time of everything in the same document."""

    per_second: int | None
    """Ticks per second of a numeric time; None where only text is a time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All rules of one Thing for the payloads of one address."""

    thing: IRI
    title: str
    address: str
    rules: tuple[Rule, ...]
    ignored: frozenset[str] = field(default_factory=frozenset)
    """Members at the top of a document that carry no value of the Thing."""


def plans(thing: ThingDescription, ignored: frozenset[str] = frozenset()) -> dict[str, Plan]:
    """The plan for each address on which *thing* reports. Raises MappingError with the affordance and the fault."""
    document = thing.document
    by_address: dict[str, list[Rule]] = {}
    for name, affordance, make in _affordances(document):
        try:
            rule = make(thing.id, name, affordance)
        except (TypeError, ValueError, AttributeError) as error:
            raise MappingError(f"{thing.id}, affordance {name!r}: {error}") from error
        for address in _addresses(affordance, document):
            by_address.setdefault(address, []).append(rule)
    title = str(document.get("title", thing.id))
    return {
        address: Plan(thing.id, title, address, _time_first(rules), ignored)
        for address, rules in sorted(by_address.items())
    }


def _time_first(rules: list[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted(rules, key=lambda rule: not isinstance(rule, TimeRule)))


def _affordances(document: Mapping[str, Json]) -> Iterator[tuple[str, Mapping[str, Json], _Maker]]:
    for member, make in (("properties", _property_rule), ("events", _event_rule)):
        affordances = document.get(member) or {}
        if not isinstance(affordances, Mapping):
            raise MappingError(f"{document.get('id')}: {member} is not an object")
        for name, affordance in affordances.items():
            if not isinstance(affordance, Mapping):
                raise MappingError(f"{document.get('id')}: {member}/{name} is not an object")
            yield name, affordance, make


def _property_rule(thing: IRI, name: str, affordance: Mapping[str, Json]) -> Rule:
    where = (name, affordance_iri(thing, name), _pointers(name, affordance))
    if SGW + "PhenomenonTime" in _iris(affordance.get("@type")):
        return TimeRule(*where, _ticks_per_second(affordance))
    if STATE_KIND in affordance:
        return StateRule(*where, _reference(affordance, STATE_KIND), _states(affordance))
    if PROPERTY_KIND not in affordance:
        return UnknownRule(*where, f"no kind is known for {affordance.get('title') or name!r}")
    kind = _reference(affordance, PROPERTY_KIND)
    if affordance.get("type") == "boolean":
        return TruthRule(*where, kind)
    if affordance.get("type") not in _NUMERIC:
        return UnknownRule(*where, f"a value of type {affordance.get('type')!r} is neither a quantity nor a state")
    return _quantity_rule(where, kind, affordance)


def _quantity_rule(where: tuple[str, IRI, tuple[Tokens, ...]], kind: IRI, affordance: Mapping[str, Json]) -> Rule:
    unit = expand(str(affordance.get("unit", "")))
    if not unit.startswith(UNIT):
        return UnknownRule(*where, f"the unit {affordance.get('unit')!r} is not known" if unit else "no unit is known")
    minimum, maximum = affordance.get("minimum", -math.inf), affordance.get("maximum", math.inf)
    return QuantityRule(*where, kind, unit, _number("minimum", minimum), _number("maximum", maximum))


def _event_rule(thing: IRI, name: str, affordance: Mapping[str, Json]) -> Rule:
    where = (name, affordance_iri(thing, name), _pointers(name, affordance))
    if EVENT_KIND not in affordance:
        return UnknownRule(*where, f"no kind is known for the event {name!r}")
    kinds = {
        option["const"]: _reference(option, "sgw:eventKind")
        for option in _options(affordance.get("data") or {})
        if isinstance(option.get("const"), str) and "sgw:eventKind" in option
    }
    return EventRule(*where, _reference(affordance, EVENT_KIND), kinds)


def _states(affordance: Mapping[str, Json]) -> dict[tuple[type, Json], IRI]:
    return {
        (type(option["const"]), option["const"]): _reference(option, "sgw:state")
        for option in _options(affordance)
        if isinstance(option.get("const"), bool | int | float | str) and "sgw:state" in option
    }


def _options(schema: Mapping[str, Json]) -> Iterable[Mapping[str, Json]]:
    options = schema.get("oneOf") or ()
    return [option for option in options if isinstance(option, Mapping)]


def _reference(node: Mapping[str, Json], member: str) -> IRI:
    """The IRI that *member* refers to: an object with `@id`, or a compact or absolute IRI as text."""
    value = node[member]
    iri = value.get("@id") if isinstance(value, Mapping) else value
    if not isinstance(iri, str) or ":" not in iri:
        raise ValueError(f"{member} wants an IRI such as {{'@id': 'sgw:Temperature'}}, not {value!r}")
    return expand(iri)


def _iris(types: Json) -> set[IRI]:
    return {expand(name) for name in ([types] if isinstance(types, str) else types or ()) if isinstance(name, str)}


def _number(member: str, value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{member} wants a number, not {value!r}")
    return value


def _ticks_per_second(affordance: Mapping[str, Json]) -> int | None:
    """The scale of a numeric time, from the unit of the schema or of one of its alternatives."""
    for schema in (affordance, *_options(affordance)):
        if schema.get("type") in _NUMERIC:
            unit = expand(str(schema.get("unit", "")))
            if unit not in _EPOCH_SCALE:
                raise ValueError(f"a numeric time wants one of the units {sorted(_EPOCH_SCALE)}, not {unit!r}")
            return _EPOCH_SCALE[unit]
    return None


def _pointers(name: str, affordance: Mapping[str, Json]) -> tuple[Tokens, ...]:
    given = affordance.get(POINTER)
    if given is None:
        return ((name,),)
    return tuple(parse_pointer(text) for text in ([given] if isinstance(given, str) else given))


def parse_pointer(text: str) -> Tokens:
    """The reference tokens of a JSON Pointer (RFC 6901). Raises ValueError.

    >>> parse_pointer("/color/x~1y")
    ('color', 'x/y')
    """
    if not text:
        return ()
    if not text.startswith("/"):
        raise ValueError(f"{text!r} is not a JSON Pointer: it must be empty or start with /")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text[1:].split("/"))


def format_pointer(tokens: Iterable[str]) -> str:
    """The JSON Pointer of *tokens*.

    >>> format_pointer(("color", "x/y"))
    '/color/x~1y'
    """
    return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in tokens)


def _addresses(affordance: Mapping[str, Json], document: Mapping[str, Json]) -> Iterator[str]:
    """The addresses on which the affordance reports, each once, from its forms (WoT TD 1.1, 5.3.4.2)."""
    seen = set()
    for form in affordance.get("forms") or ():
        if isinstance(form, Mapping) and _reports(form):
            address = _address(form, str(document.get("base", "")))
            if address and address not in seen:
                seen.add(address)
                yield address


def _reports(form: Mapping[str, Json]) -> bool:
    operations = form.get("op")
    if operations is None:
        return True
    return not _READING_OPERATIONS.isdisjoint([operations] if isinstance(operations, str) else operations)


def _address(form: Mapping[str, Json], base: str) -> str:
    """The MQTT topic that the form names (`mqv:topic`), else the path of its target."""
    topic = form.get("mqv:topic") or form.get("mqv:filter")
    if isinstance(topic, str):
        return topic
    href = str(form.get("href", ""))
    path = urlsplit(href).path if "://" in href else href.partition("?")[0]
    if "://" not in href and base and not href.startswith("/"):
        path = urlsplit(base).path.rpartition("/")[0] + "/" + path
    return unquote(path).lstrip("/")
