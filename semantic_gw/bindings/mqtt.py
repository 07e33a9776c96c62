"""The MQTT way in: a message is acknowledged to the broker only after it is durable here.

What has arrived is handed to the intake in batches and acknowledged in the order of arrival (MQTT 5.0, 4.6). After a
crash the broker sends again what was not acknowledged, with the DUP flag and the same packet identifier: what the
spool holds already is acknowledged and not taken twice.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from semantic_gw.bindings.mqtt_connection import ConnectionFailedError, Message, MqttConnection, tls_context
from semantic_gw.bindings.mqtt_redelivery import Delivery, Redelivery, delivery_name, delivery_of
from semantic_gw.contracts import Intake
from semantic_gw.errors import ConfigurationError, PayloadError, UnavailableError
from semantic_gw.model import Payload, Source
from semantic_gw.settings import MqttSettings

__all__ = ["Counters", "Delivery", "MqttBinding", "Status", "delivery_of"]

_log = logging.getLogger(__name__)

LARGEST_BYTES: Final = 7 * 1024 * 1024
"""A larger message fits no record of the spool (8 MiB with headers)."""

_BATCH: Final = 500
_BATCH_BYTES: Final = 8 * 1024 * 1024
_WAITING: Final = 10_000
_WAITING_BYTES: Final = 64 * 1024 * 1024
"""Messages and bytes that may wait for the intake; beyond either nothing more is read until half of it is gone."""

_PAUSE_S: Final = (0.25, 30.0)
"""The first and the longest pause before connecting again, in seconds; each is twice the one before."""

_STEADY_S: Final = 10.0
"""A connection that lasted so long makes the next pause a short one again, in seconds."""

_RETRY_S: Final = (0.1, 10.0)
"""The same for an intake that is away."""

_GRACE_S: Final = 5.0
"""How long a batch that is being taken may go on after the binding was cancelled, in seconds."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the broker sends us everything we asked for, since when that is so, and what is wrong if not."""

    connected: bool = False
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    error: str = "not connected yet"


@dataclass(slots=True)
class Counters:
    """Messages that the binding counted since it was made."""

    received: int = 0
    taken: int = 0
    acknowledged: int = 0
    redelivered: int = 0
    """acknowledged without being taken: they were taken before"""
    refused: int = 0
    """acknowledged without being taken: too large for any record"""
    connects: int = 0
    """connections that the broker accepted; all but the first are reconnects"""


