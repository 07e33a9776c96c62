"""The tables of MQTT discovery: what the components report (`components.toml`), what the classes mean (`classes.toml`).

Each file explains its members. They are facts of Home Assistant, with kinds of ontologies/sgw.ttl beside them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

from semantic_gw.describers.home_assistant_config import FOLDER, Entity
from semantic_gw.errors import MappingError
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import SGW

_MODES: Final = "supported_color_modes"


@dataclass(frozen=True, slots=True)
class Row:
    """One value that the entities of a component report; a row `values` of components.toml."""

    topic: tuple[str, ...]
    template: tuple[str, ...] = ()
    name: str = ""
    at: str | None = None
    needs: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    kind: IRI = ""
    is_state: bool = False
    when: tuple[tuple[tuple[str, ...], str, IRI], ...] = ()
    words: Mapping[str, IRI] = field(default_factory=dict)
    unit: str = ""
    unit_of: str = ""
    range: tuple[str, float, str, float] | None = None
    steps: bool = False
    device_class: str = ""
    setting: bool = False
    words_of: str = ""
    names: bool = False
    event: bool = False
    command: str = ""
    command_template: str = ""

    def reported_by(self, entity: Entity) -> bool:
        """Whether *entity* reports this value: its topic is there, and what it takes."""
        said = {name for name in self.needs | self.unless if entity.config.get(name) not in (None, False, [], "")}
        said |= set(entity.texts(_MODES))
        return bool(self.topic_of(entity)) and (not self.needs or bool(self.needs & said)) and not self.unless & said

    def topic_of(self, entity: Entity) -> str:
        return next((found for name in self.topic if (found := _text(entity, name))), "")

    def template_of(self, entity: Entity) -> str:
        return next((found for name in self.template if (found := _text(entity, name))), "")

    def states_of(self, entity: Entity) -> dict[str, IRI]:
        """The state for each text that *entity* reports."""
        found = dict(self.words)
        for members, default, state in self.when:
            found[next((text for name in members if (text := entity.text(name))), default)] = state
        return found


def _text(entity: Entity, member: str) -> str:
    found = entity.config.get(member)
    return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True)
class Component:
    """What the entities of one component report, or why they report nothing."""

    rows: tuple[Row, ...]
    device: IRI = ""
    ignored: str = ""


@dataclass(frozen=True, slots=True)
class SensorClass:
    """A device class of sensors: the kinds it may be, the unit where a config names none; or why it is none."""

    kinds: tuple[IRI, ...] = ()
    units: tuple[str, ...] = ()
    unit: str = ""
    none: str = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class BinaryClass:
    """A device class of binary sensors: the kind of state, and what on and off mean."""

    kind: IRI
    on: IRI
    off: IRI
    also: frozenset[IRI] = frozenset()


@dataclass(frozen=True, slots=True)
class Tables:
    """All tables, checked."""

    components: Mapping[str, Component]
    sensors: Mapping[str, SensorClass]
    binary: Mapping[str, BinaryClass]
    units: Mapping[str, IRI]
    words: frozenset[str]
    periods: frozenset[str]

    @classmethod
    def load(cls, lexicon: Lexicon) -> Self:
        """Raises MappingError for a kind or state that the vocabulary of *lexicon* does not know."""
        components = tomllib.loads((FOLDER / "components.toml").read_text("utf-8"))
        classes = tomllib.loads((FOLDER / "classes.toml").read_text("utf-8"))
        found = cls(
            components={name: _component(table) for name, table in components.items()},
            sensors={name: _sensor(row) for name, row in classes["sensor"].items()},
            binary={name: _binary(row) for name, row in classes["binary_sensor"].items()},
            units={text: SGW + name for text, name in classes["unit"].items()},
            words=frozenset(classes["words"]),
            periods=frozenset(classes["periods"]),
        )
        if unknown := set(found.kinds()) - lexicon.vocabulary.kinds.keys():
            raise MappingError(f"{FOLDER}: not in the vocabulary: {', '.join(sorted(unknown))}")
        return found

    def kinds(self) -> Iterator[IRI]:
        """Every kind and state that the tables name."""
        for component in self.components.values():
            for row in component.rows:
                yield from (iri for iri in (row.kind, *row.words.values(), *(state for *_, state in row.when)) if iri)
        for sensor in self.sensors.values():
            yield from sensor.kinds
        for binary in self.binary.values():
            yield from (binary.kind, binary.on, binary.off, *binary.also)
        yield from self.units.values()


def _component(table: Mapping[str, Any]) -> Component:
    device = SGW + table["device"] if "device" in table else ""
    return Component(tuple(map(_row, table.get("values", ()))), device, table.get("ignore", ""))


def _row(row: Mapping[str, Any]) -> Row:
    known = {
        "name", "topic", "template", "at", "needs", "unless", "state", "when", "words", "quantity", "unit", "unit_of",
        "range", "steps", "class", "setting", "words_of", "names", "event", "command", "command_template",
    }  # fmt: skip
    if unknown := row.keys() - known:
        raise MappingError(f"components.toml: a value has no member {', '.join(sorted(unknown))}")
    kind = row.get("state") or row.get("quantity")
    return Row(
        topic=tuple(row["topic"]),
        template=tuple(row.get("template", ())),
        name=row.get("name", ""),
        at=row.get("at"),
        needs=frozenset(row.get("needs", ())),
        unless=frozenset(row.get("unless", ())),
        kind=SGW + kind if kind else "",
        is_state="state" in row,
        when=tuple((tuple(members.split()), default, SGW + state) for members, default, state in row.get("when", ())),
        words={word: SGW + state for word, state in row.get("words", {}).items()},
        unit=row.get("unit", ""),
        unit_of=row.get("unit_of", ""),
        range=tuple(row["range"]) if "range" in row else None,
        steps=row.get("steps", False),
        device_class=row.get("class", ""),
        setting=row.get("setting", False),
        words_of=row.get("words_of", ""),
        names=row.get("names", False),
        event=row.get("event", False),
        command=row.get("command", ""),
        command_template=row.get("command_template", ""),
    )


def _sensor(row: Mapping[str, Any]) -> SensorClass:
    units = tuple(row.get("units", ()))
    unit = row.get("unit") or (units[0] if len(units) == 1 else "")
    kinds = tuple(SGW + kind for kind in row.get("kinds", ()))
    return SensorClass(kinds, units, unit, row.get("none", ""), row.get("words", False))


def _binary(row: Mapping[str, Any]) -> BinaryClass:
    also = frozenset(SGW + kind for kind in row.get("also", ()))
    return BinaryClass(SGW + row["kind"], SGW + row["on"], SGW + row["off"], also)
