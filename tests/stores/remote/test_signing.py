"""The signatures of Amazon's own test suite for Signature Version 4."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from semantic_gw.errors import ConfigurationError
from semantic_gw.settings import RemoteStoreSettings
from semantic_gw.stores.remote.signing import Credentials, Signed, canonical_request, signed

EXAMPLE = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NOON = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)

VECTORS = {
    "get-vanilla": (
        httpx.Request("GET", "https://example.amazonaws.com/"),
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "get-vanilla-query-order-key-case": (
        httpx.Request("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1"),
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    "post-vanilla": (
        httpx.Request("POST", "https://example.amazonaws.com/"),
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    "post-x-www-form-urlencoded": (
        httpx.Request(
            "POST",
            "https://example.amazonaws.com/",
            content=b"Param1=value1",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    ),
}


def signature(request: httpx.Request, credentials: Credentials = EXAMPLE) -> str:
    """The Authorization field that *request* gets."""
    (done,) = Signed(credentials, "us-east-1", "service", lambda: NOON).auth_flow(request)
    return str(done.headers["Authorization"])


@pytest.mark.parametrize("name", VECTORS)
def test_it_is_that_of_the_test_suite(name: str) -> None:
    request, expected = VECTORS[name]

    assert signature(request).endswith(f"Signature={expected}")


def test_a_session_token_is_sent_and_signed() -> None:
    request = httpx.Request("GET", "https://example.amazonaws.com/")
    told = signature(request, Credentials("AKIDEXAMPLE", "secret", "token"))

    assert request.headers["X-Amz-Security-Token"] == "token"
    assert "x-amz-security-token" in told


def test_a_path_is_signed_as_it_is_sent() -> None:
    text = canonical_request("GET", httpx.URL("https://h/a b/é?x=1 2"), {"host": "h"}, b"")

    assert text.splitlines()[1:3] == ["/a%20b/%C3%A9", "x=1%202"]


def test_the_environment_has_keys_where_the_settings_have_none() -> None:
    settings = RemoteStoreSettings(aws_region="eu-west-1")
    environment = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}
    request = httpx.Request("POST", "https://db.example/sparql", content=b"query=ASK{}")
    (done,) = signed(settings, environment).auth_flow(request)

    assert "Credential=id/" in done.headers["Authorization"]
    assert "/eu-west-1/neptune-db/aws4_request" in done.headers["Authorization"]


def test_without_keys_it_does_not_start() -> None:
    with pytest.raises(ConfigurationError, match="wants keys"):
        signed(RemoteStoreSettings(aws_region="eu-west-1"), {})


def test_a_secret_is_not_shown() -> None:
    assert "wJalr" not in repr(EXAMPLE)
