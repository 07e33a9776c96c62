"""Whatever the OpenAPI document allows, and whatever it does not: no request makes the gateway fail."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.conformance.directory_client import DirectoryClient
from tests.conformance.things import lamp

BUDGET_S = 15.0
EXAMPLES = 50
PATIENCE_S = 10.0
ENDLESS = "/events"
TOLD = (501, 503, 504)
"""What a server may say of itself without having failed: a part is not offered, busy, or more than the time given."""


TEXTS = ("application/x-ndjson", "application/sparql-query", "text/turtle", "application/n-triples", "text/plain")


@schemathesis.serializer(*TEXTS)
def as_text(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """Whatever was generated, as bytes."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


def operations(directory: DirectoryClient) -> list[APIOperation[Any, Any, Any, Any]]:
    """Every operation that ends by itself."""
    schema = schemathesis.openapi.from_dict(directory.http.get("/openapi.json").json())
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [operation for operation in found if not operation.path.startswith(ENDLESS)]


def test_the_document_describes_every_way_in(directory: DirectoryClient) -> None:
    paths = directory.http.get("/openapi.json").json()["paths"]

    assert paths["/things"].keys() >= {"get", "post"}
    assert paths["/things/{id}"].keys() >= {"get", "put", "patch", "delete"}
    assert paths.keys() >= {"/events", "/events/{type}", "/search/jsonpath", "/search/xpath", "/search/sparql"}
    assert paths["/sparql"].keys() >= {"get", "post"}
    assert paths["/graphs"].keys() >= {"get", "put", "post", "delete"}
    assert paths.keys() >= {"/.well-known/wot", "/models", "/models/{id}", "/models/{id}/things", "/things/dry-run"}


def test_no_request_makes_the_gateway_fail(directory: DirectoryClient) -> None:
    directory.put(lamp())
    bounded = operations(directory)
    found = [fault for one in bounded for fault in faults(directory, one, BUDGET_S / len(bounded))]

    assert len(bounded) >= 15
    assert found == []


def faults(directory: DirectoryClient, operation: APIOperation[Any, Any, Any, Any], budget_s: float) -> list[str]:
    """What is wrong with the answers to requests of *operation*, as many as there is time for."""
    found: list[str] = []
    deadline = time.monotonic() + budget_s

    @seed(1)
    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attack(case: Case[Any]) -> None:
        if time.monotonic() < deadline:
            found.extend(fault(directory, case))

    attack()
    return found


def fault(directory: DirectoryClient, case: Case[Any]) -> list[str]:
    """What is wrong with the answer to *case*; nothing where a client cannot even send it."""
    try:
        answer = case.call(base_url=directory.url, timeout=PATIENCE_S)
    except requests.exceptions.Timeout:
        return [f"{case.as_curl_command()} → no answer"]
    except (requests.exceptions.RequestException, ValueError, OSError):
        return []
    failed = answer.status_code >= 500 and answer.status_code not in TOLD
    untold = answer.status_code >= 400 and case.method != "HEAD" and not is_problem(answer.headers)
    return [f"{case.as_curl_command()} → {answer.status_code} {answer.text[:200]}"] if failed or untold else []


def is_problem(headers: Mapping[str, list[str]]) -> bool:
    return "application/problem+json" in str(headers.get("content-type"))
