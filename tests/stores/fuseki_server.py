"""A real Fuseki of the test's own: started, killed and started again on one port and one set of data."""

from __future__ import annotations

import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from semantic_gw.settings import RemoteStoreSettings, StoreSettings
from tests.live.server_process import ServerProcess, free_port, require_java_server
from tests.shared import ROOT

SCRIPT = ROOT / "deploy" / "fuseki" / "fuseki.py"


def require_fuseki() -> None:
    require_java_server("Fuseki", SCRIPT)


@dataclass
class FusekiServer(ServerProcess):
    """One server on 127.0.0.1 with its data in *folder*, or in memory."""

    name = "Fuseki"
    log_name = "fuseki.log"
    in_memory: bool = False
    users: Mapping[str, str] = field(default_factory=dict)
    """Who may ask and write, and their passwords; empty: everybody."""
    port: int = field(default_factory=free_port)

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

    def command(self) -> list[str]:
        command = [sys.executable, str(SCRIPT), "start", "--data", str(self.folder), "--port", str(self.port)]
        command += ["--heap", "512m", *(["--memory"] if self.in_memory else [])]
        if self.users:
            passwords = self.folder / "passwords"
            passwords.write_text("".join(f"{name}: {password}\n" for name, password in self.users.items()))
            command += ["--passwords", str(passwords)]
        return command

    def is_there(self) -> bool:
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
