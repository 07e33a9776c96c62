"""The lexical spaces of XSD 1.1 datatypes (part 2), exactly: not what Python's parsers take.

`float("nan")`, `int(" 5")` and `datetime.fromisoformat("2026-11-01")` all take what XSD does not. White space around a
form is no part of any lexical space: XSD's whiteSpace facet is for XML, before the form is looked at (4.3.6).

Here are the built-ins that RDF recommends (RDF 1.1 Concepts, 5.1). It leaves out those that need an XML document around
them (QName, NOTATION, ID, IDREF, ENTITY), lists, and the abstract ones: a literal of these, and of any datatype that is
not known here, is never ill-typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from semantic_gw.model import IRI, Literal
from semantic_gw.rdf.markup import is_json, is_xml_content
from semantic_gw.rdf.namespaces import RDF, XSD

_ZONE: Final = r"(?P<zone>Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_YEAR: Final = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH: Final = r"(?P<month>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<day>0[1-9]|[12][0-9]|3[01])"
_HOUR: Final = r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
_CLOCK: Final = rf"(?:{_HOUR}|(?P<midnight>24:00:00(?:\.0+)?))"
_LONG_TIME: Final = r"(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?"
_DAYS_LONG: Final = rf"(?:(?P<days>[0-9]+)D)?(?:T(?=[0-9]){_LONG_TIME})?"
_YEARS_LONG: Final = r"(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?"
_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_B64: Final = r"[A-Za-z0-9+/] ?"
_LAST_B64: Final = rf"(?:{_B64}){{3}}[A-Za-z0-9+/]|(?:{_B64}){{2}}[AEIMQUYcgkosw048] ?=|{_B64}[AQgw] ?= ?="

_BLACK: Final = r"\x01-\x08\x0b\x0c\x0e-\x1f!-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff"
"""Char of XML 1.1 without white space, inside a class of `re`. XSD leaves open whether it is Char of XML 1.0, which has
fewer control characters."""
_NC_START: Final = (
    r"A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NC: Final = _NC_START + r"\-.0-9\xb7\u0300-\u036f\u203f\u2040"
"""NameStartChar and NameChar of XML 1.0 (fifth edition) and 1.1 without the colon, inside a class of `re`."""

INTEGERS: Final[Mapping[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
"""xsd:integer and what is derived from it: least and greatest value."""

STRINGS: Final[Mapping[str, str]] = {
    "string": rf"[\t\n\r {_BLACK}]*",
    "normalizedString": f"[ {_BLACK}]*",
    "token": f"(?:[{_BLACK}]+(?: [{_BLACK}]+)*)?",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": f"[:{_NC}]+",
    "Name": f"[:{_NC_START}][:{_NC}]*",
    "NCName": f"[{_NC_START}][{_NC}]*",
}
"""xsd:string and what is derived from it (3.3.1, 3.4.1 to 3.4.7)."""

LEXICAL: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "boolean": r"true|false|1|0",
        "decimal": _NUMBER,
        "double": rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "float": rf"{_NUMBER}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN",
        "dateTime": rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}?",
        "dateTimeStamp": rf"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}",
        "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
        "time": rf"{_CLOCK}{_ZONE}?",
        "gYear": rf"{_YEAR}{_ZONE}?",
        "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}?",
        "gMonth": rf"--{_MONTH}{_ZONE}?",
        "gDay": rf"---{_DAY}{_ZONE}?",
        "gMonthDay": rf"--{_MONTH}-{_DAY}{_ZONE}?",
        "duration": rf"-?P(?=[0-9T]){_YEARS_LONG}{_DAYS_LONG}",
        "dayTimeDuration": rf"-?P(?=[0-9T]){_DAYS_LONG}",
        "yearMonthDuration": rf"-?P(?=[0-9]){_YEARS_LONG}",
        "hexBinary": r"(?:[0-9a-fA-F]{2})*",
        "base64Binary": rf"(?:(?:(?:{_B64}){{4}})*(?:{_LAST_B64}))?",
        "anyURI": STRINGS["string"],
        **STRINGS,
        **dict.fromkeys(INTEGERS, r"[+-]?[0-9]+"),
    }.items()
}
"""Local name → lexical space. Of dates it leaves open whether the month has that day."""

_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

MOST_REMEMBERED: Final = 64
"""Characters of a literal that is remembered: a payload must not fill memory through a cache."""


def well_formed(literal: Literal) -> bool:
    """Whether *literal* is in the lexical space of its datatype; a datatype not known here takes any text.

    >>> well_formed(Literal("2026-11-24T24:00:00Z", XSD + "dateTime"))
    True
    >>> well_formed(Literal("2026-11-24", XSD + "dateTime"))
    False
    """
    return _remembered(literal) if len(literal.lexical) <= MOST_REMEMBERED else _well_formed(literal)


def _well_formed(literal: Literal) -> bool:
    if literal.datatype.startswith(XSD):
        return _is_in(literal.datatype[len(XSD) :], literal.lexical)
    if literal.datatype == _TAGGED:
        return bool(literal.language)
    is_in = _MARKUP.get(literal.datatype)
    return is_in is None or is_in(literal.lexical)


_remembered = lru_cache(maxsize=8192)(_well_formed)

_TAGGED: Final[IRI] = RDF + "langString"
"""A literal is of it exactly when it has a language (RDF 1.1 Concepts, 3.3)."""

_MARKUP: Final = {RDF + "XMLLiteral": is_xml_content, RDF + "JSON": is_json}
"""rdf:HTML is not here: every text is one (RDF 1.1 Concepts, 5.2)."""


def _is_in(name: str, text: str) -> bool:
    """Whether *text* is in the lexical space of XSD's datatype *name*."""
    pattern = LEXICAL.get(name)
    if pattern is None:
        return True
    match = pattern.fullmatch(text)
    if match is None:
        return False
    if name in INTEGERS:
        return _in_range(text, *INTEGERS[name])
    return "day" not in pattern.groupindex or "month" not in pattern.groupindex or _day_exists(match)


def _in_range(text: str, low: int | None, high: int | None) -> bool:
    if low is None and high is None:
        return True
    number = Decimal(text)
    return (low is None or number >= low) and (high is None or number <= high)


def _day_exists(match: re.Match[str]) -> bool:
    month, day = int(match["month"]), int(match["day"])
    if day > _DAYS[month - 1]:
        return False
    return month != 2 or day < 29 or "year" not in match.re.groupindex or _is_leap(match["year"])


def _is_leap(year: str) -> bool:
    """By the last four digits: the calendar repeats every 400 years."""
    last = int(year[-4:])
    return last % 4 == 0 and (last % 100 != 0 or last % 400 == 0)
