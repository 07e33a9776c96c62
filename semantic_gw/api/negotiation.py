"""Which of the representations we have a client likes best (RFC 9110, 12.5.1)."""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from semantic_gw.problems import ProblemError

_QVALUE: Final = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
"""A weight (RFC 9110, 12.4.2)."""


@lru_cache(maxsize=256)
def choose(accept: str, offered: tuple[str, ...]) -> str:
    """The media type of *offered*, best first, that the header *accept* likes best. Raises ProblemError (406).

    >>> choose("text/turtle, application/json;q=0.5", ("application/td+json", "application/json", "text/turtle"))
    'text/turtle'
    """
    ranges = [_range(part) for part in accept.split(",") if part.strip()]
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda media_type: _quality(media_type, ranges))
    if _quality(best, ranges) <= 0:
        raise ProblemError(
            HTTPStatus.NOT_ACCEPTABLE, "", f"there is {', '.join(offered)}, none of which {accept!r} takes"
        )
    return best


def _range(text: str) -> tuple[str, float]:
    """A media range and its weight; parameters other than `q` are passed over."""
    name, *parameters = (part.strip() for part in text.split(";"))
    weights = [value for key, _, value in (p.partition("=") for p in parameters) if key.strip().lower() == "q"]
    return name.lower(), _weight(weights[0]) if weights else 1.0


def _weight(text: str) -> float:
    return float(text) if _QVALUE.fullmatch(text) else 0.0


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that *media_type* is in."""
    candidates = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    for candidate in candidates:
        weights = [weight for name, weight in ranges if name == candidate]
        if weights:
            return max(weights)
    return 0.0
