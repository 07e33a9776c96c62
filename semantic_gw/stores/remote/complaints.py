"""What it means when a store complains: a query that is wrong or costs too much, or a store that is away."""

from __future__ import annotations

import re
from typing import Final

from semantic_gw.errors import LimitError, NotSupportedError, QueryError, RefusedError, UnavailableError

REFUSED_UPDATE: Final = frozenset({400, 413, 422})
"""Statuses by which a store says that an update itself is what it cannot take."""

_MOST_TOLD: Final = 300
_SAID: Final = {401: "wants another login", 403: "forbids it", 404: "is not at this address"}

_PLACE: Final = re.compile(
    r"line[ :=]*(?P<line>\d+)[ ,:]*col(?:umn)?[ :=]*(?P<column>\d+)|\b(?P<l>\d+):(?P<c>\d+)\b", re.IGNORECASE
)
_TOO_LONG: Final = re.compile(r"time[d]?[ _-]?out|TimeLimitExceeded|exceed\w*[^.]{0,60}time|cancell?ed", re.IGNORECASE)
_TOO_MUCH: Final = re.compile(r"out ?of ?memory|MemoryLimitExceeded|exceed\w*[^.]{0,60}memory|allocat", re.IGNORECASE)
_IS_MARKUP: Final = re.compile(r"\s*<(?:!doctype|html)", re.IGNORECASE)


def complaint(status: int, text: str, time_s: float) -> RefusedError | UnavailableError:
    """What a store means that answers a query with *status* and *text*; it was given *time_s* seconds.

    An answer in HTML is one of a proxy: that says nothing about the query.

    >>> complaint(503, "Query timed out", 5)
    LimitError('the query takes longer than 5 s')
    >>> complaint(503, "Service Unavailable", 5)
    UnavailableError('the graph store answers (503): Service Unavailable')
    """
    told = " ".join(text.split())[:_MOST_TOLD]
    if status == 400:
        return _wrong(told)
    if status == 406:
        return NotSupportedError(f"the graph store does not answer in this form: {told}")
    if (status >= 500 or status in (408, 429)) and not _IS_MARKUP.match(text):
        if _TOO_LONG.search(text):
            return LimitError(f"the query takes longer than {time_s:g} s", limit="time")
        if _TOO_MUCH.search(text):
            return LimitError("the query needs more memory than the graph store has for it", limit="memory")
    return away(status, told)


def away(status: int, told: str) -> UnavailableError:
    """What a store means that does not take what it is told, for no fault of that."""
    return UnavailableError(f"the graph store {_SAID.get(status, 'answers')} ({status}): {told}")


def _wrong(told: str) -> QueryError:
    place = _PLACE.search(told)
    if place is None:
        return QueryError(told or "the graph store calls the query wrong")
    line, column = place["line"] or place["l"], place["column"] or place["c"]
    return QueryError(told, line=int(line), column=int(column))
