"""The view is what the vehicles of a city told last, while they tell 1,500 messages a second and processes die."""

from __future__ import annotations

import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.live.bombs import Asker, owner
from tests.live.gateway_process import GatewayProcess
from tests.live.transit import Transit, held

_RATE = 1500
_SECONDS = 5.0
_DELAY = re.compile(r'semantic_gw_view_delay_seconds_bucket\{le="([^"]+)"\} (\S+)')


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path / "gateway", {"STORE__SNAPSHOT_S": "2"})
    process.start()
    yield process
    process.stop()


def difference(gateway: GatewayProcess, transit: Transit) -> dict[str, tuple[object, object]]:
    """What the view holds otherwise than expected, once it had a minute to catch up."""
    deadline = time.monotonic() + 60.0
    with closing(Asker(gateway.port)) as asker:
        while (found := held(asker)) != transit.expected and time.monotonic() < deadline:
            time.sleep(0.2)
    pairs = {name: (found.get(name), transit.expected.get(name)) for name in found.keys() | transit.expected.keys()}
    return {name: (here, there) for name, (here, there) in pairs.items() if here != there}


def delays(gateway: GatewayProcess) -> dict[float, float]:
    """How many windows were in the view within so many seconds."""
    with urllib.request.urlopen(f"{gateway.url}/metrics") as response:
        found = _DELAY.findall(response.read().decode())
    return {float(bound): float(count) for bound, count in found}


def test_the_view_is_what_was_told_last(gateway: GatewayProcess) -> None:
    transit = Transit()
    with closing(Asker(gateway.port)) as asker:
        answered = [bool(held(asker)) for _ in transit.run(gateway, _SECONDS, _RATE)]
    found = difference(gateway, transit)
    delay = delays(gateway)

    assert all(answered[1:])
    assert found == {}
    assert delay[5.0] >= 0.9 * delay[float("inf")]


def test_the_view_is_what_was_told_last_though_processes_were_killed(gateway: GatewayProcess) -> None:
    transit = Transit()
    list(transit.run(gateway, _SECONDS, _RATE))
    gateway.kill()
    gateway.start(ready=False)
    list(transit.run(gateway, _SECONDS, _RATE))
    owner(gateway).send_signal(signal.SIGKILL)
    list(transit.run(gateway, _SECONDS, _RATE))

    assert difference(gateway, transit) == {}
