"""Two gateways on one PostgreSQL: what one learns the other knows, and no update is lost between them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.conformance.directory_client import DirectoryClient, Json, problem
from tests.conformance.things import TD_CONTEXT, lamp
from tests.live.gateway_process import GatewayProcess
from tests.live.postgres_server import PostgresServer, postgres_server

__all__ = ["postgres_server"]

pytestmark = pytest.mark.live

SENSOR = "urn:example:sensor"
UPDATES = 200
WRITERS = 20
SOON_S = 1.0


@pytest.fixture(scope="module")
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[GatewayProcess, GatewayProcess]]:
    """Two gateways that share a database and nothing else."""
    server = request.getfixturevalue("postgres_server")
    settings = {"DIRECTORY__DATABASE_URL": server.database()}
    folder = tmp_path_factory.mktemp("shared")
    gateways = GatewayProcess(folder / "one", settings), GatewayProcess(folder / "two", settings)
    for gateway in gateways:
        gateway.start()
    yield gateways
    for gateway in gateways:
        gateway.stop()


@pytest.fixture
def clients(pair: tuple[GatewayProcess, GatewayProcess]) -> Iterator[tuple[DirectoryClient, DirectoryClient]]:
    with DirectoryClient(pair[0].url) as one, DirectoryClient(pair[1].url) as two:
        yield one, two
        one.clear()


def sensor(topic: str = "sensors/kitchen", **members: Json) -> dict[str, Json]:
    """A thermometer that reports at *topic*."""
    temperature = {
        "type": "number",
        "unit": "http://qudt.org/vocab/unit/DEG_C",
        "saref:hasPropertyKind": {"@id": "https://w3id.org/semantic-gw/Temperature"},
        "sgw:pointer": "/temperature",
        "forms": [{"op": ["observeproperty"], "href": topic}],
    }
    prefixes = {"saref": "https://saref.etsi.org/core/", "sgw": "https://w3id.org/semantic-gw/"}
    context = {"@context": [TD_CONTEXT, prefixes]}
    base = {"base": "mqtt://localhost:1883/", "properties": {"temperature": temperature}}
    return lamp(SENSOR, **context, **base, **members)


def outcome(gateway: GatewayProcess, value: float, address: str = "sensors/kitchen") -> str:
    """How a payload that is posted to *gateway* ends."""
    head = {"id": str(time.monotonic_ns()), "content_type": "application/json"}
    line = json.dumps({**head, "transport": {"kind": "mqtt", "topic": address}, "payload": {"temperature": value}})
    answer = gateway.post("/ingest", line.encode(), "application/x-ndjson")
    return str(json.loads(answer)["outcome"])


def test_a_thing_put_to_one_lifts_at_the_other_within_a_second(
    pair: tuple[GatewayProcess, GatewayProcess], clients: tuple[DirectoryClient, DirectoryClient]
) -> None:
    before = outcome(pair[1], 20.0)
    clients[0].put(sensor())
    time.sleep(SOON_S)
    after = outcome(pair[1], 21.0)

    assert (before, after) == ("dead-letter", "published")


def test_a_thing_deleted_at_one_lifts_no_more_at_the_other_within_a_second(
    pair: tuple[GatewayProcess, GatewayProcess], clients: tuple[DirectoryClient, DirectoryClient]
) -> None:
    clients[0].put(sensor())
    time.sleep(SOON_S)
    before = outcome(pair[1], 20.0)
    clients[0].delete(SENSOR)
    time.sleep(SOON_S)
    after = outcome(pair[1], 21.0)

    assert (before, after) == ("published", "dead-letter")


def test_a_thing_moved_at_one_lifts_at_its_new_address_at_the_other(
    pair: tuple[GatewayProcess, GatewayProcess], clients: tuple[DirectoryClient, DirectoryClient]
) -> None:
    clients[0].put(sensor())
    time.sleep(SOON_S)
    clients[0].put(sensor("sensors/attic"))
    time.sleep(SOON_S)

    assert outcome(pair[1], 20.0, "sensors/attic") == "published"
    assert outcome(pair[1], 20.0) == "dead-letter"


def test_what_one_registers_the_other_serves_at_once(clients: tuple[DirectoryClient, DirectoryClient]) -> None:
    one, two = clients
    one.put(lamp())
    served = two.retrieved("urn:example:lamp")
    two.patch("urn:example:lamp", {"title": "New"})

    assert served == {**one.retrieved("urn:example:lamp"), "title": "Lamp", "registration": served["registration"]}
    assert one.retrieved("urn:example:lamp")["title"] == "New"
    assert one.get("urn:example:lamp").headers["etag"] == two.get("urn:example:lamp").headers["etag"]


def test_what_one_registers_the_other_finds(clients: tuple[DirectoryClient, DirectoryClient]) -> None:
    one, two = clients
    one.put(lamp(title="Found"))
    time.sleep(SOON_S)
    query = 'SELECT ?s { ?s <https://www.w3.org/2019/wot/td#title> ?t FILTER(STR(?t) = "Found") }'

    assert two.search("jsonpath", "$[?@.title == 'Found'].id").json() == ["urn:example:lamp"]
    assert len(two.search("sparql", query).json()["results"]["bindings"]) == 1


def test_the_events_of_one_tell_of_changes_at_the_other(clients: tuple[DirectoryClient, DirectoryClient]) -> None:
    one, two = clients
    with one.events("/events?diff=true") as events:
        start = time.monotonic()
        two.put(lamp())
        two.patch("urn:example:lamp", {"title": "New"})
        two.delete("urn:example:lamp")
        told = events.take(3)
        took = time.monotonic() - start

    assert [event.type for event in told] == ["thing_created", "thing_updated", "thing_deleted"]
    assert took < SOON_S


def test_events_go_on_at_the_other_gateway(clients: tuple[DirectoryClient, DirectoryClient]) -> None:
    one, two = clients
    with one.events() as events:
        one.put(lamp())
        last = events.next()
    one.put(lamp(title="New"))
    with two.events(last_event_id=last.id) as events:
        two.delete("urn:example:lamp")

        assert [event.type for event in events.take(2)] == ["thing_updated", "thing_deleted"]


def test_events_come_in_one_order_at_both(clients: tuple[DirectoryClient, DirectoryClient]) -> None:
    one, two = clients
    count = 100
    with one.events() as first, two.events() as second:
        writers = [
            threading.Thread(target=register, args=(client, name, count))
            for client, name in ((one, "one"), (two, "two"))
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()

        assert first.take(2 * count) == second.take(2 * count)


def register(client: DirectoryClient, name: str, count: int) -> None:
    with DirectoryClient(client.url) as own:
        for number in range(count):
            own.put(lamp(f"urn:example:{name}:{number}"))


def test_conditional_updates_of_one_thing_lose_none(clients: tuple[DirectoryClient, DirectoryClient]) -> None:
    clients[0].put(lamp(counter=0))
    with ThreadPoolExecutor(WRITERS) as pool:
        urls = [clients[number % 2].url for number in range(WRITERS)]
        refusals = list(pool.map(lambda url: count_up(url, UPDATES // WRITERS), urls))

    assert clients[0].retrieved("urn:example:lamp")["counter"] == UPDATES
    assert clients[1].retrieved("urn:example:lamp")["counter"] == UPDATES
    assert sum(refusals) > 0, "the updates did not meet"


def count_up(url: str, times: int) -> int:
    """Add one *times* times, as long as it takes; how often somebody else was faster."""
    refused = 0
    with DirectoryClient(url, timeout_s=30.0) as client:
        for _ in range(times):
            while not added(client):
                refused += 1
    return refused


def added(client: DirectoryClient) -> bool:
    read = client.get("urn:example:lamp")
    document = {**read.json(), "counter": read.json()["counter"] + 1}
    answer = client.put(document, if_match=read.headers["etag"])
    assert answer.status_code in (204, 412), answer.text
    return answer.status_code == 204


def test_unconditional_patches_of_one_thing_lose_none(clients: tuple[DirectoryClient, DirectoryClient]) -> None:
    clients[0].put(lamp())
    names = [f"member-{number}" for number in range(60)]

    def patch(number: int) -> int:
        with DirectoryClient(clients[number % 2].url, timeout_s=30.0) as client:
            return client.patch("urn:example:lamp", {names[number]: number}).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(patch, range(len(names))))

    assert statuses == [204] * len(names)
    assert clients[0].retrieved("urn:example:lamp").keys() >= set(names)


def test_only_one_of_many_creates_a_thing(clients: tuple[DirectoryClient, DirectoryClient]) -> None:
    def create(number: int) -> int:
        with DirectoryClient(clients[number % 2].url, timeout_s=30.0) as client:
            return client.put(lamp(number=number), if_none_match="*").status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(create, range(24)))

    assert statuses == [201] + [412] * 23


def test_an_outage_of_the_database_is_told_and_ends(
    pair: tuple[GatewayProcess, GatewayProcess],
    clients: tuple[DirectoryClient, DirectoryClient],
    postgres_server: PostgresServer,
) -> None:
    clients[0].put(lamp())
    postgres_server.kill()
    during = [clients[0].get("urn:example:lamp"), clients[0].put(lamp(title="New")), clients[0].listing()]
    ready = until(lambda: pair[0].status("/health/ready") == 503)
    postgres_server.start()
    back = until(lambda: clients[0].put(lamp(title="Newer")).status_code == 204)

    assert [problem(answer, 503)["status"] for answer in during] == [503] * 3
    assert ready
    assert back
    assert clients[1].retrieved("urn:example:lamp")["title"] == "Newer"


def until(done: Callable[[], bool], timeout_s: float = 10.0) -> bool:
    """Whether *done* comes true in time."""
    deadline = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_a_gateway_that_comes_later_knows_what_is_there(
    pair: tuple[GatewayProcess, GatewayProcess], clients: tuple[DirectoryClient, DirectoryClient], tmp_path: Path
) -> None:
    clients[0].put(sensor())
    third = GatewayProcess(tmp_path / "three", pair[0].settings)
    third.start()
    try:
        ended = outcome(third, 20.0)
    finally:
        third.stop()

    assert ended == "published"


def test_the_log_of_each_holds_every_thing(
    pair: tuple[GatewayProcess, GatewayProcess], clients: tuple[DirectoryClient, DirectoryClient]
) -> None:
    clients[0].put(lamp("urn:example:one"))
    clients[1].put(lamp("urn:example:two"))
    time.sleep(SOON_S)
    logs = [things_on_the_log(gateway) for gateway in pair]

    assert logs[0] == logs[1] == {"urn:example:one", "urn:example:two"}


def things_on_the_log(gateway: GatewayProcess) -> set[str]:
    """The keys of `semantic.things` that have a value."""
    state = gateway.topic("semantic.things")
    return {key for key, value in state.items() if value is not None}
