"""A real mosquitto broker of the test's own: started, killed and started again on one port and one store."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.live.kafka_server import free_port
from tests.shared import unavailable

PROGRAM = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
_START_S = 20.0


def require_mosquitto() -> None:
    """Skip (fail under CI=true) where there is no mosquitto."""
    if not Path(PROGRAM).exists():
        unavailable("no mosquitto: install it (Debian: apt install mosquitto)")


@dataclass
class MosquittoServer:
    """One broker on 127.0.0.1 with its store in *folder*; *lines* are added to its configuration."""

    folder: Path
    lines: tuple[str, ...] = ()
    password: str = ""
    """Of the user `gateway`; empty lets anybody in."""
    tls: bool = False
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def ca_file(self) -> Path:
        return self.folder / "server.crt"

    def start(self) -> None:
        """Start it, and return when it accepts connections."""
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self._configure()
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen([PROGRAM, "-c", str(configuration)], stdout=log, stderr=log)
        deadline = time.monotonic() + _START_S
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"mosquitto does not start:\n{(self.folder / 'broker.log').read_text()[-3000:]}")
            time.sleep(0.02)

    def _configure(self) -> Path:
        lines = [
            f"listener {self.port} 127.0.0.1",
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_interval 1",
            "autosave_on_changes true" if self.lines else "autosave_interval 1",
            "max_queued_messages 0",
            "max_inflight_messages 0",
            *self.lines,
        ]
        if self.password:
            passwords = self.folder / "passwords"
            subprocess.run(["mosquitto_passwd", "-c", "-b", str(passwords), "gateway", self.password], check=True)
            lines.append(f"password_file {passwords}")
        else:
            lines.append("allow_anonymous true")
        if self.tls:
            self._certificate()
            lines += [f"certfile {self.ca_file}", f"keyfile {self.folder / 'server.key'}"]
        if _is_root():
            lines.append("user root")
        path = self.folder / "mosquitto.conf"
        path.write_text("\n".join(lines) + "\n")
        return path

    def _certificate(self) -> None:
        if not self.ca_file.exists():
            subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
            files = ["-keyout", str(self.folder / "server.key"), "-out", str(self.ca_file)]
            command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
            subprocess.run(command, check=True, capture_output=True)

    def _accepts(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(timeout=20)
        self._process = None


def _is_root() -> bool:

    return os.getuid() == 0
