"""Answers with a bound: what grows beyond it is refused while it grows."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import msgspec

from semantic_gw.errors import QueryError
from semantic_gw.model import Json

_encode = msgspec.json.Encoder().encode


class BoundedBytes(io.BytesIO):
    """A file in memory of at most *limit* bytes. Its `write` raises QueryError beyond."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, part: Any) -> int:
        written = super().write(part)
        if self.tell() > self._limit:
            raise QueryError(
                f"the answer is longer than {self._limit} bytes: ask for less, or for less at once (LIMIT)"
            )
        return written


def json_array(values: Iterable[Json], limit: int) -> bytes:
    """*values* as a JSON array of at most *limit* bytes.

    >>> json_array([1, "a"], 100)
    b'[1,"a"]'
    """
    written = BoundedBytes(limit)
    before = b"["
    for value in values:
        written.write(before + _encode(value))
        before = b","
    written.write(b"]" if before == b"," else b"[]")
    return written.getvalue()
