"""The MQTT way in, against a real mosquitto."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from pydantic import SecretStr

from semantic_gw.bindings import mqtt
from semantic_gw.bindings.mqtt import MqttBinding, delivery_of
from semantic_gw.settings import MqttSettings, TlsSettings
from tests.bindings.http_server import ticking
from tests.bindings.mqtt_broker import Memory, ended, running, until
from tests.live.mosquitto_server import (
    USER,
    MosquittoServer,
    make_certificate,
    mosquitto,
    require_mosquitto,
)
from tests.shared import unavailable

__all__ = ["mosquitto"]

pytestmark = pytest.mark.live

PLUG_IN = next(Path("/usr/lib").glob("*/mosquitto_dynamic_security.so"), None)
"""Lets mosquitto refuse a subscription, which its plain access control never does."""

CLIENT_ID = MqttSettings().client_id

VERSIONS = pytest.mark.parametrize("version", ["5", "3.1.1"])


@asynccontextmanager
async def broker(folder: Path, **more: Any) -> AsyncIterator[MosquittoServer]:
    require_mosquitto()
    server = MosquittoServer(folder / "mosquitto", **more)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def settings(server: MosquittoServer, **more: Any) -> MqttSettings:
    return MqttSettings(host="127.0.0.1", port=server.port, **{"filters": ("t/#",), **more})


def binding(server: MosquittoServer, intake: Memory, **more: Any) -> MqttBinding:
    return MqttBinding(settings(server, **more), intake, clock=ticking())


async def publish(
    server: MosquittoServer, *messages: tuple[str, bytes], qos: int = 1, retain: bool = False, content_type: str = ""
) -> None:
    """Publish *messages*; on return the broker has them."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho leaves it untyped
    if content_type:
        properties.ContentType = content_type

    def work() -> None:
        client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        if server.password:
            client.username_pw_set(USER, server.password)
        if server.tls:
            client.tls_set(str(server.ca_file))
        client.max_inflight_messages_set(1000)
        client.connect("127.0.0.1", server.port)
        client.loop_start()
        sent = [client.publish(topic, body, qos=qos, retain=retain, properties=properties) for topic, body in messages]
        for info in sent:
            info.wait_for_publish(30)
        client.disconnect()
        client.loop_stop()

    await asyncio.to_thread(work)


def numbered(count: int, start: int = 0) -> list[tuple[str, bytes]]:
    return [(f"t/{number % 7}", b"%d" % number) for number in range(start, start + count)]


def bodies(count: int, start: int = 0) -> list[bytes]:
    return [body for _, body in numbered(count, start)]


async def known_to(server: MosquittoServer, **more: Any) -> None:
    """Make the broker keep a session for the binding, so that it holds what comes while nobody is there."""
    async with running(binding(server, Memory(), **more)):
        pass


def acknowledged(server: MosquittoServer) -> list[str]:
    """Packet identifiers that the broker has got our acknowledgement of (needs `log_type all`)."""
    return re.findall(rf"Received PUBACK from {CLIENT_ID} \(Mid: (\d+)", server.log)


# What comes:


@VERSIONS
async def test_messages_arrive_in_order_with_their_topic(mosquitto: MosquittoServer, version: str) -> None:
    intake = Memory()
    async with running(binding(mosquitto, intake, version=version)):
        await publish(mosquitto, *numbered(1000))
        await until(lambda: len(intake.payloads) == 1000)

    assert [(payload.source.address, payload.body) for payload in intake.payloads] == numbered(1000)


@VERSIONS
async def test_what_came_while_nobody_was_there_is_taken(mosquitto: MosquittoServer, version: str) -> None:
    intake = Memory()
    await known_to(mosquitto, version=version)
    await publish(mosquitto, *numbered(500))
    async with running(binding(mosquitto, intake, version=version)):
        await until(lambda: len(intake.payloads) == 500)

    assert intake.bodies == bodies(500)


async def test_a_message_at_qos_0_is_taken(mosquitto: MosquittoServer) -> None:
    intake = Memory()
    async with running(binding(mosquitto, intake)):
        await publish(mosquitto, ("t/1", b"0"), qos=0)
        await until(lambda: len(intake.payloads) == 1)

    assert intake.payloads[0].delivery == ""


