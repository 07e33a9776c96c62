"""Values of a source as literals: their natural lexical form and datatype (RML-Core, Datatype conversions)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from semantic_gw.model import IRI, Json, Literal
from semantic_gw.rdf.namespaces import XSD

STRING: Final = XSD + "string"
BOOLEAN: Final = XSD + "boolean"
INTEGER: Final = XSD + "integer"
DOUBLE: Final = XSD + "double"
DECIMAL: Final = XSD + "decimal"


def lexical(value: Json) -> str:
    """The natural lexical form of the scalar *value*; of a number, the shortest digits that mean it.

    >>> lexical(21.5), lexical(True), lexical(10)
    ('21.5', 'true', '10')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def natural(value: Json) -> Literal:
    """The natural literal of the scalar *value*.

    >>> natural(21).datatype == INTEGER, natural(21.0).datatype == DOUBLE
    (True, True)
    """
    if isinstance(value, str):
        return Literal(value, STRING)
    if isinstance(value, bool):
        return Literal("true" if value else "false", BOOLEAN)
    return Literal(repr(value), INTEGER if isinstance(value, int) else DOUBLE)


def override(value: Json, datatype: IRI) -> Literal:
    """The literal of *value* as *datatype*: the lexical form is kept, but that a decimal has no exponent.

    >>> override(1e-07, DECIMAL).lexical
    '0.0000001'
    """
    if datatype == DECIMAL and isinstance(value, float):
        return Literal(format(Decimal(repr(value)), "f"), datatype)
    return Literal(lexical(value), datatype)
