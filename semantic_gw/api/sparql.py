"""`/sparql`: an endpoint of SPARQL 1.1 Protocol that describes itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from semantic_gw.api.negotiation import choose
from semantic_gw.api.request import Request, bad
from semantic_gw.api.sparql_answer import Sending, content_type_of, while_there
from semantic_gw.api.sparql_etag import Tags, knows
from semantic_gw.api.sparql_request import Operation, read_operation
from semantic_gw.api.sparql_writing import not_yours, writer_of, written
from semantic_gw.asgi import Answer, Headers
from semantic_gw.contracts import GraphAnswer
from semantic_gw.errors import QueryError
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.sparql.admission import caller_of
from semantic_gw.sparql.description import Service, describe
from semantic_gw.sparql.formats import GRAPHS, OFFERED, SOLUTIONS, preferred
from semantic_gw.sparql.question import Question
from semantic_gw.sparql.service import SparqlService
from semantic_gw.sparql.update_text import NotYoursError
from semantic_gw.sparql.writers import Writers

VARY: Final[Headers] = ((b"vary", b"accept"),)
_UPDATES: Final = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})


@dataclass(frozen=True, slots=True)
class SparqlResource:
    """The endpoint."""

    service: SparqlService
    writers: Writers | None = None
    tags: Tags = field(default_factory=Tags)

    async def get(self, request: Request) -> Answer | None:
        """A query in the URL, or what this endpoint is."""
        operation = await read_operation(request, self.service.settings)
        if operation.query is None:
            return await self._description(request)
        return await self.query(request, operation)

    async def post(self, request: Request) -> Answer | None:
        """A query or an update in the body."""
        operation = await read_operation(request, self.service.settings)
        if operation.update is not None:
            return await self._update(request, operation, operation.update)
        return await self.query(request, operation)

    async def _update(self, request: Request, operation: Operation, text: str) -> Answer:
        """Answered only when it is durable: a client that hangs up meanwhile does not stop it."""
        writer = writer_of(request, self.writers)
        if self.writers is None or operation.using:
            bad("using-graph-uri and using-named-graph-uri are not taken: write USING (SPARQL 1.1 Protocol, 2.2.3)")
        try:
            return written(is_there=await self.writers.update(writer, text, self.service.bounds(operation.time_s)))
        except NotYoursError as error:
            raise not_yours(error) from None

    async def query(self, request: Request, operation: Operation) -> Answer | None:
        """What the query of *operation* finds."""
        question = await self._question(request, operation)
        if self._is_known(request, question):
            return Answer(HTTPStatus.NOT_MODIFIED, b"", b"", self._known(question))
        sending = _Tagged(request, self, question)
        return await while_there(request, sending.send(self.service.ask(question)))

    async def _question(self, request: Request, operation: Operation) -> Question:
        query = await self.service.read(operation.query or "")
        check_form(query)
        accept, offered = request.header("accept"), OFFERED.get(query.form)
        liked = choose(accept, offered) if offered else ""
        return Question(
            query,
            caller(request),
            solutions=liked if offered and liked not in GRAPHS else preferred(accept, SOLUTIONS),
            graph=liked if liked in GRAPHS else preferred(accept, GRAPHS),
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
            time_s=operation.time_s,
        )

    async def _description(self, request: Request) -> Answer:
        media_type = choose(request.header("accept"), GRAPHS)
        service = self.service
        described = Service(
            endpoint=request.base_url + "sparql",
            size=await service.store.size(),
            functions=service.functions,
            takes_updates=self.writers is not None and self.writers.can_update,
            federates=bool(service.federation.services),
        )
        return Answer(HTTPStatus.OK, describe(described, media_type), content_type_of(media_type), VARY)

    # What the client has already:

    def tag(self, question: Question, generation: int) -> str:
        """The entity tag of the answer to *question* by *generation*; empty where there can be none."""
        form = question.query.form
        if not generation or form not in OFFERED or not question.is_repeatable:
            return ""
        return self.tags.tag(generation, question.graph if OFFERED[form] is GRAPHS else question.solutions)

    def _is_known(self, request: Request, question: Question) -> bool:
        given = request.header("if-none-match")
        if not given or request.scope["method"] == "POST":
            return False
        tag = self.tag(question, self.service.store.generation)
        if tag and knows(given, tag):
            self.service.known()
            return True
        return False

    def _known(self, question: Question) -> Headers:
        tag = self.tag(question, self.service.store.generation)
        return ((b"etag", tag.encode()), *VARY)


def caller(request: Request) -> str:
    """Who asks, by the address."""
    return caller_of((request.scope.get("client") or ("",))[0])


def check_form(query: QueryText) -> None:
    """Refuse an update where a query is wanted. Raises QueryError."""
    if query.form in _UPDATES:
        raise QueryError(f"{query.form} begins an update, and this is asked as a query: post it as update")


class _Tagged(Sending):
    """An answer with its entity tag."""

    def __init__(self, request: Request, resource: SparqlResource, question: Question) -> None:
        super().__init__(request, resource.service.settings.send_s, VARY)
        self._resource = resource
        self._question = question
        self._is_got = request.scope["method"] != "POST"

    def more_headers(self, answer: GraphAnswer) -> Headers:
        tag = self._resource.tag(self._question, answer.generation) if self._is_got else ""
        return ((b"etag", tag.encode()), (b"cache-control", b"no-cache")) if tag else ()
