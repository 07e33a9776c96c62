r"""What every message of a meter becomes, in whichever of four encodings it came: objects by their OBIS codes.

    {"messages": [{"encoding": "p1", "identification": "ISk5\\2MT382-1000", "objects": [
        {"obis": "1-0:1.8.1", "values": [{"value": "000004.426", "unit": "kWh"}]}]}]}

| member | meaning |
|---|---|
| `encoding` | `iec62056-21`, `p1` (where a checksum stands), `dlms`, `sml` |
| `identification` | of the kind of meter: the first line of a readout |
| `server` | of the meter itself: the server id of SML, in hexadecimal |
| `list` | the name of a list of DLMS |
| `time` | ISO 8601, with an offset where the meter tells one |
| `objects` | `obis` (A-B:C.D.E*F, IEC 62056-61, 4; `#1`, `#2` … in lists without names), `values`, `time` |
| `fault` | instead of objects: why a part of the payload cannot be read |

A value is a number, already scaled, or a text, or `hex` where it is neither; `unit` is the unit beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

MAX_OBJECTS: Final = 5_000
"""Most objects of one payload."""

_LARGEST_SCALER: Final = 32

UNITS: Final = {
    1: "a", 2: "mo", 3: "wk", 4: "d", 5: "h", 6: "min", 7: "s", 8: "°", 9: "°C", 11: "m", 12: "m/s",
    13: "m3", 14: "m3", 15: "m3/h", 16: "m3/h", 17: "m3/d", 18: "m3/d", 19: "l", 20: "kg", 21: "N", 22: "Nm",
    23: "Pa", 24: "bar", 25: "J", 26: "J/h", 27: "W", 28: "VA", 29: "var", 30: "Wh", 31: "VAh", 32: "varh",
    33: "A", 34: "C", 35: "V", 36: "V/m", 37: "F", 38: "Ohm", 40: "Wb", 41: "T", 42: "A/m", 43: "H", 44: "Hz",
    50: "kg/s", 51: "S", 52: "K", 56: "%", 57: "Ah", 60: "Wh/m3", 61: "J/m3", 63: "g/m3", 64: "Pa.s", 65: "J/kg",
    67: "atm", 70: "dBm", 71: "dBuV", 72: "dB", 255: "1",
}  # fmt: skip
"""The units of DLMS by number (IEC 62056-6-2, 4.3.2, table 4), which SML uses, too."""


def obis(code: bytes) -> str:
    """The six bytes of a code as people write them.

    >>> obis(bytes([1, 0, 1, 8, 0, 255]))
    '1-0:1.8.0*255'
    """
    return "{}-{}:{}.{}.{}*{}".format(*code)


def scaled(value: int, scaler: int) -> int | float:
    """*value* · 10 to the power of *scaler*. Raises DecodingError for a power that no meter means."""
    if not -_LARGEST_SCALER <= scaler <= _LARGEST_SCALER:
        raise DecodingError(f"a value is to be scaled by ten to the power of {scaler}")
    number = Decimal(value).scaleb(scaler)
    return int(number) if scaler >= 0 else float(number)


def text_or_hex(data: bytes) -> dict[str, Json]:
    """An octet string as the text that it is, or else in hexadecimal.

    >>> text_or_hex(b"ESY"), text_or_hex(bytes([10, 1]))
    ({'value': 'ESY'}, {'hex': '0a01'})
    """
    return {"value": data.decode("ascii")} if _is_text(data) else {"hex": data.hex()}


def checked(messages: Sequence[Json], what: str) -> Json:
    """The document of *messages*. Raises DecodingError where all of them are faults, or there is none."""
    faults = [message["fault"] for message in messages if "fault" in message]
    if len(faults) == len(messages):
        raise DecodingError(f"no {what}: {'; '.join(faults[:3]) or 'none begins in it'}")
    if sum(len(message.get("objects", ())) for message in messages) > MAX_OBJECTS:
        raise DecodingError(f"no {what}: more than {MAX_OBJECTS} objects")
    return {"messages": list(messages)}


def _is_text(data: bytes) -> bool:
    return bool(data) and all(0x20 <= byte < 0x7F for byte in data)
