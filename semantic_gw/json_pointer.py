"""JSON Pointers (RFC 6901): where something stands in a JSON document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_BAD_ESCAPE: Final = re.compile(r"~(?![01])")

Tokens = tuple[str, ...]
"""A JSON Pointer, taken apart (RFC 6901, 4)."""


def parse_pointer(text: str) -> Tokens:
    """The reference tokens of a JSON Pointer. Raises ValueError.

    >>> parse_pointer("/color/x~1y")
    ('color', 'x/y')
    """
    if not text:
        return ()
    if not text.startswith("/"):
        raise ValueError(f"{text!r} is not a JSON Pointer: it must be empty or start with /")
    if _BAD_ESCAPE.search(text):
        raise ValueError(f"{text!r} is not a JSON Pointer: ~ must be written ~0")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text[1:].split("/"))


def format_pointer(tokens: Iterable[str]) -> str:
    """The JSON Pointer of *tokens*.

    >>> format_pointer(("color", "x/y"))
    '/color/x~1y'
    """
    names = tuple(tokens)
    text = "/" + "/".join(names) if names else ""
    plain = "~" not in text and text.count("/") == len(names)
    return text if plain else "".join(map(step, names))


def step(name: str | int) -> str:
    """One step of a JSON Pointer: the member called *name*, or the item at that index (RFC 6901, 3).

    >>> step("a/b~"), step(0)
    ('/a~1b~0', '/0')
    """
    return "/" + str(name).replace("~", "~0").replace("/", "~1")
