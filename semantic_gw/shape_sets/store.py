"""What happens to managed shape sets in one transaction: functions of a connection, called through `Database`.

Every change takes a position of the directory's, and is refused where somebody else's came first: what is stored is
what was compiled.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from semantic_gw.directory.register import next_position
from semantic_gw.directory.registration import microseconds, moment
from semantic_gw.errors import NotRegisteredError, RefusedError
from semantic_gw.settings import PolicySettings
from semantic_gw.shape_sets.policies import Policies
from semantic_gw.shape_sets.shape_set import POLICIES, Origin, ShapeSet, content_hash
from semantic_gw.shape_sets.tables import ACTIVE, AUDIT, VERSIONS

_TOLD: Final = (VERSIONS.c.name, VERSIONS.c.number, VERSIONS.c.hash, VERSIONS.c.at, VERSIONS.c.by)
_ACTIVE: Final = (
    select(*_TOLD, VERSIONS.c.body)
    .join(ACTIVE, (ACTIVE.c.name == VERSIONS.c.name) & (ACTIVE.c.number == VERSIONS.c.number))
    .order_by(VERSIONS.c.name)
)
_NUMBER: Final = select(ACTIVE.c.number).where(ACTIVE.c.name == bindparam("key"))
_OF_NAME: Final = select(*_TOLD).where(VERSIONS.c.name == bindparam("key")).order_by(VERSIONS.c.number.desc())
_ONE: Final = select(*_TOLD, VERSIONS.c.body).where(
    VERSIONS.c.name == bindparam("key"), VERSIONS.c.number == bindparam("which")
)
_NEWEST: Final = select(func.max(AUDIT.c.position))
_BEFORE: Final = select(AUDIT).where(AUDIT.c.position < bindparam("before")).order_by(AUDIT.c.position.desc())


class MovedError(RefusedError):
    """Somebody else changed the shape sets in between: what was compiled is not what would hold."""


class Action(enum.StrEnum):
    """What can be done to a shape set, or to the policies."""

    PUT = "put"
    REMOVE = "remove"
    ACTIVATE = "activate"
    RELOAD = "reload"
    """The settings and the folders of one gateway were read again."""


class Version(NamedTuple):
    """One version of a shape set, or of the policies. *body* is None where it was not asked for."""

    name: str
    number: int
    hash: str
    at: datetime
    by: str
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants: *body* under *name*, or nothing there where it is None.

    *number* is that of the version that is to hold again; a new one is made where it is 0.
    """

    action: Action
    name: str
    body: bytes | None
    at: datetime
    by: str
    number: int = 0


class AuditEntry(NamedTuple):
    """A line of the audit. *before* and *after* are hashes of what *name* names, *collection* that of all shapes."""

    position: int
    at: datetime
    by: str
    action: Action
    name: str
    number: int | None
    before: str
    after: str
    collection: str


@dataclass(frozen=True, slots=True)
class State:
    """What is stored and holds, since the change at *position* (0: nothing was ever changed)."""

    position: int = 0
    active: Mapping[str, Version] = field(default_factory=dict)

    @property
    def sets(self) -> dict[str, ShapeSet]:
        return {name: _set_of(self.active[name]) for name in sorted(self.active) if name != POLICIES}

    @property
    def policies(self) -> Policies | None:
        """Those that hold instead of the settings'."""
        found = self.active.get(POLICIES)
        return None if found is None else Policies(PolicySettings.model_validate_json(found.body or b""))

    def after(self, change: Change) -> State:
        """What would hold after *change*."""
        others = {name: version for name, version in self.active.items() if name != change.name}
        if change.body is None:
            return replace(self, active=others)
        made = Version(change.name, change.number, content_hash(change.body), change.at, change.by, change.body)
        return replace(self, active={**others, change.name: made})


def state(connection: Connection) -> State:
    """What is stored and holds. For one state, call it in a snapshot."""
    return State(position(connection), {row.name: _version(row) for row in connection.execute(_ACTIVE)})


