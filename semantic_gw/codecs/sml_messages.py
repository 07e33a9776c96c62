"""The messages of an SML file (BSI TR-03109-1, annex IV, 4 to 6; version 1.04): what they hold, as plain values.

A list is a list, an octet string bytes, a number a `Whole` that remembers how it was written, an optional value that is
left out None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from semantic_gw.codecs.checksums import kermit, x25
from semantic_gw.errors import DecodingError

OPEN_RESPONSE: Final = 0x0101
CLOSE_RESPONSE: Final = 0x0201
GET_LIST_RESPONSE: Final = 0x0701

_OCTETS, _TRUTH, _SIGNED, _UNSIGNED, _LIST = 0, 4, 5, 6, 7
_MAX_DEPTH: Final = 12
_MAX_ITEMS: Final = 20_000


class Whole(NamedTuple):
    """A whole number, and in how many bytes it was written, with a sign or without."""

    value: int
    size: int
    signed: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its *tag* tells what *body* is."""

    tag: int
    body: Any


def messages(data: bytes) -> Iterator[Message]:
    """The messages of a file without its frame. Raises DecodingError where one is damaged."""
    cursor = _Cursor(data)
    while cursor.position < len(data):
        if data[cursor.position] == 0:  # filling, or the end of the message before
            cursor.position += 1
            continue
        start = cursor.position
        parts = cursor.value(0)
        if not isinstance(parts, list) or len(parts) != 6:
            raise DecodingError(f"a message of six parts is expected at byte {start}")
        _check(data[start : cursor.before_checksum], parts[4])
        body = parts[3]
        if not isinstance(body, list) or len(body) != 2 or not isinstance(body[0], Whole):
            raise DecodingError(f"the message at byte {start} does not tell what it is")
        yield Message(body[0].value, body[1])


def _check(covered: bytes, told: Any) -> None:
    if not isinstance(told, Whole) or told.signed or told.size > 2:
        raise DecodingError("a message has no checksum")
    swapped = int.from_bytes(told.value.to_bytes(2), "little")
    if swapped not in (x25(covered), kermit(covered)):
        raise DecodingError(f"a message has the checksum {told.value:04x}, which does not fit: it is damaged")


class _Cursor:
    """Reads type-length-value (annex IV, 6.3), one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._items = 0
        self.position = 0
        self.before_checksum = 0
        """Where the last but one part of the outermost list began."""

    def value(self, depth: int) -> Any:
        start = self.position
        kind, length = self._head()
        if kind == _LIST:
            return self._list(length, depth)
        size = length - (self.position - start)
        if size < 0:
            if length == 0:  # the end of a message
                return None
            raise DecodingError(f"the length at byte {start} is shorter than itself")
        raw = self._take(size)
        if kind == _OCTETS:
            return raw or None
        if kind == _TRUTH and size == 1:
            return raw != b"\0"
        if kind in (_SIGNED, _UNSIGNED) and 1 <= size <= 8:
            return Whole(int.from_bytes(raw, signed=kind == _SIGNED), size, kind == _SIGNED)
        raise DecodingError(f"there is no type {kind} of {size} bytes (byte {start})")

    def _list(self, length: int, depth: int) -> list[Any]:
        if depth >= _MAX_DEPTH:
            raise DecodingError(f"lists are nested deeper than {_MAX_DEPTH} levels")
        self._items += length
        if self._items > _MAX_ITEMS:
            raise DecodingError(f"there are more than {_MAX_ITEMS} items")
        found = []
        for index in range(length):
            if depth == 0 and index == length - 2:
                self.before_checksum = self.position
            found.append(self.value(depth + 1))
        return found

    def _head(self) -> tuple[int, int]:
        """Type and length; the length goes on in the next byte where the first bit is set."""
        byte = self._take(1)[0]
        kind, length = byte >> 4 & 7, byte & 0xF
        while byte & 0x80:
            byte = self._take(1)[0]
            length = length << 4 | byte & 0xF
            if length > len(self._data):
                raise DecodingError(f"a length at byte {self.position} is longer than all that is there")
        return kind, length

    def _take(self, size: int) -> bytes:
        found = self._data[self.position : self.position + size]
        if len(found) != size:
            raise DecodingError(f"it is cut off: {size} bytes are expected at byte {self.position}")
        self.position += size
        return found
