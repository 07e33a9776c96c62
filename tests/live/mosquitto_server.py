"""A real mosquitto broker of the test's own: started, killed and started again on one port and one store."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.live.server_process import free_port
from tests.shared import unavailable

PROGRAM = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
USER = "gateway"
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

    @property
    def key_file(self) -> Path:
        return self.folder / "server.key"

    @property
    def log(self) -> str:
        """What it logged; with the line `log_type all`, every packet."""
        return (self.folder / "broker.log").read_text()

    def start(self) -> None:
        """Start it, and return when it accepts connections."""
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self._configure()
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen([PROGRAM, "-c", str(configuration)], stdout=log, stderr=log)
        deadline = time.monotonic() + _START_S
        while not self._accepts():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"mosquitto does not start:\n{self.log[-3000:]}")
            time.sleep(0.02)

    def _configure(self) -> Path:
        lines = [
            f"listener {self.port} 127.0.0.1",
            "max_queued_messages 0",
            "max_inflight_messages 0",
            *self._store(),
            *self._access(),
            *(self._encryption() if self.tls else ()),
            *(["user root"] if os.getuid() == 0 else []),  # else it gives up its rights, and cannot read the folder
            *self.lines,
        ]
        path = self.folder / "mosquitto.conf"
        path.write_text("\n".join(lines) + "\n")
        return path

    def _store(self) -> list[str]:
        return [
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_interval 1",
        ]

    def _access(self) -> list[str]:
        if not self.password:
            return ["allow_anonymous true"]
        passwords = self.folder / "passwords"
        subprocess.run(["mosquitto_passwd", "-c", "-b", str(passwords), USER, self.password], check=True)
        return ["allow_anonymous false", f"password_file {passwords}"]

    def _encryption(self) -> list[str]:
        if not self.ca_file.exists():
            make_certificate(self.ca_file, self.key_file)
        return [f"certfile {self.ca_file}", f"keyfile {self.key_file}", f"cafile {self.ca_file}"]

    def _accepts(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def save(self) -> None:
        """Have it write what it holds to disk; it does so once a second anyhow."""
        assert self._process is not None, "it is not running"
        store = self.folder / "mosquitto.db"
        before = store.stat().st_mtime_ns if store.exists() else 0
        self._process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + _START_S
        while not store.exists() or store.stat().st_mtime_ns == before:
            assert time.monotonic() < deadline, "mosquitto does not save"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as a power cut would: what it did not save is lost."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order: it saves what it holds."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(timeout=20)
        self._process = None


def make_certificate(certificate: Path, key: Path) -> None:
    """A self-signed certificate for 127.0.0.1 and localhost, good for two days."""
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[MosquittoServer]:
    """A running broker that lets anybody in."""
    require_mosquitto()
    server = MosquittoServer(tmp_path / "mosquitto")
    server.start()
    yield server
    server.stop()
