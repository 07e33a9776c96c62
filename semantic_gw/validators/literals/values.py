"""Values of literals and which is less: SPARQL's operators (SPARQL 1.1, 17.3), and XSD's order where it has none.

SPARQL orders numbers, booleans, xsd:string and xsd:dateTime, and lets an implementation order more. More are ordered
here, as XSD 1.1 orders their value spaces (part 2, 2.2.3): moments, recurring moments and durations, all partially.
What SPARQL has no operator for and XSD no order (texts with a language, xsd:anyURI, binaries, IRIs) is never less.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from semantic_gw.model import IRI, Literal
from semantic_gw.rdf.lexical import INTEGERS, MOST_REMEMBERED, STRINGS, well_formed
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.validators.literals.moments import (
    DURATIONS,
    MOMENTS,
    Duration,
    Instant,
    earlier,
    instant_reader,
    read_duration,
    shorter,
)


class Single(float):
    """A value of xsd:float: beside it, a decimal is rounded to single precision (XPath 3.1, B.1)."""

    __slots__ = ()


Value = Decimal | float | Single | bool | str | Instant | Duration
"""A value that can be compared with others of its kind."""


def value_of(literal: Literal) -> Value | None:
    """The comparable value of *literal*; None where it is ill-formed, or of a datatype that has no order here."""
    return _remembered(literal) if len(literal.lexical) <= MOST_REMEMBERED else _value_of(literal)


def _value_of(literal: Literal) -> Value | None:
    read = _READERS.get(literal.datatype)
    return read(literal.lexical) if read is not None and well_formed(literal) else None


_remembered = lru_cache(maxsize=4096)(_value_of)


def less(left: Value | None, right: Value | None, *, or_equal: bool) -> bool | None:
    """Whether *left* is less than *right*; None where the two cannot be compared, or it depends on a zone or a month.

    NaN is less than nothing, and nothing is less than it. 0 and -0 are equal.
    """
    kind = type(left)
    if kind is not type(right):
        promote = _PROMOTIONS.get((kind, type(right)))
        return None if promote is None else less(*promote(left, right), or_equal=or_equal)
    if kind is Instant:
        return earlier(left, right, or_equal=or_equal)  # type: ignore[arg-type]  # of one type, see above
    if kind is Duration:
        return shorter(left, right, or_equal=or_equal)  # type: ignore[arg-type]
    if left is None:
        return None
    result: bool = left <= right if or_equal else left < right  # type: ignore[operator]
    return result


def _double(text: str) -> float:
    return float(text.replace("INF", "inf"))


def _single(text: str) -> Single:
    number = _double(text)
    return _rounded(Decimal(text)) if math.isfinite(number) and number else Single(number)


def _rounded(number: Decimal) -> Single:
    """*number* in single precision, rounded once: through a double that is odd where it is not exact."""
    double = float(number)
    if math.isfinite(double) and double != number and not _bits(double) & 1:
        double = math.nextafter(double, math.inf if number > double else -math.inf)
    try:
        (single,) = struct.unpack("<f", struct.pack("<f", double))
    except OverflowError:
        return Single(math.copysign(math.inf, double))
    return Single(single)


def _bits(double: float) -> int:
    (bits,) = struct.unpack("<q", struct.pack("<d", double))
    return int(bits)


_SMALL: Final = Decimal(0).__sizeof__()
"""Bytes of a decimal of some 70 digits or fewer: a payload must not fill memory through a cache."""
_known_double: Final = lru_cache(maxsize=1024)(float)
_known_single: Final = lru_cache(maxsize=1024)(_rounded)


def _to_double(number: Decimal) -> float:
    return _known_double(number) if number.__sizeof__() <= _SMALL else float(number)


def _to_single(number: Decimal) -> Single:
    return _known_single(number) if number.__sizeof__() <= _SMALL else _rounded(number)


_PROMOTIONS: Final[Mapping[tuple[type, type], Callable[[Any, Any], tuple[Value, Value]]]] = {
    (Decimal, float): lambda left, right: (_to_double(left), right),
    (float, Decimal): lambda left, right: (left, _to_double(right)),
    (Decimal, Single): lambda left, right: (_to_single(left), right),
    (Single, Decimal): lambda left, right: (left, _to_single(right)),
    (Single, float): lambda left, right: (float(left), right),
    (float, Single): lambda left, right: (left, float(right)),
}
"""Numbers beside others (XPath 3.1, B.1): a decimal becomes a float or a double, a float becomes a double."""

_READERS: Final[Mapping[IRI, Callable[[str], Value | None]]] = {
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "decimal": Decimal,
    XSD + "double": _double,
    XSD + "float": _single,
    **{XSD + name: Decimal for name in INTEGERS},
    **{XSD + name: str for name in STRINGS},
    **{XSD + name: instant_reader(name) for name in MOMENTS},
    **{XSD + name: read_duration for name in DURATIONS},
}
