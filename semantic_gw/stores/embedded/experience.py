"""What is known of queries from those before them: whether they are quick."""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import lru_cache
from typing import Final

_VARYING: Final = re.compile(
    r""""(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|["'].*|<[^<>"{}|^`\\\x00-\x20]*+>|\#[^\r\n]*|\d+|\s+""", re.DOTALL
)
"""What differs between two queries of one kind: literals, IRIs, numbers, comments and gaps. A quote that is never
closed takes the rest, so that each character is looked at a few times at most."""

_LONGEST: Final = 20_000
"""Characters of a query that is of a kind at all."""

_REMEMBERED: Final = 8192
_BEST: Final = 8
_WORST: Final = -4
_SLOW: Final = -2
"""A quick query counts one, a slow one minus two: what was quick for long is not slow for one hiccup of the machine.
A query that was slow time and again is, whatever others of its kind are."""


class Experience:
    """Scores of queries and of their kinds; those that nobody asked for long are forgotten."""

    def __init__(self) -> None:
        self._scores: OrderedDict[int, int] = OrderedDict()

    def of(self, text: str) -> int:
        """Above 0: it, or others like it, have been quick; below: slow; 0: nobody knows.

        >>> experience = Experience()
        >>> experience.learn("SELECT ?v { <urn:lamp> ?p ?v } LIMIT 10", was_quick=True)
        >>> experience.of("SELECT ?v { <urn:door> ?p ?v } LIMIT 20")
        1
        """
        own = self._scores.get(hash(text), 0)
        return own if own == _WORST else own + self._scores.get(_kind(text), 0)

    def learn(self, text: str, *, was_quick: bool) -> None:
        """*text* has been asked. That it is slow again says nothing more about its kind."""
        change = 1 if was_quick else _SLOW
        if was_quick or self._scores.get(hash(text), 0) >= 0:
            self._add(_kind(text), change)
        self._add(hash(text), change)
        while len(self._scores) > _REMEMBERED:
            self._scores.popitem(last=False)

    def _add(self, key: int, change: int) -> None:
        self._scores[key] = max(min(self._scores.pop(key, 0) + change, _BEST), _WORST)


def _kind(text: str) -> int:
    return _kind_of_short(text) if len(text) <= _LONGEST else hash(("kind", text))


@lru_cache(maxsize=64)
def _kind_of_short(text: str) -> int:
    return hash(("kind", _VARYING.sub(" ", text)))
