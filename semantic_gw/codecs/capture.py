"""A capture: the file form of payloads, NDJSON with a record a line.

```json
{"id": "1", "device": "lamp", "content_type": "application/json", "received_at": "2026-11-24T10:15:00Z",
 "transport": {"kind": "mqtt", "topic": "zigbee2mqtt/lamp"}, "payload": {"state": "ON"},
 "meta": {"ieee_address": "0x00158d0003429eda"}}
```

The body stands in exactly one of `payload` (a JSON value: its compact bytes, numbers spelled as in the file),
`payload_text`, `payload_hex`, `payload_b64`; a `payload` beside one of the others only says what that means. `meta` is
the family's own description of the device. Members that are not named here are ignored.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec

from semantic_gw.codecs.tree import count_members, too_deep
from semantic_gw.errors import DecodingError, PayloadError, PayloadTooLargeError
from semantic_gw.model import Json, Payload, Source
from semantic_gw.rdf.serialize import date_time

MAX_LINE_BYTES = 8 * 1024 * 1024
"""Longest line of a capture, in bytes: the largest payload by default, in base64, and its description."""

_CHUNK_BYTES = 64 * 1024
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)"  # the colon of the offset is often left out
)


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """One record of a capture: its own *id* and *device*, and the payload it stands for."""

    id: str
    device: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a capture that is no record: where it stands, its id where it has one, and why."""

    number: int
    id: str | None
    error: PayloadError


class _Transport(msgspec.Struct, frozen=True):
    kind: str | None = None
    topic: str | None = None
    retained: bool | None = None


class _Record(msgspec.Struct, frozen=True):
    id: str
    device: str | None = None
    content_type: str | None = None
    transport: _Transport | None = None
    received_at: str | None = None
    payload: msgspec.Raw = msgspec.Raw()
    payload_text: str | None = None
    payload_hex: str | None = None
    payload_b64: str | None = None
    meta: Json = None


class _Id(msgspec.Struct, frozen=True):
    id: Json = None


_read = msgspec.json.Decoder(_Record).decode


def read_capture(line: bytes, *, now: datetime) -> CaptureRecord:
    """The record that *line* holds; a record without `received_at` was received *now* (UTC).

    Raises DecodingError with what is wrong in which member; the caller knows the number of the line.
    """
    try:
        record = _read(line)
    except RecursionError:
        raise too_deep() from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DecodingError(f"no capture record: {error}") from None
    count_members(record.meta)
    transport = record.transport or _Transport()
    payload = Payload(
        body=_body(record),
        content_type=record.content_type or "",
        source=Source("capture", transport.topic or ""),
        received_at=_instant(record.received_at) if record.received_at else now,
        description=record.meta,
        retained=transport.retained or False,
    )
    return CaptureRecord(record.id, record.device or "", payload)


def record_id(line: bytes) -> str | None:
    """The id in *line*, even where the record is wrong otherwise."""
    try:
        found = msgspec.json.decode(line, type=_Id).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def write_capture(payload: Payload, *, id: str = "", device: str = "") -> bytes:
    """One line, with its line feed, that `read_capture` turns into *payload* again (its id by default the message id).

    The body is written as the JSON value or the text that it is, else in base64.
    """
    line: dict[str, Json] = {
        "id": id or payload.id,
        "device": device,
        "content_type": payload.content_type,
        "transport": {"kind": payload.source.kind, "topic": payload.source.address}
        | ({"retained": True} if payload.retained else {}),
        "received_at": date_time(payload.received_at.astimezone(UTC)),
    }
    line |= _written(payload.body)
    if payload.description is not None:
        line["meta"] = payload.description
    return msgspec.json.encode(line) + b"\n"


def read_captures(
    stream: BinaryIO, *, clock: Callable[[], datetime], max_line_bytes: int = MAX_LINE_BYTES
) -> Iterator[CaptureRecord | BadLine]:
    """The records of *stream*, one by one: a file of any size is never held as a whole. Blank lines are skipped."""
    lines = Lines(max_line_bytes)
    while chunk := stream.read(_CHUNK_BYTES):
        for line in lines.feed(chunk):
            yield _record_or_complaint(line, clock)
    for line in lines.end():
        yield _record_or_complaint(line, clock)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a capture without its line feed; None where it was longer than the bound."""

    number: int
    text: bytes | None

    def record(self, now: datetime) -> CaptureRecord:
        """Raises PayloadError where it holds none."""
        if self.text is None:
            raise PayloadTooLargeError("the line is longer than the limit")
        return read_capture(self.text, now=now)


class Lines:
    """Cuts chunks of bytes into numbered lines, and drops what is longer than a bound. Blank lines are skipped."""

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self._max = max_line_bytes
        self._open = bytearray()
        self._too_long = False
        self._number = 0

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """The lines that *chunk* completes."""
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            self._add(chunk[start:end])
            yield from self.end()
            start = end + 1
        self._add(chunk[start:])

    def end(self) -> Iterator[Line]:
        """The last line, where no line feed stands behind it."""
        self._number += 1
        text, too_long = bytes(self._open), self._too_long
        self._open.clear()
        self._too_long = False
        if too_long:
            yield Line(self._number, None)
        elif text.strip():
            yield Line(self._number, text)

    def _add(self, piece: bytes) -> None:
        if self._too_long or len(self._open) + len(piece) > self._max:
            self._too_long = True
            self._open.clear()
        else:
            self._open += piece


def _record_or_complaint(line: Line, clock: Callable[[], datetime]) -> CaptureRecord | BadLine:
    try:
        return line.record(clock())
    except PayloadError as error:
        return BadLine(line.number, record_id(line.text or b""), error)


def _body(record: _Record) -> bytes:
    """The bytes the record stands for. Raises DecodingError unless exactly one member holds them."""
    written = {
        "payload": bytes(record.payload) or None,
        "payload_text": record.payload_text,
        "payload_hex": record.payload_hex,
        "payload_b64": record.payload_b64,
    }
    there = [name for name, text in written.items() if text is not None]
    wire = [name for name in there if name != "payload"] or there
    if len(wire) == 1:
        return _READERS[wire[0]](written[wire[0]])
    raise DecodingError(f"exactly one of {', '.join(written)} is wanted, there is {' and '.join(there) or 'none'}")


def _compact(value: bytes) -> bytes:
    return msgspec.json.format(value, indent=-1)


def _from_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise DecodingError(f"no hexadecimal digits: {error}", pointer="/payload_hex") from None


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DecodingError(f"no base64 (RFC 4648, 4): {error}", pointer="/payload_b64") from None


_READERS: dict[str, Callable[[Any], bytes]] = {
    "payload": _compact,
    "payload_text": str.encode,
    "payload_hex": _from_hex,
    "payload_b64": _from_base64,
}


def _instant(text: str) -> datetime:
    try:
        if _RFC_3339.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # a month 13, a second 60, a year 0
    raise DecodingError(f"{text[:40]!r} is no time such as 2026-11-24T10:15:00Z (RFC 3339)", pointer="/received_at")


def _written(body: bytes) -> dict[str, Json]:
    """The member that `read_capture` turns into exactly *body* again."""
    if _is_compact_json(body):
        return {"payload": msgspec.Raw(body)}
    try:
        return {"payload_text": body.decode()}
    except UnicodeDecodeError:
        return {"payload_b64": base64.b64encode(body).decode()}


def _is_compact_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
        return msgspec.json.format(body, indent=-1) == body
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
