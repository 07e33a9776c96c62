"""The matches of a standing query as they come: server-sent events, and WebSocket. Both read its topic.

The id of an event is its offset there: a client that comes back with Last-Event-ID goes on behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

from starlette.types import Message, Receive, Scope, Send

from semantic_gw.api.negotiation import choose
from semantic_gw.api.request import Request, bad, whole_number
from semantic_gw.api.subscriptions import name
from semantic_gw.asgi import Answer
from semantic_gw.contracts import Bus, Subscription
from semantic_gw.errors import GatewayError, NotRegisteredError
from semantic_gw.model import Record
from semantic_gw.problems import ProblemError
from semantic_gw.settings import SubscriptionsSettings
from semantic_gw.subscriptions.registry import Registry
from semantic_gw.subscriptions.standing import Standing

EVENT_STREAM: Final = "text/event-stream"
_PREAMBLE: Final = b": matches\nretry: 2000\n\n"
_KEEP_ALIVE: Final = b": still here\n\n"
_KEEP_ALIVE_S: Final = 15.0
_SLOW_S: Final = 30.0
_AT_ONCE: Final = 50
_IDLE_S: Final = 1.0
_UNBUFFERED: Final = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))
_HEADERS: Final = ((b"content-type", EVENT_STREAM.encode()), *_UNBUFFERED)
_POLICY: Final = 1008
_AWAY: Final = 1001
_BUSY: Final = 1013
"""Why a WebSocket is closed (RFC 6455, 7.4.1, and the IANA registry: try again later)."""

Tell = Callable[[Record | None], Awaitable[None]]
"""Sends a match; None: that the stream is still there."""


class Streams:
    """The streams that are open."""

    def __init__(self, bus: Bus, registry: Registry, settings: SubscriptionsSettings) -> None:
        self._bus = bus
        self._registry = registry
        self._most = settings.max_streams
        self.open = 0
        """Streams that are open."""
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End every stream, so that the gateway can stop; clients come back by themselves."""
        self._stopping.set()

    async def head(self, request: Request) -> Answer:
        """What GET would say before the first event."""
        await self._wanted(request)
        return Answer(HTTPStatus.OK, b"", EVENT_STREAM.encode(), _UNBUFFERED)

    async def events(self, request: Request) -> None:
        """Answer *request* until its client leaves. Raises ProblemError before the stream began."""
        standing, after = await self._wanted(request)
        if self.open >= self._most:
            detail = f"there are {self._most} streams, as many as are allowed (subscriptions.max_streams)"
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "", detail, headers=(("retry-after", "5"),))
        async with self._reading(standing, after) as subscription:
            await _begin(request)

            async def tell(record: Record | None) -> None:
                await _write(request, _KEEP_ALIVE if record is None else _event(record))

            await self._until_over(standing, subscription, tell, request.receive)
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await request.send({"type": "http.response.body", "body": b""})

    async def _wanted(self, request: Request) -> tuple[Standing, int | None]:
        choose(request.header("accept"), (EVENT_STREAM,))
        request.query()
        standing = await self._registry.get(name(request))
        if not standing.document.deliver.sse:
            raise ProblemError(HTTPStatus.NOT_FOUND, "", f"{standing.id} has no event stream: deliver.sse is false")
        return standing, _offset_after(request.header("last-event-id"))

    @asynccontextmanager
    async def _reading(self, standing: Standing, after: int | None) -> AsyncIterator[Subscription]:
        """A reader of the topic: behind the offset *after*, or of what comes from now on."""
        topic = self._registry.topic(standing.id)
        await self._registry.ensure_topic(standing.id)
        begin_at = None if after is None else {(topic, 0): after + 1}
        self.open += 1
        try:
            async with self._bus.subscribe([topic], from_start=after is not None, begin_at=begin_at) as subscription:
                yield subscription
        finally:
            self.open -= 1

    async def _until_over(self, standing: Standing, subscription: Subscription, tell: Tell, receive: Receive) -> None:
        """Tell matches until the client leaves, the standing query is removed, or the gateway stops."""
        parts = (
            asyncio.create_task(self._send_all(standing, subscription, tell)),
            asyncio.create_task(_gone(receive)),
            asyncio.create_task(self._stopping.wait()),
        )
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in parts:
                task.cancel()
                with suppress(asyncio.CancelledError, OSError, TimeoutError, GatewayError):
                    await task

    async def _send_all(self, standing: Standing, subscription: Subscription, tell: Tell) -> None:
        loop = asyncio.get_running_loop()
        said = loop.time()
        while standing.id in self._registry.known:
            records = await subscription.batch(_AT_ONCE, _IDLE_S)
            for record in records:
                await tell(record)
                said = loop.time()
            if loop.time() - said > _KEEP_ALIVE_S:
                await tell(None)
                said = loop.time()

    async def socket(self, scope: Scope, receive: Receive, send: Send, id_: str) -> None:
        """Serve a WebSocket: a text for each match. `?after=` is what Last-Event-ID is elsewhere."""
        await receive()
        try:
            standing = await self._registry.get(id_)
            given = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
            after = whole_number(given) if given else None
        except (NotRegisteredError, ValueError) as error:
            await send({"type": "websocket.close", "code": _POLICY, "reason": str(error)[:100]})
            return
        if not standing.document.deliver.websocket or self.open >= self._most:
            code = _BUSY if self.open >= self._most else _POLICY
            await send({"type": "websocket.close", "code": code, "reason": "no WebSocket here"})
            return
        async with self._reading(standing, after) as subscription:
            await send({"type": "websocket.accept"})

            async def tell(record: Record | None) -> None:
                if record is not None and record.value is not None:
                    async with asyncio.timeout(_SLOW_S):
                        await send({"type": "websocket.send", "text": record.value.decode()})

            await self._until_over(standing, subscription, tell, receive)
        with suppress(OSError, RuntimeError):
            await send({"type": "websocket.close", "code": _AWAY})


def _offset_after(last: str) -> int | None:
    if not last:
        return None
    try:
        return whole_number(last)
    except ValueError:
        bad(f"Last-Event-ID is the id of an event of this stream, a whole number, not {last!r}")


async def _begin(request: Request) -> None:
    start: Message = {"type": "http.response.start", "status": 200, "headers": list(_HEADERS)}
    await request.send(start)
    await _write(request, _PREAMBLE)


async def _write(request: Request, text: bytes) -> None:
    async with asyncio.timeout(_SLOW_S):
        await request.send({"type": "http.response.body", "body": text, "more_body": True})


def _event(record: Record) -> bytes:
    return b"event: match\nid: %d\ndata: %s\n\n" % (record.offset, record.value or b"null")


async def _gone(receive: Receive) -> None:
    """Until the client hangs up."""
    while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
        pass
