"""A real Fuseki of the test's own: started, killed and started again on one port and one set of data."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from semantic_gw.settings import RemoteStoreSettings, StoreSettings
from tests.live.kafka_server import free_port
from tests.shared import ROOT, unavailable

SCRIPT = ROOT / "deploy" / "fuseki" / "fuseki.py"
_START_S = 60.0


def require_fuseki() -> None:
    """Skip (fail under CI=true) where there is no Java or no Fuseki; fetch it where Maven can."""
    if shutil.which("java") is None:
        unavailable("no java: the tests against Fuseki need a Java runtime, 17 or newer")
    if any((SCRIPT.parent / "libs").glob("*.jar")):
        return
    if shutil.which("mvn") is None:
        unavailable(f"no Fuseki in {SCRIPT.parent / 'libs'} and no mvn to fetch it: install Maven")
    if subprocess.run([sys.executable, str(SCRIPT), "fetch"], check=False).returncode != 0:
        unavailable(f"{SCRIPT} fetch failed: see its output")


@dataclass
class FusekiServer:
    """One server on 127.0.0.1 with its data in *folder*, or in memory."""

    folder: Path
    in_memory: bool = False
    users: Mapping[str, str] = field(default_factory=dict)
    """Who may ask and write, and their passwords; empty: everybody."""
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/ds"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a gateway that uses it, without the prefix."""
        return {
            "STORE__KIND": "remote",
            "STORE__REMOTE__URL": f"{self.url}/query",
            "STORE__REMOTE__UPDATE_URL": f"{self.url}/update",
            "STORE__REMOTE__TIMEOUT_PARAMETER": "timeout={seconds}",
        }

    def settings(self, **given: object) -> StoreSettings:
        """The settings of a store that uses it."""
        usual = {
            "url": f"{self.url}/query",
            "update_url": f"{self.url}/update",
            "timeout_parameter": "timeout={seconds}",
        }
        return StoreSettings(kind="remote", remote=RemoteStoreSettings.model_validate({**usual, **given}))

    def start(self) -> None:
        """Start it, and return when it answers."""
        assert self._process is None, "the server runs"
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "fuseki.log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        deadline = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.fail(f"Fuseki does not start:\n{(self.folder / 'fuseki.log').read_text()[-3000:]}")
            time.sleep(0.05)

    def _command(self) -> list[str]:
        command = [sys.executable, str(SCRIPT), "start", "--data", str(self.folder), "--port", str(self.port)]
        command += ["--heap", "512m", *(["--memory"] if self.in_memory else [])]
        if self.users:
            passwords = self.folder / "passwords"
            passwords.write_text("".join(f"{name}: {password}\n" for name, password in self.users.items()))
            command += ["--passwords", str(passwords)]
        return command

    def _answers(self) -> bool:
        try:
            self.ask("ASK {}")
        except urllib.error.HTTPError as error:
            return error.code == 401
        except OSError:
            return False
        return True

    def ask(self, query: str, accept: str = "text/csv,*/*;q=0.1") -> str:
        """What its own endpoint answers."""
        body = urllib.parse.urlencode({"query": query}).encode()
        request = urllib.request.Request(f"{self.url}/query", body, {"Accept": accept})
        with urllib.request.urlopen(request, timeout=20) as response:
            answer: bytes = response.read()
            return answer.decode()

    def update(self, text: str) -> None:
        """Do what *text* (SPARQL Update) says, as somebody else would."""
        request = urllib.request.Request(
            f"{self.url}/update", text.encode(), {"Content-Type": "application/sparql-update"}
        )
        with urllib.request.urlopen(request, timeout=20):
            pass

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


@pytest.fixture(scope="session")
def fuseki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FusekiServer]:
    """One in memory that the whole session shares; whoever uses it empties it first."""
    yield from _running(FusekiServer(tmp_path_factory.mktemp("fuseki"), in_memory=True))


@pytest.fixture(scope="session")
def fuseki_on_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FusekiServer]:
    """The same with its data on disk."""
    yield from _running(FusekiServer(tmp_path_factory.mktemp("fuseki-disk")))


def _running(server: FusekiServer) -> Iterator[FusekiServer]:
    require_fuseki()
    server.start()
    yield server
    server.stop()
