"""What a hostile client asks, and clients that ask: over HTTP, of a gateway that runs."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from threading import Thread
from typing import Final

import psutil

from tests.live.gateway_process import GatewayProcess
from tests.shared import ROOT

LIMIT_S: Final = 2.0
"""The time bound of the gateways that are tried."""

SETTINGS: Final = {"SPARQL__TIME_S": f"{LIMIT_S:g}", "STORE__SNAPSHOT_S": "5"}

_LISTS: Final = " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(30)))} }}" for n in range(8))

BOMBS: Final = {
    "product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>|^!<urn:x>)* ?d }",
    "VALUES": f"SELECT (COUNT(*) AS ?n) {{ {_LISTS} }}",
    "ORDER BY": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "GROUP_CONCAT": "SELECT (GROUP_CONCAT(?c) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "4,000 braces": "SELECT * " + "{" * 4000 + "}" * 4000,
    "10 MB": "SELECT * { ?s ?p '" + "x" * 10_000_000 + "' }",
}
OUTCOMES: Final = {
    "product": {"time"},
    "path": {"time", "memory"},
    "VALUES": {"time", "memory"},
    "ORDER BY": {"time", "memory"},
    "GROUP_CONCAT": {"time", "memory"},
    "4,000 braces": {"engine"},
    "10 MB": {""},
}
"""The limits that may end each; a body that is too long has none."""

SLOW: Final = ("product", "path", "VALUES", "ORDER BY", "GROUP_CONCAT")
_DEVICES: Final = 20
_EXPOSES: Final = [{"type": "numeric", "name": "temperature", "property": "temperature", "access": 1, "unit": "°C"}]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: its status, the limit that ended it, and how long that took in seconds."""

    status: int
    limit: str
    seconds: float


class Asker:
    """A client of the gateway at *port*, from *address* of this machine: another address is another caller."""

    def __init__(self, port: int, address: str = "127.0.0.1") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, 60, (address, 0))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def post(self, path: str, body: bytes, content_type: str) -> tuple[int, bytes]:
        """The status of the answer, and the answer."""
        self._connection.request("POST", path, body, {"Content-Type": content_type})
        response = self._connection.getresponse()
        return response.status, response.read()

    def ask(self, text: str) -> Outcome:
        """Ask *text*, and read the whole answer."""
        begun = time.perf_counter()
        status, body = self.post("/sparql", text.encode(), "application/sparql-query")
        seconds = time.perf_counter() - begun
        limit = str(json.loads(body).get("limit", "")) if status >= 400 else ""
        return Outcome(status, limit, seconds)

    def timed(self, count: int) -> list[Outcome]:
        """*count* simple questions, one after the other."""
        found = []
        for number in range(count):
            found.append(self.ask(simple(number)))
            time.sleep(0.01)
        return found


def simple(number: int) -> str:
    """A question about one Thing, as a user would ask it."""
    return (
        "PREFIX saref: <https://saref.etsi.org/core/> SELECT ?v { "
        f"?o saref:madeBy <urn:dev:mac:{number % _DEVICES:016x}> ; saref:hasResult/saref:hasValue ?v }}"
    )


def p99(outcomes: Sequence[Outcome]) -> float:
    """The time that 99 of 100 took at most, in milliseconds."""
    times = sorted(outcome.seconds for outcome in outcomes)
    return times[(len(times) - 1) * 99 // 100] * 1e3


@dataclass(slots=True)
class Crowd:
    """What came of the requests of many clients; known once they have left."""

    outcomes: list[Outcome] = field(default_factory=list)


@contextmanager
def bombed(port: int, count: int) -> Iterator[Crowd]:
    """*count* clients in a process of their own that ask one slow query after the other."""
    yield from _beside("bomb", port, count)


@contextmanager
def fed(port: int, rate: int) -> Iterator[Crowd]:
    """A client in a process of its own that sends *rate* messages a second."""
    yield from _beside("feed", port, rate)


def _beside(what: str, port: int, count: int) -> Iterator[Crowd]:
    command = [sys.executable, "-m", "tests.live.bombs", what, str(port), str(count)]
    crowd = Crowd()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            yield crowd
        finally:
            told, _ = process.communicate(b"")
            crowd.outcomes += (Outcome(*one) for one in json.loads(told))


def bomb(port: int, number: int, outcomes: list[Outcome]) -> None:
    """Ask one slow query after the other, none of them twice."""
    asker = Asker(port)
    for count in itertools.count():
        outcomes.append(asker.ask(f"{BOMBS[SLOW[number % len(SLOW)]]} # {number} {count}"))
        time.sleep(0.2)


def feed(port: int, rate: int, outcomes: list[Outcome]) -> None:
    """Send *rate* messages a second."""
    asker, begun = Asker(port), time.perf_counter()
    for number in itertools.count():
        sent = time.perf_counter()
        body = json.dumps({"temperature": number % 400 / 10}).encode()
        status, _ = asker.post(f"/ingest/zigbee2mqtt/device-{number % _DEVICES}", body, "application/json")
        outcomes.append(Outcome(status, "", time.perf_counter() - sent))
        time.sleep(max(0.0, begun + (number + 1) / rate - time.perf_counter()))


def describe(gateway: GatewayProcess) -> None:
    """Twenty Things that tell a temperature."""
    definition = {"vendor": "v", "model": "m", "exposes": _EXPOSES}
    devices = [
        {"ieee_address": f"0x{number:016x}", "friendly_name": f"device-{number}", "definition": definition}
        for number in range(_DEVICES)
    ]
    gateway.post("/ingest/zigbee2mqtt/bridge/devices", json.dumps(devices).encode(), "application/json")
    for number in range(_DEVICES):
        gateway.post(f"/ingest/zigbee2mqtt/device-{number}", b'{"temperature": 20.5}', "application/json")


def owner(gateway: GatewayProcess) -> psutil.Process:
    """The process that holds the graphs."""
    children = psutil.Process(gateway.pid).children()
    return next(child for child in children if "semantic_gw.stores.embedded.owner" in child.cmdline())


def memory(gateway: GatewayProcess) -> int:
    """What the gateway and all its processes take that is theirs alone, in bytes; shared pages count in parts."""
    process = psutil.Process(gateway.pid)
    total = 0
    for one in (process, *process.children(recursive=True)):
        try:
            total += one.memory_full_info().pss
        except psutil.Error:  # it has ended meanwhile
            continue
    return total


def main(what: str, port: int, count: int) -> None:
    """Bomb or feed until standard input ends; then tell what came of it."""
    outcomes: list[Outcome] = []
    work = [(bomb, number) for number in range(count)] if what == "bomb" else [(feed, count)]
    for function, number in work:
        Thread(target=function, args=(port, number, outcomes), daemon=True).start()
    sys.stdin.read()
    json.dump([astuple(outcome) for outcome in list(outcomes)], sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # threads still wait for answers


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
