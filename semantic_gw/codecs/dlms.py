"""What meters push in DLMS (IEC 62056-5-3): the data-notification on a HAN port, in every wrapping it is met in.

| in the payload | answer |
|---|---|
| HDLC frames (IEC 62056-46), whole or in segments, several of them | each message is read |
| the header of the logical link (`e6 e7 00`), the wrapper of IEC 62056-47, `general-block-transfer` | unwrapped |
| a bare APDU, or the body of a notification alone | read |
| a checksum that is wrong, a segment that is missing | a fault; refused where no message is whole |
| an encrypted APDU (`general-glo-ciphering` …), frames of wired M-Bus | refused: it takes the keys of the meter |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from semantic_gw.codecs.axdr import Cursor, date_time
from semantic_gw.codecs.cosem_lists import listed
from semantic_gw.codecs.hdlc import FLAG, informations
from semantic_gw.codecs.meter_messages import MAX_OBJECTS, checked
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

_LINK_HEADERS: Final = (b"\xe6\xe7\x00", b"\xe6\xe6\x00")
_WRAPPER: Final = b"\x00\x01"
_MBUS: Final = re.compile(rb"\x68(.)\1\x68", re.DOTALL)
"""How a long frame of wired M-Bus begins (EN 13757-2, 5.5), as Austrian meters send them."""

_NOTIFICATION: Final = 0x0F
_BLOCK: Final = 0xE0
_LAST_BLOCK: Final = 0x80
_ENCRYPTED: Final = frozenset((0xDB, 0xDC, 0xDD, 0xDF))
_DATE_TIME_BYTES: Final = 12
_OCTETS: Final = 9
_BODIES: Final = (1, 2)


class DlmsCodec:
    """Reads `application/x-dlms`: a media type of ours, as none is registered."""

    media_types: tuple[str, ...] = ("application/x-dlms",)

    def decode(self, body: bytes) -> Json:
        """The messages of *body* (see meter_messages). Raises DecodingError where none of them can be read."""
        found: list[dict[str, Json]] = []
        objects = 0
        for start, apdu, fault in _apdus(body):
            try:
                found.append({"fault": f"the message at byte {start}: {fault}"} if fault else _message(apdu))
            except DecodingError as error:
                found.append({"fault": f"the message at byte {start}: {error}"})
            objects += len(found[-1].get("objects", ()))
            if objects > MAX_OBJECTS:
                raise DecodingError(f"no DLMS: more than {MAX_OBJECTS} objects")
        return checked(found, "DLMS")


def _apdus(body: bytes) -> Iterator[tuple[int, bytes, str]]:
    """Where each application message begins, what it is, and why it is not there."""
    blocks: list[bytes] = []
    for start, data, fault in _wrapped(body):
        apdu = next((data[len(head) :] for head in _LINK_HEADERS if data.startswith(head)), data)
        if apdu[:1] != bytes([_BLOCK]):
            yield start, apdu, fault
            continue
        block, last = _block(apdu)
        blocks.append(block)
        if last:
            yield start, b"".join(blocks), ""
            blocks.clear()
    if blocks:
        yield 0, b"", "the last block of it is missing"


def _wrapped(body: bytes) -> Iterator[tuple[int, bytes, str]]:
    """The parts of *body*, out of the frames or wrappers that carried them."""
    if body[:1] == bytes([FLAG]):
        yield from informations(body)
        return
    if _MBUS.match(body):
        yield 0, b"", "it is in frames of wired M-Bus, in which meters send encrypted: it takes the keys of the meter"
        return
    if body[:2] != _WRAPPER:
        yield 0, body, ""
        return
    position = 0
    while position < len(body):  # version, source, destination, length: two bytes each (IEC 62056-47, 7.3.3)
        length = int.from_bytes(body[position + 6 : position + 8])
        part = body[position + 8 : position + 8 + length]
        cut_off = len(part) != length or not length
        yield position, part, "it is cut off" if cut_off else ""
        position += 8 + max(length, 1)


def _block(apdu: bytes) -> tuple[bytes, bool]:
    """The data of a block, and whether it is the last: control, number, number acknowledged (9.3.13)."""
    cursor = Cursor(apdu, 1)
    control = cursor.byte()
    cursor.take(4)
    return cursor.take(cursor.length()), bool(control & _LAST_BLOCK)


def _message(apdu: bytes) -> dict[str, Json]:
    """What *apdu*, or the body of a notification, says."""
    tag = apdu[0] if apdu else -1
    if tag in _ENCRYPTED:
        raise DecodingError(f"it is encrypted (APDU {tag:02x}): nobody can read it without the keys of the meter")
    if tag in _BODIES:
        return _told(Cursor(apdu), None)
    if tag != _NOTIFICATION:
        raise DecodingError(f"{apdu[:4].hex() or 'nothing'} begins no data-notification, which is 0f")
    cursor = Cursor(apdu, 5)
    return _told(cursor, _time(cursor))


def _time(cursor: Cursor) -> str | None:
    """The time in the head of a notification: a length and the bytes; some meters write a type before them."""
    size = cursor.length()
    if size == _OCTETS:
        size = cursor.length()
    if size not in (0, _DATE_TIME_BYTES):
        raise DecodingError(f"the time of the notification has {size} bytes instead of 12")
    return date_time(cursor.take(size)) if size else None


def _told(cursor: Cursor, time: str | None) -> dict[str, Json]:
    values: list[Any] = []
    while not cursor.at_end:
        values.append(cursor.value())
    name, objects = listed(values[0] if len(values) == 1 else tuple(values))
    found: dict[str, Json] = {"encoding": "dlms", "objects": objects}
    if name:
        found["list"] = name
    if time is not None:
        found["time"] = time
    return found
