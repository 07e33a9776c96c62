"""Things, models, and the changes that everything else follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    state = op.create_table(
        "state",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("position", _POSITION, nullable=False),
        sa.Column("listing", _POSITION, nullable=False),
        sa.Column("forgotten", _POSITION, nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "position": 0, "listing": 0, "forgotten": 0}])
    op.create_table(
        "things",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("version", _POSITION, nullable=False),
        sa.Column("created", _POSITION, nullable=False),
        sa.Column("modified", _POSITION, nullable=False),
        sa.Column("ttl", sa.Float),
        sa.Column("expires", _POSITION),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("family", sa.String, nullable=False),
        sa.Column("context", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("projection", sa.LargeBinary, nullable=False),
    )
    op.create_index("things_version", "things", ["version"])
    op.create_index("things_expires", "things", ["expires"])
    op.create_table(
        "models",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("version", _POSITION, nullable=False),
        sa.Column("created", _POSITION, nullable=False),
        sa.Column("modified", _POSITION, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "changes",
        sa.Column("position", _POSITION, primary_key=True),
        sa.Column("thing", _ID, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("at", _POSITION, nullable=False),
        sa.Column("patch", sa.LargeBinary),
    )
    op.create_table(
        "duties",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("position", _POSITION, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("until", _POSITION, nullable=False),
    )
