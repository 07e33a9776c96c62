from __future__ import annotations

import asyncio
import logging
import struct
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from semantic_gw.bindings import mqtt, mqtt_connection
from semantic_gw.bindings.mqtt import Delivery, MqttBinding, delivery_of
from semantic_gw.errors import ConfigurationError
from semantic_gw.model import Payload, Source
from semantic_gw.settings import MqttSettings, TlsSettings
from tests.bindings.http_server import START, ticking
from tests.bindings.mqtt_broker import DISCONNECT, Memory, ScriptedBroker, ended, running, until


@pytest.fixture(params=["5", "3.1.1"])
async def broker(request: pytest.FixtureRequest) -> AsyncIterator[ScriptedBroker]:
    async with ScriptedBroker(request.param).serving() as broker:
        yield broker


@pytest.fixture
async def broker5() -> AsyncIterator[ScriptedBroker]:
    async with ScriptedBroker("5").serving() as broker:
        yield broker


@pytest.fixture
async def broker3() -> AsyncIterator[ScriptedBroker]:
    async with ScriptedBroker("3.1.1").serving() as broker:
        yield broker


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt, "_GRACE_S", 0.2)
    monkeypatch.setattr(mqtt, "_PAUSE_S", (0.02, 0.5))
    monkeypatch.setattr(mqtt, "_RETRY_S", (0.02, 0.1))


def spooled(topic: str, body: bytes, packet_id: int, client_id: str = "semantic-gateway") -> Delivery:
    payload = Payload(body, "", Source("mqtt", topic), START, delivery=f"mqtt/{client_id}/{packet_id}")
    found = delivery_of(payload)
    assert found is not None
    return found


async def reconnected(broker: ScriptedBroker, binding: MqttBinding) -> None:
    """Cut the connection, and wait for the next one."""
    clients = len(broker.clients)
    broker.client.drop()
    await until(lambda: len(broker.clients) > clients and binding.status.connected)


# What becomes of a message:


async def test_a_message_becomes_a_payload(broker: ScriptedBroker) -> None:
    intake = Memory()
    async with running(broker.binding(intake, client_id="gw/1")):
        broker.client.publish("t/kitchen", b'{"a":1}', 7, retained=True)
        await until(lambda: len(intake.payloads) == 1)
    (payload,) = intake.payloads

    assert payload.body == b'{"a":1}'
    assert payload.source == Source("mqtt", "t/kitchen")
    assert payload.retained
    assert payload.content_type == ""
    assert payload.delivery == "mqtt/gw/1/7"


async def test_the_content_type_property_is_kept(broker5: ScriptedBroker) -> None:
    intake = Memory()
    async with running(broker5.binding(intake)):
        broker5.client.publish("t/1", b"1", 1, properties=b"\x03\x00\x10application/cbor")
        await until(lambda: len(intake.payloads) == 1)

    assert intake.payloads[0].content_type == "application/cbor"


async def test_every_payload_has_a_time_of_its_own(broker: ScriptedBroker) -> None:
    intake = Memory()
    async with running(broker.binding(intake)):
        for number in range(1, 50):
            broker.client.publish("t/1", b"same", number)
        await until(lambda: len(intake.payloads) == 49)
    times = [payload.received_at for payload in intake.payloads]

    assert times == sorted(set(times))


@pytest.mark.parametrize("topic", ["t", "/", "a//b", "küche/温度", "a b\tc", "t/\U0001f321", "%2F", "$odd/x"])
async def test_a_topic_is_passed_as_it_is(broker: ScriptedBroker, topic: str) -> None:
    intake = Memory()
    async with running(broker.binding(intake)):
        broker.client.publish(topic, b"1", 1)
        await until(lambda: len(intake.payloads) == 1)

    assert intake.payloads[0].source.address == topic


async def test_a_message_at_qos_0_is_taken_and_not_acknowledged(broker: ScriptedBroker) -> None:
    intake = Memory()
    async with running(broker.binding(intake)):
        broker.client.publish("t/1", b"1")
        broker.client.publish("t/1", b"2", 9)
        await until(lambda: broker.client.acknowledged == [9])

    assert intake.bodies == [b"1", b"2"]
    assert intake.payloads[0].delivery == ""


