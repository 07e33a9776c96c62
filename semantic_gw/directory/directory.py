"""The Thing Description Directory (WoT Discovery, 7): what can be asked of it. No HTTP in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy import Connection

from semantic_gw.directory import register
from semantic_gw.directory.database import Database
from semantic_gw.directory.merge_patch import apply
from semantic_gw.directory.preparation import Preparation, refuse, with_new_id
from semantic_gw.directory.register import ANY, Change, Condition, Draft, Entry, FullEntry, Page, Put
from semantic_gw.directory.registration import REGISTRATION, head, sent, wish_in, with_discovery
from semantic_gw.errors import ConflictError, InvalidDocumentError, NotRegisteredError
from semantic_gw.model import IRI, Json, ThingDescription
from semantic_gw.settings import DirectorySettings

_log = logging.getLogger(__name__)

_PATCH_TRIES: Final = 100
_PURGED_AT_ONCE: Final = 500
_READ_AT_ONCE: Final = 500
_DRAFTS_AT_ONCE: Final = 50

Clock = Callable[[], datetime]

Listener = Callable[[IRI, ThingDescription | None, int], None]
"""Told of a Thing that changed: its id, what it is now, and its version."""


class Directory:
    """Registers Thing Descriptions. Every answer is durable; every change has a position, and wakes those who wait."""

    def __init__(
        self, database: Database, preparation: Preparation, settings: DirectorySettings, *, clock: Clock
    ) -> None:
        self._database = database
        self.preparation = preparation
        self._settings = settings
        self._clock = clock
        self._news = asyncio.Event()
        self.listeners: list[Listener] = []
        """Told at once of what is registered and removed through this object, before it is answered."""

    @property
    def database(self) -> Database:
        return self._database

    async def create(self, document: Json) -> Put:
        """Register an anonymous *document* under a new id. Raises InvalidDocumentError."""
        if not isinstance(document, Mapping):
            refuse("", "a Thing Description is a JSON object")
        if "id" in document:
            refuse("/id", f"a document that is posted gets its id here; put this one to /things/{document['id']}")
        return await self._put(with_new_id(document), Condition(absent=True))

    async def create_all(self, documents: Sequence[Mapping[str, Json]]) -> Sequence[Put]:
        """Register *documents*, whose ids must be new, all or none. Raises InvalidDocumentError, ConflictError."""
        drafts = [await self.preparation.draft(document) for document in documents]
        now, most = self._clock(), self._settings.max_ttl_s

        def put_all(connection: Connection) -> list[Put]:
            return [register.put(connection, draft, now, Condition(absent=True), most) for draft in drafts]

        done = await self._database.write(put_all)
        for draft, put in zip(drafts, done, strict=True):
            self._tell(draft.id, draft.thing, put.entry.version)
        return done

    async def put(self, thing: IRI, document: Json, condition: Condition = ANY) -> Put:
        """Register *document* under its id, which is *thing*. Raises InvalidDocumentError, ConflictError."""
        given = document.get("id") if isinstance(document, Mapping) else None
        if isinstance(document, Mapping) and given != thing:
            refuse(
                "/id", f"the document is put to {thing}, so this must be its id" + (f", not {given}" if given else "")
            )
        return await self._put(document, condition)

    async def _put(self, document: Json, condition: Condition) -> Put:
        draft = await self.preparation.draft(document)
        now, most = self._clock(), self._settings.max_ttl_s
        done = await self._database.write(lambda connection: register.put(connection, draft, now, condition, most))
        self._tell(draft.id, draft.thing, done.entry.version)
        return done

    def _tell(self, thing: IRI, now: ThingDescription | None, version: int) -> None:
        """What is committed stays committed, whatever a listener makes of it."""
        for listener in self.listeners:
            try:
                listener(thing, now, version)
            except Exception:  # noqa: BLE001  a fault of theirs is none of the client's
                _log.exception("fault while a change is told", extra={"thing": thing})
        self.wake()

    async def patch(self, thing: IRI, patch: Json, condition: Condition = ANY) -> Put:
        """Apply the JSON Merge Patch *patch* (RFC 7396) to *thing*.

        The result is checked as a whole. Raises NotRegisteredError, InvalidDocumentError, ConflictError where
        *condition* does not hold; what others change in between is patched, too.
        """
        if not isinstance(patch, Mapping):
            refuse("", "a merge patch for a Thing Description is a JSON object")
        if patch.get("id", thing) != thing:
            refuse("/id", f"the id of a Thing does not change: it is {thing}")
        for _ in range(_PATCH_TRIES):
            known = await self._full(thing)
            condition.check(thing, known.version)
            document = apply(_as_known(known), patch)
            self._check_size(document)
            try:
                return await self._put(document, Condition(match=frozenset({f'"{known.version}"'})))
            except ConflictError:
                continue
        raise ConflictError(f"{thing} changes all the time; try again")

    def _check_size(self, document: Json) -> None:
        most = self._settings.max_description_bytes
        if len(msgspec.json.encode(document)) > most:
            refuse("", f"the description would have more than {most} bytes (directory.max_description_bytes)")

    async def _full(self, thing: IRI) -> Entry:
        known = await self._database.read(lambda connection: register.entry(connection, thing))
        if known is None:
            raise NotRegisteredError(f"{thing} is not registered")
        return known

    async def delete(self, thing: IRI, condition: Condition = ANY) -> None:
        """Raises NotRegisteredError, ConflictError."""
        now = self._clock()
        await self._database.write(lambda connection: register.remove(connection, thing, now, condition))
        self._tell(thing, None, 0)

    async def get(self, thing: IRI) -> Entry:
        """The Enriched TD of *thing*. Raises NotRegisteredError."""
        return await self._full(thing)

    async def graph(self, thing: IRI) -> tuple[int, bytes]:
        """The version of *thing*, and its RDF projection as N-Triples. Raises NotRegisteredError."""
        found = await self._database.read(lambda connection: register.graph(connection, thing))
        if found is None:
            raise NotRegisteredError(f"{thing} is not registered")
        return found

    async def page(self, offset: int, limit: int) -> Page:
        """At most *limit* Things after the first *offset*, by code point order of their ids."""
        return await self._database.snapshot(lambda connection: register.page(connection, offset, limit))

    async def same(self, document: Mapping[str, Json]) -> Entry | None:
        """What is registered under the id of *document*, if it is this very document, and asks for no time to live."""
        if REGISTRATION in document:
            return None
        start = head(with_discovery(document)[0])
        thing = document["id"]
        if "\0" in thing:  # no id, and no text that PostgreSQL looks up
            return None
        known = await self._database.read(lambda connection: register.entry(connection, thing))
        return known if known is not None and known.body.startswith(start) else None

    async def adopt(self, changed: Sequence[ThingDescription], removed: Iterable[IRI] = ()) -> list[str]:
        """Register what describers told of, and take out what is gone; what is registered as it is stays as it is.

        Returns what was refused, a sentence each.
        """
        refused: list[str] = []
        gone = tuple(removed)
        for start in range(0, max(len(changed), 1), _DRAFTS_AT_ONCE):  # few at a time: drafts are large
            drafts = []
            for thing in changed[start : start + _DRAFTS_AT_ONCE]:
                try:
                    drafts.append(await self._draft_of(thing))
                except InvalidDocumentError as error:
                    refused.append(f"{thing.id}: {error}")
            await self.restore(drafts, gone if start == 0 else ())
        return refused

    async def _draft_of(self, thing: ThingDescription) -> Draft:
        return await self.preparation.draft(dict(thing.document), origin=thing.origin, family=thing.family)

    async def restore(self, drafts: Sequence[Draft], gone: Sequence[IRI] = ()) -> None:
        """Register *drafts*, whatever was there, and take out what is *gone*, in one transaction.

        What is registered as it is stays as it is.
        """
        known = await self._database.read(lambda connection: register.same(connection, drafts))
        fresh = [draft for draft in drafts if draft.id not in known]
        now, most = self._clock(), self._settings.max_ttl_s
        if fresh or gone:
            await self._database.write(lambda connection: register.adopt(connection, fresh, gone, now, most))
            self.wake()

    async def purge(self) -> int:
        """Remove Things whose time is over; how many they were."""
        now = self._clock()
        over = await self._database.read(lambda connection: register.expired(connection, now, _PURGED_AT_ONCE))
        count = 0
        for thing, version in over:
            try:
                await self.delete(thing, Condition(match=frozenset({f'"{version}"'})))
                count += 1
            except (ConflictError, NotRegisteredError):  # renewed, or removed by another gateway
                continue
        return count

    async def forget(self) -> int:
        """Drop changes beyond those that are kept; how many they were."""
        kept = self._settings.kept_changes
        return await self._database.write(lambda connection: register.forget(connection, kept))

    async def position(self) -> int:
        """That of the newest change."""
        return await self._database.read(register.position)

    async def changes(self, after: int, most: int = _READ_AT_ONCE) -> list[Change]:
        """The changes after the position *after*. Raises ForgottenError where they are no longer kept."""
        return await self._database.read(lambda connection: register.changes(connection, after, most))

    async def removed(self) -> Sequence[tuple[IRI, datetime]]:
        """Things that were removed, and when last, as far as changes are kept; some are registered again."""
        return await self._database.read(register.removed)

    async def changed(self, after: int, most: int = _READ_AT_ONCE) -> tuple[int, Sequence[FullEntry]]:
        """What became of the Things that changed after *after*, and how far that reaches.

        Raises ForgottenError where the changes are no longer kept: read `everything` instead.
        """
        return await self._database.read(lambda connection: register.changed(connection, after, most))

    async def entries(self, things: Sequence[IRI]) -> Sequence[FullEntry]:
        """What is registered under the ids *things*, in their order; without a body where nothing is."""
        return await self._database.read(lambda connection: register.entries(connection, things))

    async def everything(self, after: IRI = "", most: int = _READ_AT_ONCE) -> Sequence[FullEntry]:
        """Things with an id behind *after*, by id."""
        return await self._database.read(lambda connection: register.everything(connection, after, most))

    async def reached(self, duty: str) -> int:
        """The position of the change up to which *duty* is done, whoever does it."""
        return await self._database.read(lambda connection: register.reached(connection, duty))

    async def claim(self, duty: str, owner: str, seconds: float) -> bool:
        """Whether *owner*, of all gateways that share the directory, is the one to do *duty* for the next *seconds*."""
        now = self._clock()
        until = now + timedelta(seconds=seconds)
        return await self._database.write(lambda connection: register.claim(connection, duty, owner, now, until))

    async def reach(self, duty: str, position: int) -> None:
        """Note that *duty* is done up to *position*."""
        await self._database.write(lambda connection: register.reach(connection, duty, position))

    def wake(self) -> None:
        """Tell those who wait that something changed."""
        self._news.set()
        self._news = asyncio.Event()

    async def wait(self, timeout_s: float) -> None:
        """Until something changes through this object, or *timeout_s* are over."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        except TimeoutError:
            pass


def _as_known(known: Entry) -> dict[str, Json]:
    """The document that a merge patch applies to: as it was sent, with what a client may set of its registration."""
    document = sent(known.body, known.injection)
    wish = wish_in(known.body)
    return {**document, REGISTRATION: wish} if wish else document
