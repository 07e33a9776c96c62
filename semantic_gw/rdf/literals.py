"""JSON values as RDF literals (JSON-LD 1.1 API, 8.6), each in canonical form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from semantic_gw.model import IRI, Json, Literal
from semantic_gw.rdf.namespaces import RDF, XSD
from semantic_gw.rdf.serialize import canonical_double

_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_FLOATING: Final = frozenset({XSD + "double", XSD + "float"})
_LARGE: Final = 1e21
"""JSON-LD writes whole numbers from here on as doubles."""


def literal(value: str | float, datatype: IRI | None = None, language: str | None = None) -> Literal:
    """The literal of a JSON scalar; a number without *datatype* is an integer where it is whole.

    >>> literal(100.0).lexical, literal(21.4).lexical, literal(2, XSD + "double").lexical
    ('100', '2.14E1', '2.0E0')
    """
    if isinstance(value, str):
        if language and datatype is None and _LANGUAGE.fullmatch(language):
            return Literal(value, RDF + "langString", language)
        return Literal(value, datatype or XSD + "string")
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype or XSD + "boolean")
    if datatype in _FLOATING or (datatype is None and not _is_whole(value)):
        return Literal(canonical_double(value), datatype or XSD + "double")
    return Literal(_decimal(value), datatype or XSD + "integer")


def json_literals(value: Json, *, each: bool = False) -> Iterator[Literal]:
    """The literal of any JSON value, an `rdf:JSON` where it is no scalar; with *each*, one for each item of an array.

    >>> [found.lexical for found in json_literals([1, {"b": 2, "a": None}], each=True)]
    ['1', '{"a":null,"b":2}']
    """
    if each and isinstance(value, list):
        for item in value:
            yield from json_literals(item)
    elif isinstance(value, list | Mapping) or value is None:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        yield Literal(text, RDF + "JSON")
    else:
        yield literal(value)


def _is_whole(number: float) -> bool:
    return isinstance(number, int) or (number.is_integer() and abs(number) < _LARGE)


def _decimal(number: float) -> str:
    return str(int(number)) if _is_whole(number) else format(Decimal(repr(number)), "f")
