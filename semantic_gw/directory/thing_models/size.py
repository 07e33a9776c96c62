"""How large and how deep a document is, and may be."""

from __future__ import annotations

import json
from typing import Final

from semantic_gw.directory.thing_models.faults import refuse
from semantic_gw.directory.thing_models.terms import MAX_NESTING
from semantic_gw.model import Json

_COMPACT: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Allowance:
    """Characters of JSON that may still be spent."""

    def __init__(self, characters: int, complaint: str) -> None:
        self._limit = self._left = characters
        self._complaint = complaint

    def spend(self, characters: int, where: str) -> None:
        """Raises InvalidDocumentError, at the pointer *where*, when it is more than is left."""
        self._left -= characters
        if self._left < 0:
            raise refuse(where, f"{self._complaint} {self._limit} characters")


def text(value: Json) -> str:
    """*value* as compact JSON, only to see how long it is and what is in it."""
    return _COMPACT.encode(value)


def check_nesting(document: Json) -> None:
    """Raises InvalidDocumentError where parts put together are nested too deep."""
    if nesting(document) > MAX_NESTING:
        raise refuse("", f"put together, the parts of the model are nested deeper than {MAX_NESTING} levels")


def nesting(value: Json) -> int:
    """How many levels of objects and arrays *value* has; no more than `MAX_NESTING` + 1 are counted.

    >>> nesting({"properties": {"on": {"enum": [1, 2]}}}), nesting("on")
    (4, 0)
    """
    levels, level = 0, [value] if isinstance(value, dict | list) else []
    while level and levels <= MAX_NESTING:
        inner = {id(found): found for container in level for found in _containers(container)}
        level, levels = list(inner.values()), levels + 1
    return levels


def _containers(value: Json) -> list[Json]:
    values = value.values() if isinstance(value, dict) else value
    return [inner for inner in values if isinstance(inner, dict | list)]
