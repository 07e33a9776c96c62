"""The server's side of HTTP/1.1: uvicorn's protocol with the bounds that it lacks.

Bounds for the head of a request in size and time, and problems (RFC 9457) for what never reaches an application.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from semantic_gw.problems import PROBLEM_MEDIA_TYPE, RETRY_AFTER_S, Problem, problem

MAX_HEAD_BYTES: Final = 64 * 1024
"""Most bytes of a request line and its headers, give or take one read."""

HEAD_TIMEOUT_S: Final = 30.0
"""How long a connection may wait for a complete head, in seconds."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """For `uvicorn.run(..., http=BoundedHttpProtocol)`."""

    head_timeout_s: float = HEAD_TIMEOUT_S
    _in_head = True
    _head_bytes = 0
    _alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows the type
        self._limit, self.limit_concurrency = self.limit_concurrency, None
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                detail = f"the head of a request has at most {MAX_HEAD_BYTES} bytes"
                self._refuse(problem(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, detail))

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes = True, 0
        if self._alarm is None:
            self._arm()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._disarm()
        if b"#" in self.url or self.parser.get_http_version() not in ("1.0", "1.1"):
            # The parser makes it a 400. A fragment would be cut off without a word; HTTP/0.9 knows no POST.
            raise ValueError("a fragment, or another version of HTTP")
        busy = self._limit is not None and max(len(self.connections), len(self.tasks)) > self._limit
        self.app = _busy if busy else self.config.loaded_app
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        detail = f"{msg.rstrip('.')}: no HTTP/1.1 (RFC 9112), or a path that is not percent-encoded"
        self._refuse(problem(HTTPStatus.BAD_REQUEST, detail))

    def _arm(self) -> None:
        self._alarm = self.loop.call_later(self.head_timeout_s, self._time_out)

    def _disarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _time_out(self) -> None:
        if self._head_bytes:
            detail = f"the head of the request did not arrive within {self.head_timeout_s:g} s"
            self._refuse(problem(HTTPStatus.REQUEST_TIMEOUT, detail))
        else:
            self.transport.close()

    def _refuse(self, found: Problem) -> None:
        """Answer *found* and hang up; requests that came whole before it get their answers first."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if not cycle.more_body:
                cycle.keep_alive = False
                self.flow.pause_reading()
                return
            cycle.disconnected = True
            cycle.message_event.set()
            if cycle.response_started or self.pipeline:
                self.transport.close()
                return
        head = [f"HTTP/1.1 {found.status:d} {found.title}", *_lines(found), "connection: close", "", ""]
        self.transport.write("\r\n".join(head).encode() + found.body)
        self.transport.close()


def _lines(found: Problem) -> Sequence[str]:
    named = {"content-type": PROBLEM_MEDIA_TYPE, "content-length": str(len(found.body)), **dict(found.headers)}
    return [f"{name}: {value}" for name, value in named.items()]


async def _busy(_scope: Scope, _: Receive, send: Send) -> None:
    """The application of a server that has as many connections as it may have."""
    headers = (("retry-after", str(RETRY_AFTER_S)),)
    found = problem(HTTPStatus.SERVICE_UNAVAILABLE, "there are as many connections as are allowed", headers=headers)
    lines = [(name.encode(), value.encode()) for name, value in (*found.headers, ("connection", "close"))]
    lines += [(b"content-type", PROBLEM_MEDIA_TYPE.encode()), (b"content-length", str(len(found.body)).encode())]
    await send({"type": "http.response.start", "status": found.status, "headers": lines})
    await send({"type": "http.response.body", "body": found.body})
