"""SML, the Smart Message Language of German meters, in its transport protocol (BSI TR-03109-1, annex IV, 8, version 1).

| in the payload | answer |
|---|---|
| several files, the end of another one before the first, one that is cut off at the end | whole files are read |
| a file, or a message in it, whose checksum is wrong | a fault; refused where no file is whole |
| a second that is counted since the meter started | no time |
| a list entry whose value is text or octets | the text, or hexadecimal digits |
| positive power as a signed number of too few bytes, by the meters known for it | read as it was meant |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from semantic_gw.codecs.checksums import kermit, x25
from semantic_gw.codecs.meter_messages import UNITS, checked, obis, scaled, text_or_hex
from semantic_gw.codecs.sml_messages import GET_LIST_RESPONSE, Whole, messages
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

_BEGIN: Final = b"\x1b\x1b\x1b\x1b\x01\x01\x01\x01"
_ESCAPE: Final = b"\x1b\x1b\x1b\x1b"
_END: Final = b"\x1a"
_MAX_FILES: Final = 1_000
_TIMESTAMP, _LOCAL_TIMESTAMP = 2, 3
_POWERS: Final = frozenset(("1-0:16.7.0*255", "1-0:36.7.0*255", "1-0:56.7.0*255", "1-0:76.7.0*255"))

_DZG: Final = bytes.fromhex("0a01445a4700")
_DVS74: Final = ((42_000_000, 48_999_999), (55_000_000, 58_999_999))
"""Serial numbers of the meters DVS74 by DZG that write positive power so, as their maker told the authors of libsml."""


class SmlCodec:
    """Reads `application/x-sml`: a media type of ours, as none is registered."""

    media_types: tuple[str, ...] = ("application/x-sml",)

    def decode(self, body: bytes) -> Json:
        """The lists of *body* (see meter_messages). Raises DecodingError where no file in it is whole."""
        found: list[dict[str, Json]] = []
        for start, end in _files(body):
            try:
                found += _lists(body, start, end)
            except DecodingError as error:
                found.append({"fault": f"the file at byte {start}: {error}"})
            if len(found) > _MAX_FILES:
                raise DecodingError(f"no SML: more than {_MAX_FILES} files")
        return checked(found, "SML")


def _files(body: bytes) -> Iterator[tuple[int, int]]:
    """Where each file begins, and where the escape stands that ends it; the length of *body* where none does."""
    start = body.find(_BEGIN)
    position = start + len(_BEGIN)
    while start >= 0:
        escape = body.find(_ESCAPE, position)
        following = body[escape + 4 : escape + 8] if escape >= 0 else b""
        if following == _ESCAPE:  # these four bytes themselves, escaped
            position = escape + 8
            continue
        cut_off = escape < 0 or following[:1] != _END
        yield start, len(body) if cut_off else escape
        start = body.find(_BEGIN, escape if escape >= 0 else len(body))
        position = start + len(_BEGIN)


def _lists(body: bytes, start: int, end: int) -> list[dict[str, Json]]:
    """The lists of values in the file between *start* and *end*. Raises DecodingError."""
    tail = body[end : end + 8]
    if len(tail) < 8 or tail[5] > 3:
        raise DecodingError("it is cut off")
    covered, said = body[start : end + 6], int.from_bytes(tail[6:], "little")
    if said not in (x25(covered), kermit(covered)):
        raise DecodingError(f"its checksum is {x25(covered):04x}, and it says {said:04x}: it is damaged")
    inside = body[start + len(_BEGIN) : end].replace(_ESCAPE * 2, _ESCAPE)
    return [_list(message.body) for message in messages(inside) if message.tag == GET_LIST_RESPONSE]


def _list(body: Any) -> dict[str, Json]:
    """A list of values (annex IV, 5.1.15). Raises DecodingError where it is built otherwise."""
    if not isinstance(body, list) or len(body) != 7 or not isinstance(body[4], list):
        raise DecodingError("a list of values does not have the seven parts of one")
    server = body[1] if isinstance(body[1], bytes) else b""
    found: dict[str, Json] = {"encoding": "sml", "server": server.hex()}
    if (time := _time(body[3])) is not None:
        found["time"] = time
    found["objects"] = [_object(entry, server) for entry in body[4]]
    return found


def _object(entry: Any, server: bytes) -> dict[str, Json]:
    """An entry: name, status, time, unit, scaler, value, signature."""
    if not isinstance(entry, list) or len(entry) != 7 or not isinstance(entry[0], bytes) or len(entry[0]) != 6:
        raise DecodingError("an entry of a list does not have the seven parts of one")
    code = obis(entry[0])
    found: dict[str, Json] = {"obis": code, "values": [_value(entry, code, server)]}
    if (time := _time(entry[2])) is not None:
        found["time"] = time
    return found


def _value(entry: list[Any], code: str, server: bytes) -> dict[str, Json]:
    value = entry[5]
    if isinstance(value, bytes):
        return text_or_hex(value)
    if not isinstance(value, Whole):
        return {"value": value if isinstance(value, bool) else None}
    number = _as_meant(value) if code in _POWERS and _is_dvs74(server) else value.value
    told: dict[str, Json] = {"value": scaled(number, entry[4].value if isinstance(entry[4], Whole) else 0)}
    if isinstance(entry[3], Whole) and (unit := UNITS.get(entry[3].value)):
        told["unit"] = unit
    return told


def _as_meant(value: Whole) -> int:
    """*value* without the sign that it was not meant to have; negative power is written in four bytes."""
    wrong = value.signed and value.size < 4 and value.value < 0
    return value.value + (1 << 8 * value.size) if wrong else value.value


def _is_dvs74(server: bytes) -> bool:
    number = int.from_bytes(server[6:])
    return server.startswith(_DZG) and len(server) == 10 and any(least <= number <= most for least, most in _DVS74)


def _time(value: Any) -> str | None:
    """A time of the calendar; None for seconds since the start (annex IV, 5.1.4, `SML_Time`)."""
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], Whole):
        return None
    choice, told = value[0].value, value[1]
    if choice == _TIMESTAMP and isinstance(told, Whole):
        return _iso(told.value, 0)
    parts = told if choice == _LOCAL_TIMESTAMP and isinstance(told, list) else []
    if len(parts) == 3 and all(isinstance(part, Whole) for part in parts):
        return _iso(parts[0].value, parts[1].value + parts[2].value)
    return None


def _iso(seconds: int, minutes: int) -> str | None:
    """*seconds* since 1970 in UTC, told in a zone that is *minutes* ahead of it."""
    try:
        zone = timezone(timedelta(minutes=minutes))
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
