"""What follows the directory, on a real database and a real log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from semantic_gw.bus.log import LogBus
from semantic_gw.contracts import TopicSpec
from semantic_gw.directory.database import open_database
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.known_things import KnownThings
from semantic_gw.directory.preparation import Preparation
from semantic_gw.directory.projection import Projection
from semantic_gw.directory.tables import STATE
from semantic_gw.lexicon import Lexicon
from semantic_gw.model import Record
from semantic_gw.pipeline.things import Outbox, ThingsFollower
from semantic_gw.settings import DirectorySettings

TOPIC = "semantic.things"


def sensor(id_: str = "urn:dev:sensor", address: str = "shed") -> dict[str, Any]:
    form = {"href": f"http://gateway.example/ingest/{address}"}
    return {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "id": id_,
        "title": "Sensor",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        "properties": {"temperature": {"type": "number", "unit": "Cel", "forms": [form]}},
    }


async def projected(_: Any) -> Projection:
    return Projection(b"")


@pytest_asyncio.fixture
async def directory(tmp_path: Path) -> AsyncIterator[Directory]:
    database = open_database(f"sqlite:///{tmp_path / 'directory.sqlite'}")
    database.start()
    preparation = Preparation(project=projected, warn=lambda _: ())
    yield Directory(database, preparation, DirectorySettings(), clock=lambda: datetime.now(UTC))
    database.stop()


@pytest_asyncio.fixture
async def log(tmp_path: Path) -> AsyncIterator[LogBus]:
    bus = LogBus(tmp_path / "log.sqlite")
    await bus.start()
    await bus.ensure_topics([TopicSpec(TOPIC, compact=True, partitions=1)])
    yield bus
    await bus.stop()


@pytest.fixture
def things() -> KnownThings:
    return KnownThings("https://gateway.example/", lexicon=Lexicon.load())


async def published(log: LogBus) -> list[Record]:
    return list(await log.last(TOPIC, 1000))


async def test_what_is_registered_lifts(directory: Directory, things: KnownThings) -> None:
    await directory.put("urn:dev:sensor", sensor())
    await ThingsFollower(directory, things).catch_up()

    assert [lifter.plan.thing for lifter in things.lifters("shed")] == ["urn:dev:sensor"]


async def test_what_changes_lifts_otherwise(directory: Directory, things: KnownThings) -> None:
    follower = ThingsFollower(directory, things)
    await directory.put("urn:dev:sensor", sensor())
    await follower.catch_up()
    await directory.put("urn:dev:sensor", sensor(address="barn"))
    await follower.catch_up()

    assert things.lifters("barn")
    assert not things.lifters("shed")


async def test_what_is_removed_lifts_no_more(directory: Directory, things: KnownThings) -> None:
    follower = ThingsFollower(directory, things)
    await directory.put("urn:dev:sensor", sensor())
    await follower.catch_up()
    await directory.delete("urn:dev:sensor")
    await follower.catch_up()

    assert len(things) == 0


async def test_an_older_state_never_replaces_a_newer_one(directory: Directory, things: KnownThings) -> None:
    follower = ThingsFollower(directory, things)
    await directory.put("urn:dev:sensor", sensor(address="barn"))
    await follower.catch_up()
    known = things.get("urn:dev:sensor")
    assert known is not None
    follower.registered(known, 1)

    assert things.lifters("barn")


async def test_listeners_are_told_of_what_comes_and_goes(directory: Directory, things: KnownThings) -> None:
    follower = ThingsFollower(directory, things)
    told: list[tuple[str, bool]] = []
    follower.listeners.append(lambda thing, document: told.append((thing, document is not None)))
    await directory.put("urn:dev:sensor", sensor())
    await follower.catch_up()
    await directory.delete("urn:dev:sensor")
    await follower.catch_up()

    assert told == [("urn:dev:sensor", True), ("urn:dev:sensor", False)]


async def test_the_topic_has_the_last_state_of_each_thing(directory: Directory, log: LogBus) -> None:
    outbox = Outbox(directory, log, TOPIC, name="log")
    await directory.put("urn:dev:sensor", sensor())
    await directory.put("urn:dev:gone", sensor("urn:dev:gone"))
    await outbox.flush()
    await directory.patch("urn:dev:sensor", {"title": "Moved"})
    await directory.delete("urn:dev:gone")
    await outbox.flush()
    last = {record.key: record.value for record in await published(log)}

    assert json.loads(last["urn:dev:sensor"] or b"")["title"] == "Moved"
    assert last["urn:dev:gone"] is None


async def test_what_is_published_is_not_published_again(directory: Directory, log: LogBus) -> None:
    outbox = Outbox(directory, log, TOPIC, name="log")
    await directory.put("urn:dev:sensor", sensor())
    await outbox.flush()
    await outbox.flush()

    assert len(await published(log)) == 1


async def test_a_new_log_gets_everything_once_more(directory: Directory, log: LogBus) -> None:
    await directory.put("urn:dev:sensor", sensor())
    outbox = Outbox(directory, log, TOPIC, name="log")
    await outbox.flush()
    await outbox.begin_again()
    await outbox.flush()

    assert [record.key for record in await published(log)] == ["urn:dev:sensor", "urn:dev:sensor"]


async def test_one_of_two_gateways_publishes(directory: Directory, log: LogBus) -> None:
    first, second = (Outbox(directory, log, TOPIC, name="kafka") for _ in range(2))
    await directory.put("urn:dev:sensor", sensor())
    await first.flush()
    await second.flush()

    assert len(await published(log)) == 1


async def test_positions_of_no_change_keep_nobody_waiting(directory: Directory, log: LogBus) -> None:
    await directory.put("urn:dev:sensor", sensor())
    await directory.database.write(lambda connection: connection.execute(update(STATE).values(position=7)).rowcount)
    outbox = Outbox(directory, log, TOPIC, name="log")
    async with asyncio.timeout(5):
        await outbox.flush()

    assert await outbox.behind() == 0
