"""Makers and products of LoRaWAN devices, and the units their formatters leave out: `devices.toml`.

| member | meaning |
|---|---|
| `[any]` | what holds for every device: members of a reading table that tell of values (see rules.py) |
| `[normalized]` | the same for payloads in a network server's own schema |
| `[[maker]]` | what holds for the devices of one maker, before what holds for every device |
| `ids` | what network servers call the maker, or the words of its name |
| `models` | patterns of the names of its products, by which it is known where nobody names it |
| `[[maker.product]]` | what holds for products whose names match `models`, before what holds for their maker |
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

from semantic_gw.readers.fields import FieldRules
from semantic_gw.readers.rules import parse_rules

_LISTS: Final = ("field", "leave", "none", "truths", "which", "plain", "changing", "convention")
"""Members that come one before the other, the most special first."""

_OWN: Final = frozenset(("ids", "title", "models", "product"))
_WORDS: Final = re.compile(r"[^a-z0-9]+")
_REMEMBERED: Final = 4_096
"""Makers and models that are remembered."""
_LONGEST: Final = 200
"""Characters of their names that are looked at."""

Table = Mapping[str, Any]


class _Known(NamedTuple):
    """What is known of a model: the name of its maker as people write it, and the rules of its values."""

    title: str
    rules: FieldRules


@dataclass(frozen=True, slots=True)
class Devices:
    """What is known of values by the device that sent them."""

    table: Table
    _known: dict[tuple[str, str], _Known] = field(default_factory=dict)
    _made: dict[tuple[int, int], FieldRules] = field(default_factory=dict)
    """Rules by the rows they are of: as many as the table has, whatever devices call themselves."""

    @classmethod
    def load(cls, path: Path) -> Devices:
        """The devices in *path*. Raises ValueError for a table with a fault."""
        table = tomllib.loads(path.read_text("utf-8"))
        devices = cls(table)
        for maker in ({}, *table.get("maker", ())):
            for product in ({}, *maker.get("product", ())):
                devices._rules_of(maker, product)  # its faults are told now, not when such a device reports
        return devices

    def rules(self, maker: str, model: str) -> FieldRules:
        """The rules of the values of a *model* of *maker*, as the network server names them; either may be empty."""
        return self._of(maker, model).rules

    def title(self, maker: str, model: str) -> str:
        """The name of the maker of a *model*, as people write it; what the server calls it, where nobody knows."""
        return self._of(maker, model).title or maker

    def normalized(self) -> FieldRules:
        """The rules of payloads in the schema that all devices share."""
        return _rules(self.table.get("normalized", {}))

    def _of(self, maker: str, model: str) -> _Known:
        asked = maker[:_LONGEST], model[:_LONGEST]
        if asked not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[asked] = self._found(*asked)
        return self._known[asked]

    def _found(self, maker: str, model: str) -> _Known:
        known = self._maker(maker, model) or {}
        products: Iterable[Table] = known.get("product", ())
        product = next((one for one in products if _matches(one.get("models", ()), model)), {})
        return _Known(str(known.get("title", "")), self._rules_of(known, product))

    def _rules_of(self, maker: Table, product: Table) -> FieldRules:
        rows = (id(maker) if maker else 0, id(product) if product else 0)
        if rows not in self._made:
            self._made[rows] = _rules(_merged(self.table, maker, product))
        return self._made[rows]

    def _maker(self, maker: str, model: str) -> Table | None:
        """The maker that is named, alone or in the name of the *model*; else the one that has such models."""
        makers: Iterable[Table] = self.table.get("maker", ())
        told = f"-{_spelled(maker)}-{_spelled(model)}-"
        named = next((one for one in makers if any(f"-{_spelled(id)}-" in told for id in one["ids"])), None)
        if named is not None or maker:
            return named
        return next((one for one in makers if _matches(one.get("models", ()), model)), None)


def _spelled(text: str) -> str:
    return _WORDS.sub("-", text.lower()).strip("-")


def _matches(patterns: Iterable[str], model: str) -> bool:
    """Whether *model*, or what is left of it after its first words (a maker's name), is one of *patterns*."""
    words = _spelled(model).split("-")
    tails = ["-".join(words[start:]) for start in range(len(words))]
    return any(fnmatchcase(tail, pattern) for pattern in patterns for tail in tails)


def _merged(table: Table, maker: Table, product: Table) -> dict[str, Any]:
    """What holds for a product, then what holds for its maker, then what holds for all."""
    merged: dict[str, Any] = {}
    for part in (table.get("any", {}), maker, product):
        for name, value in part.items():
            if name in _LISTS:
                merged[name] = [*value, *merged.get(name, ())]
            elif isinstance(value, dict):
                merged[name] = {**merged.get(name, {}), **value}
            elif name not in _OWN:
                merged[name] = value
    return merged


def _rules(table: Table) -> FieldRules:
    return FieldRules(parse_rules({"thing": "urn:x", **table}))
