"""From bytes to a document, with what makes the bytes doubtful told as findings.

| in the bytes | answer |
|---|---|
| more bytes than allowed | PayloadTooLargeError |
| no JSON, no UTF-8, nested deeper than 64 levels | DecodingError |
| a member twice in one object | a finding; the last one is read, as most readers do |
| NaN, Infinity, a number beyond a double, an integer of more than 128 digits | a finding; read as 0 |
| half of a surrogate pair, in a text or a name | a finding; read as U+FFFD |
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from semantic_gw.codecs.json import JsonCodec
from semantic_gw.codecs.tree import MAX_DEPTH, MAX_DIGITS, too_deep
from semantic_gw.directory.validation.wording import below, called, shown, told
from semantic_gw.errors import DecodingError, PayloadTooLargeError
from semantic_gw.model import Finding, Json

_decode: Final = JsonCodec().decode
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(rb"[\[\]{}]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read(body: bytes, *, max_bytes: int) -> tuple[Json, tuple[Finding, ...]]:
    """The document that *body* is, and what of it no two readers need understand alike (RFC 7493).

    Raises PayloadTooLargeError beyond *max_bytes*, DecodingError where there is no JSON or it is nested too deep.
    """
    if len(body) > max_bytes:
        raise PayloadTooLargeError(f"the document has {len(body)} bytes; {max_bytes} are allowed")
    try:
        return _decode(body), ()
    except DecodingError as error:
        return _read_doubtful(body, error)


def _read_doubtful(body: bytes, error: DecodingError) -> tuple[Json, tuple[Finding, ...]]:
    """*body*, which the codec refused with *error*: raised again where it is no JSON at all."""
    body = body.removeprefix(codecs.BOM_UTF8)
    if _is_too_deep(body):
        raise too_deep() from None
    try:
        document = _load(body.decode())
    except ValueError:
        raise error from None
    findings = told(_marks(document, ""))
    if not findings:
        raise error
    return _cleaned(document), findings


def _is_too_deep(body: bytes) -> bool:
    """Whether *body* is nested too deep, counted without reading it."""
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


class _Doubtful(float):
    """A number that no double or no reader holds; *written* is its text."""

    __slots__ = ("written",)
    written: str

    @classmethod
    def of(cls, written: str) -> _Doubtful:
        number = cls(0)
        number.written = written
        return number


class _Twins(dict[str, Any]):
    """An object in whose text members stand twice; *written* are the names as they stand there."""

    written: list[str]

    @property
    def names(self) -> list[str]:
        """Those that stand twice, or more often."""
        return [name for name, times in Counter(self.written).items() if times > 1]


def _load(text: str) -> Json:
    """*text*, which is JSON but for what is doubtful; that is marked."""
    return json.loads(
        text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_Doubtful.of
    )


def _cleaned(document: Json) -> Json:
    """*document* without the marks."""
    if isinstance(document, dict):
        return {_whole(name): _cleaned(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_cleaned(value) for value in document]
    if isinstance(document, str):
        return _whole(document)
    return 0 if isinstance(document, _Doubtful) else document


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    twins = _Twins(members)
    twins.written = [name for name, _ in pairs]
    return twins


def _integer(digits: str) -> int | _Doubtful:
    return int(digits) if len(digits.removeprefix("-")) <= MAX_DIGITS else _Doubtful.of(digits)


def _float(text: str) -> float:
    number = float(text)
    return _Doubtful.of(text) if math.isinf(number) else number


def _marks(value: Json, pointer: str) -> Iterator[Finding]:
    """What is marked in *value*, which stands at *pointer*."""
    if isinstance(value, _Twins):
        for name in value.names:
            said = f"the member {shown(_whole(name))} stands twice in {called(pointer)}; only one can be meant"
            yield Finding(below(pointer, _whole(name)), said)
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _marks_of_text(name, below(pointer, _whole(name)), "the name")
            yield from _marks(inner, below(pointer, _whole(name)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _marks(inner, f"{pointer}/{index}")
    elif isinstance(value, _Doubtful):
        yield Finding(pointer, f"{called(pointer)} is {shown(value.written)[1:-1]}; {_number_wanted(value.written)}")
    elif isinstance(value, str):
        yield from _marks_of_text(value, pointer, "the text")


def _marks_of_text(text: str, pointer: str, what: str) -> Iterator[Finding]:
    if found := _SURROGATE.search(text):
        half = f"\\u{ord(found[0]):04x}"
        yield Finding(pointer, f"{what} of {called(pointer)} has {half}, half of a surrogate pair (RFC 7493, 2.1)")


def _number_wanted(written: str) -> str:
    if written.lstrip("-").isdecimal():
        return f"an integer has at most {MAX_DIGITS} digits; send an identifier as a string"
    if written.lstrip("-")[:1].isdecimal():
        return "a double holds numbers up to 1.8E308"
    return "it is no JSON number (RFC 8259, 6); leave the member out"


def _whole(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
