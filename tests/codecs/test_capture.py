from __future__ import annotations

import io
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.codecs import BadLine, CaptureRecord, Lines, read_capture, read_captures, write_capture
from semantic_gw.errors import DecodingError, PayloadTooLargeError
from semantic_gw.model import Payload, Source
from tests.shared import shared

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def read(**members: Any) -> CaptureRecord:
    return read_capture(json.dumps({"id": "1", **members}).encode(), now=NOW)


def complaint(line: bytes) -> str:
    with pytest.raises(DecodingError) as caught:
        read_capture(line, now=NOW)
    return str(caught.value)


def test_a_record_becomes_a_payload() -> None:
    record = read(
        device="Lamp 1",
        content_type="application/json",
        transport={"kind": "mqtt", "topic": "zigbee2mqtt/lamp", "retained": True},
        received_at="2026-11-24T11:15:00.25+01:00",
        payload={"state": "ON"},
        meta={"ieee_address": "0x1"},
        expected={"ignored": 1},
    )

    assert record == CaptureRecord(
        "1",
        "Lamp 1",
        Payload(
            b'{"state":"ON"}',
            "application/json",
            Source("capture", "zigbee2mqtt/lamp"),
            NOW + timedelta(milliseconds=250),
            description={"ieee_address": "0x1"},
            retained=True,
        ),
    )


@pytest.mark.parametrize(
    ("members", "body"),
    [
        ({"payload": "online"}, b'"online"'),
        ({"payload": None}, b"null"),
        ({"payload": 0}, b"0"),
        ({"payload_text": "online"}, b"online"),
        ({"payload_text": ""}, b""),
        ({"payload_hex": "00ff 0A"}, b"\x00\xff\x0a"),
        ({"payload_b64": "AP8K"}, b"\x00\xff\x0a"),
        ({"payload_text": "21 °C", "payload_hex": None}, "21 °C".encode()),
    ],
)
def test_the_body_stands_in_one_of_four_members(members: dict[str, Any], body: bytes) -> None:
    assert read(**members).payload.body == body


def test_a_json_payload_is_compacted_and_keeps_the_spelling_of_its_numbers() -> None:
    line = b'{"id": "1", "payload": {"a" : 1.50, "b": [1E2, 12345678901234567890123], "c": "x: \\u00e9"}}'

    assert read_capture(line, now=NOW).payload.body == b'{"a":1.50,"b":[1E2,12345678901234567890123],"c":"x: \\u00e9"}'


@pytest.mark.parametrize("transport", [None, {}, {"kind": "lorawan", "topic": None}])
def test_a_record_without_topic_has_no_address(transport: Any) -> None:
    assert read(payload=1, transport=transport).payload.source == Source("capture", "")


def test_a_record_without_time_was_received_now() -> None:
    assert read(payload=1).payload.received_at == NOW


@pytest.mark.parametrize("text", ["2026-11-24T10:15:00Z", "2026-11-24t10:15:00z", "2026-11-24 12:15:00.000+0200"])
def test_times_are_read_as_rfc_3339_with_or_without_the_colon_of_the_offset(text: str) -> None:
    assert read(payload=1, received_at=text).payload.received_at == NOW


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-11-24", "2026-11-24T10:15:00", "20261124T101500Z", "2026-13-01T00:00:00Z", "1732443300"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(DecodingError, match="is no time such as 2026-11-24T10:15:00Z") as caught:
        read(payload=1, received_at=text)

    assert caught.value.pointer == "/received_at"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", "no capture record"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "missing required field `id`"),
        (b'{"id":1,"payload":1}', "Expected `str`, got `int` - at `$.id`"),
        (b'{"id":"1","payload":1,"transport":"mqtt"}', "at `$.transport`"),
        (b'{"id":"1","payload":1,"received_at":1}', "at `$.received_at`"),
        (b'{"id":"1"}', "there is none"),
        (b'{"id":"1","payload_hex":"31","payload_text":"1"}', "there is payload_text and payload_hex"),
        (b'{"id":"1","payload_hex":"0"}', "no hexadecimal digits"),
        (b'{"id":"1","payload_hex":"zz"}', "no hexadecimal digits"),
        (b'{"id":"1","payload_b64":"A"}', "no base64"),
        (b'{"id":"1","payload_b64":"AP8_"}', "no base64"),
        (b'{"id":"1","payload_text":"\xff"}', "utf-8"),
        (b'{"id":"1","payload_text":"\\ud800"}', "no capture record"),
        (b'{"id":"1","payload":' + b"[" * 100_000, "deeper than"),
        (b'{"id":"1","payload":1,"meta":' + b"[" * 65 + b"]" * 65 + b"}", "deeper than"),
        (b'{"id":"1","payload":1,"meta":' + b"1" * 200 + b"}", "more than 128 digits"),
        (b'{"id":"1","payload":1} {}', "no capture record"),
    ],
)
def test_a_line_that_is_no_record_is_refused_with_the_reason(line: bytes, said: str) -> None:
    assert said in complaint(line)


