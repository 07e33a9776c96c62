"""What keeps the known Things and the topic of Thing Descriptions at the state of the directory."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from semantic_gw.bus.refusal import RecordTooLargeError
from semantic_gw.contracts import Bus
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.following import news, since
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.directory.register import Change, ChangeType, ForgottenError, FullEntry
from semantic_gw.directory.registration import sent
from semantic_gw.errors import MappingError, UnavailableError
from semantic_gw.model import IRI, Json, Record, ThingDescription

_log = logging.getLogger(__name__)

_POLL_S: Final = 0.25
"""How often changes made by other gateways are looked for, in seconds."""

_AT_ONCE: Final = 500

_LINGER_S: Final = 0.2
"""How long changes gather before they are published, in seconds: a commit of one costs as much as of fifty."""

_CLAIM_S: Final = 20.0

Listener = Callable[[IRI, Mapping[str, Json] | None], None]
"""Told of a Thing that changed: its id, and its document or None."""


class ThingsFollower:
    """Registers in *things* what stands in the directory: all of it at start, then every change."""

    def __init__(self, directory: Directory, things: KnownThings) -> None:
        self._directory = directory
        self._things = things
        self.listeners: list[Listener] = []
        self._position = 0
        self._known: dict[IRI, int] = {}
        """The version of each Thing as it is known."""
        self.outage: tuple[datetime, str] | None = None
        """Since when the directory cannot be read, and why."""

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                await self.catch_up()
                self.outage = None
                await asyncio.sleep(_POLL_S)  # what is registered here is told at once
            except (UnavailableError, SQLAlchemyError) as error:
                if self.outage is None:
                    _log.warning("the directory cannot be read; retrying", extra={"error": str(error)})
                    self.outage = (datetime.now(UTC), str(error))
                await asyncio.sleep(1.0)

    async def catch_up(self) -> None:
        """Bring the known Things to the state of the directory."""
        try:
            if self._position:
                await self._learn_changes()
                return
        except ForgottenError:
            pass
        await self._learn_everything()

    async def _learn_changes(self) -> None:
        """Read only what this gateway does not know yet. Raises ForgottenError."""
        while changes := await self._directory.changes(self._position, _AT_ONCE):
            unknown = {change.thing for change in changes if self._is_new(change)}
            if unknown:
                self._apply(await self._directory.entries(sorted(unknown)))
            self._position = changes[-1].position
            await asyncio.sleep(0)

    def _is_new(self, change: Change) -> bool:
        if change.type is ChangeType.DELETED:
            return self._known.get(change.thing, change.position) < change.position
        return self._known.get(change.thing, 0) < change.position

    async def _learn_everything(self) -> None:
        seen: set[IRI] = set()
        async for position, entries, _ in since(self._directory, 0):
            self._apply(entries)
            seen.update(entry.id for entry in entries)
            self._position = max(self._position, position)
            await asyncio.sleep(0)
        for thing in [thing for thing in self._known if thing not in seen]:
            self.removed(thing)

    def _apply(self, entries: Iterable[FullEntry]) -> None:
        for entry in entries:
            if entry.body is None:
                self.removed(entry.id)
            elif self._known.get(entry.id, 0) < entry.version:
                document = sent(entry.body, entry.injection)
                self.registered(ThingDescription(entry.id, document, entry.origin, entry.family), entry.version)

    def registered(self, thing: ThingDescription, version: int) -> None:
        """Know *thing*, which is registered as *version*; what is newer stays."""
        if self._known.get(thing.id, 0) >= version:
            return
        self._known[thing.id] = version
        try:
            self._things.register(thing)
        except MappingError as error:
            _log.warning("payloads of a Thing are not lifted", extra={"thing": thing.id, "error": str(error)})
        for listener in self.listeners:
            listener(thing.id, thing.document)

    def removed(self, thing: IRI) -> None:
        """Know *thing* no more."""
        self._known.pop(thing, None)
        self._things.remove(thing)
        for listener in self.listeners:
            listener(thing, None)


class Outbox:
    """Publishes what changes in the directory on *topic* of *bus*, in order, at least once (a transactional outbox).

    How far it is stands in the directory's database under *name*, the bus's own. Of gateways that share both, one
    publishes while its claim lasts.
    """

    def __init__(self, directory: Directory, bus: Bus, topic: str, *, name: str, owner: str = "") -> None:
        """*owner* names this gateway; one that nobody shares the bus with always has the same, and never waits."""
        self._directory = directory
        self._bus = bus
        self._topic = topic
        self._name = name
        self._owner = owner or uuid.uuid4().hex
        self._claimed = 0.0
        self._busy = asyncio.Lock()

    async def run(self) -> None:
        """Publish until cancelled."""
        while True:
            try:
                await self.flush()
                await self._directory.wait(_POLL_S)
                await asyncio.sleep(_LINGER_S)
            except (UnavailableError, SQLAlchemyError) as error:
                _log.warning("Thing Descriptions cannot be published; retrying", extra={"error": str(error)})
                await asyncio.sleep(1.0)

    async def flush(self) -> None:
        """On return everything registered before the call is durable on the topic. Raises UnavailableError."""
        wanted = await self._directory.position()
        async with self._busy:
            while (after := await self._directory.reached(self._name)) < wanted:
                if await self._claim():
                    await self._publish(after, wanted)
                else:
                    await asyncio.sleep(_POLL_S)

    async def behind(self) -> int:
        """Changes that are not published yet."""
        return await self._directory.position() - await self._directory.reached(self._name)

    async def begin_again(self) -> None:
        """Publish everything once more: the topic was lost."""
        if await self._claim():
            await self._directory.reach(self._name, 0)

    async def _claim(self) -> bool:
        """Whether it is this gateway's turn, for some seconds more."""
        now = time.monotonic()
        if now > self._claimed - _CLAIM_S / 2:
            mine = await self._directory.claim(self._name, self._owner, _CLAIM_S)
            self._claimed = now + _CLAIM_S if mine else 0.0
        return now < self._claimed

    async def _publish(self, after: int, wanted: int) -> None:
        """Publish what changed behind *after*: at least up to the position *wanted*, which need not be of a change."""
        async for position, entries, _ in news(self._directory, after):
            if entries:
                await self._put(entries)
            if position:
                await self._directory.reach(self._name, position)
                after = position
        if after < wanted:
            await self._directory.reach(self._name, wanted)

    async def _put(self, entries: Sequence[FullEntry]) -> None:
        try:
            await self._bus.publish([self._record(entry) for entry in entries])
        except RecordTooLargeError as error:  # the others are durable
            things = [entries[index].id for index in error.refused]
            _log.error("Thing Descriptions are too large for their topic", extra={"things": things})

    def _record(self, entry: FullEntry) -> Record:
        if entry.body is None:
            return Record(self._topic, entry.id, None)
        headers = (
            ("Content-Type", b"application/td+json"),
            ("Origin", entry.origin.encode()),
            ("Family", entry.family.encode()),
        )
        return Record(self._topic, entry.id, entry.body, tuple(header for header in headers if header[1]))
