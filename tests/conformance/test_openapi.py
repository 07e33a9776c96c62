"""Whatever the OpenAPI document allows, and whatever it does not: no request makes the gateway fail."""

from __future__ import annotations

import time
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.conformance.directory_client import DirectoryClient
from tests.conformance.things import lamp

BUDGET_S = 25.0
EXAMPLES = 40
ENDLESS = "/events"


def schema_of(directory: DirectoryClient) -> OpenApiSchema:
    found = schemathesis.openapi.from_dict(directory.http.get("/openapi.json").json())
    assert isinstance(found, OpenApiSchema)
    return found


def test_the_document_describes_every_way_in(directory: DirectoryClient) -> None:
    paths = directory.http.get("/openapi.json").json()["paths"]

    assert paths["/things"].keys() >= {"get", "post"}
    assert paths["/things/{id}"].keys() >= {"get", "put", "patch", "delete"}
    assert paths.keys() >= {"/events", "/events/{type}", "/search/jsonpath", "/search/xpath", "/search/sparql"}
    assert paths.keys() >= {"/.well-known/wot", "/models", "/models/{id}", "/models/{id}/things", "/things/dry-run"}


def test_no_request_makes_the_gateway_fail(directory: DirectoryClient) -> None:
    directory.put(lamp())
    operations = [found.ok() for found in schema_of(directory).get_all_operations() if isinstance(found, Ok)]
    bounded = [operation for operation in operations if not operation.path.startswith(ENDLESS)]
    failures: list[str] = []
    for operation in bounded:
        deadline = time.monotonic() + BUDGET_S / len(bounded)

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def attack(case: Case[Any], deadline: float = deadline) -> None:
            if time.monotonic() < deadline:
                failures.extend(failure(directory, case))

        attack()

    assert bounded
    assert failures == []


def failure(directory: DirectoryClient, case: Case[Any]) -> list[str]:
    """What is wrong with the answer to *case*; nothing where the client cannot even send it."""
    try:
        answer = case.call(base_url=directory.url)
    except (httpx.HTTPError, ValueError, OSError):
        return []
    wrong = answer.status_code >= 500 and answer.status_code not in (501, 503)
    untold = answer.status_code >= 400 and case.method != "HEAD" and not _is_problem(answer.headers)
    return [f"{case.as_curl_command()} → {answer.status_code} {answer.text[:200]}"] if wrong or untold else []


def _is_problem(headers: dict[str, list[str]]) -> bool:
    return "application/problem+json" in str(headers.get("content-type"))