def position(connection: Connection) -> int:
    """That of the newest change."""
    return connection.execute(_NEWEST).scalar() or 0


def versions(connection: Connection, name: str) -> tuple[int, list[Version]]:
    """The number of the version that holds (0: none does), and all that are kept, the newest first, without bodies.

    Raises NotRegisteredError.
    """
    found = [_version(row) for row in connection.execute(_OF_NAME, {"key": name})]
    if not found:
        raise NotRegisteredError(f"no shape set {name} was ever stored")
    return connection.execute(_NUMBER, {"key": name}).scalar() or 0, found


def version(connection: Connection, name: str, number: int) -> Version:
    """Raises NotRegisteredError."""
    row = connection.execute(_ONE, {"key": name, "which": number}).one_or_none()
    if row is None:
        raise NotRegisteredError(f"{name} has no version {number}, or it is no longer kept")
    return _version(row)


def audit(connection: Connection, before: int, most: int) -> list[AuditEntry]:
    """At most *most* entries before the position *before*, the newest first."""
    rows = connection.execute(_BEFORE.limit(most), {"before": before})
    return [AuditEntry(row.position, moment(row.at), row.by, Action(row.action), *row[4:]) for row in rows]


def apply(connection: Connection, change: Change, *, known: int, collection: str, kept: int) -> tuple[int, int]:
    """Store *change*; its position, and the number of the version that holds from now on (0: none).

    *known* is the position of the newest change that was known when it was checked, *collection* the hash of all shapes
    with it, *kept* how many versions of a set are kept. Raises MovedError.
    """
    reached = _turn(connection, known)
    held = connection.execute(_NUMBER, {"key": change.name}).scalar()
    before = "" if held is None else version(connection, change.name, held).hash
    number = _stored(connection, change, kept)
    if held is not None:
        connection.execute(delete(ACTIVE).where(ACTIVE.c.name == change.name))
    if number:
        connection.execute(insert(ACTIVE), {"name": change.name, "number": number})
    after = "" if change.body is None else content_hash(change.body)
    done = (change.at, change.by, change.action, change.name, number or held)
    note(connection, AuditEntry(reached, *done, before, after, collection))
    return reached, number


def reloaded(connection: Connection, at: datetime, by: str, before: str, after: str) -> int:
    """Note that a gateway read its settings and files again; its position. *before* and *after* are of all shapes."""
    reached = next_position(connection)
    note(connection, AuditEntry(reached, at, by, Action.RELOAD, "", None, before, after, after))
    return reached


def note(connection: Connection, entry: AuditEntry) -> None:
    """Add a line to the audit."""
    values = {**entry._asdict(), "at": microseconds(entry.at), "action": entry.action.value}
    connection.execute(insert(AUDIT), values)


def _turn(connection: Connection, known: int) -> int:
    """A position of its own; other writers wait until the transaction ends. Raises MovedError."""
    reached = next_position(connection)
    if position(connection) != known:
        raise MovedError("somebody else changed the shape sets meanwhile")
    return reached


def _stored(connection: Connection, change: Change, kept: int) -> int:
    """The number of the version that holds after *change*, made where it is new; 0 where none does."""
    if change.body is None or change.number:
        return change.number
    newest = connection.execute(select(func.max(VERSIONS.c.number)).where(VERSIONS.c.name == change.name)).scalar()
    number = (newest or 0) + 1
    made = Version(change.name, number, content_hash(change.body), change.at, change.by, change.body)
    connection.execute(insert(VERSIONS), {**made._asdict(), "at": microseconds(made.at)})
    connection.execute(delete(VERSIONS).where(VERSIONS.c.name == change.name, VERSIONS.c.number <= number - kept))
    return number


def _version(row: Any) -> Version:
    name, number, hash_, at, by, *body = row
    return Version(name, number, hash_, moment(at), by, *body)


def _set_of(version_: Version) -> ShapeSet:
    content, name = version_.body or b"", version_.name
    return ShapeSet(name, Origin.MANAGED, content, version_.number, version_.at, version_.by)