@given(st.binary())
def test_arbitrary_lines_raise_nothing_but_a_decoding_error(line: bytes) -> None:
    with suppress(DecodingError):
        read_capture(line, now=NOW)


BODIES = st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
JSON_BODIES = st.recursive(
    st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
).map(lambda value: json.dumps(value).encode())


@given(
    BODIES | JSON_BODIES,
    st.text(st.characters(exclude_categories=["Cs"])),
    st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.booleans(),
)
def test_what_was_written_is_read(body: bytes, address: str, time: datetime, retained: bool) -> None:
    payload = Payload(body, "text/plain", Source("capture", address), time, description=[1], retained=retained)

    assert read_capture(write_capture(payload, id="7", device="d"), now=NOW) == CaptureRecord("7", "d", payload)


@pytest.mark.parametrize(
    ("body", "member"),
    [
        (b'{"a":1.50}', b'"payload":{"a":1.50}'),
        (b'{"a": 1}', b'"payload_text":'),
        (b'{"a":1', b'"payload_text":'),
        (b"on", b'"payload_text":"on"'),
        (b"\xff", b'"payload_b64":"/w=="'),
    ],
)
def test_a_body_is_written_as_readable_as_it_can_be(body: bytes, member: bytes) -> None:
    line = write_capture(Payload(body, "", Source("mqtt", "a"), NOW))

    assert member in line
    assert line.count(b"\n") == 1


def test_a_written_record_is_named_by_its_message_where_nothing_else_is_said() -> None:
    payload = Payload(b"1", "", Source("mqtt", "a"), NOW)

    assert read_capture(write_capture(payload), now=NOW).id == payload.id


def read_all(content: bytes, **options: Any) -> list[CaptureRecord | BadLine]:
    return list(read_captures(io.BytesIO(content), clock=clock, **options))


def test_a_bad_line_is_told_and_the_rest_goes_on() -> None:
    first, bad, last = read_all(b'{"id":"1","payload":1}\n\n{"id":"2"}\r\n{"id":"3","payload":3}')

    assert isinstance(first, CaptureRecord)
    assert isinstance(last, CaptureRecord)
    assert isinstance(bad, BadLine)
    assert (bad.number, bad.id) == (3, "2")
    assert "there is none" in str(bad.error)


def test_a_line_above_the_bound_is_told_and_the_rest_goes_on() -> None:
    long, next_one = read_all(
        b'{"id":"1","payload":"%s"}\n{"id":"2","payload":1}\n' % (b"x" * 200_000), max_line_bytes=1000
    )

    assert isinstance(long, BadLine)
    assert isinstance(long.error, PayloadTooLargeError)
    assert isinstance(next_one, CaptureRecord)


class _Endless(io.RawIOBase):
    """A file without end."""

    def read(self, size: int = -1) -> bytes:
        return b'{"id":"1","payload":1}\n' * (size // 23)


def test_a_file_is_read_lazily() -> None:
    records = read_captures(_Endless(), clock=clock)  # type: ignore[arg-type]  # it reads like a file

    assert isinstance(next(records), CaptureRecord)


@given(st.lists(st.binary(max_size=5)), st.integers(1, 6))
def test_lines_are_the_same_however_the_chunks_are_cut(chunks: list[bytes], bound: int) -> None:
    content = b"".join(chunks)
    whole, cut = Lines(bound), Lines(bound)
    expected = [*whole.feed(content), *whole.end()]

    assert [line for chunk in chunks for line in cut.feed(chunk)] + list(cut.end()) == expected


def test_every_shared_sample_is_read_or_refused_with_a_reason_and_survives_writing() -> None:
    seen = 0
    for path in sorted(shared("payloads").glob("*/*.ndjson")):
        with path.open("rb") as stream:
            for record in read_captures(stream, clock=clock):
                if isinstance(record, BadLine):
                    assert "exactly one of" in str(record.error)
                    continue
                seen += 1
                line = write_capture(record.payload, id=record.id, device=record.device)
                assert read_capture(line, now=NOW) == record

    assert seen > 4000


def test_a_value_beside_the_bytes_only_says_what_they_mean() -> None:
    record = read_capture(b'{"id": "1", "payload": {"a": "1"}, "payload_text": "a=1"}', now=NOW)

    assert record.payload.body == b"a=1"


def test_bytes_that_are_written_twice_are_refused() -> None:
    with pytest.raises(DecodingError, match="exactly one of"):
        read_capture(b'{"id": "1", "payload_text": "a=1", "payload_hex": "613d31"}', now=NOW)
