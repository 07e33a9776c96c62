"""Messages per CPU second of the gateway's process, for each way in and out, on real servers of this machine."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import paho.mqtt.client as mqtt
import psutil
from aiokafka import AIOKafkaProducer
from paho.mqtt.enums import CallbackAPIVersion

from semantic_gw.bus.kafka import KafkaBus
from semantic_gw.contracts import TopicSpec
from semantic_gw.settings import KafkaSettings
from tests.live.gateway_process import GatewayProcess
from tests.live.kafka_server import SCRIPT, KafkaServer
from tests.live.mosquitto_server import PROGRAM, MosquittoServer

DEVICES = 20
_FEATURES = (("temperature", "°C"), ("humidity", "%"), ("pressure", "hPa"), ("battery", "%"))


@dataclass(frozen=True, slots=True)
class Way:
    """One way in and out: CPU time of the gateway per message, in microseconds, and its memory."""

    name: str
    microseconds: float = 0.0
    resident_mb: float = 0.0
    why: str = ""
    """Why it was not measured."""


def descriptions() -> bytes:
    exposes = [{"type": "numeric", "name": n, "property": n, "access": 1, "unit": unit} for n, unit in _FEATURES]
    definition = {"vendor": "v", "model": "m", "exposes": exposes}
    devices = [
        {"ieee_address": f"0x{number:016x}", "friendly_name": f"device-{number}", "definition": definition}
        for number in range(DEVICES)
    ]
    return json.dumps(devices).encode()


def message(number: int) -> tuple[str, bytes]:
    """Four observations: 54 triples."""
    body = {"temperature": number % 40, "humidity": 50.5, "pressure": 1009.25, "battery": number % 100}
    return f"zigbee2mqtt/device-{number % DEVICES}", json.dumps(body).encode()


def measure_ways(messages: int) -> list[Way]:
    """Every way that this machine can measure."""
    kafka = "" if shutil.which("java") and any((SCRIPT.parent / "libs").glob("*.jar")) else "no Kafka (java, libs)"
    mosquitto = "" if Path(PROGRAM).exists() else "no mosquitto"
    plan: list[tuple[str, str, Callable[[Path, int], Way]]] = [
        ("HTTP, one payload a request → embedded log", "", http_to_log),
        ("HTTP, a capture of 500 → embedded log", "", capture_to_log),
        ("MQTT → Kafka", kafka or mosquitto, mqtt_to_kafka),
        ("Kafka → Kafka", kafka, kafka_to_kafka),
    ]
    ways = []
    for name, why, run in plan:
        if why:
            ways.append(Way(name, why=why))
            continue
        with tempfile.TemporaryDirectory() as folder:
            measured = run(Path(folder), messages)
            ways.append(Way(name, measured.microseconds, measured.resident_mb))
    return ways


def _measured(gateway: GatewayProcess, messages: int, feed: Callable[[], None]) -> Way:
    """CPU time from before *feed* until everything is processed."""
    process = psutil.Process(gateway.pid)
    before = sum(process.cpu_times()[:2])
    done = _processed(gateway)
    feed()
    deadline = time.monotonic() + 300
    while _processed(gateway) < done + messages and time.monotonic() < deadline:
        time.sleep(0.5)
    spent = sum(process.cpu_times()[:2]) - before
    return Way("", spent / messages * 1e6, process.memory_info().rss / 1e6)


def _processed(gateway: GatewayProcess) -> int:
    text = httpx.get(gateway.url + "/metrics").text
    lines = [line for line in text.splitlines() if line.startswith("semantic_gw_payloads_total")]
    return int(sum(float(line.rpartition(" ")[2]) for line in lines))


def _started(folder: Path, **settings: str) -> GatewayProcess:
    gateway = GatewayProcess(folder / "gateway", settings)
    gateway.start()
    gateway.post("/ingest/zigbee2mqtt/bridge/devices", descriptions(), "application/json")
    time.sleep(1.0)
    return gateway


def http_to_log(folder: Path, messages: int) -> Way:
    gateway = _started(folder)

    async def post() -> None:
        limits = httpx.Limits(max_connections=16)
        async with httpx.AsyncClient(base_url=gateway.url, limits=limits, timeout=60) as client:
            numbers = iter(range(messages))

            async def worker() -> None:
                for number in numbers:
                    address, body = message(number)
                    headers = {"Content-Type": "application/json"}
                    await client.post(f"/ingest/{address}", content=body, headers=headers)

            await asyncio.gather(*(worker() for _ in range(16)))

    try:
        return _measured(gateway, messages, lambda: asyncio.run(post()))
    finally:
        gateway.stop()


def capture_to_log(folder: Path, messages: int) -> Way:
    gateway = _started(folder)

    def line(number: int) -> bytes:
        address, body = message(number)
        transport = {"kind": "mqtt", "topic": address}
        record = {"id": str(number), "content_type": "application/json", "transport": transport}
        return json.dumps({**record, "payload": json.loads(body)}).encode()

    def post() -> None:
        for start in range(0, messages, 500):
            body = b"\n".join(map(line, range(start, min(start + 500, messages))))
            gateway.post("/ingest", body, "application/x-ndjson")

    try:
        return _measured(gateway, messages, post)
    finally:
        gateway.stop()


def mqtt_to_kafka(folder: Path, messages: int) -> Way:
    kafka, mosquitto = KafkaServer(folder / "kafka"), MosquittoServer(folder / "mosquitto")
    kafka.start()
    mosquitto.start()
    gateway = _started(
        folder,
        KAFKA__BOOTSTRAP_SERVERS=kafka.bootstrap_servers,
        MQTT__HOST="127.0.0.1",
        MQTT__PORT=str(mosquitto.port),
    )

    def publish() -> None:
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        client.max_inflight_messages_set(500)
        client.connect("127.0.0.1", mosquitto.port)
        client.loop_start()
        sent = [client.publish(*message(number), qos=1) for number in range(messages)]
        for info in sent:
            info.wait_for_publish(60)
        client.disconnect()
        client.loop_stop()

    try:
        return _measured(gateway, messages, publish)
    finally:
        gateway.stop()
        mosquitto.stop()
        kafka.stop()


def kafka_to_kafka(folder: Path, messages: int) -> Way:
    kafka = KafkaServer(folder / "kafka")
    kafka.start()
    asyncio.run(_raw_topic(kafka))
    gateway = _started(folder, KAFKA__BOOTSTRAP_SERVERS=kafka.bootstrap_servers, KAFKA__RAW_TOPICS=r"raw\..*")
    try:
        return _measured(gateway, messages, lambda: asyncio.run(_produce(kafka, messages)))
    finally:
        gateway.stop()
        kafka.stop()


async def _raw_topic(kafka: KafkaServer) -> None:
    bus = KafkaBus(KafkaSettings(bootstrap_servers=kafka.bootstrap_servers))
    await bus.start()
    await bus.ensure_topics([TopicSpec("raw.zigbee")])
    await bus.stop()


async def _produce(kafka: KafkaServer, messages: int) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers, max_batch_size=131072)
    await producer.start()
    for number in range(messages):
        address, body = message(number)
        await producer.send("raw.zigbee", body, address.encode())
    await producer.stop()
