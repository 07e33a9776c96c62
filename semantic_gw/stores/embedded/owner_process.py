"""The gateway's end of the owner: starts it, talks to it, and has it fork workers."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from typing import Final

from semantic_gw.confined.environment import environment
from semantic_gw.confined.frames import HEAD, frame
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.stores.embedded.messages import BORN, REQUEST, Begin, Request, Stop, Told, encode, read_told
from semantic_gw.stores.embedded.worker_process import WorkerProcess

_log = logging.getLogger(__name__)

_MODULE: Final = "semantic_gw.stores.embedded.owner"
_ANSWER_S: Final = 120.0
"""How long the owner may take for one request, in seconds. The longest are reading the snapshot, and moving everything
to a new engine: some seconds for a million quads."""

_MOST_TOLD_BYTES: Final = 256 * 1024**2
"""Of an answer: positions, and the names of graphs that were refused."""

_STOP_S: Final = 30.0
"""How long it may take to write its last snapshot, in seconds."""


class OwnerProcess:
    """A running owner. What it holds is lost with it, but for its snapshot. `start` makes one."""

    def __init__(self, process: asyncio.subprocess.Process, requests: socket.socket, forks: socket.socket) -> None:
        self._process = process
        self._requests = requests
        self._forks = forks
        self._turn = asyncio.Lock()
        self._fork_turn = asyncio.Lock()
        self._logging = asyncio.create_task(self._log_what_it_says())

    @classmethod
    async def start(cls, begin: Begin) -> tuple[OwnerProcess, Told]:
        """An owner, and what its snapshot holds. Raises ConfigurationError, UnavailableError."""
        if not hasattr(os, "pidfd_open"):
            raise ConfigurationError("store.kind: embedded runs on Linux alone; take a store elsewhere (remote)")
        try:
            owner = await cls._begun()
        except OSError as error:
            raise UnavailableError(f"the graph store's process cannot be started: {error}") from error
        try:
            return owner, await owner.ask(begin)
        except BaseException:
            await owner.kill()
            raise

    @classmethod
    async def _begun(cls) -> OwnerProcess:
        """An owner that holds nothing yet. Raises OSError where there is no room for a process or its sockets."""
        requests, theirs = socket.socketpair()
        forks, their_forks = socket.socketpair(type=socket.SOCK_SEQPACKET)
        with theirs, their_forks:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", _MODULE, str(their_forks.fileno())),
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                env=environment(),
                pass_fds=(their_forks.fileno(),),
            )
        for ours in (requests, forks):
            ours.settimeout(0)
        return cls(process, requests, forks)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def wait(self) -> None:
        """Until it has ended."""
        await self._process.wait()

    async def ask(self, request: Request) -> Told:
        """The answer to *request*, which is carried out even if nobody waits for that. Raises UnavailableError."""
        return await asyncio.shield(asyncio.create_task(self._ask(request)))

    async def _ask(self, request: Request) -> Told:
        loop = asyncio.get_running_loop()
        try:
            async with self._turn, asyncio.timeout(_ANSWER_S):
                await loop.sock_sendall(self._requests, frame(REQUEST, encode(request)))
                return read_told(await self._exactly(_length(await self._exactly(HEAD.size))))
        except (OSError, EOFError) as error:  # TimeoutError is an OSError
            self._end()  # what it says next would be no answer to what it is asked next
            raise UnavailableError(f"the graph store is gone: {error or type(error).__name__}") from None

    async def _exactly(self, length: int) -> bytearray:
        loop, body = asyncio.get_running_loop(), bytearray(length)
        view, done = memoryview(body), 0
        while done < length:
            read = await loop.sock_recv_into(self._requests, view[done:])
            if not read:
                raise EOFError("it hung up")
            done += read
        return body

    async def fork(self) -> WorkerProcess:
        """A worker that sees what there is now. Raises UnavailableError."""
        try:
            async with self._fork_turn, asyncio.timeout(_ANSWER_S):
                await asyncio.get_running_loop().sock_sendall(self._forks, b".")
                await _readable(self._forks)
                born, descriptors, _, _ = socket.recv_fds(self._forks, BORN.size, 2)
        except (OSError, ValueError) as error:  # ValueError: the socket was closed
            raise UnavailableError(f"the graph store is gone: {error or type(error).__name__}") from None
        if len(descriptors) < 2:
            raise UnavailableError("the graph store is gone: it hung up")
        generation, pid = BORN.unpack(born)
        peer, process = descriptors
        return await WorkerProcess.connected(socket.socket(fileno=peer), process, pid, generation)

    async def stop(self) -> None:
        """Have it write its snapshot, and end; in a bounded time."""
        try:
            async with asyncio.timeout(_STOP_S):
                await self.ask(Stop())
                await self._process.wait()
        except (UnavailableError, TimeoutError) as error:
            _log.warning("the graph store ends without its last snapshot", extra={"error": str(error)})
        await self.kill()

    async def kill(self) -> None:
        """End it at once."""
        self._end()
        await self._process.wait()
        await self._logging
        self._requests.close()
        self._forks.close()

    def _end(self) -> None:
        if self.is_alive:
            self._process.kill()

    async def _log_what_it_says(self) -> None:
        stderr = self._process.stderr
        while stderr and (line := await stderr.readline()):
            _log.warning("the graph store says", extra={"line": line.decode(errors="replace").rstrip()})


def _length(head: bytearray) -> int:
    """That of an answer. Raises EOFError where *head* is the beginning of none: a number by chance may be any."""
    kind, length = HEAD.unpack(head)
    if kind != REQUEST or length > _MOST_TOLD_BYTES:
        raise EOFError("what it says is no answer")
    return int(length)


async def _readable(peer: socket.socket) -> None:
    """Until *peer* says something, or hangs up."""
    loop = asyncio.get_running_loop()
    said = asyncio.Event()
    loop.add_reader(peer, said.set)
    try:
        await said.wait()
    finally:
        loop.remove_reader(peer)
