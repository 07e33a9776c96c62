"""JSON Pointers in the documents of Thing Models, also in the fragment of a URI (RFC 6901, 6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from semantic_gw import json_pointer
from semantic_gw.json_pointer import parse_pointer
from semantic_gw.model import Json

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


def pointer(*tokens: str | int) -> str:
    """The JSON Pointer of *tokens*.

    >>> pointer("properties", "a/b", 0)
    '/properties/a~1b/0'
    """
    return "".join(map(json_pointer.step, tokens))


def fragment_tokens(fragment: str) -> tuple[str, ...]:
    """The tokens of a pointer in a URI fragment, percent-encoded or not. Raises ValueError.

    >>> fragment_tokens("/properties/water%20level")
    ('properties', 'water level')
    """
    return parse_pointer(unquote(fragment))


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