async def test_what_arrives_while_a_batch_is_taken_is_taken_together(broker: ScriptedBroker) -> None:
    intake = Memory()
    intake.open.clear()
    async with running(broker.binding(intake)) as binding:
        broker.client.publish("t/1", b"first", 1)
        await until(lambda: intake.calls == 1)
        for number in range(2, 702):
            broker.client.publish("t/1", b"%d" % number, number)
        await until(lambda: binding.counters.received == 701)
        intake.open.set()
        await until(lambda: len(intake.payloads) == 701)

    assert intake.batches == [1, 500, 200]


# Acknowledgement:


async def test_acknowledgements_go_out_in_the_order_of_arrival(broker: ScriptedBroker) -> None:
    packet_ids = [3, 1, 2, 9, 65535, 4]
    async with running(broker.binding(Memory())):
        for packet_id in packet_ids:
            broker.client.publish("t/1", b"%d" % packet_id, packet_id)
        await until(lambda: len(broker.client.acknowledged) == 6)

    assert broker.client.acknowledged == packet_ids


async def test_nothing_is_acknowledged_before_it_is_taken(broker: ScriptedBroker) -> None:
    intake = Memory()
    intake.open.clear()
    async with running(broker.binding(intake)):
        broker.client.publish("t/1", b"1", 1)
        await until(lambda: intake.calls == 1)
        await asyncio.sleep(0.1)
        before = list(broker.client.acknowledged)
        intake.open.set()
        await until(lambda: broker.client.acknowledged == [1])

    assert before == []


async def test_an_intake_that_is_away_is_waited_for(broker: ScriptedBroker) -> None:
    intake = Memory(failures=3)
    async with running(broker.binding(intake)) as binding:
        broker.client.publish("t/1", b"1", 1)
        await until(lambda: broker.client.acknowledged == [1])

    assert intake.calls == 4
    assert intake.bodies == [b"1"]
    assert binding.counters.taken == 1


async def test_a_packet_identifier_of_a_lost_connection_is_not_acknowledged_on_the_next(broker: ScriptedBroker) -> None:
    intake = Memory()
    intake.open.clear()
    broker.session_present = True
    async with running(broker.binding(intake)) as binding:
        broker.client.publish("t/1", b"old", 1)
        await until(lambda: intake.calls == 1)
        await reconnected(broker, binding)
        intake.open.set()
        await until(lambda: len(intake.payloads) == 1)
        await asyncio.sleep(0.1)
        before = list(broker.client.acknowledged)
        broker.client.publish("t/1", b"old", 1, again=True)
        await until(lambda: broker.client.acknowledged == [1])

    assert before == []
    assert intake.bodies == [b"old"]
    assert binding.counters.redelivered == 1


async def test_what_waits_when_the_connection_is_lost_is_taken_once(broker: ScriptedBroker) -> None:
    intake = Memory()
    intake.open.clear()
    broker.session_present = True
    async with running(broker.binding(intake)) as binding:
        broker.client.publish("t/1", b"taken", 1)
        await until(lambda: intake.calls == 1)
        broker.client.publish("t/1", b"waits", 2)
        await until(lambda: binding.counters.received == 2)
        await reconnected(broker, binding)
        for packet_id, body in enumerate((b"taken", b"waits", b"new"), start=1):
            broker.client.publish("t/1", body, packet_id, again=packet_id < 3)
        await until(lambda: binding.counters.received == 5)
        intake.open.set()
        await until(lambda: broker.client.acknowledged == [1, 2, 3])

    assert intake.bodies == [b"taken", b"waits", b"new"]


# Redelivery:


async def test_what_the_spool_holds_is_acknowledged_and_not_taken_again(broker: ScriptedBroker) -> None:
    intake = Memory()
    broker.session_present = True
    binding = broker.binding(intake)
    binding.remember([spooled("t/1", b"old", 1)])
    async with running(binding):
        broker.client.publish("t/1", b"old", 1, again=True)
        broker.client.publish("t/1", b"new", 2)
        await until(lambda: broker.client.acknowledged == [1, 2])

    assert intake.bodies == [b"new"]


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(spooled("t/1", b"other", 1), id="another body"),
        pytest.param(spooled("t/2", b"old", 1), id="another topic"),
        pytest.param(spooled("t/1", b"old", 2), id="another packet identifier"),
        pytest.param(spooled("t/1", b"old", 1, client_id="other"), id="the session of another client"),
    ],
)
async def test_a_redelivery_of_something_else_is_taken(broker: ScriptedBroker, known: Delivery) -> None:
    intake = Memory()
    broker.session_present = True
    binding = broker.binding(intake)
    binding.remember([known])
    async with running(binding):
        broker.client.publish("t/1", b"old", 1, again=True)
        await until(lambda: broker.client.acknowledged == [1])

    assert intake.bodies == [b"old"]


