"""A device that answers HTTP as the test says, byte by byte: well, badly, slowly or never."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus

Answering = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Asked:
    """One request as the device saw it."""

    line: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return self.line.split(" ")[1]


@dataclass
class Device:
    """Answers each path (with its query) as `answers` says, else 404. *sni* are the names that TLS asked for."""

    answers: dict[str, Answering] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    sni: list[str | None] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    @asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None, port: int = 0) -> AsyncIterator[Device]:
        if tls is not None:
            tls.sni_callback = lambda _socket, name, _context: self.sni.append(name)
        server = await asyncio.start_server(self._serve, "127.0.0.1", port, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        self._tasks: set[asyncio.Task[None]] = set()
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        try:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._answer(_asked(await reader.readuntil(b"\r\n\r\n")), writer)
        finally:
            self.busy -= 1
            with suppress(OSError, asyncio.CancelledError):
                writer.close()
                await writer.wait_closed()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.asked.append(asked)
        answer = self.answers.get(asked.path, reply(b"", 404))
        if callable(answer):
            await answer(writer)
        else:
            writer.write(answer)
            await writer.drain()


def _asked(head: bytes) -> Asked:
    line, *fields = head.decode("latin-1").strip().split("\r\n")
    pairs = (field.split(": ", 1) for field in fields)
    return Asked(line, {name.lower(): value for name, value in pairs})


def reply(body: bytes, status: int = 200, content_type: str = "application/json", **headers: str) -> bytes:
    """A whole response; an underscore in the name of a header stands for a hyphen."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Content-Length: {len(body)}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def dripping(head: bytes, chunk: bytes, pause_s: float) -> Answering:
    """*head*, then *chunk* every *pause_s* seconds, for ever."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return answer


async def silence(_writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(3600)