class MqttBinding:
    """Subscribes to the filters of *settings* and hands what comes to *intake*.

    *clock* gives the time of reception, never the same twice. *spooled* are deliveries that the spool holds already
    and the broker may not know of. Raises ConfigurationError where *settings* can never work.
    """

    name = "mqtt"

    def __init__(
        self,
        settings: MqttSettings,
        intake: Intake,
        *,
        clock: Callable[[], datetime],
        spooled: Iterable[Delivery] = (),
        largest_bytes: int = LARGEST_BYTES,
    ) -> None:
        check_settings(settings)
        self._settings = settings
        self._intake = intake
        self._clock = clock
        self._largest_bytes = largest_bytes
        self._redelivery = Redelivery(settings, spooled)
        self._waiting: deque[Message] = deque()
        self._waiting_bytes = 0
        self._arrival = asyncio.Event()
        self._connection: MqttConnection | None = None
        self._subscribed = False
        self._stopping = False
        self.status = Status()
        self.counters = Counters()

    def remember(self, deliveries: Iterable[Delivery]) -> None:
        """Deliveries that the spool holds already: call it before `run`."""
        self._redelivery.remember(deliveries)

    async def run(self) -> None:
        """Serve until cancelled; reconnects by itself. What was not acknowledged stays with the broker."""
        self._stopping = False
        taking = asyncio.create_task(self._take_all())
        connecting = asyncio.create_task(self._stay_connected())
        try:
            await asyncio.wait({taking, connecting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # in this order: what is durable is acknowledged, then we say goodbye
            errors = [error for task in (taking, connecting) if (error := await _ended(task)) is not None]
            self._settle(Status(error=": ".join(["the binding is stopped", *map(repr, errors)])))
        raise errors[0]

    # The connection:

    async def _stay_connected(self) -> None:
        pause, loop = _PAUSE_S[0], asyncio.get_running_loop()
        while True:
            began, connects = loop.time(), self.counters.connects
            error = await self._serve()
            if self.counters.connects > connects and loop.time() - began > _STEADY_S:
                pause = _PAUSE_S[0]
            if error.lasting:
                pause = _PAUSE_S[1]
            self._report(error)
            await asyncio.sleep(_jittered(pause))
            pause = min(2 * pause, _PAUSE_S[1])

    async def _serve(self) -> ConnectionFailedError:
        """One connection, from the first word to the last; returns why it ended."""
        connection = self._connection = MqttConnection(self._settings, self._receive)
        try:
            await self._subscribe(connection, session_present=await connection.open())
            return await connection.lost()
        except ConnectionFailedError as error:
            return error
        finally:
            await connection.close()

    async def _subscribe(self, connection: MqttConnection, *, session_present: bool) -> None:
        """Subscribe, unless we did and the session is still there: with 3.1.1 that would bring retained messages."""
        self.counters.connects += 1
        if not session_present:
            self._redelivery.forget()
        if self._subscribed and not session_present:
            _log.warning("the broker has lost the session, and what it held for us", extra=self._coordinates)
        if not (self._subscribed and session_present):
            refused = await connection.subscribe()
            self._subscribed = not refused
            if refused:
                self._settle(Status(error=f"{connection.peer} refuses to subscribe {_listed(refused)}"))
                _log.error("subscriptions are refused", extra={**self._coordinates, "error": self.status.error})
                return
        self._settle(Status(connected=True, error=""))
        _log.info("connected", extra={**self._coordinates, "session_present": session_present})

    def _report(self, error: ConnectionFailedError) -> None:
        """Tell of *error* once: attempts that end like the one before are not worth a line each."""
        if str(error) != self.status.error or self.status.connected:
            level = logging.ERROR if error.lasting else logging.WARNING
            _log.log(level, "the broker is away", extra={**self._coordinates, "error": str(error)})
        self._settle(Status(error=str(error)))

    def _settle(self, status: Status) -> None:
        """*status* from now on; one that is as bad as before keeps its beginning."""
        since = status.since if self.status.connected or status.connected else self.status.since
        self.status = Status(status.connected, since, status.error)

    @property
    def _coordinates(self) -> dict[str, str]:
        return {"peer": f"{self._settings.host}:{self._settings.port}", "client_id": self._settings.client_id}

    # What arrives:

    def _receive(self, message: Message) -> None:
        self.counters.received += 1
        self._redelivery.arrived(message)
        self._waiting.append(message)
        self._waiting_bytes += len(message.body)
        self._arrival.set()
        if len(self._waiting) >= _WAITING or self._waiting_bytes >= _WAITING_BYTES:
            message.connection.pause()

    def _next(self) -> list[Message]:
        """The next batch, without what came on a connection that is lost: the broker sends it again."""
        batch: list[Message] = []
        size = 0
        while self._waiting and len(batch) < _BATCH and size < _BATCH_BYTES:
            message = self._waiting.popleft()
            self._waiting_bytes -= len(message.body)
            if message.connection.alive or not message.packet_id:
                batch.append(message)
                size += len(message.body)
        if self._connection and 2 * len(self._waiting) < _WAITING and 2 * self._waiting_bytes < _WAITING_BYTES:
            self._connection.resume()
        return batch

    # What is taken:

    async def _take_all(self) -> None:
        while not self._stopping:
            await self._arrival.wait()
            self._arrival.clear()
            while not self._stopping and (batch := self._next()):
                await self._take(batch)

    async def _take(self, batch: Sequence[Message]) -> None:
        """Make *batch* durable, however long that takes, then acknowledge all of it in order."""
        fresh = [message for message in batch if self._is_new(message) and self._fits(message)]
        await self._keep([self._payload(message) for message in fresh])
        for message in fresh:
            self._redelivery.taken(message)
        for message in batch:
            if message.packet_id and message.connection.acknowledge(message):
                self.counters.acknowledged += 1

    def _is_new(self, message: Message) -> bool:
        if not self._redelivery.was_taken(message):
            return True
        self.counters.redelivered += 1
        return False

    def _fits(self, message: Message) -> bool:
        """Whether a record can hold *message*. One that no record holds would come again for ever: it is refused."""
        if len(message.body) <= self._largest_bytes:
            return True
        self._refuse(message.topic, len(message.body), f"more than {self._largest_bytes} bytes")
        return False

    def _refuse(self, address: str, size: int, error: str) -> None:
        self.counters.refused += 1
        _log.error("a message is lost", extra={**self._coordinates, "address": address, "bytes": size, "error": error})

    def _payload(self, message: Message) -> Payload:
        return Payload(
            body=message.body,
            content_type=message.content_type,
            source=Source("mqtt", message.topic),
            received_at=self._clock(),
            retained=message.retained,
            delivery=delivery_name(self._settings.client_id, message.packet_id),
        )

    async def _keep(self, payloads: Sequence[Payload]) -> None:
        """Put *payloads* where they are durable; an intake that is away is waited for."""
        pause, away = _RETRY_S[0], ""
        while payloads:
            try:
                await self._finish(self._intake.take(payloads))
                self.counters.taken += len(payloads)
                break
            except PayloadError as error:
                await self._keep_each(payloads, error)
                break
            except UnavailableError as error:
                if str(error) != away:
                    away = str(error)
                    _log.warning("messages cannot be taken; retrying", extra={**self._coordinates, "error": away})
                await self._rest(pause)
                pause = min(2 * pause, _RETRY_S[1])
        if away:
            _log.info("messages are taken again", extra=self._coordinates)

    async def _keep_each(self, payloads: Sequence[Payload], error: PayloadError) -> None:
        """One of *payloads* can never be taken: it must not keep the others from it."""
        if len(payloads) == 1:
            self._refuse(payloads[0].source.address, len(payloads[0].body), str(error))
            return
        for payload in payloads:
            await self._keep([payload])

    async def _rest(self, pause: float) -> None:
        if self._stopping:
            raise asyncio.CancelledError
        await asyncio.sleep(_jittered(pause))

    async def _finish(self, taking: Coroutine[Any, Any, None]) -> None:
        """Await *taking*. Where the binding is cancelled meanwhile, what becomes durable is still acknowledged."""
        task = asyncio.create_task(taking)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            self._stopping = True
            await asyncio.wait({task}, timeout=_GRACE_S)
            if not task.done() or task.cancelled() or task.exception() is not None:
                task.cancel()
                raise


def check_settings(settings: MqttSettings) -> None:
    """Raises ConfigurationError where *settings* can never work."""
    if not settings.client_id:
        raise ConfigurationError(
            "mqtt.client_id is empty: without one the broker keeps no session, and messages are lost"
        )
    if not settings.filters:
        raise ConfigurationError("mqtt.filters is empty: name at least one topic filter, such as zigbee2mqtt/#")
    for text in settings.filters:
        _check_filter(text, shared=bool(settings.share))
    if set(settings.share) & set("/+#"):
        raise ConfigurationError(f"mqtt.share: {settings.share!r} is no share name: it has no '/', '+' or '#'")
    if settings.tls.enabled:
        tls_context(settings.tls)


def _check_filter(text: str, *, shared: bool) -> None:
    """A topic filter (MQTT 5.0, 4.7)."""
    *levels, last = text.split("/")
    wrong = any(level != "+" and set(level) & set("+#") for level in levels) or (
        last not in {"+", "#"} and set(last) & set("+#")
    )
    if not text or wrong or "\0" in text or len(text.encode()) > 65_535:
        raise ConfigurationError(
            f"mqtt.filters: {text!r} is no topic filter: '+' is a whole level, '#' the whole last one"
        )
    if shared and text.startswith("$share/"):
        raise ConfigurationError(f"mqtt.filters: {text!r} names a share already, and mqtt.share another")


async def _ended(task: asyncio.Task[None]) -> BaseException | None:
    """Cancel *task* and wait for its end; returns the error it ended with before, if any."""
    task.cancel()
    await asyncio.wait({task})
    return None if task.cancelled() else task.exception()


def _listed(refused: Mapping[str, str]) -> str:
    what = ", ".join(f"{text} ({reason})" for text, reason in refused.items())
    return f"{what}: look at mqtt.filters, mqtt.share and what the broker lets this user do"


def _jittered(pause: float) -> float:
    return pause * random.uniform(0.5, 1.0)  # noqa: S311  no secret
