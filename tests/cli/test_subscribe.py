"""`semantic-gw subscribe`, in this process, against a gateway that runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from semantic_gw.bus.log import LogBus
from semantic_gw.cli.main import app
from semantic_gw.errors import ConfigurationError, NotRegisteredError, RefusedError
from tests.live.gateway_process import GatewayProcess
from tests.view.graphs import message, record

WANTED = {"filter": {"kinds": ["sgw:AirTemperature"]}}
QUERY = (
    "PREFIX saref: <https://saref.etsi.org/core/> PREFIX sgw: <https://w3id.org/semantic-gw/>\n"
    "ASK { GRAPH sgw:message { ?o saref:madeBy <urn:example:well> } }"
)


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path_factory.mktemp("gateway"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def folder(gateway: GatewayProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings that name the gateway."""
    monkeypatch.setenv("SEMANTIC_GW_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("SEMANTIC_GW_HTTP__PORT", str(gateway.port))
    return tmp_path


def run(*words: str, standard_input: bytes | None = None) -> Result:
    result = CliRunner().invoke(app, ["subscribe", *words], input=standard_input)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def created(folder: Path, id_: str, document: Any = WANTED) -> dict[str, Any]:
    file = folder / "wanted.json"
    file.write_text(json.dumps(document), "utf-8")
    found: dict[str, Any] = json.loads(run("create", "--id", id_, str(file)).stdout)
    return found


def test_what_is_created_is_listed_and_shown(folder: Path) -> None:
    made = created(folder, "shown")

    assert made["topic"] == "semantic.sub.shown"
    assert "shown" in [json.loads(line)["id"] for line in run("list", "--json").stdout.splitlines()]
    assert json.loads(run("show", "shown").stdout)["filter"] == made["filter"]


def test_sparql_comes_from_its_file(folder: Path) -> None:
    (folder / "well.rq").write_text(QUERY, "utf-8")

    assert json.loads(run("create", str(folder / "well.rq")).stdout)["query"] == QUERY


def test_a_document_comes_from_standard_input(folder: Path) -> None:
    made = json.loads(run("create", "-", standard_input=json.dumps({"id": "piped", **WANTED}).encode()).stdout)

    assert made["id"] == "piped"


def test_what_is_wrong_is_told(folder: Path) -> None:
    with pytest.raises(RefusedError, match="colour"):
        created(folder, "bad", {"filter": {"colour": "red"}})


def test_a_file_that_is_none_is_told(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="nothing"):
        run("create", str(folder / "nothing.json"))


def test_what_is_removed_is_gone(folder: Path) -> None:
    created(folder, "gone")
    run("remove", "gone")

    with pytest.raises(NotRegisteredError):
        run("show", "gone")


def test_matches_are_followed(folder: Path, gateway: GatewayProcess) -> None:
    created(folder, "followed")
    asyncio.run(tell(gateway.folder / "log.sqlite", "semantic.sub.followed"))
    match = json.loads(run("tail", "followed", "--after", "0", "-n", "1").stdout)

    assert match["message"].endswith("/2")


async def tell(log: Path, matches: str) -> None:
    """Two messages on the bus of the gateway; on return both stand on the topic *matches*."""
    bus = LogBus(log)
    await bus.start()
    await bus.publish([record(message(number, t=21.0)) for number in (1, 2)])
    async with asyncio.timeout(30), bus.subscribe([matches]) as subscription:
        count = 0
        while count < 2:
            count += len(await subscription.batch(2, 1.0))
    await bus.stop()
