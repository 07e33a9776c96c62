"""Memory that the process no longer needs, and the allocator still holds."""

from __future__ import annotations

import ctypes
from typing import Final

_TRIM: Final = getattr(ctypes.CDLL(None), "malloc_trim", None)
"""Of glibc; other C libraries give back by themselves."""


def give_back() -> None:
    """Hand free memory back to the operating system: what a large batch took is not kept for ever."""
    if _TRIM is not None:
        _TRIM(0)
