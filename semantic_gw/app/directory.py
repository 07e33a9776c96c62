"""The directory and everything that belongs to it, made from settings and kept running."""

from __future__ import annotations

import asyncio
import logging
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from semantic_gw.api.directory import DirectoryApi, Resources
from semantic_gw.api.dry_run import DryRun
from semantic_gw.api.events import Events
from semantic_gw.api.models import ModelsResource
from semantic_gw.api.search import SearchResource, SparqlSearch
from semantic_gw.api.things import Things
from semantic_gw.app.parts import Parts
from semantic_gw.app.shapes import learn_shapes
from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import Bus
from semantic_gw.directory.database import Database, open_database
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.following import since
from semantic_gw.directory.models import Models
from semantic_gw.directory.preparation import Preparation
from semantic_gw.directory.projection import Projector
from semantic_gw.directory.search.messages import Batch, Entry
from semantic_gw.directory.search.search import Search
from semantic_gw.errors import UnavailableError
from semantic_gw.model import IRI, Json, ThingDescription
from semantic_gw.pipeline.things import Outbox, ThingsFollower
from semantic_gw.rdf.description_reading import from_rdf
from semantic_gw.rdf.fetched_contexts import FetchedContexts
from semantic_gw.sandbox import Sandbox
from semantic_gw.settings import Settings

_log = logging.getLogger(__name__)


Clock = Callable[[], datetime]

_FORGET_EVERY_S: Final = 600.0
_LEAD_EVERY_S: Final = 5.0
_OWN_LOG: Final = "the gateway of this log"
_SANDBOX_S: Final = 5.0
"""How long work on what a stranger sent may take, in seconds."""


