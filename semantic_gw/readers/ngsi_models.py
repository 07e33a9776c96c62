"""What data models say of attributes: a table of types and their attributes, read once from a TOML file.

| member | meaning |
|---|---|
| `[other]` | types that are no reports of devices, and why; a name with `*` is a pattern |
| `[any]` | attributes that mean the same in every model |
| `[model.<Type>]` | attributes of a type; `like` names another that it shares the rest with |

An attribute is a row or several, of which the unit decides:

| member | meaning |
|---|---|
| `kind` | a kind of the vocabulary |
| `unit` | the unit that the model fixes |
| `like` | a unit of the dimension, where the model fixes none and `unitCode` has to tell |
| `fraction` | whether it is told as parts of one: 0.54 is 54 % |
| `states` | the state of each value |
| `why` | why it is no observation |
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from semantic_gw.json_pointer import Tokens
from semantic_gw.lexicon.spelling import value_key
from semantic_gw.lexicon.units import spelling, unit_by_code, unit_table
from semantic_gw.rdf.namespaces import SGW

PERCENT: Final = "%"
ONE: Final = ("C62", "1")
"""How parts of one, and numbers without dimension, are marked: the common code of `one` is the first."""
_MEMBERS: Final = frozenset({"kind", "unit", "like", "fraction", "states", "why"})
_WIRE: Final = re.compile(r"L[1-3]{1,2}|L[1-3]N|N|[RSTrst]")
"""Wires of a three-phase circuit, and between them."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a model says of an attribute."""

    kind: str = ""
    unit: str = ""
    like: str = ""
    fraction: bool = False
    states: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    def measures(self, unit: str) -> bool:
        """Whether *unit* may be one of this kind."""
        if self.fraction:
            return unit in (PERCENT, *ONE)
        ours, theirs = unit_table().find(self.unit or self.like), unit_table().find(unit)
        return ours is not None and theirs is not None and not ours.quantity_kinds.isdisjoint(theirs.quantity_kinds)


Attributes = Mapping[str, tuple[Meant, ...]]


@dataclass(frozen=True, slots=True)
class Models:
    """All models; names of attributes count whatever their case."""

    models: Mapping[str, Attributes]
    any: Attributes
    other: Mapping[str, str]

    def reason(self, type_: str) -> str:
        """Why an entity of *type_* is no report of a device; empty where it may be one."""
        return next((why for pattern, why in self.other.items() if fnmatchcase(type_, pattern)), "")

    def find(self, type_: str, path: Tokens, unit: str) -> Meant | None:
        """What is meant by the value at *path* of an entity of *type_*, that is in *unit* (empty: it does not say)."""
        for attributes in (self.models.get(type_, {}), self.any):
            for key in _keys(path):
                if rows := attributes.get(key):
                    return next((row for row in rows if unit and row.measures(unit)), rows[0])
        return None


def _keys(path: Tokens) -> Iterable[str]:
    yield "/".join(path).casefold()
    if len(path) == 2 and _WIRE.fullmatch(path[1]):
        yield path[0].casefold()


@lru_cache(maxsize=1024)
def unit_text(code: str) -> str:
    """A spelling of the unit that *code* is for (UNECE Recommendation 20), or *code* where it is none.

    >>> unit_text("CEL"), unit_text("°F")
    ('°C', '°F')
    """
    unit = unit_by_code(code) or unit_by_code(code.upper())
    if code in ONE or unit is None:
        return code
    return spelling(unit)


def load_models(path: Path) -> Models:
    """Raises ValueError that says which row is wrong, and what there is instead."""
    document = tomllib.loads(path.read_text("utf-8"))
    models = {name: _attributes(table) for name, table in document["model"].items()}
    for name, table in document["model"].items():
        if "like" in table:
            models[name] = {**models[table["like"]], **models[name]}
    return Models(models, _attributes(document["any"]), document["other"])


def _attributes(table: Mapping[str, Any]) -> Attributes:
    return {
        name.casefold(): tuple(meant(name, row) for row in (rows if isinstance(rows, list) else [rows]))
        for name, rows in table.items()
        if name != "like"
    }


def meant(name: str, row: Mapping[str, Any]) -> Meant:
    """A row. Raises ValueError that says which member is wrong, and what there is instead."""
    if unknown := sorted(row.keys() - _MEMBERS):
        raise ValueError(f"{name} has no member {', '.join(unknown)}; there are {', '.join(sorted(_MEMBERS))}")
    for text in (row.get("unit"), row.get("like")):
        if text and unit_table().find(text) is None:
            raise ValueError(f"{name}: {text!r} is no unit")
    return Meant(
        kind=SGW + row["kind"] if "kind" in row else "",
        unit=row.get("unit", ""),
        like=row.get("like", ""),
        fraction=row.get("fraction", False),
        states={value_key(text): SGW + state for text, state in row.get("states", {}).items()},
        why=row.get("why", ""),
    )
