"""Who may ask, and when it is whose turn."""

from __future__ import annotations

import asyncio

import pytest

from semantic_gw.errors import LimitError
from semantic_gw.settings import SparqlSettings
from semantic_gw.sparql.admission import Admission, caller_of

LIMITS = {"concurrent": 4, "concurrent_per_caller": 2, "queue": 200, "queue_per_caller": 32, "queue_s": 5.0}


class Crowd:
    """Queries that run until they are told to stop; *order* are those that began, in order."""

    def __init__(self, **settings: float) -> None:
        self.admission = Admission(SparqlSettings.model_validate({**LIMITS, **settings}))
        self.order: list[str] = []
        self.running: dict[str, asyncio.Event] = {}

    async def query(self, caller: str, name: str) -> None:
        async with self.admission.place(caller):
            self.order.append(name)
            self.running[name] = asyncio.Event()
            await self.running[name].wait()

    def ask(self, *names: str) -> list[asyncio.Task[None]]:
        """One query for each of *names*; its first letter is the caller."""
        return [asyncio.create_task(self.query(name[0], name)) for name in names]

    async def end(self, name: str) -> None:
        self.running[name].set()
        await settle()

    async def end_all(self, tasks: list[asyncio.Task[None]]) -> None:
        while not all(task.done() for task in tasks):
            for event in self.running.values():
                event.set()
            await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_no_more_run_at_once_than_there_are_places() -> None:
    crowd = Crowd(concurrent=3, concurrent_per_caller=2)

    tasks = crowd.ask("a1", "a2", "a3", "b1", "b2")
    await settle()

    assert crowd.order == ["a1", "a2", "b1"]
    assert (crowd.admission.running, crowd.admission.waiting) == (3, 2)
    await crowd.end_all(tasks)


async def test_callers_take_turns_however_many_queries_one_has() -> None:
    crowd = Crowd(concurrent=1, concurrent_per_caller=1, queue_per_caller=100)
    tasks = crowd.ask("a0", *(f"a{number}" for number in range(1, 50)), "b1", "c1")
    await settle()

    for _ in range(4):
        await crowd.end(crowd.order[-1])

    assert crowd.order == ["a0", "a1", "b1", "c1", "a2"]
    await crowd.end_all(tasks)


async def test_a_place_that_is_free_is_given_to_whoever_may_have_it() -> None:
    crowd = Crowd(concurrent=4, concurrent_per_caller=2)
    tasks = crowd.ask("a1", "a2", "b1", "b2", "a3", "c1", "c2")
    await settle()

    await crowd.end("b1")
    await crowd.end("b2")

    assert crowd.order == ["a1", "a2", "b1", "b2", "c1", "c2"]
    await crowd.end_all(tasks)


async def test_everything_comes_to_its_turn_in_the_end() -> None:
    crowd = Crowd(concurrent=3, concurrent_per_caller=2)
    names = [f"{caller}{number}" for caller in "abcd" for number in range(10)]

    tasks = crowd.ask(*names)
    await crowd.end_all(tasks)

    assert sorted(crowd.order) == sorted(names)
    assert (crowd.admission.running, crowd.admission.waiting) == (0, 0)


async def test_a_caller_with_too_many_is_refused_and_others_are_not() -> None:
    crowd = Crowd(concurrent=1, concurrent_per_caller=1, queue_per_caller=1)
    tasks = crowd.ask("a1", "a2")
    await settle()

    with pytest.raises(LimitError, match="queue_per_caller") as refused:
        await crowd.query("a", "a3")
    tasks += crowd.ask("b1")
    await settle()

    assert refused.value.limit == "queue"
    assert crowd.admission.waiting == 2
    await crowd.end_all(tasks)


async def test_the_line_of_all_callers_has_an_end() -> None:
    crowd = Crowd(concurrent=1, queue=2)
    tasks = crowd.ask("a1", "b1", "c1")
    await settle()

    with pytest.raises(LimitError, match=r"sparql\.queue\b"):
        await crowd.query("d", "d1")
    await crowd.end_all(tasks)


async def test_whoever_waits_too_long_is_told() -> None:
    crowd = Crowd(concurrent=1, queue_s=0.02)
    tasks = crowd.ask("a1")
    await settle()

    with pytest.raises(LimitError, match=r"0\.02 s"):
        await crowd.query("b", "b1")

    assert crowd.admission.waiting == 0
    await crowd.end_all(tasks)


async def test_whoever_leaves_the_line_holds_up_nobody() -> None:
    crowd = Crowd(concurrent=1)
    first, second, third = crowd.ask("a1", "b1", "c1")
    await settle()

    second.cancel()
    await crowd.end("a1")

    assert crowd.order == ["a1", "c1"]
    await crowd.end_all([first, second, third])


async def test_a_place_given_to_somebody_who_leaves_goes_to_the_next() -> None:
    crowd = Crowd(concurrent=1)
    first, second, third = crowd.ask("a1", "b1", "c1")
    await settle()

    crowd.running["a1"].set()
    await asyncio.sleep(0)  # the place is given to b1, which does not run yet
    second.cancel()
    await settle()

    assert "c1" in crowd.order
    await crowd.end_all([first, second, third])
    assert crowd.admission.running == 0


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "local"),
        ("testclient", "testclient"),
    ],
)
def test_a_caller_is_an_address_or_a_network(address: str, caller: str) -> None:
    assert caller_of(address) == caller
