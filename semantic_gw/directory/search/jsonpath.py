"""JSONPath (RFC 9535) over the array of all Things, by code point order of their ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import jsonpath_rfc9535
import msgspec
from jsonpath_rfc9535.exceptions import JSONPathError
from jsonpath_rfc9535.segments import JSONPathChildSegment, JSONPathRecursiveDescentSegment
from jsonpath_rfc9535.selectors import FilterSelector, NameSelector, WildcardSelector

from semantic_gw.errors import QueryError
from semantic_gw.model import Json

_read: Final = msgspec.json.Decoder().decode
_DISTRIBUTES: Final = (
    (JSONPathChildSegment, (WildcardSelector, FilterSelector)),
    (JSONPathRecursiveDescentSegment, (NameSelector,)),
)
"""First segments that find in an array what they find in its elements, one after the other."""


def find(text: str, documents: Sequence[bytes]) -> Iterator[Json]:
    """The values of the nodes that *text* selects. Raises QueryError where it is no JSONPath."""
    query = compiled(text)
    for value in _arrays(text, query, documents):
        for node in query.finditer(value):
            yield node.value


def compiled(text: str) -> jsonpath_rfc9535.JSONPathQuery:
    """*text* as a query. Raises QueryError with what is wrong, and where."""
    try:
        return jsonpath_rfc9535.compile(text)
    except JSONPathError as error:
        where = f" at character {error.token.index + 1}" if error.token else ""
        raise QueryError(f"no JSONPath (RFC 9535): {error.args[0]}{where}") from None


def _arrays(text: str, query: jsonpath_rfc9535.JSONPathQuery, documents: Iterable[bytes]) -> Iterator[list[Json]]:
    """The array of all Things; or, where that finds the same with less memory, one of each Thing alone."""
    if _distributes(text, query):
        return ([_read(document)] for document in documents)
    return iter([[_read(document) for document in documents]])


def _distributes(text: str, query: jsonpath_rfc9535.JSONPathQuery) -> bool:
    """Whether *query* finds in all Things what it finds in each: a `$` inside of it may look at the others."""
    if not query.segments or text.count("$") > 1:
        return False
    first = query.segments[0]
    return len(first.selectors) == 1 and any(
        isinstance(first, segment) and isinstance(first.selectors[0], selectors) for segment, selectors in _DISTRIBUTES
    )
