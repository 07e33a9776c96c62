"""A graph store that speaks the SPARQL 1.1 Protocol: Fuseki, GraphDB, Virtuoso, Neptune, Oxigraph and others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Final

import httpx
import msgspec

from semantic_gw.contracts import GraphAnswer, GraphQuery, GraphUpdate, QueryBounds, StoreSize
from semantic_gw.errors import LimitError, NotSupportedError, QueryError, UnavailableError
from semantic_gw.rdf.query_text import QueryText
from semantic_gw.settings import StoreSettings
from semantic_gw.stores.remote.answering import Answering
from semantic_gw.stores.remote.complaints import REFUSED_UPDATE, away
from semantic_gw.stores.remote.dataset import parameters
from semantic_gw.stores.remote.session import open_session
from semantic_gw.stores.remote.timeouts import timeout_parameter
from semantic_gw.stores.remote.update_text import (
    Replacement,
    positions_query,
    positions_update,
    replacement,
    requests,
    size_query,
    update,
)

_log = logging.getLogger(__name__)

_OWN: Final = QueryBounds(time_s=30.0, memory_bytes=0, answer_bytes=16 * 1024**2, rows=100_000)
"""For what the gateway asks for itself."""

_PROBE: Final = QueryBounds(time_s=2.0, memory_bytes=0, answer_bytes=64 * 1024, rows=1)
_MANY_BYTES: Final = 256 * 1024
"""Triples that take longer to read than a thread takes to start."""

_SELDOM: Final = 50
"""How many times as long as it took to count the quads they are not counted again: stores look at each of them."""


class RemoteStore:
    """The graphs of a store elsewhere. What is replaced stands there when `replace` returns, for whoever asks."""

    generation: Final = 0
    """Others may write, too: nobody knows how old an answer is."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings.remote
        self._session: httpx.AsyncClient | None = None
        self._replaced = 0
        self._size = StoreSize(0, 0)
        self._size_holds_until = 0.0

    async def start(self) -> None:
        """Raises UnavailableError where the store does not answer, ConfigurationError for settings that cannot be."""
        timeout_parameter(self._settings.timeout_parameter, _OWN.time_s)
        self._session = open_session(self._settings)
        try:
            await self._told(GraphQuery("ASK {}", _OWN))
        except (QueryError, NotSupportedError, UnavailableError) as error:
            await self.stop()
            raise UnavailableError(str(error)) from error

    async def stop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.aclose()

    async def replace(self, updates: Sequence[GraphUpdate], positions: Mapping[str, int]) -> int:
        """As the contract says; where it takes several requests, the last one tells the positions.

        When one in between fails, those before it have been done, and the positions are still the old ones: who goes
        on there says the same again.
        """
        if sum(len(update.triples or b"") for update in updates) < _MANY_BYTES:
            readable = self._readable(updates)
        else:
            readable = await asyncio.to_thread(self._readable, updates)
        told = positions_update(self._settings.positions_graph, positions)
        *before, last = list(requests(readable, self._settings.update_bytes)) or [[]]
        for request in before:
            await self._write(request)
        await self._write(last, told)
        self._replaced += 1
        return self._replaced

    async def positions(self) -> Mapping[str, int]:
        solutions = await self._told(GraphQuery(positions_query(self._settings.positions_graph), _OWN))
        return {row["source"]: int(row["at"]) for row in solutions}

    async def size(self) -> StoreSize:
        """As of a moment ago where a store takes long to count."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        if begun >= self._size_holds_until:
            (row,) = await self._told(GraphQuery(size_query(self._settings.positions_graph), _OWN))
            self._size = StoreSize(int(row["graphs"]), int(row["quads"]))
            self._size_holds_until = loop.time() + _SELDOM * (loop.time() - begun)
        return self._size

    @asynccontextmanager
    async def query(self, query: GraphQuery) -> AsyncIterator[GraphAnswer]:
        asked = parameters(query, self._settings.default_graph, self._settings.union_parameter)
        form = QueryText(query.text).form
        media_type = query.graph if form in ("CONSTRUCT", "DESCRIBE") else query.solutions
        answering = Answering(query.bounds, media_type, form)
        asked += timeout_parameter(self._settings.timeout_parameter, query.bounds.time_s)
        try:
            await self._open(answering, asked)
            async with aclosing(answering.parts()) as parts:
                yield GraphAnswer(media_type, parts)
        finally:
            await answering.close()

    async def _open(self, answering: Answering, asked: Sequence[tuple[str, str]]) -> None:
        try:
            await answering.open(lambda: self._ask(asked, answering.accepted))
        except LimitError as error:
            if error.limit == "time" and not await self._answers():
                raise UnavailableError("the graph store does not answer in time, whatever it is asked") from None
            raise

    async def _answers(self) -> bool:
        """Whether the store has an answer to the easiest question: else it is no fault of the query."""
        probe = Answering(_PROBE, "application/sparql-results+json", "ASK")
        try:
            await probe.open(lambda: self._ask([("query", "ASK {}")], probe.accepted))
        except (QueryError, NotSupportedError, UnavailableError):
            return False
        finally:
            await probe.close()
        return True

    async def _ask(self, asked: Sequence[tuple[str, str]], accepted: str) -> httpx.Response:
        session = self._running()
        headers = {"Accept": accepted, "Accept-Encoding": "identity"}
        fields: dict[str, list[str]] = {}
        for name, value in asked:
            fields.setdefault(name, []).append(value)
        return await session.send(
            session.build_request("POST", self._settings.url, data=fields, headers=headers), stream=True
        )

    async def _told(self, query: GraphQuery) -> list[dict[str, str]]:
        """The solutions of a query of our own, each the value by variable."""
        try:
            async with self.query(query) as answer:
                body = b"".join([part async for part in answer.parts])
            found = msgspec.json.decode(body).get("results", {}).get("bindings", ())
            return [{name: term["value"] for name, term in solution.items()} for solution in found]
        except (QueryError, NotSupportedError, msgspec.DecodeError, AttributeError, KeyError) as error:
            raise UnavailableError(f"the graph store does not answer as one: {error}") from error

    def _readable(self, updates: Sequence[GraphUpdate]) -> list[Replacement]:
        """*updates* as SPARQL, but for those that cannot be read; of several of a graph the last."""
        found = []
        for number, (graph, triples) in enumerate(dict(updates).items()):
            try:
                found.append(replacement(graph, triples, number))
            except ValueError as error:
                _refused(graph, str(error))
        return found

    async def _write(self, replacements: Sequence[Replacement], positions: str = "") -> None:
        """Do them in one request; where the store refuses that, each on its own. Raises UnavailableError."""
        text = update(replacements, positions)
        if not text:
            return
        answer = await self._post(text)
        if answer.is_success:
            return
        told = " ".join(answer.text.split())[:300]
        if answer.status_code not in REFUSED_UPDATE or not replacements:
            raise away(answer.status_code, told)
        if len(replacements) == 1 and not positions:
            _refused(replacements[0].graph, told)
            return
        for one in replacements:
            await self._write([one])
        await self._write((), positions)

    async def _post(self, text: str) -> httpx.Response:
        url = self._settings.update_url or self._settings.url
        headers = {"Content-Type": "application/sparql-update"}
        try:
            async with asyncio.timeout(self._settings.update_s):
                return await self._running().post(url, content=text.encode(), headers=headers)
        except TimeoutError:
            raise UnavailableError(
                f"the graph store takes longer than {self._settings.update_s:g} s to write"
            ) from None
        except (httpx.HTTPError, OSError) as error:
            raise UnavailableError(f"the graph store cannot be written: {error or type(error).__name__}") from error

    def _running(self) -> httpx.AsyncClient:
        if self._session is None:
            raise UnavailableError("the graph store is not started")
        return self._session


def _refused(graph: str, error: str) -> None:
    _log.error("a graph cannot be stored, and stays as it was", extra={"graph": graph, "error": error})
