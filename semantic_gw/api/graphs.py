"""`/graphs`: the graphs one by one (SPARQL 1.1 Graph Store HTTP Protocol), and which there are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final, TypeVar

import msgspec

from semantic_gw.api.negotiation import choose
from semantic_gw.api.request import Request, bad
from semantic_gw.api.sparql import VARY, caller
from semantic_gw.api.sparql_answer import Sending, while_there
from semantic_gw.api.sparql_writing import not_yours, writer_of, written
from semantic_gw.asgi import Answer
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.contracts import GraphAnswer
from semantic_gw.model import IRI, Json
from semantic_gw.problems import ProblemError
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.sandbox import Sandbox
from semantic_gw.sparql.formats import GRAPHS, JSON, TURTLE
from semantic_gw.sparql.graph_text import READ, as_ntriples, insertion
from semantic_gw.sparql.question import Question, graph_name
from semantic_gw.sparql.service import SparqlService
from semantic_gw.sparql.update_text import NotYoursError
from semantic_gw.sparql.writers import Writer, Writers

T = TypeVar("T")

_LISTS: Final = (JSON, "text/uri-list")
_NAMES: Final = QueryText("SELECT DISTINCT ?graph { GRAPH ?graph { } } ORDER BY ?graph")
_EXISTS: Final = QueryText("ASK { ?s ?p ?o }")
_CONTENT: Final = QueryText("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


@dataclass(frozen=True, slots=True)
class GraphsResource:
    """The graphs."""

    service: SparqlService
    writers: Writers | None = None
    sandbox: Sandbox | None = None
    """Where graphs are read that somebody sends."""

    async def get(self, request: Request) -> Answer | None:
        """What is in the graph that the URL names (4.1 and 5.2), or the names of all."""
        await request.read()
        named = named_graph(request)
        if named is None:
            return await while_there(request, self._list(request))
        return await while_there(request, self._graph(request, named))

    async def _graph(self, request: Request, graph: IRI) -> Answer | None:
        media_type = choose(request.header("accept"), GRAPHS)
        if graph and not await self._exists(request, graph):
            raise ProblemError(HTTPStatus.NOT_FOUND, "", f"there is no graph <{graph}>; /graphs lists those that are")
        question = _question(request, _CONTENT, graph, graph_format=media_type)
        return await Sending(request, self.service.settings.send_s, VARY).send(self.service.ask(question))

    async def _exists(self, request: Request, graph: IRI) -> bool:
        at_least = await self.writers.generation() if self.writers is not None and self.writers.are_there else 0
        question = replace(_question(request, _EXISTS, graph), at_least=at_least)
        async with self.service.ask(question) as answer:
            return bool(msgspec.json.decode(await _whole(answer))["boolean"])

    async def _list(self, request: Request) -> Answer:
        media_type = choose(request.header("accept"), _LISTS)
        async with self.service.ask(_question(request, _NAMES, "")) as answer:
            found: Json = msgspec.json.decode(await _whole(answer))
        names = [solution["graph"]["value"] for solution in found["results"]["bindings"]]
        body = msgspec.json.encode(names) if media_type == JSON else "".join(f"{name}\r\n" for name in names).encode()
        return Answer(HTTPStatus.OK, body, media_type.encode(), VARY)

    # Writing (5.3 to 5.5):

    async def put(self, request: Request) -> Answer:
        """Replace a graph by the one in the body."""
        writer, graph = self._target(request)
        triples = await self._triples(request, graph)
        existed = await self._exists(request, graph)
        is_there = await self._write(self._sure.put(writer, graph, triples))
        return written(is_there=is_there, created=bool(triples) and not existed)

    async def post(self, request: Request) -> Answer:
        """Add the graph in the body to one that is there, or to a new one."""
        writer, graph = self._target(request)
        triples = await self._triples(request, graph)
        existed = await self._exists(request, graph)
        if existed:
            update = self._sure.update(writer, insertion(graph, triples), self.service.bounds())
        else:
            update = self._sure.put(writer, graph, triples)
        return written(is_there=await self._write(update), created=bool(triples) and not existed)

    async def delete(self, request: Request) -> Answer:
        """Remove a graph."""
        writer, graph = self._target(request)
        await request.read()
        if not await self._exists(request, graph):
            raise ProblemError(HTTPStatus.NOT_FOUND, "", f"there is no graph <{graph}>")
        return written(is_there=await self._write(self._sure.put(writer, graph, None)))

    @property
    def _sure(self) -> Writers:
        assert self.writers is not None  # noqa: S101  `_target` has asked
        return self.writers

    def _target(self, request: Request) -> tuple[Writer, IRI]:
        """Who writes, and which graph. Raises ProblemError."""
        writer = writer_of(request, self.writers)
        graph = named_graph(request)
        if graph is None:
            bad("which graph? graph=<its IRI> (SPARQL 1.1 Graph Store HTTP Protocol, 4.2)")
        try:
            writer.check(graph)
        except NotYoursError as error:
            raise not_yours(error) from None
        return writer, graph

    async def _write(self, work: Awaitable[bool]) -> bool:
        try:
            return await work
        except NotYoursError as error:
            raise not_yours(error) from None

    async def _triples(self, request: Request, graph: IRI) -> bytes:
        """The body as N-Triples. Raises ProblemError, and DecodingError where it is not what it says."""
        media_type = parse_media_type(request.header("content-type") or TURTLE).essence
        if media_type not in READ:
            detail = f"a graph is {', '.join(READ)}, not {media_type}"
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=(("accept", ", ".join(READ)),))
        body = await request.read(self.service.settings.update_bytes, "sparql.update_bytes")
        run = self.sandbox.run if self.sandbox else _here
        return await asyncio.to_thread(run, as_ntriples, body, media_type, graph)


def _here(work: Callable[..., T], *args: object) -> T:
    return work(*args)


def named_graph(request: Request) -> IRI | None:
    """The graph that the URL names: an IRI, empty for the default graph, None where it names none (5.2).

    Raises ProblemError, and QueryError for what is no IRI.
    """
    given = request.query(graph=str, default=str)
    if not given:
        return None
    if len(given) > 1 or given.get("default"):
        bad("a request names one graph: graph=<its IRI>, or default (SPARQL 1.1 Graph Store HTTP Protocol, 4.2)")
    return graph_name(str(given["graph"])) if "graph" in given else ""


def _question(request: Request, query: QueryText, graph: IRI, *, graph_format: str = GRAPHS[0]) -> Question:
    """*query* over *graph* alone; the empty text means all of them."""
    return Question(query, caller(request), graph=graph_format, default_graphs=(graph,) if graph else ())


async def _whole(answer: GraphAnswer) -> bytes:
    return b"".join([part async for part in answer.parts])
