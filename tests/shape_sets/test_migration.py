"""A database of a gateway before there were managed shape sets."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url

from semantic_gw.directory import database as database_module
from semantic_gw.migrating import statements
from semantic_gw.sandbox import Sandbox
from tests.shape_sets.sets import lamp, managed


def older(url: str) -> None:
    """Make a database of the first revision at *url*."""
    parsed = make_url(url)
    driver = "postgresql+psycopg" if parsed.get_backend_name() == "postgresql" else "sqlite"
    engine = create_engine(parsed.set(drivername=driver))
    folder = Path(database_module.__file__).parent / "migrations"
    later = set(statements(folder, parsed.get_backend_name(), "0001"))
    with engine.begin() as connection:
        for statement in statements(folder, parsed.get_backend_name(), None):
            if statement not in later:
                connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        assert not inspect(connection).has_table("shape_sets")
    engine.dispose()


async def test_its_tables_are_brought_up_to_date(database_url: str, sandbox: Sandbox) -> None:
    older(database_url)
    async with managed(database_url, sandbox=sandbox) as sets:
        done = await sets.put("house", lamp(), "text/turtle", by="me")

    assert done.number == 1
