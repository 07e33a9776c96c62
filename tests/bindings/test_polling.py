from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest
from pydantic import SecretStr

from semantic_gw.bindings import polling
from semantic_gw.bindings.polling import Poller, Status
from semantic_gw.errors import ConfigurationError, PayloadTooLargeError
from semantic_gw.model import Json, Source
from semantic_gw.settings import PollingSettings
from tests.bindings.http_server import ticking
from tests.bindings.mqtt_broker import Memory, ended, until
from tests.device_server import Device, dripping, reply, silence

EVERY = 0.05
"""The interval of the Things of these tests, in seconds."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_FIRST_S", 0.0)
    monkeypatch.setattr(polling, "_RETRY_S", (0.01, 0.05))


@pytest.fixture
async def device() -> AsyncIterator[Device]:
    async with Device({"/a": reply(b'{"a":1}')}).serving() as device:
        yield device


def thing(device: Device, *hrefs: str, **members: Json) -> dict[str, Json]:
    """A Thing whose properties are read at *hrefs*."""
    security = {"securityDefinitions": {"none": {"scheme": "nosec"}}, "security": "none"}
    properties = {f"p{n}": {"forms": [{"href": href}]} for n, href in enumerate(hrefs)}
    return {"base": device.url, "sgw:pollInterval": EVERY, "properties": properties, **security, **members}


def poller(intake: Memory, *, owns: Callable[[str], bool] = lambda _thing: True, **settings: Any) -> Poller:
    given = {"hosts": ("127.0.0.1",), "min_interval_s": 0.02, "timeout_s": 1.0, **settings}
    return Poller(PollingSettings(**given), intake, clock=ticking(), owns=owns)


@asynccontextmanager
async def running(poller: Poller, *things: tuple[str, Json]) -> AsyncIterator[Poller]:
    poller.things(things)
    task = asyncio.create_task(poller.run())
    try:
        yield poller
    finally:
        await ended(task)


async def polled(device: Device, *hrefs: str, times: int = 1, **settings: Any) -> Memory:
    """What came of reading *hrefs* until so many answers were taken."""
    intake = Memory()
    async with running(poller(intake, **settings), ("urn:t:1", thing(device, *hrefs))):
        await until(lambda: len(intake.payloads) >= times)
    return intake


async def failing(device: Device, **settings: Any) -> tuple[Memory, Status]:
    """What came of reading `/a` until it failed, and what was said of it."""
    intake = Memory()
    async with running(poller(intake, **settings), ("urn:t:1", thing(device, "/a"))) as running_poller:
        await until(lambda: running_poller.counters.failed > 0)
        return intake, running_poller.status["urn:t:1"]


def moments(device: Device) -> list[float]:
    """The times at which the device was asked, in seconds, from now on."""
    found: list[float] = []

    async def answer(writer: asyncio.StreamWriter) -> None:
        found.append(asyncio.get_running_loop().time())
        writer.write(previous if isinstance(previous, bytes) else b"")

    previous = device.answers["/a"]
    device.answers["/a"] = answer
    return found


def gaps(moments: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(moments)]


# What becomes of an answer:


async def test_an_answer_becomes_a_payload(device: Device) -> None:
    intake = await polled(device, "/a")
    payload = intake.payloads[0]

    assert payload.body == b'{"a":1}'
    assert payload.source == Source("http", f"{device.url}/a")
    assert payload.content_type == "application/json"


async def test_the_content_type_is_that_of_the_answer(device: Device) -> None:
    device.answers["/a"] = reply(b"1", content_type="application/cbor")

    assert (await polled(device, "/a")).payloads[0].content_type == "application/cbor"


async def test_without_a_content_type_that_of_the_form_counts(device: Device) -> None:
    device.answers["/a"] = reply(b"1", content_type="")

    assert (await polled(device, "/a")).payloads[0].content_type == "application/json"


async def test_answers_to_other_queries_come_from_other_addresses(device: Device) -> None:
    device.answers |= {"/a?id=0": reply(b"0"), "/a?id=1": reply(b"1")}
    intake = await polled(device, "/a?id=0", "/a?id=1", times=4)

    assert all(payload.source.address == f"{device.url}/a?id={payload.body.decode()}" for payload in intake.payloads)


async def test_each_answer_has_a_time_of_its_own(device: Device) -> None:
    times = [payload.received_at for payload in (await polled(device, "/a", times=4)).payloads]

    assert times == sorted(set(times))


async def test_one_reading_serves_all_properties_that_share_a_url(device: Device) -> None:
    intake = Memory()
    async with running(poller(intake), ("urn:t:1", thing(device, "/a", "/a", "/a", **{"sgw:pollInterval": 60}))):
        await until(lambda: len(intake.payloads) > 0)
        await asyncio.sleep(0.1)

    assert device.paths == ["/a"]


async def test_a_secret_is_sent(device: Device) -> None:
    security = {"securityDefinitions": {"s": {"scheme": "bearer"}}, "security": "s"}
    intake = Memory()
    credentials = {f"127.0.0.1:{device.port}": SecretStr("t0ken")}
    async with running(poller(intake, credentials=credentials), ("urn:t:1", thing(device, "/a", **security))):
        await until(lambda: len(intake.payloads) > 0)

    assert device.asked[0].headers["authorization"] == "Bearer t0ken"


# When it is read:


async def test_a_thing_is_read_again_after_its_interval(device: Device) -> None:
    found = moments(device)
    await polled(device, "/a", times=6)

    assert all(gap >= 0.8 * EVERY for gap in gaps(found)[1:])


async def test_a_thing_is_never_read_twice_at_once(device: Device) -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3 * EVERY)
        writer.write(reply(b"1"))

    device.answers |= {"/a": slow, "/b": slow}
    await polled(device, "/a", "/b", times=4)

    assert device.busiest == 1


async def test_things_are_read_side_by_side_up_to_a_bound(device: Device) -> None:
    device.answers["/a"] = silence
    device.answers |= {f"/{n}": silence for n in range(10)}
    things = [(f"urn:t:{n}", thing(device, f"/{n}")) for n in range(10)]
    async with running(poller(Memory(), max_concurrent=3), *things):
        await until(lambda: len(device.asked) >= 3)
        await asyncio.sleep(0.2)

        assert len(device.asked) == 3


async def test_of_things_that_share_a_url_one_is_read(device: Device) -> None:
    intake = Memory()
    things = [(f"urn:t:{n}", thing(device, "/a", **{"sgw:pollInterval": 60})) for n in range(3)]
    async with running(poller(intake), *things):
        await until(lambda: len(intake.payloads) > 0)
        await asyncio.sleep(0.1)

    assert device.paths == ["/a"]


async def test_the_other_takes_over_where_the_first_of_those_is_dropped(device: Device) -> None:
    intake = Memory()
    things = [(f"urn:t:{n}", thing(device, "/a")) for n in range(2)]
    async with running(poller(intake), *things) as polling_things:
        await until(lambda: len(intake.payloads) > 0)
        polling_things.things([("urn:t:0", None)])
        before = len(intake.payloads)
        await until(lambda: len(intake.payloads) > before)


async def test_a_thing_of_another_gateway_is_not_read(device: Device) -> None:
    device.answers["/b"] = reply(b"2")
    intake = Memory()
    things = [("urn:t:1", thing(device, "/a")), ("urn:t:2", thing(device, "/b"))]
    async with running(poller(intake, owns=lambda thing: thing == "urn:t:2"), *things):
        await until(lambda: len(intake.payloads) > 3)

    assert set(device.paths) == {"/b"}


async def test_a_thing_that_becomes_ours_is_read(device: Device) -> None:
    ours: set[str] = set()
    intake = Memory()
    async with running(poller(intake, owns=ours.__contains__), ("urn:t:1", thing(device, "/a"))):
        await asyncio.sleep(2 * EVERY)
        assert device.asked == []
        ours.add("urn:t:1")
        await until(lambda: len(intake.payloads) > 0)


# When descriptions change:


async def test_a_thing_that_is_registered_later_is_read(device: Device) -> None:
    intake = Memory()
    async with running(poller(intake)) as polling_things:
        await asyncio.sleep(0.01)
        polling_things.things([("urn:t:1", thing(device, "/a"))])
        await until(lambda: len(intake.payloads) > 0)


async def test_a_thing_that_is_deleted_is_not_read_any_more(device: Device) -> None:
    intake = Memory()
    async with running(poller(intake), ("urn:t:1", thing(device, "/a"))) as polling_things:
        await until(lambda: len(intake.payloads) > 0)
        polling_things.things([("urn:t:1", None)])
        asked = len(device.asked)
        await asyncio.sleep(4 * EVERY)

        assert len(device.asked) == asked
        assert polling_things.status == {}


async def test_a_thing_that_moves_is_read_at_its_new_address(device: Device) -> None:
    device.answers["/b"] = reply(b"2")
    intake = Memory()
    async with running(poller(intake), ("urn:t:1", thing(device, "/a"))) as polling_things:
        await until(lambda: len(intake.payloads) > 0)
        polling_things.things([("urn:t:1", thing(device, "/b"))])
        await until(lambda: b"2" in intake.bodies)
        before = device.paths.count("/a")
        await asyncio.sleep(4 * EVERY)

        assert device.paths.count("/a") == before


async def test_a_change_that_is_not_of_the_schedule_does_not_start_it_anew(device: Device) -> None:
    intake = Memory()
    slow = {"sgw:pollInterval": 60}
    async with running(poller(intake), ("urn:t:1", thing(device, "/a", **slow))) as polling_things:
        await until(lambda: len(intake.payloads) > 0)
        polling_things.things([("urn:t:1", thing(device, "/a", title="new", **slow))])
        await asyncio.sleep(0.1)

    assert device.paths == ["/a"]


async def test_what_cannot_be_followed_is_told(device: Device) -> None:
    document = thing(device, "/a", security="unknown")
    async with running(poller(Memory()), ("urn:t:1", document)) as polling_things:
        (remark,) = polling_things.status["urn:t:1"].remarks

        assert remark.pointer == "/properties/p0/forms/0"


async def test_without_hosts_nothing_is_read(device: Device) -> None:
    async with running(poller(Memory(), hosts=()), ("urn:t:1", thing(device, "/a"))) as polling_things:
        await asyncio.sleep(2 * EVERY)

        assert polling_things.status == {}
        assert device.asked == []


def test_a_host_that_is_none_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigurationError, match="neither a host name nor a network"):
        poller(Memory(), hosts=("http://lamp",))


# Devices that fail:


@pytest.mark.parametrize("status", [204, 301, 400, 401, 404, 429, 500, 503])
async def test_a_status_that_is_no_reading_is_told_and_not_taken(device: Device, status: int) -> None:
    device.answers["/a"] = reply(b"" if status == 204 else b"no", status)
    intake, told = await failing(device)

    assert intake.payloads == []
    assert f"{device.url}/a answers {status}" in told.error
    assert told.last_success is None


async def test_a_redirect_to_the_metadata_of_a_cloud_is_not_followed(device: Device) -> None:
    device.answers["/a"] = reply(b"", 302, Location="http://169.254.169.254/latest/meta-data/")
    intake, told = await failing(device, hosts=("127.0.0.1", "169.254.169.254"))

    assert intake.payloads == []
    assert "a redirect, which is not followed" in told.error


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (silence, "gave no whole answer within 0.2 s"),
        (dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"1", 0.02), "gave no whole answer within 0.2 s"),
        (reply(2000 * b"1"), "more than 1024 bytes"),
        (reply(b"1", Content_Encoding="gzip"), "compressed"),
        (b"garbage\r\n\r\n", "does not answer"),
        (b"", "does not answer"),
    ],
    ids=["silence", "a drip", "a huge body", "a compressed body", "garbage", "nothing"],
)
async def test_a_bad_answer_is_told_and_not_taken(device: Device, answer: Any, told: str) -> None:
    device.answers["/a"] = answer
    intake, status = await failing(device, timeout_s=0.2, max_body_bytes=1024)

    assert intake.payloads == []
    assert told in status.error


@pytest.mark.parametrize("host", ["10.0.0.0/8", "localhost", "127.0.0.2"])
async def test_a_host_that_is_not_allowed_is_not_read(device: Device, host: str) -> None:
    _, status = await failing(device, hosts=(host,))

    assert "in no network allowed" in status.error
    assert device.asked == []


async def test_a_device_that_is_switched_off_is_read_when_it_is_back() -> None:
    intake, device = Memory(), Device({"/a": reply(b"1")})
    polling_things = poller(intake)
    async with device.serving():
        port = device.port
        task = asyncio.create_task(polling_things.run())
        polling_things.things([("urn:t:1", thing(device, "/a"))])
        await until(lambda: len(intake.payloads) > 0)
    await until(lambda: polling_things.status["urn:t:1"].error != "")
    before = len(intake.payloads)
    async with device.serving(port=port):
        await until(lambda: len(intake.payloads) > before)
        await until(lambda: polling_things.status["urn:t:1"].error == "")
        await ended(task)

    assert polling_things.status["urn:t:1"].last_success is not None


async def test_a_failing_device_is_left_alone_for_longer_each_time(device: Device) -> None:
    device.answers["/a"] = reply(b"", 500)
    found = moments(device)
    async with running(poller(Memory()), ("urn:t:1", thing(device, "/a"))):
        await until(lambda: len(found) == 5)

    assert all(gap >= 0.95 * 2**n * EVERY for n, gap in enumerate(gaps(found), 1))


async def test_the_longest_pause_is_bounded(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "_LONGEST_PAUSE_S", 0.1)
    device.answers["/a"] = reply(b"", 500)
    found = moments(device)
    async with running(poller(Memory()), ("urn:t:1", thing(device, "/a"))):
        await until(lambda: len(found) == 9, timeout_s=5)


async def test_one_url_that_fails_does_not_hold_up_the_others(device: Device) -> None:
    device.answers["/b"] = reply(b"", 500)
    await polled(device, "/a", "/b", times=12)

    assert device.paths.count("/b") < 6


async def test_a_device_that_does_not_answer_is_not_asked_for_every_url(device: Device) -> None:
    device.answers |= {f"/{n}": silence for n in range(5)}
    async with running(
        poller(Memory(), timeout_s=0.1), ("urn:t:1", thing(device, *device.answers, **{"sgw:pollInterval": 60}))
    ) as polling_things:
        device.answers["/a"] = silence
        await until(lambda: polling_things.counters.failed > 0)
        await asyncio.sleep(0.3)

        assert len(device.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_the_pause_that_a_device_asks_for_is_kept(device: Device, status: int) -> None:
    device.answers["/a"] = reply(b"", status, Retry_After="1")
    found = moments(device)
    async with running(poller(Memory()), ("urn:t:1", thing(device, "/a"))):
        await until(lambda: len(found) == 2)

    assert 1.0 <= gaps(found)[0] < 2.0


@pytest.mark.parametrize(
    ("value", "pause_s"),
    [("120", 120), ("0", 0), ("", 0), ("-5", 0), ("soon", 0), ("9" * 400, 86400), ("²", 0), ("1.5", 0)],
)
def test_a_pause_is_a_number_of_seconds(value: str, pause_s: float) -> None:
    assert polling._retry_after(value) == pause_s


def test_a_pause_may_be_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)

    assert 95 < polling._retry_after(date) <= 100
    assert polling._retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0


async def test_an_error_is_logged_once(device: Device, caplog: pytest.LogCaptureFixture) -> None:
    device.answers["/a"] = reply(b"", 404)
    with caplog.at_level(logging.INFO, "semantic_gw"):
        async with running(poller(Memory()), ("urn:t:1", thing(device, "/a"))) as polling_things:
            await until(lambda: polling_things.counters.failed >= 3)
            device.answers["/a"] = reply(b"1")
            await until(lambda: polling_things.status["urn:t:1"].error == "")

    assert [record.message for record in caplog.records] == ["a device cannot be read", "a device answers again"]


# An intake that fails:


async def test_an_answer_is_kept_until_the_intake_takes_it(device: Device) -> None:
    intake = Memory(failures=5)
    async with running(poller(intake), ("urn:t:1", thing(device, "/a"))):
        await until(lambda: len(intake.payloads) > 0)
        asked = len(device.asked)

    assert intake.calls >= 6
    assert asked <= intake.calls - 5 + 1


async def test_an_answer_that_no_record_holds_is_refused(device: Device) -> None:
    intake = Memory(largest_bytes=3)
    async with running(poller(intake), ("urn:t:1", thing(device, "/a"))) as polling_things:
        await until(lambda: polling_things.counters.refused > 0)

        assert str(PayloadTooLargeError("a record is too large")) in polling_things.status["urn:t:1"].error


async def test_readings_are_counted(device: Device) -> None:
    intake = Memory()
    async with running(poller(intake), ("urn:t:1", thing(device, "/a"))) as polling_things:
        await until(lambda: len(intake.payloads) >= 3)
    counters = polling_things.counters

    assert counters.taken == len(intake.payloads)
    assert counters.failed == 0
    assert 0 <= counters.read - counters.taken <= 1


async def test_ten_thousand_things_may_share_a_url(device: Device) -> None:
    things = [(f"urn:t:{n}", thing(device, "/a", **{"sgw:pollInterval": 3600})) for n in range(10_000)]
    intake = Memory()
    async with running(poller(intake), *things) as polling_things:
        await until(lambda: len(intake.payloads) == 1)

        assert len(polling_things.status) == 10_000
