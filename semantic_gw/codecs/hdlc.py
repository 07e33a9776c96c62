"""HDLC frames as meters send them (ISO/IEC 13239, frame format type 3; IEC 62056-46, 6.4.1.2): their information."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from semantic_gw.codecs.checksums import x25
from semantic_gw.errors import DecodingError

FLAG: Final = 0x7E

MAX_FAULTS: Final = 100
"""Most faulty frames of one payload: any byte of noise may look like the flag of another."""

_TYPE_3: Final = 0xA
_SEGMENTED: Final = 0x0800
_LENGTH: Final = 0x07FF
_MOST_ADDRESS_BYTES: Final = 4
_LEAST: Final = 9


class Information(NamedTuple):
    """What several frames carried that belong together, or why it is not there; *start* is the byte of the first."""

    start: int
    data: bytes
    fault: str = ""


def informations(body: bytes) -> Iterator[Information]:
    """What the frames in *body* carry, the segments of a message put together.

    Raises DecodingError where more than MAX_FAULTS frames are faulty.
    """
    faults = 0
    begun: list[bytes] = []
    first = -1
    position = body.find(FLAG)
    while 0 <= position < len(body) - 1:
        if body[position + 1] == FLAG:  # one flag may end a frame and begin the next
            position += 1
            continue
        try:
            data, more, end = _frame(body, position)
        except DecodingError as error:
            faults += 1
            if faults > MAX_FAULTS:
                raise DecodingError(
                    f"more than {MAX_FAULTS} HDLC frames are faulty; the last of them: {error}"
                ) from None
            yield Information(position, b"", str(error))
            begun.clear()
            position = body.find(FLAG, position + 1)
            continue
        first = first if begun else position
        begun.append(data)
        if not more:
            yield Information(first, b"".join(begun))
            begun.clear()
        position = end
    if begun:
        yield Information(first, b"", "the last segment of it is missing")


def _frame(body: bytes, position: int) -> tuple[bytes, bool, int]:
    """The information of the frame at the flag at *position*, whether a segment follows, and where its last flag is."""
    head = int.from_bytes(body[position + 1 : position + 3])
    if head >> 12 != _TYPE_3:
        raise DecodingError("no HDLC frame of type 3 begins there")
    length = head & _LENGTH
    frame = body[position + 1 : position + 1 + length]
    if len(frame) != length or length < _LEAST:
        raise DecodingError(f"it is cut off: the frame has {length} bytes, {len(frame)} are there")
    said, computed = int.from_bytes(frame[-2:], "little"), x25(frame[:-2])
    if said != computed:
        raise DecodingError(f"its checksum is {computed:04x}, and it says {said:04x}: it is damaged")
    control = _behind_address(frame, _behind_address(frame, 2))
    return frame[control + 3 : -2], bool(head & _SEGMENTED), position + 1 + length


def _behind_address(frame: bytes, position: int) -> int:
    """Where the address at *position* ends: its last byte is odd."""
    for end in range(position, min(position + _MOST_ADDRESS_BYTES, len(frame))):
        if frame[end] & 1:
            return end + 1
    raise DecodingError("an address of it has no end")
