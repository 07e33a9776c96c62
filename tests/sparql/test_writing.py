"""Writers: who they are, what they may write, and what is told of it."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from pydantic import ValidationError

from semantic_gw.settings import SparqlSettings
from tests.sparql.asked import LAMP, TITLE, Asked

TOKEN, OTHER_TOKEN = "notes-secret-0123456789", "plans-secret-0123456789"
MINE = "https://notes.example/"
NOTE = f"{MINE}1"
SETTINGS = SparqlSettings.model_validate(
    {
        "writers": {
            "notes": {"token": TOKEN, "prefix": MINE},
            "plans": {"token": OTHER_TOKEN, "prefix": "https://plans.example/"},
        }
    }
)
INSERT = f"INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:s> <urn:p> 'one' }} }}"


@pytest.fixture
def asked() -> Asked:
    return Asked(SETTINGS)


def bearer(token: str = TOKEN, **headers: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in headers.items()}}


async def update(client: httpx.AsyncClient, text: str, token: str = TOKEN) -> httpx.Response:
    return await client.post("/sparql", data={"update": text}, headers=bearer(token))


async def objects(client: httpx.AsyncClient, graph: str = NOTE) -> list[str]:
    query = f"SELECT ?o {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} ORDER BY ?o"
    found = (await client.get("/sparql", params={"query": query})).json()
    return [row["o"]["value"] for row in found["results"]["bindings"]]


async def test_an_update_is_durable_and_visible(asked: Asked) -> None:
    async with asked.client() as client:
        answer = await update(client, INSERT)

        assert answer.status_code == 204
        assert [kept.graph for kept in asked.shelf.kept] == [NOTE]
        assert await objects(client) == ["one"]


async def test_an_update_in_the_body_is_the_same(asked: Asked) -> None:
    async with asked.client() as client:
        headers = bearer(content_type="application/sparql-update")
        answer = await client.post("/sparql", content=INSERT, headers=headers)

        assert answer.status_code == 204
        assert await objects(client) == ["one"]


async def test_nobody_writes_by_default() -> None:
    async with Asked().client() as client:
        answers = [
            await update(client, INSERT),
            await client.put("/graphs", params={"graph": NOTE}, content=b"", headers=bearer()),
            await client.delete("/graphs", params={"graph": NOTE}, headers=bearer()),
        ]

    assert {answer.status_code for answer in answers} == {403}
    assert "sparql.writers" in answers[0].json()["detail"]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Basic bm90ZXM6eA=="}, {"authorization": "Bearer wrong"}])
async def test_whoever_has_no_token_is_told_to_bring_one(asked: Asked, headers: dict[str, str]) -> None:
    async with asked.client() as client:
        answer = await client.post("/sparql", data={"update": INSERT}, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert asked.shelf.kept == []


@pytest.mark.parametrize(
    "text",
    [
        "CLEAR ALL",
        f"DROP GRAPH <{LAMP}>",
        f"INSERT DATA {{ GRAPH <{LAMP}> {{ <urn:s> <urn:p> 1 }} }}",
        "INSERT DATA { GRAPH <https://plans.example/1> { <urn:s> <urn:p> 1 } }",
        f"LOAD <http://127.0.0.1/> INTO GRAPH <{NOTE}>",
    ],
)
async def test_a_writer_writes_no_graph_of_others(asked: Asked, text: str) -> None:
    async with asked.client() as client:
        answer = await update(client, text)

    assert answer.status_code == 403
    assert asked.shelf.kept == []


async def test_each_writer_has_graphs_of_its_own(asked: Asked) -> None:
    async with asked.client() as client:
        refused = await update(client, INSERT, OTHER_TOKEN)
        taken = await update(client, INSERT.replace("notes", "plans"), OTHER_TOKEN)

    assert (refused.status_code, taken.status_code) == (403, 204)


async def test_updates_at_the_same_time_lose_nothing(asked: Asked) -> None:
    async with asked.client() as client:
        texts = [INSERT.replace("one", f"{number:02}") for number in range(20)]
        await asyncio.gather(*(update(client, text) for text in texts))

        assert await objects(client) == [f"{number:02}" for number in range(20)]


async def test_what_is_durable_and_not_yet_visible_is_accepted(asked: Asked) -> None:
    asked.shelf.is_slow = True
    async with asked.client() as client:
        first = await update(client, INSERT)
        second = await update(client, INSERT)

    assert (first.status_code, second.status_code) == (202, 503)  # the second one would not see the first


async def test_an_outage_of_the_bus_is_told(asked: Asked) -> None:
    asked.shelf.is_away = True
    async with asked.client() as client:
        answer = await update(client, INSERT)

    assert answer.status_code == 503
    assert answer.headers["retry-after"]


async def test_a_wrong_update_is_400(asked: Asked) -> None:
    async with asked.client() as client:
        nonsense = f"INSERT DATA {{ GRAPH <{NOTE}> {{ nonsense }} }}"
        answers = [await update(client, text) for text in ("SELECT * { }", nonsense, r"CLEAR \u0041LL")]

    assert {answer.status_code for answer in answers} == {400}


async def test_a_graph_has_a_largest_size() -> None:
    asked = Asked(SETTINGS.model_copy(update={"update_bytes": 1024}))
    async with asked.client() as client:
        large = f"INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:s> <urn:p> '{'x' * 600}', '{'y' * 300}' }} }}"
        more = f"INSERT DATA {{ GRAPH <{NOTE}> {{ <urn:s> <urn:p> '{'z' * 600}' }} }}"
        answers = [await update(client, large), await update(client, more)]

    assert [answer.status_code for answer in answers] == [204, 422]
    assert answers[1].json()["limit"] == "graph"


async def test_a_dataset_of_the_protocol_is_not_taken_with_an_update(asked: Asked) -> None:
    async with asked.client() as client:
        data = {"update": INSERT, "using-graph-uri": LAMP}
        answer = await client.post("/sparql", data=data, headers=bearer())

    assert answer.status_code == 400


# The Graph Store Protocol:


async def test_a_graph_is_put_read_added_to_and_removed(asked: Asked) -> None:
    async with asked.client() as client:
        where = {"params": {"graph": NOTE}, "headers": bearer(content_type="text/turtle")}
        created = await client.put("/graphs", content=b"<urn:s> <urn:p> 'one' .", **where)  # type: ignore[arg-type]
        replaced = await client.put("/graphs", content=b"<urn:s> <urn:p> 'two' .", **where)  # type: ignore[arg-type]
        added = await client.post("/graphs", content=b"<urn:s> <urn:p> 'three' .", **where)  # type: ignore[arg-type]
        there = await objects(client)
        removed = await client.delete("/graphs", params={"graph": NOTE}, headers=bearer())
        gone = await client.delete("/graphs", params={"graph": NOTE}, headers=bearer())

    assert [answer.status_code for answer in (created, replaced, added, removed, gone)] == [201, 204, 204, 204, 404]
    assert there == ["three", "two"]


async def test_a_new_graph_is_posted(asked: Asked) -> None:
    async with asked.client() as client:
        body = b'{"@id": "urn:s", "urn:p": "one"}'
        headers = bearer(content_type="application/ld+json")
        answer = await client.post("/graphs", params={"graph": NOTE}, content=body, headers=headers)

        assert answer.status_code == 201
        assert await objects(client) == ["one"]


async def test_any_text_is_added_to_a_graph(asked: Asked) -> None:
    odd = "\\u003c \\\\u0022 \\" + "".join(map(chr, range(1, 0x21))) + "\x7f\"'\x85"
    async with asked.client() as client:
        await update(client, INSERT)
        body = json.dumps({"@id": "urn:s", "urn:p": odd})
        headers = bearer(content_type="application/ld+json")
        answer = await client.post("/graphs", params={"graph": NOTE}, content=body, headers=headers)

        assert answer.status_code == 204
        assert set(await objects(client)) == {"one", odd}


async def test_relative_iris_are_resolved_by_the_name_of_the_graph(asked: Asked) -> None:
    async with asked.client() as client:
        await client.put(
            "/graphs",
            params={"graph": NOTE},
            content=b"<urn:s> <urn:p> <other> .",
            headers=bearer(content_type="text/turtle"),
        )

        assert await objects(client) == [f"{MINE}other"]


@pytest.mark.parametrize(
    ("graph", "headers", "body", "status"),
    [
        (LAMP, bearer(content_type="text/turtle"), b"", 403),
        ("default", bearer(content_type="text/turtle"), b"", 400),
        (NOTE, bearer("wrong", content_type="text/turtle"), b"", 401),
        (NOTE, bearer(content_type="application/n-quads"), b"", 415),
        (NOTE, bearer(content_type="text/turtle"), b"nonsense", 400),
        ("not an iri", bearer(content_type="text/turtle"), b"", 400),
    ],
)
async def test_a_graph_that_cannot_be_put(
    asked: Asked, graph: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    async with asked.client() as client:
        answer = await client.put("/graphs", params={"graph": graph}, content=body, headers=headers)

    assert answer.status_code == status, answer.text
    assert asked.shelf.kept == []


async def test_the_default_graph_is_only_read(asked: Asked) -> None:
    async with asked.client() as client:
        answer = await client.put("/graphs?default", content=b"", headers=bearer(content_type="text/turtle"))

    assert answer.status_code == 403


async def test_the_description_says_that_there_are_updates(asked: Asked) -> None:
    async with asked.client() as client, Asked().client() as other:
        may, may_not = await client.get("/sparql"), await other.get("/sparql")

    assert "SPARQL11Update" in may.text
    assert "SPARQL11Update" not in may_not.text


async def test_what_a_thing_is_called_stays(asked: Asked) -> None:
    async with asked.client() as client:
        await update(
            client, f"INSERT {{ GRAPH <{NOTE}> {{ ?s <urn:called> ?t }} }} WHERE {{ GRAPH ?g {{ ?s <{TITLE}> ?t }} }}"
        )

        assert await objects(client) == ["Lamp", "Meter"]


@pytest.mark.parametrize(
    "writer",
    [
        {"token": "short", "prefix": MINE},
        {"token": TOKEN, "prefix": "https://notes.example/a"},
        {"token": TOKEN, "prefix": "notes/"},
        {"token": TOKEN},
    ],
)
def test_a_writer_has_a_token_and_a_namespace(writer: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SparqlSettings.model_validate({"writers": {"notes": writer}})
