"""Places are given away in turn, and none is ever lost."""

from __future__ import annotations

import asyncio
import random

import pytest

from semantic_gw.errors import LimitError
from semantic_gw.stores.embedded.lane import Lane


def soon(seconds: float = 5.0) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_as_many_as_there_are_places_need_not_wait() -> None:
    lane = Lane(2)
    await lane.place(soon(0))
    await lane.place(soon(0))

    assert lane.is_full
    assert not lane.is_wanted


async def test_the_next_one_waits_until_one_leaves() -> None:
    lane = Lane(1)
    first = await lane.place(soon())
    waiting = asyncio.create_task(lane.place(soon()))
    await asyncio.sleep(0)
    was_wanted = lane.is_wanted
    first.release()
    await waiting

    assert was_wanted
    assert lane.is_full
    assert not lane.is_wanted


async def test_callers_take_turns_however_many_queries_one_has() -> None:
    lane, order = Lane(1), list[str]()
    place = await lane.place(soon(), "a")

    async def come(name: str) -> None:
        place = await lane.place(soon(), name[0])
        order.append(name)
        place.release()

    tasks = [asyncio.create_task(come(name)) for name in ("a1", "a2", "a3", "b1", "b2", "c1")]
    await asyncio.sleep(0)
    place.release()
    await asyncio.gather(*tasks)

    assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]


async def test_who_waits_too_long_is_told_so() -> None:
    lane = Lane(1)
    await lane.place(soon())

    with pytest.raises(LimitError) as raised:
        await lane.place(soon(0.01))
    assert raised.value.limit == "queue"


async def test_leaving_twice_gives_one_place_free() -> None:
    lane = Lane(1)
    place = await lane.place(soon())
    place.release()
    place.release()
    await lane.place(soon())

    assert lane.is_full


async def test_no_place_is_lost_where_many_come_wait_and_give_up() -> None:
    lane, chance = Lane(3), random.Random(7)

    async def come() -> None:
        try:
            place = await lane.place(soon(chance.random() * 0.01))
        except LimitError:
            return
        try:
            await asyncio.sleep(chance.random() * 0.002)
        finally:
            place.release()

    tasks = [asyncio.create_task(come()) for _ in range(500)]
    for task in tasks:
        if chance.random() < 0.3:
            await asyncio.sleep(0)
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    for _ in range(3):
        await lane.place(soon(0))
    assert lane.is_full
    assert not lane.is_wanted
