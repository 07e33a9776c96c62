"""Quick queries are not held up by slow ones, not even by those of the same caller."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from semantic_gw.contracts import GraphAnswer
from semantic_gw.errors import LimitError
from semantic_gw.settings import SparqlSettings
from semantic_gw.sparql.turns import Turns

SETTINGS = SparqlSettings(concurrent=2, concurrent_per_caller=1, queue=50, queue_per_caller=20, queue_s=3.0)


class Engine:
    """Answers after a while; knows how often each query began, and which are at work."""

    def __init__(self) -> None:
        self.begun: Counter[int] = Counter()
        self.at_work: Counter[int] = Counter()

    @asynccontextmanager
    async def ask(self, key: int, seconds: float) -> AsyncIterator[GraphAnswer]:
        self.begun[key] += 1
        self.at_work[key] += 1
        try:
            await asyncio.sleep(seconds)
            yield GraphAnswer("text/csv", nothing())
        finally:
            self.at_work[key] -= 1


async def nothing() -> AsyncIterator[bytes]:
    yield b""


class Place:
    def __init__(self) -> None:
        self.turns = Turns(SETTINGS)
        self.engine = Engine()
        self.floods: list[asyncio.Task[None]] = []

    async def ask(self, caller: str, key: int, seconds: float) -> None:
        async with self.turns.run(caller, key, lambda: self.engine.ask(key, seconds)):
            pass

    def flood(self, caller: str, key: int, count: int) -> None:
        self.floods += [asyncio.create_task(self.ask(caller, key, 30.0)) for _ in range(count)]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    place = Place()
    yield place
    for task in place.floods:
        task.cancel()
    await asyncio.gather(*place.floods, return_exceptions=True)


async def test_a_quick_query_of_a_caller_does_not_wait_for_its_slow_ones(place: Place) -> None:
    place.flood("a", key=1, count=20)
    await asyncio.sleep(0.3)

    await asyncio.wait_for(place.ask("a", 2, 0.0), 0.1)


async def test_a_caller_has_no_more_slow_queries_at_work_than_it_may(place: Place) -> None:
    place.flood("a", key=1, count=20)

    await asyncio.sleep(0.5)

    assert place.engine.at_work[1] == 1


async def test_another_caller_gets_a_place_for_its_slow_query(place: Place) -> None:
    place.flood("a", key=1, count=20)
    await asyncio.sleep(0.3)

    await asyncio.wait_for(place.ask("b", 3, 0.3), 1)


async def test_a_slow_query_goes_on_where_it_may(place: Place) -> None:
    await place.ask("a", 1, 0.25)

    assert place.engine.begun[1] == 1


async def test_a_slow_query_without_a_place_begins_again_in_its_turn(place: Place) -> None:
    place.flood("a", key=1, count=1)
    await asyncio.sleep(0.15)

    place.flood("a", key=2, count=1)
    await asyncio.sleep(0.2)

    assert (place.engine.begun[2], place.engine.at_work[2]) == (1, 0)
    assert place.turns.waiting == 1


async def test_a_query_that_was_slow_once_is_tried_among_the_quick_ones_after_it_was_quick(place: Place) -> None:
    await place.ask("a", 1, 0.2)
    await place.ask("a", 1, 0.0)
    place.flood("a", key=2, count=1)
    await asyncio.sleep(0.15)

    await asyncio.wait_for(place.ask("a", 1, 0.0), 0.1)


async def test_what_goes_wrong_leaves_the_place(place: Place) -> None:
    @asynccontextmanager
    async def fail() -> AsyncIterator[GraphAnswer]:
        raise LimitError("too much", limit="memory")
        yield  # type: ignore[unreachable]  # pragma: no cover

    with pytest.raises(LimitError, match="too much"):
        async with place.turns.run("a", 1, fail):
            pass

    assert place.turns.running == 0
