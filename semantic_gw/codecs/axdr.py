"""Data of DLMS in A-XDR (IEC 62056-5-3, 9.5, `Data`; IEC 61334-6), as plain values.

An array is a list, a structure a tuple, an octet string bytes, an enumeration an `Enumeration`; null-data is None.
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from semantic_gw.errors import DecodingError

MAX_VALUES: Final = 20_000
"""Most values of one message, those in lists among them."""

_NULL, _ARRAY, _STRUCTURE, _TRUTH, _BITS, _OCTETS, _VISIBLE, _UTF8 = 0, 1, 2, 3, 4, 9, 10, 12
_ENUMERATION, _DATE_TIME = 22, 25
_NUMBERS: Final = {
    5: ">i", 6: ">I", 13: ">b", 15: ">b", 16: ">h", 17: ">B", 18: ">H", 20: ">q", 21: ">Q", 23: ">f", 24: ">d",
}  # fmt: skip
_FIXED: Final = {25: 12, 26: 5, 27: 4}
"""Bytes of date-time, date and time (4.1.6.1)."""

_MAX_DEPTH: Final = 16
_UNSPECIFIED: Final = -0x8000
_NOT_SPECIFIED: Final = 0xFF
_INVALID: Final = 0b1
"""The bit of the status of a clock that says that its time is wrong (IEC 62056-6-2, 4.1.6.1)."""


class Enumeration(int):
    """A number that names one of several things: a unit, for one."""


class Cursor:
    """Reads the values in *data*, one after the other. Raises DecodingError where they are cut off or no data."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self._data = data
        self._values = 0
        self.position = position

    @property
    def at_end(self) -> bool:
        return self.position >= len(self._data)

    def value(self, depth: int = 0) -> Any:
        """The next value."""
        if not depth:
            self._count(1)
        tag = self.byte()
        if tag == _NULL:
            return None
        if tag in (_ARRAY, _STRUCTURE):
            found = self._several(depth)
            return found if tag == _ARRAY else tuple(found)
        if tag in _NUMBERS:
            return self._number(_NUMBERS[tag])
        if tag in (_OCTETS, _VISIBLE, _UTF8):
            raw = self.take(self.length())
            return raw if tag == _OCTETS else raw.decode("utf-8", "replace")
        return self._other(tag)

    def _other(self, tag: int) -> Any:
        if tag == _TRUTH:
            return self.byte() != 0
        if tag == _ENUMERATION:
            return Enumeration(self.byte())
        if tag in _FIXED:
            return self.take(_FIXED[tag])
        if tag == _BITS:
            return self.take((self.length() + 7) // 8)
        raise DecodingError(f"there is no data of type {tag} (byte {self.position - 1})")

    def _several(self, depth: int) -> list[Any]:
        count = self.length()
        if depth >= _MAX_DEPTH:
            raise DecodingError(f"data is nested deeper than {_MAX_DEPTH} levels")
        self._count(count)
        return [self.value(depth + 1) for _ in range(count)]

    def _count(self, values: int) -> None:
        """Take *values* more into account, before they are read."""
        self._values += values
        if self._values > MAX_VALUES:
            raise DecodingError(f"it holds more than {MAX_VALUES} values")

    def _number(self, form: str) -> int | float:
        found: int | float = struct.unpack(form, self.take(struct.calcsize(form)))[0]
        return found

    def length(self) -> int:
        """A length: one byte, or the number of bytes it is written in (IEC 61334-6, 6.11)."""
        first = self.byte()
        return first if first < 0x80 else int.from_bytes(self.take(first & 0x7F))

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def take(self, size: int) -> bytes:
        """The next *size* bytes."""
        found = self._data[self.position : self.position + size]
        if len(found) != size:
            raise DecodingError(f"it is cut off: {size} bytes are expected at byte {self.position}")
        self.position += size
        return found


def date_time(raw: bytes) -> str | None:
    """The time of twelve bytes in ISO 8601; None where they are none, or the clock says that it is wrong.

    The offset is that of the meter's own deviation, and left out where it does not specify one.

    >>> date_time(bytes.fromhex("07e401150210000000ffc400")), date_time(bytes.fromhex("07e4011502100000ff800000"))
    ('2020-01-21T16:00:00+01:00', '2020-01-21T16:00:00')
    """
    if len(raw) != _FIXED[_DATE_TIME]:
        return None
    year, month, day, _, hour, minute, second, _, deviation, status = struct.unpack(">HBBBBBBBhB", raw)
    if status != _NOT_SPECIFIED and status & _INVALID:
        return None
    second = 0 if second == _NOT_SPECIFIED else second
    try:
        zone = None if deviation == _UNSPECIFIED else timezone(timedelta(minutes=-deviation))
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).isoformat()
    except ValueError:
        return None
