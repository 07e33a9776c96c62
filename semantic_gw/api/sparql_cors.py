"""Pages of other sites that may ask (Fetch, 3.2: CORS): those that the settings name, and no other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import Message, Receive, Scope, Send

from semantic_gw.asgi import Headers, headers_of

_METHODS: Final = b"GET, HEAD, POST, PUT, DELETE, OPTIONS"
_ASKED: Final = b"accept, authorization, content-type, if-none-match"
_TOLD: Final = b"etag, retry-after, location"
_DAY_S: Final = b"86400"
_BROWSERS_WORD: Final = (b"origin", b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest")

Respond = Callable[[Scope, Receive, Send], Awaitable[None]]


class CrossOrigin:
    """Lets pages of *origins* ask what *respond* answers; `*` stands for every page."""

    def __init__(self, origins: tuple[str, ...], respond: Respond) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)
        self._respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        origin = headers.get(b"origin", b"")
        if not origin or not self._allows(origin):
            await self._respond(scope, receive, self._varied(send))
            return
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await _preflight(origin, send)
            return
        known = {**scope, "headers": [line for line in scope["headers"] if line[0] not in _BROWSERS_WORD]}
        await self._respond(known, receive, _with_headers(send, _allowed(origin)))

    def _allows(self, origin: bytes) -> bool:
        return b"*" in self._origins or origin in self._origins

    def _varied(self, send: Send) -> Send:
        return _with_headers(send, ((b"vary", b"origin"),)) if self._origins else send


async def _preflight(origin: bytes, send: Send) -> None:
    """What a page may send (Fetch, 4.8)."""
    may = (
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _ASKED),
        (b"access-control-max-age", _DAY_S),
    )
    await send({"type": "http.response.start", "status": 204, "headers": [*_allowed(origin), *may]})
    await send({"type": "http.response.body", "body": b""})


def _allowed(origin: bytes) -> Headers:
    return (
        (b"access-control-allow-origin", origin),
        (b"access-control-expose-headers", _TOLD),
        (b"vary", b"origin"),
    )


def _with_headers(send: Send, headers: Headers) -> Send:
    async def more(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *headers]}
        await send(message)

    return more
