"""How documents of a family look, wherever they come in: what a row `[[look.document]]` of a manifest says.

| member | meaning |
|---|---|
| `media_types` | the media types they may have; any by default |
| `item` | where the object stands that is looked at; the document itself by default; `*` is any member |
| `only` | the members it may have |
| `one_of` | lists of members; it has all of one of them |
| `at`, `matches` | places in the document, and a regular expression that the whole text at one of them matches |
| `role`, `reading`, `reason` | as in a row `[[route]]`; the role is `readings` by default |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from semantic_gw.json_pointer import Tokens, parse_pointer
from semantic_gw.model import Json
from semantic_gw.readers.templates import at

R = TypeVar("R")

_MEMBERS: Final = frozenset(
    {"media_types", "item", "only", "one_of", "at", "matches", "role", "reading", "reason"},
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a document is recognised by. What is not said is not asked for."""

    media_types: frozenset[str] = frozenset()
    item: Tokens = ()
    only: frozenset[str] = frozenset()
    one_of: tuple[frozenset[str], ...] = ()
    places: tuple[Tokens, ...] = ()
    matches: re.Pattern[str] | None = None

    @property
    def signs(self) -> frozenset[str]:
        """Names at the top of which every document has one that looks so; none where it may have any."""
        if self.item:
            names = {self.item[0]}
        elif self.one_of:
            names = {max(members, key=len, default="*") for members in self.one_of}
        else:
            names = {place[0] if place else "*" for place in self.places}
        return frozenset() if "*" in names else frozenset(names)

    def fits(self, document: Json, media_type: str) -> bool:
        """Whether *document*, that came as *media_type*, looks so."""
        if self.media_types and media_type not in self.media_types:
            return False
        return any(map(self._has_members, items(document, self.item))) and self._has_text(document)

    def _has_members(self, item: Json) -> bool:
        if not self.only and not self.one_of:
            return True
        if not isinstance(item, dict) or (self.only and not self.only.issuperset(item)):
            return False
        return not self.one_of or any(members <= item.keys() for members in self.one_of)

    def _has_text(self, document: Json) -> bool:
        if self.matches is None:
            return True
        texts = (at(document, place) for place in self.places)
        return any(isinstance(text, str) and self.matches.fullmatch(text) for text in texts)


class Looks(Generic[R]):
    """Rows by how documents look. Only those are asked whose signs a document has, however many there are."""

    def __init__(self, rows: Iterable[tuple[Look, R]]) -> None:
        self._rows = tuple(rows)
        self._anywhere: list[int] = []
        self._by_sign: dict[str, list[int]] = {}
        for index, (look, _) in enumerate(self._rows):
            for sign in look.signs:
                self._by_sign.setdefault(sign, []).append(index)
            if not look.signs:
                self._anywhere.append(index)
        self._indices = [sign for sign in self._by_sign if sign.isdigit()]

    def find(self, document: Json, media_type: str) -> R | None:
        """The first row that *document* looks like."""
        seen = self._signs(document)
        asked = sorted({*self._anywhere, *(index for sign in seen for index in self._by_sign[sign])})
        rows = (self._rows[index] for index in asked)
        return next((row for look, row in rows if look.fits(document, media_type)), None)

    def _signs(self, document: Json) -> Iterable[str]:
        if isinstance(document, dict):
            return document.keys() & self._by_sign.keys()
        return self._indices if isinstance(document, list) else ()


def items(document: Json, place: Tokens) -> Iterable[Json]:
    """What stands at *place*, in which `*` is any member of an object."""
    if "*" not in place:
        return (at(document, place),)
    star = place.index("*")
    around = at(document, place[:star])
    members = around.values() if isinstance(around, dict) else ()
    return (found for member in members for found in items(member, place[star + 1 :]))


def parse_look(row: Mapping[str, Any]) -> Look:
    """The look that *row* tells. Raises ValueError that says which member is wrong, and what there is instead."""
    if unknown := sorted(row.keys() - _MEMBERS):
        raise ValueError(f"a look has no member {', '.join(unknown)}; there are {', '.join(sorted(_MEMBERS))}")
    if ("matches" in row) != ("at" in row):
        raise ValueError("a look has `at` and `matches`, or neither")
    return Look(
        media_types=frozenset(row.get("media_types", ())),
        item=parse_pointer(row.get("item", "")),
        only=frozenset(row.get("only", ())),
        one_of=tuple(map(frozenset, row.get("one_of", ()))),
        places=tuple(map(parse_pointer, row.get("at", ()))),
        matches=re.compile(row["matches"]) if "matches" in row else None,
    )
