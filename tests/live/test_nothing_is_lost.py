"""The promise, on real servers: whatever dies, every payload ends in exactly one outcome."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from aiokafka import AIOKafkaProducer
from paho.mqtt.enums import CallbackAPIVersion

from semantic_gw.bus.kafka import KafkaBus
from semantic_gw.contracts import TopicSpec
from semantic_gw.settings import KafkaSettings
from tests.live.gateway_process import GatewayProcess
from tests.live.kafka_server import KafkaServer, require_kafka
from tests.live.mosquitto_server import MosquittoServer, require_mosquitto

pytestmark = pytest.mark.live

PAYLOADS = 50_000
DEVICES = 20
TOPICS = ("observations", "rejected", "dead-letter")
_NUMBER = re.compile(rb'"(?:device_number|voltage)": ?(\d+)|"value": ?(\d+)(?:\.0)?[,}]')


def device(number: int) -> dict[str, object]:
    exposes = [
        {"type": "numeric", "name": "voltage", "property": "voltage", "access": 1, "unit": "mV"},
        {"type": "numeric", "name": "battery", "property": "battery", "access": 1, "unit": "%"},
    ]
    definition = {"vendor": "v", "model": "m", "description": "d", "exposes": exposes}
    name = f"device-{number}"
    return {"ieee_address": f"0x{number:016x}", "friendly_name": name, "type": "EndDevice", "definition": definition}


DESCRIPTIONS = json.dumps([device(number) for number in range(DEVICES)]).encode()


def payload(number: int) -> tuple[str, bytes]:
    """Payload *number* and its address: one in fifty is no JSON, and one in fifty is of nobody."""
    address = f"zigbee2mqtt/device-{number % DEVICES}"
    if number % 50 == 7:
        return address, b'{"voltage": %d, broken' % number
    if number % 50 == 8:
        return f"nobody/{number % DEVICES}", b'{"voltage": %d}' % number
    return address, b'{"voltage": %d}' % number


def expected(number: int) -> str:
    return "dead-letter" if number % 50 in (7, 8) else "observations"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[KafkaServer]:
    """A broker of its own: it will be killed."""
    require_kafka()
    server = KafkaServer(tmp_path / "kafka")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[MosquittoServer]:
    require_mosquitto()
    server = MosquittoServer(tmp_path / "mosquitto")
    server.start()
    yield server
    server.stop()


class Trouble(threading.Thread):
    """Kills the gateway three times and Kafka once, at moments spread over the run."""

    def __init__(self, gateway: GatewayProcess, broker: KafkaServer) -> None:
        super().__init__(daemon=True)
        self.gateway = gateway
        self.broker = broker
        self.kills = 0
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            for victim in ("gateway", "gateway", "broker", "gateway"):
                time.sleep(2.0)
                self.end(victim)
        except BaseException as error:  # noqa: BLE001  the test itself tells it
            self.error = error

    def end(self, victim: str) -> None:
        if victim == "broker":
            self.broker.kill()
            time.sleep(1.0)
            self.broker.start()
        else:
            self.gateway.kill()
            self.gateway.start(ready=False)
        self.kills += 1


def publish_by_mqtt(port: int, messages: Iterator[tuple[str, bytes]]) -> None:
    """Publish at QoS 1; on return the broker has acknowledged every message."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="publisher", protocol=mqtt.MQTTv5)
    client.max_inflight_messages_set(200)
    client.max_queued_messages_set(0)
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent = [client.publish(address, body, qos=1) for address, body in messages]
    for info in sent:
        info.wait_for_publish(60)
    client.disconnect()
    client.loop_stop()


async def outcomes(broker: KafkaServer) -> dict[int, dict[str, set[bytes]]]:
    """For each payload number the topics it ended on, and the distinct values there."""
    bus = KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    found: dict[int, dict[str, set[bytes]]] = defaultdict(lambda: defaultdict(set))
    await bus.start()
    try:
        async with bus.subscribe([f"semantic.{name}" for name in TOPICS]) as subscription:
            while not await subscription.caught_up():
                for record in await subscription.batch(5000, 1.0):
                    value = record.value or b""
                    found[number_of(value)][record.topic.partition(".")[2]].add(value)
    finally:
        await bus.stop()
    return found


