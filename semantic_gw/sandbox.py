"""Work on what strangers sent, in a process of its own that may be ended at any moment.

For code that is right but may take as long, or as much memory, as somebody wants it to: a JSON-LD processor, a parser.
The process is started with the first piece of work, does one at a time, and lives until it is too slow, too large, or
closed; the next piece of work then gets another.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from semantic_gw.confined.environment import environment
from semantic_gw.errors import GatewayError, RefusedError, UnavailableError

T = TypeVar("T")

_START_S: Final = 60.0
_GRACE_S: Final = 1.0
"""How long after its deadline a process that nobody ended ends itself."""
_PROGRAM: Final = "import sys; from semantic_gw.sandbox import main; main(int(sys.argv[1]))"
_LENGTH: Final = struct.Struct(">Q")
_READY: Final = b"!"


class SandboxError(RefusedError):
    """Work that took too long, needed too much memory, or ended its process."""


class Sandbox:
    """Runs functions in one other process, each for at most *deadline_s* seconds.

    The process may take *memory_bytes* beside what it has when it starts. It has neither the settings nor the open
    files of this one. For threads: they wait for each other.
    """

    def __init__(self, *, deadline_s: float, memory_bytes: int) -> None:
        self._deadline_s = deadline_s
        self._memory_bytes = memory_bytes
        self._child: _Child | None = None
        self._lock = threading.Lock()

    def run(self, function: Callable[..., T], *args: object) -> T:
        """What *function*, which its module has by its name, returns for *args*.

        Raises the GatewayErrors that it raises, SandboxError, and UnavailableError where no process starts.
        """
        work = pickle.dumps((function, args))
        with self._lock:
            done, found = self._done(work)
        if done:
            return found  # type: ignore[no-any-return]  # it is what the function returned
        raise found

    def close(self) -> None:
        """End the process; more work would start another."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _done(self, work: bytes) -> tuple[bool, Any]:
        """Whether *work* is done, and what came of it: a value, or an error to raise."""
        if self._child is not None and not self._child.is_alive:
            self._end()
        self._child = self._child or _Child(self._memory_bytes)
        try:
            answer = self._child.answer(work, self._deadline_s)
        except TimeoutError:
            self._end()
            return False, SandboxError(f"it took longer than {self._deadline_s:g} s, and was given up")
        except (OSError, EOFError):
            self._end()
            return False, SandboxError(
                f"it ended its process: it is broken, or needs over {self._memory_bytes:,} bytes"
            )
        found: tuple[bool, Any] = pickle.loads(answer)  # noqa: S301  # our own code made it
        return found

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None


class _Child:
    """The other process, as seen from here."""

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # a program of ours
                [sys.executable, "-c", _PROGRAM, str(memory_bytes)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(),
                start_new_session=True,
            )
        if not self._is_ready():
            self.end()
            raise UnavailableError("no process starts for work on what strangers sent")

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def answer(self, work: bytes, deadline_s: float) -> bytes:
        """The answer to *work*. Raises TimeoutError, and OSError or EOFError where the process ended."""
        until = time.monotonic() + deadline_s
        self._socket.settimeout(deadline_s)
        self._socket.sendall(_LENGTH.pack(len(work)) + struct.pack(">d", deadline_s) + work)
        (length,) = _LENGTH.unpack(self._received(_LENGTH.size, until))
        if length > self._memory_bytes:
            raise EOFError(length)
        return self._received(length, until)

    def end(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _is_ready(self) -> bool:
        self._socket.settimeout(_START_S)
        try:
            return self._socket.recv(1) == _READY
        except OSError:
            return False

    def _received(self, length: int, until: float) -> bytes:
        found = bytearray()
        while len(found) < length:
            self._socket.settimeout(max(until - time.monotonic(), 1e-6))
            part = self._socket.recv(min(length - len(found), 1 << 20))
            if not part:
                raise EOFError
            found += part
        return bytes(found)


# ── In the other process ────────────────────────────────────────────────────────────────────────────────────────────


def main(memory_bytes: int) -> None:
    """Do what comes in over standard input, a socket, until it is closed."""
    _limit_memory(memory_bytes)
    with socket.socket(fileno=0) as peer, peer.makefile("rb") as requests:
        peer.sendall(_READY)
        while head := requests.read(_LENGTH.size + 8):
            length, deadline_s = struct.unpack(">Qd", head)
            signal.setitimer(signal.ITIMER_REAL, deadline_s + _GRACE_S)
            answer = _answer(requests.read(length))
            peer.sendall(_LENGTH.pack(len(answer)))
            peer.sendall(answer)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(work: bytes) -> bytes:
    try:
        function, args = pickle.loads(work)  # noqa: S301  # our own code made it
        return pickle.dumps((True, function(*args)))
    except GatewayError as error:
        return pickle.dumps((False, error))
    except MemoryError:
        os._exit(1)
    except Exception as error:  # noqa: BLE001  # whatever it is, there is somebody to tell
        return pickle.dumps((False, SandboxError(f"it failed: {type(error).__name__}: {str(error)[:500]}")))


def _limit_memory(memory_bytes: int) -> None:
    """Where the system can (not on macOS)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415  # there is none on Windows

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
