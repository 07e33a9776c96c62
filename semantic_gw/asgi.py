"""What a plain ASGI application of ours is made of: a request's head and body, and an answer.

Beside the framework, whose routes cost three times as much for a small request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NoReturn

from starlette.types import Message, Receive, Scope, Send

from semantic_gw.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemError
from semantic_gw.settings import HttpSettings

Headers = tuple[tuple[bytes, bytes], ...]

_LINGER_S: Final = 1.0
_BODILESS: Final = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class ClientGoneError(Exception):
    """The client hung up before its body was complete: nobody to answer, nothing to take."""


class Body:
    """The body of one request: read in bounded time, and never beyond a bound."""

    def __init__(self, receive: Receive, settings: HttpSettings, max_bytes: int = 0, setting: str = "") -> None:
        """*max_bytes* is the bound that the setting named *setting* gives; by default it is that of any body."""
        self._receive = receive
        self._timeout_s = settings.body_timeout_s
        self._max_bytes = max_bytes or settings.max_body_bytes
        self._setting = setting or "http.max_body_bytes"
        self.complete = False

    async def read(self, headers: Mapping[bytes, bytes]) -> bytes:
        """All of it. Raises ProblemError (413, 408), ClientGoneError."""
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > self._max_bytes:
            self._too_large()
        chunks: list[bytes] = []
        size = 0
        deadline = self.deadline()
        while not self.complete:
            chunks.append(await self.chunk(deadline))
            size += len(chunks[-1])
            if size > self._max_bytes:
                self._too_large()
        return b"".join(chunks)

    async def chunk(self, deadline: float) -> bytes:
        """The next piece. Raises ProblemError (408) at *deadline*, a time of the event loop in seconds."""
        try:
            async with asyncio.timeout_at(deadline):
                message = await self._receive()
        except TimeoutError:
            detail = f"the body did not arrive within {self._timeout_s:g} s"
            raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, "", detail) from None
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        self.complete = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    def deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._timeout_s

    async def drop(self) -> None:
        """Let what is still on its way arrive, for a moment: a client that is cut off would not read the answer."""
        until = asyncio.get_running_loop().time() + _LINGER_S
        try:
            while not self.complete:
                await self.chunk(until)
        except (ClientGoneError, ProblemError):
            pass

    def _too_large(self) -> NoReturn:
        detail = f"a body has at most {self._max_bytes} bytes ({self._setting})"
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "", detail)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response."""

    status: int
    body: bytes
    content_type: bytes
    headers: Headers = ()


def problem_answer(found: Problem, scope: Scope, more: Headers = ()) -> Answer:
    """The answer that tells *found*, met at the path of the request."""
    headers = tuple((name.encode(), value.encode()) for name, value in found.headers)
    document = found.at(scope["raw_path"].decode("ascii", "replace")).body
    return Answer(found.status, document, PROBLEM_MEDIA_TYPE.encode(), (*headers, *more))


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The headers by name; two of a kind are joined by a comma, as they mean the same (RFC 9110, 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = found[name] + b", " + value if name in found else value
    return found


_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def check_encoding(headers: Mapping[bytes, bytes]) -> None:
    """Refuse a body that is compressed. Raises ProblemError (415)."""
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").strip()
    if encoding.lower() != "identity":
        detail = f"the content encoding {encoding!r} is not taken: send the body as it is"
        accept = (("accept-encoding", "identity"),)
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "", detail, headers=accept)


def check_same_site(scope: Scope, headers: Mapping[bytes, bytes]) -> None:
    """Refuse what the page of another site has a browser send. Raises ProblemError (403).

    A gateway on loopback has no other guard against that: a form or a beacon asks nobody beforehand (Fetch, 3.2).
    """
    if scope["method"] in _SAFE:
        return
    site = headers.get(b"sec-fetch-site")
    origin = headers.get(b"origin", b"")
    foreign = site not in (b"same-origin", b"none") if site is not None else _is_foreign(origin, headers)
    if foreign:
        told = origin.decode("latin-1") or "another site"
        raise ProblemError(HTTPStatus.FORBIDDEN, "", f"a page of {told} cannot change anything here")


def _is_foreign(origin: bytes, headers: Mapping[bytes, bytes]) -> bool:
    return bool(origin) and origin.partition(b"://")[2] != headers.get(b"host", b"")


async def send_answer(answer: Answer, body: Body, scope: Scope, send: Send) -> None:
    """Send *answer*; where the body was not read to its end, close the connection behind it."""
    headers = [(b"content-type", answer.content_type)]
    if answer.status not in _BODILESS:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    headers += answer.headers
    if not body.complete:
        headers.append((b"connection", b"close"))
    start: Message = {"type": "http.response.start", "status": answer.status, "headers": headers}
    await send(start)
    content = b"" if scope["method"] == "HEAD" else answer.body
    if body.complete or b"expect" in headers_of(scope):  # who expects has not begun to send
        await send({"type": "http.response.body", "body": content})
        return
    await send({"type": "http.response.body", "body": content, "more_body": True})
    await body.drop()
    await send({"type": "http.response.body", "body": b""})
