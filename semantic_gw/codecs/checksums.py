"""Checksums of 16 bits that meters append to what they send.

| name | polynomial | used by |
|---|---|---|
| `x25` | x¹⁶+x¹²+x⁵+1, reflected, begins with ones, inverted | HDLC (ISO/IEC 13239, 4.2.5), SML |
| `kermit` | the same, begins with zeros, not inverted | some meters that speak SML |
| `arc` | x¹⁶+x¹⁵+x²+1, reflected, begins with zeros | P1 (DSMR 5.0.2, 6.2) |
"""

from __future__ import annotations

import binascii
from typing import Final

_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def x25(data: bytes) -> int:
    """The checksum whose bytes stand low byte first behind an HDLC frame or an SML file.

    >>> hex(x25(b"123456789"))
    '0x906e'
    """
    return _reflected(data, 0xFFFF) ^ 0xFFFF


def kermit(data: bytes) -> int:
    """The same polynomial, from zero.

    >>> hex(kermit(b"123456789"))
    '0x2189'
    """
    return _reflected(data, 0)


def arc(data: bytes) -> int:
    """The checksum that P1 writes in hexadecimal behind the exclamation mark.

    >>> hex(arc(b"123456789"))
    '0xbb3d'
    """
    crc = 0
    for byte in data:
        crc = crc >> 8 ^ _ARC[(crc ^ byte) & 0xFF]
    return crc


def _reflected(data: bytes, start: int) -> int:
    """The standard library computes it with the highest bit first; so the bits of every byte are turned round."""
    crc = binascii.crc_hqx(data.translate(_REVERSED), start)
    return _REVERSED[crc & 0xFF] << 8 | _REVERSED[crc >> 8]


def _arc_of(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_ARC: Final = tuple(map(_arc_of, range(256)))
