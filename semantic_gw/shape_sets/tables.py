"""The tables of managed shape sets and policies, in the directory's database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from semantic_gw.directory.tables import ID, METADATA, POSITION

VERSIONS: Final = Table(
    "shape_versions",
    METADATA,
    Column("name", ID, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("hash", String, nullable=False),
    Column("at", POSITION, nullable=False),
    Column("by", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""A row each version of a shape set (Turtle), and of the policies (JSON) under the name `policies`."""

ACTIVE: Final = Table(
    "shape_sets",
    METADATA,
    Column("name", ID, primary_key=True),
    Column("number", Integer, nullable=False),
)
"""Which version of each holds; a set that was removed is not here, and its versions stay."""

AUDIT: Final = Table(
    "shape_audit",
    METADATA,
    Column("position", POSITION, primary_key=True),
    Column("at", POSITION, nullable=False),
    Column("by", String, nullable=False),
    Column("action", String, nullable=False),
    Column("name", String, nullable=False),
    Column("number", Integer),
    Column("before", String, nullable=False),
    Column("after", String, nullable=False),
    Column("collection", String, nullable=False),
)
"""Who did what when, in order. *before* and *after* are hashes of what *name* names, empty where there is none;
*collection* is the hash of all shapes together where it was done."""
