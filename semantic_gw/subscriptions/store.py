"""What happens to standing queries in one transaction: functions of a connection, called through `Database`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from semantic_gw.directory.register import Condition, next_position
from semantic_gw.directory.registration import microseconds, moment
from semantic_gw.errors import NotRegisteredError
from semantic_gw.model import Json
from semantic_gw.subscriptions.standing import Standing
from semantic_gw.subscriptions.tables import SUBSCRIPTIONS

_C: Final = SUBSCRIPTIONS.c
_ONE: Final = select(SUBSCRIPTIONS).where(_C.id == bindparam("key"))
_NEWEST: Final = select(func.max(_C.position))
_AFTER: Final = select(SUBSCRIPTIONS).where(_C.position > bindparam("after")).order_by(_C.position)
_PAGE: Final = select(SUBSCRIPTIONS).where(_C.id > bindparam("after"), _C.body.is_not(None)).order_by(_C.id)
_KEPT: Final = timedelta(days=1)
"""How long it is known that a standing query was removed: every gateway has learnt it by then."""

COUNTERS: Final = ("matched", "delivered", "failed")
"""What of the health is counted: by each gateway what is new."""

_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode


def position(connection: Connection) -> int:
    """That of the newest change."""
    return connection.execute(_NEWEST).scalar() or 0


def changes(connection: Connection, after: int, most: int) -> list[tuple[str, int, Standing | None]]:
    """Id, position and what is registered now (None: nothing) of what changed behind *after*, the oldest first."""
    rows = connection.execute(_AFTER.limit(most), {"after": after})
    return [(row.id, row.position, None if row.body is None else _standing(row)) for row in rows]


def page(connection: Connection, after: str, most: int) -> list[Standing]:
    """At most *most* in order of their ids, behind *after*."""
    return [_standing(row) for row in connection.execute(_PAGE.limit(most), {"after": after})]


def get(connection: Connection, id_: str) -> Standing:
    """Raises NotRegisteredError."""
    found = _found(connection, id_)
    if found is None:
        raise NotRegisteredError(f"there is no subscription {id_}")
    return found


def put(connection: Connection, given: Standing, condition: Condition) -> tuple[Standing, bool]:
    """Register *given*, in place of what has its id; and whether that is new. Raises ConflictError."""
    reached = next_position(connection)
    before = _found(connection, given.id)
    condition.check(given.id, None if before is None else before.position)
    made = replace(given, position=reached, created=before.created if before else given.created, health={})
    connection.execute(delete(SUBSCRIPTIONS).where(_C.id == given.id))
    connection.execute(insert(SUBSCRIPTIONS), _row(made))
    return made, before is None


def remove(connection: Connection, id_: str, condition: Condition, now: datetime) -> None:
    """Raises NotRegisteredError, ConflictError."""
    condition.check(id_, get(connection, id_).position)
    _bury(connection, id_, now)
    connection.execute(delete(SUBSCRIPTIONS).where(_C.body.is_(None), _C.modified < microseconds(now - _KEPT)))


def expire(connection: Connection, now: datetime) -> int:
    """Remove what lasted until before *now*; how many that are."""
    over = select(_C.id).where(_C.body.is_not(None), _C.expires <= microseconds(now))
    found = list(connection.execute(over).scalars())
    for id_ in found:
        _bury(connection, id_, now)
    return len(found)


def suspend(connection: Connection, id_: str, known: int, reason: str) -> bool:
    """Have it rest for *reason* if it is what it was at the position *known*; whether it was."""
    row = connection.execute(_ONE, {"key": id_}).one_or_none()
    if row is None or row.body is None or row.position != known:
        return False
    values = {"position": next_position(connection), "suspended": reason}
    connection.execute(update(SUBSCRIPTIONS).where(_C.id == id_).values(values))
    return True


def note_health(connection: Connection, news: Mapping[str, Mapping[str, Json]]) -> None:
    """Keep what matching and delivery tell, by id: what is new counts, and the newest of what is no number."""
    for id_ in sorted(news):
        row = connection.execute(_ONE, {"key": id_}).one_or_none()
        if row is not None:
            health = _decode(row.health or b"{}")
            for name, value in news[id_].items():
                health[name] = health.get(name, 0) + value if name in COUNTERS else value
            connection.execute(update(SUBSCRIPTIONS).where(_C.id == id_).values(health=_encode(health)))


def _bury(connection: Connection, id_: str, now: datetime) -> None:
    values = {"position": next_position(connection), "body": None, "modified": microseconds(now)}
    connection.execute(update(SUBSCRIPTIONS).where(_C.id == id_).values(values))


def _found(connection: Connection, id_: str) -> Standing | None:
    row = connection.execute(_ONE, {"key": id_}).one_or_none()
    return None if row is None or row.body is None else _standing(row)


def _standing(row: Any) -> Standing:
    times = (moment(row.created), moment(row.modified), moment(row.expires))
    return Standing(row.id, row.position, *times, row.suspended, row.body, _decode(row.health or b"{}"))


def _row(made: Standing) -> dict[str, Any]:
    return {
        "id": made.id,
        "position": made.position,
        "created": microseconds(made.created),
        "modified": microseconds(made.modified),
        "expires": microseconds(made.expires),
        "suspended": made.suspended,
        "body": made.body,
        "health": _encode(made.health),
    }


Changes = Sequence[tuple[str, int, Standing | None]]
