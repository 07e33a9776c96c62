"""A gateway as its users start it: a process with settings in its environment, that can be killed and started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from semantic_gw.bus.log import LogBus
from tests.live.server_process import free_port
from tests.shared import ROOT


@dataclass
class GatewayProcess:
    """One `semantic-gw serve` with its data in *folder*; *settings* are `SEMANTIC_GW_...` without the prefix."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "SEMANTIC_GW_CONFIG": str(self.folder / "none.toml"),
            "SEMANTIC_GW_HTTP__PORT": str(self.port),
            "SEMANTIC_GW_LOG__PATH": str(self.folder / "log.sqlite"),
            "PYTHONPATH": str(ROOT),
        }
        return {**os.environ, **own, **{f"SEMANTIC_GW_{name}": value for name, value in self.settings.items()}}

    def start(self, *, ready: bool = True, timeout_s: float = 60.0) -> None:
        """Start it; with *ready* wait until every peer answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "gateway.log").open("ab") as log:
            command = [sys.executable, "-m", "semantic_gw.cli", "serve"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment, cwd=self.folder)
        self.wait("/health/ready" if ready else "/health/live", timeout_s)

    def wait(self, path: str, timeout_s: float = 60.0) -> None:
        """Until *path* answers 200."""
        deadline = time.monotonic() + timeout_s
        while self.status(path) != 200:
            assert self._process is not None
            assert self._process.poll() is None, f"the gateway ended:\n{self.log[-3000:]}"
            assert time.monotonic() < deadline, f"{path} is not fine after {timeout_s} s:\n{self.log[-3000:]}"
            time.sleep(0.05)

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def get(self, path: str) -> object:
        with urllib.request.urlopen(self.url + path, timeout=10) as response:
            return json.load(response)

    def post(self, path: str, body: bytes, content_type: str) -> bytes:
        request = urllib.request.Request(self.url + path, body, {"Content-Type": content_type}, method="POST")
        with urllib.request.urlopen(request, timeout=60) as response:
            answer: bytes = response.read()
            return answer

    def topic(self, name: str) -> dict[str, bytes | None]:
        """What stands last under each key of a topic of its embedded log; None is a tombstone."""
        return asyncio.run(_state(self.folder / "log.sqlite", name))

    @property
    def log(self) -> str:
        return (self.folder / "gateway.log").read_text(errors="replace")

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """End it in order; its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        try:
            code = self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._process = None
        return code


async def _state(log: Path, topic: str) -> dict[str, bytes | None]:
    bus = LogBus(log)
    state: dict[str, bytes | None] = {}
    await bus.start()
    try:
        async with bus.subscribe([topic]) as subscription:
            while not await subscription.caught_up():
                state.update({str(record.key): record.value for record in await subscription.batch(5000, 0.5)})
    finally:
        await bus.stop()
    return state
