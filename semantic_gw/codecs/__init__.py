"""Bytes of one media type → a JSON value. `Codecs` picks by media type; a capture is the file form of payloads."""

from semantic_gw.codecs.capture import BadLine, CaptureRecord, Lines, read_capture, read_captures, write_capture
from semantic_gw.codecs.cbor import CborCodec
from semantic_gw.codecs.json import JsonCodec
from semantic_gw.codecs.table import Codecs
from semantic_gw.codecs.text import TextCodec

__all__ = [
    "BadLine",
    "CaptureRecord",
    "CborCodec",
    "Codecs",
    "JsonCodec",
    "Lines",
    "TextCodec",
    "read_capture",
    "read_captures",
    "write_capture",
]
