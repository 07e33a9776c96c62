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
from typing import Final

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
    if type(left) is not type(right):
        left, right = _promoted(left, right), _promoted(right, left)
    if type(left) is not type(right) or left is None:
        return None
    if isinstance(left, Instant):
        return earlier(left, right, or_equal=or_equal)  # type: ignore[arg-type]  # of one type, see above
    if isinstance(left, Duration):
        return shorter(left, right, or_equal=or_equal)  # type: ignore[arg-type]
    result: bool = left <= right if or_equal else left < right  # type: ignore[operator]
    return result


def _promoted(value: Value | None, beside: Value | None) -> Value | None:
    """A number as it is beside another (XPath 3.1, B.1): decimal becomes float or double, float becomes double."""
    if isinstance(value, Decimal) and isinstance(beside, float):
        return _rounded(value) if type(beside) is Single else float(value)
    return float(value) if type(value) is Single and type(beside) is float else value


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
