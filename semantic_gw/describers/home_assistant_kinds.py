"""What the entities of Home Assistant mean: by the tables, and by their names where these say more. Nothing is guessed.

| entity | what counts |
|---|---|
| a sensor with a device class | the class and the unit; a name that is known narrows it (`outdoor_temperature`) |
| a sensor without | its name and unit, else a unit that measures one kind of thing only |
| … called by a word such as `target` or `average` | the name alone |
| a binary sensor | the class; without one its name, if both of its values are known |
| a number, a select | a setting: its name alone |
| a switch | on or off, unless its name is known; a setting of the device is enabled or disabled |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from semantic_gw.describers.home_assistant_config import Entity
from semantic_gw.describers.home_assistant_tables import BinaryClass, Row, Tables
from semantic_gw.lexicon import Lexicon, Meaning, Unknown
from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.lexicon.tables import compatible_units
from semantic_gw.lexicon.units import unit
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import SGW, compact

Names = Sequence[tuple[str, ...]]
"""Paths that the lexicon may know a value by, best first."""

MAX_NAME: Final = 100
"""Characters of the longest name that is looked up."""

_DIGITS: Final = {"1": "true", "0": "false"}
_PERIODIC: Final = {SGW + "Energy": SGW + "PeriodicEnergy"}
_ON_OFF: Final = SGW + "OnOff"

_ONLY_BY_CLASS: Final = frozenset({SGW + "CombustibleGas"})
"""States that a name alone does not tell of a binary sensor: the "gas" of a boiler is its valve, not a leak."""


def names_of(entity: Entity, row: Row, pointer: Sequence[str], device: str) -> Names:
    """What *entity* may be known by: the members that lead to its value, its name, and its part of the topic.

    *device* is the name of its device, with which those often begin.
    """
    members = [token for token in pointer if not token.isdigit()]
    found = [tuple(members[-2:]), tuple(members[-1:])] if members else []
    if row.name:
        found.append((entity.component, row.name))
    else:
        found += [(name,) for name in _own_names(entity, device)]
    return [path for path in dict.fromkeys(found) if path and all(0 < len(name) <= MAX_NAME for name in path)]


def _own_names(entity: Entity, device: str) -> Iterator[str]:
    for name in (entity.text("name"), entity.name):
        spelled, around = snake_case(name), snake_case(device)
        if around and spelled.startswith(f"{around}_"):
            yield spelled[len(around) + 1 :]
        yield spelled


class Kinds:
    """Finds what entities mean."""

    def __init__(self, lexicon: Lexicon, tables: Tables) -> None:
        self._lexicon = lexicon
        self._vocabulary = lexicon.vocabulary
        self._tables = tables

    def of(self, entity: Entity, row: Row, names: Names) -> Meaning | Unknown:
        """What *entity* reports by *row*, or why nobody knows."""
        if row.event:
            named = (entity.text(member) for member in ("payload", "type", "subtype"))
            return self.events([*entity.texts(row.words_of), *filter(None, named)])
        if row.device_class:
            return self._sensor(entity, names) if row.device_class == "sensor" else self._binary(entity, names)
        if row.setting:
            return self._named_number(names, entity.text("unit_of_measurement"))
        if row.words_of:
            return self._worded(names, entity.texts(row.words_of))
        if row.is_state:
            return self._state(entity, row, names)
        if row.kind:
            text = row.unit or entity.text(row.unit_of)
            return self._refined((row.kind,), text, names if row.names else ())
        return Unknown(f"no kind is known for {row.name or 'the value'} of a {entity.component.replace('_', ' ')}")

    def events(self, texts: Sequence[str]) -> Meaning | Unknown:
        """The kinds of event that *texts* tell of."""
        return self._lexicon.find(("action",), values=texts, numeric=False)

    # ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sensor(self, entity: Entity, names: Names) -> Meaning | Unknown:
        unit_text, options = entity.text("unit_of_measurement"), entity.texts("options")
        known = self._tables.sensors.get(entity.text("device_class"))
        if known is not None and known.none:
            return Unknown(known.none)
        if options or (known is not None and known.words):
            return self._worded(names, options)
        if known is not None:
            return self._sensed(entity, known.kinds, unit_text or known.unit, names)
        return self._without_class(entity, unit_text, names)

    def _without_class(self, entity: Entity, unit_text: str, names: Names) -> Meaning | Unknown:
        found = self._named_number(names, unit_text)
        if isinstance(found, Meaning):
            return found
        if unit_text:
            kind = self._by_unit(unit_text)
            return self._sensed(entity, (kind,), unit_text, names) if kind else found
        return found if entity.text("state_class") else self._worded(names, ())

    def _by_unit(self, unit_text: str) -> IRI | None:
        """The kind that a unit measures, where it is one only."""
        iri = unit(unit_text)
        same = (kind for text, kind in self._tables.units.items() if text == unit_text or (iri and unit(text) == iri))
        return next(same, None)

    def _named_number(self, names: Names, unit_text: str) -> Meaning | Unknown:
        reasons = []
        for path in names:
            found = self._lexicon.find(path, unit_text=unit_text or None, numeric=True)
            if isinstance(found, Meaning):
                return found
            reasons.append(found)
        return reasons[0] if reasons else Unknown("it has no name")

    def _refined(self, kinds: Sequence[IRI], unit_text: str, names: Names) -> Meaning | Unknown:
        """A number of the first of *kinds* that *unit_text* fits, or of a narrower kind that a name tells."""
        measured = next(filter(None, (self._measured(kind, unit_text) for kind in kinds)), None)
        if measured is None:
            shown = " or ".join(map(compact, kinds))
            return Unknown(f"it is {shown}, and {unit_text[:MAX_NAME] or 'no unit'} is no unit of it")
        for path in names:
            found = self._lexicon.find(path, unit_text=unit_text, numeric=True)
            if isinstance(found, Meaning) and self._says_more(found.kind, measured.kind):
                return found
        return measured

    def _sensed(self, entity: Entity, kinds: Sequence[IRI], unit_text: str, names: Names) -> Meaning | Unknown:
        """The same of a sensor, whose name may say that it is not what is measured now."""
        found = self._refined(kinds, unit_text, names)
        if isinstance(found, Unknown) or found.kind not in kinds:
            return found
        said = {word for name in (entity.text("name"), entity.name) for word in snake_case(name[:MAX_NAME]).split("_")}
        if said & self._tables.periods and found.kind in _PERIODIC:
            return Meaning(_PERIODIC[found.kind], found.quantity_kind, found.unit)
        if words := said & self._tables.words:
            return Unknown(f"{min(words)!r} in its name says that it is not what is measured now")
        return found

    def _measured(self, kind: IRI, unit_text: str) -> Meaning | None:
        quantity_kind = self._vocabulary.quantity_kind(kind)
        iri = unit(unit_text, kind=quantity_kind) if unit_text else None
        fits = iri is not None and iri in compatible_units(kind, self._vocabulary)
        return Meaning(kind, quantity_kind, iri) if fits else None

    def _says_more(self, kind: IRI, than: IRI) -> bool:
        """Whether *kind* is the kind *than*, or a narrower one."""
        return kind == than or than in self._vocabulary.broader.get(kind, ())

    # ── states ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _worded(self, names: Names, words: Sequence[str]) -> Meaning | Unknown:
        """One of *words* (or of any that the name is known with)."""
        reasons = []
        for path in names:
            found = self._lexicon.find(path, values=words, numeric=False)
            if isinstance(found, Meaning):
                return found
            reasons.append(found)
        return reasons[0] if reasons else Unknown("it has no name")

    def _state(self, entity: Entity, row: Row, names: Names) -> Meaning:
        states = row.states_of(entity)
        if row.names and len(states) == 2 and (found := self._on_and_off(names, *states)) is not None:
            return found
        if row.names and row.kind == _ON_OFF and entity.text("entity_category") == "config":
            activation = {SGW + "On": SGW + "Enabled", SGW + "Off": SGW + "Disabled"}
            states = {text: activation[state] for text, state in states.items()}
            return Meaning(SGW + "Activation", states=states, is_state=True)
        return Meaning(row.kind, states=states, is_state=True)

    def _binary(self, entity: Entity, names: Names) -> Meaning | Unknown:
        on, off = entity.text("payload_on") or "ON", entity.text("payload_off") or "OFF"
        known = self._tables.binary.get(entity.text("device_class"))
        if known is not None:
            return self._classed(known, on, off, names)
        named = self._on_and_off(names, on, off)
        if named is not None and named.kind not in _ONLY_BY_CLASS:
            return named
        shown = ", ".join(".".join(path) for path in names[:3])
        return Unknown(f"a binary sensor without a device class, and what {shown} detects is not known")

    def _classed(self, known: BinaryClass, on: str, off: str, names: Names) -> Meaning:
        if known.also and (found := self._by_both(names, ("true", "false"))) is not None and found.kind in known.also:
            return Meaning(found.kind, states={on: found.states["true"], off: found.states["false"]}, is_state=True)
        return Meaning(known.kind, states={on: known.on, off: known.off}, is_state=True)

    def _by_both(self, names: Names, texts: tuple[str, ...]) -> Meaning | None:
        """The state that a name is known for, if all of *texts* are known with it, and differ."""
        return self._asked(names, {text: _DIGITS.get(text, text) for text in texts})

    def _on_and_off(self, names: Names, on: str, off: str) -> Meaning | None:
        """The same of a pair, by the texts themselves, else by what it is for the name to be on and off."""
        return self._by_both(names, (on, off)) or self._asked(names, {on: "on", off: "off"})

    def _asked(self, names: Names, asked: Mapping[str, str]) -> Meaning | None:
        for path in names:
            found = self._lexicon.find(path, values=tuple(asked.values()), numeric=False)
            if isinstance(found, Meaning) and found.is_state:
                states = {text: found.states[word] for text, word in asked.items() if word in found.states}
                if len(states) == len(asked) == len(set(states.values())):
                    return Meaning(found.kind, states=states, is_state=True)
        return None
