from __future__ import annotations

from tests.directory.databases import database_url, postgres_server

__all__ = ["database_url", "postgres_server"]
