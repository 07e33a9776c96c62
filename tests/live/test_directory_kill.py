"""The gateway is killed ten times in the middle of 2,000 writes: what it had answered is there, and told once."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.conformance.directory_client import DirectoryClient, Event, Json, thing_path
from tests.conformance.things import lamp
from tests.live.gateway_process import GatewayProcess
from tests.live.postgres_server import postgres_server

__all__ = ["postgres_server"]

pytestmark = pytest.mark.live

WRITES = 2000
KILLS = 10
WRITERS = 4
THINGS_EACH = 25
PATIENCE_S = 60.0
THINGS = "semantic.things"
CLAIM_S = 20.0
"""How long the claim of a gateway that was killed keeps the next one from publishing."""
NOT_YET = 503
"""The status while the gateway starts: nothing was done."""


@dataclass
class Writer(threading.Thread):
    """Writes to Things of its own, one after the other, and knows what must have become of each.

    A write that was cut off may have been made or not: the Thing itself tells, once the gateway is back.
    """

    url: str
    number: int
    writes: int
    state: dict[str, int] = field(default_factory=dict)
    """The counter of each Thing that must be there."""
    history: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The types of the events that must have been told of each Thing."""
    answered: int = 0
    cut_off: int = 0
    error: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.random = random.Random(self.number)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        try:
            with DirectoryClient(self.url, timeout_s=PATIENCE_S) as client:
                while self.answered < self.writes:
                    self.write(client)
        except BaseException as error:  # noqa: BLE001  the test itself tells it
            self.error = error

    def write(self, client: DirectoryClient) -> None:
        """Make one write, and find out what became of it where no answer came."""
        thing = f"urn:example:{self.number}:{self.random.randrange(THINGS_EACH)}"
        before = self.state.get(thing)
        count = self.answered + self.cut_off + 1
        kind = "put" if before is None else self.random.choice(["put", "patch", "patch", "delete"])
        try:
            answer = send(client, kind, thing, count)
            if answer.status_code == NOT_YET:
                return
            assert answer.status_code in (201, 204), f"{kind} {thing}: {answer.status_code} {answer.text}"
        except httpx.TransportError:
            self.cut_off += 1
            now = counter(client, thing)
            after = None if kind == "delete" else count
            assert now in (before, after), f"{kind} {thing}: it has {now}, had {before}, was to get {after}"
            if now == before:
                return
        else:
            self.answered += 1
        self.note(thing, kind, count)

    def note(self, thing: str, kind: str, count: int) -> None:
        """The write was made."""
        told = "thing_deleted" if kind == "delete" else "thing_updated" if thing in self.state else "thing_created"
        self.history[thing].append(told)
        if kind == "delete":
            del self.state[thing]
        else:
            self.state[thing] = count


def send(client: DirectoryClient, kind: str, thing: str, count: int) -> httpx.Response:
    if kind == "delete":
        return client.delete(thing)
    if kind == "patch":
        return client.patch(thing, {"counter": count})
    return client.put(lamp(thing, counter=count))


def counter(client: DirectoryClient, thing: str) -> int | None:
    """The counter of *thing* once the gateway is back; None where it is not registered."""
    answer = eventually(client, thing_path(thing))
    assert answer.status_code in (200, 404), answer.text
    return None if answer.status_code == 404 else int(answer.json()["counter"])


def eventually(client: DirectoryClient, path: str) -> httpx.Response:
    """What is at *path* once the gateway is back."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            answer = client.http.get(path)
            if answer.status_code != NOT_YET:
                return answer
        time.sleep(0.05)
    raise AssertionError("the gateway does not come back")


class Listener(threading.Thread):
    """Follows the events, and comes back with the last id whenever its stream ends."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.heard: list[Event] = []
        self.comebacks = 0
        self.listening = threading.Event()
        self.ending = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            with DirectoryClient(self.url) as client:
                while not self.ending.is_set():
                    self.follow(client)
        except BaseException as error:  # noqa: BLE001  the test itself tells it
            self.error = error

    def follow(self, client: DirectoryClient) -> None:
        last = self.heard[-1].id if self.heard else None
        eventually(client, "/things?limit=1")
        try:
            with client.events(last_event_id=last) as events:
                self.listening.set()
                while not self.ending.is_set():
                    self.heard.append(events.next())
        except (httpx.TransportError, StopIteration):
            self.comebacks += 1


