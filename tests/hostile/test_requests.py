"""Requests that break the rules of HTTP, or stretch them, each with its answer."""

from __future__ import annotations

import selectors
import time
from typing import Any

import pytest

from tests.bindings.http_server import MemoryIntake
from tests.hostile.raw_http import TIMEOUT_S, Connection, answer, connection, request

HOST = b"Host: gateway"
CHUNKED = b"Transfer-Encoding: chunked"
FIFTY_MEGABYTES = 50_000_000


def chunked(*chunks: bytes, **options: Any) -> bytes:
    head = request(body=None, headers=(HOST, CHUNKED), **options)
    return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


@pytest.mark.parametrize("method", [b"GET", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"HEAD", b"TRACE", b"PROPFIND"])
@pytest.mark.parametrize("path", [b"/ingest/a", b"/ingest"])
def test_another_method_is_405(port: int, intake: MemoryIntake, method: bytes, path: bytes) -> None:
    response = answer(port, request(path, method=method), method)

    assert response.status == 405
    assert response.headers["allow"] == "POST"
    assert b"gateway" not in response.body
    assert not intake.taken


BROKEN = {
    "an unknown method": request(method=b"BREW"),
    "a method in lower case": request(method=b"post"),
    "connect": request(b"elsewhere.example:443", None, None, method=b"CONNECT"),
    "HTTP/0.9": b"GET /ingest/a\r\n\r\n",
    "HTTP/3.0": request(version=b"HTTP/3.0"),
    "HTTP/9.9": request(version=b"HTTP/9.9"),
    "another protocol": request(version=b"ICAP/1.0"),
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32),
    "an MQTT connect": b"\x10\x0c\x00\x04MQTT\x05\x02\x00\x3c\x00",
    "a mail": b"EHLO gateway\r\n",
    "zeros": bytes(1000),
    "no host": request(headers=()),
    "no name of a header": request(headers=(HOST, b": x")),
    "a blank before the colon": request(headers=(HOST, b"X-A : 1")),
    "a NUL in a header": request(headers=(HOST, b"X-A: \x00")),
    "a line feed in a header": request(headers=(HOST, b"X-A: a\nX-B b")),
    "a carriage return in a header": request(headers=(HOST, b"X-A: a\rb")),
    "a negative length": request(body=None, headers=(HOST, b"Content-Length: -1")),
    "a length in words": request(body=None, headers=(HOST, b"Content-Length: many")),
    "a length with a sign": request(body=None, headers=(HOST, b"Content-Length: +1")) + b"1",
    "a length beyond 64 bits": request(body=None, headers=(HOST, b"Content-Length: 99999999999999999999")),
    "two lengths": request(headers=(HOST, b"Content-Length: 2")),
    "a length and chunks": request(headers=(HOST, CHUNKED)),
    "chunks that are not last": request(body=None, headers=(HOST, b"Transfer-Encoding: chunked, gzip")),
    "a chunk size in words": chunked() + b"many\r\n",
    "a chunk size beyond 64 bits": chunked() + b"fffffffffffffffff\r\n",
    "a negative chunk size": chunked() + b"-1\r\n",
    "a chunk longer than it says": chunked() + b"1\r\n1111\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in BROKEN.items()])
