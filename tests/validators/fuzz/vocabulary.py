"""The few terms that shapes and data share, so that shapes meet data often."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import Literal
from semantic_gw.rdf.namespaces import XSD
from tests.validators.fuzz.case import tagged, text

NODES: Final = ("urn:v:a", "urn:v:b", "urn:v:c", "urn:v:d")
BLANK: Final = ("_:x", "_:y")
PREDICATES: Final = ("urn:v:p", "urn:v:q", "urn:v:r")
CLASSES: Final = ("urn:v:C", "urn:v:D", "urn:v:E")
SEVERITIES: Final = ("Violation", "Warning", "Info")
OWN_SEVERITY: Final = "urn:v:severe"


def typed(name: str, *lexicals: str) -> tuple[Literal, ...]:
    return tuple(Literal(lexical, XSD + name) for lexical in lexicals)


NUMBERS: Final = (
    *typed("integer", "0", "1", "01", "5", "-3", "+5", "100", "five", "1.0"),
    *typed("decimal", "1.0", "1", "2.50", "-0.5", "1e3", "."),
    *typed("double", "1.0E0", "5", "2.5", "-INF", "INF", "NaN", "1e", "nan"),
    *typed("float", "1", "2.5"),
    *typed("byte", "5", "300"),
    *typed("nonNegativeInteger", "5", "-1"),
)
TIMES: Final = (
    *typed("dateTime", "2026-11-24T10:15:00Z", "2026-11-24T11:15:00+01:00", "2026-11-24T10:15:01Z"),
    *typed("dateTime", "2026-11-24T10:15:00", "2026-11-24T24:00:00Z", "2026-11-25T00:00:00Z", "2026-11-24"),
    *typed("dateTime", "2026-13-01T00:00:00Z", "2026-11-24T10:15:00.500Z"),
    *typed("date", "2026-11-24", "2026-11-25", "2026-11-24Z", "2026-02-29"),
    *typed("dateTimeStamp", "2026-11-24T10:15:00Z", "2026-11-24T10:15:00"),
)
TEXTS: Final = (
    *typed("string", "", "a", "b", "abc", "ABC", "a b", "abc\nb", "10", "é"),
    *typed("token", "abc"),
    *typed("anyURI", "urn:v:a"),
    Literal("abc", "urn:v:datatype"),
)
TONGUES: Final = (
    tagged("a", "en"), tagged("b", "en"), tagged("a", "de"), tagged("a", "en-GB"), tagged("b", "de-CH"),
    tagged("", "fr"), text("a"), text("b"),
)  # fmt: skip
TRUTHS: Final = (*typed("boolean", "true", "false", "1", "0", "maybe"), text("true"))
FLAVOURS: Final = (NUMBERS, TIMES, TEXTS, TONGUES, TRUTHS)

ORDERED: Final = (
    *typed("integer", "0", "1", "01", "5", "-3", "100"),
    *typed("decimal", "1.0", "2.50", "-0.5"),
    *typed("double", "1.0E0", "2.5", "INF"),
    *typed("dateTime", "2026-11-24T10:15:00Z", "2026-11-24T11:15:00+01:00", "2026-11-25T00:00:00Z"),
    *typed("date", "2026-11-24", "2026-11-25"),
    *typed("string", "a", "abc", "ABC"),
    *typed("boolean", "true", "false"),
)
"""What bounds are made of: well-formed literals of datatypes that SPARQL orders (SPARQL 1.1, 17.3)."""

DATATYPES: Final = tuple(
    XSD + name
    for name in (
        *("integer", "decimal", "double", "float", "byte", "nonNegativeInteger", "boolean"),
        *("dateTime", "date", "dateTimeStamp", "string", "token", "anyURI"),
    )
)
PATTERNS: Final = (
    "^a", "b$", "^[a-z]+$", "[0-9]", "\\d+", "^$", ".", "a.c", "^urn:v:[ab]$", "(ab|A)c?", "^.+$", "\\s", "[^a]",
    "^\\p{L}+$", "^\\w+$",
)  # fmt: skip
BOUNDS: Final = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
FLAGS: Final = ("i", "s", "m", "x", "im")
RANGES: Final = ("en", "de", "en-GB", "*", "fr")
