"""What happens to the register in one transaction: functions of a connection, called through `database.py`.

Every writer takes the row of `state` first. So changes become visible in the order of their positions, and whoever has
seen one has seen all before it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from semantic_gw.directory.merge_patch import diff
from semantic_gw.directory.registration import (
    REGISTRATION,
    Injection,
    Registration,
    Wish,
    body,
    microseconds,
    moment,
    registered,
)
from semantic_gw.directory.tables import CHANGES, DUTIES, STATE, THINGS
from semantic_gw.errors import ConflictError, NotRegisteredError, RefusedError
from semantic_gw.model import IRI, Finding, ThingDescription

_ENTRY: Final = (THINGS.c.id, THINGS.c.version, THINGS.c.modified, THINGS.c.context, THINGS.c.body)
_ONE: Final = select(*_ENTRY).where(THINGS.c.id == bindparam("key"))
_KNOWN: Final = select(THINGS.c.version, THINGS.c.created, THINGS.c.body).where(THINGS.c.id == bindparam("key"))
_GRAPH: Final = select(THINGS.c.version, THINGS.c.projection).where(THINGS.c.id == bindparam("key"))
_STATE: Final = select(STATE.c.position, STATE.c.listing, STATE.c.forgotten)
_NEXT: Final = update(STATE).values(position=STATE.c.position + 1).returning(STATE.c.position)
_TURN: Final = update(STATE).values(position=STATE.c.position)
_LISTED: Final = update(STATE).values(listing=STATE.c.position)
_INSERT: Final = insert(THINGS)
_UPDATE: Final = update(THINGS).where(THINGS.c.id == bindparam("key"))
_DELETE: Final = delete(THINGS).where(THINGS.c.id == bindparam("key"))
_CHANGE: Final = insert(CHANGES)
_SINCE: Final = (
    select(CHANGES).where(CHANGES.c.position > bindparam("after")).order_by(CHANGES.c.position).limit(bindparam("most"))
)
_REMOVED: Final = (
    select(CHANGES.c.thing, func.max(CHANGES.c.at).label("at"))
    .where(CHANGES.c.type == bindparam("type"))
    .group_by(CHANGES.c.thing)
)
_COUNT: Final = select(func.count()).select_from(THINGS)
_PAGE: Final = select(THINGS.c.body).order_by(THINGS.c.id).offset(bindparam("first")).limit(bindparam("most"))
_FULL: Final = (
    THINGS.c.id,
    THINGS.c.version,
    THINGS.c.context,
    THINGS.c.origin,
    THINGS.c.family,
    THINGS.c.body,
    THINGS.c.projection,
)
_EVERYTHING: Final = (
    select(*_FULL).where(THINGS.c.id > bindparam("after")).order_by(THINGS.c.id).limit(bindparam("most"))
)
_SOME: Final = select(*_FULL).where(THINGS.c.id.in_(bindparam("keys", expanding=True)))

_PATIENCE: Final = 10
"""So many times the changes that are kept are kept for who publishes them and is behind."""

_encode: Final = msgspec.json.Encoder().encode


class ForgottenError(RefusedError):
    """The changes that were asked for are no longer kept."""


class ChangeType(enum.StrEnum):
    """What can happen to a Thing: the types of notifications (WoT Discovery, 7.2.3)."""

    CREATED = "thing_created"
    UPDATED = "thing_updated"
    DELETED = "thing_deleted"


class Change(NamedTuple):
    """One change. *patch* is the JSON Merge Patch of an update, where one can express it."""

    position: int
    thing: IRI
    type: ChangeType
    at: datetime
    patch: bytes | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A Thing in the register: *body* is its Enriched TD."""

    id: IRI
    version: int
    modified: datetime
    injection: Injection
    body: bytes

    @property
    def etag(self) -> str:
        """A strong validator (RFC 9110, 8.8.3): no two states ever share a version."""
        return f'"{self.version}"'


