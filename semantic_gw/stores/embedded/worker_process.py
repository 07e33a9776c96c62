"""The gateway's end of a worker: asks it, hears its answer, and ends it."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import math
import os
import signal
import socket
import time
from typing import Final

from semantic_gw.confined.frames import HEAD, Frame, frame
from semantic_gw.contracts import GraphQuery
from semantic_gw.errors import LimitError
from semantic_gw.stores.embedded.messages import (
    ANSWER,
    END,
    EVOLUTION,
    PART,
    QUESTION,
    REFUSED,
    Evolution,
    Question,
    encode,
)

_BUFFER_BYTES: Final = 256 * 1024
_KINDS: Final = (ANSWER, PART, END, REFUSED)
_NICE: Final = 19
_NO_MEMORY: Final = b"memory allocation of"
"""What the engine says before it ends its process for want of memory."""


class WorkerProcess:
    """A worker that waits for a question, or is at work on one. `connected` makes one.

    *generation* is that of what it sees, *born* the time of its fork by the clock of the event loop.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        process: int,
        pid: int,
        generation: int,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._process = process
        self._clock = _cpu_clock(pid)
        self._head: tuple[bytes, int] | None = None
        self.pid = pid
        self.generation = generation
        self.born = asyncio.get_running_loop().time()

    @classmethod
    async def connected(cls, peer: socket.socket, process: int, pid: int, generation: int) -> WorkerProcess:
        """The worker at the other end of *peer*; *process* is a descriptor of its process."""
        reader, writer = await asyncio.open_unix_connection(sock=peer, limit=_BUFFER_BYTES)
        return cls(reader, writer, process, pid, generation)

    @property
    def is_alive(self) -> bool:
        return self._process >= 0 and not self._reader.at_eof() and not self._writer.is_closing()

    @property
    def cpu_s(self) -> float:
        """The CPU time it has taken since its fork, in seconds; that goes on where the machine is busy with others."""
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # it has ended
            return math.inf

    async def ask(self, query: GraphQuery) -> None:
        """Have it work on *query*."""
        question = Question(
            query.text, query.bounds, query.solutions, query.graph, query.default_graphs, query.named_graphs
        )
        await self._say(QUESTION, encode(question))

    async def evolve(self, evolution: Evolution) -> None:
        """Have it evaluate *evolution*; it sees something else than others from then on."""
        await self._say(EVOLUTION, encode(evolution))

    async def _say(self, kind: bytes, body: bytes) -> None:
        self._writer.write(frame(kind, body))
        with contextlib.suppress(ConnectionError):  # what it said before it ended tells more
            await self._writer.drain()

    async def hear(self) -> Frame:
        """The next frame of its answer; who is cancelled may ask again. Raises LimitError where it ended."""
        try:
            if self._head is None:
                head = await self._reader.readexactly(HEAD.size)
                if head[:1] not in _KINDS:
                    raise _ended(head + await self._reader.read())
                self._head = HEAD.unpack(head)
            kind, length = self._head
            body = await self._reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise _ended(error.partial) from None
        except ConnectionError:
            raise _ended(b"") from None
        self._head = None
        return Frame(kind, body)

    def renice(self) -> None:
        """Have it stand back for those that have just begun, for good."""
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._process, 0)  # so that its number is still its own
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICE)

    def end(self) -> None:
        """End it, whatever it does."""
        if self._process < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        os.close(self._process)
        self._process = -1
        self._writer.transport.abort()


def _cpu_clock(pid: int) -> int:
    """The clock of the CPU time of a process (POSIX, clock_getcpuclockid); -1 where it has ended."""
    clock = ctypes.c_int(-1)
    ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock))
    return clock.value


def _ended(last_words: bytes) -> LimitError:
    if _NO_MEMORY in last_words:
        return LimitError("the query needs more memory than it may take: ask for less at once", limit="memory")
    return LimitError("the query brought the engine down: it is nested too deeply, or too large", limit="engine")
