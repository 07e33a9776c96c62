"""`/events` and `/events/{type}`: what happens to Things, as Server-Sent Events (WoT Discovery, 7.2.3; HTML, 9.2).

Each stream reads the table of changes at its own pace, so that a client that does not read costs no memory here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Final

import msgspec

from semantic_gw.api.negotiation import choose
from semantic_gw.api.request import Request, bad, truth, whole_number
from semantic_gw.asgi import Answer
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.register import Change, ChangeType, ForgottenError
from semantic_gw.directory.registration import moment_text
from semantic_gw.errors import GatewayError, NotRegisteredError
from semantic_gw.model import Json
from semantic_gw.problems import ProblemError
from semantic_gw.settings import DirectorySettings

EVENT_STREAM: Final = "text/event-stream"
_PREAMBLE: Final = b"retry: 2000\n"
_KEEP_ALIVE: Final = b":\n"
"""No blank line ends them: some clients deliver an event for each, whether it has data or not."""

_KEEP_ALIVE_S: Final = 15.0
_SLOW_S: Final = 30.0
"""How long a client may leave what was sent unread, in seconds; it can come back with Last-Event-ID."""
_AT_ONCE: Final = 50
_UNBUFFERED: Final = ((b"cache-control", b"no-store"), (b"x-accel-buffering", b"no"))
_HEADERS: Final = ((b"content-type", EVENT_STREAM.encode()), *_UNBUFFERED)
_encode: Final = msgspec.json.Encoder().encode


class Events:
    """The streams that are open, and how a request becomes one."""

    def __init__(self, directory: Directory, settings: DirectorySettings, *, poll_s: float = 0.25) -> None:
        """*poll_s* is how often changes made by other gateways are looked for, in seconds."""
        self._directory = directory
        self._most = settings.max_subscribers
        self._poll_s = poll_s
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

    async def stream(self, request: Request) -> None:
        """Answer *request* until its client leaves. Raises ProblemError before the stream began."""
        types, diff, after = await self._wanted(request)
        if self.open >= self._most:
            detail = f"there are {self._most} streams, as many as are allowed (directory.max_subscribers)"
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "", detail, headers=(("retry-after", "5"),))
        self.open += 1
        sending = asyncio.create_task(_Stream(request, self._directory, types, diff=diff).run(after, self._poll_s))
        leaving = asyncio.create_task(_gone(request))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((sending, leaving, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not leaving.done() and not sending.done():
                await _end(request, sending)
        finally:
            self.open -= 1
            for task in (sending, leaving, stopping):
                task.cancel()
                with suppress(asyncio.CancelledError, OSError, TimeoutError, GatewayError):
                    await task

    async def _wanted(self, request: Request) -> tuple[Sequence[ChangeType], bool, int]:
        choose(request.header("accept"), (EVENT_STREAM,))
        types = _types(request.rest.decode("latin-1"))
        diff = bool(request.query(diff=truth).get("diff", False))
        last = request.header("last-event-id")
        if not last:
            return types, diff, await self._directory.position()
        try:
            after = whole_number(last)
        except ValueError:
            bad(f"Last-Event-ID is the id of an event of this directory, a whole number, not {last!r}")
        if after > await self._directory.position():
            detail = f"no event has the id {after} yet: read /things again, then subscribe without Last-Event-ID"
            raise ProblemError(HTTPStatus.GONE, "", detail)
        try:
            await self._directory.changes(after, 1)
        except ForgottenError as error:
            detail = f"{error}: read /things again, then subscribe without Last-Event-ID"
            raise ProblemError(HTTPStatus.GONE, "", detail) from error
        return types, diff, after


class _Stream:
    """One client."""

    def __init__(self, request: Request, directory: Directory, types: Sequence[ChangeType], *, diff: bool) -> None:
        self._send = request.send
        self._directory = directory
        self._types = types
        self._diff = diff

    async def run(self, after: int, poll_s: float) -> None:
        """Send what happens behind the position *after*."""
        await self._send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        await self._write(_PREAMBLE)
        loop = asyncio.get_running_loop()
        said = loop.time()
        while True:
            changes = await self._directory.changes(after, _AT_ONCE)
            if changes:
                after = changes[-1].position
                for change in changes:
                    if change.type in self._types:  # one at a time: a client that does not read must cost no memory
                        await self._write(await self._event(change))
                        said = loop.time()
                continue
            if loop.time() - said > _KEEP_ALIVE_S:
                await self._write(_KEEP_ALIVE)
                said = loop.time()
            await self._directory.wait(poll_s)

    async def _write(self, text: bytes) -> None:
        async with asyncio.timeout(_SLOW_S):
            await self._send({"type": "http.response.body", "body": text, "more_body": True})

    async def _event(self, change: Change) -> bytes:
        data = _encode(await self._data(change))
        return b"event: %s\nid: %d\ndata: %s\n\n" % (change.type.value.encode(), change.position, data)

    async def _data(self, change: Change) -> Json:
        """The id; with diff the whole new TD, or what an update changed (WoT Discovery, 7.2.3)."""
        if not self._diff or change.type is ChangeType.DELETED:
            return {"id": change.thing}
        if change.type is ChangeType.UPDATED:
            patch = msgspec.json.decode(change.patch) if change.patch else {}
            return {"id": change.thing, **patch, "registration": {"modified": moment_text(change.at)}}
        try:
            return msgspec.Raw((await self._directory.get(change.thing)).body)
        except NotRegisteredError:  # it is gone already: so will be told next
            return {"id": change.thing}


async def _gone(request: Request) -> None:
    """Until the client hangs up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _end(request: Request, sending: asyncio.Task[None]) -> None:
    """End the response in order."""
    sending.cancel()
    with suppress(asyncio.CancelledError):
        await sending
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1.0):
            await request.send({"type": "http.response.body", "body": b""})


def _types(text: str) -> Sequence[ChangeType]:
    if not text:
        return tuple(ChangeType)
    try:
        return (ChangeType(text),)
    except ValueError:
        detail = f"there is no event {text!r}; there is {', '.join(ChangeType)}"
        raise ProblemError(HTTPStatus.NOT_FOUND, "", detail) from None