@dataclass(frozen=True, slots=True)
class FullEntry:
    """Everything that is known of a Thing in the register; *body* is None where it was removed."""

    id: IRI
    version: int
    injection: Injection
    origin: str
    family: str
    body: bytes | None
    projection: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """A Thing Description that has been checked and is ready to be registered. *head* is its enriched form up to the
    value of `registration`, *projection* its N-Triples.
    """

    thing: ThingDescription
    head: bytes
    injection: Injection
    wish: Wish
    projection: bytes
    warnings: Sequence[Finding] = ()
    created: datetime | None = None
    """Where it was first registered elsewhere: when."""

    @property
    def id(self) -> IRI:
        return self.thing.id


@dataclass(frozen=True, slots=True)
class Condition:
    """What a client knows of the state it wants to change (RFC 9110, 13.1): versions, or None for "whatever it is".

    *match* are versions one of which it must have, *absent* demands that there is none.
    """

    match: frozenset[str] | None = None
    any_match: bool = False
    absent: bool = False
    none_match: frozenset[str] = frozenset()

    def check(self, thing: IRI, version: int | str | None) -> None:
        """Raises ConflictError."""
        etag = f'"{version}"'
        if self.absent and version is not None:
            raise ConflictError(f"{thing} is registered already, as version {etag}")
        if self.any_match and version is None:
            raise ConflictError(f"{thing} is not registered")
        if self.match is not None and (version is None or etag not in self.match):
            now = f"its version is {etag}" if version is not None else "it is not registered"
            raise ConflictError(f"{thing} is not as you know it: {now}; read it again")
        if version is not None and etag in self.none_match:
            raise ConflictError(f"{thing} has the version {etag} that it must not have")


ANY: Final = Condition()


