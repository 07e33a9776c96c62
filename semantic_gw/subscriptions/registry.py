"""The standing queries of all gateways that share the directory's database, and how this process follows them."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from semantic_gw.contracts import Bus, TopicSpec
from semantic_gw.directory.database import Database
from semantic_gw.directory.preparation import refuse
from semantic_gw.directory.register import ANY, Condition
from semantic_gw.directory.registration import moment_of
from semantic_gw.errors import InvalidDocumentError, LimitError, UnavailableError
from semantic_gw.model import Json
from semantic_gw.settings import BusSettings, SubscriptionsSettings
from semantic_gw.subscriptions import store
from semantic_gw.subscriptions.document import SECRET, Document
from semantic_gw.subscriptions.standing import Standing

_log = logging.getLogger(__name__)

_POLL_S: Final = 0.5
_AT_ONCE: Final = 1000
_EXPIRE_EVERY_S: Final = 10.0
_NEW: Final = Condition(absent=True)

Clock = Callable[[], datetime]
Listener = Callable[[str, Standing | None], None]
"""Told of an id, and what is registered under it from now on (None: nothing)."""
Check = Callable[[Document], Awaitable[None]]
"""Raises RefusedError where a standing query cannot be asked."""


class Registry:
    """Standing queries by id, as far as this process knows them; `catch_up` makes that all."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        settings: SubscriptionsSettings,
        topics: BusSettings,
        *,
        check: Check,
        clock: Clock,
    ) -> None:
        self._database = database
        self._bus = bus
        self._settings = settings
        self._topics = topics
        self._check = check
        self._clock = clock
        self._position = 0
        self._turn = asyncio.Lock()
        self._made: set[str] = set()
        self.known: dict[str, Standing] = {}
        self.listeners: list[Listener] = []

    def topic(self, id_: str) -> str:
        """Where the matches of *id_* go."""
        return self._topics.topic(f"sub.{id_}")

    # What HTTP asks for:

    async def create(self, document: Document) -> Standing:
        """Register *document* under its id, or a new one. Raises RefusedError, UnavailableError."""
        made, _ = await self._put(document.id or uuid.uuid4().hex, document, _NEW if document.id else ANY)
        return made

    async def put(self, id_: str, document: Document, condition: Condition = ANY) -> tuple[Standing, bool]:
        """Register *document* under *id_*, and whether that is new. Raises RefusedError, UnavailableError."""
        if document.id not in ("", id_):
            refuse("/id", f"is {document.id}, and the path says {id_}")
        return await self._put(id_, document, condition)

    async def _put(self, id_: str, document: Document, condition: Condition) -> tuple[Standing, bool]:
        if id_ not in self.known and len(self.known) >= self._settings.most:
            detail = f"there are {self._settings.most} subscriptions, as many as are allowed (subscriptions.most)"
            raise LimitError(detail, limit="queue")
        document = await self._with_secret(id_, document)
        await self._check(document)
        now = self._clock()
        body = document.model_copy(update={"id": id_}).stored()
        wanted = Standing(id_, 0, now, now, self._expires(document, now), "", body)
        await self.ensure_topic(id_)
        done = await self._database.write(partial(store.put, given=wanted, condition=condition))
        await self.catch_up()
        return done

    async def _with_secret(self, id_: str, document: Document) -> Document:
        """*document* with the secret that is known, where it is sent as it was told."""
        webhook = document.deliver.webhook
        if webhook is None or set(webhook.secret) != set(SECRET):
            return document
        known = (await self.get(id_)).document.deliver.webhook
        if known is None:
            refuse(
                "/deliver/webhook/secret", f"wants a secret: {SECRET} keeps the one that is there, and there is none"
            )
        kept = webhook.model_copy(update={"secret": known.secret})
        return document.model_copy(update={"deliver": document.deliver.model_copy(update={"webhook": kept})})

    def _expires(self, document: Document, now: datetime) -> datetime:
        if not document.expires:
            return now + timedelta(seconds=self._settings.default_ttl_s)
        try:
            wanted = moment_of(document.expires)
        except (ValueError, InvalidDocumentError):
            refuse("/expires", f"{document.expires!r} is no date-time such as 2027-01-31T12:00:00Z (RFC 3339)")
        if wanted <= now:
            refuse("/expires", f"{document.expires} is over")
        return min(wanted, now + timedelta(seconds=self._settings.max_ttl_s))

    async def get(self, id_: str) -> Standing:
        """Raises NotRegisteredError, UnavailableError."""
        return await self._database.read(partial(store.get, id_=id_))

    async def page(self, after: str, most: int) -> list[Standing]:
        """At most *most* behind the id *after*."""
        return await self._database.read(partial(store.page, after=after, most=most))

    async def remove(self, id_: str, condition: Condition = ANY) -> None:
        """Raises NotRegisteredError, ConflictError, UnavailableError."""
        await self._database.write(partial(store.remove, id_=id_, condition=condition, now=self._clock()))
        await self.catch_up()

    # What the parts of this process tell:

    async def suspend(self, standing: Standing, reason: str) -> None:
        """Have *standing* rest, for every gateway. Raises UnavailableError."""
        call = partial(store.suspend, id_=standing.id, known=standing.position, reason=reason)
        if await self._database.write(call):
            _log.warning("a subscription is suspended", extra={"subscription": standing.id, "error": reason})
        await self.catch_up()

    async def note_health(self, health: Mapping[str, Mapping[str, Json]]) -> None:
        """Keep what delivery tells. Raises UnavailableError."""
        await self._database.write(partial(store.note_health, news=health))

    async def ensure_topic(self, id_: str) -> None:
        """Make the topic of *id_*, where topics are made. Raises UnavailableError, ConfigurationError."""
        if self._topics.create_topics and id_ not in self._made:
            retention_ms = int(self._settings.retention_hours * 3_600_000)
            spec = TopicSpec(
                self.topic(id_),
                partitions=1,  # the place in it is one number: the id of an event
                replication_factor=self._topics.replication_factor,
                retention_ms=retention_ms,
            )
            await self._bus.ensure_topics([spec])
            self._made.add(id_)

    # How the database is followed:

    async def catch_up(self) -> None:
        """Know what is registered now. Raises UnavailableError."""
        async with self._turn:
            while found := await self._database.read(partial(store.changes, after=self._position, most=_AT_ONCE)):
                for id_, position, standing in found:
                    self._learn(id_, standing)
                    self._position = position
                await asyncio.sleep(0)

    def _learn(self, id_: str, standing: Standing | None) -> None:
        if standing is None:
            self.known.pop(id_, None)
        else:
            self.known[id_] = standing
        for listener in self.listeners:
            listener(id_, standing)

    async def run(self) -> None:
        """Follow what is registered, and remove what is over, until cancelled."""
        loop = asyncio.get_running_loop()
        looked, away = -_EXPIRE_EVERY_S, False
        while True:
            try:
                await self.catch_up()
                if loop.time() - looked > _EXPIRE_EVERY_S:
                    await self._expire()
                    looked = loop.time()
                away = False
            except (UnavailableError, SQLAlchemyError) as error:
                if not away:
                    _log.warning("subscriptions cannot be read; retrying", extra={"error": str(error)})
                away = True
            await asyncio.sleep(_POLL_S)

    async def _expire(self) -> None:
        if any(standing.expires <= self._clock() for standing in self.known.values()):
            count = await self._database.write(partial(store.expire, now=self._clock()))
            _log.info("subscriptions expired", extra={"subscriptions": count})
