"""The MQTT way in, against a real mosquitto."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from pydantic import SecretStr

from semantic_gw.app import increasing_clock
from semantic_gw.bindings.mqtt import MqttBinding, delivery_of
from semantic_gw.errors import UnavailableError
from semantic_gw.model import Payload
from semantic_gw.settings import MqttSettings, TlsSettings
from tests.live.mosquitto_server import MosquittoServer, require_mosquitto

pytestmark = pytest.mark.live


class Memory:
    """An Intake that keeps payloads; it can be closed, and it can fail."""

    def __init__(self, *, failures: int = 0) -> None:
        self.payloads: list[Payload] = []
        self.open = asyncio.Event()
        self.open.set()
        self.failures = failures

    async def take(self, payloads: Sequence[Payload]) -> None:
        await self.open.wait()
        if self.failures:
            self.failures -= 1
            raise UnavailableError("the spool is full")
        self.payloads += payloads

    @property
    def bodies(self) -> list[bytes]:
        return [payload.body for payload in self.payloads]


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[MosquittoServer]:
    require_mosquitto()
    server = MosquittoServer(tmp_path / "mosquitto")
    server.start()
    yield server
    server.stop()


def settings(server: MosquittoServer, **more: object) -> MqttSettings:
    return MqttSettings.model_validate({"host": "127.0.0.1", "port": server.port, "filters": ("t/#",), **more})


@asynccontextmanager
async def running(binding: MqttBinding) -> AsyncIterator[MqttBinding]:
    task = asyncio.create_task(binding.run())
    await until(lambda: binding.status.connected or task.done())
    await asyncio.sleep(0.2)
    try:
        yield binding
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def until(fact: Callable[[], bool], timeout_s: float = 15.0) -> None:
    async with asyncio.timeout(timeout_s):
        while not fact():  # noqa: ASYNC110  the fact is anything
            await asyncio.sleep(0.02)


def publish(
    server: MosquittoServer, *messages: tuple[str, bytes], retain: bool = False, content_type: str = ""
) -> None:
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    if server.password:
        client.username_pw_set("gateway", server.password)
    client.connect("127.0.0.1", server.port)
    client.loop_start()
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho leaves it untyped
    if content_type:
        properties.ContentType = content_type
    sent = [client.publish(topic, body, qos=1, retain=retain, properties=properties) for topic, body in messages]
    for info in sent:
        info.wait_for_publish(20)
    client.disconnect()
    client.loop_stop()


def numbered(count: int, start: int = 0) -> list[tuple[str, bytes]]:
    return [(f"t/{number % 7}", b"%d" % number) for number in range(start, start + count)]


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_messages_arrive_in_order_with_their_topic(mosquitto: MosquittoServer, version: str) -> None:
    intake = Memory()
    async with running(MqttBinding(settings(mosquitto, version=version), intake, clock=increasing_clock())):
        await asyncio.to_thread(publish, mosquitto, *numbered(1000))
        await until(lambda: len(intake.payloads) == 1000)

    assert intake.bodies == [body for _, body in numbered(1000)]
    assert [payload.source.address for payload in intake.payloads] == [topic for topic, _ in numbered(1000)]


async def test_nothing_is_acknowledged_before_it_is_taken(mosquitto: MosquittoServer) -> None:
    closed, intake = Memory(), Memory()
    closed.open.clear()
    async with running(MqttBinding(settings(mosquitto), closed, clock=increasing_clock())) as binding:
        await asyncio.to_thread(publish, mosquitto, *numbered(10))
        await until(lambda: binding.counters.received == 10)
    async with running(MqttBinding(settings(mosquitto), intake, clock=increasing_clock())):
        await until(lambda: len(intake.payloads) == 10)

    assert closed.payloads == []
    assert binding.counters.acknowledged == 0
    assert intake.bodies == [body for _, body in numbered(10)]


async def test_what_was_acknowledged_does_not_come_again(mosquitto: MosquittoServer) -> None:
    first, second = Memory(), Memory()
    async with running(MqttBinding(settings(mosquitto), first, clock=increasing_clock())):
        await asyncio.to_thread(publish, mosquitto, *numbered(10))
        await until(lambda: len(first.payloads) == 10)
        await asyncio.sleep(0.3)
    async with running(MqttBinding(settings(mosquitto), second, clock=increasing_clock())):
        await asyncio.to_thread(publish, mosquitto, *numbered(1, 100))
        await until(lambda: len(second.payloads) == 1)

    assert second.bodies == [b"100"]


async def test_what_the_spool_holds_is_acknowledged_and_not_taken_again(mosquitto: MosquittoServer) -> None:
    held, intake = Memory(), Memory()
    binding = MqttBinding(settings(mosquitto), held, clock=increasing_clock())
    binding._client.ack = lambda *_: paho.MQTT_ERR_SUCCESS  # type: ignore[method-assign]  # killed before the acknowledgement
    async with running(binding):
        await asyncio.to_thread(publish, mosquitto, *numbered(5))
        await until(lambda: len(held.payloads) == 5)
    again = MqttBinding(settings(mosquitto), intake, clock=increasing_clock())
    again.remember(delivery for payload in held.payloads if (delivery := delivery_of(payload)))
    async with running(again):
        await asyncio.to_thread(publish, mosquitto, *numbered(1, 50))
        await until(lambda: len(intake.payloads) == 1)

    assert intake.bodies == [b"50"]
    assert again.counters.redelivered == 5


async def test_a_broker_that_restarts_loses_nothing(mosquitto: MosquittoServer) -> None:
    intake = Memory()
    async with running(MqttBinding(settings(mosquitto), intake, clock=increasing_clock())) as binding:
        await asyncio.to_thread(publish, mosquitto, *numbered(200))
        await asyncio.to_thread(mosquitto.stop)
        await until(lambda: not binding.status.connected)
        await asyncio.to_thread(mosquitto.start)
        await until(lambda: binding.status.connected)
        await asyncio.to_thread(publish, mosquitto, *numbered(200, 200))
        await until(lambda: len(set(intake.bodies)) == 400)

    assert sorted(map(int, set(intake.bodies))) == list(range(400))


async def test_a_full_spool_is_waited_for(mosquitto: MosquittoServer) -> None:
    intake = Memory(failures=3)
    async with running(MqttBinding(settings(mosquitto), intake, clock=increasing_clock())):
        await asyncio.to_thread(publish, mosquitto, *numbered(20))
        await until(lambda: len(intake.payloads) == 20)

    assert intake.bodies == [body for _, body in numbered(20)]


async def test_shared_subscriptions_split_the_messages(mosquitto: MosquittoServer) -> None:
    one, two = Memory(), Memory()
    first = MqttBinding(settings(mosquitto, share="gw", client_id="one"), one, clock=increasing_clock())
    second = MqttBinding(settings(mosquitto, share="gw", client_id="two"), two, clock=increasing_clock())
    async with running(first), running(second):
        await asyncio.to_thread(publish, mosquitto, *numbered(100))
        await until(lambda: len(one.payloads) + len(two.payloads) == 100)

    assert one.payloads
    assert two.payloads
    assert sorted(map(int, one.bodies + two.bodies)) == list(range(100))


async def test_content_type_and_retain_flag_are_kept(mosquitto: MosquittoServer) -> None:
    intake = Memory()
    await asyncio.to_thread(publish, mosquitto, ("t/old", b"{}"), retain=True, content_type="application/cbor")
    async with running(MqttBinding(settings(mosquitto), intake, clock=increasing_clock())):
        await until(lambda: len(intake.payloads) == 1)

    assert intake.payloads[0].retained
    assert intake.payloads[0].content_type == "application/cbor"


async def test_a_wrong_password_is_told(tmp_path: Path) -> None:
    require_mosquitto()
    server = MosquittoServer(tmp_path / "m", password="right")
    server.start()
    wrong = settings(server, username="gateway", password=SecretStr("wrong"))
    binding = MqttBinding(wrong, Memory(), clock=increasing_clock())
    task = asyncio.create_task(binding.run())
    await until(lambda: "refuses" in binding.status.error)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    server.stop()

    assert "mqtt.password" in binding.status.error
    assert "wrong" not in binding.status.error


async def test_tls_with_user_and_password(tmp_path: Path) -> None:
    require_mosquitto()
    server = MosquittoServer(tmp_path / "m", password="right", tls=True)
    server.start()
    tls = TlsSettings(enabled=True, ca_file=server.ca_file)
    good = settings(server, username="gateway", password=SecretStr("right"), tls=tls)
    async with running(MqttBinding(good, Memory(), clock=increasing_clock())) as binding:
        connected = binding.status.connected
    server.stop()

    assert connected
