from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException

from semantic_gw.api.problems import install_problem_handlers
from semantic_gw.errors import NoMappingError, UnavailableError
from semantic_gw.problems import ProblemError


def application() -> FastAPI:
    api = FastAPI()
    install_problem_handlers(api)

    @api.get("/number/{value}")
    async def number(value: int) -> int:
        return value

    @api.get("/teapot")
    async def teapot() -> None:
        raise HTTPException(418, "short and stout", {"X-Spout": "yes"})

    @api.get("/problem")
    async def problem() -> None:
        raise ProblemError(410, "Thing removed", "the Thing was removed", thing="urn:x")

    @api.get("/away")
    async def away() -> None:
        raise UnavailableError("the broker is away")

    @api.get("/unmapped")
    async def unmapped() -> None:
        raise NoMappingError("no family knows this")

    @api.get("/fault")
    async def fault() -> None:
        raise RuntimeError("a secret of the inside")

    return api


@pytest.fixture
def client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application(), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")


async def refused(client: httpx.AsyncClient, path: str, method: str = "GET") -> tuple[dict[str, Any], httpx.Headers]:
    async with client:
        response = await client.request(method, path)
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["status"] == response.status_code
    assert document["instance"] == path
    return document, response.headers


async def test_an_unknown_path_is_a_problem(client: httpx.AsyncClient) -> None:
    document, _ = await refused(client, "/nowhere")

    assert (document["status"], document["title"]) == (404, "Not Found")
    assert document["detail"] == "nothing is served at /nowhere; /docs lists what is"


async def test_another_method_is_a_problem_that_tells_which_is_possible(client: httpx.AsyncClient) -> None:
    document, headers = await refused(client, "/teapot", "DELETE")

    assert document["detail"] == "DELETE is not possible here; GET is"
    assert headers["allow"] == "GET"


async def test_an_invalid_parameter_is_a_problem_that_names_it(client: httpx.AsyncClient) -> None:
    document, _ = await refused(client, "/number/x")

    assert document["status"] == 422
    assert document["errors"][0]["where"] == "path.value"


async def test_an_http_exception_is_a_problem_with_its_headers(client: httpx.AsyncClient) -> None:
    document, headers = await refused(client, "/teapot")

    assert (document["status"], document["detail"]) == (418, "short and stout")
    assert headers["x-spout"] == "yes"


async def test_a_problem_error_is_its_problem(client: httpx.AsyncClient) -> None:
    document, _ = await refused(client, "/problem")

    assert (document["title"], document["thing"]) == ("Thing removed", "urn:x")


async def test_an_outage_is_a_problem_with_a_time_to_come_back(client: httpx.AsyncClient) -> None:
    document, headers = await refused(client, "/away")

    assert (document["status"], document["detail"]) == (503, "the broker is away")
    assert headers["retry-after"] == "5"


async def test_an_error_of_a_payload_is_a_problem_with_its_reason(client: httpx.AsyncClient) -> None:
    document, _ = await refused(client, "/unmapped")

    assert (document["status"], document["reason"]) == (422, "no mapping")


async def test_an_unexpected_error_is_a_problem_that_tells_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    document, _ = await refused(client, "/fault")

    assert document["status"] == 500
    assert "secret" not in document["detail"]