def test_what_is_no_http_is_400_and_nothing_is_taken(port: int, intake: MemoryIntake, data: bytes) -> None:
    response = answer(port, data)

    assert response.status == 400
    assert response.headers["connection"] == "close"
    assert response.problem["title"] == "Bad Request"
    assert not intake.taken


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(request(version=b"HTTP/1.0", headers=()), id="HTTP/1.0 without a host"),
        pytest.param(request(headers=(HOST, b"Expect: 100-Continue")), id="Expect"),
        pytest.param(request(headers=(HOST, b"Content-Encoding: Identity")), id="identity"),
        pytest.param(request(headers=(HOST, b"X: " + b"a" * 30_000)), id="a large header"),
        pytest.param(request(headers=(HOST, b"X: \xff\xfe")), id="a header of odd bytes"),
        pytest.param(request(headers=(HOST, *[b"X: 1"] * 1000)), id="1,000 headers"),
        pytest.param(b"\r\n\r\n" + request(), id="blank lines in front"),
        pytest.param(chunked(b"{", b'"a":1}') + b"0\r\n\r\n", id="chunks"),
        pytest.param(chunked(b"1") + b"0\r\nX-Trailer: 1\r\n\r\n", id="a trailer"),
        pytest.param(request(b"/ingest/a", b'{"a":1}' + b" " * 1_000_000), id="a megabyte of white space"),
    ],
)
def test_what_is_odd_but_right_is_taken(port: int, data: bytes) -> None:
    with connection(port) as opened:
        opened.send(data)
        response = opened.response()
        if response.status == 100:
            response = opened.response()

    assert response.status == 202


def test_an_expectation_that_cannot_be_met_is_417(port: int) -> None:
    assert answer(port, request(headers=(HOST, b"Expect: 202-accepted"))).status == 417


@pytest.mark.parametrize("size", [100_000, 5_000_000])
def test_a_head_that_is_too_large_is_431(port: int, size: int) -> None:
    response = answer(port, b"POST /ingest/a HTTP/1.1\r\nX: " + b"a" * size)

    assert response.status == 431
    assert response.problem["detail"] == "the head of a request has at most 65536 bytes"


def test_a_path_without_end_is_431(port: int) -> None:
    assert answer(port, b"POST /" + b"a" * 1_000_000).status == 431


def test_headers_without_end_are_431(port: int) -> None:
    assert answer(port, b"POST /ingest/a HTTP/1.1\r\n" + b"X: 1\r\n" * 100_000).status == 431


@pytest.mark.parametrize("length", [FIFTY_MEGABYTES, 10**18])
def test_a_length_above_the_limit_is_413_at_once(port: int, length: int) -> None:
    with connection(port) as opened:
        opened.send(request(body=None, headers=(HOST, b"Content-Length: %d" % length)))
        response = opened.response()

    assert response.status == 413
    assert response.problem["detail"] == "a body has at most 4194304 bytes (http.max_body_bytes)"


def test_fifty_megabytes_are_413_for_a_client_that_sends_all_before_it_reads(port: int, intake: MemoryIntake) -> None:
    response = answer(port, request(body=b" " * FIFTY_MEGABYTES))

    assert response.status == 413
    assert not intake.taken


def test_fifty_megabytes_in_chunks_are_413(port: int, intake: MemoryIntake) -> None:
    response = answer(port, chunked(*[b" " * 1_000_000] * 50))

    assert response.status == 413
    assert not intake.taken


def test_a_body_above_the_limit_is_not_asked_for(port: int) -> None:
    data = request(body=None, headers=(HOST, b"Expect: 100-continue", b"Content-Length: 5000000"))

    assert answer(port, data).status == 413


def test_a_slow_body_is_408(port: int, intake: MemoryIntake) -> None:
    with connection(port) as opened:
        opened.send(request(body=None, headers=(HOST, b"Content-Length: 1000")))
        start = time.monotonic()
        while time.monotonic() - start < 0.9:
            opened.send(b" ")
            time.sleep(0.05)
        response = opened.response()

    assert response.status == 408
    assert response.problem["detail"] == "the body did not arrive within 0.5 s"
    assert not intake.taken


def test_a_slow_head_is_408(port: int) -> None:
    with connection(port) as opened:
        opened.send(b"POST /ingest/a HTTP/1.1\r\n")
        start = time.monotonic()
        while time.monotonic() - start < 0.9:
            opened.send(b"X: 1\r\n")
            time.sleep(0.05)
        response = opened.response()

    assert response.status == 408


def test_a_silent_connection_is_closed(port: int) -> None:
    start = time.monotonic()
    with connection(port) as opened:
        assert opened.rest() == b""

    assert time.monotonic() - start < TIMEOUT_S / 2


