"""How a finding calls a place in a document, and what stands there: short, whatever its size."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Iterator
from typing import Final

from semantic_gw.json_pointer import parse_pointer, step
from semantic_gw.model import Finding, Json

MOST_FINDINGS: Final = 100
"""Most findings told of one document."""

_MOST_SHOWN: Final = 60
"""Longest text, number or name shown, in characters."""

_LONGEST_POINTER: Final = 1000
"""Longest pointer told, in characters; for a place farther away its nearest ancestor within is told."""

_OF_TYPE: Final = {
    "string": "a string",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "an object",
    "array": "an array",
    "null": "null",
}


def shown(value: Json) -> str:
    """*value* in a sentence: a scalar as JSON, cut where it is long; a structure by its kind.

    >>> shown("mqtt://" + "x" * 100), shown({"a": 1}), shown([])
    ('"mqtt://xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"', 'an object', 'an empty array')
    """
    if isinstance(value, (dict, list)):
        return ("an empty " if not value else "an ") + ("object" if isinstance(value, dict) else "array")
    if isinstance(value, str):
        return json.dumps(_cut(value), ensure_ascii=False)
    return _cut(json.dumps(value))


def below(pointer: str, name: str | int) -> str:
    """The pointer of the member or item *name* of what stands at *pointer*; one too long to be told grows no more.

    >>> below("/properties", "a/b")
    '/properties/a~1b'
    """
    if len(pointer) > _LONGEST_POINTER:
        return pointer
    return pointer + step(name if isinstance(name, int) else name[: _LONGEST_POINTER + 1])


def called(pointer: str) -> str:
    """The name of the place at *pointer*.

    >>> called("/properties/on/forms/0/href"), called("/security/1"), called("")
    ('href', 'security[1]', 'the document')
    """
    if not pointer:
        return "the document"
    *outer, name = parse_pointer(pointer)
    if name.isdecimal() and outer:
        return f"{_cut(outer[-1])}[{_cut(name)}]"
    return _cut(name) or '""'


def one_of(types: str | Iterable[str]) -> str:
    """JSON Schema's names of types, as words.

    >>> one_of(["string", "array"])
    'a string or an array'
    """
    return " or ".join(_OF_TYPE[name] for name in ([types] if isinstance(types, str) else types))


def listed(names: Iterable[str], most: int = 12) -> str:
    """*names* with commas, the first of many.

    >>> listed("abc", most=2), listed([])
    ('a, b and 1 more', 'none')
    """
    all_names = list(names)
    rest = f" and {len(all_names) - most} more" if len(all_names) > most else ""
    return ", ".join(_cut(name) for name in heapq.nsmallest(most, all_names)) + rest or "none"


def told(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The first hundred of *findings*, one a place, none with a pointer longer than people read."""
    return tuple(found for found, _ in zip(_one_a_place(findings), range(MOST_FINDINGS), strict=False))


def _one_a_place(findings: Iterable[Finding]) -> Iterator[Finding]:
    places = set()
    for pointer, detail in findings:
        place = pointer if len(pointer) <= _LONGEST_POINTER else pointer[:_LONGEST_POINTER].rpartition("/")[0]
        if pointer not in places:
            places.add(pointer)
            yield Finding(place, detail)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"
