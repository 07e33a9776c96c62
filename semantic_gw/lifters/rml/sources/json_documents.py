"""JSON files: one document, or one a line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO, Final

import msgspec

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml.model import Place
from semantic_gw.model import Json

MOST_BYTES: Final = 1024**3
"""The largest document that is held in memory."""

_read: Final = msgspec.json.Decoder().decode


def documents(content: IO[bytes], encoding: str, place: Place) -> Iterator[Json]:
    """The documents of *content*: lines, where the first is a document by itself and more follow; else the whole.

    Raises LiftingError where one is no JSON.
    """
    if encoding != "utf-8-sig":
        yield _decoded(codecs.decode(_all(content, place), encoding).encode(), place)
        return
    first = content.readline(MOST_BYTES + 1).removeprefix(codecs.BOM_UTF8)
    if not _is_document(first):
        yield _decoded(first + _all(content, place), place)
        return
    yield _decoded(first, place)
    for number, line in enumerate(content, 2):
        if line.strip():
            yield _decoded(line, place.within(f"line {number}"))


def _all(content: IO[bytes], place: Place) -> bytes:
    found = content.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise LiftingError(f"{place}: more than {MOST_BYTES} bytes; write one document a line instead")
    return found


def _is_document(line: bytes) -> bool:
    try:
        _read(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _decoded(text: bytes, place: Place) -> Json:
    try:
        return _read(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise LiftingError(f"{place}: no JSON: {error}") from None
