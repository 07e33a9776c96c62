"""Bad payloads over HTTP, each with its answer. Nothing of them is taken."""

from __future__ import annotations

import gzip
import time

import pytest

from tests.bindings.http_server import MemoryIntake
from tests.hostile.raw_http import answer, request

JSON = [
    ("100,000 arrays", b"[" * 100_000, "deeper than 64 levels"),
    ("100,000 closed arrays", b"[" * 100_000 + b"]" * 100_000, "deeper than 64 levels"),
    ("100,000 objects", b'{"a":' * 100_000, "deeper than 64 levels"),
    ("65 levels", b"[" * 65 + b"]" * 65, "deeper than 64 levels"),
    ("not a number", b'{"temperature":NaN}', "NaN is no JSON number"),
    ("infinity", b'{"temperature":-Infinity}', "-Infinity is no JSON number"),
    ("a number beyond a double", b'{"temperature":1e400}', "beyond what a double holds"),
    ("129 digits", b"1" * 129, "more than 128 digits"),
    ("a million digits", b"1" * 1_000_000, "more than 128 digits"),
    ("a hexadecimal number", b"0xFF", "no JSON"),
    ("a leading zero", b"007", "no JSON"),
    ("a name twice", b'{"a":1,"a":2}', "the member name 'a' stands twice"),
    ("a name twice, once escaped", b'{"a":1,"\\u0061":2}', "the member name 'a' stands twice"),
    ("a name twice behind a text of colons", b'{"t":"10:15:00","a":1,"a":2}', "stands twice"),
    ("a lone surrogate", b'{"a":"\\ud83d"}', "half of a surrogate pair"),
    ("a lone surrogate in UTF-8", b'{"a":"\xed\xa0\xbd"}', "no UTF-8 at byte 6"),
    ("a byte that is no UTF-8", b'{"a":"\xff"}', "no UTF-8 at byte 6"),
    ("overlong UTF-8", b'{"a":"\xc0\xaf"}', "no UTF-8 at byte 6"),
    ("UTF-16 with its mark", '{"a":1}'.encode("utf-16"), "looks like UTF-16"),
    ("UTF-16 without its mark", '{"a":1}'.encode("utf-16-le"), "looks like UTF-16"),
    ("UTF-32", '{"a":1}'.encode("utf-32"), "looks like UTF-16 or UTF-32"),
    ("two values", b'{"a":1}{"a":2}', "extra data at byte 7"),
    ("two lines of values", b'{"a":1}\n{"a":2}', "extra data at byte 8"),
    ("zeros behind the value", b'{"a":1}\x00\x00', "extra data at byte 7"),
    ("half a value", b'{"a":{"b":', "at byte 10 of 10"),
    ("white space", b" \r\n", "empty"),
    ("nothing", b"", "empty"),
    ("only a byte order mark", b"\xef\xbb\xbf", "empty"),
    ("single quotes", b"{'a':1}", "at byte 1"),
    ("a comment", b"/* on */ 1", "at byte 0"),
    ("a comma too many", b"[1,]", "no JSON"),
    ("a raw line feed in a text", b'"a\nb"', "at byte 2"),
    ("a form", b"temperature=21.4&humidity=48", "at byte 0"),
    ("a web page", b"<!DOCTYPE html><html></html>", "at byte 0"),
    ("compressed bytes", gzip.compress(b'{"a":1}'), "no UTF-8"),
    ("CBOR", b"\xa1\x61a\x01", "no UTF-8"),
    ("a pickle", b"\x80\x04\x95.", "no UTF-8"),
    ("four million backslashes", b'"' + b"\\" * 4_000_000, "no JSON"),
    (
        "300,000 names, a twin",
        b'{"x":0,%s,"x":1}' % b",".join(b'"%d":1' % n for n in range(300_000)),
        "stands twice",
    ),
]

CBOR = [
    ("2^60 items declared", b"\x9b\x10" + bytes(7), "premature end"),
    ("2^60 bytes declared", b"\x5b\x10" + bytes(7), "premature end"),
    ("2^60 characters declared", b"\x7b\x10" + bytes(7), "premature end"),
    ("2^60 members declared", b"\xbb\x10" + bytes(7), "premature end"),
    ("2^32-1 items declared, some there", b"\x9a\xff\xff\xff\xff" + b"\x01" * 1000, "premature end"),
    ("100,000 arrays", b"\x81" * 100_000, "deeper than 64 levels"),
    ("100,000 arrays of no length", b"\x9f" * 100_000, "deeper than 64 levels"),
    ("100,000 tags", b"\xc1" * 100_000, "deeper than 64 levels"),
    ("an array that holds itself", b"\xd8\x1c\x81\xd8\x1d\x00", "tag 29 is not taken"),
    ("shared references", b"\x82\xd8\x1c\x80\xd8\x1d\x00", "tag 28 is not taken"),
    ("string references", b"\xd9\x01\x00\x82\x64abcd\xd8\x19\x00", "tag 25 is not taken"),
    ("a regular expression", b"\xd8\x23\x68(a+)+b$$", "tag 35 is not taken"),
    ("a mail", b"\xd8\x24\x61a", "tag 36 is not taken"),
    ("a bignum of 4 kB", b"\xc2\x59\x10\x00" + b"\xff" * 4096, "more than 128 digits"),
    ("ten to the power of 2^63", b"\xc4\x82\x1b\x7f" + b"\xff" * 7 + b"\x01", "beyond what a double holds"),
    ("two to the power of 2^63", b"\xc5\x82\x1b\x7f" + b"\xff" * 7 + b"\x01", "beyond what a double holds"),
    ("not a number", b"\xa1\x61a\xf9\x7e\x00", "nan is no JSON number"),
    ("undefined", b"\xf7", "undefined has no place in JSON"),
    ("a key that is a number", b"\xa1\x01\x02", "map key must be a text string"),
    ("a key twice", b"\xa2\x61a\x01\x61a\x02", "Duplicate map key"),
    ("a text that is no UTF-8", b"\x61\xff", "invalid start byte"),
    ("two items", b"\x01\x02", "1 bytes too many"),
    ("a reserved head", b"\x1c", "no CBOR"),
    ("a break without beginning", b"\xff", "break code"),
    ("JSON", b'{"a":1}', "no CBOR"),
    ("nothing", b"", "empty"),
]

