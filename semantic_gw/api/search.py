"""`/search/jsonpath`, `/search/xpath` and `/search/sparql` (WoT Discovery, 7.2.2.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from semantic_gw.api.request import Request, bad
from semantic_gw.api.sparql import VARY, caller, check_form
from semantic_gw.api.sparql_answer import Sending, while_there
from semantic_gw.asgi import Answer
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.directory.search.search import Search
from semantic_gw.problems import ProblemError
from semantic_gw.sparql.formats import DIRECTORY_GRAPHS, DIRECTORY_SOLUTIONS, DIRECTORY_TRUTHS, preferred
from semantic_gw.sparql.question import Question
from semantic_gw.sparql.service import SparqlService

_QUERY: Final = "application/sparql-query"
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = b"application/json"


@dataclass(frozen=True, slots=True)
class SparqlSearch:
    """The endpoint as a search of the directory: it sees every change made before, and refuses no form of answer.

    *caught_up* gives a generation of the store that knows of every change.
    """

    service: SparqlService
    caught_up: Callable[[], Awaitable[int]]

    async def answer(self, request: Request, text: str) -> Answer | None:
        """What the query *text* finds, in the form that the client likes best of those there are."""
        query = await self.service.read(text)
        accept = request.header("accept")
        check_form(query)
        question = Question(
            query,
            caller(request),
            solutions=preferred(accept, DIRECTORY_TRUTHS if query.form == "ASK" else DIRECTORY_SOLUTIONS),
            graph=preferred(accept, DIRECTORY_GRAPHS),
            at_least=await self.caught_up(),
        )
        return await Sending(request, self.service.settings.send_s, VARY).send(self.service.ask(question))


@dataclass(frozen=True, slots=True)
class SearchResource:
    """Three languages, one directory."""

    search: Search
    graphs: SparqlSearch

    async def jsonpath(self, request: Request) -> Answer:
        """What a JSONPath (RFC 9535) finds in the array of all Enriched TDs."""
        return await self._json(request, self.search.jsonpath)

    async def xpath(self, request: Request) -> Answer:
        """What an XPath 3.1 finds."""
        return await self._json(request, self.search.xpath)

    async def _json(self, request: Request, search: Callable[[str], Awaitable[bytes]]) -> Answer:
        return Answer(HTTPStatus.OK, await search(_query(request)), _JSON)

    async def sparql(self, request: Request) -> Answer | None:
        """A query of SPARQL 1.1 in the argument `query` (SPARQL 1.1 Protocol, 2.1.1)."""
        await request.read()
        return await self._sparql(request, _query(request))

    async def sparql_post(self, request: Request) -> Answer | None:
        """The same, in the body (SPARQL 1.1 Protocol, 2.1.2 and 2.1.3)."""
        media_type = parse_media_type(request.header("content-type") or _QUERY).essence
        if media_type not in (_QUERY, _FORM):
            detail = f"a query is {_QUERY} or {_FORM}, not {media_type!r}"
            headers = (("accept-post", f"{_QUERY}, {_FORM}"),)
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=headers)
        try:
            body = (await request.read(self.graphs.service.settings.query_bytes, "sparql.query_bytes")).decode()
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

    async def _sparql(self, request: Request, query: str) -> Answer | None:
        return await while_there(request, self.graphs.answer(request, query))


def _query(request: Request) -> str:
    query = str(request.query(query=str).get("query", ""))
    if not query:
        bad("the argument query is missing: what to search for")
    return query
