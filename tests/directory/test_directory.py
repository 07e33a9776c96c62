from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from semantic_gw.directory.database import open_database
from semantic_gw.directory.directory import Directory
from semantic_gw.directory.following import news
from semantic_gw.directory.preparation import Preparation
from semantic_gw.directory.projection import Projection
from semantic_gw.directory.register import ChangeType, Condition, ForgottenError
from semantic_gw.errors import ConfigurationError, ConflictError, InvalidDocumentError, NotRegisteredError
from semantic_gw.model import Finding, ThingDescription
from semantic_gw.settings import DirectorySettings

START = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
CONTEXT = "https://www.w3.org/2022/wot/td/v1.1"
DISCOVERY = "https://www.w3.org/2022/wot/discovery"


class Clock:
    """A clock that stands until it is set on."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def lamp(id_: str = "urn:dev:lamp", **members: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "id": id_,
        "title": "Lamp",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        **members,
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


def warn(thing: ThingDescription) -> list[Finding]:
    return [Finding("/title", "nobody reads titles")] if thing.document.get("title") == "Warned" else []


async def projected(_: Any) -> Projection:
    return Projection(b"")


@pytest_asyncio.fixture
async def directory(database_url: str, clock: Clock) -> AsyncIterator[Directory]:
    database = open_database(database_url)
    database.start()
    preparation = Preparation(project=projected, warn=warn)
    yield Directory(database, preparation, DirectorySettings(kept_changes=1000), clock=clock)
    database.stop()


async def document(directory: Directory, thing: str = "urn:dev:lamp") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await directory.get(thing)).body)
    return found


async def test_a_put_description_comes_back_enriched(directory: Directory) -> None:
    done = await directory.put("urn:dev:lamp", lamp(zone="north"))

    assert done.created
    assert list((await document(directory)).items()) == [
        ("@context", [CONTEXT, DISCOVERY]),
        *list(lamp(zone="north").items())[1:],
        ("registration", {"created": "2026-11-24T10:15:00.000Z", "modified": "2026-11-24T10:15:00.000Z"}),
    ]


async def test_putting_again_keeps_created(directory: Directory, clock: Clock) -> None:
    await directory.put("urn:dev:lamp", lamp())
    clock.now += timedelta(seconds=5)
    done = await directory.put("urn:dev:lamp", lamp(title="Light"))

    assert not done.created
    assert (await document(directory))["registration"] == {
        "created": "2026-11-24T10:15:00.000Z",
        "modified": "2026-11-24T10:15:05.000Z",
    }


async def test_an_anonymous_description_gets_a_uuid_behind_its_context(directory: Directory) -> None:
    anonymous = lamp()
    del anonymous["id"]
    done = await directory.create(anonymous)

    assert done.entry.id.startswith("urn:uuid:")
    assert list(await document(directory, done.entry.id))[:2] == ["@context", "id"]


@pytest.mark.parametrize(
    "call",
    [
        lambda directory: directory.create(lamp()),
        lambda directory: directory.put("urn:other", lamp()),
        lambda directory: directory.put("urn:dev:lamp", {**lamp(), "id": None}),
        lambda directory: directory.put("urn:dev:lamp", lamp(title=None)),
        lambda directory: directory.put("urn:dev:lamp", [lamp()]),
        lambda directory: directory.create("lamp"),
    ],
    ids=["create with id", "other id", "no id", "invalid", "array", "text"],
)
async def test_what_is_wrong_is_refused_with_findings(directory: Directory, call: Any) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        await call(directory)

    assert caught.value.findings


async def test_a_merge_patch_changes_what_it_names(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp(description="old", version={"instance": "1"}))
    await directory.patch("urn:dev:lamp", {"description": None, "version": {"instance": "2"}})
    found = await document(directory)

    assert "description" not in found
    assert found["version"] == {"instance": "2"}


async def test_an_empty_patch_renews_the_time_to_live(directory: Directory, clock: Clock) -> None:
    await directory.put("urn:dev:lamp", lamp(registration={"ttl": 60}))
    clock.now += timedelta(seconds=30)
    await directory.patch("urn:dev:lamp", {})

    assert (await document(directory))["registration"]["expires"] == "2026-11-24T10:16:30.000Z"


async def test_expires_is_ignored_beside_a_ttl(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp(registration={"ttl": 60, "expires": "2030-01-01T00:00:00Z"}))

    assert (await document(directory))["registration"]["expires"] == "2026-11-24T10:16:00.000Z"


async def test_a_client_may_not_set_created(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp(registration={"created": "2001-01-01T00:00:00Z"}))

    assert (await document(directory))["registration"]["created"] == "2026-11-24T10:15:00.000Z"


async def test_what_expires_is_purged_and_told(directory: Directory, clock: Clock) -> None:
    await directory.put("urn:dev:lamp", lamp(registration={"ttl": 60}))
    await directory.put("urn:dev:other", lamp("urn:dev:other"))
    clock.now += timedelta(seconds=61)
    purged = await directory.purge()
    (*_, last) = await directory.changes(0)

    assert purged == 1
    assert (last.thing, last.type) == ("urn:dev:lamp", ChangeType.DELETED)
    with pytest.raises(NotRegisteredError):
        await directory.get("urn:dev:lamp")


async def test_the_id_of_a_thing_does_not_change(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp())
    with pytest.raises(InvalidDocumentError):
        await directory.patch("urn:dev:lamp", {"id": "urn:other"})


async def test_what_is_not_registered_is_not_found(directory: Directory) -> None:
    for call in (directory.get("urn:x"), directory.delete("urn:x"), directory.patch("urn:x", {})):
        with pytest.raises(NotRegisteredError):
            await call


async def test_a_condition_that_does_not_hold_changes_nothing(directory: Directory) -> None:
    first = await directory.put("urn:dev:lamp", lamp())
    await directory.put("urn:dev:lamp", lamp(title="Light"))
    stale = Condition(match=frozenset({first.entry.etag}))
    for call in (
        directory.put("urn:dev:lamp", lamp(), stale),
        directory.patch("urn:dev:lamp", {"title": "x"}, stale),
        directory.delete("urn:dev:lamp", stale),
        directory.put("urn:dev:lamp", lamp(), Condition(absent=True)),
        directory.put("urn:dev:new", lamp("urn:dev:new"), Condition(any_match=True)),
    ):
        with pytest.raises(ConflictError):
            await call

    assert (await document(directory))["title"] == "Light"
    assert len(await directory.changes(0)) == 2


async def test_pages_come_in_code_point_order(directory: Directory) -> None:
    ids = ["urn:x:Z", "urn:x:a", "urn:x:é", "urn:x:\uffee", "urn:x:\U0001f600"]
    for id_ in (ids[4], ids[1], ids[3], ids[0], ids[2]):
        await directory.put(id_, lamp(id_))
    page = await directory.page(1, 3)

    assert [json.loads(body)["id"] for body in page.bodies] == ids[1:4]
    assert page.total == 5


async def test_the_listing_changes_when_a_thing_comes_or_goes_only(directory: Directory) -> None:
    listings = []
    await directory.put("urn:dev:lamp", lamp())
    listings.append((await directory.page(0, 10)).listing)
    await directory.patch("urn:dev:lamp", {"title": "Light"})
    listings.append((await directory.page(0, 10)).listing)
    await directory.delete("urn:dev:lamp")
    listings.append((await directory.page(0, 10)).listing)

    assert listings[0] == listings[1] != listings[2]


async def test_changes_are_told_in_order_with_what_changed(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp())
    await directory.put("urn:dev:lamp", lamp(title="Light"))
    await directory.delete("urn:dev:lamp")
    changes = await directory.changes(0)

    assert [change.type for change in changes] == [ChangeType.CREATED, ChangeType.UPDATED, ChangeType.DELETED]
    assert [change.patch and json.loads(change.patch) for change in changes] == [None, {"title": "Light"}, None]
    assert [change.position for change in changes] == sorted(change.position for change in changes)


async def test_concurrent_patches_lose_none(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp(count={}))
    await asyncio.gather(*(directory.patch("urn:dev:lamp", {"count": {str(n): n}}) for n in range(40)))

    assert len((await document(directory))["count"]) == 40


async def test_changes_that_are_forgotten_are_said_to_be(directory: Directory) -> None:
    await asyncio.gather(*(directory.put("urn:dev:lamp", lamp(title=f"Lamp {number}")) for number in range(1100)))
    await directory.forget()
    with pytest.raises(ForgottenError):
        await directory.changes(0)

    assert len(await directory.changes(await directory.position() - 10)) == 10


async def test_who_follows_from_nothing_sees_everything(directory: Directory) -> None:
    for number in range(3):
        await directory.put(f"urn:x:{number}", lamp(f"urn:x:{number}"))
    batches = [batch async for batch in news(directory, 0)]

    assert [entry.id for _, entries, _ in batches for entry in entries] == ["urn:x:0", "urn:x:1", "urn:x:2"]
    assert batches[-1] == (await directory.position(), (), True)


async def test_who_follows_sees_the_last_state_of_what_changed(directory: Directory) -> None:
    await directory.put("urn:x:0", lamp("urn:x:0"))
    after = await directory.position()
    await directory.put("urn:x:1", lamp("urn:x:1"))
    await directory.put("urn:x:1", lamp("urn:x:1", title="Light"))
    await directory.delete("urn:x:0")
    found = {entry.id: entry.body async for _, entries, _ in news(directory, after) for entry in entries}

    assert found["urn:x:0"] is None
    assert json.loads(found["urn:x:1"] or b"")["title"] == "Light"


async def test_a_describers_things_are_registered_once(directory: Directory) -> None:
    thing = ThingDescription("urn:dev:lamp", lamp(), "zigbee2mqtt", "zigbee2mqtt")
    await directory.adopt([thing])
    await directory.adopt([thing])

    assert len(await directory.changes(0)) == 1
    assert (await directory.everything())[0].origin == "zigbee2mqtt"


async def test_a_describers_things_go_when_it_says_so(directory: Directory) -> None:
    await directory.adopt([ThingDescription("urn:dev:lamp", lamp())])
    await directory.adopt([], ["urn:dev:lamp", "urn:unknown"])

    assert [change.type for change in await directory.changes(0)] == [ChangeType.CREATED, ChangeType.DELETED]


async def test_warnings_stand_in_the_registration(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp(title="Warned"))

    assert (await document(directory))["registration"]["warnings"] == [
        {"pointer": "/title", "detail": "nobody reads titles"}
    ]


async def test_a_listener_is_told_before_the_answer(directory: Directory) -> None:
    told: list[Any] = []
    directory.listeners.append(lambda id_, thing, _: told.append((id_, thing and thing.document)))
    await directory.put("urn:dev:lamp", lamp(registration={"ttl": 60}))
    await directory.delete("urn:dev:lamp")

    assert told == [("urn:dev:lamp", lamp()), ("urn:dev:lamp", None)]


async def test_a_listener_that_fails_does_not_fail_the_client(directory: Directory) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    directory.listeners.append(fail)
    done = await directory.put("urn:dev:lamp", lamp())

    assert done.created


async def test_one_claim_at_a_time_holds_a_duty(directory: Directory, clock: Clock) -> None:
    claims = [await directory.claim("outbox", "a", 10), await directory.claim("outbox", "b", 10)]
    clock.now += timedelta(seconds=11)
    claims.append(await directory.claim("outbox", "b", 10))

    assert claims == [True, False, True]


async def test_a_database_opened_twice_keeps_what_it_has(directory: Directory, database_url: str) -> None:
    await directory.put("urn:dev:lamp", lamp())
    again = open_database(database_url)
    again.start()
    found = await again.read(lambda connection: connection.execute(text("SELECT count(*) FROM things")).scalar())
    again.stop()

    assert found == 1


async def test_a_database_of_a_newer_gateway_is_refused(directory: Directory, database_url: str) -> None:
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    await directory.database.write(lambda connection: connection.execute(newer).rowcount)
    with pytest.raises(ConfigurationError, match="9999"):
        open_database(database_url).start()


def test_another_kind_of_database_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="mysql"):
        open_database("mysql://localhost/x")


async def test_a_write_that_is_cancelled_keeps_no_other_from_writing(directory: Directory) -> None:
    cancelled = asyncio.create_task(directory.put("urn:dev:lamp", lamp()))
    await asyncio.sleep(0)
    cancelled.cancel()
    async with asyncio.timeout(5):
        done = await directory.put("urn:dev:other", lamp("urn:dev:other"))

    assert done.created


async def test_claims_use_up_no_positions(directory: Directory) -> None:
    before = await directory.position()
    await directory.claim("polling", "a", 1)

    assert await directory.position() == before


async def test_changes_that_are_not_published_yet_are_kept(directory: Directory) -> None:
    await directory.claim("outbox", "a", 1)
    await directory.put("urn:dev:lamp", lamp())
    await directory.reach("outbox", 1)
    await asyncio.gather(*(directory.put("urn:dev:lamp", lamp(title=f"Lamp {number}")) for number in range(1100)))
    await directory.forget()

    assert await directory.changes(1)


@pytest.mark.parametrize("expires", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00"])
async def test_a_moment_out_of_range_is_refused(directory: Directory, expires: str) -> None:
    with pytest.raises(InvalidDocumentError):
        await directory.put("urn:dev:lamp", lamp(registration={"expires": expires}))


@pytest.mark.parametrize("expires", ["2036-12-31T23:59:60Z", "2036-12-31t23:59:00z"])
async def test_a_moment_may_be_written_as_the_standard_lets_it(directory: Directory, expires: str) -> None:
    await directory.put("urn:dev:lamp", lamp(registration={"expires": expires}))

    assert (await document(directory))["registration"]["expires"].startswith("2036-11-2")


async def test_patches_do_not_grow_a_description_beyond_the_limit(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp(**{f"ex:{number}": "x" * 60_000 for number in range(17)}))
    with pytest.raises(InvalidDocumentError, match="max_description_bytes"):
        await directory.patch("urn:dev:lamp", {"ex:more": "x" * 60_000})


async def test_a_thing_put_by_hand_gets_its_describers_origin(directory: Directory) -> None:
    await directory.put("urn:dev:lamp", lamp())
    await directory.adopt([ThingDescription("urn:dev:lamp", lamp(), "bridge", "zigbee2mqtt")])

    assert (await directory.everything())[0].origin == "bridge"
