"""What a page of another site has a browser send changes nothing."""

from __future__ import annotations

import pytest

from semantic_gw.asgi import check_same_site
from semantic_gw.problems import ProblemError

HOST = {b"host": b"127.0.0.1:8080"}


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("POST", {}),
        ("POST", {b"sec-fetch-site": b"same-origin", b"origin": b"http://other"}),
        ("DELETE", {b"sec-fetch-site": b"none"}),
        ("PUT", {b"origin": b"http://127.0.0.1:8080"}),
        ("GET", {b"sec-fetch-site": b"cross-site", b"origin": b"https://evil.example"}),
    ],
)
def test_requests_of_programs_and_of_our_own_pages_are_taken(method: str, headers: dict[bytes, bytes]) -> None:
    check_same_site({"method": method}, {**HOST, **headers})


@pytest.mark.parametrize(
    "headers",
    [
        {b"sec-fetch-site": b"cross-site"},
        {b"sec-fetch-site": b"same-site"},
        {b"origin": b"https://evil.example"},
        {b"origin": b"null"},
        {b"origin": b"http://127.0.0.1:9"},
    ],
)
def test_requests_of_pages_of_other_sites_are_refused(headers: dict[bytes, bytes]) -> None:
    with pytest.raises(ProblemError) as refused:
        check_same_site({"method": "POST"}, {**HOST, **headers})

    assert refused.value.problem.status == 403
