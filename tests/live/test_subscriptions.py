"""Standing queries on a real Kafka: a killed gateway loses and repeats nothing, a dead webhook delays nobody."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from semantic_gw.bus.kafka import KafkaBus
from semantic_gw.bus.kafka_transactions import KafkaTransactions
from semantic_gw.contracts import TopicSpec
from semantic_gw.model import Record
from semantic_gw.settings import KafkaSettings
from tests.http_peer import Quiet, serving
from tests.live.gateway_process import GatewayProcess
from tests.live.kafka_server import FAST, KafkaServer, require_kafka
from tests.subscriptions.conftest import until
from tests.view.graphs import message, record

pytestmark = pytest.mark.live

MESSAGES = 5000
WEBHOOKS = 100
WANTED = {"kinds": ["sgw:AirTemperature"]}
_MESSAGE = re.compile(rb'"message":"[^"]*/(\d+)"')


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[KafkaServer]:
    require_kafka()
    server = KafkaServer(tmp_path / "kafka", FAST)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def gateway(tmp_path: Path, broker: KafkaServer) -> Iterator[GatewayProcess]:
    settings = {
        "KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "VIEW__ENABLED": "false",
        "SUBSCRIPTIONS__WEBHOOK_HOSTS": '["127.0.0.0/8"]',
        "SUBSCRIPTIONS__WEBHOOK_PRIVATE": "true",
        "SUBSCRIPTIONS__WEBHOOK_INSECURE": "true",
    }
    process = GatewayProcess(tmp_path / "gateway", settings)
    process.start()
    yield process
    process.stop()


def put(gateway: GatewayProcess, id_: str, document: dict[str, Any]) -> None:
    request = urllib.request.Request(
        f"{gateway.url}/subscriptions/{id_}",
        json.dumps(document).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 201


def records(first: int, count: int) -> list[Record]:
    return [record(message(number, f"urn:thing:{number % 50}", t=21.0)) for number in range(first, first + count)]


async def matches(bus: KafkaBus, topic: str, least: int, timeout_s: float = 90.0) -> list[int]:
    """The numbers of the messages that *topic* tells of, once there are *least*, and nothing more comes."""
    found: list[int] = []
    deadline = time.monotonic() + timeout_s
    async with bus.subscribe([topic]) as reader:
        while True:
            batch = await reader.batch(1000, 1.0)
            found += (int(number[1]) for one in batch if (number := _MESSAGE.search(one.value or b"")))
            if not batch and len(found) >= least:
                return found
            assert time.monotonic() < deadline, f"{len(found)} of {least} matches"


async def test_a_gateway_that_is_killed_loses_and_repeats_nothing(gateway: GatewayProcess, broker: KafkaServer) -> None:
    put(gateway, "warm", {"filter": WANTED})
    bus = KafkaBus(KafkaSettings(bootstrap_servers=broker.bootstrap_servers))
    await bus.start()
    for first in range(0, MESSAGES, 500):
        await bus.publish(records(first, 500))
        await asyncio.sleep(0.1)
        if first in (1000, 2500, 4000):
            await asyncio.to_thread(gateway.kill)
            await asyncio.to_thread(gateway.start)
    found = await matches(bus, "semantic.sub.warm", MESSAGES)
    await bus.stop()

    assert sorted(found) == list(range(MESSAGES))


async def test_what_a_killed_writer_left_open_is_never_seen(broker: KafkaServer) -> None:
    settings = KafkaSettings(bootstrap_servers=broker.bootstrap_servers)
    bus = KafkaBus(settings)
    await bus.start()
    await bus.ensure_topics([TopicSpec("in", partitions=1), TopicSpec("out", partitions=1)])
    await bus.publish([Record("in", "a", b"1")])
    killed, following = (KafkaTransactions(settings, "group", "one") for _ in range(2))
    async with bus.subscribe(["in"], group="group") as subscription:
        consumed = await subscription.batch(10, 20.0)
        producer = await killed._ready()
        await producer.begin_transaction()
        await (await producer.send("out", b"half"))
        await following.begin()
        await following.publish_and_commit([Record("out", "a", b"whole")], subscription, consumed)
    async with bus.subscribe(["out"]) as reader:
        found = [one.value for one in await reader.batch(10, 20.0)]
    lag = await bus.lag("group")
    await following.stop()
    await killed.stop()
    await bus.stop()

    assert found == [b"whole"]
    assert lag == {"in": 0}


async def test_a_dead_webhook_among_many_delays_nobody(gateway: GatewayProcess) -> None:
    arrived: dict[str, list[float]] = {}

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            arrived.setdefault(self.path, []).append(time.monotonic())
            self.send_response(204)
            self.end_headers()

    with serving(Handler) as url:
        for number in range(WEBHOOKS):
            where = "http://127.0.0.1:9/dead" if number == 0 else f"{url}/{number}"
            deliver = {"webhook": {"url": where, "secret": "0123456789abcdef"}}
            await asyncio.to_thread(put, gateway, f"hook{number}", {"filter": WANTED, "deliver": deliver})
        bus = KafkaBus(KafkaSettings(bootstrap_servers=gateway.settings["KAFKA__BOOTSTRAP_SERVERS"]))
        await bus.start()
        for number in range(5):
            await bus.publish(records(number, 1))
            await asyncio.sleep(0.5)
        await until(lambda: sum(map(len, arrived.values())) >= 5 * (WEBHOOKS - 1), seconds=90.0)
        await bus.stop()

    assert sum(map(len, arrived.values())) == 5 * (WEBHOOKS - 1)
    assert statistics.median(map(len, arrived.values())) == 5
