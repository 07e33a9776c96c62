"""What is to be known of a family's names before the lexicon is asked: the part of a reading table that tells of names.

| member | meaning |
|---|---|
| `unit_words` | true where names carry their unit as a word: `BatV`, `TempC_SHT`, `pressure_hPa` (see unit_words.py) |
| `which` | words of names that tell only which of several: `["sht", "ch", "probe"]` |
| `plain` | words of members that tell nothing of what stands in them: `["values", "data"]` |
| `changing` | words of members that make something else of what stands in them: `["alarm", "limit"]`; others do not |
| `synonyms` | what the lexicon calls a name: `{bat = "battery"}`; of several the first that is known for the value |
| `convention` | units of names that come without one: `[{names, unit, least, most}]`; the first that holds the number |
| `truths` | names of values that write truth as 0 and 1: `["leak", "occupied"]` |

Names are spelled here as the lexicon spells them, in snake case.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from semantic_gw.json_pointer import Tokens
from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.model import Json
from semantic_gw.readers.unit_words import other_paths

NAME_MEMBERS: Final = frozenset(("unit_words", "which", "plain", "changing", "synonyms", "convention", "truths"))
_CONVENTION_MEMBERS: Final = frozenset(("names", "unit", "least", "most"))


@dataclass(frozen=True, slots=True)
class Convention:
    """A unit that names have by convention, for numbers from *least* to *most*."""

    unit: str
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True, slots=True)
class Named:
    """What the path of a value tells."""

    also: tuple[tuple[Tokens, str], ...] = ()
    """Other paths that the lexicon may know it by, best first, each with the unit in its name."""
    truth: bool = False
    """Whether 0 and 1 are truth values."""
    by_convention: bool = False
    """Whether a convention gives one of the paths a unit."""


NOTHING: Final = Named()


@dataclass(frozen=True, slots=True)
class NameRules:
    """The rules of a family's names."""

    unit_words: bool = False
    which: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    conventions: Mapping[str, tuple[Convention, ...]] = field(default_factory=dict)
    truths: frozenset[str] = frozenset()

    def named(self, path: Tokens) -> Named:
        """What *path* tells."""
        if not (self.unit_words or self.which or self.plain or self.synonyms or self.conventions or self.truths):
            return NOTHING
        also = tuple(dict.fromkeys(self._others(path)))
        spelled = [snake_case(other[-1]) for other in (path, *(other for other, _ in also))]
        return Named(
            also,
            truth=not self.truths.isdisjoint(spelled),
            by_convention=any(name in self.conventions for name in spelled),
        )

    def unit(self, path: Tokens, value: float) -> str:
        """The unit of the number *value* at *path* by convention; empty where there is none for such a number."""
        conventions = self.conventions.get(snake_case(path[-1]), ())
        return next((one.unit for one in conventions if one.least <= value <= one.most), "")

    def _others(self, path: Tokens) -> Iterator[tuple[Tokens, str]]:
        """Simpler paths, and those by another word, next to the path they are another word for."""
        others = other_paths(path, self.which, self.plain, self.changing, units=self.unit_words)
        for other, unit in ((path, ""), *others):
            if other != path:
                yield other, unit
            for name in self.synonyms.get(snake_case(other[-1]), ()):
                yield (*other[:-1], name), unit


NO_RULES: Final = NameRules()


def parse_names(table: Mapping[str, Any]) -> NameRules:
    """The rules of names in a reading table. Raises ValueError."""
    return NameRules(
        unit_words=bool(table.get("unit_words", False)),
        which=frozenset(table.get("which", ())),
        plain=frozenset(table.get("plain", ())),
        changing=frozenset(table.get("changing", ())),
        synonyms={name: tuple(_several(others)) for name, others in table.get("synonyms", {}).items()},
        conventions=_conventions(table.get("convention", ())),
        truths=frozenset(table.get("truths", ())),
    )


def _conventions(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Convention, ...]]:
    found: dict[str, tuple[Convention, ...]] = {}
    for row in rows:
        if unknown := sorted(row.keys() - _CONVENTION_MEMBERS):
            known = ", ".join(sorted(_CONVENTION_MEMBERS))
            raise ValueError(f"a convention has no member {', '.join(unknown)}; there are {known}")
        one = Convention(row["unit"], float(row.get("least", -math.inf)), float(row.get("most", math.inf)))
        for name in row["names"]:
            found[name] = (*found.get(name, ()), one)
    return found


def _several(value: Json) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value
