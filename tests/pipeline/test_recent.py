from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from semantic_gw.model import Outcome, Payload, Position, Source
from semantic_gw.pipeline.recent import RecentMessages
from semantic_gw.pipeline.result import Result


def result(body: bytes) -> Result:
    payload = Payload(body, "", Source("http", "a"), datetime(2026, 11, 24, tzinfo=UTC))
    return Result(payload, Outcome.PUBLISHED)


async def test_the_oldest_messages_go_first() -> None:
    recent = RecentMessages(limit=2)
    results = [result(b"1"), result(b"2"), result(b"3")]
    await recent.add(results, [()] * 3)

    assert recent.get(results[0].payload.id) is None
    assert recent.get(results[2].payload.id) is not None


async def test_payloads_are_bounded_in_bytes() -> None:
    recent = RecentMessages(limit=100, max_bytes=10)
    results = [result(b"123456"), result(b"1234567")]
    await recent.add(results, [()] * 2)

    assert recent.get(results[0].payload.id) is None
    assert recent.get(results[1].payload.id) is not None


async def test_a_waiting_sender_gets_the_outcome() -> None:
    recent = RecentMessages(limit=10)
    ended = result(b"1")
    waiting = asyncio.create_task(recent.wait([ended.payload.id], 5.0))
    await asyncio.sleep(0)
    await recent.add([ended], [(Position("t", 0, 1),)])

    assert (await waiting)[ended.payload.id]["outcome"] == "published"


async def test_a_sender_does_not_wait_for_ever() -> None:
    assert await RecentMessages(limit=10).wait(["0" * 24], 0.01) == {}
