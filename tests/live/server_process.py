"""A real server of a test's own: started, killed, frozen and started again on one port and one set of data."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest

from tests.shared import unavailable

_START_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_java_server(name: str, script: Path) -> None:
    """Skip (fail under CI=true) where there is no Java or no such server; have *script* fetch it where Maven can."""
    if shutil.which("java") is None:
        unavailable(f"no java: the tests against {name} need a Java runtime, 17 or newer")
    if any((script.parent / "libs").glob("*.jar")):
        return
    if shutil.which("mvn") is None:
        unavailable(f"no {name} in {script.parent / 'libs'} and no mvn to fetch it: install Maven, then {script} fetch")
    if subprocess.run([sys.executable, str(script), "fetch"], check=False).returncode != 0:
        unavailable(f"{script} fetch failed: see its output")


@dataclass
class ServerProcess:
    """One server with its data in *folder*. A kind of server says how it is started, and when it is there."""

    name: ClassVar[str]
    log_name: ClassVar[str]
    """Of the file in *folder* that it writes to."""
    folder: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_there(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Start it, and return when it is there."""
        assert self._process is None, f"{self.name} runs"
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / self.log_name).open("ab") as log:
            self._process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        deadline = time.monotonic() + _START_S
        while not self.is_there():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"{self.name} does not start:\n{(self.folder / self.log_name).read_text()[-3000:]}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would end the process: no shutdown of its own."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Make it deaf: connections stay open and nobody answers, until `thaw`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
