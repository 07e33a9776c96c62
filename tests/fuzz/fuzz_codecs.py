"""Feeds mutated bytes to the codecs: nothing but a PayloadError may escape.

usage: python tests/fuzz/fuzz_codecs.py [-max_total_time=SECONDS] [-max_len=BYTES] [CORPUS FOLDER...]

The options are libFuzzer's. The first byte of an input picks the media type, the rest is the payload or line.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["semantic_gw.codecs"]):
    from semantic_gw.codecs import Codecs, read_capture, write_capture

from semantic_gw.errors import PayloadError
from semantic_gw.model import Payload, Source

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CODECS = Codecs.load(max_bytes=1 << 20)
CONTENT_TYPES = ("application/json", "application/cbor", "text/plain", "", "application/senml+json; charset=utf-8")


def fuzz(data: bytes) -> None:
    """One input. Raises what a codec should not let escape, and where a capture does not survive being written."""
    choice, body = (data[0] if data else 0), data[1:]
    kinds = len(CONTENT_TYPES) + 2
    try:
        if choice % kinds < len(CONTENT_TYPES):
            CODECS.decode(_payload(body, CONTENT_TYPES[choice % kinds]))
        elif choice % kinds == len(CONTENT_TYPES):
            CODECS.check(body.decode("latin-1"))
        else:
            read_capture(body, now=NOW)
    except PayloadError as error:
        str(error)
    payload = _payload(body, "")
    if read_capture(write_capture(payload), now=NOW).payload != payload:
        raise AssertionError("a capture does not give back what was written")


def _payload(body: bytes, content_type: str) -> Payload:
    return Payload(body, content_type, Source("capture", "a"), NOW)


if __name__ == "__main__":
    atheris.Setup(sys.argv, fuzz)
    atheris.Fuzz()