TEXT = [
    ("bytes that are no UTF-8", b"21 \xb0C", "no UTF-8 at byte 3"),
    ("UTF-16", "ON".encode("utf-16-le"), "NUL at byte 1"),
]

UNTYPED = [
    ("CBOR", b"\xa1\x61a\x01", "neither JSON nor printable text"),
    ("control characters", b"\x1b[2J", "neither JSON nor printable text"),
    ("half of JSON", b'{"a":1', "at byte 6 of 6"),
    ("nothing", b"", "empty"),
]

ROWS = [
    pytest.param(content_type, body, said, id=f"{content_type.decode() if content_type else 'no type'}: {name}")
    for content_type, rows in (
        (b"application/json", JSON),
        (b"application/cbor", CBOR),
        (b"text/plain", TEXT),
        (None, UNTYPED),
    )
    for name, body, said in rows
]


@pytest.mark.parametrize(("content_type", "body", "said"), ROWS)
def test_a_bad_payload_is_400_with_the_reason_and_not_taken(
    port: int, intake: MemoryIntake, content_type: bytes | None, body: bytes, said: str
) -> None:
    start = time.monotonic()
    response = answer(port, request(body=body, content_type=content_type))

    assert response.status == 400
    assert said in response.problem["detail"]
    assert response.problem["reason"] == "decoding"
    assert not intake.taken
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("content_type", "said"),
    [
        (b"multipart/form-data; boundary=x", "no codec for multipart/form-data"),
        (b"text/html", "no codec for text/html"),
        (b"application/x-ndjson", "no codec for application/x-ndjson"),
        (b"application/java-serialized-object", "no codec for application/java-serialized-object"),
        (b"application/json; charset=utf-16", "application/json in charset utf-16 is not read"),
        (b'text/plain; charset="ISO-8859-1"', "text/plain in charset iso-8859-1 is not read"),
        (b"json", "'json' is no media type"),
        (b"*/*", "no codec for */*"),
        (b"application/json, text/plain", "is no media type"),
        (b"application/" + b"a" * 5000, "is no media type"),
        (b"application/json\xff", "is no media type"),
        (b"application/json; charset=utf-8\r\nContent-Type: text/plain", "is no media type"),
    ],
)
def test_a_media_type_that_is_not_read_is_415_and_told_what_is(
    port: int, intake: MemoryIntake, content_type: bytes, said: str
) -> None:
    response = answer(port, request(content_type=content_type))

    assert response.status == 415
    assert said in response.problem["detail"]
    assert "application/json" in response.headers["accept-post"]
    assert not intake.taken


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"deflate, gzip", b"zstd", b"identity, identity", b"x"])
def test_an_encoded_body_is_415_and_not_unpacked(port: int, intake: MemoryIntake, encoding: bytes) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    headers = (b"Host: gateway", b"Content-Encoding: " + encoding)
    response = answer(port, request(body=bomb, headers=headers))

    assert response.status == 415
    assert response.headers["accept-encoding"] == "identity"
    assert "is not taken: send the body as it is" in response.problem["detail"]
    assert not intake.taken


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"x", "no capture record"),
        (b"[" * 100_000, "no capture record"),
        (b'{"id":"1","payload":' + b"[" * 100_000 + b"}", "deeper than 64 levels"),
        (b'{"id":"1"}', "there is none"),
        (b'{"id":"1","payload_hex":"xyz"}', "no hexadecimal digits"),
        (b'{"id":"1","payload":1,"received_at":"tomorrow"}', "is no time such as"),
        (b'\xff\xfe{\x00"\x00', "no capture record"),
        (b'{"id":"1","payload_text":"' + b"x" * 9_000_000 + b'"}', "longer than the limit"),
    ],
    ids=lambda value: str(value[:40]),
)
def test_a_bad_line_of_a_capture_is_refused_and_the_others_are_taken(
    port: int, intake: MemoryIntake, line: bytes, said: str
) -> None:
    good = b'{"id":"0","payload":1}\n'
    response = answer(port, request(b"/ingest", good + line + b"\n" + good, b"application/x-ndjson"))

    first, refused, last = response.body.splitlines()
    assert response.status == 200
    assert b'"outcome":"accepted"' in first
    assert b'"outcome":"refused"' in refused
    assert said in refused.decode()
    assert b'"outcome":"accepted"' in last
    assert len(intake.taken) == 2
