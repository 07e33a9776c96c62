"""An MQTT broker that says what the test tells it to, and an intake that keeps what it takes."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from semantic_gw.bindings.mqtt import MqttBinding
from semantic_gw.errors import PayloadTooLargeError, UnavailableError
from semantic_gw.model import Payload
from semantic_gw.settings import MqttSettings
from tests.bindings.http_server import ticking

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, DISCONNECT = 0x10, 0x20, 0x30, 0x40, 0x80, 0x90, 0xE0


class Memory:
    """An intake that keeps payloads. It fails *failures* times first; close `open` and it hangs before it keeps any,
    close `answering` and it hangs after that.
    """

    def __init__(self, *, failures: int = 0, largest_bytes: int | None = None) -> None:
        self.payloads: list[Payload] = []
        self.batches: list[int] = []
        self.calls = 0
        self.failures = failures
        self.largest_bytes = largest_bytes
        self.open = _set()
        self.answering = _set()

    async def take(self, payloads: Sequence[Payload]) -> None:
        self.calls += 1
        await self.open.wait()
        if self.failures:
            self.failures -= 1
            raise UnavailableError("the spool is full")
        if self.largest_bytes and any(len(payload.body) > self.largest_bytes for payload in payloads):
            raise PayloadTooLargeError("a record is too large")
        self.payloads += payloads
        self.batches.append(len(payloads))
        await self.answering.wait()

    @property
    def bodies(self) -> list[bytes]:
        return [payload.body for payload in self.payloads]


def _set() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


async def until(fact: Callable[[], bool], timeout_s: float = 15.0) -> None:
    """Wait for *fact*, which changes in other tasks, threads and processes."""
    async with asyncio.timeout(timeout_s):
        while not fact():  # noqa: ASYNC110  nobody could set an event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(binding: MqttBinding, *, connected: bool = True) -> AsyncIterator[MqttBinding]:
    """Run *binding*, from when it is connected until the block ends."""
    task = asyncio.create_task(binding.run())
    try:
        await until(lambda: binding.status.connected or not connected or task.done())
        yield binding
    finally:
        await ended(task)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@dataclass
class Client:
    """A client as the broker sees it, and the script of what it is told."""

    five: bool
    writer: asyncio.StreamWriter
    connect: bytes
    subscriptions: list[tuple[str, int]] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    said_goodbye: bool = False
    gone: bool = False

    def publish(
        self,
        topic: str,
        body: bytes,
        packet_id: int = 0,
        *,
        again: bool = False,
        retained: bool = False,
        properties: bytes = b"",
    ) -> None:
        """Send a message at QoS 1, at QoS 0 without a *packet_id*."""
        flags = again << 3 | bool(packet_id) << 1 | retained
        number = struct.pack("!H", packet_id) if packet_id else b""
        more = bytes([len(properties)]) + properties if self.five else b""
        self.send(PUBLISH | flags, _text(topic) + number + more + body)

    def send(self, command: int, rest: bytes) -> None:
        self.writer.write(bytes([command]) + _length(len(rest)) + rest)

    def drop(self) -> None:
        """Cut the connection."""
        self.writer.transport.abort()


class ScriptedBroker:
    """Accepts every client, unless *refusal* (a reason or return code) says otherwise.

    *session_present* is what it claims, *granted* its answer for each filter in turn (the last one for the rest).
    """

    def __init__(self, version: str = "5") -> None:
        self.five = version == "5"
        self.refusal = 0
        self.session_present = False
        self.granted = [1]
        self.silent = False
        self.greeting: bytes | None = None
        """said in place of everything else"""
        self.clients: list[Client] = []
        self.port = 0

    @property
    def client(self) -> Client:
        """The newest."""
        return self.clients[-1]

    def settings(self, **more: Any) -> MqttSettings:
        version = "5" if self.five else "3.1.1"
        return MqttSettings(host="127.0.0.1", port=self.port, version=version, **{"filters": ("t/#",), **more})

    def binding(self, intake: Memory, **more: Any) -> MqttBinding:
        largest = {"largest_bytes": more.pop("largest_bytes")} if "largest_bytes" in more else {}
        return MqttBinding(self.settings(**more), intake, clock=ticking(), **largest)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[ScriptedBroker]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for client in self.clients:
                client.drop()
            await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            if self.greeting is not None:
                writer.write(self.greeting)
                writer.close()
                return
            command, rest = await _packet(reader)
            assert command == CONNECT
            client = Client(self.five, writer, rest)
            self.clients.append(client)
            if not self.silent:
                client.send(CONNACK, self._connack())
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while not self.refusal:
                    self._answer(client, *await _packet(reader))
            client.gone = True
        writer.close()

    def _connack(self) -> bytes:
        return bytes([self.session_present and not self.refusal, self.refusal]) + (b"\0" if self.five else b"")

    def _answer(self, client: Client, command: int, rest: bytes) -> None:
        match command & 0xF0:
            case 0x80:
                client.subscriptions = list(_subscriptions(rest[3:] if self.five else rest[2:]))
                granted = [*self.granted, *[self.granted[-1]] * len(client.subscriptions)][: len(client.subscriptions)]
                client.send(SUBACK, rest[:2] + (b"\0" if self.five else b"") + bytes(granted))
            case 0x40:
                client.acknowledged.append(struct.unpack("!H", rest[:2])[0])
            case 0xE0:
                client.said_goodbye = True


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    command = (await reader.readexactly(1))[0]
    length, shift = 0, 0
    while True:
        digit = (await reader.readexactly(1))[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if digit < 0x80:
            return command, await reader.readexactly(length)


def _length(number: int) -> bytes:
    """A variable byte integer (MQTT 5.0, 1.5.5)."""
    digits = bytearray()
    while True:
        number, digit = divmod(number, 128)
        digits.append(digit | (0x80 if number else 0))
        if not number:
            return bytes(digits)


def _text(text: str) -> bytes:
    return struct.pack("!H", len(text.encode())) + text.encode()


def _subscriptions(rest: bytes) -> list[tuple[str, int]]:
    found = []
    while rest:
        end = 2 + struct.unpack("!H", rest[:2])[0]
        found.append((rest[2:end].decode(), rest[end]))
        rest = rest[end + 1 :]
    return found