@dataclass(frozen=True, slots=True)
class Put:
    """What a put did."""

    entry: Entry
    created: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Enriched TDs in the order of their ids.

    *listing* changes when a Thing comes or goes, *position* with any change.
    """

    bodies: Sequence[bytes]
    total: int
    listing: int
    position: int


def next_position(connection: Connection) -> int:
    """A position of its own; other writers wait from here on until the transaction ends."""
    return int(connection.execute(_NEXT).scalar_one())


def put(connection: Connection, draft: Draft, now: datetime, condition: Condition, max_ttl_s: float) -> Put:
    """Register *draft* in the place of what had its id. Raises ConflictError."""
    position = next_position(connection)
    known = connection.execute(_KNOWN, {"key": draft.id}).one_or_none()
    condition.check(draft.id, None if known is None else known.version)
    created = draft.created if known is None else moment(known.created)
    registration = registered(created, now, draft.wish, max_ttl_s)
    shown = Registration(
        registration.created, registration.modified, registration.ttl, registration.expires, draft.warnings
    )
    enriched = body(draft.head, shown)
    values = _values(draft, position, registration, enriched)
    if known is None:
        connection.execute(_INSERT, {"id": draft.id, **values})
        connection.execute(_LISTED)
        _note(connection, position, draft.id, ChangeType.CREATED, now)
    else:
        connection.execute(_UPDATE, {"key": draft.id, **values})
        _note(connection, position, draft.id, ChangeType.UPDATED, now, _patch(known.body, enriched))
    return Put(Entry(draft.id, position, now, draft.injection, enriched), created=known is None)


def _values(draft: Draft, position: int, registration: Registration, enriched: bytes) -> dict[str, object]:
    return {
        "version": position,
        "created": microseconds(registration.created),
        "modified": microseconds(registration.modified),
        "ttl": registration.ttl,
        "expires": None if registration.expires is None else microseconds(registration.expires),
        "origin": draft.thing.origin,
        "family": draft.thing.family,
        "context": int(draft.injection),
        "body": enriched,
        "projection": draft.projection,
    }


def _patch(before: bytes, after: bytes) -> bytes | None:
    """The merge patch between two Enriched TDs, but for their registration information."""
    patch = diff(*({**msgspec.json.decode(body_), REGISTRATION: None} for body_ in (before, after)))
    return None if patch is None else _encode(patch)


def _note(
    connection: Connection, position: int, thing: IRI, type_: ChangeType, now: datetime, patch: bytes | None = None
) -> None:
    connection.execute(
        _CHANGE,
        {"position": position, "thing": thing, "type": type_.value, "at": microseconds(now), "patch": patch},
    )


def remove(connection: Connection, thing: IRI, now: datetime, condition: Condition) -> None:
    """Take *thing* out of the register. Raises NotRegisteredError, ConflictError."""
    position = next_position(connection)
    known = connection.execute(_KNOWN, {"key": thing}).one_or_none()
    if known is None:
        raise NotRegisteredError(f"{thing} is not registered")
    condition.check(thing, known.version)
    connection.execute(_DELETE, {"key": thing})
    connection.execute(_LISTED)
    _note(connection, position, thing, ChangeType.DELETED, now)


def expired(connection: Connection, now: datetime, most: int) -> list[tuple[IRI, int]]:
    """Ids and versions of at most *most* Things whose time is over."""
    over = select(THINGS.c.id, THINGS.c.version).where(THINGS.c.expires <= microseconds(now)).limit(most)
    return [(row.id, row.version) for row in connection.execute(over)]


def entry(connection: Connection, thing: IRI) -> Entry | None:
    row = connection.execute(_ONE, {"key": thing}).one_or_none()
    return None if row is None else _entry(row)


def _entry(row: Row[str, int, int, int, bytes]) -> Entry:
    thing, version, modified, context, enriched = row
    return Entry(thing, version, moment(modified), Injection(context), enriched)


def graph(connection: Connection, thing: IRI) -> tuple[int, bytes] | None:
    """The version of *thing*, and its projection as N-Triples."""
    row = connection.execute(_GRAPH, {"key": thing}).one_or_none()
    return None if row is None else (row.version, row.projection)


def page(connection: Connection, offset: int, limit: int) -> Page:
    """At most *limit* Things after the first *offset*, by code point order of their ids."""
    state = connection.execute(_STATE).one()
    bodies = connection.execute(_PAGE, {"first": offset, "most": limit}).scalars().all()
    whole = offset == 0 and len(bodies) < limit
    total = len(bodies) if whole else connection.execute(_COUNT).scalar_one()
    return Page(bodies, total, state.listing, state.position)


def position(connection: Connection) -> int:
    """That of the newest change."""
    return int(connection.execute(_STATE).one().position)


def changes(connection: Connection, after: int, most: int) -> list[Change]:
    """At most *most* changes after the position *after*, in order. Raises ForgottenError."""
    forgotten = connection.execute(_STATE).one().forgotten
    if after < forgotten:
        raise ForgottenError(f"the changes up to {forgotten} are no longer kept, and {after} is among them")
    return [_change(row) for row in connection.execute(_SINCE, {"after": after, "most": most})]


def removed(connection: Connection) -> list[tuple[IRI, datetime]]:
    """The Things whose removal is among the changes that are kept, and when each was removed last."""
    return [(row.thing, moment(row.at)) for row in connection.execute(_REMOVED, {"type": ChangeType.DELETED.value})]


def _change(row: Row[int, str, str, int, bytes | None]) -> Change:
    at, thing, type_, when, patch = row
    return Change(at, thing, ChangeType(type_), moment(when), patch)


def forget(connection: Connection, kept: int) -> int:
    """Drop all but the newest *kept* changes; how many they were."""
    connection.execute(_TURN)
    state = connection.execute(_STATE).one()
    done = connection.execute(select(func.min(DUTIES.c.position)).where(DUTIES.c.position > 0)).scalar()
    upto = state.position - kept
    if done is not None and upto - done < _PATIENCE * kept:  # who publishes is waited for, but not for ever
        upto = min(upto, done)
    newest = connection.execute(select(func.max(CHANGES.c.position)).where(CHANGES.c.position <= upto)).scalar()
    if newest is None or newest <= state.forgotten:
        return 0
    connection.execute(update(STATE).values(forgotten=newest))
    return connection.execute(delete(CHANGES).where(CHANGES.c.position <= newest)).rowcount


def everything(connection: Connection, after: IRI, most: int) -> list[FullEntry]:
    """At most *most* Things with an id behind *after*, by id."""
    return [_full(row) for row in connection.execute(_EVERYTHING, {"after": after, "most": most})]


def changed(connection: Connection, after: int, most: int) -> tuple[int, list[FullEntry]]:
    """What became of the Things that the next *most* changes after *after* tell of, and the position of the last.

    Raises ForgottenError.
    """
    told = changes(connection, after, most)
    if not told:
        return after, []
    return told[-1].position, entries(connection, list(dict.fromkeys(change.thing for change in told)))


def entries(connection: Connection, things: Sequence[IRI]) -> list[FullEntry]:
    """What is registered under the ids *things*, in their order; without a body where nothing is."""
    there = {row.id: _full(row) for row in connection.execute(_SOME, {"keys": things})} if things else {}
    return [there.get(thing) or _gone(thing) for thing in things]


def _full(row: Row[str, int, int, str, str, bytes, bytes]) -> FullEntry:
    thing, version, context, origin, family, enriched, projection = row
    return FullEntry(thing, version, Injection(context), origin, family, enriched, projection)


def _gone(thing: IRI) -> FullEntry:
    return FullEntry(thing, 0, Injection.SENT, "", "", None, b"")


def adopt(
    connection: Connection, drafts: Iterable[Draft], gone: Iterable[IRI], now: datetime, max_ttl_s: float
) -> None:
    """Register *drafts*, whatever was there, and take out those of *gone* that are there."""
    for draft in drafts:
        put(connection, draft, now, ANY, max_ttl_s)
    for thing in gone:
        if entry(connection, thing) is not None:
            remove(connection, thing, now, ANY)


def same(connection: Connection, drafts: Iterable[Draft]) -> set[IRI]:
    """The ids of those *drafts* that are registered as they are."""
    given = list(drafts)
    known = {entry.id: entry for entry in entries(connection, [draft.id for draft in given])}
    return {draft.id for draft in given if _is_same(draft, known[draft.id])}


def _is_same(draft: Draft, known: FullEntry) -> bool:
    described = (draft.thing.origin, draft.thing.family) == (known.origin, known.family)
    return described and known.body is not None and known.body.startswith(draft.head)


def reached(connection: Connection, duty: str) -> int:
    """The position of the change up to which *duty* is done; 0 for one that is new."""
    return connection.execute(select(DUTIES.c.position).where(DUTIES.c.name == duty)).scalar() or 0


def claim(connection: Connection, duty: str, owner: str, now: datetime, until: datetime) -> bool:
    """Whether *owner* is the one to do *duty* until *until*; it is while no other claim holds."""
    connection.execute(_TURN)  # of two that begin at once one waits here for the other
    mine = {"owner": owner, "until": microseconds(until)}
    row = connection.execute(select(DUTIES).where(DUTIES.c.name == duty)).one_or_none()
    if row is None:
        connection.execute(insert(DUTIES), {"name": duty, "position": 0, **mine})
        return True
    if row.owner != owner and row.until > microseconds(now):
        return False
    connection.execute(update(DUTIES).where(DUTIES.c.name == duty).values(mine))
    return True


def reach(connection: Connection, duty: str, position_: int) -> None:
    """Note that *duty* is done up to *position_*."""
    connection.execute(update(DUTIES).where(DUTIES.c.name == duty).values(position=position_))
