"""`/shapes` over HTTP: methods, headers, bodies, and what is told where something is wrong."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse

from semantic_gw.api.shapes import ShapesResource
from semantic_gw.api.shapes_api import ShapesApi
from semantic_gw.sandbox import Sandbox
from semantic_gw.settings import HttpSettings, ShapesSettings
from semantic_gw.shape_sets.policies import Policies
from semantic_gw.shape_sets.shape_set import content_hash
from tests.shape_sets.sets import BAD, SPARQL, lamp, managed

TURTLE = {"Content-Type": "text/turtle"}
JSON = {"Content-Type": "application/json"}
LIMITS = ShapesSettings(max_set_bytes=4096, max_data_bytes=8192)
DATA = "<urn:a> a <urn:example:Bulb> ."


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(deadline_s=20.0, memory_bytes=1024**3) as shared:
        yield shared


@pytest.fixture
async def client(tmp_path: Path, sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with managed(f"sqlite:///{tmp_path / 'directory.sqlite'}", settings=LIMITS, sandbox=sandbox) as sets:
        api = ShapesApi(ShapesResource(sets, LIMITS), HttpSettings())
        app = api.in_front_of(PlainTextResponse("elsewhere", 404))
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as found:
            yield found


def etag(content: bytes) -> str:
    return f'"{content_hash(content)}"'


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of *answer*."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


async def put(
    client: httpx.AsyncClient, content: bytes = lamp(), name: str = "house", **headers: str
) -> httpx.Response:
    return await client.put(f"/shapes/{name}", content=content, headers={**TURTLE, **headers})


async def test_a_set_that_is_new_is_created(client: httpx.AsyncClient) -> None:
    answer = await put(client)

    assert answer.status_code == 201
    assert (answer.headers["location"], answer.headers["etag"]) == ("/shapes/house", etag(lamp()))
    assert len(answer.headers["shacl-shapes"]) == 16


async def test_a_set_is_read_as_it_was_put(client: httpx.AsyncClient) -> None:
    await put(client)
    answer = await client.get("/shapes/house")

    assert answer.content == lamp()
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert answer.headers["etag"] == etag(lamp())


async def test_a_set_that_is_known_is_not_sent_again(client: httpx.AsyncClient) -> None:
    await put(client)
    answer = await client.get("/shapes/house", headers={"If-None-Match": etag(lamp())})

    assert (answer.status_code, answer.content) == (304, b"")


async def test_what_is_known_of_a_set_is_told_as_json(client: httpx.AsyncClient) -> None:
    await put(client, SPARQL.encode())
    told = (await client.get("/shapes/house", headers={"Accept": "application/json"})).json()

    assert told["engine"] == [{"shape": "<urn:example:Slow>", "reason": "sh:sparql"}]
    assert (told["origin"], told["state"], told["version"], told["compiled"]) == ("managed", "running", 1, 0)
    assert told["targets"] == {"classes": ["<urn:example:Lamp>"]}


async def test_the_list_tells_every_set_and_what_runs(client: httpx.AsyncClient) -> None:
    hash_ = (await put(client)).headers["shacl-shapes"]
    told = (await client.get("/shapes")).json()

    assert [(one["name"], one["origin"], one["shapes"]) for one in told["sets"]] == [
        ("core", "shipped", 2),
        ("house", "managed", 2),
    ]
    assert told["running"] == {"hash": hash_, "policies": told["policies"]["hash"], "version": told["version"]}
    assert told["policies"]["stored"] is False


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ({"If-Match": etag(lamp())}, 204),
        ({"If-Match": "*"}, 204),
        ({"If-Match": '"other"'}, 412),
        ({"If-None-Match": "*"}, 412),
    ],
)
async def test_a_set_is_replaced_under_a_condition(
    client: httpx.AsyncClient, header: dict[str, str], status: int
) -> None:
    await put(client)

    assert (await put(client, lamp(2), **header)).status_code == status


async def test_a_bad_set_is_a_problem_that_names_set_and_node(client: httpx.AsyncClient) -> None:
    told = problem(await put(client, BAD.encode()), 400)

    assert "house.ttl" in told["detail"]
    assert "urn:example:Wrong" in told["detail"]
    assert "minimumCount" in told["detail"]
    assert (await client.get("/shapes/house")).status_code == 404


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/html", b"<p>", 415),
        ("text turtle", b"", 415),
        ("application/ld+json", b"{", 400),
        ("text/turtle", b"x", 400),
        ("text/turtle", b"#" * 5000, 413),
    ],
)
async def test_a_body_that_is_no_set_is_a_problem(
    client: httpx.AsyncClient, content_type: str, body: bytes, status: int
) -> None:
    problem(await client.put("/shapes/house", content=body, headers={"Content-Type": content_type}), status)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/shapes/core", 405),
        ("DELETE", "/shapes/core", 405),
        ("POST", "/shapes/core", 405),
        ("POST", "/shapes", 405),
        ("GET", "/shapes/dry-run", 405),
        ("PUT", "/shapes/a%20b", 400),
        ("PUT", "/shapes/%00", 400),
        ("GET", "/shapes/nobody", 404),
        ("DELETE", "/shapes/nobody", 404),
        ("GET", "/shapes/nobody/versions", 404),
        ("GET", "/shapes/%00/versions", 404),
        ("GET", "/shapes/nobody/versions/1", 404),
        ("GET", "/shapes/nobody/versions/x", 404),
        ("POST", "/shapes/nobody/versions/1/activate", 404),
        ("POST", "/shapes/core/versions/1/activate", 405),
        ("GET", "/shapes?x=1", 400),
        ("GET", "/shapes/audit?limit=x", 400),
    ],
)
async def test_what_is_not_possible_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    told = problem(await client.request(method, path), status)

    assert told["detail"]


async def test_a_set_of_a_file_says_what_is_possible(client: httpx.AsyncClient) -> None:
    assert (await put(client, name="core")).headers["allow"] == "GET, HEAD"


async def test_paths_below_that_are_nothing_are_left_to_others(client: httpx.AsyncClient) -> None:
    assert (await client.get("/shapes/a/b/c/d/e")).text == "elsewhere"
    assert (await client.get("/shapesx")).text == "elsewhere"


async def test_an_older_version_is_read_and_made_to_hold(client: httpx.AsyncClient) -> None:
    await put(client)
    await put(client, lamp(2))
    answer = await client.post("/shapes/house/versions/1/activate")
    versions = (await client.get("/shapes/house/versions")).json()

    assert (answer.status_code, answer.headers["etag"]) == (204, etag(lamp()))
    assert [(one["version"], one["active"]) for one in versions] == [(2, False), (1, True)]
    assert (await client.get("/shapes/house/versions/2")).content == lamp(2)


async def test_a_set_is_removed(client: httpx.AsyncClient) -> None:
    await put(client)

    assert (await client.delete("/shapes/house")).status_code == 204
    assert (await client.get("/shapes/house")).status_code == 404


async def test_policies_are_read_changed_and_put_back(client: httpx.AsyncClient) -> None:
    read = await client.get("/shapes/policies")
    document = {**read.json(), "rules": [{"set": "core", "policy": "log"}]}
    put_ = await client.put("/shapes/policies", json=document, headers={"If-Match": read.headers["etag"]})
    now = (await client.get("/shapes/policies")).json()

    assert put_.status_code == 204
    assert now["rules"] == [{"policy": "log", "set": "core", "severity": "Violation", "topic": ""}]
    assert (
        await client.put("/shapes/policies", json=document, headers={"If-Match": read.headers["etag"]})
    ).status_code == 412


async def test_policies_are_given_back_to_the_settings(client: httpx.AsyncClient) -> None:
    await client.put("/shapes/policies", json={"policy": "log"})
    await client.delete("/shapes/policies")

    assert (await client.get("/shapes/policies")).json() == Policies().document


async def test_versions_of_policies_are_kept(client: httpx.AsyncClient) -> None:
    await client.put("/shapes/policies", json={"policy": "log"})
    await client.put("/shapes/policies", json={"policy": "mark"})
    await client.post("/shapes/policies/versions/1/activate")
    read = await client.get("/shapes/policies/versions/1")

    assert read.headers["content-type"] == "application/json"
    assert (await client.get("/shapes/policies")).json()["policy"] == read.json()["policy"] == "log"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "#"),
        ({"policy": "drop"}, "/policy"),
        ({"rules": [{"set": "core"}]}, "/rules/0/policy"),
        ({"rules": [{"policy": "log", "severity": "Bad"}]}, "/rules/0/severity"),
        ({"rule": []}, "/rule"),
        ({"rules": [{"policy": "log", "set": "hose"}]}, "/rules"),
    ],
)
async def test_policies_that_are_wrong_say_where(client: httpx.AsyncClient, document: Any, field: str) -> None:
    told = problem(await client.put("/shapes/policies", json=document), 400)

    assert told["validationErrors"][0]["field"] == field


async def test_a_set_that_policies_name_is_in_use(client: httpx.AsyncClient) -> None:
    await put(client)
    await client.put("/shapes/policies", json={"rules": [{"set": "house", "policy": "log"}]})

    assert "house" in problem(await client.delete("/shapes/house"), 409)["detail"]


async def test_the_audit_tells_who_and_from_where(client: httpx.AsyncClient) -> None:
    await put(client, From="alice@example.org")
    await client.put("/shapes/policies", json={"policy": "log"})
    told = (await client.get("/shapes/audit")).json()

    assert [(one["name"], one["by"]) for one in told] == [
        ("policies", "127.0.0.1"),
        ("house", "alice@example.org (127.0.0.1)"),
    ]
    assert told[1]["after"] == content_hash(lamp())
    assert (await client.get(f"/shapes/audit?before={told[0]['position']}&limit=1")).json() == told[1:]


async def test_data_is_tried_on_what_runs(client: httpx.AsyncClient) -> None:
    told = (await client.post("/shapes/dry-run", json={"data": DATA})).json()

    assert (told["conforms"], told["focusNodesPerShape"]) == (False, {"<urn:example:Core>": 1})


async def test_data_is_tried_on_shapes_that_come_along(client: httpx.AsyncClient) -> None:
    body = {"data": json.dumps({"@id": "urn:a"}), "contentType": "application/ld+json", "shapes": lamp().decode()}
    told = (await client.post("/shapes/dry-run", json=body)).json()

    assert (told["checked"], told["conforms"]) == (False, False)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "#"),
        ({}, "/data"),
        ({"data": 5}, "/data"),
        ({"data": "x"}, "/data"),
        ({"data": DATA, "shapes": BAD}, "/shapes"),
        ({"data": DATA, "contentType": "text/html"}, "/contentType"),
        ({"data": DATA, "contentType": "?"}, "/contentType"),
        ({"data": DATA, "more": ""}, "/more"),
    ],
)
async def test_a_dry_run_that_is_wrong_says_where(client: httpx.AsyncClient, body: Any, field: str) -> None:
    told = problem(await client.post("/shapes/dry-run", json=body), 400)

    assert told["validationErrors"][0]["field"] == field


async def test_a_dry_run_has_a_bound(client: httpx.AsyncClient) -> None:
    told = problem(await client.post("/shapes/dry-run", json={"data": "#" * 10_000}), 413)

    assert "shapes.max_data_bytes" in told["detail"]


async def test_a_dry_run_changes_nothing(client: httpx.AsyncClient) -> None:
    before = (await client.get("/shapes")).json()
    await client.post("/shapes/dry-run", json={"data": DATA, "shapes": lamp().decode()})

    assert (await client.get("/shapes")).json() == before
