"""Readouts of meters as text: IEC 62056-21, 6.3, and the telegrams of the P1 port (DSMR 5.0.2, 6), which are such.

| in the payload | answer |
|---|---|
| several telegrams, noise or the end of another one before the first | each is read, the rest is skipped |
| a telegram without its end (`!`), or whose checksum is wrong | refused, with the reason |
| a checksum of fewer than four digits, line ends that a bridge changed | taken |
| no checksum (DSMR 2 and 3), a block check character behind ETX | taken; checked where it is there |
| lines of data without first and last line, as bridges forward them | taken, if all of them are data |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import reduce
from operator import xor
from typing import Final

from semantic_gw.codecs.checksums import arc
from semantic_gw.codecs.meter_messages import checked
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

_BEGIN: Final = re.compile(rb"(?:^|(?<=[\r\n\0]))/(?=[A-Za-z]{3}|[^\r\n]{3,}\r?\n)")
_END: Final = re.compile(rb"(?:^|(?<=[\r\n]))!([0-9A-Fa-f]{0,4})(?![^\r\n])")
_FIRST_LINE: Final = re.compile(r"/([^\r\n]{3,80})\r?\n?")
_CODE: Final = re.compile(r"(?:\d{1,3}-\d{1,3}:)?[0-9A-FL]{1,3}\.[0-9A-F]{1,3}(?:\.[0-9A-F]{1,3})?(?:[*&]\d{1,3})?")
_ITEM: Final = re.compile(rf"({_CODE.pattern})?\(([^()]*)\)")
_SPACE: Final = re.compile(r"[\r\n\0\x02]+|(?<=\))[ \t]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_LINE_END: Final = re.compile(rb"\r?\n")
"""There are bridges that drop the carriage return."""

_STX, _ETX = b"\x02", b"\x03"


class ReadoutCodec:
    """Reads `application/x-iec62056-21`: a media type of ours, as none is registered."""

    media_types: tuple[str, ...] = ("application/x-iec62056-21",)

    def decode(self, body: bytes) -> Json:
        """The messages of *body* (see meter_messages). Raises DecodingError where none of them is whole."""
        starts = [match.start() for match in _BEGIN.finditer(body)]
        if not starts:
            return checked([_or_fault(_lines, body, "")], "readout")
        ends = [*starts[1:], len(body)]
        parts = zip(starts, ends, strict=True)
        return checked([_or_fault(_telegram, body[a:b], f"the telegram at byte {a}: ") for a, b in parts], "readout")


def _or_fault(read: Callable[[bytes], dict[str, Json]], part: bytes, which: str) -> dict[str, Json]:
    try:
        return read(part)
    except DecodingError as error:
        return {"fault": f"{which}{error}"}


def _telegram(part: bytes) -> dict[str, Json]:
    end = _END.search(part)
    if end is None:
        raise DecodingError("it is cut off: no line with an exclamation mark ends it")
    _check(part, end)
    text = _text(part[: end.start()])
    first = _FIRST_LINE.match(text)
    if first is None:
        raise DecodingError("its first line does not identify a meter")
    encoding = "p1" if end[1] else "iec62056-21"
    objects = list(_objects(text[first.end() :]))
    return {"encoding": encoding, "identification": _CONTROL.sub("", first[1]).strip(), "objects": objects}


def _lines(body: bytes) -> dict[str, Json]:
    """Data lines without a first and last one."""
    if _END.search(body):
        raise DecodingError("its beginning is missing")
    objects = list(_objects(_text(body)))
    if not objects:
        raise DecodingError("no line of it is data such as 1-0:1.8.0(000123.456*kWh)")
    return {"encoding": "iec62056-21", "objects": objects}


def _text(data: bytes) -> str:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise DecodingError(f"byte {error.start} is no ASCII: it is damaged, or encrypted") from None


def _check(part: bytes, end: re.Match[bytes]) -> None:
    """Raises DecodingError where a checksum does not fit."""
    if end[1]:
        said, covered = int(end[1], 16), part[: end.start() + 1]
        if said != (found := arc(covered)) and said != arc(_LINE_END.sub(b"\r\n", covered)):
            raise DecodingError(f"its checksum is {found:04X}, and it says {end[1].decode()}: it is damaged")
        return
    begin, stop = part.find(_STX), part.find(_ETX, end.end())
    if 0 <= begin < stop < len(part) - 1:  # the block check character (IEC 62056-21, annex A.5)
        found = reduce(xor, part[begin + 1 : stop + 1], 0)
        if found not in (part[stop + 1], part[stop + 1] & 0x7F):
            raise DecodingError(f"its block check character is {found:02X}, and it says {part[stop + 1]:02X}")


def _objects(text: str) -> Iterator[dict[str, Json]]:
    """The data sets of *text*: a code, then values in parentheses, which may go on in the next line."""
    current: dict[str, Json] | None = None
    for code, value in _items(text):
        if code:
            if current is not None:
                yield current
            current = {"obis": code, "values": []}
        if current is None:
            raise DecodingError(f"the value {value[:40]!r} stands before any code")
        current["values"].append(_value(value))
    if current is not None:
        yield current


def _items(text: str) -> Iterator[tuple[str, str]]:
    """Each value in parentheses, with the code before it, empty where there is none."""
    text = _SPACE.sub("", text)
    position = 0
    while position < len(text):
        item = _ITEM.match(text, position)
        if item is None:
            raise DecodingError(f"{text[position:][:40]!r} is no data such as 1-0:1.8.0(000123.456*kWh)")
        yield item[1] or "", item[2]
        position = item.end()


def _value(text: str) -> dict[str, Json]:
    """What stands in a pair of parentheses: a value, and its unit behind an asterisk."""
    value, star, unit = text.partition("*")
    return {"value": value.strip(), "unit": unit.strip()} if star else {"value": value.strip()}
