"""Kafka away: absent at the start, killed, frozen, or unwilling to let us in."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from semantic_gw.bus import kafka_reader
from semantic_gw.bus.kafka import KafkaBus
from semantic_gw.bus.refusal import RecordTooLargeError
from semantic_gw.contracts import Subscription, TopicSpec
from semantic_gw.errors import ConfigurationError, UnavailableError
from semantic_gw.model import Record
from semantic_gw.settings import KafkaSettings
from tests.live.kafka_server import SCRAM, SCRAM_ADMIN, KafkaServer, require_kafka, tls
from tests.live.server_process import free_port

pytestmark = pytest.mark.live

TIMEOUT_S = 2.0


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[KafkaServer]:
    """A broker of the test's own, to do harm to."""
    require_kafka()
    server = KafkaServer(tmp_path / "kafka")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A broker that wants a login: admin may everything, alice nothing."""
    require_kafka()
    users = dict([SCRAM_ADMIN, ("alice", "alice-secret")])
    server = KafkaServer(tmp_path_factory.mktemp("guarded"), SCRAM, users)
    server.start()
    yield server
    server.stop()


def settings(server: KafkaServer, **more: object) -> KafkaSettings:
    return KafkaSettings.model_validate(
        {"bootstrap_servers": server.bootstrap_servers, "request_timeout_s": TIMEOUT_S, **more}
    )


def login(server: KafkaServer, username: str, password: str, mechanism: str = "SCRAM-SHA-256") -> KafkaSettings:
    user = {"username": username, "password": password, "sasl_mechanism": mechanism}
    return settings(server, security_protocol="SASL_PLAINTEXT", **user)


@asynccontextmanager
async def running(given: KafkaSettings) -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(given, refresh_s=0.3)
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


async def read_all(bus: KafkaBus, topic: str) -> list[Record]:
    records: list[Record] = []
    async with bus.subscribe([topic]) as subscription:
        while not await subscription.caught_up():
            records += await subscription.batch(1000, 0.3)
    return records


class Stopwatch:
    """Seconds since it was made, on the loop's clock."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._start = self._loop.time()

    @property
    def seconds(self) -> float:
        return self._loop.time() - self._start


async def test_a_broker_that_is_absent_at_the_start_is_told_at_once() -> None:
    port = free_port()
    bus = KafkaBus(KafkaSettings(bootstrap_servers=f"127.0.0.1:{port}"))
    watch = Stopwatch()

    with pytest.raises(UnavailableError, match=rf"connecting to 127\.0\.0\.1:{port}.*[Cc]onnect"):
        await bus.start()

    assert watch.seconds < 1.0
    await bus.stop()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections, and nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


async def test_a_peer_that_never_answers_is_told_in_time(silent_port: int) -> None:
    bus = KafkaBus(KafkaSettings(bootstrap_servers=f"127.0.0.1:{silent_port}", request_timeout_s=0.5))
    watch = Stopwatch()

    with pytest.raises(UnavailableError, match=r"did not answer within 0\.5 s"):
        await bus.start()

    assert watch.seconds < 2.0
    await bus.stop()


async def test_a_bus_starts_when_its_broker_has_come(tmp_path: Path) -> None:
    require_kafka()
    server = KafkaServer(tmp_path / "kafka")
    bus = KafkaBus(settings(server))
    with pytest.raises(UnavailableError):
        await bus.start()

    await asyncio.to_thread(server.start)
    await bus.start()

    await bus.ensure_topics([TopicSpec("topic")])
    assert len(await bus.publish([Record("topic", "k", b"x")])) == 1
    await bus.stop()
    server.stop()


