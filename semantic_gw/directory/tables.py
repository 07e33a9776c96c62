"""The tables of the directory, the same in SQLite and PostgreSQL. Their history is in `migrations/`.

Ids sort by Unicode code point everywhere: SQLite compares bytes of UTF-8, PostgreSQL does under the collation "C".
Moments are microseconds since 1970 in UTC.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table

METADATA: Final = MetaData()
ID: Final = String().with_variant(String(collation="C"), "postgresql")
POSITION: Final = BigInteger().with_variant(Integer(), "sqlite")

STATE: Final = Table(
    "state",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("position", POSITION, nullable=False),
    Column("listing", POSITION, nullable=False),
    Column("forgotten", POSITION, nullable=False),
)
"""One row: the position of the newest change, of the newest one that added or removed a Thing, and of the newest one
that is no longer kept."""

THINGS: Final = Table(
    "things",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("version", POSITION, nullable=False),
    Column("created", POSITION, nullable=False),
    Column("modified", POSITION, nullable=False),
    Column("ttl", Float),
    Column("expires", POSITION),
    Column("origin", String, nullable=False),
    Column("family", String, nullable=False),
    Column("context", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("projection", LargeBinary, nullable=False),
    Index("things_version", "version"),
    Index("things_expires", "expires"),
)
"""A row a Thing. *body* is the Enriched TD as it is served, *projection* its N-Triples, *version* the position of the
change that made it so, *context* how the discovery context came into its `@context` (`registration.Injection`)."""

MODELS: Final = Table(
    "models",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("version", POSITION, nullable=False),
    Column("created", POSITION, nullable=False),
    Column("modified", POSITION, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""A row a Thing Model, as it was sent."""

CHANGES: Final = Table(
    "changes",
    METADATA,
    Column("position", POSITION, primary_key=True),
    Column("thing", ID, nullable=False),
    Column("type", String, nullable=False),
    Column("at", POSITION, nullable=False),
    Column("patch", LargeBinary),
    sqlite_autoincrement=False,
)
"""What happened to Things, in order. *patch* is the JSON Merge Patch of an update."""

DUTIES: Final = Table(
    "duties",
    METADATA,
    Column("name", String, primary_key=True),
    Column("position", POSITION, nullable=False),
    Column("owner", String, nullable=False),
    Column("until", POSITION, nullable=False),
)
"""What one of the gateways that share the directory does for all: who until when, and which change it has reached."""