def number_of(value: bytes) -> int:
    match = _NUMBER.search(value)
    if match is None:
        return -1
    return int(next(group for group in match.groups() if group))


async def settle(
    broker: KafkaServer, done: Callable[[Mapping[int, object]], bool], timeout_s: float = 120.0
) -> dict[int, dict[str, set[bytes]]]:
    """The outcomes, once *done* says that they are complete (or time is up)."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = await outcomes(broker)
        if done(found) or time.monotonic() > deadline:
            return found
        await asyncio.sleep(1.0)


def judge(found: dict[int, dict[str, set[bytes]]], numbers: range) -> None:
    missing = [n for n in numbers if n not in found]
    twofold = {n: list(found[n]) for n in numbers if n in found and len(found[n]) != 1}
    unequal = [n for n in numbers if n in found and any(len(values) != 1 for values in found[n].values())]
    wrong = [n for n in numbers if n in found and expected(n) not in found[n]]

    assert not missing, f"{len(missing)} payloads are lost: {missing[:10]}"
    assert not twofold, f"payloads with two outcomes: {dict(itertools.islice(twofold.items(), 5))}"
    assert not wrong, f"payloads with the wrong outcome: {wrong[:10]}"
    assert not unequal, f"{len(unequal)} payloads came twice with different graphs: {unequal[:5]}"


async def test_mqtt_to_kafka_loses_nothing(tmp_path: Path, broker: KafkaServer, mosquitto: MosquittoServer) -> None:
    settings = {
        "KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "MQTT__HOST": "127.0.0.1",
        "MQTT__PORT": str(mosquitto.port),
        "MQTT__FILTERS": '["zigbee2mqtt/#", "nobody/#"]',
    }
    gateway = GatewayProcess(tmp_path / "gateway", settings)
    gateway.start()
    try:
        publish_by_mqtt(mosquitto.port, iter([("zigbee2mqtt/bridge/devices", DESCRIPTIONS)]))
        await asyncio.sleep(1.0)
        trouble = Trouble(gateway, broker)
        trouble.start()
        await asyncio.to_thread(publish_by_mqtt, mosquitto.port, map(payload, range(PAYLOADS)))
        await asyncio.to_thread(trouble.join)
        found = await settle(broker, lambda f: len(f) >= PAYLOADS)
    finally:
        gateway.stop()

    assert trouble.error is None
    assert trouble.kills == 4
    judge(found, range(PAYLOADS))


async def test_kafka_to_kafka_loses_nothing(tmp_path: Path, broker: KafkaServer) -> None:
    bus = KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    await bus.start()
    await bus.ensure_topics([TopicSpec("raw.zigbee", partitions=4)])
    await bus.stop()
    settings = {"KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers, "KAFKA__RAW_TOPICS": r"raw\..*"}
    gateway = GatewayProcess(tmp_path / "gateway", settings)
    gateway.start()
    try:
        gateway.post("/ingest/zigbee2mqtt/bridge/devices", DESCRIPTIONS, "application/json")
        await asyncio.sleep(1.0)
        trouble = Trouble(gateway, broker)
        trouble.start()
        await produce(broker, map(payload, range(PAYLOADS)))
        await asyncio.to_thread(trouble.join)
        found = await settle(broker, lambda f: len(f) >= PAYLOADS)
    finally:
        gateway.stop()

    assert trouble.error is None
    assert trouble.kills == 4
    judge(found, range(PAYLOADS))


async def produce(broker: KafkaServer, messages: Iterator[tuple[str, bytes]]) -> None:
    """Write *messages* to the raw topic, keyed by address; the broker may die meanwhile."""
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap_servers, enable_idempotence=True, linger_ms=5)
    await producer.start()
    time_of_all = int(datetime.now(UTC).timestamp() * 1000)
    try:
        pending = []
        for number, (address, body) in enumerate(messages):
            pending.append(await producer.send("raw.zigbee", body, address.encode(), timestamp_ms=time_of_all + number))
            if number % 2000 == 1999:
                await asyncio.sleep(0.2)
        await asyncio.gather(*pending)
    finally:
        await producer.stop()
