"""What every decoded payload must be, whatever its media type: bounded in depth, and in the length of its integers."""

from __future__ import annotations

from collections.abc import Iterator

from semantic_gw.errors import DecodingError
from semantic_gw.json_pointer import step
from semantic_gw.model import Json

MAX_DEPTH = 64
"""Deepest nesting of objects and arrays."""

MAX_DIGITS = 128
"""Most decimal digits of an integer: beyond 64 bits it stays exact, beyond this it is refused."""

_LARGEST = 10**MAX_DIGITS - 1


def count_members(tree: Json) -> int:
    """The number of members in all objects of *tree*.

    Raises DecodingError where it is nested too deep or holds too long an integer.

    >>> count_members([{"a": 1, "b": {"c": 2}}])
    3
    """
    members = 0
    level: list[Json] = [(tree,)]
    for _ in range(MAX_DEPTH + 1):
        inner: list[Json] = []
        for node in level:
            values = node
            if type(node) is dict:
                members += len(node)
                values = node.values()
            for value in values:
                kind = type(value)
                if kind is dict or kind is list:
                    inner.append(value)
                elif kind is int and not -_LARGEST <= value <= _LARGEST:
                    raise integer_too_long(_pointer_to(value, tree))
        if not inner:
            return members
        level = inner
    raise too_deep()


def too_deep() -> DecodingError:
    return DecodingError(f"objects and arrays are nested deeper than {MAX_DEPTH} levels")


def integer_too_long(pointer: str) -> DecodingError:
    return DecodingError(
        f"an integer has more than {MAX_DIGITS} digits: send an identifier as a string", pointer=pointer
    )


def _pointer_to(wanted: Json, tree: Json) -> str:
    return next(pointer for pointer, value in _walk(tree, "", MAX_DEPTH) if value is wanted)


def _walk(tree: Json, pointer: str, depth: int) -> Iterator[tuple[str, Json]]:
    yield pointer, tree
    if depth and isinstance(tree, (dict, list)):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for name, value in items:
            yield from _walk(value, pointer + step(name), depth - 1)