async def test_content_type_and_retain_flag_are_kept(mosquitto: MosquittoServer) -> None:
    intake = Memory()
    await publish(mosquitto, ("t/old", b"{}"), retain=True, content_type="application/cbor")
    async with running(binding(mosquitto, intake)):
        await publish(mosquitto, ("t/new", b"{}"), retain=True)
        await until(lambda: len(intake.payloads) == 2)
    told = {payload.source.address: (payload.retained, payload.content_type) for payload in intake.payloads}

    assert told == {"t/old": (True, "application/cbor"), "t/new": (False, "")}


@VERSIONS
async def test_a_reconnect_brings_no_retained_message_again(mosquitto: MosquittoServer, version: str) -> None:
    intake = Memory()
    await publish(mosquitto, ("t/old", b"{}"), retain=True)
    async with running(binding(mosquitto, intake, version=version)) as there:
        await until(lambda: len(intake.payloads) == 1)
        mosquitto.stop()
        mosquitto.start()
        await until(lambda: there.status.connected and there.counters.connects == 2)
        await publish(mosquitto, ("t/new", b"{}"))
        await until(lambda: any(payload.source.address == "t/new" for payload in intake.payloads))

    assert [payload.source.address for payload in intake.payloads] == ["t/old", "t/new"]


async def test_shared_subscriptions_split_the_messages(mosquitto: MosquittoServer) -> None:
    one, two = Memory(), Memory()
    first = binding(mosquitto, one, share="gw", client_id="one")
    second = binding(mosquitto, two, share="gw", client_id="two")
    async with running(first), running(second):
        await publish(mosquitto, *numbered(100))
        await until(lambda: len(one.payloads) + len(two.payloads) == 100)

    assert one.payloads
    assert two.payloads
    assert sorted(one.bodies + two.bodies) == sorted(bodies(100))


async def test_a_message_of_five_megabytes_is_taken(mosquitto: MosquittoServer) -> None:
    intake = Memory()
    async with running(binding(mosquitto, intake)):
        await publish(mosquitto, ("t/big", b"x" * 5_000_000))
        await until(lambda: len(intake.payloads) == 1)

    assert len(intake.payloads[0].body) == 5_000_000


async def test_a_message_too_large_for_any_record_does_not_hold_up_the_others(mosquitto: MosquittoServer) -> None:
    intake = Memory()
    async with running(binding(mosquitto, intake, receive_maximum=1)) as there:
        await publish(mosquitto, ("t/big", b"x" * (mqtt.LARGEST_BYTES + 1)), *numbered(1))
        await until(lambda: intake.bodies == [b"0"])

    assert there.counters.refused == 1


# Acknowledgement:


@VERSIONS
async def test_nothing_is_acknowledged_before_it_is_taken(
    mosquitto: MosquittoServer, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "_GRACE_S", 0.1)
    closed, intake = Memory(), Memory()
    closed.open.clear()
    async with running(binding(mosquitto, closed, version=version)) as there:
        await publish(mosquitto, *numbered(10))
        await until(lambda: there.counters.received == 10)
    async with running(binding(mosquitto, intake, version=version)):
        await until(lambda: len(intake.payloads) == 10)

    assert closed.payloads == []
    assert there.counters.acknowledged == 0
    assert intake.bodies == bodies(10)


async def test_what_was_not_taken_survives_the_death_of_the_broker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "_GRACE_S", 0.1)
    closed, intake = Memory(), Memory()
    closed.open.clear()
    async with broker(tmp_path) as server:
        async with running(binding(server, closed)) as there:
            await publish(server, *numbered(10))
            await until(lambda: there.counters.received == 10)
            await asyncio.to_thread(server.save)
            server.kill()
        server.start()
        async with running(binding(server, intake)):
            await until(lambda: len(intake.payloads) == 10)

    assert intake.bodies == bodies(10)


async def test_the_broker_holds_back_what_goes_beyond_the_receive_maximum(
    mosquitto: MosquittoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "_GRACE_S", 0.1)
    intake = Memory()
    intake.open.clear()
    async with running(binding(mosquitto, intake, receive_maximum=20)) as there:
        await publish(mosquitto, *numbered(100))
        await until(lambda: there.counters.received == 20)
        await asyncio.sleep(0.3)
        held = there.counters.received
        intake.open.set()
        await until(lambda: there.counters.acknowledged == 100)

    assert held == 20
    assert intake.bodies == bodies(100)


