"""A real server around the HTTP way in, with an intake that keeps what it takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from semantic_gw.bindings.http import HttpIngest
from semantic_gw.bindings.http_protocol import BoundedHttpProtocol
from semantic_gw.codecs import Codecs
from semantic_gw.errors import UnavailableError
from semantic_gw.model import Json, Payload
from semantic_gw.settings import HttpSettings

START = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


class MemoryIntake:
    """Keeps what it takes. *away* makes it a spool that is full; *room* lets it take so many more payloads."""

    def __init__(self) -> None:
        self.taken: list[Payload] = []
        self.batches: list[int] = []
        self.room: int | None = None

    async def take(self, payloads: Sequence[Payload]) -> None:
        if self.room is not None and len(payloads) > self.room:
            raise UnavailableError("the spool is full")
        if self.room is not None:
            self.room -= len(payloads)
        self.taken += payloads
        self.batches.append(len(payloads))


class KnownOutcomes:
    """Knows how messages end: those whose body says so."""

    def __init__(self, intake: MemoryIntake) -> None:
        self._intake = intake
        self.asked: list[float] = []

    async def wait(self, message_ids: Sequence[str], timeout_s: float) -> Mapping[str, Mapping[str, Json]]:
        self.asked.append(timeout_s)
        bodies = {payload.id: payload.body for payload in self._intake.taken}
        ends: dict[bytes, dict[str, Json]] = {
            b'"good"': {"outcome": "published", "reason": ""},
            b'"bad"': {"outcome": "dead-letter", "reason": "lifting"},
        }
        return {id: ends[bodies[id]] for id in message_ids if bodies[id] in ends}


def ticking() -> Callable[[], datetime]:
    """A clock that goes on by a microsecond each time it is read."""
    last = START

    def now() -> datetime:
        nonlocal last
        last += timedelta(microseconds=1)
        return last

    return now


def ingest(intake: MemoryIntake, **settings: Any) -> HttpIngest:
    outcomes = KnownOutcomes(intake)
    return HttpIngest(intake, Codecs.load(), HttpSettings(**settings), clock=ticking(), outcomes=outcomes)


@contextmanager
def serving(app: ASGIApp, protocol: type[BoundedHttpProtocol] = BoundedHttpProtocol, **options: Any) -> Iterator[int]:
    """Serve *app* on a free port of 127.0.0.1, which is given."""
    config = uvicorn.Config(app, port=0, http=protocol, log_level="critical", lifespan="off", ws="none", **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "the server did not stop"


def application(intake: MemoryIntake, **settings: Any) -> Starlette:
    return Starlette(routes=ingest(intake, **settings).routes())