@dataclass(frozen=True)
class Run:
    """What happened."""

    gateway: GatewayProcess
    writers: list[Writer]
    heard: list[Event]
    comebacks: int

    @property
    def state(self) -> dict[str, int]:
        return {thing: count for writer in self.writers for thing, count in writer.state.items()}

    @property
    def history(self) -> dict[str, list[str]]:
        return {thing: list(told) for writer in self.writers for thing, told in writer.history.items()}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("kill")
    gateway = GatewayProcess(folder, {"DIRECTORY__DATABASE_URL": database_url(request, folder)})
    gateway.start()
    try:
        yield under_fire(gateway)
    finally:
        gateway.stop()


def database_url(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'directory.sqlite'}"
    return str(request.getfixturevalue("postgres_server").database())


def under_fire(gateway: GatewayProcess) -> Run:
    """Write, and kill at moments spread over the writes."""
    listener = Listener(gateway.url)
    listener.start()
    assert listener.listening.wait(PATIENCE_S)
    writers = [Writer(gateway.url, number, WRITES // WRITERS) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for kill in range(KILLS):
        wait_for(writers, (kill + 0.5) * WRITES / KILLS)
        gateway.kill()
        gateway.start(ready=False)
    for writer in writers:
        writer.join(PATIENCE_S)
    settle(listener, sum(len(told) for writer in writers for told in writer.history.values()))
    errors = [error for error in (*(writer.error for writer in writers), listener.error) if error is not None]
    assert not errors, errors
    return Run(gateway, writers, listener.heard, listener.comebacks)


def wait_for(writers: list[Writer], answered: float) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while sum(writer.answered for writer in writers) < answered and any(writer.is_alive() for writer in writers):
        assert time.monotonic() < deadline, "the writers do not get on"
        time.sleep(0.001)


def settle(listener: Listener, events: int) -> None:
    """Until as many events were heard as there should be, and a while longer for those there should not be."""
    deadline = time.monotonic() + 15.0
    while len(listener.heard) < events and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    listener.ending.set()


def test_all_writes_were_answered_and_every_kill_hit_some(run: Run) -> None:
    assert sum(writer.answered for writer in run.writers) == WRITES
    assert sum(writer.cut_off for writer in run.writers) >= KILLS
    assert run.comebacks >= KILLS


def test_every_answered_write_is_there(run: Run) -> None:
    with DirectoryClient(run.gateway.url) as client:
        things = client.listing().json()

    assert {thing["id"]: thing["counter"] for thing in things} == run.state


def test_the_topic_of_things_holds_the_final_state(run: Run) -> None:
    deadline = time.monotonic() + CLAIM_S + 10.0
    while (found := counters(run.gateway)) != run.state and time.monotonic() < deadline:
        time.sleep(0.2)

    assert found == run.state


def counters(gateway: GatewayProcess) -> dict[str, Json]:
    """The counter under each key of the topic; keys that end with a tombstone are left out."""
    return {key: json.loads(value)["counter"] for key, value in gateway.topic(THINGS).items() if value is not None}


def test_no_event_is_told_twice(run: Run) -> None:
    ids = Counter(event.id for event in run.heard)

    assert [id for id, count in ids.items() if count > 1] == []


def test_no_event_is_missed_and_each_is_in_its_order(run: Run) -> None:
    told: dict[str, list[str]] = defaultdict(list)
    for event in run.heard:
        told[event.data["id"]].append(event.type)

    assert dict(told) == run.history


def test_what_is_there_can_be_searched(run: Run) -> None:
    with DirectoryClient(run.gateway.url) as client:
        found = client.search("jsonpath", "$[*].counter").json()

    assert sorted(found) == sorted(run.state.values())
