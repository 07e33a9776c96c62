"""How large a JSON-LD document may be before the JSON-LD processor sees it.

The processor works through nested contexts again for every object below them, so that a few kilobytes can cost
minutes. Every real Thing Description we know is ten times below each limit; at the limits the processor takes seconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from semantic_gw.errors import DescribingError
from semantic_gw.model import Json

MAX_BYTES: Final = 1024 * 1024
"""Of all texts and names together."""
MAX_TEXT_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 64
MAX_MEMBERS: Final = 2_000
"""Of one object; so also languages of one text."""
MAX_ITEMS: Final = 2_000
"""Of one array."""
MAX_OBJECTS: Final = 10_000
MAX_CONTEXTS: Final = 16
MAX_TERMS: Final = 5_000
"""Of all contexts written into the document."""
MAX_TERMS_TIMES_OBJECTS: Final = 200_000
MAX_BITS: Final = 1024
"""Of an integer."""

_UTF_8: Final = 4
"""Most bytes of one character."""

_KEYWORD: Final = re.compile(r"@[A-Za-z]+")
_KEYWORDS: Final = frozenset(
    {
        "@base", "@container", "@context", "@direction", "@graph", "@id", "@included", "@index", "@json", "@language",
        "@list", "@nest", "@none", "@prefix", "@propagate", "@protected", "@reverse", "@set", "@type", "@value",
        "@version", "@vocab",
    }
)  # fmt: skip


def check(document: Mapping[str, Json]) -> bool:
    """Whether *document* is ordinary: JSON as decoded, far from every limit, with contexts at the top only.

    Raises DescribingError where it is over a limit, imports a context, or is no JSON.
    """
    if _is_ordinary(document):
        return True
    _Census().count(document)
    return False


def _is_ordinary(document: Json) -> bool:
    if document.__class__ is not dict:
        return False
    census = _Census()
    if "@context" in document:
        census.count({"@context": document["@context"]})
    glance = _Glance()
    rest = {name: value for name, value in document.items() if name != "@context"}
    return glance.is_ordinary(rest) and census.terms * glance.objects <= MAX_TERMS_TIMES_OBJECTS


class _Glance:
    """A quick look at a document, level by level, without pointers: it says whether, not where."""

    def __init__(self) -> None:
        self.objects = 0
        self._texts: list[str] = []

    def is_ordinary(self, document: Mapping[str, Json]) -> bool:
        level: list[Json] = [document]
        for _ in range(MAX_DEPTH):
            below = self._below(level)
            if not below:
                return below is not None and self.objects <= MAX_OBJECTS and _is_short(self._texts)
            level = below
        return False

    def _below(self, level: list[Json]) -> list[Json] | None:
        """What the values of a *level* hold; None where one is not ordinary."""
        below: list[Json] = []
        for value in level:
            kind = value.__class__
            if kind is str:
                self._texts.append(value)
            elif kind is dict and len(value) <= MAX_MEMBERS and "@context" not in value:
                self.objects += 1
                self._texts += value
                below += value.values()
            elif kind is list and len(value) <= MAX_ITEMS:
                below += value
            elif not _is_ordinary_scalar(value):
                return None
        return below


def _is_ordinary_scalar(value: Json) -> bool:
    if value is None or value is True or value is False:
        return True
    if value.__class__ is int:
        return bool(value.bit_length() <= MAX_BITS)
    return value.__class__ is float and math.isfinite(value)


def _is_short(texts: list[str]) -> bool:
    """Whether *texts* are texts, none of them too long, nor all of them together."""
    try:
        size = len("".join(texts).encode())
    except (TypeError, UnicodeEncodeError):
        return False
    return size <= MAX_TEXT_BYTES or (size <= MAX_BYTES and max(map(len, texts)) <= MAX_TEXT_BYTES // _UTF_8)


class _Place(NamedTuple):
    value: Json
    pointer: str
    depth: int
    within_context: bool


class _Census:
    """Counts what a document is made of, without recursion."""

    def __init__(self) -> None:
        self.bytes = 0
        self.objects = 0
        self.contexts = 0
        self.terms = 0

    def count(self, document: Json) -> None:
        places = [_Place(document, "", 1, within_context=False)]
        while places:
            place = places.pop()
            _at_most(MAX_DEPTH, place.depth, "levels", place.pointer)
            places += self._children(place)
        product = self.terms * self.objects
        _at_most(MAX_TERMS_TIMES_OBJECTS, product, "terms of its own contexts times objects", "")

    def _children(self, place: _Place) -> Iterator[_Place]:
        value = place.value
        if isinstance(value, Mapping):
            return self._members(place, value)
        if isinstance(value, list | tuple):
            _at_most(MAX_ITEMS, len(value), "items", place.pointer)
            below = place.depth + 1
            return (_Place(v, f"{place.pointer}/{i}", below, place.within_context) for i, v in enumerate(value))
        self._scalar(value, place)
        return iter(())

    def _members(self, place: _Place, value: Mapping[str, Json]) -> Iterator[_Place]:
        _at_most(MAX_MEMBERS, len(value), "members", place.pointer)
        if place.within_context:
            self.terms += len(value)
            _at_most(MAX_TERMS, self.terms, "terms in its own contexts", place.pointer)
        else:
            self.objects += 1
            _at_most(MAX_OBJECTS, self.objects, "objects", place.pointer)
        for name, inner in value.items():
            pointer = f"{place.pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
            self._name(name, inner, pointer, place)
            yield _Place(inner, pointer, place.depth + 1, place.within_context or name == "@context")

    def _name(self, name: Json, inner: Json, pointer: str, place: _Place) -> None:
        if not isinstance(name, str):
            raise DescribingError(f"{name!r} is no name of a JSON member", pointer=pointer)
        self._text(name, pointer)
        if name == "@context":
            self.contexts += len(inner) if isinstance(inner, list | tuple) else 1
            _at_most(MAX_CONTEXTS, self.contexts, "contexts", pointer)
        if place.within_context:
            _keyword(name, pointer)

    def _scalar(self, value: Json, place: _Place) -> None:
        if isinstance(value, str):
            self._text(value, place.pointer)
            if place.within_context:
                _keyword(value, place.pointer)
        elif isinstance(value, int):
            _at_most(MAX_BITS, value.bit_length(), "bits", place.pointer)
        elif value is not None and not (isinstance(value, float) and math.isfinite(value)):
            raise DescribingError(f"{value!r} is no JSON value", pointer=place.pointer)

    def _text(self, text: str, pointer: str) -> None:
        try:
            size = len(text.encode())
        except UnicodeEncodeError as error:
            raise DescribingError(f"a text with half a surrogate pair: {error}", pointer=pointer) from error
        _at_most(MAX_TEXT_BYTES, size, "bytes of one text", pointer)
        self.bytes += size
        _at_most(MAX_BYTES, self.bytes, "bytes", pointer)


def _keyword(text: str, pointer: str) -> None:
    if text == "@import":
        raise DescribingError("@import: no context is imported; write its terms into the document", pointer=pointer)
    if _KEYWORD.fullmatch(text) and text not in _KEYWORDS:
        raise DescribingError(f"{text} is no keyword of JSON-LD 1.1", pointer=pointer, value=text)


def _at_most(limit: int, count: int, what: str, pointer: str) -> None:
    if count > limit:
        raise DescribingError(f"{count:,} {what}; at most {limit:,} are read", pointer=pointer)
