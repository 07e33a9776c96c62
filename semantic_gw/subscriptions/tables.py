"""The table of standing queries, in the directory's database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table

from semantic_gw.directory.tables import ID, METADATA, POSITION

SUBSCRIPTIONS: Final = Table(
    "subscriptions",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("position", POSITION, nullable=False),
    Column("created", POSITION, nullable=False),
    Column("modified", POSITION, nullable=False),
    Column("expires", POSITION, nullable=False),
    Column("suspended", String, nullable=False),
    Column("body", LargeBinary),
    Column("health", LargeBinary, nullable=False),
    Index("subscriptions_position", "position"),
)
"""A row each standing query. *body* is its document (JSON), NULL where it was removed; *suspended* is why it rests,
empty where it does not; *position* is that of the change that made it so; *health* is what its delivery told last.
"""
