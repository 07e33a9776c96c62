"""The content of an instance (oneM2M TS-0001, 9.6.7): what `con` and `cnf` say.

| `con`, `cnf` | values |
|---|---|
| `21.5`, `"21.5"`, `"21.5 °C"` | a number, with its unit where one follows it |
| `{"t": 21.5}`, the same as a text, or in base64 (`application/json:1`) | each of its members |
| `{"value": 21.5, "unit": "Cel"}` | a number with its unit |
| a text | a text, which may name a state |
| a list, hexadecimal digits, base64 of anything else | none: opaque |
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from semantic_gw.json_pointer import Tokens
from semantic_gw.model import Json
from semantic_gw.readers.values import number_in, number_with_unit

MAX_DEPTH: Final = 6
"""Deepest value of a content that is read."""

MAX_VALUES: Final = 1_000
"""Most values of one content."""

_ENCODED: Final = ("1", "2")
"""How `cnf` says that `con` is in base64: of a text, of bytes (TS-0004, 6.3.3, m2m:contentInfo)."""

_HEXADECIMAL: Final = re.compile(r"(?:0x)?(?=[0-9]*[A-Fa-f])(?:[0-9A-Fa-f]{2}){4,}")
_BASE64: Final = re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_VALUES: Final = ("value", "val", "v")
_UNITS: Final = ("unit", "unitCode", "uom", "u")
OPAQUE: Final = (
    "opaque: bytes whose layout nobody tells; send values with names, or register a codec for their media type"
)
"""What is said of bytes, and what to do."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a content; *path* is empty for a content that is one value. *why* it is none, where it is none."""

    path: Tokens
    value: Json
    unit: str = ""
    why: str = ""


def values_in(content: Json, info: str) -> list[Value]:
    """The values of *content*, which is as *info* (`cnf`) says.

    >>> [(one.path, one.value) for one in values_in('{"temp": 21.5}', "application/json:0")]
    [(('temp',), 21.5)]
    >>> values_in("21.5 °C", "")[0].unit
    '°C'
    """
    plain = _decoded(content, info)
    if plain is None:
        return [Value((), content, why=OPAQUE)]
    found = []
    for one in _walk(plain, (), 0):
        found.append(one)
        if len(found) >= MAX_VALUES:
            break
    return found


def _decoded(content: Json, info: str) -> Json:
    """*content* in plain form; None where it is opaque."""
    if not isinstance(content, str):
        return content
    text: str | None = content
    if info.rpartition(":")[2] in _ENCODED and ":" in info:
        text = _from_base64(content)
    if text is None or _HEXADECIMAL.fullmatch(text.strip()) or _BASE64.fullmatch(text.strip()):
        return None
    if text.lstrip()[:1] in ("{", "["):
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return text
    return text


def _from_base64(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _walk(node: Json, path: Tokens, depth: int) -> Iterator[Value]:
    if isinstance(node, list):
        yield Value(path, node, why="a list of values without names")
    elif not isinstance(node, dict):
        yield _plain(node, path)
    elif (pair := _pair(node)) is not None:
        yield Value(path, pair[0], pair[1])
    elif depth < MAX_DEPTH:
        for name, inner in node.items():
            yield from _walk(inner, (*path, name), depth + 1)


def _pair(node: dict[str, Json]) -> tuple[Json, str] | None:
    """A number and its unit, where *node* has both and no more than a time beside them."""
    value = next((node[name] for name in _VALUES if name in node), None)
    unit = next((node[name] for name in _UNITS if isinstance(node.get(name), str)), None)
    if unit is None or type(value) not in (int, float, str):
        return None
    number = number_in(value) if isinstance(value, str) else value
    return None if number is None else (number, unit)


def _plain(value: Json, path: Tokens) -> Value:
    if value is None or value == "":
        return Value(path, value, why="no value")
    if isinstance(value, str) and (found := number_with_unit(value)) is not None:
        return Value(path, found[0], found[1])
    return Value(path, value)
