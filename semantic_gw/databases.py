"""What the databases of the gateway have in common: each is SQLite in a file of its own, or a shared PostgreSQL."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, InternalError, OperationalError

from semantic_gw.errors import ConfigurationError

AWAY: Final = (OperationalError, InternalError, InterfaceError)
"""What a database says that does not work now, and may later: a lock, a full disk, a standby that cannot be written."""

_POSTGRES: Final = {
    "connect_timeout": 5,
    "keepalives": 1,  # a host that vanishes is noticed
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15000,
}


def database_url(url: str, *, setting: str, file: str) -> URL:
    """*url*, which *setting* names, taken apart; *file* is what such a file is called. Raises ConfigurationError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(f"{setting} is no URL such as sqlite:///data/{file}") from error
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and parsed.database:
        return parsed
    raise ConfigurationError(
        f"{setting} names {backend!r}; there are sqlite:///<path> and postgresql://<host>/<database>"
    )


def postgres_arguments(options: str = "") -> dict[str, Any]:
    """Arguments of a connection that never waits for ever; *options* are added to those of the server."""
    return {**_POSTGRES, "options": f"-c statement_timeout=30000 -c lock_timeout=10000 {options}".rstrip()}
