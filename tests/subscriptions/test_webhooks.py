"""Webhooks: signed, tried again, and never in the way of each other."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import msgspec
import pytest

from semantic_gw.settings import SubscriptionsSettings
from tests.http_peer import Quiet, serving
from tests.subscriptions.conftest import LIMITS, World, opened, until
from tests.view.graphs import message

WANTED = {"kinds": ["sgw:AirTemperature"]}
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


@dataclass
class Receiver:
    """Answers with *statuses* one after the other, then 204."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(found.statuses.pop(0) if found.statuses else 204)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

    with serving(Handler) as url:
        found.url = url
        yield found


async def hook(world: World, url: str, id_: str = "one") -> None:
    deliver = {"webhook": {"url": f"{url}/hook", "secret": SECRET}}
    await world.ask(id_, filter=WANTED, deliver=deliver)


async def test_a_match_is_sent_and_signed(world: World, receiver: Receiver) -> None:
    await hook(world, receiver.url)
    await world.tell(message(1, t=21.0))
    await until(lambda: receiver.taken)
    headers, body = receiver.taken[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(SECRET.removeprefix("whsec_")), signed, hashlib.sha256).digest()

    assert headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
    assert headers["webhook-id"] == msgspec.json.decode(body)["id"]


async def test_what_failed_is_sent_again_under_the_same_id(world: World, receiver: Receiver) -> None:
    receiver.statuses = [500]
    await hook(world, receiver.url)
    await world.tell(message(1, t=21.0))
    await until(lambda: len(receiver.taken) == 2)
    first, second = (headers["webhook-id"] for headers, _ in receiver.taken)

    assert first == second


async def test_a_redirect_is_not_followed(world: World, receiver: Receiver) -> None:
    receiver.statuses = [307]
    await hook(world, receiver.url)
    await world.tell(message(1, t=21.0))
    await until(lambda: len(receiver.taken) == 2)

    async def told() -> Any:
        return (await world.health())["failed"] == 1

    await until(told)


async def test_who_wants_no_more_is_left_alone(world: World, receiver: Receiver) -> None:
    receiver.statuses = [410]
    await hook(world, receiver.url)
    await world.tell(message(1, t=21.0))

    async def suspended() -> Any:
        return (await world.health())["state"] == "suspended"

    await until(suspended)

    assert "410" in (await world.health())["lastError"]


async def test_a_dead_one_holds_up_no_other(world: World, receiver: Receiver) -> None:
    await hook(world, "http://127.0.0.1:9", "dead")
    await hook(world, receiver.url)
    await world.tell(*(message(number, t=21.0) for number in range(20)))
    await until(lambda: len(receiver.taken) == 20)

    assert (await world.health("dead"))["state"] == "active"


async def test_one_that_failed_too_long_is_suspended(tmp_path: Path) -> None:
    limits = LIMITS.model_copy(update={"suspend_after_s": 0.5})
    async with opened(tmp_path, limits) as world:
        await hook(world, "http://127.0.0.1:9", "dead")
        await world.tell(message(1, t=21.0))

        async def suspended() -> Any:
            return (await world.health("dead"))["state"] == "suspended"

        await until(suspended, seconds=20.0)


async def test_a_restart_goes_on_where_it_was(world: World, receiver: Receiver) -> None:
    await hook(world, receiver.url)
    await world.tell(message(1, t=21.0))
    await until(lambda: receiver.taken)

    async def delivered() -> Any:
        return (await world.health())["delivered"] == 1

    await until(delivered)
    await world.stop()
    world.make()
    world.start()
    await world.tell(message(2, t=21.0))
    await until(lambda: len(receiver.taken) == 2)

    assert [msgspec.json.decode(body)["message"][-1] for _, body in receiver.taken] == ["1", "2"]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://hooks.example.com:8443/x", 201),
        ("https://[2606:4700::1111]/x", 201),
        ("https://192.168.1.7/x", 400),
        ("https://[::1]:8080/x", 400),
        ("http://hooks.example.com/x", 400),
    ],
)
async def test_a_star_stands_for_public_addresses(tmp_path: Path, url: str, status: int) -> None:
    limits = SubscriptionsSettings(webhook_hosts=("*",))
    document = {"filter": WANTED, "deliver": {"webhook": {"url": url, "secret": SECRET}}}
    async with opened(tmp_path, limits) as world, world.client() as client:
        answer = await client.post("/subscriptions", json=document)

    assert answer.status_code == status, answer.text
