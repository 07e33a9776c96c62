from __future__ import annotations

from collections.abc import Iterator

import pytest

from semantic_gw.sandbox import Sandbox
from tests.directory.databases import database_url, postgres_server

__all__ = ["database_url", "postgres_server"]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One process for all tests: it starts in half a second."""
    with Sandbox(deadline_s=20.0, memory_bytes=1024**3) as shared:
        yield shared
