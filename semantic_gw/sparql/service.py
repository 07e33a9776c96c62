"""Questions to a graph store: each in its turn, within bounds, counted, and ended where nobody waits for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import monotonic
from typing import Final

from semantic_gw.contracts import GraphAnswer, GraphQuery, GraphStore, QueryBounds
from semantic_gw.errors import LimitError, NotSupportedError, QueryError, UnavailableError
from semantic_gw.model import IRI
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.settings import SparqlSettings
from semantic_gw.sparql.admission import Admission
from semantic_gw.sparql.federation import Federation
from semantic_gw.sparql.formats import engine_format
from semantic_gw.sparql.metrics import SparqlMetrics
from semantic_gw.sparql.question import Question, read_query

_log = logging.getLogger(__name__)

_OUTCOMES: Final = (
    (NotSupportedError, "unsupported"),
    (QueryError, "wrong"),
    (UnavailableError, "unavailable"),
    (asyncio.CancelledError, "gone"),
    (GeneratorExit, "gone"),
)


class SparqlService:
    """Answers questions about what *store* holds."""

    def __init__(
        self,
        store: GraphStore,
        settings: SparqlSettings,
        federation: Federation,
        metrics: SparqlMetrics,
        functions: tuple[IRI, ...] = (),
    ) -> None:
        """*functions* are those of the store's engine that SPARQL 1.1 has not."""
        self.store = store
        self.settings = settings
        self.federation = federation
        self.metrics = metrics
        self.functions = functions
        self._admission = Admission(settings)

    async def read(self, text: str) -> QueryText:
        """*text* as words. Raises LimitError where it is too long."""
        return await read_query(text, self.settings.query_bytes)

    @asynccontextmanager
    async def ask(self, question: Question) -> AsyncIterator[GraphAnswer]:
        """The answer to *question*; what still runs when the block is left, is ended.

        Raises QueryError, LimitError (also while the parts come), NotSupportedError and UnavailableError.
        """
        with self._observed(question):
            async with self._admission.place(question.caller):
                self._gauge()
                async with self.store.query(await self._query(question)) as answer:
                    yield _told(answer, question)

    def known(self) -> None:
        """Count a question whose answer the client has already."""
        self.metrics.queries.labels("known").inc()

    async def _query(self, question: Question) -> GraphQuery:
        bounds = self.bounds(question.time_s)
        return GraphQuery(
            await self._federated(question.query, bounds.time_s),
            bounds,
            engine_format(question.solutions),
            question.graph,
            question.default_graphs,
            question.named_graphs,
            question.at_least,
            question.caller,
        )

    def bounds(self, time_s: float | None = None) -> QueryBounds:
        """What a question may cost: in *time_s* seconds, if that is less than the settings say."""
        settings = self.settings
        time_s = min(time_s or settings.time_s, settings.time_s)
        return QueryBounds(time_s, settings.memory_bytes, settings.answer_bytes, settings.rows)

    async def _federated(self, query: QueryText, time_s: float) -> str:
        try:
            async with asyncio.timeout(time_s):
                return await self.federation.resolve(query)
        except TimeoutError:
            raise LimitError(f"its SERVICE clauses were not answered within {time_s:g} s", limit="time") from None

    @contextmanager
    def _observed(self, question: Question) -> Iterator[None]:
        """Count what becomes of *question*."""
        outcome, started = "failed", monotonic()
        try:
            yield
            outcome = "answered"
        except BaseException as error:
            outcome = outcome_of(error)
            raise
        finally:
            seconds = monotonic() - started
            self.metrics.queries.labels(outcome).inc()
            self.metrics.seconds.observe(seconds)
            self._gauge()
            if seconds > self.settings.slow_s:
                self._log_slow(question, outcome, seconds)

    def _gauge(self) -> None:
        self.metrics.running.set(self._admission.running)
        self.metrics.waiting.set(self._admission.waiting)

    def _log_slow(self, question: Question, outcome: str, seconds: float) -> None:
        form = question.query.form[:16]
        told = {"query": question.hash, "form": form, "outcome": outcome, "seconds": round(seconds, 3)}
        if self.settings.log_text:
            told["text"] = question.query.text
        _log.warning("a query was slow", extra=told)


def outcome_of(error: BaseException) -> str:
    """The word by which *error* is counted."""
    if isinstance(error, LimitError):
        return error.limit
    return next((outcome for kind, outcome in _OUTCOMES if isinstance(error, kind)), "failed")


def _told(answer: GraphAnswer, question: Question) -> GraphAnswer:
    """*answer* under the name of its format that the client knows."""
    if answer.media_type == engine_format(question.solutions):
        return GraphAnswer(question.solutions, answer.parts, answer.generation)
    return answer