async def test_nothing_acknowledged_is_lost_and_order_holds_while_the_broker_is_killed(broker: KafkaServer) -> None:
    async with running(settings(broker)) as bus:
        await bus.ensure_topics([TopicSpec("topic", partitions=3)])
        publisher = Publisher(bus)
        publishing = asyncio.create_task(publisher.run())
        for _ in range(2):
            await asyncio.sleep(1.0)
            broker.kill()
            await asyncio.sleep(1.0)
            await asyncio.to_thread(broker.start)
        await asyncio.sleep(1.5)
        publisher.stopping = True
        await asyncio.wait_for(publishing, 60)
        found = await read_all(bus, "topic")

    numbers = [(record.key, int(record.value or b"")) for record in found]
    firsts = list(dict.fromkeys(numbers))
    assert set(publisher.acknowledged) <= set(numbers)
    assert publisher.outages > 0
    assert publisher.slowest < TIMEOUT_S + 1.5
    for key in {key for key, _ in firsts}:
        ordered = [number for k, number in firsts if k == key]
        assert ordered == sorted(ordered)


class Publisher:
    """Publishes batches one after the other, each again until it is acknowledged."""

    def __init__(self, bus: KafkaBus) -> None:
        self._bus = bus
        self.stopping = False
        self.acknowledged: list[tuple[str, int]] = []
        self.outages = 0
        self.slowest = 0.0

    async def run(self) -> None:
        number = 0
        while not self.stopping:
            batch = [(f"key-{n % 7}", n) for n in range(number, number + 50)]
            number += 50
            await self._insist([Record("topic", key, str(n).encode()) for key, n in batch])
            self.acknowledged += batch
            await asyncio.sleep(0.002)

    async def _insist(self, records: list[Record]) -> None:
        while True:
            watch = Stopwatch()
            try:
                await self._bus.publish(records)
            except UnavailableError:
                self.outages += 1
                await asyncio.sleep(0.05)
            else:
                return
            finally:
                self.slowest = max(self.slowest, watch.seconds)


async def test_a_retry_never_overtakes_what_was_given_up(broker: KafkaServer) -> None:
    async with running(settings(broker)) as bus:
        await bus.ensure_topics([TopicSpec("topic", partitions=1)])
        await bus.publish([Record("topic", "k", b"0")])
        broker.freeze()
        for _ in range(2):
            with pytest.raises(UnavailableError, match="did not answer"):
                await bus.publish([Record("topic", "k", b"1")])
        broker.thaw()
        await bus.publish([Record("topic", "k", b"1")])
        await bus.publish([Record("topic", "k", b"2")])
        found = [record.value for record in await read_all(bus, "topic")]

    assert found == sorted(found, key=lambda value: value or b"")
    assert set(found) == {b"0", b"1", b"2"}


@pytest.mark.parametrize("how", [KafkaServer.kill, KafkaServer.freeze], ids=["killed", "frozen"])
async def test_stopping_takes_a_bounded_time_while_the_broker_is_away(
    broker: KafkaServer, how: Callable[[KafkaServer], None]
) -> None:
    async with running(settings(broker)) as bus:
        await bus.ensure_topics([TopicSpec("topic")])
        await bus.publish([Record("topic", "k", b"x")])
        async with bus.subscribe(["topic"], group="g") as subscription:
            await subscription.batch(1, 2.0)
            how(broker)
            with pytest.raises(UnavailableError):
                await bus.publish([Record("topic", "k", b"y")])
            watch = Stopwatch()
        left = watch.seconds
    stopped = watch.seconds - left
    if how is KafkaServer.freeze:
        broker.thaw()

    assert left < 12
    assert stopped < 20
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_a_topic_that_is_not_there_is_named(broker: KafkaServer) -> None:
    async with running(settings(broker)) as bus:
        with pytest.raises(UnavailableError, match=r"there is no topic nowhere: create it, or set bus\.create_topics"):
            await bus.publish([Record("nowhere", "k", b"x")])


async def test_a_commit_is_an_outage_in_time_while_the_broker_is_away(broker: KafkaServer) -> None:
    async with running(settings(broker)) as bus:
        await bus.ensure_topics([TopicSpec("topic")])
        await bus.publish([Record("topic", "k", b"x")])
        async with bus.subscribe(["topic"], group="g") as subscription:
            records = await subscription.batch(1, 5.0)
            broker.kill()
            watch = Stopwatch()
            with pytest.raises(UnavailableError, match="committing"):
                await subscription.commit(records)
            waited = watch.seconds

    assert waited < TIMEOUT_S + 1.0


