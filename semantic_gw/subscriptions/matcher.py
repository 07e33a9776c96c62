"""The matcher process as the gateway sees it: what breaks its bounds is ended, and told by its name."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from semantic_gw.confined.environment import environment
from semantic_gw.confined.frames import HEAD, Frame, frame
from semantic_gw.errors import QueryError, UnavailableError
from semantic_gw.model import IRI
from semantic_gw.settings import SubscriptionsSettings
from semantic_gw.subscriptions.matcher_process import (
    ASK,
    GRAPHS,
    TRY,
    Asked,
    GraphsGiven,
    Refused,
    encode,
    read_answered,
)

_PROGRAM: Final = "semantic_gw.subscriptions.matcher_process"
_START_S: Final = 60.0
_LOAD_S: Final = 60.0
_LATER: Final = 4
_SLACK_S: Final = 1.0
"""What the way to the process and back may take beside an evaluation, in seconds."""
_OUT_OF_TIME: Final = (-signal.SIGPROF, -signal.SIGXCPU)
"""What ends a process that has used up its CPU time: its timer, or the limit behind that."""
_MOST_BUFFER: Final = 64 * 1024**2

Graphs = Sequence[tuple[IRI, bytes | None]]
Load = Callable[[], AsyncIterator[Graphs]]
"""Gives every graph that a new process is to hold."""


Pairs = Sequence[tuple[bytes, str]]
"""Messages (N-Triples), each with a query to it."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A query that broke a bound, or the engine: it is not to be asked again."""

    reason: str


class Matcher:
    """Asks messages. The process is started when it is first needed, and again after each time it was ended."""

    def __init__(self, settings: SubscriptionsSettings, load: Load) -> None:
        self._settings = settings
        self._load = load
        self._process: _Process | None = None
        self._reader: _Process | None = None
        """What reads new queries."""
        self._turn = asyncio.Lock()
        self._checking = asyncio.Lock()
        self.started = 0
        """How often a process was started."""

    async def replace(self, graphs: Graphs) -> None:
        """Hold *graphs* from now on, if there is a process: one that is started later loads them itself."""
        async with self._turn:
            if self._process is not None:
                with contextlib.suppress(OSError, EOFError, TimeoutError):
                    await self._process.send(GRAPHS, encode(GraphsGiven(list(graphs))), _LOAD_S)

    async def ask(self, pairs: Pairs) -> list[bytes | Broken]:
        """What each query finds in its message (JSON; empty: nothing), or why it is not to be asked again.

        Raises UnavailableError where no process starts.
        """
        async with self._turn:
            found: list[bytes | Broken] = []
            is_careful = False
            while len(found) < len(pairs):
                rest = pairs[len(found) :][: 1 if is_careful else None]
                some, failure = await self._some(rest)
                found += some
                if failure and len(rest) == 1:
                    found.append(Broken(failure))
                is_careful = len(rest) > 1 if failure else is_careful
            return found

    async def _some(self, pairs: Pairs) -> tuple[list[bytes | Broken], str]:
        """The first answers, all of them where nothing failed; and what did."""
        process = await self._ready()
        found: list[bytes | Broken] = []
        is_over = False
        try:
            await process.send(ASK, encode(self._asked(pairs)), _LOAD_S)
            while not is_over:
                told = await process.receive(self._patience_s)
                found += (
                    Broken(one.detail) if isinstance(one, Refused) else one for one in read_answered(told.body).answers
                )
                is_over = len(found) == len(pairs)
        except TimeoutError:
            return found, self._too_slow
        except (OSError, EOFError):
            if await process.was_too_slow():
                return found, self._too_slow
            return found, "its evaluation ended the engine: it needs too much memory, or time, or is broken"
        finally:
            if not is_over:  # answers that nobody waits for must not be taken for those of the next
                self._end()
        return found, ""

    @property
    def _too_slow(self) -> str:
        return f"its evaluation took longer than {self._settings.query_time_s:g} s"

    @property
    def _patience_s(self) -> float:
        """How long an answer may take where the process hardly gets to work; it counts its CPU time itself."""
        return _LATER * self._settings.query_time_s + _SLACK_S

    async def check(self, query: str) -> None:
        """Raises QueryError for what is no SPARQL, with line and column; UnavailableError where no process starts.

        A process of its own reads it: a stranger's text may crash it.
        """
        async with self._checking:
            self._reader = self._reader or await _start()
            try:
                await self._reader.send(TRY, encode(self._asked([(b"", query)])), _LOAD_S)
                told = await self._reader.receive(self._patience_s)
            except (OSError, EOFError, TimeoutError) as error:
                self._reader.end()
                self._reader = None
                why = "in time" if isinstance(error, TimeoutError) else "without ending its engine (is it nested deep?)"
                raise QueryError(f"the query cannot even be read {why}") from None
        (answer,) = read_answered(told.body).answers
        if isinstance(answer, Refused):
            raise QueryError(answer.detail, line=answer.line, column=answer.column)

    def _asked(self, pairs: Pairs) -> Asked:
        settings = self._settings
        return Asked(list(pairs), settings.query_time_s, settings.memory_bytes, settings.answer_bytes)

    async def _ready(self) -> _Process:
        if self._process is None:
            self._process = await _start()
            self.started += 1
            async for graphs in self._load():
                with contextlib.suppress(OSError, EOFError, TimeoutError):
                    await self._process.send(GRAPHS, encode(GraphsGiven(list(graphs))), _LOAD_S)
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None

    async def close(self) -> None:
        """End the processes, and wait until they have ended."""
        ending = [process for process in (self._process, self._reader) if process is not None]
        self._process = self._reader = None
        for process in ending:
            process.end()
            await process.wait()


class _Process:
    """One process, and the socket over which it is asked."""

    def __init__(
        self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer

    async def send(self, kind: bytes, body: bytes, within_s: float) -> None:
        """Raises OSError, TimeoutError."""
        async with asyncio.timeout(within_s):
            self._writer.write(frame(kind, body))
            await self._writer.drain()

    async def receive(self, within_s: float) -> Frame:
        """Raises OSError, EOFError, TimeoutError."""
        async with asyncio.timeout(within_s):
            kind, length = HEAD.unpack(await self._reader.readexactly(HEAD.size))
            if length > _MOST_BUFFER:
                raise EOFError(length)
            return Frame(kind, await self._reader.readexactly(length))

    async def was_too_slow(self) -> bool:
        """Whether the process, which has ended, used up the CPU time for an evaluation."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SLACK_S):
                return await self._process.wait() in _OUT_OF_TIME
        return False

    async def wait(self) -> None:
        """Until it has ended."""
        await self._process.wait()

    def end(self) -> None:
        self._writer.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


async def _start() -> _Process:
    """Raises UnavailableError."""
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                _PROGRAM,
                stdin=theirs.fileno(),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=environment(),
                start_new_session=True,
            )
        started = _Process(process, *await asyncio.open_connection(sock=ours))
        await started.receive(_START_S)
    except (OSError, EOFError, TimeoutError) as error:
        raise UnavailableError(f"no process starts that matches queries: {error}") from error
    return started
