"""`semantic-gw shapes`, in this process, against a gateway that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from semantic_gw.cli.main import app
from semantic_gw.errors import ConfigurationError, ConflictError, NotRegisteredError, RefusedError, UnavailableError
from tests.live.gateway_process import GatewayProcess
from tests.live.server_process import free_port
from tests.shape_sets.sets import BAD, lamp

BULB = "<urn:a> a <urn:example:Lamp> ."


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    process = GatewayProcess(tmp_path_factory.mktemp("gateway"))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def folder(gateway: GatewayProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Settings that name the gateway, which has no set of its own when the test ends."""
    monkeypatch.setenv("SEMANTIC_GW_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("SEMANTIC_GW_HTTP__PORT", str(gateway.port))
    yield tmp_path
    with httpx.Client(base_url=gateway.url) as client:
        client.delete("/shapes/policies")
        client.delete("/shapes/house")


def run(*words: str, code: int = 0, standard_input: bytes | None = None) -> Result:
    result = CliRunner().invoke(app, ["shapes", *words], input=standard_input)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def told(*words: str, code: int = 0) -> Any:
    return json.loads(run(*words, code=code).stdout)


def write(path: Path, content: bytes | str) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def house(folder: Path, least: int = 1) -> str:
    return write(folder / "house.ttl", lamp(least))


def test_a_set_that_is_added_is_listed_and_shown(folder: Path) -> None:
    run("add", house(folder))
    (own,) = [one for one in told("list", "--json")["sets"] if one["origin"] == "managed"]

    assert (own["name"], own["state"], own["shapes"]) == ("house", "running", 2)
    assert run("show", "house").stdout_bytes.strip() == lamp().strip()
    assert told("show", "house", "--about")["targets"] == {"classes": ["<urn:example:Lamp>"]}


def test_the_list_is_a_line_each_set(folder: Path) -> None:
    lines = run("list").stdout.splitlines()

    assert [line.split("\t")[:3] for line in lines[:1]] == [["profile", "shipped", "running"]]
    assert lines[-1].startswith("judging by ")


def test_a_set_is_added_once_and_replaced_from_then_on(folder: Path) -> None:
    run("add", house(folder))
    with pytest.raises(ConflictError, match="already"):
        run("add", house(folder, 2))
    run("replace", house(folder, 2))

    assert run("show", "house").stdout_bytes.strip() == lamp(2).strip()


def test_a_set_is_replaced_only_if_it_is_as_it_was(folder: Path) -> None:
    run("add", house(folder))
    with pytest.raises(ConflictError):
        run("replace", house(folder, 2), "--if", "0123456789abcdef")


def test_a_set_comes_from_standard_input_with_a_name(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="--name"):
        run("add", "-")
    run("add", "-", "--name", "house", standard_input=lamp())

    assert told("show", "house", "--about")["name"] == "house"


def test_a_bad_set_is_refused_with_what_is_wrong(folder: Path) -> None:
    with pytest.raises(RefusedError, match=r"house\.ttl.*minimumCount"):
        run("add", write(folder / "house.ttl", BAD))


def test_a_set_is_rolled_back(folder: Path) -> None:
    run("add", house(folder))
    run("replace", house(folder, 2))
    number = next(one["version"] for one in told("versions", "house", "--json") if not one["active"])
    run("rollback", "house", str(number))

    assert run("show", "house").stdout_bytes.strip() == lamp().strip()
    assert run("show", "house", "--version", str(number + 1)).stdout_bytes.strip() == lamp(2).strip()
    assert any("holds" in line for line in run("versions", "house").stdout.splitlines())


def test_a_set_is_removed(folder: Path) -> None:
    run("add", house(folder))
    run("remove", "house")
    with pytest.raises(NotRegisteredError, match="there are profile"):
        run("show", "house")


def test_policies_are_printed_replaced_and_reset(folder: Path) -> None:
    file = write(folder / "policies.json", json.dumps({"policy": "mark"}))

    assert told("policies")["policy"] == "quarantine"
    assert told("policies", file)["policy"] == "mark"
    assert told("policies", "--reset")["policy"] == "quarantine"


def test_the_audit_tells_who(folder: Path) -> None:
    run("add", house(folder))
    newest = told("audit", "--json", "-n", "1")[0]

    assert (newest["action"], newest["name"]) == ("put", "house")
    assert "@" in newest["by"]
    assert "house" in run("audit", "-n", "1").stdout


def test_data_is_tried_on_the_shapes_that_run(folder: Path) -> None:
    run("add", house(folder))
    result = run("try", write(folder / "data.ttl", BULB), code=1)

    assert result.stdout.startswith("does not conform; 1 focus nodes, 1 results")
    assert "Violation: urn:a <urn:example:watts>" in result.stdout
    assert "<urn:example:Lamp>\t1" in result.stdout


def test_data_is_tried_on_shapes_of_a_file(folder: Path) -> None:
    file = write(folder / "warning.ttl", lamp(severity="Warning"))
    found = told(
        "try", write(folder / "data.jsonld", '{"@id": "urn:a", "@type": "urn:example:Lamp"}'), "-s", file, "--json"
    )

    assert (found["conforms"], found["severities"]) == (True, {"Warning": 1})


@pytest.mark.parametrize("given", [[], ["--shapes", "house.ttl"]])
def test_data_is_tried_without_a_gateway(folder: Path, given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMANTIC_GW_HTTP__PORT", "1")
    monkeypatch.chdir(folder)
    house(folder)
    found = told("try", write(folder / "data.ttl", BULB), "--local", "--json", *given, code=1)

    assert found["checked"] == bool(given)


def test_a_gateway_that_does_not_answer_is_told(folder: Path) -> None:
    with pytest.raises(UnavailableError, match="no gateway answers"):
        run("list", "--url", f"http://127.0.0.1:{free_port()}")
