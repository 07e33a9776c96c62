"""Standing queries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("position", _POSITION, nullable=False),
        sa.Column("created", _POSITION, nullable=False),
        sa.Column("modified", _POSITION, nullable=False),
        sa.Column("expires", _POSITION, nullable=False),
        sa.Column("suspended", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("health", sa.LargeBinary, nullable=False),
    )
    op.create_index("subscriptions_position", "subscriptions", ["position"])
