"""How a function takes the value of a parameter: as a text, a number, a truth value, or as it is."""

from __future__ import annotations

import math

from semantic_gw.lifters.rml.natural import lexical
from semantic_gw.model import Json


def anything(value: Json) -> Json:
    return value


def text(value: Json) -> str:
    """*value* by its lexical form."""
    return lexical(value)


def texts(value: Json) -> list[str]:
    """All of a list, by their lexical forms."""
    return [lexical(item) for item in value]


def number(value: Json) -> int | float:
    """*value* as a number. Raises ValueError where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    written = lexical(value).strip()
    try:
        return int(written)
    except ValueError:
        found = float(written)
    if not math.isfinite(found):
        raise ValueError(f"{written!r} is no finite number")
    return found


def numbers(value: Json) -> list[int | float]:
    """All of a list, as numbers. Raises ValueError where one is none."""
    return [number(item) for item in value]


def integer(value: Json) -> int:
    """*value* as a whole number. Raises ValueError where it is none."""
    found = number(value)
    if found != int(found):
        raise ValueError(f"{found!r} is no whole number")
    return int(found)


def truth(value: Json) -> bool:
    """*value* as a truth value. Raises ValueError where it is none."""
    written = lexical(value).strip().lower()
    if written in ("true", "1"):
        return True
    if written in ("false", "0"):
        return False
    raise ValueError(f"{written!r} is neither true nor false")
