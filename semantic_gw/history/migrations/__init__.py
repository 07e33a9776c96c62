"""How the history's tables came about, as Alembic keeps it. A gateway brings its database up to date when it starts."""
