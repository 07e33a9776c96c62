"""An answer of a store as it comes, ended where it meets a bound."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Final, TypeVar

import httpx

from semantic_gw.contracts import QueryBounds
from semantic_gw.errors import LimitError, UnavailableError
from semantic_gw.stores.embedded.rows import Rows
from semantic_gw.stores.remote.complaints import complaint
from semantic_gw.stores.remote.conversion import LINES, N_TRIPLES, converted
from semantic_gw.stores.remote.rows import COUNTERS, NoRows

_T = TypeVar("_T")

_MOST_COMPLAINT: Final = 8 * 1024
"""Bytes read of what a store says where it refuses."""


class Answering:
    """What *response* brings. The time bound is about the store: while a reader is busy, it does not count."""

    def __init__(self, bounds: QueryBounds, wanted: str, form: str) -> None:
        self._bounds = bounds
        self._wanted = wanted
        self._is_graph = form in ("CONSTRUCT", "DESCRIBE")
        self._counts_none = form == "ASK"
        self._spent_s = 0.0
        self._bytes = self._rows = 0
        self._response: httpx.Response | None = None

    @property
    def accepted(self) -> str:
        """What the store is asked for: graphs by the line, which can be counted and are in other syntaxes, too."""
        return f"{N_TRIPLES}, text/turtle;q=0.5" if self._is_graph else self._wanted

    async def open(self, send: Callable[[], Awaitable[httpx.Response]]) -> None:
        """Ask. Raises QueryError, LimitError, UnavailableError."""
        self._response = await self._in_time(send())
        if self._response.status_code == httpx.codes.PARTIAL_CONTENT:
            raise LimitError("the graph store gives a part of the answer, for want of time", limit="time")
        if self._response.is_success:
            return
        text = await self._in_time(_told(self._response))
        raise complaint(self._response.status_code, text, self._bounds.time_s)

    async def close(self) -> None:
        if self._response is not None:
            await self._response.aclose()

    async def parts(self) -> AsyncGenerator[bytes]:
        """The answer within its bounds. Raises LimitError, UnavailableError."""
        media_type = self._media_type
        if not self._is_graph or (media_type == N_TRIPLES and self._wanted in LINES):
            async for part in self._counted(self._counter(media_type)):
                yield part
            return
        body = b"".join([part async for part in self._counted(NoRows())])
        text = await asyncio.to_thread(converted, body, media_type, self._wanted, self._bounds.rows)
        self._bytes = 0
        self._check(text, NoRows())
        yield text

    @property
    def _media_type(self) -> str:
        given = self._response.headers.get("Content-Type", "") if self._response else ""
        return str(given).partition(";")[0].strip().lower()

    def _counter(self, media_type: str) -> Rows:
        if self._counts_none:
            return NoRows()
        if media_type not in COUNTERS:
            raise UnavailableError(
                f"the graph store answers with {media_type or 'no type'} where {self._wanted} is due"
            )
        return COUNTERS[media_type]()

    async def _counted(self, counter: Rows) -> AsyncGenerator[bytes]:
        assert self._response is not None  # noqa: S101  it is open
        stream = self._response.aiter_bytes()
        while True:
            try:
                part = await self._in_time(anext(stream))
            except StopAsyncIteration:
                return
            self._check(part, counter)
            yield part

    def _check(self, part: bytes, counter: Rows) -> None:
        self._bytes += len(part)
        self._rows += counter.count(part)
        if self._rows > self._bounds.rows:
            raise LimitError(f"the answer has more than {self._bounds.rows} rows", limit="rows")
        if self._bytes > self._bounds.answer_bytes:
            raise LimitError(f"the answer has more than {self._bounds.answer_bytes} bytes", limit="answer")

    async def _in_time(self, doing: Awaitable[_T]) -> _T:
        """What *doing* gives, in the time that is left. Raises LimitError, UnavailableError."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            async with asyncio.timeout(self._bounds.time_s - self._spent_s):
                return await doing
        except TimeoutError:
            raise LimitError(f"the query takes longer than {self._bounds.time_s:g} s", limit="time") from None
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise UnavailableError(f"the graph store does not answer: {error or type(error).__name__}") from error
        finally:
            self._spent_s += loop.time() - begun


async def _told(response: httpx.Response) -> str:
    """The beginning of what *response* says."""
    said = b""
    async for part in response.aiter_bytes():
        said += part
        if len(said) > _MOST_COMPLAINT:
            break
    return said.decode("utf-8", "replace")
