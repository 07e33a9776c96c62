"""The MQTT way in: a message is acknowledged to the broker only after it is durable here.

paho's network thread fills a bounded queue; one task hands it to the intake in batches and acknowledges in the order of
arrival (MQTT 5.0, 4.6). After a crash the broker delivers again what was not acknowledged, with DUP set and the same
packet identifier: what the spool holds already is acknowledged and not taken twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import ssl
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from semantic_gw.contracts import Intake
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.model import Payload, Source
from semantic_gw.settings import MqttSettings

_log = logging.getLogger(__name__)

_QOS: Final = 1
_BATCH: Final = 500
_QUEUE: Final = 10_000
"""Messages held between the network thread and the intake; beyond it the thread waits and TCP holds the broker back."""

_REMEMBERED: Final = 65_535
_NEW_SUBSCRIPTIONS_ONLY: Final = 1
"""Retain handling (MQTT 5.0, 3.8.3.1): a reconnect to a live session does not send retained messages again."""

Delivery = tuple[int, bytes]
"""A packet identifier, and a digest of topic and body."""


@dataclass(slots=True)
class Status:
    """How the connection is: since when, and what went wrong last."""

    connected: bool = False
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    error: str = "not connected yet"


@dataclass(slots=True)
class Counters:
    """What the binding counted since it started."""

    received: int = 0
    taken: int = 0
    acknowledged: int = 0
    redelivered: int = 0
    connects: int = 0


@dataclass(frozen=True, slots=True)
class _Arrived:
    message: paho.MQTTMessage
    connection: int
    """The how-manieth connection it came on: an old packet identifier means nothing on a new one."""


def delivery_of(payload: Payload) -> Delivery | None:
    """The delivery that *payload* came with, where it is one of MQTT's."""
    kind, _, packet_id = payload.delivery.rpartition("/")
    if not kind.startswith("mqtt/") or not packet_id.isdigit():
        return None
    return int(packet_id), digest(payload.source.address, payload.body)


def digest(topic: str, body: bytes | bytearray) -> bytes:
    return hashlib.blake2b(topic.encode() + b"\0" + bytes(body), digest_size=16).digest()


