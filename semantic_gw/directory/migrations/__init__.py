"""The history of the directory's tables, as Alembic keeps it. A gateway brings
its database up to date when it starts.
"""