class DirectoryParts:
    """The directory, what follows it, and its face. One for each process."""

    def __init__(self, parts: Parts, bus: Bus, *, clock: Clock) -> None:
        settings = parts.settings
        self._settings = settings
        self._bus = bus
        self.database = open_database(settings.directory_url)
        self._sandbox = make_sandbox(settings)
        self.directory = make_directory(parts, self.database, self._sandbox, clock)
        self.models = Models(self.database, clock=clock)
        self.follower = ThingsFollower(self.directory, parts.pipeline.things)
        self.directory.listeners.append(self._changed)
        self.outbox = Outbox(
            self.directory,
            bus,
            settings.bus.topic("things"),
            name=_bus_name(settings),
            owner="" if settings.kafka.bootstrap_servers else _OWN_LOG,
        )
        self.events = Events(self.directory, settings.directory)
        self.search = Search(settings.directory, self._searchable)
        self._parts = parts
        self._clock = clock
        self._owner = uuid.uuid4().hex
        self.leads = False
        """Whether this gateway is the one that polls devices."""

    def _changed(self, thing: IRI, now: ThingDescription | None, version: int) -> None:
        """What is registered here lifts from now on."""
        if now is None:
            self.follower.removed(thing)
        else:
            self.follower.registered(now, version)

    async def _searchable(self, after: int) -> AsyncIterator[Batch]:
        """What the search has to learn behind the position *after*. Raises ForgottenError."""
        async for position, entries, _ in since(self.directory, after):
            yield Batch(position, tuple(Entry(entry.id, entry.body) for entry in entries))

    def api(self, graphs: SparqlSearch) -> DirectoryApi:
        """The directory over HTTP; *graphs* are what it searches by SPARQL."""
        settings = self._settings
        resources = Resources(
            things=Things(self.directory, settings.directory, self._from_rdf),
            events=self.events,
            search=SearchResource(self.search, graphs),
            models=ModelsResource(self.models, self.directory, settings.directory),
            dry_run=DryRun(self._parts.pipeline, self.directory.preparation, self._clock),
        )
        return DirectoryApi(resources, settings.http)

    async def _from_rdf(self, body: bytes, media_type: str) -> Mapping[str, Json]:
        """The description that *body*, RDF of *media_type*, holds. Raises DescribingError, RefusedError."""
        read = partial(from_rdf, base_iri=self._settings.base_iri, sandbox=self._sandbox)
        return await asyncio.to_thread(read, body, media_type)

    async def open(self) -> None:
        """Open the database, and know every Thing in it. Raises ConfigurationError, UnavailableError."""
        await asyncio.to_thread(self.database.start)
        await self.follower.catch_up()

    async def close(self) -> None:
        await self.search.close()
        self._sandbox.close()
        self.database.stop()

    async def run(self) -> None:
        """Follow, publish, and purge until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.follower.run())
            group.create_task(self._publish())
            group.create_task(self._purge())
            if self._settings.polling.hosts:
                group.create_task(self._lead())

    async def register(self, changed: Sequence[ThingDescription], removed: Sequence[IRI]) -> None:
        """Keep what describers told of; on return it is durable, and on the bus. Raises UnavailableError."""
        for refused in await self.directory.adopt(changed, removed):
            _log.error("a description is not registered", extra={"error": refused})
        await self.outbox.flush()

    async def _publish(self) -> None:
        lost = True
        while lost:
            try:
                await self._publish_again_where_lost()
                lost = False
            except UnavailableError as error:
                _log.warning("the outbox cannot begin; retrying", extra={"error": str(error)})
                await asyncio.sleep(1.0)
        await self.outbox.run()

    async def _publish_again_where_lost(self) -> None:
        """An embedded log that is new, beside a directory that is not, gets everything once more."""
        if isinstance(self._bus, LogBus) and not await self._bus.last(self._settings.bus.topic("things"), 1):
            await self.outbox.begin_again()

    async def _lead(self) -> None:
        """Claim what only one of the gateways that share the directory does: poll devices."""
        while True:
            try:
                self.leads = await self.directory.claim("polling", self._owner, 4 * _LEAD_EVERY_S)
            except UnavailableError:
                self.leads = False
            await asyncio.sleep(_LEAD_EVERY_S)

    async def _purge(self) -> None:
        """Remove Things whose time is over, and changes that nobody is to catch up on any more."""
        loop = asyncio.get_running_loop()
        forgot = loop.time()
        while True:
            try:
                if count := await self.directory.purge():
                    _log.info("registrations expired", extra={"things": count})
                if loop.time() - forgot > _FORGET_EVERY_S:
                    await self.directory.forget()
                    forgot = loop.time()
            except UnavailableError as error:
                _log.warning("expired registrations cannot be removed; retrying", extra={"error": str(error)})
            await asyncio.sleep(self._settings.directory.purge_interval_s)


def make_sandbox(settings: Settings) -> Sandbox:
    """Where what strangers sent is worked on."""
    return Sandbox(deadline_s=_SANDBOX_S, memory_bytes=settings.directory.search_memory_bytes)


def make_directory(parts: Parts, database: Database, sandbox: Sandbox, clock: Clock) -> Directory:
    """The directory in *database*, which need not be started yet."""
    settings = parts.settings
    projector = Projector(
        settings.base_iri,
        FetchedContexts.from_hosts(settings.directory.context_hosts),
        sandbox,
        opaque=settings.directory.unknown_contexts == "opaque",
    )
    preparation = Preparation(projector.project, parts.pipeline.things.check)
    return Directory(database, preparation, settings.directory, clock=clock)


def _bus_name(settings: Settings) -> str:
    """What tells the bus of this gateway from others that take from the same directory."""
    if settings.kafka.bootstrap_servers:
        return f"kafka {settings.kafka.bootstrap_servers} {settings.bus.prefix}"
    return f"log {socket.gethostname()} {settings.log.path.absolute()} {settings.bus.prefix}"


@dataclass(frozen=True, slots=True)
class OpenDirectory:
    """The directory without a gateway."""

    directory: Directory
    models: Models


@asynccontextmanager
async def opened_directory(parts: Parts, clock: Clock) -> AsyncIterator[OpenDirectory]:
    """The directory of the settings, for a command. Raises ConfigurationError, UnavailableError."""
    database = open_database(parts.settings.directory_url)
    database.start()
    try:
        with make_sandbox(parts.settings) as sandbox:
            yield OpenDirectory(make_directory(parts, database, sandbox, clock), Models(database, clock=clock))
    finally:
        database.stop()


async def learn_things(parts: Parts, directory: Directory) -> None:
    """Make everything that is registered known to the pipeline, Things and shapes."""
    await ThingsFollower(directory, parts.pipeline.things).catch_up()
    await learn_shapes(parts, directory.database)
