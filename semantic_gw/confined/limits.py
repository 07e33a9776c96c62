"""What the kernel allows a confined process. Nothing else stops native code: it neither raises nor returns."""

from __future__ import annotations

import math
import os
import resource
import signal
import time
from pathlib import Path
from typing import Final

_STATM: Final = Path("/proc/self/statm")
_SPARE_S: Final = 1
"""CPU time beyond the bound, in seconds: that is for what nobody ended."""


def confine(*, deadline_s: float, memory_bytes: int) -> None:
    """Leave this process *deadline_s* seconds, *memory_bytes* more memory, the files it has, and no network."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, deadline_s)
    Limits().allow(cpu_s=deadline_s, memory_bytes=memory_bytes)


class Limits:
    """The limits of this process, which has no files but those it has, no network and no core dumps from now on.

    The memory and the CPU time are set for one piece of work after the other.
    """

    def __init__(self) -> None:
        self._statm = os.open(_STATM, os.O_RDONLY) if _STATM.exists() else None
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_NOFILE, 0)

    @property
    def size(self) -> int:
        """The address space that the process takes, in bytes; 0 where the system does not tell (macOS)."""
        if self._statm is None:
            return 0
        return int(os.pread(self._statm, 64, 0).split()[0]) * resource.getpagesize()

    def allow(self, *, cpu_s: float, memory_bytes: int) -> None:
        """Leave it *cpu_s* seconds of CPU time and *memory_bytes* of memory beyond what it has taken so far."""
        _set(resource.RLIMIT_CPU, math.ceil(time.process_time() + cpu_s) + _SPARE_S)
        if self._statm is not None:
            _set(resource.RLIMIT_AS, self.size + memory_bytes)


def _lower(what: int, value: int) -> None:
    """Set a limit for good."""
    resource.setrlimit(what, (value, value))


def _set(what: int, value: int) -> None:
    """Set a limit until the next piece of work; one that is lower for good stays."""
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
