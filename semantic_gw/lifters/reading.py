"""A Thing Description is a mapping: which values it tells of, at which addresses, where they stand, what they mean.

Where a value stands in a payload, unless `sgw:pointer` says so:

| payload | place of a property's value |
|---|---|
| of a form of the Thing, or of several affordances | the member called as the property |
| of one affordance alone, no object | the payload itself |
| of one affordance alone, an object, its schema a scalar | the member called as the affordance |
| of one affordance alone, an object like its schema | the payload itself |

Every field of an object schema, and every position of an array schema that lists its items, is a value of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from semantic_gw.errors import MappingError
from semantic_gw.json_pointer import Tokens, parse_pointer, step
from semantic_gw.lifters.forms import (
    OF_EVENTS,
    OF_PROPERTIES,
    OF_THINGS,
    SILENT,
    Address,
    addresses,
    base_of,
    operations,
)
from semantic_gw.lifters.meanings import Meanings
from semantic_gw.lifters.rules import READINGS, Happening, Plan, Rule, Sense, State, Time, Unclear
from semantic_gw.lifters.schemas import Value, cut, type_of
from semantic_gw.lifters.terms import MQTT, Terms, terms_of
from semantic_gw.model import IRI, Finding, Json, ThingDescription
from semantic_gw.rdf.iris import encode_name, fragment
from semantic_gw.rdf.namespaces import SGW

POINTER: Final[IRI] = SGW + "pointer"
MAX_DEPTH: Final = 6
"""Deepest field of an object schema that is read."""

MAX_VALUES: Final = 2_500
"""Most values that one Thing Description tells of."""

_VALUE_FIELDS: Final = frozenset({"value", "val"})
"""Fields of an object schema that hold the value of the property itself."""

_CONTROL_PACKET: Final = MQTT + "controlPacket"
_REPORTING: Final = OF_PROPERTIES | OF_EVENTS | OF_THINGS
_WRITES: Final = frozenset({"writeproperty"})


class _Leaf(NamedTuple):
    """A value: the names and the members that lead to it from the value of its affordance, and what it means.

    *where* is the JSON Pointer of what describes it.
    """

    names: tuple[str, ...]
    path: Tokens
    sense: Sense
    where: str


class _Affordance(NamedTuple):
    name: str
    leaves: tuple[_Leaf, ...]
    pointers: tuple[Tokens, ...] | None

    def rules(self, thing: IRI, *, alone: bool) -> Iterator[Rule]:
        for leaf in self.leaves:
            encoded = ".".join(map(encode_name, leaf.names))
            name = ".".join(leaf.names)
            places = self._places(leaf.path, leaf.sense, alone=alone)
            yield Rule(name, encoded, fragment(thing, encoded), places, leaf.sense, leaf.where)

    def _places(self, path: Tokens, sense: Sense, *, alone: bool) -> tuple[Tokens, ...]:
        if self.pointers is not None:
            return tuple((*pointer, *path) for pointer in self.pointers)
        if alone and isinstance(sense, Happening) and sense.any_data:
            return ((),)
        member = (self.name, *path)
        if not alone or path[:1] == (self.name,):
            return (path if alone else member,)
        return (path, member) if path else (member, ())


@dataclass(slots=True)
class Reading:
    """What one Thing Description says about payloads, and what in it cannot be used for that."""

    thing: ThingDescription
    addresses: dict[str, Address] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    affordances: dict[str, list[_Affordance]] = field(default_factory=dict)
    """By address: what reports there by a form of its own."""
    shared: set[str] = field(default_factory=set)
    """Addresses of forms of the Thing: all its properties report there."""
    readable: list[_Affordance] = field(default_factory=list)

    def plans(self, ignored: frozenset[str] = frozenset()) -> dict[str, Plan]:
        """The plan for each address."""
        title = str(self.thing.document.get("title", self.thing.id))
        return {address: self._plan(address, title, ignored) for address in sorted(self.addresses)}

    def _plan(self, address: str, title: str, ignored: frozenset[str]) -> Plan:
        own = self.affordances.get(address, [])
        shared = address in self.shared
        here = list(dict.fromkeys((*map(id, self.readable if shared else ()), *map(id, own))))
        by_id = {id(affordance): affordance for affordance in (*self.readable, *own)}
        alone = not shared and len(here) == 1
        rules = [rule for key in here for rule in by_id[key].rules(self.thing.id, alone=alone)]
        rules.sort(key=lambda rule: not isinstance(rule.sense, Time))
        return Plan(
            self.thing.id,
            title,
            address,
            tuple(rules),
            ignored,
            whole=not self.thing.family,
            read=self.thing.origin.endswith(READINGS),
        )

    def at(self, found: Iterable[Address], affordance: _Affordance | None) -> None:
        """Note that *affordance* (or the Thing, where it is None) reports at the addresses *found*."""
        for address in found:
            known = self.addresses.get(address.text)
            if known is None or (known.host and not address.host):
                self.addresses[address.text] = address
            if affordance is None:
                self.shared.add(address.text)
            else:
                here = self.affordances.setdefault(address.text, [])
                if not here or here[-1] is not affordance:
                    here.append(affordance)

    def find(self, pointer: str, detail: str) -> None:
        self.findings.append(Finding(pointer, detail))


def read(thing: ThingDescription, meanings: Meanings) -> Reading:
    """Read *thing* as a mapping. Raises MappingError with the affordance and the fault."""
    return _Reader(thing, meanings).read()


class _Reader:
    def __init__(self, thing: ThingDescription, meanings: Meanings) -> None:
        document = thing.document
        self.document = document
        self.meanings = meanings
        self.terms: Terms = terms_of(document)
        self.reading = Reading(thing)
        self.base = base_of(document)
        self.variables = _object(document.get("uriVariables"))
        self.values = 0

    def read(self) -> Reading:
        for name, affordance in self._members("properties"):
            self._affordance("properties", name, affordance)
        for name, affordance in self._members("events"):
            self._affordance("events", name, affordance)
        for index, form in enumerate(_objects(self.document.get("forms"))):
            self._form_of_thing(f"/forms/{index}", form)
        return self.reading

    def _members(self, member: str) -> Iterator[tuple[str, Mapping[str, Json]]]:
        affordances = self.document.get(member) or {}
        if not isinstance(affordances, dict):
            raise MappingError(f"{self.reading.thing.id}: {member} is not an object")
        for name, affordance in affordances.items():
            if not isinstance(affordance, dict):
                raise MappingError(f"{self.reading.thing.id}: {member}/{name} is not an object")
            yield name, affordance

    def _affordance(self, member: str, name: str, affordance: Mapping[str, Json]) -> None:
        where = f"/{member}{step(name)}"
        if affordance.get("writeOnly") is True and member == "properties":
            self.reading.find(where, "it is write-only: its value is never reported")
            return
        try:
            found = self._read_affordance(member, name, affordance, where)
        except (TypeError, ValueError, AttributeError) as error:
            raise MappingError(f"{self.reading.thing.id}, affordance {cut(name)!r}: {error}") from error
        if member == "properties":
            self.reading.readable.append(found)
        self._forms(found, member, affordance, where)

    def _read_affordance(self, member: str, name: str, affordance: Mapping[str, Json], where: str) -> _Affordance:
        notes = self.terms.annotations(affordance)
        value = Value((name,), affordance, notes, self.terms)
        if member == "properties":
            leaves = tuple(self._leaves(value, (name,), (), where))
        else:
            leaves = tuple(self._event(value, where))
        return _Affordance(name, leaves, _pointers(notes.get(POINTER)))

    # ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _event(self, value: Value, where: str) -> Iterator[_Leaf]:
        data = _object(value.schema.get("data"))
        sense = self.meanings.of_event(value)
        if isinstance(sense, Unclear) and type_of(data) in ("object", "array"):
            notes = self.terms.annotations(data)
            yield from self._leaves(Value(value.path, data, notes, self.terms), value.path, (), f"{where}/data")
        else:
            yield self._leaf(value.path, (), sense, where)

    def _leaves(self, value: Value, names: tuple[str, ...], path: Tokens, where: str) -> Iterator[_Leaf]:
        """The values of a schema: its own, or those of its fields or positions."""
        type_ = type_of(value.schema)
        if type_ == "object" and len(path) < MAX_DEPTH and _objects_of(value.schema.get("properties")):
            for name, schema in _objects_of(value.schema.get("properties")).items():
                inner = self._inner(value, name, schema)
                yield from self._leaves(inner, (*names, name), (*path, name), f"{where}/properties{step(name)}")
        elif type_ == "array" and isinstance(items := value.schema.get("items"), list):
            for index, schema in enumerate(items):
                inner = self._inner(value, str(index), _object(schema))
                token = str(index)
                yield from self._leaves(inner, (*names, token), (*path, token), f"{where}/items/{index}")
        else:
            yield self._leaf(names, path, self._sense(value, type_), where)

    def _inner(self, value: Value, name: str, schema: Mapping[str, Json]) -> Value:
        notes = self.terms.annotations(schema)
        if name not in _VALUE_FIELDS:
            return Value((*value.path, name), schema, notes, self.terms)
        around = {member: value.schema[member] for member in ("@type", "title") if member in value.schema}
        unit = value.schema.get("unit") or _only(_object(value.schema.get("properties")).get("unit")) or value.unit
        return Value(value.path, {**around, **schema}, {**value.notes, **notes}, self.terms, str(unit))

    def _sense(self, value: Value, type_: str) -> Sense:
        if type_ == "array":
            return Unclear(
                f"{value.shown} is an array that does not say what stands where",
                'describe its items one by one: "items": [{…}, {…}]',
            )
        if type_ == "object":
            return Unclear(f"{value.shown} is an object without described fields", 'describe them in "properties"')
        return self.meanings.of_property(value)

    def _leaf(self, names: tuple[str, ...], path: Tokens, sense: Sense, where: str) -> _Leaf:
        self.values += 1
        if self.values > MAX_VALUES:
            raise ValueError(f"more than {MAX_VALUES} values are described")
        if isinstance(sense, Unclear):
            self.reading.find(where, f"{sense.why}: {sense.remedy}" if sense.remedy else sense.why)
        elif isinstance(sense, State) and not sense.possible:
            self.reading.find(where, "none of its values has a state: name them with sgw:state")
        return _Leaf(names, path, sense, where)

    # ── forms ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _forms(self, found: _Affordance, member: str, affordance: Mapping[str, Json], where: str) -> None:
        reporting = OF_PROPERTIES if member == "properties" else OF_EVENTS
        variables = self._variables(affordance)
        silent: set[str] = set()
        reports = False
        for index, form in enumerate(_objects(affordance.get("forms"))):
            notes = self.terms.annotations(form)
            ops = operations(form, _WRITES if _publishes(notes) else reporting)
            if ops.isdisjoint(_REPORTING):
                silent |= ops
                self._unusable(f"{where}/forms/{index}", ops)
                continue
            reports = True
            here, fault = addresses(form, notes, self.base, variables)
            if fault:
                self.reading.find(f"{where}/forms/{index}", fault)
            self.reading.at(here, found)
        if not reports and not self._reports_as_a_whole(member):
            told = f"its forms are for {', '.join(sorted(silent))}" if silent else "it has no forms"
            wanted = " or ".join(sorted(reporting))
            self.reading.find(where, f"no form says where it reports, {told}: add one for {wanted}")

    def _variables(self, affordance: Mapping[str, Json]) -> Mapping[str, Json]:
        own = affordance.get("uriVariables")
        return {**self.variables, **own} if isinstance(own, dict) else self.variables

    def _reports_as_a_whole(self, member: str) -> bool:
        forms = _objects(self.document.get("forms"))
        return member == "properties" and any(operations(form, frozenset()) & OF_THINGS for form in forms)

    def _unusable(self, where: str, ops: frozenset[str]) -> None:
        if strange := ops - SILENT:
            self.reading.find(where, f"nothing is reported by {', '.join(sorted(strange))}")

    def _form_of_thing(self, where: str, form: Mapping[str, Json]) -> None:
        ops = operations(form, frozenset())
        if ops.isdisjoint(OF_THINGS):
            strange = ops - SILENT
            if strange or not ops:
                self.reading.find(where, f"nothing is reported by {', '.join(sorted(strange)) or 'a form without op'}")
            return
        here, fault = addresses(form, self.terms.annotations(form), self.base, self.variables)
        if fault:
            self.reading.find(where, fault)
        self.reading.at(here, None)
        for address in here:
            self._one_address_each(address)

    def _one_address_each(self, address: Address) -> None:
        """Where a filter of the Thing ends with a wildcard, that level is the name of a property."""
        stem = address.text[:-1]
        if address.pattern and address.text.endswith(("+", "#")) and not {"{", "+", "#"} & set(stem):
            for affordance in self.reading.readable:
                text = stem + affordance.name
                if text not in self.reading.addresses:
                    self.reading.at([Address(text)], affordance)


def _only(schema: Json) -> Json:
    """The one value that *schema* allows; None where it allows several."""
    listed = _object(schema).get("enum")
    if isinstance(listed, list) and len(listed) == 1:
        return listed[0]
    return _object(schema).get("const")


def _publishes(notes: Mapping[IRI, Json]) -> bool:
    """Whether clients publish to a form, which then only writes where it does not say what it is for."""
    packet = notes.get(_CONTROL_PACKET)
    return isinstance(packet, str) and packet.rpartition(":")[2].lower() == "publish"


def _pointers(given: Json) -> tuple[Tokens, ...] | None:
    if given is None:
        return None
    pointers = tuple(parse_pointer(text) for text in ([given] if isinstance(given, str) else given))
    if not pointers:
        raise ValueError("sgw:pointer wants a JSON Pointer, or a list of some")
    return pointers


def _object(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, dict) else {}


def _objects(value: Json) -> list[Mapping[str, Json]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list | tuple) else []


def _objects_of(value: Json) -> dict[str, Mapping[str, Json]]:
    return {name: item for name, item in _object(value).items() if isinstance(item, dict)}
