"""Search as a whole: what it knows, what it survives, and what a search may cost. The owner is a real process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator

import psutil
import pytest
import pytest_asyncio

from semantic_gw.directory.search.messages import Batch, Entry
from semantic_gw.directory.search.search import MAX_SEARCHES, Search
from semantic_gw.errors import NotRegisteredError, QueryError, UnavailableError
from semantic_gw.settings import DirectorySettings
from tests.shared import shared

DEADLINE_S = 1.0
SETTINGS = DirectorySettings(search_deadline_s=DEADLINE_S, search_memory_bytes=512 * 1024**2)


class Things:
    """A log of changes, as the directory has one: the newest change of each Thing is kept."""

    def __init__(self) -> None:
        self.log: list[Entry] = []
        self.asked: list[int] = []
        self.forgotten = 0

    def put(self, thing: str, **members: object) -> None:
        self.log.append(Entry(thing, json.dumps({"id": thing, **members}).encode()))

    def remove(self, thing: str) -> None:
        self.log.append(Entry(thing, None))

    async def since(self, position: int) -> AsyncIterator[Batch]:
        self.asked.append(position)
        if 0 < position < self.forgotten:
            raise NotRegisteredError(f"the changes after {position} are no longer kept")
        while position < len(self.log):
            entries = tuple(self.log[position : position + 2])
            position += len(entries)
            yield Batch(position, entries)


@pytest.fixture
def things() -> Things:
    things = Things()
    for index in range(5):
        things.put(f"urn:{index}", title=f"Lamp {index}")
    return things


@pytest.fixture
async def search(things: Things) -> AsyncIterator[Search]:
    search = Search(SETTINGS, things.since)
    yield search
    await search.close()


async def titles(search: Search) -> list[str]:
    found: list[str] = json.loads(await search.jsonpath("$[*].title"))
    return found


async def test_every_language_sees_all_things(search: Search) -> None:
    lamps = [f"Lamp {index}" for index in range(5)]

    assert await titles(search) == lamps
    assert json.loads(await search.xpath("*/title")) == lamps


async def test_things_are_in_code_point_order_of_their_ids(search: Search, things: Things) -> None:
    for thing in ("urn:\U0001f600", "urn:\uffee", "urn:B", "urn:a"):
        things.put(thing)

    found = json.loads(await search.jsonpath("$[5:].id"))

    assert found == ["urn:B", "urn:a", "urn:\uffee", "urn:\U0001f600"]


async def test_a_search_sees_what_was_changed_before_it(search: Search, things: Things) -> None:
    await titles(search)
    things.put("urn:2", title="Lantern")
    things.remove("urn:0")

    assert await titles(search) == ["Lamp 1", "Lantern", "Lamp 3", "Lamp 4"]


async def test_only_changes_are_asked_for(search: Search, things: Things) -> None:
    for _ in range(3):
        await titles(search)

    assert things.asked == [0, 5, 5]


async def test_no_process_runs_before_the_first_search(search: Search) -> None:
    before = search.owner
    await titles(search)

    assert before is None
    assert search.owner is not None


async def test_a_killed_owner_is_replaced_and_reads_everything_again(search: Search) -> None:
    lamps = await titles(search)
    for _ in range(2):
        assert search.owner
        os.kill(search.owner, signal.SIGKILL)

        assert await titles(search) == lamps


async def test_everything_is_read_again_where_changes_are_no_longer_kept(search: Search, things: Things) -> None:
    await titles(search)
    things.remove("urn:0")
    things.forgotten = 6
    things.log = [Entry("urn:9", b'{"title":"Last"}')] * 7

    assert await titles(search) == ["Last"]


async def test_the_owner_ends_with_the_gateway(things: Things) -> None:
    search = Search(SETTINGS, things.since)
    await titles(search)
    owner = search.owner
    await search.close()

    assert owner
    assert not psutil.pid_exists(owner)


async def test_a_search_after_close_starts_again(search: Search) -> None:
    await titles(search)
    await search.close()

    assert len(await titles(search)) == 5


async def test_the_owner_has_no_credentials_in_its_environment(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMANTIC_GW_KAFKA__PASSWORD", "secret")
    await titles(search)

    assert search.owner
    assert "SEMANTIC_GW_KAFKA__PASSWORD" not in psutil.Process(search.owner).environ()


NESTED = "[?@" * 600 + "]" * 600

SLOW = "$[?count($..[?count($..*) > 0]) > 0]"

BOMBS = [
    ("jsonpath", "$" + "..[*, *, *, *, *]" * 6, "longer than"),
    ("jsonpath", SLOW, "longer than 1 s"),
    ("jsonpath", "$" + NESTED, "nested too deeply"),
    ("jsonpath", "$[?" + "(" * 20000 + "@" + ")" * 20000 + "]", "nested too deeply"),
    ("jsonpath", "$[?search(@.long, '(a|aa)+[b-z]')]", "longer than 1 s"),
    ("xpath", "//*[//*[//*[//*[//*]]]]", "longer than 1 s"),
    ("xpath", "1 to 10000000000", "bytes of memory"),
    ("xpath", "string-join((1 to 999999999) ! 'x')", "bytes of memory"),
    ("xpath", "count(for $a in 1 to 9999, $b in 1 to 9999 return $a)", "longer than 1 s"),
    ("xpath", "(" * 30000 + "1", "nested too deeply"),
    ("xpath", "*[matches(long, '^(a|aa|aaa)*(b|a)*(a|aa)*c$')]", "longer than 1 s"),
    ("xpath", "let $f := function($x) { $x } return $f(1)" + " ! (1 to 9999)" * 5, "longer than"),
]


@pytest.fixture(scope="module")
def many() -> Things:
    things = Things()
    for index in range(300):
        things.put(f"urn:{index:03}", title=f"Lamp {index}", long="a" * 200, a={"b": {"c": [1, 2, {"d": [1, 2]}]}})
    return things


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sturdy(many: Things) -> AsyncIterator[Search]:
    search = Search(SETTINGS, many.since)
    yield search
    await search.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("language", "bomb", "complaint"), BOMBS, ids=[f"{b[0]} {b[1][:40]}" for b in BOMBS])
async def test_a_bomb_is_defused_in_time_and_harms_no_other(
    sturdy: Search, language: str, bomb: str, complaint: str
) -> None:
    await sturdy.jsonpath("$[0].id")
    owner, started = sturdy.owner, time.monotonic()

    with pytest.raises(QueryError, match=complaint):
        await getattr(sturdy, language)(bomb)

    assert time.monotonic() - started < DEADLINE_S + 0.5
    assert sturdy.owner == owner
    assert json.loads(await sturdy.jsonpath("$[0].id")) == ["urn:000"]


@pytest.mark.asyncio(loop_scope="module")
async def test_searches_beyond_the_limit_wait_and_are_told_when_it_is_too_long(sturdy: Search) -> None:
    await sturdy.jsonpath("$[0].id")
    slow = [asyncio.create_task(sturdy.jsonpath(SLOW)) for _ in range(MAX_SEARCHES * 2 + 1)]

    ends = await asyncio.gather(*slow, return_exceptions=True)

    assert {type(end) for end in ends} == {QueryError, UnavailableError}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_search_that_nobody_waits_for_is_ended(sturdy: Search) -> None:
    await sturdy.jsonpath("$[0].id")
    task = asyncio.create_task(sturdy.jsonpath(SLOW))
    await asyncio.sleep(0.3)
    busy = children(sturdy.owner)
    task.cancel()
    await asyncio.sleep(0.2)

    assert len(busy) == 2  # one at work, one waiting for the next
    assert len(children(sturdy.owner)) == 1


def children(process: int | None) -> list[int]:
    return [child.pid for child in psutil.Process(process).children()]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_search_reaches_no_network(sturdy: Search) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(QueryError):
            await sturdy.xpath(f"unparsed-text('{address}')")
        with pytest.raises(QueryError):
            await sturdy.xpath(f"doc('{address}')")

        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.asyncio(loop_scope="module")
async def test_a_query_that_is_too_long_is_refused(sturdy: Search) -> None:
    with pytest.raises(QueryError, match="at most 65536"):
        await sturdy.jsonpath("$" + ".a" * 40000)


@pytest.mark.asyncio(loop_scope="module")
async def test_text_that_is_no_unicode_is_searched_for_in_vain(sturdy: Search) -> None:
    assert await sturdy.jsonpath("$[?@.title=='\ud800']") == b"[]"


async def test_real_thing_descriptions_are_searched() -> None:
    things = Things()
    for path in sorted(shared("wot/td-valid").glob("*.json")):
        things.log.append(Entry(path.stem, path.read_bytes()))
    search = Search(SETTINGS, things.since)

    by_path, by_name = json.loads(await search.jsonpath("$..href")), json.loads(await search.xpath("//href"))
    await search.close()

    assert len(by_path) > 100
    assert sorted(map(str, by_path)) == sorted(map(str, by_name))