class MqttBinding:
    """Subscribes to the filters of *settings* and hands what comes to *intake*.

    *clock* gives the time of reception, never the same twice. *spooled* are deliveries that the spool holds already
    and the broker may not know of.
    """

    name = "mqtt"

    def __init__(
        self,
        settings: MqttSettings,
        intake: Intake,
        *,
        clock: Callable[[], datetime],
        spooled: Iterable[Delivery] = (),
    ) -> None:
        self._settings = settings
        self._intake = intake
        self._clock = clock
        self._taken: OrderedDict[Delivery, None] = OrderedDict.fromkeys(spooled)
        self._queue: deque[_Arrived] = deque()
        self._connection = 0
        self._stopping = False
        self._arrival = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.status = Status()
        self.counters = Counters()
        self._client = self._new_client()

    def remember(self, deliveries: Iterable[Delivery]) -> None:
        """Deliveries that the spool holds already: call it before `run`."""
        for delivery in deliveries:
            self._taken[delivery] = None

    # The connection:

    def _new_client(self) -> paho.Client:
        settings = self._settings
        five = settings.version == "5"
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            clean_session=None if five else False,
            protocol=paho.MQTTv5 if five else paho.MQTTv311,
            manual_ack=True,
        )
        if settings.username:
            client.username_pw_set(settings.username, settings.password.get_secret_value())
        if settings.tls.enabled:
            client.tls_set_context(self._tls())
        client.reconnect_delay_set(1, 60)
        client.on_connect = self._connected
        client.on_connect_fail = self._unreachable
        client.on_disconnect = self._disconnected
        client.on_subscribe = self._subscribed
        client.on_message = self._arrived
        return client

    def _tls(self) -> ssl.SSLContext:
        tls = self._settings.tls
        try:
            context = ssl.create_default_context(cafile=tls.ca_file)
            if tls.cert_file:
                context.load_cert_chain(tls.cert_file, tls.key_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(f"mqtt.tls: {error}") from error
        return context

    def _connect(self) -> None:
        settings = self._settings
        if settings.version == "5":
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
            properties.SessionExpiryInterval = settings.session_expiry_s
            properties.ReceiveMaximum = settings.receive_maximum
            self._client.connect_async(settings.host, settings.port, clean_start=False, properties=properties)
        else:
            self._client.connect_async(settings.host, settings.port)
        self._client.loop_start()

    # Called in paho's thread:

    def _connected(
        self, client: paho.Client, _data: object, flags: paho.ConnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        if reason.is_failure:
            self._failed(f"the broker refuses the connection: {reason}; look at mqtt.username and mqtt.password")
            return
        self._connection += 1
        self.counters.connects += 1
        self.status = Status(connected=True, error="")
        _log.info("connected", extra={"peer": self._peer, "session": flags.session_present})
        filters = [self._filter(text) for text in self._settings.filters]
        if self._settings.version == "5":
            options = SubscribeOptions(qos=_QOS, retainHandling=_NEW_SUBSCRIPTIONS_ONLY)
            client.subscribe([(text, options) for text in filters])
        else:
            client.subscribe([(text, _QOS) for text in filters])

    def _filter(self, text: str) -> str:
        return f"$share/{self._settings.share}/{text}" if self._settings.share else text

    def _subscribed(
        self, _client: paho.Client, _data: object, _mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        refused = [f for f, reason in zip(self._settings.filters, reasons, strict=False) if reason.is_failure]
        if refused:
            self._failed(f"the broker refuses to subscribe {', '.join(refused)}: look at its access control")

    def _unreachable(self, _client: paho.Client, _data: object) -> None:
        self._failed(f"{self._peer} cannot be reached: look at mqtt.host, mqtt.port and mqtt.tls")

    def _disconnected(
        self, _client: paho.Client, _data: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        if not self._stopping:
            self._failed(self.status.error or f"the connection to {self._peer} is lost: {reason}")

    def _failed(self, error: str) -> None:
        if self.status.connected or error != self.status.error:
            since = datetime.now(UTC) if self.status.connected else self.status.since
            self.status = Status(since=since, error=error)
            _log.warning("mqtt is away", extra={"peer": self._peer, "error": error})

    def _arrived(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        self.counters.received += 1
        while len(self._queue) >= _QUEUE and not self._stopping:
            time.sleep(0.01)
        self._queue.append(_Arrived(message, self._connection))
        if len(self._queue) == 1 and self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: the broker keeps the message
                self._loop.call_soon_threadsafe(self._arrival.set)

    @property
    def _peer(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    # Called in the event loop:

    async def run(self) -> None:
        """Serve until cancelled; reconnects by itself. What was not acknowledged stays with the broker."""
        self._loop = asyncio.get_running_loop()
        self._connect()
        try:
            while True:
                await self._arrival.wait()
                self._arrival.clear()
                while batch := self._next():
                    await self._take(batch)
        finally:
            await self._stop()

    async def _stop(self) -> None:
        self._stopping = True
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def _next(self) -> list[_Arrived]:
        """The next batch, without what came on an old connection: the broker sends it again."""
        batch: list[_Arrived] = []
        while self._queue and len(batch) < _BATCH:
            arrived = self._queue.popleft()
            if arrived.connection == self._connection or arrived.message.qos == 0:
                batch.append(arrived)
        return batch

    async def _take(self, batch: list[_Arrived]) -> None:
        """Make *batch* durable, however long that takes, then acknowledge it in order."""
        fresh = [arrived.message for arrived in batch if not self._known(arrived.message)]
        payloads = [self._payload(message) for message in fresh]
        if payloads:
            await self._durable(payloads)
        self.counters.taken += len(payloads)
        for message in fresh:
            self._note(message)
        for arrived in batch:
            if arrived.message.qos and arrived.connection == self._connection:
                self._client.ack(arrived.message.mid, arrived.message.qos)
                self.counters.acknowledged += 1

    async def _durable(self, payloads: list[Payload]) -> None:
        pause = 0.1
        while True:
            try:
                await self._intake.take(payloads)
            except UnavailableError as error:
                _log.warning("payloads cannot be taken; retrying", extra={"peer": self._peer, "error": str(error)})
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  jitter, no secret
                pause = min(pause * 2, 10.0)
            else:
                return

    def _known(self, message: paho.MQTTMessage) -> bool:
        """Whether this is a delivery that was taken already. A first delivery makes its identifier free again."""
        if not message.qos:
            return False
        delivery = message.mid, digest(message.topic, message.payload)
        if not message.dup:
            self._taken.pop(delivery, None)
            return False
        if delivery in self._taken:
            self.counters.redelivered += 1
            return True
        return False

    def _note(self, message: paho.MQTTMessage) -> None:
        if message.qos:
            self._taken[message.mid, digest(message.topic, message.payload)] = None
            while len(self._taken) > _REMEMBERED:
                self._taken.popitem(last=False)

    def _payload(self, message: paho.MQTTMessage) -> Payload:
        content_type = getattr(message.properties, "ContentType", "") if message.properties else ""
        return Payload(
            body=bytes(message.payload),
            content_type=content_type,
            source=Source("mqtt", message.topic),
            received_at=self._clock(),
            retained=message.retain,
            delivery=f"mqtt/{self._settings.client_id}/{message.mid}" if message.qos else "",
        )