async def test_a_first_delivery_is_taken_whatever_the_spool_holds(broker: ScriptedBroker) -> None:
    intake = Memory()
    broker.session_present = True
    binding = broker.binding(intake)
    binding.remember([spooled("t/1", b"ON", 1)])
    async with running(binding):
        broker.client.publish("t/1", b"ON", 1)
        await until(lambda: broker.client.acknowledged == [1])

    assert intake.bodies == [b"ON"]


async def test_a_redelivery_after_something_new_is_not_one_of_the_last_connection(broker: ScriptedBroker) -> None:
    intake = Memory()
    broker.session_present = True
    binding = broker.binding(intake)
    binding.remember([spooled("t/1", b"ON", 1)])
    async with running(binding):
        broker.client.publish("t/1", b"new", 2)
        broker.client.publish("t/1", b"ON", 1, again=True)
        await until(lambda: broker.client.acknowledged == [2, 1])

    assert intake.bodies == [b"new", b"ON"]


async def test_a_broker_without_our_session_redelivers_nothing(broker: ScriptedBroker) -> None:
    intake = Memory()
    binding = broker.binding(intake)
    binding.remember([spooled("t/1", b"old", 1)])
    async with running(binding):
        broker.client.publish("t/1", b"old", 1, again=True)
        await until(lambda: broker.client.acknowledged == [1])

    assert intake.bodies == [b"old"]


async def test_only_the_messages_in_flight_are_remembered(broker5: ScriptedBroker) -> None:
    intake = Memory()
    broker5.session_present = True
    async with running(broker5.binding(intake, receive_maximum=3)) as binding:
        for number in range(1, 6):
            broker5.client.publish("t/1", b"%d" % number, number)
        await until(lambda: len(broker5.client.acknowledged) == 5)
        await reconnected(broker5, binding)
        for number in range(1, 6):
            broker5.client.publish("t/1", b"%d" % number, number, again=True)
        await until(lambda: len(broker5.client.acknowledged) == 5)

    assert intake.bodies == [b"1", b"2", b"3", b"4", b"5", b"1", b"2"]


def test_a_payload_of_another_way_in_has_no_delivery() -> None:
    assert delivery_of(Payload(b"", "", Source("http", "a"), START)) is None


@pytest.mark.parametrize("delivery", ["mqtt", "mqtt/", "mqtt/a", "mqtt/a/", "mqtt/a/x", "amqp/a/1", "mqtt/a/-1"])
def test_a_delivery_that_mqtt_does_not_make_is_none(delivery: str) -> None:
    assert delivery_of(Payload(b"", "", Source("mqtt", "a"), START, delivery=delivery)) is None


# What cannot be taken:


async def test_a_message_that_no_record_holds_is_acknowledged_and_told(
    broker: ScriptedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    intake = Memory()
    async with running(broker.binding(intake, largest_bytes=10)) as binding:
        broker.client.publish("t/big", b"x" * 11, 1)
        broker.client.publish("t/fits", b"x" * 10, 2)
        await until(lambda: broker.client.acknowledged == [1, 2])
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]

    assert intake.bodies == [b"x" * 10]
    assert binding.counters.refused == 1
    assert (record.__dict__["address"], record.__dict__["bytes"]) == ("t/big", 11)


async def test_a_payload_that_can_never_be_taken_does_not_keep_the_others(broker: ScriptedBroker) -> None:
    intake = Memory(largest_bytes=5)
    intake.open.clear()
    async with running(broker.binding(intake)) as binding:
        for number, body in enumerate((b"0", b"1", b"too large", b"3"), start=1):
            broker.client.publish("t/1", body, number)
        await until(lambda: binding.counters.received == 4)
        intake.open.set()
        await until(lambda: broker.client.acknowledged == [1, 2, 3, 4])

    assert intake.bodies == [b"0", b"1", b"3"]
    assert (binding.counters.taken, binding.counters.refused) == (3, 1)


