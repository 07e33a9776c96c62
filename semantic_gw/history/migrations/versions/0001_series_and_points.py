"""Series and their points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COVERING = """CREATE UNIQUE INDEX history_points_key ON history_points (series, at) INCLUDE (number)"""


def upgrade() -> None:
    op.create_table(
        "history_series",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("thing", "affordance", "kind", "unit", "form")),
        sa.UniqueConstraint("thing", "affordance", "kind", "unit", "form", name="history_series_key"),
    )
    is_postgres = op.get_context().dialect.name == "postgresql"
    op.create_table(
        "history_points",
        sa.Column("series", sa.Integer, nullable=False),
        sa.Column("at", _WHOLE, nullable=False),
        sa.Column("number", sa.Float(53)),
        sa.Column("text", sa.String),
        sa.Column("received", _WHOLE),
        sa.Column("message", sa.LargeBinary, nullable=False),
        *([] if is_postgres else [sa.PrimaryKeyConstraint("series", "at", name="history_points_key")]),
        sqlite_with_rowid=False,
    )
    if is_postgres:
        op.execute(_COVERING)
        op.execute(
            "ALTER TABLE history_points ADD CONSTRAINT history_points_key PRIMARY KEY USING INDEX history_points_key"
        )
