"""The number of a meter, in the forms in which the four encodings write it, so that one meter has one name."""

from __future__ import annotations

import re
from typing import Final

from semantic_gw.model import Json

_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){4,}")
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/:-]*")
_DIN: Final = re.compile(rb"[\x09\x0a]([\x01-\x0f])([A-Z]{3})(.)(.{4})", re.DOTALL)
_FLAG: Final = re.compile(rb"(?:[\x09\x0a].|\x06)([A-Z]{3})", re.DOTALL)


def meter_number(value: Json) -> str:
    """The number that *value*, a text or a number, is; empty where it is none.

    Octets in hexadecimal that are letters and digits are read as such (DSMR 5.0.2, 6.12); those of a German meter as
    the number on its plate (DIN 43863-5).

    >>> meter_number("4B384547303034303436333935353037"), meter_number("0a01445a47000282225e"), meter_number("0000")
    ('K8EG004046395507', '1DZG0042082910', '')
    """
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    if not text.strip("0"):
        return ""
    if not _HEX.fullmatch(text):
        return text
    octets = bytes.fromhex(text)
    if (din := _DIN.fullmatch(octets)) is not None:
        medium, maker, block, serial = din.groups()
        return f"{medium[0]:X}{maker.decode()}{block.hex().upper()}{int.from_bytes(serial):08d}"
    written = octets.decode("ascii", "replace").strip("\0 ")
    return written if _WORD.fullmatch(written) else text.lower()


def maker(server: Json, identification: str) -> str:
    r"""The three letters of the maker (FLAG): in the server id of SML, or in the first line of a readout.

    >>> maker("0a01445a47000282225e", ""), maker(None, "ISk5\\2MT382-1000")
    ('DZG', 'ISK')
    """
    if isinstance(server, str) and (match := _FLAG.match(bytes.fromhex(server))) is not None:
        return match[1].decode()
    letters = identification[:3]
    return letters.upper() if letters.isalpha() and letters.isascii() else ""
