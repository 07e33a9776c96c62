"""Standing queries, their matching and their deliveries, made from settings and kept running."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError

from semantic_gw.api.subscriptions import SubscriptionsResource
from semantic_gw.api.subscriptions_api import SubscriptionsApi
from semantic_gw.api.subscriptions_streams import Streams
from semantic_gw.app.bus import Transactions, transactions_of
from semantic_gw.app.waiting import until_there
from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import Bus, TopicSpec
from semantic_gw.directory.directory import Directory
from semantic_gw.errors import UnavailableError
from semantic_gw.model import Json
from semantic_gw.rdf.ontology import Ontology
from semantic_gw.settings import Settings
from semantic_gw.shipped import ONTOLOGIES
from semantic_gw.subscriptions.checking import Checks
from semantic_gw.subscriptions.following import ThingsFollower
from semantic_gw.subscriptions.index import Index
from semantic_gw.subscriptions.latches import KeptLatches, latches_spec
from semantic_gw.subscriptions.matcher import Graphs, Matcher
from semantic_gw.subscriptions.matching import Matching, MatchingMetrics
from semantic_gw.subscriptions.matching import Parts as MatchingParts
from semantic_gw.subscriptions.registry import Registry
from semantic_gw.subscriptions.things import KnownThings
from semantic_gw.subscriptions.webhooks import Webhooks
from semantic_gw.view.things import ThingGraphs
from semantic_gw.view.vocabulary import load_vocabulary

_log = logging.getLogger(__name__)

_NOTE_EVERY_S: Final = 5.0
_TOPICS: Final = ("observations", "events")
_LATCHES: Final = "subscription-latches"

Clock = Callable[[], datetime]


class SubscriptionsParts:
    """Standing queries. One for each process."""

    def __init__(
        self,
        settings: Settings,
        ontology: Ontology,
        directory: Directory,
        bus: Bus,
        metrics: CollectorRegistry,
        *,
        clock: Clock,
    ) -> None:
        """Raises ConfigurationError."""
        self._settings = settings
        self._clock = clock
        self._bus = bus
        things = KnownThings(ontology.superclasses)
        self._follower = ThingsFollower(
            directory, things, ThingGraphs(ontology.superclasses).graph, partial(_vocabulary, settings)
        )
        self._matcher = Matcher(settings.subscriptions, self._follower.graphs)
        self._follower.matcher = self._matcher
        self.index = Index(ontology.broader, settings.subscriptions.query_bytes)
        checks = Checks(settings.subscriptions, self.index, self._matcher)
        self.registry = Registry(
            directory.database, bus, settings.subscriptions, settings.bus, check=checks.check, clock=clock
        )
        self.registry.listeners.append(self.index.learn)
        group = f"{settings.bus.prefix}-subscriptions"
        self.webhooks = Webhooks(
            bus, self.registry, settings.subscriptions, metrics, group=f"{settings.bus.prefix}-webhook", clock=clock
        )
        checks.webhooks = self.webhooks
        self._transactions = _transactions(settings, group)
        self.matching = Matching(
            MatchingParts(
                bus=bus,
                topics=[settings.bus.topic(name) for name in _TOPICS],
                group=group,
                registry=self.registry,
                index=self.index,
                things=things,
                matcher=self._matcher,
                latches=KeptLatches(settings.bus.topic(_LATCHES)),
                commits=self._transactions or (bus if isinstance(bus, LogBus) else None),
            ),
            MatchingMetrics(metrics),
            clock=clock,
        )
        self.streams = Streams(bus, self.registry, settings.subscriptions)
        self._things = things

    def api(self) -> SubscriptionsApi:
        """Standing queries over HTTP."""
        settings = self._settings
        resource = SubscriptionsResource(
            self.registry, settings.base_iri, settings.kafka.bootstrap_servers, self._clock
        )
        return SubscriptionsApi(resource, self.streams, settings.http)

    async def run(self) -> None:
        """Match and deliver until cancelled; the directory and the bus are there before."""
        if not self._settings.subscriptions.enabled:
            return
        away = (UnavailableError, SQLAlchemyError)
        await until_there(self._begin, "subscriptions cannot begin; retrying", away=away)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.registry.run())
            group.create_task(self._follower.run())
            group.create_task(self.matching.run())
            group.create_task(self.webhooks.run())
            group.create_task(self._note())

    async def _begin(self) -> None:
        """Know every standing query and every Thing before the first message is matched."""
        await self.registry.catch_up()
        await self._follower.catch_up()
        if self._transactions is not None:
            await self._transactions.begin()

    async def _note(self) -> None:
        while True:
            await asyncio.sleep(_NOTE_EVERY_S)
            try:
                await self.matching.note()
            except (UnavailableError, SQLAlchemyError) as error:
                _log.warning("the health of subscriptions cannot be kept", extra={"error": str(error)})

    async def close(self) -> None:
        """End what is open, in a bounded time."""
        self.streams.stop()
        await self._matcher.close()
        if self._transactions is not None:
            await self._transactions.stop()

    def told(self) -> dict[str, Json]:
        """For `/health/ready`."""
        if not self._settings.subscriptions.enabled:
            return {"off": "subscriptions.enabled is false"}
        suspended = sum(1 for one in self.registry.known.values() if one.suspended)
        told: dict[str, Json] = {
            "registered": len(self.registry.known),
            "suspended": suspended,
            "behind": sum(self.matching.behind.values()),
        }
        if (outage := self.matching.outage) is not None:
            told["outage"] = {"since": outage[0].isoformat(), "error": outage[1]}
        return told


def subscription_specs(settings: Settings) -> Sequence[TopicSpec]:
    """The topics that standing queries need beside their own."""
    return (latches_spec(settings.bus.topic(_LATCHES), settings.bus.replication_factor),)


def _vocabulary(settings: Settings) -> Graphs:
    """The ontologies, as the view has them."""
    folders = (ONTOLOGIES, *settings.view.ontologies)
    files = [path for folder in folders for path in sorted(folder.glob("*.ttl"))]
    return [(update.graph, update.triples) for update in load_vocabulary(files, settings.base_iri).updates]


def _transactions(settings: Settings, group: str) -> Transactions | None:
    """What writes to Kafka in transactions; its id is that of this gateway on this machine, before and after a kill."""
    where = f"{socket.gethostname()} {settings.log.path.absolute()}"
    own = hashlib.blake2b(where.encode(), digest_size=8).hexdigest()
    return transactions_of(settings.kafka, group, f"{group}-{own}")
