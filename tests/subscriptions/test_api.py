"""`/subscriptions` over HTTP: documents, conditions, pages, and what is told of health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.subscriptions.conftest import World
from tests.subscriptions.test_matching import PREFIXES, WARM

WANTED: dict[str, Any] = {"filter": {"kinds": ["sgw:AirTemperature"]}, "description": "Warm rooms"}
HOOK = {"webhook": {"url": "http://127.0.0.1:9/hook", "secret": "0123456789abcdef"}}


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client() as found:
        yield found


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_what_is_posted_gets_an_id_and_is_found_there(client: httpx.AsyncClient) -> None:
    answer = await client.post("/subscriptions", json=WANTED)
    found = await client.get(answer.headers["location"])

    assert answer.status_code == 201
    assert found.json() == answer.json()
    assert found.json()["topic"] == f"semantic.sub.{found.json()['id']}"


async def test_an_id_of_the_client_is_taken_once(client: httpx.AsyncClient) -> None:
    first = await client.post("/subscriptions", json={"id": "mine", **WANTED})
    second = await client.post("/subscriptions", json={"id": "mine", **WANTED})

    assert (first.status_code, second.status_code) == (201, 412)


async def test_what_was_read_can_be_put_back(client: httpx.AsyncClient) -> None:
    await client.put("/subscriptions/one", json=WANTED)
    read = await client.get("/subscriptions/one")
    answer = await client.put("/subscriptions/one", json=read.json(), headers={"If-Match": read.headers["etag"]})

    assert answer.status_code == 200, answer.text
    assert answer.json()["expires"] == read.json()["expires"]


async def test_a_change_of_what_is_no_longer_so_is_refused(client: httpx.AsyncClient) -> None:
    await client.put("/subscriptions/one", json=WANTED)
    answer = await client.put("/subscriptions/one", json=WANTED, headers={"If-Match": '"999"'})

    problem(answer, 412)


async def test_a_patch_changes_one_member(client: httpx.AsyncClient) -> None:
    await client.put("/subscriptions/one", json=WANTED)
    patch = {"filter": {"threshold": {"above": 30}}}
    answer = await client.patch("/subscriptions/one", json=patch)

    assert answer.json()["filter"] == {
        "kinds": ["https://w3id.org/semantic-gw/AirTemperature"],
        "threshold": {"above": 30.0},
    }


async def test_what_is_deleted_is_gone(client: httpx.AsyncClient) -> None:
    await client.put("/subscriptions/one", json=WANTED)
    answer = await client.delete("/subscriptions/one")

    assert answer.status_code == 204
    problem(await client.get("/subscriptions/one"), 404)


async def test_the_list_comes_in_pages(client: httpx.AsyncClient) -> None:
    for id_ in ("a", "b", "c"):
        await client.put(f"/subscriptions/{id_}", json=WANTED)
    first = await client.get("/subscriptions?limit=2")
    second = await client.get(first.headers["link"].partition(">")[0].removeprefix("<"))

    assert [one["id"] for one in first.json()] == ["a", "b"]
    assert [one["id"] for one in second.json()] == ["c"]
    assert "link" not in second.headers


async def test_a_secret_is_not_told_and_kept_by_what_was_read(client: httpx.AsyncClient, world: World) -> None:
    await client.put("/subscriptions/one", json={**WANTED, "deliver": HOOK})
    read = (await client.get("/subscriptions/one")).json()
    await client.put("/subscriptions/one", json=read)
    kept = (await world.parts.registry.get("one")).document.deliver.webhook

    assert read["deliver"]["webhook"]["secret"] == "***"
    assert kept is not None
    assert kept.secret == HOOK["webhook"]["secret"]


async def test_a_wrong_query_is_refused_with_line_and_column(client: httpx.AsyncClient) -> None:
    answer = await client.post("/subscriptions", json={"query": WARM + "}"})
    told = problem(answer, 400)

    assert told["line"] == WARM.count("\n") + 1
    assert told["column"] > 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("SELECT * { ?s ?p ?o }", "says nothing of the message", id="no message"),
        pytest.param(WARM.replace("?thing a", "SERVICE <http://x.example/> {} ?thing a"), "SERVICE", id="service"),
        pytest.param("DESCRIBE <urn:x>", "SELECT, CONSTRUCT or ASK", id="describe"),
        pytest.param(PREFIXES + "SELECT * { OPTIONAL { GRAPH sgw:message { ?s ?p ?o } } }", "outside", id="optional"),
        pytest.param(PREFIXES + "SELECT * {" * 4000 + " GRAPH sgw:message { ?s ?p ?o }" + "}" * 4000, "", id="braces"),
        pytest.param(WARM + "#" * 20_000, "16384 bytes", id="long"),
    ],
)
async def test_a_query_that_cannot_stand_is_refused(client: httpx.AsyncClient, query: str, said: str) -> None:
    told = problem(await client.post("/subscriptions", json={"query": query}), 400)

    assert said in told["detail"]


async def test_too_many_queries_that_name_nothing_are_refused(client: httpx.AsyncClient) -> None:
    codes = [
        (
            await client.post(
                "/subscriptions",
                json={"query": f"{PREFIXES} SELECT * {{ GRAPH sgw:message {{ ?s ?p {number} }} }}"},
            )
        ).status_code
        for number in range(21)
    ]

    assert codes == [201] * 20 + [422]


@pytest.mark.parametrize("url", ["http://10.0.0.1/x", "http://169.254.169.254/", "ftp://127.0.0.1/", "http://a b/"])
async def test_a_webhook_to_where_none_may_go_is_refused(client: httpx.AsyncClient, url: str) -> None:
    deliver = {"webhook": {"url": url, "secret": "0123456789abcdef"}}
    told = problem(await client.post("/subscriptions", json={**WANTED, "deliver": deliver}), 400)

    assert told["validationErrors"][0]["field"] == "/deliver/webhook/url"


async def test_its_description_has_forms_for_each_delivery(client: httpx.AsyncClient) -> None:
    await client.put("/subscriptions/one", json=WANTED)
    answer = await client.get("/subscriptions/one/td")
    forms = answer.json()["events"]["match"]["forms"]

    assert answer.headers["content-type"] == "application/td+json"
    assert [form["href"] for form in forms] == [
        "http://gateway/subscriptions/one/events",
        "ws://gateway/subscriptions/one/events",
    ]
    assert forms[0]["subprotocol"] == "sse"


async def test_the_health_counts_matches(client: httpx.AsyncClient, world: World) -> None:
    await client.put("/subscriptions/one", json=WANTED)
    found = (await client.get("/subscriptions/one")).json()["health"]

    assert found == {"state": "active", "matched": 0, "delivered": 0, "failed": 0, "behind": 0}