async def test_no_more_waits_than_memory_has_room_for(broker: ScriptedBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt, "_WAITING", 10)
    intake = Memory()
    intake.open.clear()
    async with running(broker.binding(intake)) as binding:
        for number in range(1, 201):
            broker.client.publish("t/1", b"%d" % number, number)
        await until(lambda: binding.counters.received >= 10)
        await asyncio.sleep(0.2)
        received = binding.counters.received
        intake.open.set()
        await until(lambda: len(broker.client.acknowledged) == 200)

    assert received <= 21
    assert intake.bodies == [b"%d" % number for number in range(1, 201)]


async def test_no_more_bytes_wait_than_memory_has_room_for(
    broker: ScriptedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mqtt, "_WAITING_BYTES", 1000)
    intake = Memory()
    intake.open.clear()
    async with running(broker.binding(intake)) as binding:
        for number in range(1, 101):
            broker.client.publish("t/1", b"x" * 300, number)
        await until(lambda: binding.counters.received >= 4)
        await asyncio.sleep(0.2)
        received = binding.counters.received
        intake.open.set()
        await until(lambda: len(broker.client.acknowledged) == 100)

    assert received <= 9
    assert len(intake.payloads) == 100


# The end:


async def test_what_becomes_durable_while_the_binding_stops_is_acknowledged(broker: ScriptedBroker) -> None:
    intake = Memory()
    intake.answering.clear()
    task = asyncio.create_task(broker.binding(intake).run())
    await until(lambda: bool(broker.clients and broker.client.subscriptions))
    broker.client.publish("t/1", b"1", 1)
    await until(lambda: len(intake.payloads) == 1)
    asyncio.get_running_loop().call_later(0.05, intake.answering.set)
    await ended(task)
    await until(lambda: broker.client.gone)

    assert broker.client.acknowledged == [1]
    assert broker.client.said_goodbye


async def test_an_intake_that_hangs_does_not_keep_the_binding_from_stopping(broker: ScriptedBroker) -> None:
    intake = Memory()
    intake.open.clear()
    task = asyncio.create_task(broker.binding(intake).run())
    await until(lambda: bool(broker.clients and broker.client.subscriptions))
    broker.client.publish("t/1", b"1", 1)
    await until(lambda: intake.calls == 1)
    async with asyncio.timeout(1.0):
        await ended(task)
    await until(lambda: broker.client.gone)

    assert broker.client.acknowledged == []
    assert broker.client.said_goodbye


async def test_an_intake_that_is_away_does_not_keep_the_binding_from_stopping(broker: ScriptedBroker) -> None:
    intake = Memory(failures=1000)
    task = asyncio.create_task(broker.binding(intake).run())
    await until(lambda: bool(broker.clients and broker.client.subscriptions))
    broker.client.publish("t/1", b"1", 1)
    await until(lambda: intake.calls > 1)
    async with asyncio.timeout(1.0):
        await ended(task)

    assert task.cancelled()
    assert broker.client.acknowledged == []


async def test_a_binding_that_breaks_says_so(broker: ScriptedBroker) -> None:
    class Broken(Memory):
        async def take(self, payloads: Sequence[Payload]) -> None:
            raise ZeroDivisionError

    binding = broker.binding(Broken())
    task = asyncio.create_task(binding.run())
    await until(lambda: bool(broker.clients and broker.client.subscriptions))
    broker.client.publish("t/1", b"1", 1)

    with pytest.raises(ZeroDivisionError):
        await task
    assert not binding.status.connected
    assert "ZeroDivisionError" in binding.status.error


async def test_a_binding_that_was_stopped_can_run_again(broker: ScriptedBroker) -> None:
    intake = Memory()
    binding = broker.binding(intake)
    async with running(binding):
        pass
    async with running(binding):
        broker.client.publish("t/1", b"1", 1)
        await until(lambda: broker.client.acknowledged == [1])

    assert intake.bodies == [b"1"]


# The session:


async def test_the_session_outlives_the_connection(broker5: ScriptedBroker) -> None:
    async with running(broker5.binding(Memory(), session_expiry_s=3600, receive_maximum=77)):
        connect = broker5.client.connect

    assert connect[6:8] == b"\x05\x00"
    assert b"\x11" + struct.pack("!I", 3600) in connect
    assert b"\x21" + struct.pack("!H", 77) in connect


async def test_the_session_outlives_the_connection_in_mqtt_3(broker3: ScriptedBroker) -> None:
    async with running(broker3.binding(Memory())):
        connect = broker3.client.connect

    assert connect[6:8] == b"\x04\x00"


