"""Messages as meters would send them, made up."""

from __future__ import annotations

from collections.abc import Sequence

from semantic_gw.codecs.checksums import arc, x25

SERVER = bytes.fromhex("0a014558410001e24001")
"""Of the meter 1EXA0031604737: an invented maker."""

WATT, WATT_HOUR = 27, 30


def telegram(*lines: str, first: str = "EXA5EXAMPLE", checked: bool = True) -> bytes:
    """A P1 telegram of *lines*, with its checksum."""
    text = "\r\n".join((f"/{first}", "", *lines, "!")).encode()
    return text + (f"{arc(text):04X}".encode() if checked else b"") + b"\r\n"


def octets(data: bytes) -> bytes:
    """An octet string of SML."""
    length = len(data) + 1
    return bytes([length]) + data if length < 16 else bytes([0x80 | (length + 1) >> 4, (length + 1) & 0xF]) + data


def whole(value: int, size: int = 4, *, signed: bool = True) -> bytes:
    """A number of SML in *size* bytes."""
    return bytes([(0x50 if signed else 0x60) | (size + 1)]) + value.to_bytes(size, signed=signed)


def several(*items: bytes) -> bytes:
    """A list of SML of at most 15 items."""
    return bytes([0x70 | len(items)]) + b"".join(items)


NOTHING = b"\x01"


def entry(code: str, value: bytes, unit: int | None = None, scaler: int = 0, time: bytes = NOTHING) -> bytes:
    """An entry of a list of SML; *code* in hexadecimal."""
    told = whole(unit, 1, signed=False) if unit is not None else NOTHING
    scale = whole(scaler, 1) if unit is not None else NOTHING
    return several(octets(bytes.fromhex(code)), NOTHING, time, told, scale, value, NOTHING)


def sml_message(tag: int, body: bytes, *, damaged: bool = False) -> bytes:
    """A message of SML with its checksum."""
    head = b"\x76" + octets(b"\1") + whole(0, 1, signed=False) + whole(0, 1, signed=False)
    inner = head + several(whole(tag, 2, signed=False), body)
    crc = x25(inner) ^ damaged
    return inner + b"\x63" + crc.to_bytes(2, "little") + b"\0"


def sml_list(*entries: bytes, server: bytes = SERVER, time: bytes = NOTHING) -> bytes:
    """A GetList response."""
    listed = several(*entries)
    return sml_message(0x0701, several(NOTHING, octets(server), NOTHING, time, listed, NOTHING, NOTHING))


def sml_file(*messages: bytes, damaged: bool = False) -> bytes:
    """A file of SML in its transport protocol."""
    inside = b"".join(messages)
    fill = -len(inside) % 4
    body = inside.replace(b"\x1b" * 4, b"\x1b" * 8) + bytes(fill)
    covered = b"\x1b" * 4 + b"\x01" * 4 + body + b"\x1b" * 4 + b"\x1a" + bytes([fill])
    return covered + (x25(covered) ^ damaged).to_bytes(2, "little")


def hdlc(information: bytes, *, more: bool = False, damaged: bool = False) -> bytes:
    """A frame that carries *information*."""
    length = 2 + 1 + 2 + 1 + 2 + len(information) + 2
    head = (0xA000 | (0x0800 if more else 0) | length).to_bytes(2) + bytes.fromhex("01020110")
    checked = head + x25(head).to_bytes(2, "little") + information
    return b"\x7e" + checked + (x25(checked) ^ damaged).to_bytes(2, "little") + b"\x7e"


def register(code: str, value: bytes, scaler: int = 0, unit: int = WATT) -> bytes:
    """A structure of code, value, and scaler with unit, in A-XDR; *code* in hexadecimal, *value* with its type."""
    scaler_unit = b"\x02\x02\x0f" + scaler.to_bytes(1, signed=True) + b"\x16" + bytes([unit])
    return b"\x02\x03\x09\x06" + bytes.fromhex(code) + value + scaler_unit


def notification(data: bytes, time: bytes = b"") -> bytes:
    """A data-notification behind the header of the link."""
    return b"\xe6\xe7\x00\x0f" + bytes(4) + bytes([len(time)]) + time + data


def array(items: Sequence[bytes]) -> bytes:
    """An array in A-XDR."""
    return b"\x01" + bytes([len(items)]) + b"".join(items)


def structure(*items: bytes) -> bytes:
    """A structure in A-XDR."""
    return b"\x02" + bytes([len(items)]) + b"".join(items)


def text(value: str) -> bytes:
    """A visible string in A-XDR."""
    return b"\x0a" + bytes([len(value)]) + value.encode()


def code(digits: str) -> bytes:
    """An octet string in A-XDR that is a code."""
    return b"\x09\x06" + bytes.fromhex(digits)


def unsigned(value: int) -> bytes:
    """A double-long-unsigned in A-XDR."""
    return b"\x06" + value.to_bytes(4)
