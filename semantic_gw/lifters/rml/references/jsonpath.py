"""JSONPath (RFC 9535) as references: names, indexes and `[*]` are walked directly, the rest by a library.

A loose reference may leave out the `$`, and name members with characters that RFC 9535 wants in quotes:
`Country Code`, `a.b[0]`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import jsonpath_rfc9535
from jsonpath_rfc9535.exceptions import JSONPathError
from jsonpath_rfc9535.segments import JSONPathChildSegment
from jsonpath_rfc9535.selectors import IndexSelector, NameSelector, WildcardSelector

from semantic_gw.errors import MappingError
from semantic_gw.lifters.rml.model import LogicalSource, Place, Reference
from semantic_gw.model import Json

EACH: Final = None
"""The step `[*]`."""

EMPTY: Final[list[Json]] = []
"""What a collection gives that is there, and has nothing in it: no value, but nothing that is missing either."""

Steps = tuple[str | int | None, ...]
"""Members by name, elements by index, and EACH of them."""

_Read = Callable[[Json], Sequence[Json]]

_LOOSE: Final = re.compile(
    r"""\.?(?P<name>[^.\[\]]+)|\[(?P<index>-?\d+|\*)\]|\[(?P<quote>['"])(?P<quoted>[^'"]*)(?P=quote)\]"""
)


def compile_reference(source: LogicalSource, reference: Reference) -> _Read:
    """What reads *reference*. Raises MappingError where it is no JSONPath."""
    return _compile(reference.text, reference.place, loose=source.loose or not reference.text.startswith("$"))


def compile_iterator(source: LogicalSource) -> _Read:
    """What finds the iterations of a document; without an iterator, it is the document. Raises MappingError."""
    return _compile(source.iterator or "$", source.place.within("iterator"), loose=source.loose)


def steps(text: str, place: Place, *, loose: bool = False) -> Steps | None:
    """The steps of *text*, or None where it is more than steps. Raises MappingError where it is no JSONPath."""
    try:
        return _steps(jsonpath_rfc9535.compile(text if text.startswith("$") or not loose else _rooted(text)))
    except JSONPathError as error:
        found = _loose_steps(text) if loose else None
        if found is None:
            raise _refused(text, place, error) from None
        return found


def reach(text: str, place: Place, *, loose: bool = False) -> tuple[Steps, bool]:
    """Where *text* leads at most: steps, where any choice of several counts for all; and whether to all below these.

    Raises MappingError where it is no JSONPath.

    >>> reach("$.a[?@.b > 1].c", Place("m")), reach("$.a..b", Place("m"))
    ((('a', None, 'c'), False), (('a',), True))
    """
    found = steps(text, place, loose=loose)
    if found is not None:
        return found, False
    reached: list[str | int | None] = []
    for segment in jsonpath_rfc9535.compile(text if text.startswith("$") else _rooted(text)).segments:
        if not isinstance(segment, JSONPathChildSegment):
            return tuple(reached), True
        only = segment.selectors[0] if len(segment.selectors) == 1 else None
        reached.append(_step(only))
    return tuple(reached), False


def _compile(text: str, place: Place, *, loose: bool) -> _Read:
    found = steps(text, place, loose=loose)
    if found is not None:
        return _walker(found)
    query = jsonpath_rfc9535.compile(text if text.startswith("$") else _rooted(text))
    return lambda value: [node.value for node in query.finditer(value)]


def _rooted(text: str) -> str:
    return f"${text}" if text.startswith("[") else f"$.{text}"


def _refused(text: str, place: Place, error: JSONPathError) -> MappingError:
    at = f" at character {error.token.index + 1}" if error.token else ""
    return MappingError(f"{place}: {text!r} is no JSONPath (RFC 9535): {error.args[0]}{at}")


def _steps(query: jsonpath_rfc9535.JSONPathQuery) -> Steps | None:
    found: list[str | int | None] = []
    for segment in query.segments:
        if not isinstance(segment, JSONPathChildSegment) or len(segment.selectors) != 1:
            return None
        selector = segment.selectors[0]
        if not isinstance(selector, NameSelector | IndexSelector | WildcardSelector):
            return None
        found.append(_step(selector))
    return tuple(found)


def _step(selector: object) -> str | int | None:
    """The step that *selector* is; EACH for one that chooses among several."""
    if isinstance(selector, NameSelector):
        return selector.name
    return selector.index if isinstance(selector, IndexSelector) else EACH


def _loose_steps(text: str) -> Steps | None:
    rest = text.removeprefix("$")
    found: list[str | int | None] = []
    position = 0
    while position < len(rest):
        match = _LOOSE.match(rest, position)
        if match is None:
            return None
        found.append(_loose_step(match))
        position = match.end()
    return tuple(found) or None


def _loose_step(match: re.Match[str]) -> str | int | None:
    if match["name"] is not None:
        return EACH if match["name"] == "*" else match["name"]
    if match["quoted"] is not None:
        return match["quoted"]
    return EACH if match["index"] == "*" else int(match["index"])


def _walker(found: Steps) -> _Read:
    """What walks *found*, as short as it can be."""
    if len(found) == 1 and isinstance(found[0], str):
        name = found[0]
        return lambda value: (value[name],) if isinstance(value, Mapping) and name in value else ()
    if EACH not in found:
        return lambda value: list(walk(value, found))
    collection = found[: found.index(EACH)]

    def read(value: Json) -> Sequence[Json]:
        values = list(walk(value, found))
        return values or (EMPTY if list(walk(value, collection)) else ())

    return read


def walk(value: Json, found: Steps) -> Iterator[Json]:
    """The values that the steps *found* lead to from *value*.

    >>> list(walk({"a": [{"b": 1}, {}, {"b": 2}]}, ("a", EACH, "b")))
    [1, 2]
    """
    if not found:
        yield value
        return
    first, rest = found[0], found[1:]
    for child in _children(value, first):
        yield from walk(child, rest)


def _children(value: Json, step: str | int | None) -> Sequence[Json]:
    if isinstance(step, str):
        return (value[step],) if isinstance(value, Mapping) and step in value else ()
    if step is EACH:
        return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    within = isinstance(value, list) and -len(value) <= step < len(value)
    return (value[step],) if within else ()
