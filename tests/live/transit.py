"""Vehicles of public transport that tell where they are, as captured, and what a view must hold of them."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.live.bombs import Asker
from tests.live.gateway_process import GatewayProcess
from tests.shared import shared

_NUMBERS: Final = ("spd", "hdg", "acc", "dl", "odo")
_ENDS: Final = tuple(f"#{name}" for name in _NUMBERS)
_AT_ONCE: Final = 300
_QUESTION: Final = """PREFIX saref: <https://saref.etsi.org/core/>
SELECT ?p ?v { ?o saref:observes ?p ; saref:hasResult ?r . ?r saref:hasValue ?v }"""


class Transit:
    """Messages of vehicles without end, and the newest numbers of those that were sent."""

    def __init__(self) -> None:
        ran = subprocess.run(
            [sys.executable, str(shared("payloads/captures.py")), "transit_hfp"], capture_output=True, check=True
        )
        captured = [json.loads(line) for line in ran.stdout.splitlines()]
        self._captured = itertools.cycle([one for one in captured if _told(one)])
        self.expected: dict[str, float] = {}
        """The newest number of each property."""

    def send(self, gateway: GatewayProcess, count: int) -> None:
        """Send *count* messages, again until they are taken."""
        now = datetime.now(UTC) - timedelta(seconds=1)
        body = b"\n".join(self._next(now + timedelta(microseconds=number)) for number in range(count))
        while True:
            try:
                gateway.post("/ingest", body, "application/x-ndjson")
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                return

    def run(self, gateway: GatewayProcess, seconds: float, rate: int) -> Iterator[int]:
        """Send *rate* messages a second; tells after each portion how many there have been."""
        begun, sent = time.monotonic(), 0
        while time.monotonic() < begun + seconds:
            self.send(gateway, _AT_ONCE)
            sent += _AT_ONCE
            yield sent
            time.sleep(max(0.0, begun + sent / rate - time.monotonic()))

    def _next(self, at: datetime) -> bytes:
        capture = next(self._captured)
        told = _told(capture)
        told["tst"] = at.isoformat().replace("+00:00", "Z")
        *_, operator, vehicle = capture["transport"]["topic"].split("/")[: _vehicle(capture) + 1]
        thing = f"urn:dev:ops:hfp-{int(operator)}-{int(vehicle)}"
        self.expected.update({f"{thing}#{name}": float(told[name]) for name in _NUMBERS if told.get(name) is not None})
        sent = {**capture, "payload": {"VP": told}}
        del sent["received_at"]
        return json.dumps(sent, ensure_ascii=False).encode()


def _told(capture: dict[str, Any]) -> dict[str, Any]:
    payload = capture["payload"]
    return dict(payload.get("VP", {})) if isinstance(payload, dict) else {}


def _vehicle(capture: dict[str, Any]) -> int:
    """Where the vehicle stands in the address: the first version has one level less."""
    return 7 if capture["transport"]["topic"].startswith("/hfp/v1/") else 8


def held(asker: Asker) -> dict[str, float]:
    """The numbers in the view, by property; none while it cannot be asked."""
    status, body = asker.post("/sparql", _QUESTION.encode(), "application/sparql-query")
    if status != 200:
        return {}
    rows = json.loads(body)["results"]["bindings"]
    return {row["p"]["value"]: float(row["v"]["value"]) for row in rows if row["p"]["value"].endswith(_ENDS)}
