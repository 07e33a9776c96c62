"""Sets of characters: what a class, an escape or a category of a regular expression stands for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_ALL: Final = 0x110000
_LAST_CASED: Final = 0x1E943
"""The last character of Unicode that has another case (of the script Adlam)."""


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """A set of characters by its *edges*: the code points where membership begins, ends, begins again."""

    edges: tuple[int, ...] = ()

    def __contains__(self, character: str) -> bool:
        return bisect_right(self.edges, ord(character)) % 2 == 1

    @property
    def ranges(self) -> list[tuple[int, int]]:
        """First and last code point of each run."""
        return [(low, high - 1) for low, high in zip(self.edges[::2], self.edges[1::2], strict=True)]

    def complement(self) -> CharacterSet:
        edges = self.edges[1:] if self.edges[:1] == (0,) else (0, *self.edges)
        return CharacterSet(edges[:-1] if edges[-1:] == (_ALL,) else (*edges, _ALL))

    def without(self, other: CharacterSet) -> CharacterSet:
        return union(self.complement(), other).complement()

    def meets(self, other: CharacterSet) -> bool:
        """Whether the two have a character in common."""
        few, many = sorted((self.edges, other.edges), key=len)
        for low, high in zip(few[::2], few[1::2], strict=True):
            place = bisect_right(many, low)
            if place % 2 or (place < len(many) and many[place] < high):
                return True
        return False


def union(*sets: CharacterSet) -> CharacterSet:
    filled = [one for one in sets if one.edges]
    if len(filled) <= 1:
        return filled[0] if filled else CharacterSet()
    edges: list[int] = []
    for low, high in sorted(pair for one in filled for pair in zip(one.edges[::2], one.edges[1::2], strict=True)):
        if edges and low <= edges[-1]:
            edges[-1] = max(edges[-1], high)
        else:
            edges += (low, high)
    return CharacterSet(tuple(edges))


def between(first: str, last: str) -> CharacterSet:
    """The characters from *first* to *last*."""
    return CharacterSet((ord(first), ord(last) + 1))


def of(characters: Iterable[str]) -> CharacterSet:
    return union(*(between(one, one) for one in characters))


def of_class(text: str) -> CharacterSet:
    """What a class of `re` stands for that is made of single characters and ranges, without escapes."""
    return union(*(between(first, last or first) for first, last in re.findall(r"(.)(?:-(.))?", text, re.DOTALL)))


ANY: Final = CharacterSet((0, _ALL))
SPACE: Final = of("\t\n\r ")
NOT_LINE_END: Final = of("\n\r").complement()
NAME_START: Final = of_class(
    ":A-Z_a-zÀ-ÖØ-öø-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
r"""`\i`: NameStartChar of XML 1.0, fifth edition (XSD 1.1 part 2, G.4.2.5)."""
NAME: Final = union(NAME_START, of("-.·"), of_class("0-9\u0300-\u036f\u203f-\u2040"))
r"""`\c`: NameChar of the same."""


@lru_cache(maxsize=64)
def category(name: str) -> CharacterSet:
    r"""The characters of `\p{name}`: a general category of Unicode, or a block after `Is`. Raises KeyError."""
    # elementpath has the tables of Unicode, and takes a tenth of a second to import
    from elementpath.regex import unicode_block, unicode_category  # noqa: PLC0415

    table = unicode_block(name[2:]) if name.startswith("Is") else unicode_category(name)
    pairs = [point if isinstance(point, tuple) else (point, point + 1) for point in table.codepoints]
    return union(*(CharacterSet(pair) for pair in pairs))


@lru_cache(maxsize=16)
def escaped(letter: str) -> CharacterSet:
    r"""The characters of `\letter` (XSD 1.1 part 2, G.4.2.5). Raises KeyError where there is no such escape."""
    if letter.isupper():
        return escaped(letter.lower()).complement()
    if letter == "d":
        return category("Nd")
    if letter == "w":
        return union(category("P"), category("Z"), category("C")).complement()
    return {"s": SPACE, "i": NAME_START, "c": NAME}[letter]


def in_any_case(characters: CharacterSet) -> CharacterSet:
    """*characters* and their case variants (functions 3.1, 5.6.2, flag i)."""
    variants = [other for one, others in _case_variants().items() if one in characters for other in others]
    return union(characters, of(variants))


@lru_cache(maxsize=1)
def _case_variants() -> dict[str, frozenset[str]]:
    """Character → those with the same lower-case or the same upper-case form, for those that have others."""
    cased = [c for c in map(chr, range(_LAST_CASED + 1)) if c.lower() != c or c.upper() != c]
    same: dict[tuple[str, str], set[str]] = {}
    for character in cased:
        same.setdefault(("lower", character.lower()), set()).add(character)
        same.setdefault(("upper", character.upper()), set()).add(character)
    return {c: frozenset(same["lower", c.lower()] | same["upper", c.upper()]) for c in cased}


def are_variants(left: str, right: str) -> bool:
    """Whether two texts are the same but for case."""
    return len(left) == len(right) and all(
        one == other or one.lower() == other.lower() or one.upper() == other.upper()
        for one, other in zip(left, right, strict=True)
    )
