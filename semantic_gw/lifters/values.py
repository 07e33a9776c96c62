"""How single values are read: the functions that generated code calls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from semantic_gw.lifters.plan import Tokens
from semantic_gw.model import Json, Literal
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.rdf.serialize import canonical_double, settled

EMPTY: Final[Mapping[str, Json]] = {}
TRUE: Final = Literal("true", XSD + "boolean")
FALSE: Final = Literal("false", XSD + "boolean")

_DOUBLE: Final = XSD + "double"
_INTEGER: Final = XSD + "integer"
_EXACT: Final = 2**53
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def number(value: float) -> tuple[float, Literal]:
    """*value*, and its literal: xsd:double, or xsd:integer where a double cannot hold a counter exactly.

    >>> number(21.4)[1].lexical
    '2.14E1'
    """
    if type(value) is int and not -_EXACT <= value <= _EXACT:
        return value, Literal(str(value), _INTEGER)
    kept = value if type(value) is int else settled(value)
    return kept, Literal(canonical_double(kept), _DOUBLE)


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