async def test_a_reader_goes_on_when_the_broker_has_come_back(broker: KafkaServer) -> None:
    async with running(settings(broker)) as bus:
        await bus.ensure_topics([TopicSpec("topic", partitions=1)])
        await bus.publish([Record("topic", "k", b"1")])
        async with bus.subscribe(["topic"], group="g") as subscription:
            await subscription.commit(await subscription.batch(1, 5.0))
            broker.kill()
            await asyncio.to_thread(broker.start)
            await _insist(bus, Record("topic", "k", b"2"))
            found: list[Record] = []
            while not found:
                found += await subscription.batch(1, 5.0)

    assert [record.value for record in found] == [b"2"]


async def test_a_reader_that_hears_nothing_learns_that_the_broker_is_away(
    broker: KafkaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_reader, "_PING_S", 0.5)
    async with running(settings(broker)) as bus:
        await bus.ensure_topics([TopicSpec("topic")])
        await bus.publish([Record("topic", "k", b"x")])
        async with bus.subscribe(["topic"], group="g") as subscription:
            await subscription.batch(1, 5.0)
            broker.kill()
            with pytest.raises(UnavailableError, match="reading"):
                await read_for(subscription, 20.0)


async def _insist(bus: KafkaBus, record: Record) -> None:
    while True:
        try:
            await bus.publish([record])
        except UnavailableError:
            await asyncio.sleep(0.1)
        else:
            return


async def test_a_record_that_only_the_broker_knows_to_be_too_large_is_named(broker: KafkaServer) -> None:
    async with running(settings(broker)) as maker, running(settings(broker, compression="none")) as bus:
        await maker.ensure_topics([TopicSpec("small", partitions=1, max_message_bytes=1000)])
        sizes = (10, 500_000, 20, 30)

        with pytest.raises(RecordTooLargeError, match=r"max\.message\.bytes") as raised:
            await bus.publish([Record("small", "k", bytes(size)) for size in sizes])
        await bus.publish([Record("small", "k", bytes(40))])
        found = await read_all(bus, "small")

    assert raised.value.refused == (1,)
    assert [len(record.value or b"") for record in found] == [10, 20, 30, 40]


