"""`/search/jsonpath`, `/search/xpath` and `/search/sparql` (WoT Discovery, 7.2.2.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from semantic_gw.api.request import Request, bad
from semantic_gw.asgi import Answer
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.directory.search.search import Search
from semantic_gw.problems import ProblemError

MAX_QUERY_BYTES: Final = 64 * 1024
_QUERY: Final = "application/sparql-query"
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = b"application/json"


@dataclass(frozen=True, slots=True)
class SearchResource:
    """Three languages, one directory."""

    search: Search

    async def jsonpath(self, request: Request) -> Answer:
        """What a JSONPath (RFC 9535) finds in the array of all Enriched TDs."""
        return await self._json(request, self.search.jsonpath)

    async def xpath(self, request: Request) -> Answer:
        """What an XPath 3.1 finds."""
        return await self._json(request, self.search.xpath)

    async def _json(self, request: Request, search: Callable[[str], Awaitable[bytes]]) -> Answer:
        return Answer(HTTPStatus.OK, await search(_query(request)), _JSON)

    async def sparql(self, request: Request) -> Answer:
        """A query of SPARQL 1.1 in the argument `query` (SPARQL 1.1 Protocol, 2.1.1)."""
        return await self._sparql(request, _query(request))

    async def sparql_post(self, request: Request) -> Answer:
        """The same, in the body (SPARQL 1.1 Protocol, 2.1.2 and 2.1.3)."""
        media_type = parse_media_type(request.header("content-type") or _QUERY).essence
        if media_type not in (_QUERY, _FORM):
            detail = f"a query is {_QUERY} or {_FORM}, not {media_type!r}"
            headers = (("accept-post", f"{_QUERY}, {_FORM}"),)
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=headers)
        try:
            body = (await request.read(MAX_QUERY_BYTES, "the limit of a query")).decode()
        except UnicodeDecodeError:
            bad("a query is text in UTF-8")
        if media_type == _QUERY:
            return await self._sparql(request, body)
        try:
            given = parse_qs(body, max_num_fields=20).get("query", [])
        except ValueError:
            bad("the form has more than 20 fields; it wants one field query")
        if len(given) != 1:
            bad("the form wants one field query")
        return await self._sparql(request, given[0])

    async def _sparql(self, request: Request, query: str) -> Answer:
        found = await self.search.sparql(query, accept=request.header("accept"))
        return Answer(HTTPStatus.OK, found.body, found.media_type.encode(), ((b"vary", b"accept"),))


def _query(request: Request) -> str:
    query = str(request.query(query=str).get("query", ""))
    if not query:
        bad("the argument query is missing: what to search for")
    return query
