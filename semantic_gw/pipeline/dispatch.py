"""Which row of which family an address belongs to: found by its first level, however many families there are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

R = TypeVar("R")

_REMEMBERED: Final = 16_384
MAX_LEVELS: Final = 32
MAX_CHARACTERS: Final = 1_024
"""No family has deeper or longer addresses: a template with several variables would take long to fail on one."""

_VARIABLE: Final = re.compile(r"\{")


class Entry(NamedTuple, Generic[R]):
    """A row under the address template it is for; *heads* are the first levels it can have, none for any."""

    heads: tuple[str, ...]
    pattern: re.Pattern[str]
    row: R


class Dispatch(Generic[R]):
    """Rows by address. One whose first level is written out goes before one that takes any; then the order counts."""

    def __init__(self, entries: Iterable[Entry[R]], *, remembered: int = _REMEMBERED) -> None:
        """*remembered* is the number of addresses, found or not, that are looked up once only."""
        self._by_head: dict[str, list[Entry[R]]] = {}
        self._anywhere: list[Entry[R]] = []
        for entry in entries:
            for head in entry.heads:
                self._by_head.setdefault(head, []).append(entry)
            if not entry.heads:
                self._anywhere.append(entry)
        self._remembered = lru_cache(maxsize=remembered)(self._find)

    def find(self, address: str) -> tuple[R, re.Match[str]] | None:
        """The first row whose template matches *address*, and the match; none for one that no family can have."""
        if len(address) > MAX_CHARACTERS or address.count("/") >= MAX_LEVELS:
            return None
        return self._remembered(address)

    def _find(self, address: str) -> tuple[R, re.Match[str]] | None:
        for entries in (self._by_head.get(address.partition("/")[0], ()), self._anywhere):
            for entry in entries:
                if (match := entry.pattern.fullmatch(address)) is not None:
                    return entry.row, match
        return None


def heads(template: str, bases: Iterable[str]) -> tuple[str, ...]:
    """The first levels that addresses of *template* can have; empty where any level will do.

    >>> heads("tele/{device}/SENSOR", ()), heads("{base}/x", ("a/b", "c")), heads("{device}/rpc", ())
    (('tele',), ('a', 'c'), ())
    """
    first = template.partition("/")[0]
    if first == "{base}":
        return tuple(dict.fromkeys(base.partition("/")[0] for base in bases))
    return () if _VARIABLE.search(first) else (first,)