async def test_retained_messages_come_with_new_subscriptions_only(broker5: ScriptedBroker) -> None:
    async with running(broker5.binding(Memory(), filters=("a/#", "b/+/c"), share="gw")):
        subscriptions = broker5.client.subscriptions

    assert subscriptions == [("$share/gw/a/#", 0x11), ("$share/gw/b/+/c", 0x11)]


async def test_a_live_session_is_not_subscribed_again(broker: ScriptedBroker) -> None:
    async with running(broker.binding(Memory())) as binding:
        broker.session_present = True
        await reconnected(broker, binding)
        second = broker.client.subscriptions
        broker.session_present = False
        await reconnected(broker, binding)
        third = broker.client.subscriptions

    assert second == []
    assert [text for text, _ in third] == ["t/#"]
    assert binding.counters.connects == 3


async def test_a_session_that_the_broker_lost_is_told(broker: ScriptedBroker, caplog: pytest.LogCaptureFixture) -> None:
    async with running(broker.binding(Memory())) as binding:
        await reconnected(broker, binding)

    assert "the broker has lost the session, and what it held for us" in caplog.messages


# Trouble:


@pytest.mark.parametrize(
    ("version", "code", "advice"),
    [
        ("5", 0x84, "mqtt.version"),
        ("5", 0x85, "mqtt.client_id"),
        ("5", 0x86, "mqtt.password"),
        ("5", 0x87, "mqtt.username"),
        ("5", 0x8A, "banned"),
        ("5", 0x9D, "mqtt.host"),
        ("5", 0x88, "Server unavailable"),
        ("3.1.1", 1, "mqtt.version"),
        ("3.1.1", 2, "mqtt.client_id"),
        ("3.1.1", 3, "unavailable"),
        ("3.1.1", 4, "mqtt.password"),
        ("3.1.1", 5, "mqtt.username"),
    ],
)
async def test_a_refusal_says_what_to_do(version: str, code: int, advice: str) -> None:
    async with ScriptedBroker(version).serving() as broker:
        broker.refusal = code
        async with running(broker.binding(Memory()), connected=False) as binding:
            await until(lambda: binding.status.error != "not connected yet")
            status = binding.status

    assert advice in status.error
    assert f"127.0.0.1:{broker.port}" in status.error
    assert not status.connected


async def test_a_refusal_that_lasts_is_an_error_and_not_tried_often(
    broker: ScriptedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    broker.refusal = 0x86 if broker.five else 4
    async with running(broker.binding(Memory()), connected=False) as binding:
        await until(lambda: "mqtt.password" in binding.status.error)
        await asyncio.sleep(0.15)
        tries = len(broker.clients)
        broker.refusal = 0
        await until(lambda: binding.status.connected)

    assert tries == 1
    assert [record.levelname for record in caplog.records if record.levelno > logging.INFO] == ["ERROR"]


async def test_no_credential_is_logged_or_told(broker: ScriptedBroker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    broker.refusal = 0x86 if broker.five else 4
    named = {"username": "somebody", "password": SecretStr("s3cret")}
    async with running(broker.binding(Memory(), **named), connected=False) as binding:
        await until(lambda: "mqtt.password" in binding.status.error)
        told = binding.status.error + "".join(str(record.__dict__) for record in caplog.records)

    assert b"s3cret" in broker.client.connect
    assert "s3cret" not in told
    assert "somebody" not in told


@pytest.mark.parametrize("granted", [0x80, 0])
async def test_a_filter_that_is_refused_is_named(broker: ScriptedBroker, granted: int) -> None:
    broker.granted = [1, granted, 1]
    intake = Memory()
    async with running(broker.binding(intake, filters=("a/#", "secret/#", "c")), connected=False) as binding:
        await until(lambda: "secret/#" in binding.status.error)
        broker.client.publish("a/1", b"1", 1)
        await until(lambda: broker.client.acknowledged == [1])
        status = binding.status

    assert not status.connected
    assert "a/#" not in status.error


async def test_another_client_with_our_name_is_told(broker5: ScriptedBroker) -> None:
    async with running(broker5.binding(Memory())) as binding:
        broker5.client.send(DISCONNECT, b"\x8e")
        await until(lambda: not binding.status.connected)
        error = binding.status.error

    assert "Session taken over" in error
    assert "mqtt.client_id" in error


async def test_a_lost_connection_is_told_and_made_again(broker: ScriptedBroker) -> None:
    async with running(broker.binding(Memory())) as binding:
        since = binding.status.since
        broker.client.drop()
        await until(lambda: not binding.status.connected)
        error = binding.status.error
        await until(lambda: binding.status.connected)

    assert "is lost" in error
    assert binding.counters.connects == 2
    assert binding.status.since > since


async def test_an_outage_keeps_its_beginning(unused_port: int) -> None:
    settings = MqttSettings(host="127.0.0.1", port=unused_port)
    async with running(MqttBinding(settings, Memory(), clock=ticking()), connected=False) as binding:
        await until(lambda: "nothing listens" in binding.status.error)
        since = binding.status.since
        await asyncio.sleep(0.2)

        assert binding.status.since == since


async def test_a_broker_that_says_nothing_is_given_up(broker: ScriptedBroker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_connection, "_OPEN_S", 0.2)
    broker.silent = True
    async with running(broker.binding(Memory()), connected=False) as binding:
        await until(lambda: "nothing answers" in binding.status.error)
        broker.silent = False
        await until(lambda: binding.status.connected)

    assert len(broker.clients) > 1


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 300])
async def test_a_host_without_an_address_is_told(host: str) -> None:
    settings = MqttSettings(host=host)
    async with running(MqttBinding(settings, Memory(), clock=ticking()), connected=False) as binding:
        await until(lambda: binding.status.error != "not connected yet", timeout_s=25)
        error = binding.status.error

    assert "mqtt.host" in error


