"""What of the environment a confined process gets."""

from __future__ import annotations

import os
import sys
from typing import Final

_KEPT: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What it needs to start; among the others there are credentials."""


def environment() -> dict[str, str]:
    """The variables for a Python process that finds the modules that this one finds."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
