"""Shape sets and policies with their versions, and who changed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ID = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "shape_versions",
        sa.Column("name", _ID, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("at", _POSITION, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "shape_sets",
        sa.Column("name", _ID, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_table(
        "shape_audit",
        sa.Column("position", _POSITION, primary_key=True),
        sa.Column("at", _POSITION, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("number", sa.Integer),
        sa.Column("before", sa.String, nullable=False),
        sa.Column("after", sa.String, nullable=False),
        sa.Column("collection", sa.String, nullable=False),
    )
