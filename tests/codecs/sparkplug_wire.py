"""Payloads of Sparkplug B as edge nodes send them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

_VALUES: Mapping[str, tuple[int, int]] = {
    "int_value": (10, 0),
    "long_value": (11, 0),
    "float_value": (12, 5),
    "double_value": (13, 1),
    "boolean_value": (14, 0),
    "string_value": (15, 2),
    "bytes_value": (16, 2),
    "dataset_value": (17, 2),
}
_OTHERS: Mapping[str, tuple[int, int]] = {
    "name": (1, 2),
    "alias": (2, 0),
    "timestamp": (3, 0),
    "datatype": (4, 0),
    "is_historical": (5, 0),
    "is_null": (7, 0),
}


def payload(*metrics: Mapping[str, Any], timestamp: int | None = None, seq: int | None = None, uuid: str = "") -> bytes:
    head = field(1, 0, timestamp) if timestamp is not None else b""
    tail = field(3, 0, seq) if seq is not None else b""
    return head + b"".join(field(2, 2, metric(one)) for one in metrics) + tail + (field(4, 2, uuid) if uuid else b"")


def metric(members: Mapping[str, Any]) -> bytes:
    places = {**_OTHERS, **_VALUES}
    made = {
        "properties": lambda told: field(9, 2, properties(told)),
        "template_value": lambda told: field(18, 2, template(told)),
    }
    return b"".join(
        made[name](value) if name in made else field(*places[name], value) for name, value in members.items()
    )


def template(told: Mapping[str, Any]) -> bytes:
    metrics = b"".join(field(2, 2, metric(one)) for one in told.get("metrics", ()))
    name = field(4, 2, told["template_ref"]) if "template_ref" in told else b""
    return metrics + name + field(5, 0, told.get("is_definition", False))


def properties(texts: Mapping[str, Any]) -> bytes:
    keys = b"".join(field(1, 2, key) for key in texts)
    return keys + b"".join(
        field(2, 2, field(1, 0, 12) + field(8, 2, value) if isinstance(value, str) else field(3, 0, value))
        for value in texts.values()
    )


def field(number: int, wire: int, value: Any) -> bytes:
    tag = varint(number << 3 | wire)
    if wire == 0:
        return tag + varint(int(value))
    if wire == 2:
        octets = value.encode() if isinstance(value, str) else bytes(value)
        return tag + varint(len(octets)) + octets
    return tag + struct.pack("<f" if wire == 5 else "<d", value)


def varint(number: int) -> bytes:
    octets = bytearray()
    while number > 0x7F:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*octets, number))
