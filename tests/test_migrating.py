"""Databases come to the newest revision, whichever they are of."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from semantic_gw.errors import ConfigurationError
from semantic_gw.migrating import Schema, statements

_REVISION = """
from alembic import op
import sqlalchemy as sa

revision = {name!r}
down_revision = {before!r}


def upgrade():
    op.create_table({table!r}, sa.Column("share", sa.String, server_default="5 %"))
"""
_ENV = """
from alembic import context

context.configure(
    dialect_name=context.config.attributes["dialect"],
    output_buffer=context.config.output_buffer,
    transactional_ddl=False,
)
context.run_migrations()
"""


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    versions = tmp_path / "revisions" / "versions"
    versions.mkdir(parents=True)
    (versions.parent / "env.py").write_text(_ENV)
    (versions / "0001_first.py").write_text(_REVISION.format(name="0001", before=None, table="first"))
    (versions / "0002_second.py").write_text(_REVISION.format(name="0002", before="0001", table="second"))
    return Schema("the test", versions.parent, head="0002", table="alembic_version", lock=1)


def test_an_empty_database_gets_all_tables(schema: Schema) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.upgrade(connection)

        assert set(inspect(connection).get_table_names()) == {"alembic_version", "first", "second"}


def test_an_older_database_gets_what_is_new(schema: Schema) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.upgrade(connection)
        connection.execute(text("DROP TABLE second"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.commit()
        schema.upgrade(connection)

        assert "second" in inspect(connection).get_table_names()


def test_a_database_of_today_needs_no_statement(schema: Schema) -> None:
    assert not [one for one in statements(schema.folder, "sqlite", "0002") if "CREATE" in one]


def test_a_newer_database_is_refused_by_its_revision(schema: Schema) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.upgrade(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
        connection.commit()

        with pytest.raises(ConfigurationError, match="revision 0009, this gateway knows 0002"):
            schema.upgrade(connection)


def test_a_percent_sign_in_a_statement_is_one(schema: Schema) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.upgrade(connection)
        connection.execute(text("INSERT INTO first DEFAULT VALUES"))

        assert connection.execute(text("SELECT share FROM first")).scalar() == "5 %"
