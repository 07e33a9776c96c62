"""Which files a forked process keeps."""

from __future__ import annotations

import os
import resource
from typing import Final

_STANDARD: Final = (0, 1, 2)
_MOST_FILES: Final = 65536


def close_all_but(kept: int) -> None:
    """Close all files but *kept* and the standard streams."""
    most = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], _MOST_FILES)
    os.closerange(len(_STANDARD), kept)
    os.closerange(kept + 1, most)


def silence(*, errors: int | None = None) -> None:
    """Have the standard streams lead nowhere, but standard error to *errors* where that is given.

    Whoever reads there learns what native code says before it ends its process.
    """
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in _STANDARD:
        os.dup2(nowhere, standard)
    if errors is not None:
        os.dup2(errors, _STANDARD[-1])