async def test_the_log_is_not_flooded_while_the_broker_is_away(
    broker: KafkaServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(settings(broker)) as bus:
        await bus.ensure_topics([TopicSpec("topic")])
        broker.kill()
        with caplog.at_level(logging.INFO), pytest.raises(UnavailableError):
            await bus.publish([Record("topic", "k", b"x")])

    lines = [record.message for record in caplog.records if record.name.startswith("aiokafka")]
    assert len(lines) < 15


@pytest.mark.parametrize(("user", "mechanism"), [(SCRAM_ADMIN, "SCRAM-SHA-256"), (("pat", "pat-secret"), "PLAIN")])
async def test_a_login_works(guarded: KafkaServer, user: tuple[str, str], mechanism: str) -> None:
    async with running(login(guarded, *user, mechanism)) as bus:
        topic = f"login.{mechanism}"
        await bus.ensure_topics([TopicSpec(topic)])
        await bus.publish([Record(topic, "k", b"x")])

        assert len(await read_all(bus, topic)) == 1


async def test_a_wrong_password_says_what_to_check(guarded: KafkaServer) -> None:
    bus = KafkaBus(login(guarded, "admin", "wrong"))

    with pytest.raises(ConfigurationError, match=r"does not let admin in.*check kafka\.username, kafka\.password"):
        await bus.start()

    await bus.stop()


async def test_a_mechanism_that_the_broker_does_not_have_is_told(guarded: KafkaServer) -> None:
    bus = KafkaBus(login(guarded, *SCRAM_ADMIN, "SCRAM-SHA-512"))

    with pytest.raises(ConfigurationError, match=r"kafka\.sasl_mechanism"):
        await bus.start()

    await bus.stop()


@pytest.fixture
async def private_topic(guarded: KafkaServer) -> str:
    async with running(login(guarded, *SCRAM_ADMIN)) as bus:
        await bus.ensure_topics([TopicSpec("private")])
        await bus.publish([Record("private", "k", b"x")])
    return "private"


@pytest.mark.parametrize("group", [None, "g"])
async def test_a_reader_without_rights_is_told_so(guarded: KafkaServer, private_topic: str, group: str | None) -> None:
    async with running(login(guarded, "alice", "alice-secret")) as bus:
        with pytest.raises(ConfigurationError, match=r"reading private: the user alice may not"):
            async with bus.subscribe([private_topic], group=group):
                pass


async def test_a_writer_without_rights_is_told_so(guarded: KafkaServer, private_topic: str) -> None:
    async with running(login(guarded, "alice", "alice-secret")) as bus:
        with pytest.raises(ConfigurationError, match=r"the user alice may not"):
            await bus.publish([Record(private_topic, "k", b"x")])


async def test_a_topic_that_may_not_be_made_is_told(guarded: KafkaServer) -> None:
    async with running(login(guarded, "alice", "alice-secret")) as bus:
        with pytest.raises(ConfigurationError, match=r"the topic mine cannot be made.*grant the right"):
            await bus.ensure_topics([TopicSpec("mine")])


async def test_a_group_without_rights_is_told_so(guarded: KafkaServer, private_topic: str) -> None:
    async with (
        running(login(guarded, "alice", "alice-secret")) as bus,
        bus.subscribe([], group="g", pattern=private_topic) as subscription,
    ):
        with pytest.raises(ConfigurationError, match=r"the user alice may not"):
            await read_for(subscription, 10.0)


async def read_for(subscription: Subscription, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while True:
            await subscription.batch(1, 0.5)


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A broker that encrypts; its authority is in the file ca.pem of its folder."""
    require_kafka()
    folder = tmp_path_factory.mktemp("encrypted")
    server = KafkaServer(folder, tls(folder), dict([SCRAM_ADMIN]))
    server.start()
    yield server
    server.stop()


def encrypted_login(server: KafkaServer, ca_file: Path | None) -> KafkaSettings:
    more = {"security_protocol": "SASL_SSL", "username": SCRAM_ADMIN[0], "password": SCRAM_ADMIN[1]}
    return settings(server, **more, tls={"enabled": True, "ca_file": ca_file})


async def test_an_encrypted_connection_works(encrypted: KafkaServer) -> None:
    async with running(encrypted_login(encrypted, encrypted.folder / "ca.pem")) as bus:
        await bus.ensure_topics([TopicSpec("secret")])
        await bus.publish([Record("secret", "k", b"x")])

        assert len(await read_all(bus, "secret")) == 1


async def test_a_broker_whose_authority_is_not_trusted_says_why(encrypted: KafkaServer) -> None:
    bus = KafkaBus(encrypted_login(encrypted, None))

    with pytest.raises(UnavailableError, match="certificate verify failed"):
        await bus.start()

    await bus.stop()


def test_encryption_that_the_protocol_does_not_have_is_refused() -> None:
    given = KafkaSettings.model_validate({"bootstrap_servers": "127.0.0.1:9092", "tls": {"enabled": True}})

    with pytest.raises(ConfigurationError, match="set it to SSL or SASL_SSL"):
        asyncio.run(KafkaBus(given).start())


def test_a_certificate_that_is_not_there_is_named(tmp_path: Path) -> None:
    tls = {"enabled": True, "ca_file": tmp_path / "ca.pem"}
    given = KafkaSettings.model_validate(
        {"bootstrap_servers": "127.0.0.1:9092", "security_protocol": "SSL", "tls": tls}
    )

    with pytest.raises(ConfigurationError, match=r"ca\.pem cannot be used"):
        asyncio.run(KafkaBus(given).start())
