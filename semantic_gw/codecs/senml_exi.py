"""SenML in EXI (RFC 8428, 8): XML in bits, by a grammar that follows from the schema of SenML.

The header has to name that schema (`schemaId` a) and strict interpretation, as RFC 8428 demands; values may be packed
or aligned to bytes. Any other EXI is refused by name.

| in the payload (EXI 1.0) | becomes |
|---|---|
| a float: mantissa and exponent of ten (7.1.4) | a number |
| a text, or the number of one that was there before (7.3.3) | a text |
| NaN, infinity | refused |
| more behind the end of the document than the rest of a byte | refused |
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

_PACKED: Final = (0b1010_0000_0_01_10_0_0000_0011_0110_0001_0, 31)
"""Options follow; `common` with the schemaId "a", `strict`: as a number, and its length in bits (EXI 1.0, 5.4)."""

_ALIGNED: Final = bytes.fromhex("a00048806c20")
"""The same, with values aligned to bytes."""

_COOKIE: Final = b"$EXI"
_SPECIAL: Final = -(2**14)
"""The exponent of what is no number (EXI 1.0, 7.1.4)."""

_MAX_EXPONENT: Final = 400
_MAX_OCTETS: Final = 10
"""Octets of the longest integer: 64 bits."""

_MAX_RECORDS: Final = 100_000


class SenmlExiCodec:
    """Reads `application/senml-exi` and `application/sensml-exi`."""

    media_types: tuple[str, ...] = ("application/senml-exi", "application/sensml-exi")

    def decode(self, body: bytes) -> Json:
        """The records of *body*. Raises DecodingError with what is wrong, and near which byte."""
        bits = _bits(body.removeprefix(_COOKIE))
        try:
            records = _document(bits)
        except _CutOffError:
            raise DecodingError(f"no SenML in EXI: it is cut off after {len(body)} bytes") from None
        if bits.left >= 8:
            raise DecodingError(f"no SenML in EXI: {bits.left // 8} bytes too many at its end")
        return records


class _CutOffError(Exception):
    """There are fewer bits than the grammar wants."""


def _bits(stream: bytes) -> _Bits:
    if stream.startswith(_ALIGNED):
        return _Bits(stream[len(_ALIGNED) :], 0, aligned=True)
    pattern, length = _PACKED
    if int.from_bytes(stream[:4]) >> (32 - length) == pattern and len(stream) >= 4:
        return _Bits(stream, length, aligned=False)
    raise DecodingError(
        "no SenML in EXI: its header does not name the schema of SenML and strict interpretation (RFC 8428, 8)"
    )


class _Bits:
    """Numbers of some bits each, from a stream of bytes."""

    def __init__(self, stream: bytes, start: int, *, aligned: bool) -> None:
        self._stream = stream
        self._at = start
        self._aligned = aligned
        self._texts: list[str] = []
        self._own_texts: dict[str, list[str]] = {}

    @property
    def left(self) -> int:
        return 8 * len(self._stream) - self._at

    def number(self, bits: int) -> int:
        """The next number of so many *bits*, or of whole bytes (EXI 1.0, 7.1.9)."""
        bits = -(-bits // 8) * 8 if self._aligned else bits
        end = self._at + bits
        if end > 8 * len(self._stream):
            raise _CutOffError
        first, last = self._at // 8, -(-end // 8)
        found = int.from_bytes(self._stream[first:last]) >> (8 * last - end) & (1 << bits) - 1
        self._at = end
        return int.from_bytes(found.to_bytes(bits // 8), "little") if self._aligned and bits else found

    def choice(self, of: int) -> int:
        """Which of so many possibilities comes."""
        found = self.number((of - 1).bit_length())
        if found >= of:
            raise DecodingError(f"no SenML in EXI: possibility {found} of {of} (near byte {self._at // 8})")
        return found

    def unsigned(self) -> int:
        """Seven bits in each octet, the least first (EXI 1.0, 7.1.6)."""
        found = 0
        for shift in range(0, 7 * _MAX_OCTETS, 7):
            octet = self.number(8)
            found |= (octet & 0x7F) << shift
            if octet < 0x80:
                return found
        raise DecodingError(f"no SenML in EXI: an integer of more than {_MAX_OCTETS} octets")

    def integer(self) -> int:
        """A sign and a magnitude (EXI 1.0, 7.1.5)."""
        return -1 - self.unsigned() if self.number(1) else self.unsigned()

    def double(self) -> int | float:
        """A mantissa, and an exponent of ten (EXI 1.0, 7.1.4)."""
        mantissa, exponent = self.integer(), self.integer()
        if exponent == _SPECIAL:
            raise DecodingError("no SenML in EXI: a value that is no number (RFC 8428, 4.3)")
        found = float(Decimal(mantissa).scaleb(exponent)) if abs(exponent) <= _MAX_EXPONENT else math.inf
        if not math.isfinite(found):
            raise DecodingError(f"no SenML in EXI: {mantissa}E{exponent} is beyond what a double holds")
        return mantissa if exponent == 0 else found

    def text(self, attribute: str) -> str:
        """A text, or one that this or any attribute had before (EXI 1.0, 7.3.3)."""
        own = self._own_texts.setdefault(attribute, [])
        length = self.unsigned()
        if length < 2:  # 0: a text of this attribute, 1: of any
            known = self._texts if length else own
            if not known:
                raise DecodingError("no SenML in EXI: it repeats a text that was not there")
            return known[self.choice(len(known))]
        if 8 * (length - 2) > self.left:
            raise _CutOffError
        found = "".join(self._character() for _ in range(length - 2))
        if found:
            own.append(found)
            self._texts.append(found)
        return found

    def _character(self) -> str:
        code = self.unsigned()
        if code > 0x10FFFF or 0xD800 <= code < 0xE000:
            raise DecodingError(f"no SenML in EXI: {code:#x} is no character")
        return chr(code)


_Read = Callable[[_Bits, str], Json]


def _double(bits: _Bits, _attribute: str) -> Json:
    return bits.double()


def _integer(bits: _Bits, _attribute: str) -> Json:
    return bits.integer()


def _truth(bits: _Bits, _attribute: str) -> Json:
    return bool(bits.number(1))


_ATTRIBUTES: Final[tuple[tuple[str, _Read], ...]] = (
    ("bn", _Bits.text),
    ("bs", _double),
    ("bt", _double),
    ("bu", _Bits.text),
    ("bv", _double),
    ("bver", _integer),
    ("n", _Bits.text),
    ("s", _double),
    ("t", _double),
    ("u", _Bits.text),
    ("ut", _double),
    ("v", _double),
    ("vb", _truth),
    ("vd", _Bits.text),
    ("vs", _Bits.text),
)
"""The attributes of a record in the order of EXI, which is that of their names (EXI 1.0, 8.5.4.1.3)."""


def _document(bits: _Bits) -> list[Json]:
    """The records of `sensml`, one of the two elements that the schema has, or the one record that is alone."""
    element = bits.choice(3)
    if element == 0:
        return [_record(bits)]
    if element != 1:
        raise DecodingError("no SenML in EXI: an element that is not in its schema")
    records: list[Json] = [_record(bits)]
    while bits.choice(2) == 0:
        if len(records) >= _MAX_RECORDS:
            raise DecodingError(f"there are more than {_MAX_RECORDS} records")
        records.append(_record(bits))
    return records


def _record(bits: _Bits) -> dict[str, Json]:
    """The attributes that come, each behind the one before it; the last possibility is the end of the record."""
    record: dict[str, Json] = {}
    start = 0
    while start < len(_ATTRIBUTES):
        start += bits.choice(len(_ATTRIBUTES) - start + 1)
        if start == len(_ATTRIBUTES):
            break
        name, read = _ATTRIBUTES[start]
        record[name] = read(bits, name)
        start += 1
    return record
