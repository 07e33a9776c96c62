"""Payloads of Sparkplug B: Protocol Buffers, by the fields of its schema.

Numbers stand as they are on the wire: what a device calls an Int16 comes as an unsigned `int_value`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

MAX_DEPTH: Final = 12
"""How deep messages may stand in each other."""

MAX_FIELDS: Final = 200_000
"""Most fields of one payload."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
"""Wire types (Protocol Buffers, encoding)."""

Read = Callable[[Any], Json]
"""Turns what stands on the wire into a JSON value: an int for the numbers, bytes for all else."""


@dataclass(frozen=True, slots=True)
class _Scalar:
    """A field that is one value, on the wire as *wire*."""

    name: str
    wire: int
    read: Read


@dataclass(frozen=True, slots=True)
class _Nested:
    """A field that is a message called *message*."""

    name: str
    message: str
    repeated: bool = False
    wire: int = _BYTES


@dataclass(frozen=True, slots=True)
class _Texts:
    """A field of texts, or of whole numbers, that may stand any number of times."""

    name: str
    wire: int
    read: Read


_Field = _Scalar | _Nested | _Texts


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DecodingError(f"no Sparkplug B: a text is not UTF-8: {error.reason}") from error


def _float(value: int) -> float:
    """The shortest number that is this one in 32 bits: 21.6, and not 21.600000381469727."""
    found: float = struct.unpack("<f", value.to_bytes(4, "little"))[0]
    if found - found != 0:  # infinite, or no number
        return found
    spelled = (float(f"{found:.{digits}g}") for digits in range(6, 10))
    return next((short for short in spelled if _packed(short) == value), found)


def _packed(value: float) -> int:
    try:
        return int.from_bytes(struct.pack("<f", value), "little")
    except OverflowError:
        return -1


def _double(value: int) -> float:
    found: float = struct.unpack("<d", value.to_bytes(8, "little"))[0]
    return found


def _whole(name: str) -> _Scalar:
    return _Scalar(name, _VARINT, int)


def _truth(name: str) -> _Scalar:
    return _Scalar(name, _VARINT, bool)


def _string(name: str) -> _Scalar:
    return _Scalar(name, _BYTES, _text)


def _octets(name: str) -> _Scalar:
    return _Scalar(name, _BYTES, bytes.hex)


def _values(first: int) -> dict[int, _Field]:
    """The numbers and texts that a value can be, which stand in the same order in every message."""
    return {
        first: _whole("int_value"),
        first + 1: _whole("long_value"),
        first + 2: _Scalar("float_value", _FIXED32, _float),
        first + 3: _Scalar("double_value", _FIXED64, _double),
        first + 4: _truth("boolean_value"),
        first + 5: _string("string_value"),
    }


_MESSAGES: Final[Mapping[str, Mapping[int, _Field]]] = {
    "payload": {
        1: _whole("timestamp"),
        2: _Nested("metrics", "metric", repeated=True),
        3: _whole("seq"),
        4: _string("uuid"),
        5: _octets("body"),
    },
    "metric": {
        1: _string("name"),
        2: _whole("alias"),
        3: _whole("timestamp"),
        4: _whole("datatype"),
        5: _truth("is_historical"),
        6: _truth("is_transient"),
        7: _truth("is_null"),
        8: _octets("metadata"),
        9: _Nested("properties", "properties"),
        **_values(10),
        16: _octets("bytes_value"),
        17: _Nested("dataset_value", "dataset"),
        18: _Nested("template_value", "template"),
        19: _octets("extension_value"),
    },
    "template": {
        1: _string("version"),
        2: _Nested("metrics", "metric", repeated=True),
        4: _string("template_ref"),
        5: _truth("is_definition"),
    },
    "properties": {
        1: _Texts("keys", _BYTES, _text),
        2: _Nested("values", "property", repeated=True),
    },
    "property": {
        1: _whole("type"),
        2: _truth("is_null"),
        **_values(3),
        9: _Nested("propertyset_value", "properties"),
        10: _octets("propertysets_value"),
        11: _octets("extension_value"),
    },
    "dataset": {
        1: _whole("num_of_columns"),
        2: _Texts("columns", _BYTES, _text),
        3: _Texts("types", _VARINT, int),
        4: _octets("rows"),
    },
}
"""The messages of sparkplug_b.proto (Sparkplug 3.0, 6.4.1): field number → field. What nobody reads is not there."""


class SparkplugCodec:
    """Decodes payloads of Sparkplug B. Members are called as in its schema; what that does not know is left out."""

    media_types = ("application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf")

    def decode(self, body: bytes) -> Json:
        """Raises DecodingError for what is no payload of Sparkplug B."""
        left = [MAX_FIELDS]
        found = _message(memoryview(body), "payload", 0, left)
        if not found:
            raise DecodingError("no Sparkplug B: it has none of the fields of a payload")
        return found


def _message(body: memoryview, name: str, depth: int, left: list[int]) -> dict[str, Json]:
    """The message called *name*; *left* is how many fields the payload may still have."""
    if depth > MAX_DEPTH:
        raise DecodingError(f"no Sparkplug B: messages stand more than {MAX_DEPTH} deep in each other")
    known = _MESSAGES[name]
    found: dict[str, Json] = {}
    for number, wire, value in _fields(body, left):
        field = known.get(number)
        if isinstance(field, _Texts) and wire == _BYTES != field.wire:  # packed
            found.setdefault(field.name, []).extend(_packed_varints(value))
        elif field is not None and wire != field.wire:
            raise DecodingError(f"no Sparkplug B: {field.name} of a {name} has the wire type {wire}")
        elif isinstance(field, _Nested):
            _put(found, field.name, _message(value, field.message, depth + 1, left), repeated=field.repeated)
        elif field is not None:
            read = field.read(bytes(value) if wire == _BYTES else value)
            _put(found, field.name, read, repeated=isinstance(field, _Texts))
    return found


def _put(found: dict[str, Json], name: str, value: Json, *, repeated: bool) -> None:
    if repeated:
        found.setdefault(name, []).append(value)
    else:
        found[name] = value


def _fields(body: memoryview, left: list[int]) -> Iterator[tuple[int, int, Any]]:
    """Number, wire type and value of each field: an int, or for wire type 2 the bytes."""
    place = 0
    while place < len(body):
        left[0] -= 1
        if left[0] < 0:
            raise DecodingError(f"no Sparkplug B: more than {MAX_FIELDS} fields")
        tag, place = _varint(body, place)
        number, wire = tag >> 3, tag & 0b111
        if wire == _VARINT:
            value, place = _varint(body, place)
            yield number, wire, value
            continue
        size = {_FIXED64: 8, _FIXED32: 4}.get(wire)
        if wire == _BYTES:
            size, place = _varint(body, place)
        if size is None or number == 0:
            raise DecodingError(f"no Sparkplug B: field {number} before byte {place} has the wire type {wire}")
        if place + size > len(body):
            raise DecodingError(f"no Sparkplug B: field {number} wants {size} bytes, {len(body) - place} are there")
        octets = body[place : place + size]
        yield number, wire, octets if wire == _BYTES else int.from_bytes(octets, "little")
        place += size


def _varint(body: memoryview, place: int) -> tuple[int, int]:
    """The number at *place*, of 64 bits at most, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(body):
            raise DecodingError("no Sparkplug B: it ends within a number")
        octet = body[place]
        place += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place
    raise DecodingError(f"no Sparkplug B: the number before byte {place} has more than 64 bits")


def _packed_varints(body: memoryview) -> Iterator[int]:
    place = 0
    while place < len(body):
        value, place = _varint(body, place)
        yield value
