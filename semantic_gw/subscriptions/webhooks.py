"""Webhooks: each reads the topic of its standing query at its own pace, so that one that is dead holds up no other.

What waits for it waits on the topic, and how far it came is its offset there: nothing is in memory, and nothing lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry, Counter
from sqlalchemy.exc import SQLAlchemyError

from semantic_gw.contracts import Bus, Subscription
from semantic_gw.directory.preparation import refuse
from semantic_gw.directory.registration import microseconds
from semantic_gw.errors import ConfigurationError, GatewayError, RefusedError, UnavailableError
from semantic_gw.model import Record
from semantic_gw.outbound import Answer, Outbound, OutboundError, authority_of
from semantic_gw.settings import SubscriptionsSettings
from semantic_gw.subscriptions.document import Webhook
from semantic_gw.subscriptions.health import Health
from semantic_gw.subscriptions.messages import MEDIA_TYPE
from semantic_gw.subscriptions.registry import Registry
from semantic_gw.subscriptions.signing import signed
from semantic_gw.subscriptions.standing import Standing

_log = logging.getLogger(__name__)

_ANY_HOST: Final = "*"
_AT_ONCE: Final = 20
_IDLE_S: Final = 5.0
_NOTE_EVERY_S: Final = 2.0
_MOST_ANSWER: Final = 64 * 1024
_GONE: Final = 410
_PROBES: Final = 5
"""One in so many places is for webhooks that fail: however many they are, the others have theirs."""


Send = Callable[[Record], Awaitable[None]]


class _GoneError(RefusedError):
    """The receiver wants no more (Standard Webhooks: 410 Gone)."""


class _FailedError(GatewayError):
    """An attempt that failed, and how long the receiver wants to be left alone, in seconds."""

    def __init__(self, message: str, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Webhooks:
    """A task for each webhook."""

    def __init__(
        self,
        bus: Bus,
        registry: Registry,
        settings: SubscriptionsSettings,
        metrics: CollectorRegistry,
        *,
        group: str,
        clock: Callable[[], datetime],
    ) -> None:
        """*group* is the beginning of the names of their consumer groups."""
        self._bus = bus
        self._registry = registry
        self._settings = settings
        self._group = group
        self._clock = clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._health: dict[str, Health] = {}
        self._places = asyncio.Semaphore(settings.webhook_concurrent)
        self._probes = asyncio.Semaphore(max(1, settings.webhook_concurrent // _PROBES))
        self._sent = Counter(
            "semantic_gw_subscription_webhooks", "Attempts to send a match.", ("outcome",), registry=metrics
        )
        self._is_running = False
        registry.listeners.append(self._learn)

    def check(self, webhook: Webhook) -> None:
        """Raises InvalidDocumentError for a webhook to where nothing may be sent."""
        try:
            self._outbound(webhook).check(webhook.url)
        except RefusedError as error:
            refuse("/deliver/webhook/url", f"{error} (subscriptions.webhook_hosts)")

    def _outbound(self, webhook: Webhook) -> Outbound:
        """Raises OutboundError."""
        hosts = self._settings.webhook_hosts
        if _ANY_HOST in hosts:
            host = authority_of(webhook.url).rpartition("]")
            bare = (host[0] + host[1]).strip("[]") or host[2].partition(":")[0]
            hosts = (*(one for one in hosts if one != _ANY_HOST), bare)
        try:
            return Outbound(
                hosts=hosts,
                schemes=("http", "https") if self._settings.webhook_insecure else ("https",),
                private=self._settings.webhook_private,
                timeout_s=self._settings.webhook_timeout_s,
                max_bytes=_MOST_ANSWER,
            )
        except ConfigurationError as error:
            raise OutboundError(str(error)) from error

    def _learn(self, id_: str, standing: Standing | None) -> None:
        """Begin, or end, or begin anew with what changed."""
        task = self._tasks.pop(id_, None)
        if task is not None:
            task.cancel()
        wanted = standing is not None and not standing.suspended and standing.document.deliver.webhook is not None
        if standing is not None and wanted and self._is_running:
            self._tasks[id_] = asyncio.create_task(self._deliver(standing), name=f"webhook {id_}")
        elif not wanted:
            self._health.pop(id_, None)

    async def run(self) -> None:
        """Deliver until cancelled."""
        self._is_running = True
        for id_, standing in self._registry.known.items():
            self._learn(id_, standing)
        try:
            while True:
                await asyncio.sleep(_NOTE_EVERY_S)
                await self._note()
        finally:
            self._is_running = False
            tasks = list(self._tasks.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._tasks.clear()

    async def _note(self) -> None:
        news = {id_: health.news() for id_, health in self._health.items() if health.changed}
        if news:
            with suppress(UnavailableError, SQLAlchemyError):
                await self._registry.note_health(news)

    async def _deliver(self, standing: Standing) -> None:
        webhook = standing.document.deliver.webhook
        if webhook is None:
            return
        health = self._health.setdefault(standing.id, Health())
        group = f"{self._group}-{standing.id}-{microseconds(standing.created)}"
        send = partial(self._send, webhook, self._outbound(webhook))
        while standing.is_active(self._clock()):
            try:
                await self._registry.ensure_topic(standing.id)
                async with self._bus.subscribe([self._registry.topic(standing.id)], group=group) as subscription:
                    await self._follow(standing, subscription, health, send)
            except _GoneError:
                await self._suspend(standing, "the webhook answers 410: it wants no more")
                return
            except UnavailableError as error:
                _log.warning("a webhook cannot read its topic; retrying", extra={"error": str(error)})
                await asyncio.sleep(1.0)

    async def _follow(self, standing: Standing, subscription: Subscription, health: Health, send: Send) -> None:
        while standing.is_active(self._clock()):
            for record in await subscription.batch(_AT_ONCE, _IDLE_S):
                if record.timestamp >= standing.created - timedelta(seconds=1):
                    await self._until_sent(standing, record, health, send)
                await subscription.commit([record])
            waiting = sum((await subscription.behind()).values())
            health.changed |= waiting != health.behind
            health.behind = waiting

    async def _until_sent(self, standing: Standing, record: Record, health: Health, send: Send) -> None:
        """Send *record* as often as it takes. Raises _GoneError; ends where the standing query is suspended."""
        while standing.is_active(self._clock()):
            try:
                async with self._probes if health.in_a_row else self._places:
                    await send(record)
            except _GoneError:
                raise
            except (_FailedError, UnavailableError, RefusedError) as error:
                health.fails(self._clock(), str(error))
                self._sent.labels("failed").inc()
                await self._give_up_in_time(standing, health)
                await asyncio.sleep(health.pause_s(getattr(error, "retry_after_s", 0.0)))
            else:
                health.succeeded(self._clock())
                self._sent.labels("delivered").inc()
                return

    async def _give_up_in_time(self, standing: Standing, health: Health) -> None:
        since = health.failing_since
        if since is not None and (self._clock() - since).total_seconds() > self._settings.suspend_after_s:
            await self._suspend(standing, f"its webhook has failed since {since.isoformat()}: {health.last_error}")

    async def _suspend(self, standing: Standing, reason: str) -> None:
        """Ends this task, too: it is told by the registry."""
        await self._note()
        await self._registry.suspend(standing, reason)

    async def _send(self, webhook: Webhook, outbound: Outbound, record: Record) -> None:
        """Raises _GoneError, _FailedError, UnavailableError, OutboundError."""
        body = record.value or b""
        headers = signed(webhook.secret, record.key or "", self._clock(), body)
        answer = await outbound.apost(webhook.url, body, accept="*/*", headers=(("Content-Type", MEDIA_TYPE), *headers))
        if answer.status == _GONE:
            raise _GoneError("the webhook answers 410")
        if not 200 <= answer.status < 300:
            raise _FailedError(f"the webhook answers {answer.status}", _retry_after_s(answer))


def _retry_after_s(answer: Answer) -> float:
    text = answer.header("retry-after")
    return float(text) if text.isascii() and text.isdigit() else 0.0
