"""The gateway's end of the owner: starts it, hands it sockets, and ends children that nobody waits for any more."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from typing import Final

from semantic_gw.confined.environment import environment
from semantic_gw.directory.search.messages import LENGTH, PROCESS_ID, Query, Reply, Update, frame, read_reply
from semantic_gw.errors import QueryError

_MODULE: Final = "semantic_gw.directory.search.owner"
_GRACE_S: Final = 0.3
"""How long after its deadline a child is waited for, in seconds: the kernel has ended it by then."""

_CLOSE_S: Final = 2.0


class OwnerGoneError(Exception):
    """The owner ended; what it held is lost."""


class OwnerProcess:
    """A running owner."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control

    @classmethod
    async def start(cls) -> OwnerProcess:
        """An owner that holds nothing yet."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", _MODULE),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                env=environment(),
                start_new_session=True,
            )
        ours.settimeout(0)
        return cls(process, ours)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    async def update(self, update: Update) -> None:
        """Have the owner hold *update*. Raises OwnerGoneError."""
        async with self._conversation() as (reader, writer):
            await _say(writer, frame(update))
            await _hear(reader)

    async def ask(self, query: Query) -> Reply:
        """The reply to *query*. Raises OwnerGoneError, and QueryError where the child ended without one."""
        started = asyncio.get_running_loop().time()
        async with self._conversation() as (reader, writer):
            await _say(writer, frame(query))
            child = await _child(reader, query.deadline_s)
            return await _reply_of(child, reader, query, started)

    @contextlib.asynccontextmanager
    async def _conversation(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise OwnerGoneError(str(error)) from None
        reader, writer = await asyncio.open_unix_connection(sock=ours)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def close(self) -> None:
        """End the owner."""
        self._control.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def _child(reader: asyncio.StreamReader, patience_s: float) -> int:
    """The number of the process that is at work."""
    try:
        async with asyncio.timeout(patience_s):
            return int(PROCESS_ID.unpack(await reader.readexactly(PROCESS_ID.size))[0])
    except TimeoutError:
        raise OwnerGoneError(f"nothing is heard of it for {patience_s:g} s") from None
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise OwnerGoneError(str(error)) from None


async def _reply_of(child: int, reader: asyncio.StreamReader, query: Query, started: float) -> Reply:
    """What *child* says. It lives while its end of the socket is open: its number is no other's until then."""
    try:
        async with asyncio.timeout(query.deadline_s + _GRACE_S):
            return await _hear(reader)
    except (TimeoutError, OwnerGoneError):
        if asyncio.get_running_loop().time() - started >= query.deadline_s:
            raise QueryError(f"the search takes longer than {query.deadline_s:g} s: narrow it") from None
        raise QueryError(
            f"the search ended the engine: it is nested too deeply, or needs more than {query.memory_bytes} bytes"
        ) from None
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        raise


async def _say(writer: asyncio.StreamWriter, message: bytes) -> None:
    try:
        writer.write(message)
        await writer.drain()
    except ConnectionError as error:
        raise OwnerGoneError(str(error)) from None


async def _hear(reader: asyncio.StreamReader) -> Reply:
    try:
        (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
        return read_reply(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise OwnerGoneError(str(error)) from None
