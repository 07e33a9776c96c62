"""What is no measurement by its own name: settings, identifiers, versions, raw frames, what is about the transport.

The table is `unmeasured.toml`. A name is in it for what it says itself; one that says nothing stays unknown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from semantic_gw.lexicon.spelling import snake_case
from semantic_gw.model import Json

_TABLE: Final = Path(__file__).with_name("unmeasured.toml")
_MEMBERS: Final = frozenset({"reason", "names", "words", "endings", "inside", "unless"})
_NOTHING: Final = frozenset({"", "unavailable", "unknown", "none", "null", "nan", "n/a"})
_LONGEST: Final = 200
"""Characters of the longest path that is looked at."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Names that are no measurement for one *reason*; the file explains its members."""

    reason: str
    names: frozenset[str]
    words: frozenset[str]
    endings: tuple[str, ...]
    inside: frozenset[str]
    unless: frozenset[str]

    def has(self, name: str, words: frozenset[str], around: frozenset[str]) -> bool:
        if not self.unless.isdisjoint(words):
            return False
        told = name in self.names or name.endswith(self.endings) or not self.words.isdisjoint(words)
        return told or not self.inside.isdisjoint(around)


def unmeasured(path: tuple[str, ...]) -> str:
    """Why the value at *path* is no measurement, by its name or one around it; empty where they do not say so.

    >>> unmeasured(("settings", "led")), unmeasured(("firmwareVersion",)), unmeasured(("bananas",))
    ('how the device is set up', 'which version of something it has', '')
    """
    return _reason(path) if path and sum(map(len, path)) <= _LONGEST else ""


@lru_cache(maxsize=16_384)
def _reason(path: tuple[str, ...]) -> str:
    spelled = [_spelled(name) for name in path]
    around = frozenset(word for name in spelled[:-1] for word in _words(name))
    name, words = spelled[-1], frozenset(_words(spelled[-1]))
    return next((row.reason for row in _rows() if row.has(f"_{name}", words, around)), "")


def says_nothing(value: Json) -> str:
    """Why *value* is a word for none, as platforms write it in the place of one; empty where it is not.

    >>> says_nothing("unavailable"), says_nothing("on")
    ("'unavailable' says that there is no value", '')
    """
    is_word = isinstance(value, str) and value.strip().lower() in _NOTHING
    return f"{value!r} says that there is no value" if is_word else ""


def _spelled(name: str) -> str:
    return snake_case(name).rstrip("0123456789_")


def _words(name: str) -> list[str]:
    return [word.rstrip("0123456789") or word for word in name.split("_")]


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(map(_row, tomllib.loads(_TABLE.read_text("utf-8"))["unmeasured"]))


def _row(row: Mapping[str, Any]) -> _Row:
    if unknown := sorted(row.keys() - _MEMBERS):
        raise ValueError(f"{_TABLE.name} has no member {', '.join(unknown)}; there are {', '.join(sorted(_MEMBERS))}")
    return _Row(
        reason=row["reason"],
        names=frozenset(f"_{name}" for name in row.get("names", ())),
        words=frozenset(row.get("words", ())),
        endings=tuple(f"_{ending}" for ending in row.get("endings", ())),
        inside=frozenset(row.get("inside", ())),
        unless=frozenset(row.get("unless", ())),
    )
