"""Bringing the tables of a database up to date, by the revisions in a folder of Alembic's.

Alembic is large, and needed once in the life of a database: another process makes the statements, and they are executed
here, in one transaction, with the connection and the lock that are here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, column, select, table, text

from semantic_gw.confined.environment import environment
from semantic_gw.errors import ConfigurationError

_START_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables of *owner* (`the directory`): their revisions in *folder*, the newest of which is *head*.

    *table* holds the revision that a database has; *lock* is the key under which one gateway at a time upgrades a
    PostgreSQL that several share.
    """

    owner: str
    folder: Path
    head: str
    table: str
    lock: int

    def upgrade(self, connection: Connection) -> None:
        """Bring the tables up to date. Raises ConfigurationError for a database of a newer gateway."""
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": self.lock})
            revision = self._revision(connection)
            if revision != self.head:
                for statement in self._statements(connection.dialect.name, revision):
                    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    def _revision(self, connection: Connection) -> str | None:
        if not connection.dialect.has_table(connection, self.table):
            return None
        found: str | None = connection.execute(select(column("version_num")).select_from(table(self.table))).scalar()
        return found

    def _statements(self, dialect: str, revision: str | None) -> tuple[str, ...]:
        if revision is not None and not list(self.folder.glob(f"versions/{revision}_*.py")):
            raise ConfigurationError(
                f"{self.owner}'s database is of revision {revision}, this gateway knows {self.head}: "
                f"use a newer gateway"
            )
        return statements(self.folder, dialect, revision)


@cache
def statements(folder: Path, dialect: str, revision: str | None) -> tuple[str, ...]:
    """What takes a database of *dialect* from *revision* (None: nothing is there) to the newest one in *folder*."""
    made = subprocess.run(  # noqa: S603  nothing of it comes from outside
        [sys.executable, "-m", __name__, str(folder), dialect, revision or "base"],
        env=environment(),
        capture_output=True,
        timeout=_START_S,
        check=False,
    )
    if made.returncode:
        raise ConfigurationError(f"the revisions in {folder} cannot be read: {made.stderr.decode(errors='replace')}")
    return tuple(json.loads(made.stdout))


class _Statements(list[str]):
    """Where Alembic writes: one statement, or one comment, a call."""

    def write(self, text: str) -> None:
        if (statement := text.strip().removesuffix(";")) and not statement.startswith("--"):
            self.append(statement)

    def flush(self) -> None: ...


def _main(folder: str, dialect: str, revision: str) -> None:
    from alembic import command  # noqa: PLC0415  see above
    from alembic.config import Config  # noqa: PLC0415

    made: Any = _Statements()
    config = Config(output_buffer=made, attributes={"dialect": dialect})
    config.set_main_option("script_location", folder)
    command.upgrade(config, f"{revision}:head", sql=True)
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    _main(*sys.argv[1:])
