"""Matches as they come: server-sent events and WebSocket, on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import msgspec
import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from websockets.asyncio.client import connect

from tests.subscriptions.conftest import World, until
from tests.view.graphs import message

WANTED = {"kinds": ["sgw:AirTemperature"]}


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    """host:port of a server with the standing queries of *world*."""
    app = world.parts.api().in_front_of(PlainTextResponse("elsewhere", 404))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws="websockets-sansio"))
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    world.parts.streams.stop()
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await task


async def events(address: str, count: int, **headers: str) -> list[dict[str, str]]:
    """The first *count* events of a stream."""
    found: list[dict[str, str]] = []
    event: dict[str, str] = {}
    async with (
        httpx.AsyncClient(timeout=10.0) as client,
        client.stream("GET", f"http://{address}/subscriptions/one/events", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name in ("event", "id", "data"):
                event[name] = value
            elif not line and "data" in event:
                found.append(event)
                event = {}
                if len(found) == count:
                    return found
    return found


async def open_stream(world: World) -> None:
    await until(lambda: world.parts.streams.open == 1)
    await asyncio.sleep(0.1)


async def test_a_stream_tells_what_comes(world: World, address: str) -> None:
    await world.ask(filter=WANTED)
    reading = asyncio.create_task(events(address, 1))
    await open_stream(world)
    await world.tell(message(1, t=21.0))
    (event,) = await reading

    assert event["event"] == "match"
    assert msgspec.json.decode(event["data"])["message"].endswith("/1")


async def test_a_client_that_comes_back_goes_on_behind_what_it_knows(world: World, address: str) -> None:
    await world.ask(filter=WANTED)
    await world.tell(message(1, t=21.0), message(2, t=22.0), message(3, t=23.0))
    await world.matches(least=3)
    found = await events(address, 2, **{"Last-Event-ID": "0"})

    assert [event["id"] for event in found] == ["1", "2"]


async def test_a_websocket_tells_what_comes(world: World, address: str) -> None:
    await world.ask(filter=WANTED)
    async with connect(f"ws://{address}/subscriptions/one/events") as peer:
        await open_stream(world)
        await world.tell(message(1, t=21.0))
        found = msgspec.json.decode(await asyncio.wait_for(peer.recv(), 10.0))

    assert found["message"].endswith("/1")


async def test_a_stream_of_nothing_is_not_found(world: World, address: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://{address}/subscriptions/nothing/events")

    assert answer.status_code == 404
