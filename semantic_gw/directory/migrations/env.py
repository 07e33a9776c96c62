"""Run by Alembic: say in SQL how a database gets the tables of the directory."""

from __future__ import annotations

from alembic import context

from semantic_gw.directory.tables import METADATA

context.configure(
    dialect_name=context.config.attributes["dialect"],
    output_buffer=context.config.output_buffer,
    target_metadata=METADATA,
    version_table="alembic_version",
    transactional_ddl=False,
)
context.run_migrations()
