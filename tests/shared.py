"""The shared test data: real payloads, ontologies and schemas that this repository may not contain."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SEMANTIC_GW_SHARED", ROOT.parent / "shared"))
CI = os.environ.get("CI") == "true"


def unavailable(reason: str) -> None:
    """Skip with *reason*; under CI=true nothing is skipped, so fail."""
    if CI:
        pytest.fail(reason)
    pytest.skip(reason)


def shared(path: str) -> Path:
    """The shared file or folder at *path*; skips the test where it is absent, fails under CI=true."""
    found = SHARED / path
    if not found.exists():
        unavailable(f"no {found}: set SEMANTIC_GW_SHARED to the folder of shared test data")
    return found
