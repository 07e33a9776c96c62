"""One connection to an MQTT broker: paho speaks the protocol, the event loop watches the socket.

paho's own thread is not used: it hands over a few messages at a time, `select` ends at file descriptor 1024, and an
acknowledgement from another thread could slip into the connection that comes after its own.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.settings import MqttSettings, TlsSettings

_QOS: Final = 1
_NEW_SUBSCRIPTIONS_ONLY: Final = 1
"""Retain handling (MQTT 5.0, 3.8.3.1): a subscription that the session has already brings no retained messages."""

_KEEPALIVE_S: Final = 30
_CHORES_S: Final = 2.0
"""How often paho looks whether a ping is due, in seconds."""

_OPEN_S: Final = 20.0
"""Longest time from the name look-up to the granted subscriptions, in seconds."""

_SOCKET_S: Final = 8.0
_CLOSE_S: Final = 2.0
_PACKETS_A_TURN: Final = 100
"""Packets read before other work of the event loop gets its turn: some 3 ms."""

T = TypeVar("T")


class ConnectionFailedError(UnavailableError):
    """The broker cannot be reached, refuses, or went away. The message says what to look at.

    *lasting*: it stays so until a person acts, so there is no use in trying often.
    """

    def __init__(self, message: str, *, lasting: bool = False) -> None:
        super().__init__(message)
        self.lasting = lasting


_UNREACHABLE: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ssl.SSLCertVerificationError, "look at mqtt.tls.ca_file, and for whom the certificate was made"),
    (ssl.SSLError, "look at mqtt.tls: does the broker speak TLS on this port?"),
    (socket.gaierror, "look at mqtt.host: this name has no address"),
    (ConnectionRefusedError, "nothing listens there: look at mqtt.host and mqtt.port"),
    (TimeoutError, "nothing answers: look at mqtt.host, mqtt.port and firewalls"),
    (OSError, "look at mqtt.host, mqtt.port and mqtt.tls"),
    (ValueError, "look at mqtt.host: this is no host name"),
)

_REFUSED: Final = {
    132: "set mqtt.version to one that the broker speaks",
    133: "the broker does not take this mqtt.client_id",
    134: "look at mqtt.username and mqtt.password",
    135: "look at mqtt.username and mqtt.password, and at what the broker lets this user do",
    138: "the broker has banned this client",
    140: "look at how the broker wants clients to log in",
    142: "another client has the same mqtt.client_id: give each gateway its own",
    149: "look at the largest packet that the broker takes",
    156: "set mqtt.host to the server that the broker names",
    157: "set mqtt.host to the server that the broker names",
}
"""What a person must do, by reason code (MQTT 5.0, 2.4); paho translates the return codes of 3.1.1."""


class Message(NamedTuple):
    """A message as it came. *packet_id* is 0 at QoS 0, where nothing is acknowledged; *again* is the DUP flag."""

    topic: str
    body: bytes
    content_type: str
    qos: int
    packet_id: int
    again: bool
    retained: bool
    connection: MqttConnection


class MqttConnection:
    """A connection from CONNECT until it is lost; the next one is a new object, so no packet identifier survives it.

    *receive* is called with every message, in the order of arrival.
    """

    def __init__(self, settings: MqttSettings, receive: Callable[[Message], None]) -> None:
        self._settings = settings
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._connack: asyncio.Future[tuple[ReasonCode, bool]] = self._loop.create_future()
        self._suback: asyncio.Future[list[ReasonCode]] = self._loop.create_future()
        self._lost: asyncio.Future[ConnectionFailedError] = self._loop.create_future()
        self._client: paho.Client | None = None
        self._watched: int | None = None
        self._paused = False
        self._packets = 0

    @property
    def alive(self) -> bool:
        return self._client is not None and not self._lost.done()

    # Its life:

    async def open(self) -> bool:
        """Connect, and say whether the broker kept the session; messages may come from now on.

        Raises ConnectionFailedError.
        """
        try:
            async with asyncio.timeout(_OPEN_S):
                self._take_over(await _in_daemon_thread(lambda: _dial(self._settings)))
                reason, session_present = await self._answer(self._connack)
        except (OSError, ValueError, ConfigurationError) as error:
            raise self._unreachable(error) from error
        if reason.is_failure:
            raise self._refused(reason)
        return session_present

    async def subscribe(self) -> dict[str, str]:
        """Subscribe to the filters of the settings; returns those the broker refuses, and why.

        Raises ConnectionFailedError.
        """
        filters = [subscribed(text, self._settings.share) for text in self._settings.filters]
        self._send_subscribe(filters)
        try:
            async with asyncio.timeout(_OPEN_S):
                reasons = await self._answer(self._suback)
        except TimeoutError as error:
            raise ConnectionFailedError(f"{self.peer} does not answer to SUBSCRIBE") from error
        return {text: str(reason) for text, reason in zip(filters, reasons, strict=False) if not _granted(reason)}

    def _send_subscribe(self, filters: Sequence[str]) -> None:
        """Ask for *filters* at QoS 1; 3.1.1 has no word for retained messages."""
        if self._settings.version == "5":
            options = SubscribeOptions(qos=_QOS, retainHandling=_NEW_SUBSCRIPTIONS_ONLY)
            self._paho.subscribe([(text, options) for text in filters])
        else:
            self._paho.subscribe([(text, _QOS) for text in filters])

    async def lost(self) -> ConnectionFailedError:
        """Keep the connection alive until it is lost; returns why it was."""
        while not self._lost.done():
            self._guarded(self._paho.loop_misc)
            await asyncio.wait({self._lost}, timeout=_CHORES_S)
        return self._lost.result()

    async def close(self) -> None:
        """Say goodbye after the acknowledgements that wait; the broker keeps the session. Returns within seconds."""
        if self.alive:
            self._paho.disconnect()
            await asyncio.wait({self._lost}, timeout=_CLOSE_S)
        self._release()

    async def _answer(self, future: asyncio.Future[T]) -> T:
        either: set[asyncio.Future[Any]] = {future, self._lost}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not future.done():
            raise self._lost.result()
        return future.result()

    def _lose(self, error: ConnectionFailedError) -> None:
        if not self._lost.done():
            self._lost.set_result(error)
        self._release()

    def _release(self) -> None:
        """Let the socket go. paho closes its own, so this is for one that was given up."""
        self._unwatch()
        if self._client is not None and (held := self._client.socket()) is not None:
            held.close()

    # Messages:

    def acknowledge(self, message: Message) -> bool:
        """Send PUBACK; False where the connection is lost, and the broker will send *message* again."""
        if not self.alive:
            return False
        self._paho.ack(message.packet_id, message.qos)  # an older session of this name may have asked for QoS 2
        return True

    def pause(self) -> None:
        """Stop reading: TCP then holds the broker back. Longer than the keep-alive time, it ends the connection."""
        self._paused = True
        if self._watched is not None:
            self._loop.remove_reader(self._watched)

    def resume(self) -> None:
        """Read again after `pause`."""
        if not self._paused:
            return
        self._paused = False
        if self._watched is not None:
            self._loop.add_reader(self._watched, self._read)
            self._loop.call_soon(self._read)

    # The socket:

    def _take_over(self, client: paho.Client) -> None:
        """Watch the socket of *client* from now on."""
        client.on_connect = self._on_connack
        client.on_subscribe = self._on_suback
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        client.on_socket_close = lambda *_: self._unwatch()
        client.on_socket_register_write = lambda *_: self._watch_writing()
        client.on_socket_unregister_write = lambda *_: self._unwatch_writing()
        self._client = client
        opened = client.socket()
        if opened is None:
            raise ConnectionResetError("the broker closed the connection at once")
        self._watched = opened.fileno()
        self._loop.add_reader(self._watched, self._read)
        if client.want_write():
            self._watch_writing()

    def _read(self) -> None:
        """Read what has come, up to a bound: messages that come together are taken together."""
        for _ in range(_PACKETS_A_TURN):
            before = self._packets
            self._guarded(self._paho.loop_read)
            if self._watched is None or self._paused:
                return
            if self._packets == before and not self._buffered():
                return
        if self._buffered():
            self._loop.call_soon(self._read)

    def _write(self) -> None:
        self._guarded(self._paho.loop_write)

    def _guarded(self, step: Callable[[], object]) -> None:
        if self._watched is None:
            return
        try:
            step()
        except Exception as error:  # noqa: BLE001  what paho cannot take apart ends the connection, not the gateway
            self._lose(ConnectionFailedError(f"{self.peer} sends what is no MQTT: {error!r}", lasting=True))

    def _buffered(self) -> bool:
        """Whether TLS has read ahead: then the socket never becomes readable for what is there."""
        held = self._paho.socket()
        return isinstance(held, ssl.SSLSocket) and held.pending() > 0

    def _watch_writing(self) -> None:
        if self._watched is not None:
            self._loop.add_writer(self._watched, self._write)

    def _unwatch_writing(self) -> None:
        if self._watched is not None:
            self._loop.remove_writer(self._watched)

    def _unwatch(self) -> None:
        if self._watched is not None:
            self._loop.remove_reader(self._watched)
            self._loop.remove_writer(self._watched)
            self._watched = None

    # What paho tells:

    def _on_connack(
        self, _client: paho.Client, _data: object, flags: paho.ConnectFlags, reason: ReasonCode, _properties: object
    ) -> None:
        self._packets += 1
        if not self._connack.done():
            self._connack.set_result((reason, flags.session_present))

    def _on_suback(
        self, _client: paho.Client, _data: object, _mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        self._packets += 1
        if not self._suback.done():
            self._suback.set_result(reasons)

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        self._packets += 1
        properties = message.properties
        self._receive(
            Message(
                topic=message.topic,
                body=bytes(message.payload),
                content_type=getattr(properties, "ContentType", "") if properties else "",
                qos=message.qos,
                packet_id=message.mid if message.qos else 0,
                again=message.dup,
                retained=message.retain,
                connection=self,
            )
        )

    def _on_disconnect(
        self,
        _client: paho.Client,
        _data: object,
        flags: paho.DisconnectFlags,
        reason: ReasonCode,
        _properties: object,
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self._lose(self._refused(reason))
        elif self._connack.done():
            advice = "if that repeats, another client may have the same mqtt.client_id"
            self._lose(ConnectionFailedError(f"the connection to {self.peer} is lost ({reason}): {advice}"))
        else:
            advice = "look at mqtt.version and mqtt.tls"
            self._lose(ConnectionFailedError(f"{self.peer} ends the connection without a word: {advice}"))

    # What to say:

    @property
    def peer(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    @property
    def _paho(self) -> paho.Client:
        assert self._client is not None, "open comes first"  # noqa: S101
        return self._client

    def _unreachable(self, error: Exception) -> ConnectionFailedError:
        if isinstance(error, ConfigurationError):
            return ConnectionFailedError(str(error), lasting=True)
        advice = next(advice for kind, advice in _UNREACHABLE if isinstance(error, kind))
        what = f"{self.peer} cannot be reached ({str(error) or type(error).__name__})"
        return ConnectionFailedError(f"{what}: {advice}", lasting=isinstance(error, ValueError))

    def _refused(self, reason: ReasonCode) -> ConnectionFailedError:
        advice = _REFUSED.get(reason.value)
        what = f"{self.peer} refuses ({reason})"
        return ConnectionFailedError(f"{what}: {advice}" if advice else what, lasting=advice is not None)


def subscribed(text: str, share: str) -> str:
    """The filter as it is subscribed to (MQTT 5.0, 4.8.2).

    >>> subscribed("zigbee2mqtt/#", "gateways")
    '$share/gateways/zigbee2mqtt/#'
    """
    return f"$share/{share}/{text}" if share else text


def tls_context(tls: TlsSettings) -> ssl.SSLContext:
    """What *tls* asks for. Raises ConfigurationError where a file is missing or is no certificate or key."""
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file, password=_no_password)
    except (OSError, ValueError) as error:
        files = ", ".join(str(file) for file in (tls.ca_file, tls.cert_file, tls.key_file) if file)
        raise ConfigurationError(f"mqtt.tls: {error}; the files are {files or 'those of the system'}") from error
    return context


def _no_password() -> str:
    """OpenSSL would ask at the terminal."""
    raise ValueError("the key needs a password: give one without")


def _granted(reason: ReasonCode) -> bool:
    """Whether messages come with the acknowledgement we asked for."""
    return reason.value >= _QOS and not reason.is_failure


def _dial(settings: MqttSettings) -> paho.Client:
    """A client whose CONNECT is sent. Blocks; raises OSError, ValueError, ConfigurationError."""
    client = _new_client(settings)
    if settings.version == "5":
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
        properties.SessionExpiryInterval = settings.session_expiry_s
        properties.ReceiveMaximum = settings.receive_maximum
        client.connect_async(settings.host, settings.port, _KEEPALIVE_S, clean_start=False, properties=properties)
    else:
        client.connect_async(settings.host, settings.port, _KEEPALIVE_S)
    client.reconnect()
    return client


def _new_client(settings: MqttSettings) -> paho.Client:
    five = settings.version == "5"
    client = paho.Client(
        CallbackAPIVersion.VERSION2,
        client_id=settings.client_id,
        clean_session=None if five else False,
        protocol=paho.MQTTv5 if five else paho.MQTTv311,
        reconnect_on_failure=False,
        manual_ack=True,
    )
    client.connect_timeout = _SOCKET_S
    if settings.username:
        client.username_pw_set(settings.username, settings.password.get_secret_value())
    if settings.tls.enabled:
        client.tls_set_context(tls_context(settings.tls))
    return client


async def _in_daemon_thread(call: Callable[[], T]) -> T:
    """What *call* gives, from a thread that cannot keep the process from ending: a name server may never answer."""
    outcome: concurrent.futures.Future[T] = concurrent.futures.Future()
    outcome.set_running_or_notify_cancel()

    def work() -> None:
        try:
            outcome.set_result(call())
        except Exception as error:  # noqa: BLE001  it is raised where the outcome is awaited
            outcome.set_exception(error.with_traceback(None))  # its frames hold a socket that paho leaves open

    threading.Thread(target=work, name="mqtt-connect", daemon=True).start()
    return await asyncio.wrap_future(outcome)
