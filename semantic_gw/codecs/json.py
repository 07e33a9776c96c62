"""JSON (RFC 8259), read as I-JSON (RFC 7493): what two readers could understand differently is refused.

| in the payload | answer |
|---|---|
| NaN, Infinity, a number beyond a double (1e400) | refused (RFC 8259, 6) |
| a lone surrogate, raw or as an escape | refused (RFC 7493, 2.1) |
| a member name twice in one object | refused (RFC 7493, 2.3) |
| an integer beyond 64 bits | kept exactly, up to 128 digits |
| nesting deeper than 64 levels | refused |
| a UTF-8 byte order mark | skipped (RFC 8259, 8.1) |
| UTF-16, UTF-32, any other charset | refused (RFC 8259, 8.1) |
| anything but white space behind the value | refused |
| a number too small for a double (1e-400) | zero |
"""

from __future__ import annotations

import codecs
import json
import math
import re

import msgspec

from semantic_gw.codecs.tree import MAX_DIGITS, count_members, integer_too_long, too_deep
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

_read = msgspec.json.Decoder().decode
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MET_AT = re.compile(r"\(byte (\d+)\)$")
_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


class JsonCodec:
    """Reads `application/json` and every `+json` media type (RFC 6839, 3.1)."""

    media_types: tuple[str, ...] = ("application/json", "text/json", "+json")

    def decode(self, body: bytes) -> Json:
        """The value *body* says. Raises DecodingError with what is wrong, and at which byte."""
        text = body.removeprefix(codecs.BOM_UTF8)
        try:
            value = _read(text)
        except RecursionError:
            raise too_deep() from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise _complaint(text, str(error), len(body) - len(text)) from None
        members = count_members(value)
        if members != text.count(b":") and members != _count_names(text):
            raise _complaint(text, "a member name stands twice in one object", len(body) - len(text))
        return value


def _count_names(text: bytes) -> int:
    """How many members *text*, which is JSON, writes: the colons that stand outside of its strings."""
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(text.split(b'"')[::2]).count(b":")


def _complaint(text: bytes, fallback: str, skipped: int) -> DecodingError:
    """Why *text* is refused, read again by a slower reader that knows where it stands."""
    if not text.strip():
        return DecodingError("empty: there is no JSON value")
    if text.startswith(_WIDE_MARKS) or b"\0" in text[:2]:
        return DecodingError("looks like UTF-16 or UTF-32: JSON is always UTF-8 (RFC 8259, 8.1)")
    try:
        characters = text.decode()
        _read_slowly(characters)
    except UnicodeDecodeError as error:
        return DecodingError(f"no UTF-8 at byte {error.start + skipped}: {error.reason}")
    except json.JSONDecodeError as error:
        position = len(error.doc[: error.pos].encode()) + skipped
        return DecodingError(f"no JSON: {_lower(error.msg)} at byte {position} of {len(text) + skipped}")
    except RecursionError:
        return too_deep()
    except DecodingError as error:
        met = _MET_AT.search(fallback)
        return DecodingError(f"{error} (near byte {int(met[1]) + skipped})") if met else error
    if lone := _LONE_SURROGATE.search(characters):
        position = len(characters[: lone.start()].encode()) + skipped
        return DecodingError(f"{lone.group()} at byte {position} is half of a surrogate pair (RFC 7493, 2.1)")
    return DecodingError(f"no JSON: {_lower(fallback)}")


def _read_slowly(text: str) -> None:
    """Read *text* with every doubtful thing made an error."""
    json.loads(
        text,
        object_pairs_hook=_refuse_twins,
        parse_int=_refuse_long,
        parse_float=_refuse_infinite,
        parse_constant=_refuse_constant,
    )


def _refuse_twins(pairs: list[tuple[str, Json]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise DecodingError(f"the member name {name[:80]!r} stands twice in one object (RFC 7493, 2.3)")
        names.add(name)


def _refuse_long(digits: str) -> None:
    if len(digits.removeprefix("-")) > MAX_DIGITS:
        raise integer_too_long("")


def _refuse_infinite(number: str) -> None:
    if math.isinf(float(number)):
        raise DecodingError(f"the number {number[:40]} is beyond what a double holds (1.8E308)")


def _refuse_constant(name: str) -> None:
    raise DecodingError(f"{name} is no JSON number (RFC 8259, 6): leave the member out, or send null")


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
