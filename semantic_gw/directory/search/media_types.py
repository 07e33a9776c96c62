"""Which form of an answer a client likes best (RFC 9110, 12.5.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

SOLUTIONS: Final = (
    "application/json",
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
)
"""What SELECT and ASK can be answered with; the first is the default (WoT Discovery, 7.3.2.5.3)."""

GRAPHS: Final = ("application/ld+json", "text/turtle", "application/n-triples")
"""What CONSTRUCT and DESCRIBE can be answered with; the first is the default."""


@lru_cache(maxsize=256)
def preferred(accept: str, offered: tuple[str, ...]) -> str:
    """The media type of *offered* that the header *accept* likes best; the first where it likes none of them.

    A client cannot know before the answer which of both lists its query is about, so nothing is refused.

    >>> preferred("text/turtle, */*;q=0.1", GRAPHS), preferred("image/png", GRAPHS)
    ('text/turtle', 'application/ld+json')
    """
    weights = dict(_range(part) for part in accept.split(",") if part.strip())
    return max(offered, key=lambda media_type: _weight(media_type, weights))


def _weight(media_type: str, weights: dict[str, float]) -> float:
    """The weight of the most specific range that holds *media_type*."""
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((weights[name] for name in ranges if name in weights), 0.0)


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    weights = [value for key, _, value in (parameter.partition("=") for parameter in parameters) if key.strip() == "q"]
    return name, _number(weights[0]) if weights else 1.0


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
