"""Paths that play tricks, each with its answer."""

from __future__ import annotations

import pytest

from tests.bindings.http_server import MemoryIntake
from tests.hostile.raw_http import answer, connection, request


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (b"/ingest/", 400, "an address is missing"),
        (b"/ingest/..", 400, "segments . and .."),
        (b"/ingest/../health/live", 400, "segments . and .."),
        (b"/ingest/a/../../etc/passwd", 400, "segments . and .."),
        (b"/ingest/%2e%2e/%2e%2e/etc/passwd", 400, "segments . and .."),
        (b"/ingest/%2E%2E%2Fetc", 400, "segments . and .."),
        (b"/ingest%2F..%2Fmessages", 400, "segments . and .."),
        (b"/ingest/.", 400, "segments . and .."),
        (b"/ingest/a%00b", 400, "U+0000"),
        (b"/ingest/a%0D%0AX-Injected:%20yes", 400, "U+000D"),
        (b"/ingest/a%0ab", 400, "U+000A"),
        (b"/ingest/a%7F", 400, "U+007F"),
        (b"/ingest/a%C2%9B", 400, "U+009B"),
        (b"/ingest/%C0%AE%C0%AE/a", 400, "percent-encoded UTF-8"),
        (b"/ingest/%ED%A0%80", 400, "percent-encoded UTF-8"),
        (b"/ingest/%FF%FE", 400, "percent-encoded UTF-8"),
        (b"/ingest/a%", 400, "a percent sign itself is %25"),
        (b"/ingest/a%2", 400, "a percent sign itself is %25"),
        (b"/ingest/%u0041", 400, "a percent sign itself is %25"),
        (b"/ingest/%23", 400, "wildcards"),
        (b"/ingest/a/%23", 400, "wildcards"),
        (b"/ingest/+/state", 400, "wildcards"),
        (b"/ingest/a?b", 400, "a question mark in an address is %3F"),
        (b"/ingest/a?", 202, ""),
        (b"/ingest/" + b"a" * 8192, 414, "more than 1024 bytes"),
        (b"/ingest/" + b"a/" * 30_000, 414, "more than 1024 bytes"),
        (b"/ingest/" + b"%61" * 1025, 414, "more than 1024 bytes"),
        (b"/Ingest/a", 404, "Not Found"),
        (b"/ingested", 404, "Not Found"),
        (b"/", 404, "Not Found"),
        (b"//ingest/a", 404, "Not Found"),
        (b"/./ingest/a", 404, "Not Found"),
        (b"/a/../ingest/a", 404, "Not Found"),
        (b"*", 404, "Not Found"),
    ],
    ids=lambda value: str(value[:40]) if isinstance(value, bytes) else None,
)
def test_a_path_has_its_answer(port: int, intake: MemoryIntake, path: bytes, status: int, said: str) -> None:
    response = answer(port, request(path))

    assert response.status == status
    if status == 202:
        assert len(intake.taken) == 1
    else:
        assert said.lower() in (response.problem["detail"] + response.problem["title"]).lower()
        assert "x-injected" not in response.headers
        assert not intake.taken


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (b"/ingest//a", "/a"),
        (b"/ingest/a//b/", "a//b/"),
        (b"/ingest/a%2Fb", "a/b"),
        (b"/ingest/...", "..."),
        (b"/ingest/a%5C..%5Cb", "a\\..\\b"),
        (b"/ingest/%252e%252e/a", "%2e%2e/a"),
        (b"/ingest/%E2%80%AEgnp", "\u202egnp"),
        (b"/ingest/a'%22%3Cscript%3E", "a'\"<script>"),
        (b"/ingest/$SYS/broker", "$SYS/broker"),
        (b"http://elsewhere.example/ingest/a", "a"),
        (b"http://user:password@elsewhere.example:99/ingest/a", "a"),
    ],
)
def test_an_odd_address_is_taken_as_it_is(port: int, intake: MemoryIntake, path: bytes, address: str) -> None:
    response = answer(port, request(path))

    assert response.status == 202
    assert [payload.source.address for payload in intake.taken] == [address]


@pytest.mark.parametrize(
    "path",
    [
        b"/ingest/a b",
        b"/ingest/a\r\nX-Injected: yes\r\n\r\n",
        b"/ingest/a\x00",
        b"/ingest/a\tb",
        b"/ingest/\xc3\xa4",
        b"/ingest/a#b",
        b"ingest/a",
        b"",
        b"http://",
        b"/ingest/" + b"\xff" * 100,
    ],
)
def test_a_path_that_is_no_uri_is_400_and_the_connection_ends(port: int, intake: MemoryIntake, path: bytes) -> None:
    with connection(port) as opened:
        opened.send(request(path))
        response = opened.response()
        rest = opened.rest()

    assert response.status == 400
    assert response.problem["title"] == "Bad Request"
    assert b"X-Injected" not in rest
    assert not intake.taken
