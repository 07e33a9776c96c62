"""How an answer that comes in parts is sent: whole where it is small, else as it comes, to a client that is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from typing import Any, Final, TypeVar

from starlette.types import Message

from semantic_gw.api.request import Request
from semantic_gw.asgi import Answer, ClientGoneError, Headers
from semantic_gw.contracts import GraphAnswer
from semantic_gw.errors import GatewayError, LimitError

T = TypeVar("T")

_WHOLE: Final = 64 * 1024
"""Bytes up to which an answer is sent as one, so that what goes wrong with it can be told by a status."""


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What *work* gives; it is cancelled when the client hangs up. Raises ClientGoneError then."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGoneError
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.wait((working, leaving))
        if not working.cancelled():
            working.exception()  # looked at: whoever waited for it is gone, or has got it


async def _gone(request: Request) -> None:
    """Until the client hangs up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Sending:
    """Sends one answer to *request*, for at most *send_s* seconds. *headers* go with it."""

    def __init__(self, request: Request, send_s: float, headers: Headers = ()) -> None:
        self.headers = headers
        self._request = request
        self._send_s = send_s
        self._is_begun = False

    async def send(self, asked: AbstractAsyncContextManager[GraphAnswer]) -> Answer | None:
        """What *asked* gives, if it is small; else None: it is sent.

        Raises the GatewayErrors of *asked*, and ClientGoneError where it fails in the middle: the client learns of
        that because the connection is cut.
        """
        try:
            async with asked as answer:
                return await self._send(answer)
        except GatewayError:
            if self._is_begun:
                raise ClientGoneError from None
            raise

    async def _send(self, answer: GraphAnswer) -> Answer | None:
        start = await _start(answer.parts)
        content_type = content_type_of(answer.media_type)
        headers = (*self.headers, *self.more_headers(answer))
        if len(start) <= _WHOLE:
            return Answer(HTTPStatus.OK, start, content_type, headers)
        self._is_begun = True
        try:
            async with asyncio.timeout(self._send_s):
                await self._stream(start, answer.parts, [(b"content-type", content_type), *headers])
        except TimeoutError:
            detail = f"the client did not read its answer within {self._send_s:g} s (sparql.send_s)"
            raise LimitError(detail, limit="send") from None
        return None

    def more_headers(self, answer: GraphAnswer) -> Headers:  # noqa: ARG002  others have some
        """What is known of *answer* when it begins."""
        return ()

    async def _stream(self, start: bytes, parts: AsyncIterator[bytes], headers: list[tuple[bytes, bytes]]) -> None:
        send = self._request.send
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
        if self._request.scope["method"] != "HEAD":
            await send(_body(start))
            async for part in parts:
                await send(_body(part))
        await send({"type": "http.response.body", "body": b""})


def _body(part: bytes) -> Message:
    return {"type": "http.response.body", "body": part, "more_body": True}


async def _start(parts: AsyncIterator[bytes]) -> bytes:
    """So much of *parts* that it is no longer small, or all of it."""
    start = bytearray()
    async for part in parts:
        start += part
        if len(start) > _WHOLE:
            break
    return bytes(start)


def content_type_of(media_type: str) -> bytes:
    """*media_type* with the encoding, where clients would take another one for granted (RFC 9110, 8.3.2)."""
    return (f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type).encode()
