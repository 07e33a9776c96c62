"""The body of one HTTP request, bounded in size and in time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NoReturn

from starlette.types import Receive

from semantic_gw.problems import ProblemError
from semantic_gw.settings import HttpSettings

_LINGER_S: Final = 1.0


class ClientGoneError(Exception):
    """The client hung up before its body was complete: nobody to answer, nothing to take."""


class Body:
    """The body of one request: read in bounded time, and never beyond a bound."""

    def __init__(self, receive: Receive, settings: HttpSettings) -> None:
        self._receive = receive
        self._settings = settings
        self.complete = False

    async def read(self, headers: Mapping[bytes, bytes]) -> bytes:
        """All of it. Raises ProblemError (413, 408), ClientGoneError."""
        limit = self._settings.max_body_bytes
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and int(declared) > limit:
            self._too_large()
        chunks: list[bytes] = []
        size = 0
        deadline = self.deadline()
        while not self.complete:
            chunks.append(await self.chunk(deadline))
            size += len(chunks[-1])
            if size > limit:
                self._too_large()
        return b"".join(chunks)

    async def chunk(self, deadline: float) -> bytes:
        """The next piece. Raises ProblemError (408) at *deadline*, a time of the event loop in seconds."""
        try:
            async with asyncio.timeout_at(deadline):
                message = await self._receive()
        except TimeoutError:
            detail = f"the body did not arrive within {self._settings.body_timeout_s:g} s"
            raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, "", detail) from None
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        self.complete = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    def deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._settings.body_timeout_s

    async def drop(self) -> None:
        """Let what is still on its way arrive, for a moment: a client that is cut off would not read the answer."""
        until = asyncio.get_running_loop().time() + _LINGER_S
        try:
            while not self.complete:
                await self.chunk(until)
        except (ClientGoneError, ProblemError):
            pass

    def _too_large(self) -> NoReturn:
        detail = f"a body has at most {self._settings.max_body_bytes} bytes (http.max_body_bytes)"
        raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "", detail)
