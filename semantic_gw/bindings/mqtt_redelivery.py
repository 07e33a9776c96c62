"""Which messages were taken already: a redelivery after a crash or a lost connection is no second payload."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, NamedTuple

from semantic_gw.bindings.mqtt_connection import Message, MqttConnection
from semantic_gw.model import Payload
from semantic_gw.settings import MqttSettings

_MOST_PACKET_IDS: Final = 65_535


class Delivery(NamedTuple):
    """What a message has in common with its redelivery, within the session of one client."""

    client_id: str
    packet_id: int
    digest: bytes


def delivery_of(payload: Payload) -> Delivery | None:
    """The delivery that *payload* came with, where it is one of MQTT's."""
    kind, _, rest = payload.delivery.partition("/")
    client_id, _, packet_id = rest.rpartition("/")
    if kind != "mqtt" or not packet_id.isdecimal():
        return None
    return Delivery(client_id, int(packet_id), digest(payload.source.address, payload.body))


def delivery_name(client_id: str, packet_id: int) -> str:
    """How a payload keeps it.

    >>> delivery_name("semantic-gateway", 7)
    'mqtt/semantic-gateway/7'
    """
    return f"mqtt/{client_id}/{packet_id}" if packet_id else ""


def digest(topic: str, body: bytes) -> bytes:
    return hashlib.blake2b(topic.encode() + b"\0" + body, digest_size=16).digest()


class Redelivery:
    """Remembers what was taken until the broker can no longer send it again.

    Every message goes through `arrived` when it comes, then through `was_taken`, and through `taken` once it is
    durable, each in the order of arrival. A redelivery comes on a later connection, with the DUP flag, before anything
    new (MQTT 5.0, 4.4 and 4.6), and is one of the newest, which are in flight: nothing else is ever held for one.
    """

    def __init__(self, settings: MqttSettings, spooled: Iterable[Delivery] = ()) -> None:
        self._client_id = settings.client_id
        self._in_flight = settings.receive_maximum if settings.version == "5" else _MOST_PACKET_IDS
        self._connection: MqttConnection | None = None
        self._earlier: dict[int, bytes] = {}
        self._current: OrderedDict[int, bytes] = OrderedDict()
        self.remember(spooled)

    def remember(self, deliveries: Iterable[Delivery]) -> None:
        """Taken before this process began: the oldest first."""
        self._earlier |= {found.packet_id: found.digest for found in deliveries if found.client_id == self._client_id}

    def forget(self) -> None:
        """The broker has no session of ours: it begins anew, packet identifiers included."""
        self._earlier.clear()
        self._current.clear()

    def arrived(self, message: Message) -> None:
        """A first delivery makes its identifier free: the message before it was acknowledged, and the broker knows."""
        if not message.again:
            self._current.pop(message.packet_id, None)

    def was_taken(self, message: Message) -> bool:
        if not message.packet_id:
            return False
        if message.connection is not self._connection:
            self._connection = message.connection
            self._earlier |= self._current
            self._current.clear()
        if not message.again:
            self._earlier.clear()
        return bool(self._earlier) and self._earlier.get(message.packet_id) == digest(message.topic, message.body)

    def taken(self, message: Message) -> None:
        """*message* is durable, and the broker may not learn of it."""
        if not message.packet_id:
            return
        self._current[message.packet_id] = digest(message.topic, message.body)
        if len(self._current) > self._in_flight:
            self._current.popitem(last=False)
