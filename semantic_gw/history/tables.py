"""The tables of the history, the same in SQLite and PostgreSQL. Moments are microseconds since 1970 in UTC.

The points of a series lie together and in order of time: in SQLite the table is its primary key, in PostgreSQL the
index of the key holds the numbers, so that neither bound of a range costs more than what lies between them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy import UniqueConstraint as Unique

METADATA: Final = MetaData()
_TEXT: Final = String().with_variant(String(collation="C"), "postgresql")
_WHOLE: Final = BigInteger().with_variant(Integer(), "sqlite")

SERIES: Final = Table(
    "history_series",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("thing", _TEXT, nullable=False),
    Column("affordance", _TEXT, nullable=False),
    Column("kind", _TEXT, nullable=False),
    Column("unit", _TEXT, nullable=False),
    Column("form", _TEXT, nullable=False),
    Unique("thing", "affordance", "kind", "unit", "form", name="history_series_key"),
)

POINTS: Final = Table(
    "history_points",
    METADATA,
    Column("series", Integer, nullable=False),
    Column("at", _WHOLE, nullable=False),
    Column("number", Float(53)),
    Column("text", String),
    Column("received", _WHOLE),
    Column("message", LargeBinary, nullable=False),
    PrimaryKeyConstraint("series", "at", name="history_points_key"),
    sqlite_with_rowid=False,
)
