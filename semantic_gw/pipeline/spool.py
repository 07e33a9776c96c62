"""A payload as a record of the bus, and back: how payloads wait, and how dead letters keep the original bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, cast

import msgspec

from semantic_gw.model import Headers, Json, Payload, Record, Source

SPOOL_TOPIC: Final = "spool"
"""Where payloads wait in the embedded log; its consumer is the gateway itself."""

_KINDS: Final = ("http", "mqtt", "kafka", "capture")


def payload_headers(payload: Payload) -> Headers:
    """Everything of *payload* but its bytes, as record headers."""
    headers = {
        "Content-Type": payload.content_type,
        "Message-Id": payload.id,
        "Source-Kind": payload.source.kind,
        "Source-Address": payload.source.address,
        "Received-At": payload.received_at.isoformat(),
        "Family": payload.family or "",
        "Retained": "true" if payload.retained else "",
        "Delivery": payload.delivery,
    }
    if payload.description is not None:
        headers["Description"] = msgspec.json.encode(payload.description).decode()
    return tuple((name, value.encode("utf-8", "surrogatepass")) for name, value in headers.items() if value)


def to_record(payload: Payload, topic: str = SPOOL_TOPIC) -> Record:
    """*payload* as a record that waits on *topic*."""
    return Record(topic, payload.source.address, payload.body, payload_headers(payload), payload.received_at)


def from_record(record: Record) -> Payload:
    """The payload that *record* holds: one of ours, or a raw one that somebody else wrote to a raw topic.

    Of a foreign record the address is its header `Source-Address`, `mqtt.topic` or `mqtt_topic`, else its key, else
    its topic; the time of reception is the record's own, so that reading it twice gives the same graph.
    """
    headers = {name.lower(): value for name, value in record.headers}
    return Payload(
        body=record.value or b"",
        content_type=_text(headers, "content-type"),
        source=_source(headers, record),
        received_at=_time(headers, record),
        id=_message_id(headers),
        description=_description(headers),
        family=_text(headers, "family") or None,
        retained=_text(headers, "retained") == "true",
        delivery=_text(headers, "delivery"),
    )


def _description(headers: Mapping[str, bytes]) -> Json:
    """The description that came along; None where there is none, or a foreign one that is no JSON."""
    try:
        return msgspec.json.decode(headers["description"]) if "description" in headers else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def payload_of_letter(record: Record) -> Payload:
    """The payload that a dead letter or a rejected record keeps."""
    kept = next((value for name, value in record.headers if name == "Payload"), None)
    if kept is None:
        return from_record(record)
    content_type = record.header("Payload-Content-Type") or ""
    others = tuple(header for header in record.headers if header[0] not in ("Payload", "Content-Type"))
    return from_record(replace(record, value=kept, headers=(*others, ("Content-Type", content_type.encode()))))


def _message_id(headers: Mapping[str, bytes]) -> str:
    """Ours, or empty for one to be made: ids become part of IRIs, so no foreign text is taken for one."""
    text = _text(headers, "message-id")
    return text if len(text) == 24 and not text.strip("0123456789abcdef") else ""


def _source(headers: Mapping[str, bytes], record: Record) -> Source:
    kind = _text(headers, "source-kind")
    names = ("source-address", "mqtt.topic", "mqtt_topic")
    address = next((_text(headers, name) for name in names if name in headers), "") or record.key or record.topic
    if kind in _KINDS:
        return Source(cast("Json", kind), address, None)
    return Source("kafka", address, record.position)


def _time(headers: Mapping[str, bytes], record: Record) -> datetime:
    try:
        time = datetime.fromisoformat(_text(headers, "received-at"))
    except ValueError:
        return record.timestamp
    return time.astimezone(UTC) if time.tzinfo else record.timestamp


def _text(headers: Mapping[str, bytes], name: str) -> str:
    return headers.get(name, b"").decode("utf-8", "replace")