def test_a_second_slow_head_on_a_connection_is_408_too(port: int) -> None:
    with connection(port) as opened:
        opened.send(request())
        first = opened.response()
        opened.send(b"POST /ingest/a HTTP/1.1\r\n")
        second = opened.response()

    assert (first.status, second.status) == (202, 408)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(request(body=None, headers=(HOST, b"Content-Length: 10")) + b'{"a"', id="a body cut off"),
        pytest.param(chunked(b'{"a":1}'), id="chunks without the last"),
        pytest.param(chunked(b'{"a":1}') + b"ff\r\n{", id="a chunk cut off"),
        pytest.param(b"POST /ingest/a HTT", id="a head cut off"),
    ],
)
def test_nothing_is_taken_of_what_is_cut_off(port: int, intake: MemoryIntake, data: bytes) -> None:
    with connection(port) as opened:
        opened.send(data)
    time.sleep(0.1)

    assert not intake.taken


def test_what_was_whole_of_a_capture_that_is_cut_off_is_not_taken_before_its_batch(
    port: int, intake: MemoryIntake
) -> None:
    head = request(b"/ingest", None, b"application/x-ndjson", headers=(HOST, b"Content-Length: 1000"))
    with connection(port) as opened:
        opened.send(head + b'{"id":"1","payload":1}\n')
    time.sleep(0.1)

    assert not intake.taken


def test_requests_in_a_pipeline_are_answered_in_order(port: int, intake: MemoryIntake) -> None:
    with connection(port) as opened:
        opened.send(request(body=b"1") + request(body=b"{") + request(body=b"3"))
        statuses = [opened.response().status for _ in range(3)]

    assert statuses == [202, 400, 202]
    assert [payload.body for payload in intake.taken] == [b"1", b"3"]


@pytest.mark.parametrize("behind", [b"BREW / HTTP/1.1\r\n\r\n", b"\x16\x03\x01", b"POST /" + b"a" * 100_000])
def test_a_good_request_is_answered_whatever_stands_behind_it(port: int, intake: MemoryIntake, behind: bytes) -> None:
    with connection(port) as opened:
        opened.send(request() + behind)
        response = opened.response()
        opened.rest()

    assert response.status == 202
    assert len(intake.taken) == 1


def test_what_stands_behind_a_refused_body_is_no_request(port: int, intake: MemoryIntake) -> None:
    smuggled = request(b"/ingest/smuggled")
    with connection(port) as opened:
        opened.send(request(body=smuggled, content_type=b"text/html"))
        response = opened.response()
        rest = opened.rest()

    assert response.status == 415
    assert rest == b""
    assert not intake.taken


def test_an_upgrade_is_not_made(port: int) -> None:
    headers = (
        HOST,
        b"Connection: Upgrade",
        b"Upgrade: websocket",
        b"Sec-WebSocket-Version: 13",
        b"Sec-WebSocket-Key: x",
    )

    assert answer(port, request(method=b"GET", body=None, headers=headers)).status == 405


def first_answered(connections: list[Connection]) -> Connection:
    """The first of *connections* on which something comes: who is refused depends on who was accepted by then."""
    with selectors.DefaultSelector() as selector:
        for one in connections:
            selector.register(one.fileno(), selectors.EVENT_READ, one)
        ready = selector.select(TIMEOUT_S)
    assert ready, "nobody was answered"
    found: Connection = ready[0][0].data
    return found


def test_connections_beyond_the_limit_are_503(patient_port: int) -> None:
    opened = [connection(patient_port) for _ in range(60)]
    connections = [one.__enter__() for one in opened]
    try:
        for one in connections:
            one.send(request(body=None, headers=(HOST, b"Content-Length: 1")))
        refused = first_answered(connections).response()
    finally:
        for one in connections:
            one.close()

    assert refused.status == 503
    assert refused.headers["retry-after"] == "5"
    assert refused.problem["detail"] == "there are as many connections as are allowed"
