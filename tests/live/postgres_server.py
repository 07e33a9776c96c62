"""A real PostgreSQL of the test's own, from Debian's files: started, killed and started again on one port and one set
of data.

It sorts text by the rules of a language, as most servers do, so that an order by code points is the gateway's own.
The fixture `postgres_server` is one server for the whole session; a conftest.py that imports it offers it to its
folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.live.server_process import free_port
from tests.shared import unavailable

USER = "gateway"
_START_S = 60.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "fsync": "on",
    "max_wal_size": "128MB",
}


def programs() -> Path:
    """The folder of the newest `initdb` and `postgres`; skips the test (fails under CI=true) where there is none."""
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None:
        unavailable("no PostgreSQL: install it (Debian: apt install postgresql)")
    return Path(str(on_path)).resolve().parent


def _identity() -> dict[str, Any]:
    """Whom to run it as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@dataclass
class PostgresServer:
    """One server on 127.0.0.1 with its data in *folder*, which it must be able to enter (pytest's own folders it may
    not).
    """

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}:secret@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, and return when it answers."""
        assert self._process is None, "it runs"
        if not self.data.exists():
            self._make()
        settings = {**_SETTINGS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(programs() / "postgres"), "-D", str(self.data), *options]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **_identity())
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"PostgreSQL does not start:\n{self.log[-3000:]}")
            time.sleep(0.05)

    def _make(self) -> None:
        identity = _identity()
        if identity:
            os.chown(self.folder, identity["user"], identity["group"])
        language = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        command = [str(programs() / "initdb"), "-D", str(self.data), "-U", USER, "--auth=trust", "--no-sync", *language]
        made = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **identity)
        if made.returncode != 0:
            pytest.fail(f"initdb fails:\n{made.stderr[-3000:]}")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def database(self) -> str:
        """The URL of a fresh database."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')  # the name is ours
        return self.url(name)

    def kill(self) -> None:
        """End it as a power cut would end the processes: what was not written to disk is lost."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        """End it at once, in order."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A server in a folder of its own, short enough for a socket, and gone afterwards."""
    programs()
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a fresh database on a server that nobody shares."""
    with running() as server:
        yield server.database()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server that the whole session shares: take a `database()` of your own."""
    with running() as server:
        yield server
