"""JSON Pointers (RFC 6901), also in the fragment of a URI (6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from semantic_gw.model import Json

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_BAD_ESCAPE: Final = re.compile(r"~(?![01])")


def pointer(*tokens: str | int) -> str:
    """The JSON Pointer of *tokens*.

    >>> pointer("properties", "a/b", 0)
    '/properties/a~1b/0'
    """
    return "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def tokens(text: str) -> tuple[str, ...]:
    """The reference tokens of the pointer *text*. Raises ValueError where it is none.

    >>> tokens("/properties/a~1b")
    ('properties', 'a/b')
    """
    if not text:
        return ()
    if not text.startswith("/"):
        raise ValueError(f"{text!r} is no JSON Pointer: it does not start with /")
    if _BAD_ESCAPE.search(text):
        raise ValueError(f"{text!r} is no JSON Pointer: ~ must be written ~0")
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in text[1:].split("/"))


def fragment_tokens(fragment: str) -> tuple[str, ...]:
    """The tokens of a pointer in a URI fragment, percent-encoded or not. Raises ValueError.

    >>> fragment_tokens("/properties/water%20level")
    ('properties', 'water level')
    """
    return tokens(unquote(fragment))


def step(value: Json, token: str) -> Json:
    """What *token* names in *value*. Raises LookupError where it names nothing."""
    if isinstance(value, dict):
        return value[token]
    if isinstance(value, list) and _INDEX.fullmatch(token):
        return value[int(token)]
    raise LookupError(token)


def find(document: Json, path: Sequence[str]) -> Json:
    """The value in *document* at *path*. Raises LookupError."""
    for token in path:
        document = step(document, token)
    return document
