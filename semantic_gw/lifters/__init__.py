"""Thing Descriptions as mappings: what of them can be used to lift payloads, and the lifters that they become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from semantic_gw.lexicon import Lexicon
from semantic_gw.lifters.meanings import meanings
from semantic_gw.lifters.reading import read
from semantic_gw.model import Finding, ThingDescription

__all__ = ["MOST_WARNINGS", "told", "warnings"]

MOST_WARNINGS: Final = 50
"""Most findings that are told of one Thing Description."""


def warnings(thing: ThingDescription, lexicon: Lexicon) -> tuple[Finding, ...]:
    """What in *thing* cannot be used to lift its payloads, and what to add. Raises MappingError.

    Actions are never lifted, and not told of.
    """
    return told(read(thing, meanings(lexicon)).findings)


def told(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """*findings*, or as many of them as are told, and how many more there are."""
    if len(findings) <= MOST_WARNINGS:
        return tuple(findings)
    rest = Finding("", f"and {len(findings) - MOST_WARNINGS + 1} more that are not told")
    return (*findings[: MOST_WARNINGS - 1], rest)
