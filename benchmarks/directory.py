"""Measure the directory: Things registered, read, patched, paged, searched and removed over HTTP with keep-alive.

CPU time of the server's own processes counts. Each operation is measured while 100 Things are registered, and again
while there are many: the ratio tells how the cost grows.
"""

from __future__ import annotations

import copy
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("SEMANTIC_GW_SHARED", ROOT.parent / "shared"))
SERVE = (sys.executable, "-m", "semantic_gw.cli", "serve")
FEW = 100
JSON = {"Content-Type": "application/td+json"}
PATCH = {"Content-Type": "application/merge-patch+json"}


@dataclass(frozen=True)
class Operation:
    """CPU time of one operation, in milliseconds, with few and with many Things registered."""

    name: str
    few: float
    many: float
    target: str


@dataclass(frozen=True)
class Measured:
    things: int
    bytes_each: float
    operations: Sequence[Operation]
    resident_mb: float
    search_mb: float


class Server:
    """A gateway in a folder of its own, and one connection to it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = psutil.Process(process.pid)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        self._connection.request(method, path, body, headers or {})
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {content[:500]!r}")
        return content

    def hang_up(self) -> None:
        self._connection.close()

    def cpu(self) -> float:
        """CPU seconds spent so far, by the server, its children, and those of them that have ended."""
        every = [self._process, *self._process.children(recursive=True)]
        return sum(sum(process.cpu_times()[:4]) for process in every)

    def memory(self) -> tuple[float, float]:
        """Memory in MB: of the server, and of its children, what they share counted once."""
        every = [self._process, *self._process.children(recursive=True)]
        mb = [process.memory_full_info().pss / 2**20 for process in every]
        return mb[0], sum(mb[1:])


@contextmanager
def server(command: Sequence[str] = SERVE, database_url: str = "") -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        own = {
            "SEMANTIC_GW_CONFIG": "none.toml",
            "SEMANTIC_GW_HTTP__PORT": str(port),
            "SEMANTIC_GW_LOG__PATH": f"{folder}/log.sqlite",
            "SEMANTIC_GW_DIRECTORY__DATABASE_URL": database_url or f"sqlite:///{folder}/directory.sqlite",
        }
        with (Path(folder) / "log").open("wb") as log:
            environment = {**os.environ, **own, "PYTHONPATH": str(ROOT)}
            process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            found = Server(process, port)
            _wait(found, process)
            yield found
        finally:
            process.terminate()
            process.wait(30)


def _wait(found: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            found.ask("GET", "/health/ready")
        except (OSError, RuntimeError, http.client.HTTPException):
            found.hang_up()
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descriptions(count: int) -> list[tuple[str, bytes]]:
    """*count* Thing Descriptions with ids of their own, from real ones where they are at hand."""
    folder = SHARED / "wot" / "td-valid"
    models = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))] or [_model()]
    found = []
    for number in range(count):
        document: dict[str, Any] = copy.copy(models[number % len(models)])
        document.pop("registration", None)
        document["id"] = f"urn:dev:ops:32473-bench-{number:06d}"
        document["title"] = f"{document.get('title', 'Thing')} {number}"
        found.append((document["id"], json.dumps(document).encode()))
    return found


def _model() -> dict[str, Any]:
    properties = {
        name: {"type": "number", "unit": "°C", "readOnly": True, "forms": [{"href": f"https://device.example/{name}"}]}
        for name in ("temperature", "humidity", "pressure", "battery")
    }
    return {
        "@context": "https://www.w3.org/2022/wot/td/v1.1",
        "title": "Sensor",
        "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
        "security": "nosec_sc",
        "properties": properties,
    }


def measure(things: int, *, command: Sequence[str] = SERVE, database_url: str = "") -> Measured:
    every = descriptions(things)
    with server(command, database_url) as gateway:
        few = _round(gateway, every[:FEW], every)
        for id_, body in every:
            gateway.ask("PUT", _path(id_), body, JSON)
        many = _round(gateway, every, every)
        resident, searching = gateway.memory()
    targets = {"PUT new": "1.2", "PUT again": "1.2", "GET": "0.30", "list of 1,000": "6"}
    operations = [Operation(name, few[name], many[name], targets.get(name, "")) for name in many]
    return Measured(things, sum(len(body) for _, body in every) / things, operations, resident, searching)


def _round(gateway: Server, there: Sequence[tuple[str, bytes]], every: Sequence[tuple[str, bytes]]) -> dict[str, float]:
    """CPU milliseconds of each operation while *there* is registered."""
    for id_, body in there:
        gateway.ask("PUT", _path(id_), body, JSON)
    some = [there[number * len(there) // 1000 % len(there)] for number in range(1000)]
    fresh = [(f"{id_}-new", body.replace(id_.encode(), f"{id_}-new".encode(), 1)) for id_, body in every[:500]]
    return {
        "PUT new": _each(gateway, fresh, lambda id_, body: gateway.ask("PUT", _path(id_), body, JSON)),
        "DELETE": _each(gateway, fresh, lambda id_, _: gateway.ask("DELETE", _path(id_)), warm=False),
        "PUT again": _each(gateway, some, lambda id_, body: gateway.ask("PUT", _path(id_), body, JSON)),
        "GET": _each(gateway, some, lambda id_, _: gateway.ask("GET", _path(id_))),
        "PATCH": _each(gateway, some, lambda id_, _: gateway.ask("PATCH", _path(id_), _patch(), PATCH)),
        "page of 100": _each(gateway, some[:100], lambda _i, _b: gateway.ask("GET", "/things?offset=0&limit=100")),
        "list of 1,000": _each(gateway, some[:20], lambda _i, _b: gateway.ask("GET", "/things?limit=1000")),
        "JSONPath by title": _each(gateway, some[:5], lambda id_, _: gateway.ask("GET", _jsonpath(id_))),
        "SPARQL by title": _each(gateway, some[:20], lambda id_, _: gateway.ask("GET", _sparql(id_))),
    }


def _each(
    gateway: Server, items: Sequence[tuple[str, bytes]], call: Callable[[str, bytes], bytes], *, warm: bool = True
) -> float:
    for id_, body in items[: 2 if warm else 0]:
        call(id_, body)
    before = gateway.cpu()
    for id_, body in items:
        call(id_, body)
    time.sleep(0.5)  # what follows the directory has its share
    return (gateway.cpu() - before) / len(items) * 1000


def _path(id_: str) -> str:
    return f"/things/{quote(id_, safe='')}"


def _patch() -> bytes:
    return json.dumps({"description": f"seen at {time.monotonic_ns()}"}).encode()


def _jsonpath(id_: str) -> str:
    return "/search/jsonpath?query=" + quote(f"$[?@.id=='{id_}'].title")


def _sparql(id_: str) -> str:
    query = f"SELECT ?title {{ <{id_}> <https://www.w3.org/2019/wot/td#title> ?title }}"
    return "/search/sparql?query=" + quote(query)


def table(measured: Measured) -> list[str]:
    lines = [
        f"| operation | CPU ms, {FEW} Things | CPU ms, {measured.things:,} Things | ratio | target, ms |",
        "|---|---:|---:|---:|---:|",
    ]
    for operation in measured.operations:
        ratio = operation.many / operation.few if operation.few else 0.0
        lines.append(
            f"| {operation.name} | {operation.few:.2f} | {operation.many:.2f} | {ratio:.2f} | {operation.target} |"
        )
    memory = (
        f"{measured.resident_mb:.0f} MB for the gateway, {measured.search_mb:.0f} MB more for its search processes."
    )
    lines += ["", f"Things of {measured.bytes_each:,.0f} bytes on average. Resident memory with all of them:", memory]
    return lines


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print("\n".join(table(measure(count, database_url=os.environ.get("DATABASE_URL", "")))))
