"""`/graphs`: the graphs one by one (SPARQL 1.1 Graph Store HTTP Protocol), and which there are."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import msgspec

from semantic_gw.api.negotiation import choose
from semantic_gw.api.request import Request, bad
from semantic_gw.api.sparql_answer import Sending, while_there
from semantic_gw.asgi import Answer, Headers
from semantic_gw.contracts import GraphAnswer
from semantic_gw.model import IRI, Json
from semantic_gw.problems import ProblemError
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.sparql.admission import caller_of
from semantic_gw.sparql.formats import GRAPHS, JSON
from semantic_gw.sparql.question import Question, graph_name
from semantic_gw.sparql.service import SparqlService

_VARY: Final[Headers] = ((b"vary", b"accept"),)
_LISTS: Final = (JSON, "text/uri-list")
_NAMES: Final = QueryText("SELECT DISTINCT ?graph { GRAPH ?graph { } } ORDER BY ?graph")
_EXISTS: Final = QueryText("ASK { ?s ?p ?o }")
_CONTENT: Final = QueryText("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


@dataclass(frozen=True, slots=True)
class GraphsResource:
    """The graphs."""

    service: SparqlService

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
        return await Sending(request, self.service.settings.send_s, _VARY).send(self.service.ask(question))

    async def _exists(self, request: Request, graph: IRI) -> bool:
        async with self.service.ask(_question(request, _EXISTS, graph)) as answer:
            return bool(msgspec.json.decode(await _whole(answer))["boolean"])

    async def _list(self, request: Request) -> Answer:
        media_type = choose(request.header("accept"), _LISTS)
        async with self.service.ask(_question(request, _NAMES, "")) as answer:
            found: Json = msgspec.json.decode(await _whole(answer))
        names = [solution["graph"]["value"] for solution in found["results"]["bindings"]]
        body = msgspec.json.encode(names) if media_type == JSON else "".join(f"{name}\r\n" for name in names).encode()
        return Answer(HTTPStatus.OK, body, media_type.encode(), _VARY)


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
    caller = caller_of((request.scope.get("client") or ("",))[0])
    return Question(query, caller, graph=graph_format, default_graphs=(graph,) if graph else ())


async def _whole(answer: GraphAnswer) -> bytes:
    return b"".join([part async for part in answer.parts])
