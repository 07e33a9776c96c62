"""A query as somebody asked it, before anything is evaluated."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from semantic_gw.errors import LimitError, QueryError
from semantic_gw.model import IRI
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.sparql.formats import RESULTS_JSON, TURTLE

_QUICK: Final = 8 * 1024
"""Characters that are read in less time than a thread needs to start."""

_ABSOLUTE: Final = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\\ud800-\udfff]*""")
"""An IRI with its scheme (RFC 3987, 2.2), as far as SPARQL looks at it (SPARQL 1.1 Query, 19.8, IRIREF)."""

_CHANGING: Final = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE", "SERVICE"})
"""Words of queries whose answer may differ though no graph changed."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query of *caller*, and how it is to be answered.

    *default_graphs* and *named_graphs* are the dataset of the protocol. *time_s* is less than the settings allow where
    the client asked for less. *at_least* is a generation of the store that the answer must know of.
    """

    query: QueryText
    caller: str
    solutions: str = RESULTS_JSON
    graph: str = TURTLE
    default_graphs: tuple[IRI, ...] = ()
    named_graphs: tuple[IRI, ...] = ()
    time_s: float | None = None
    at_least: int = field(default=0, compare=False)

    @property
    def is_repeatable(self) -> bool:
        """Whether the same graphs give the same answer."""
        return not any(token.word in _CHANGING for token in self.query.tokens)

    @property
    def hash(self) -> str:
        """What tells this query from others in a log that must not tell its text."""
        return sha256(self.query.text.encode("utf-8", "replace")).hexdigest()[:16]


async def read_query(text: str, most: int) -> QueryText:
    """*text* as words. Raises LimitError where it has more than *most* characters."""
    if len(text) > most:
        message = f"the query has {len(text)} characters; at most {most} are taken (sparql.query_bytes)"
        raise LimitError(message, limit="query")
    if len(text) < _QUICK:
        return QueryText(text)
    return await asyncio.to_thread(QueryText, text)


def graph_name(text: str) -> IRI:
    """*text*, if it can name a graph. Raises QueryError.

    >>> graph_name("urn:dev:kitchen")
    'urn:dev:kitchen'
    """
    if not _ABSOLUTE.fullmatch(text):
        raise QueryError(f"{text[:200]!r} names no graph: that is an absolute IRI, such as urn:dev:kitchen")
    return text