@VERSIONS
async def test_what_was_acknowledged_does_not_come_again(tmp_path: Path, version: str) -> None:
    first, second = Memory(), Memory()
    async with broker(tmp_path, lines=("log_type all",)) as server:
        async with running(binding(server, first, version=version)):
            await publish(server, *numbered(10))
            await until(lambda: len(acknowledged(server)) == 10)
        async with running(binding(server, second, version=version)):
            await publish(server, *numbered(1, 100))
            await until(lambda: b"100" in second.bodies)

    assert second.bodies == [b"100"]


@VERSIONS
async def test_acknowledgements_arrive_in_the_order_of_the_messages(tmp_path: Path, version: str) -> None:
    async with broker(tmp_path, lines=("log_type all",)) as server:
        async with running(binding(server, Memory(), version=version)):
            await publish(server, *numbered(300))
            await until(lambda: len(acknowledged(server)) == 300)
        sent = re.findall(rf"Sending PUBLISH to {CLIENT_ID} \(d0, q1, r0, m(\d+)", server.log)

    assert acknowledged(server) == sent


@VERSIONS
async def test_what_the_spool_holds_is_not_taken_again_after_a_crash(
    mosquitto: MosquittoServer, version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "_GRACE_S", 0.1)
    spool, intake = Memory(), Memory()
    spool.answering.clear()
    async with running(binding(mosquitto, spool, version=version)):
        await publish(mosquitto, *numbered(5))
        await until(lambda: len(spool.payloads) > 0)
    again = binding(mosquitto, intake, version=version)
    again.remember(delivery for payload in spool.payloads if (delivery := delivery_of(payload)))
    async with running(again):
        await publish(mosquitto, *numbered(1, 50))
        await until(lambda: b"50" in intake.bodies)

    assert spool.bodies + intake.bodies == [*bodies(5), b"50"]
    assert again.counters.redelivered == len(spool.payloads)


async def test_a_full_spool_is_waited_for(mosquitto: MosquittoServer) -> None:
    intake = Memory(failures=3)
    async with running(binding(mosquitto, intake)):
        await publish(mosquitto, *numbered(20))
        await until(lambda: len(intake.payloads) == 20)

    assert intake.bodies == bodies(20)


# Trouble:


@VERSIONS
async def test_a_broker_that_restarts_loses_nothing_and_repeats_nothing(
    mosquitto: MosquittoServer, version: str
) -> None:
    intake = Memory()
    async with running(binding(mosquitto, intake, version=version)) as there:
        await publish(mosquitto, *numbered(200))
        await asyncio.to_thread(mosquitto.stop)
        await until(lambda: not there.status.connected)
        await asyncio.to_thread(mosquitto.start)
        await until(lambda: there.status.connected)
        await publish(mosquitto, *numbered(200, 200))
        await until(lambda: len(intake.payloads) >= 400)

    assert intake.bodies == bodies(400)


async def test_a_broker_that_is_killed_in_mid_stream_loses_nothing_that_it_saved(mosquitto: MosquittoServer) -> None:
    intake = Memory()
    async with running(binding(mosquitto, intake)):
        for start in range(0, 600, 200):
            await publish(mosquitto, *numbered(200, start))
            await asyncio.to_thread(mosquitto.save)
            await asyncio.to_thread(mosquitto.kill)
            await asyncio.to_thread(mosquitto.start)
        await until(lambda: set(intake.bodies) >= set(bodies(600)))

    assert set(intake.bodies) == set(bodies(600))


async def test_a_broker_that_comes_late_is_found(tmp_path: Path) -> None:
    require_mosquitto()
    server = MosquittoServer(tmp_path / "mosquitto")
    async with running(binding(server, Memory()), connected=False) as there:
        await until(lambda: "nothing listens" in there.status.error)
        server.start()
        await until(lambda: there.status.connected)
    server.stop()

    assert there.counters.connects == 1


async def test_two_gateways_with_one_name_are_told(mosquitto: MosquittoServer) -> None:
    first = binding(mosquitto, Memory())
    async with running(first), running(binding(mosquitto, Memory())):
        await until(lambda: not first.status.connected)
        error = first.status.error

    assert "mqtt.client_id" in error


@VERSIONS
async def test_a_wrong_password_is_told(tmp_path: Path, version: str) -> None:
    async with broker(tmp_path, password="right") as server:
        wrong = binding(server, Memory(), username=USER, password=SecretStr("wrong"), version=version)
        async with running(wrong, connected=False):
            await until(lambda: wrong.status.error != "not connected yet")
            error = wrong.status.error

    assert "mqtt.password" in error
    assert "wrong" not in error