@pytest.mark.parametrize(
    "bytes_",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\xff\xff\xff\xff\xff", b"\x20\x00", b"\x90\x01\x00", b"\0" * 99],
)
async def test_what_is_no_mqtt_is_told(broker: ScriptedBroker, bytes_: bytes) -> None:
    broker.greeting = bytes_
    async with running(broker.binding(Memory()), connected=False) as binding:
        await until(lambda: binding.status.error != "not connected yet")
        error = binding.status.error
        broker.greeting = None
        await until(lambda: binding.status.connected)

    assert f"127.0.0.1:{broker.port}" in error


@pytest.mark.parametrize("rest", [b"", b"\x00", b"\x00\x09t", b"\x00\x02\xff\xfe\x00\x01\x00body", b"\x00\x01t\x00"])
async def test_a_message_that_is_torn_ends_the_connection_only(broker: ScriptedBroker, rest: bytes) -> None:
    intake = Memory()
    async with running(broker.binding(intake)) as binding:
        broker.client.send(0x32, rest)
        await until(lambda: binding.counters.connects == 2)
        broker.client.publish("t/1", b"whole", 1)
        await until(lambda: broker.client.acknowledged == [1])

    assert intake.bodies == [b"whole"]


# Settings:


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"client_id": ""}, "mqtt.client_id"),
        ({"filters": ()}, "mqtt.filters"),
        ({"filters": ("",)}, "''"),
        ({"filters": ("ok/#", "a/#/b")}, "'a/#/b'"),
        ({"filters": ("a#",)}, "'a#'"),
        ({"filters": ("a/b+/c",)}, "'a/b+/c'"),
        ({"filters": ("##",)}, "'##'"),
        ({"filters": ("a\0b",)}, "no topic filter"),
        ({"filters": ("x" * 65536,)}, "no topic filter"),
        ({"filters": ("$share/g/a",), "share": "h"}, "mqtt.share"),
        ({"share": "a/b"}, "mqtt.share"),
        ({"tls": TlsSettings(enabled=True, ca_file=Path("/nowhere/ca.pem"))}, "/nowhere/ca.pem"),
        ({"tls": TlsSettings(enabled=True, ca_file=Path(__file__))}, "mqtt.tls"),
    ],
)
async def test_settings_that_can_never_work_are_refused(wrong: dict[str, Any], told: str) -> None:
    settings = MqttSettings(host="127.0.0.1", **wrong)

    with pytest.raises(ConfigurationError) as caught:
        MqttBinding(settings, Memory(), clock=ticking())
    assert told in str(caught.value)


@pytest.mark.parametrize("text", ["#", "+", "+/+/#", "/", "a//b", "$SYS/#", "$share/g/a/#", "küche/+"])
async def test_every_topic_filter_is_taken(text: str) -> None:
    binding = MqttBinding(MqttSettings(host="127.0.0.1", filters=(text,)), Memory(), clock=ticking())

    assert binding.name == "mqtt"


@pytest.fixture
async def unused_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    return port
