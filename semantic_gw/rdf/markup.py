"""The lexical spaces of RDF's own datatypes for documents: rdf:XMLLiteral and rdf:JSON."""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

_TOKEN: Final = re.compile(
    r"[ \t\n\r]*"
    r"(?:(?P<mark>[][{}:,])"
    r'|(?P<string>"(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")'
    r"|(?P<other>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)"
    r"|(?P<end>\Z))"
)
"""A token of JSON (RFC 8259, 2), with the white space before it."""

_VALUE, _FIRST_ITEM, _FIRST_NAME, _NAME, _COLON, _AFTER = range(6)
"""What may stand next."""


def is_json(text: str) -> bool:
    """Whether *text* is one JSON text (JSON-LD 1.1, 10.2: rdf:JSON), however deep.

    >>> is_json('{"on": [true]}'), is_json("NaN")
    (True, False)
    """
    state, open_brackets, position = _VALUE, list[str](), 0
    while token := _TOKEN.match(text, position):
        kind, position = str(token.lastgroup), token.end()
        if kind == "end":
            return state == _AFTER and not open_brackets
        follows = _after_mark(token["mark"], state, open_brackets) if kind == "mark" else _after_value(kind, state)
        if follows is None:
            return False
        state = follows
    return False


def _after_value(kind: str, state: int) -> int | None:
    if state in (_VALUE, _FIRST_ITEM):
        return _AFTER
    return _COLON if kind == "string" and state in (_FIRST_NAME, _NAME) else None


def _after_mark(mark: str, state: int, open_brackets: list[str]) -> int | None:
    """What may stand after *mark*; keeps the brackets that are open."""
    if mark in "[{":
        open_brackets.append(mark)
        return {"[": _FIRST_ITEM, "{": _FIRST_NAME}[mark] if state in (_VALUE, _FIRST_ITEM) else None
    if mark == ":":
        return _VALUE if state == _COLON else None
    inside = open_brackets[-1] if open_brackets else ""
    if mark == ",":
        return {"[": _VALUE, "{": _NAME}.get(inside) if state == _AFTER else None
    if inside + mark not in ("[]", "{}") or state not in (_AFTER, _FIRST_ITEM if mark == "]" else _FIRST_NAME):
        return None
    open_brackets.pop()
    return _AFTER


def is_xml_content(text: str) -> bool:
    """Whether *text* is well-balanced, self-contained XML content (RDF 1.1 Concepts, 5.3: rdf:XMLLiteral).

    Between two tags no document type can be declared, so there are no entities that could grow.
    """
    try:
        expat.ParserCreate(encoding="utf-8", namespace_separator=" ").Parse(f"<x>{text}</x>".encode(), True)  # noqa: FBT003
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True
