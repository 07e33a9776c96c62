"""How single values are read: the functions that generated code calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from semantic_gw.json_pointer import Tokens
from semantic_gw.lifters.rules import Scale
from semantic_gw.model import Json, Literal
from semantic_gw.rdf.lexical import LEXICAL
from semantic_gw.rdf.namespaces import GEO, XSD
from semantic_gw.rdf.serialize import canonical_double, settled

EMPTY: Final[Mapping[str, Json]] = {}
TRUE: Final = Literal("true", XSD + "boolean")
FALSE: Final = Literal("false", XSD + "boolean")

_DOUBLE: Final = XSD + "double"
_INTEGER: Final = XSD + "integer"
EXACT: Final = 2**53
"""Largest whole number up to which a double holds each exactly."""

_TEXT: Final = LEXICAL["string"]
_WKT: Final = GEO + "wktLiteral"
_DEGREES: Final = r"(-?[0-9]{1,3}(?:\.[0-9]{1,15})?)"
_POINT: Final = re.compile(rf"POINT(?: Z)?\({_DEGREES} {_DEGREES}(?: -?[0-9]{{1,6}}(?:\.[0-9]{{1,9}})?)?\)")
"""A point, with or without its height in metres (Simple Feature Access 1, 7.2.2)."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NUMBER: Final = re.compile(r"-?[0-9]{1,128}(?:\.[0-9]{1,128})?(?:[eE][+-]?[0-9]{1,4})?")


def number(value: float) -> tuple[float, Literal]:
    """*value*, and its literal: xsd:double, or xsd:integer where a double cannot hold a counter exactly.

    >>> number(21.4)[1].lexical
    '2.14E1'
    """
    if type(value) is int and not -EXACT <= value <= EXACT:
        return value, Literal(str(value), _INTEGER)
    kept = value if type(value) is int else settled(value)
    return kept, Literal(canonical_double(kept), _DOUBLE)


def scaled(value: float, scale: Scale) -> float:
    """The value that the raw number *value* stands for, without the noise of binary fractions.

    >>> scaled(215, Scale(Decimal("0.1"))), scaled(3, Scale(Decimal(10)))
    (21.5, 30)
    """
    found = Decimal(repr(value)) * scale.factor + scale.offset
    return (
        int(found) if type(value) is int and found == found.to_integral_value() and scale.factor >= 1 else float(found)
    )


def place(value: Json) -> Literal | None:
    """The literal of the position *value*, where it is one on earth.

    >>> place("POINT(24.93 60.17)")
    Literal(lexical='POINT(24.93 60.17)', datatype='http://www.opengis.net/ont/geosparql#wktLiteral', language=None)
    >>> place("POINT(24.93 160.17)") is None
    True
    """
    match = _POINT.fullmatch(value) if type(value) is str else None
    if match is None or abs(float(match[1])) > 180 or abs(float(match[2])) > 90:
        return None
    return Literal(match[0], _WKT)


def plain(text: str) -> Json:
    """The number or truth value that a text stands for which has no type of its own; else the text.

    >>> plain("21.5"), plain("true"), plain("21,5")
    (21.5, True, '21,5')
    """
    word = text.strip()
    if word in ("true", "false"):
        return word == "true"
    if not _NUMBER.fullmatch(word):
        return text
    return int(word) if word.lstrip("-").isdigit() else float(word)


def is_text(value: str) -> bool:
    """Whether *value* can be an xsd:string: without U+0000 and halves of characters (XSD 1.1 part 2, 3.3.1)."""
    return _TEXT.fullmatch(value) is not None


def as_text(value: Json) -> str:
    """*value* as the text that comes with an event: a text as it is, anything else as JSON."""
    return value if type(value) is str else msgspec.json.encode(value).decode()


def child(node: Json, token: str) -> Mapping[str, Json]:
    """The object at member *token* of *node*; an empty one where there is none."""
    found = step(node, token)
    return found if type(found) is dict else EMPTY


def step(node: Json, token: str) -> Json:
    """The value one reference token below *node* (RFC 6901, 4), or None."""
    if type(node) is dict:
        return node.get(token)
    if type(node) is list and token.isascii() and token.isdigit() and len(token) < 6 and int(token) < len(node):
        return node[int(token)]
    return None


def resolve(node: Json, tokens: Tokens) -> Json:
    """The value at *tokens* below *node*, or None."""
    for token in tokens:
        node = step(node, token)
    return node


def moment(value: Json, per_second: int | None) -> datetime | None:
    """The time that *value* means, in UTC; None where it is none: a time without zone is not guessed.

    >>> moment("2026-11-24T11:15:00+01:00", None)
    datetime.datetime(2026, 11, 24, 10, 15, tzinfo=datetime.timezone.utc)
    >>> moment(1793528100000, 1000)
    datetime.datetime(2026, 11, 1, 10, 15, tzinfo=datetime.timezone.utc)
    """
    try:
        if type(value) is str:
            parsed = datetime.fromisoformat(value) if "T" in value else None
            return parsed.astimezone(UTC) if parsed and parsed.tzinfo else None
        if per_second is not None and type(value) in (int, float):
            return _EPOCH + timedelta(seconds=value / per_second)
    except (ValueError, OverflowError):
        pass
    return None


def shown(value: Json) -> str:
    """*value* for people: short, and on one line."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
