"""What is known of queries from those before them: whether they are quick."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Final

_VARYING: Final = re.compile(
    r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>"{}|^`\\\x00-\x20]*>|\#[^\r\n]*|\d+|\s+""", re.DOTALL
)
"""What differs between two queries of one kind: literals, IRIs, numbers, comments and gaps."""

_LONGEST: Final = 20_000
"""Characters of a query that is of a kind at all."""

_REMEMBERED: Final = 8192
_BEST: Final = 8
_WORST: Final = -4
_SLOW: Final = -2
"""A quick query counts one, a slow one minus two: what was quick for long is not slow for one hiccup of the machine."""


class Experience:
    """Scores of queries and of their kinds; those that nobody asked for long are forgotten."""

    def __init__(self) -> None:
        self._scores: OrderedDict[int, int] = OrderedDict()

    def of_text(self, text: str) -> int:
        """Above 0: it has been quick; below: slow; 0: nobody knows."""
        return self._scores.get(hash(text), 0)

    def of_kind(self, text: str) -> int:
        """The same of queries like it.

        >>> experience = Experience()
        >>> experience.learn("SELECT ?v { <urn:lamp> ?p ?v } LIMIT 10", was_quick=True)
        >>> experience.of_kind("SELECT ?v { <urn:door> ?p ?v } LIMIT 20")
        1
        """
        return self._scores.get(_kind(text), 0)

    def learn(self, text: str, *, was_quick: bool) -> None:
        """*text* has been asked."""
        for key in (hash(text), _kind(text)):
            score = self._scores.pop(key, 0) + (1 if was_quick else _SLOW)
            self._scores[key] = max(min(score, _BEST), _WORST)
        while len(self._scores) > _REMEMBERED:
            self._scores.popitem(last=False)


def _kind(text: str) -> int:
    return hash(_VARYING.sub(" ", text)) if len(text) <= _LONGEST else hash(text)
