"""What is to be known of a family's names before the lexicon is asked: the part of a reading table that tells of names.

| member | meaning |
|---|---|
| `unit_words` | true where names carry their unit as a word: `BatV`, `TempC_SHT`, `pressure_hPa` (see unit_words.py) |
| `which` | words of names that tell only which of several: `["sht", "ch", "probe"]` |
| `plain` | words of members that tell nothing of what stands in them: `["values", "data"]` |
| `changing` | words of members that make something else of what stands in them: `["alarm", "limit"]`; others do not |
| `synonyms` | what the lexicon calls a name: `{bat = "battery"}`; of several the first that is known for the value |
| `heads` | last words that tell by themselves what is measured, and the words that make something else of it |
| `statistics` | words of a lowest, highest or mean value: `temperature_min` is looked up as `statistic/temperature` |
| `convention` | units of names that come without one: `[{names, unit, least, most, fraction}]`; the first that fits |
| `truths` | names of values that write truth as 0 and 1: `["leak", "occupied"]` |

A head stands after words that say which of several it is of: with `[{names = ["count"], as = "event_count", unless =
["time"]}]` a `door_count` is looked up as `event_count`, a `time_count` is not. Likewise `statistics = {words, first,
unless}`; those of `first` may stand before the name, too: a `mean_temperature` is no limit, a
`max_temperature` may be one. With `fraction`, a convention holds only for numbers that have one.

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
from semantic_gw.readers.unit_words import other_names, other_paths, words_of

NAME_MEMBERS: Final = frozenset(
    ("unit_words", "which", "plain", "changing", "synonyms", "heads", "statistics", "convention", "truths")
)
_CONVENTION_MEMBERS: Final = frozenset(("names", "unit", "least", "most", "fraction"))
_HEAD_MEMBERS: Final = frozenset(("names", "as", "unless"))
_STATISTIC_MEMBERS: Final = frozenset(("words", "first", "unless"))


STATISTIC: Final = "statistic"
"""Where the lexicon has the kinds of lowest, highest and mean values."""


@dataclass(frozen=True, slots=True)
class Convention:
    """A unit that names have by convention, for numbers from *least* to *most*."""

    unit: str
    least: float = -math.inf
    most: float = math.inf
    fraction: bool = False

    def holds(self, value: float) -> bool:
        return self.least <= value <= self.most and not (self.fraction and float(value).is_integer())


@dataclass(frozen=True, slots=True)
class Words:
    """Words of names, and those beside them that make something else of them."""

    words: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    """Those that may stand before the name."""
    known_as: str = ""
    """What the lexicon is asked for instead."""


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
NO_WORDS: Final = Words()


@dataclass(frozen=True, slots=True)
class NameRules:
    """The rules of a family's names."""

    unit_words: bool = False
    which: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    changing: frozenset[str] = frozenset()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heads: tuple[Words, ...] = ()
    """Last words of names."""
    statistics: Words = NO_WORDS
    conventions: Mapping[str, tuple[Convention, ...]] = field(default_factory=dict)
    truths: frozenset[str] = frozenset()

    def named(self, path: Tokens) -> Named:
        """What *path* tells."""
        if self == NO_RULES:
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
        return next((one.unit for one in conventions if one.holds(value)), "")

    def _others(self, path: Tokens) -> Iterator[tuple[Tokens, str]]:
        """Simpler paths, and those by another word, next to the path they are another word for."""
        others = tuple(other_paths(path, self.which, self.plain, self.changing, units=self.unit_words))
        for other, unit in ((path, ""), *others, *self._by_head(path, others), *self._by_statistic(path, others)):
            if other != path:
                yield other, unit
            for name in self.synonyms.get(snake_case(other[-1]), ()):
                yield (*other[:-1], name), unit

    def _by_head(self, path: Tokens, others: Iterable[tuple[Tokens, str]]) -> Iterator[tuple[Tokens, str]]:
        """The last word of the name, where that is what is measured, with the unit that the name has."""
        around = [word for name in path[:-1] for word in words_of(name)]
        for other, unit in ((path, ""), *others):
            words = words_of(other[-1])
            for head in self.heads:
                if len(words) > 1 and words[-1] in head.words and head.unless.isdisjoint((*words[:-1], *around)):
                    yield (head.known_as or words[-1],), unit

    def _by_statistic(self, path: Tokens, others: Iterable[tuple[Tokens, str]]) -> Iterator[tuple[Tokens, str]]:
        """What a lowest, highest or mean value is of: `temperature_min`, `temperature/min`, `avg_temperature_c`."""
        around = [word for name in path[:-1] for word in words_of(name)]
        for other, unit in ((path, ""), *others):
            words = words_of(other[-1]) or [""]
            base = words[:-1] if words[-1] in self.statistics.words else words[words[0] in self.statistics.first :]
            if base and base != words and self.statistics.unless.isdisjoint((*base, *around)):
                yield (STATISTIC, "_".join(base)), unit
                for name, told in other_names("_".join(base), self.which, units=self.unit_words):
                    yield (STATISTIC, name), unit or told


NO_RULES: Final = NameRules()


def parse_names(table: Mapping[str, Any]) -> NameRules:
    """The rules of names in a reading table. Raises ValueError."""
    return NameRules(
        unit_words=bool(table.get("unit_words", False)),
        which=frozenset(table.get("which", ())),
        plain=frozenset(table.get("plain", ())),
        changing=frozenset(table.get("changing", ())),
        heads=tuple(_words(row, "names", _HEAD_MEMBERS) for row in table.get("heads", ())),
        statistics=_words(table.get("statistics", {}), "words", _STATISTIC_MEMBERS),
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
        least, most = float(row.get("least", -math.inf)), float(row.get("most", math.inf))
        one = Convention(row["unit"], least, most, bool(row.get("fraction", False)))
        for name in row["names"]:
            found[name] = (*found.get(name, ()), one)
    return found


def _words(row: Mapping[str, Any], name: str, members: frozenset[str]) -> Words:
    if unknown := sorted(row.keys() - members):
        raise ValueError(
            f"there is no member {', '.join(unknown)} beside {name}; there are {', '.join(sorted(members))}"
        )
    words, unless, first = (frozenset(row.get(member, ())) for member in (name, "unless", "first"))
    return Words(words, unless, first, row.get("as", ""))


def _several(value: Json) -> Iterable[str]:
    return (value,) if isinstance(value, str) else value
