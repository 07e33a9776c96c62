"""What keeps a search within bounds: it runs in a process of its own, and the kernel ends that.

Nothing else stops a query that runs: the engines look at no clock, and native code neither raises nor returns.
"""

from __future__ import annotations

import math
import os
import resource
import signal
from pathlib import Path
from typing import Final

_STATM: Final = Path("/proc/self/statm")
_STANDARD: Final = (0, 1, 2)
_MOST_FILES: Final = 65536
_SPARE_S: Final = 1
"""CPU time beyond the deadline: that is for what the alarm does not end, in seconds."""


def confine(*, deadline_s: float, memory_bytes: int) -> None:
    """Leave this process *deadline_s* seconds, *memory_bytes* more memory, the files it has, and no network."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, deadline_s)
    _limit(resource.RLIMIT_CPU, math.ceil(deadline_s) + _SPARE_S)
    _limit(resource.RLIMIT_CORE, 0)
    if _STATM.exists():
        pages = int(_STATM.read_text("ascii").split()[0])
        _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + memory_bytes)
    _limit(resource.RLIMIT_NOFILE, 0)


def close_all_but(kept: int) -> None:
    """Close all files but *kept*. The standard streams lead nowhere then: what a crash says there is of no use."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in _STANDARD:
        os.dup2(nowhere, standard)
    os.closerange(len(_STANDARD), kept)
    os.closerange(kept + 1, _MOST_FILES)


def _limit(what: int, value: int) -> None:
    """Lower a limit for good; one that is lower already stays."""
    _, hard = resource.getrlimit(what)
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (most, most))
