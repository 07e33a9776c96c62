"""The values that templates are worked out with, and the filters and tests of single ones."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from semantic_gw.describers.template_tokens import TemplateError
from semantic_gw.describers.template_tree import Node, Place
from semantic_gw.model import Json

_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][-+]?[0-9]{1,2})?")
TRUE_WORDS: Final = frozenset({"true", "yes", "on", "enable", "1"})
FALSE_WORDS: Final = frozenset({"false", "no", "off", "disable", "0"})


@dataclass(frozen=True, slots=True)
class Other:
    """Any value that is not named, at *place*: `raw * scale + offset`."""

    place: Place
    scale: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)

    @property
    def is_itself(self) -> bool:
        return self.scale == 1 and self.offset == 0


class Missing:
    """Nothing stands there."""


MISSING: Final = Missing()

Value = Json | Other | Missing | Mapping[Json, Node] | tuple[Json, ...]


class UndecidedError(Exception):
    """What comes of any other value depends on which it is."""


def text_of(value: Json) -> str:
    """*value* as a template puts it out: a truth value or a number as Python writes it.

    >>> text_of(True), text_of(1), text_of("on")
    ('True', '1', 'on')
    """
    if isinstance(value, Fraction | Decimal):
        return str(int(value)) if value == int(value) else str(float(value))
    return str(value)


def number_or_none(value: Json) -> Fraction | None:
    if isinstance(value, str):
        return Fraction(value.strip()) if _NUMBER.fullmatch(value.strip()) else None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return Fraction(value) if isinstance(value, int | float | Decimal | Fraction) else None


# ── filters and tests ───────────────────────────────────────────────────────────────────────────────────────────────


def _as_number(value: Value) -> Value:
    if isinstance(value, Other):
        return value
    number = None if isinstance(value, Missing | dict | tuple) else number_or_none(value)
    if number is None:
        raise UndecidedError
    return number


def _as_int(value: Value) -> Value:
    number = _as_number(value)
    return number if isinstance(number, Other) else int(number)  # type: ignore[arg-type]


def _as_bool(value: Value) -> Value:
    if isinstance(value, bool):
        return value
    word = text_of(value).strip().lower() if isinstance(value, str | int | Fraction) else ""
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise UndecidedError
    return word in TRUE_WORDS


def _as_text(change: Callable[[str], str]) -> Callable[[Value], Value]:
    def changed(value: Value) -> Value:
        if isinstance(value, Other) and not value.is_itself:
            raise TemplateError("a filter of texts on what was computed")
        if isinstance(value, Other | Missing) or value is None:
            return value
        return change(text_of(value))

    return changed


def _same(value: Value) -> Value:
    return value


def _is_number(value: Value) -> bool:
    if isinstance(value, Other):
        raise UndecidedError
    return isinstance(value, int | float | Fraction | Decimal)


def _is_string(value: Value) -> bool:
    if isinstance(value, Other):
        raise UndecidedError
    return isinstance(value, str)


FILTERS: Final[Mapping[str, Callable[[Value], Value]]] = {
    "float": _as_number,
    "int": _as_int,
    "round": _same,
    "is_defined": _same,
    "bool": _as_bool,
    "lower": _as_text(str.lower),
    "upper": _as_text(str.upper),
    "trim": _as_text(str.strip),
    "string": _as_text(str),
}

TESTS: Final[Mapping[str, Callable[[Value], bool]]] = {
    "defined": lambda value: not isinstance(value, Missing),
    "undefined": lambda value: isinstance(value, Missing),
    "none": lambda value: value is None,
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "number": _is_number,
    "string": _is_string,
}
