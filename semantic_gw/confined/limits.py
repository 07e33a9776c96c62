"""What the kernel allows a confined process. Nothing else stops native code: it neither raises nor returns."""

from __future__ import annotations

import math
import os
import resource
import time
from typing import Final

_SPARE_S: Final = 1
"""CPU time beyond the bound, in seconds: that is for what nobody ended."""


class Limits:
    """The limits of this process, which has no files but those it has, no network and no core dumps from now on.

    The memory and the CPU time are set for one piece of work after the other.
    """

    def __init__(self) -> None:
        self._statm = os.open("/proc/self/statm", os.O_RDONLY)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))

    @property
    def size(self) -> int:
        """The address space that the process takes, in bytes."""
        return int(os.pread(self._statm, 64, 0).split()[0]) * resource.getpagesize()

    def allow(self, *, cpu_s: float, memory_bytes: int) -> None:
        """Leave it *cpu_s* seconds of CPU time and *memory_bytes* of memory beyond what it has taken so far."""
        _lower(resource.RLIMIT_CPU, math.ceil(time.process_time() + cpu_s) + _SPARE_S)
        _lower(resource.RLIMIT_AS, self.size + memory_bytes)


def _lower(what: int, value: int) -> None:
    """Set the soft limit, which its own code alone could raise again; never above the hard one."""
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