async def test_a_subscription_that_the_broker_refuses_is_named(tmp_path: Path) -> None:
    if PLUG_IN is None:
        unavailable("no mosquitto_dynamic_security.so: Debian has it with mosquitto")
    rules = tmp_path / "rules.json"
    rules.write_text('{"defaultACLAccess": {"subscribe": false, "publishClientReceive": true}}')
    async with broker(tmp_path, lines=(f"plugin {PLUG_IN}", f"plugin_opt_config_file {rules}")) as server:
        refused = binding(server, Memory())
        async with running(refused, connected=False):
            await until(lambda: refused.status.error != "not connected yet")
            error = refused.status.error

    assert "t/# (Not authorized)" in error


# TLS:


@VERSIONS
async def test_tls_with_user_and_password(tmp_path: Path, version: str) -> None:
    intake = Memory()
    async with broker(tmp_path, password="right", tls=True) as server:
        tls = TlsSettings(enabled=True, ca_file=server.ca_file)
        more = {"username": USER, "password": SecretStr("right"), "tls": tls, "version": version}
        async with running(binding(server, intake, **more)):
            await publish(server, *numbered(1000), ("t/big", b"x" * 300_000))
            await until(lambda: len(intake.payloads) == 1001)

    assert intake.bodies == [*bodies(1000), b"x" * 300_000]


async def test_a_client_certificate_is_shown(tmp_path: Path) -> None:
    async with broker(tmp_path, tls=True, lines=("require_certificate true",)) as server:
        mine = TlsSettings(enabled=True, ca_file=server.ca_file, cert_file=server.ca_file, key_file=server.key_file)
        async with running(binding(server, Memory(), tls=mine)) as there:
            connected = there.status.connected

    assert connected


async def test_a_client_certificate_that_is_missing_is_told(tmp_path: Path) -> None:
    async with broker(tmp_path, tls=True, lines=("require_certificate true",)) as server:
        none = TlsSettings(enabled=True, ca_file=server.ca_file)
        async with running(binding(server, Memory(), tls=none), connected=False) as there:
            await until(lambda: there.status.error != "not connected yet")
            error = there.status.error

    assert "mqtt.tls" in error


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # paho leaves the socket open
async def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    other = tmp_path / "other.crt"
    async with broker(tmp_path, tls=True) as server:
        make_certificate(other, tmp_path / "other.key")
        tls = TlsSettings(enabled=True, ca_file=other)
        async with running(binding(server, Memory(), tls=tls), connected=False) as there:
            await until(lambda: there.status.error != "not connected yet")
            error = there.status.error

    assert "mqtt.tls.ca_file" in error


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # paho leaves the socket open
async def test_tls_to_a_port_without_it_is_told(mosquitto: MosquittoServer, tmp_path: Path) -> None:
    make_certificate(tmp_path / "any.crt", tmp_path / "any.key")
    tls = TlsSettings(enabled=True, ca_file=tmp_path / "any.crt")
    async with running(binding(mosquitto, Memory(), tls=tls), connected=False) as there:
        await until(lambda: there.status.error != "not connected yet")
        error = there.status.error

    assert "mqtt.tls" in error


async def test_no_tls_to_a_port_with_it_is_told(tmp_path: Path) -> None:
    async with broker(tmp_path, tls=True) as server, running(binding(server, Memory()), connected=False) as there:
        await until(lambda: there.status.error != "not connected yet")
        error = there.status.error

    assert "mqtt.tls" in error


# Speed:


async def test_ten_thousand_messages_are_taken(mosquitto: MosquittoServer, capsys: pytest.CaptureFixture[str]) -> None:
    count = 10_000
    intake = Memory()
    await known_to(mosquitto)
    await publish(mosquitto, *numbered(count))
    there = binding(mosquitto, intake)
    cpu, wall = time.process_time(), time.perf_counter()
    task = asyncio.create_task(there.run())
    await until(lambda: there.counters.acknowledged == count, timeout_s=60)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    await ended(task)
    with capsys.disabled():
        print(
            f"\nMQTT: {cpu / count * 1e6:.0f} µs CPU a message, {count / wall:.0f} messages/s, "
            f"{count / len(intake.batches):.0f} a batch"
        )

    assert intake.bodies == bodies(count)
