"""What writers wrote is kept by the bus: it is there again after a crash, also with a store that knows nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conformance.sparql_cases import BEARER, DATA, MINE, ONE, TOKEN, TWO
from tests.live.gateway_process import GatewayProcess


@pytest.fixture
def gateway_of_notes(tmp_path: Path) -> Iterator[GatewayProcess]:
    writers = {"notes": {"token": TOKEN, "prefix": MINE}}
    process = GatewayProcess(tmp_path, {"SPARQL__WRITERS": json.dumps(writers)})
    process.start()
    yield process
    process.stop()


@pytest.mark.parametrize("snapshot", ["kept", "lost"])
def test_written_graphs_survive_a_crash(gateway_of_notes: GatewayProcess, snapshot: str) -> None:
    with httpx.Client(base_url=gateway_of_notes.url, trust_env=False, timeout=30.0) as client:
        for graph, triples in DATA.items():
            client.put("/graphs", params={"graph": graph}, content=triples, headers=BEARER)
        client.delete("/graphs", params={"graph": TWO}, headers=BEARER)
        gateway_of_notes.kill()
        if snapshot == "lost":
            for path in gateway_of_notes.folder.glob("data/*.snapshot*"):
                path.unlink()
        gateway_of_notes.start()
        update = f"INSERT DATA {{ GRAPH <{ONE}> {{ <urn:s1> <urn:p> 'more' }} }}"

        assert client.post("/sparql", data={"update": update}, headers=BEARER).status_code == 204
        assert client.get("/graphs", params={"graph": TWO}).status_code == 404
        kept = client.get("/graphs", params={"graph": ONE}).text
        assert "one" in kept
        assert "more" in kept
