"""Run by Alembic: bring the database of the connection that `database.py` hands over up to date."""

from __future__ import annotations

from alembic import context

from semantic_gw.history.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table="history_version",
    transaction_per_migration=False,
)
context.run_migrations()
