"""SenML (RFC 8428) in CBOR and in XML becomes the value that the same pack has in JSON. JSON itself needs no codec.

| in the payload | becomes |
|---|---|
| CBOR: a label that is a number (6, table 4) | its name: -2 is `bn`, 2 is `v` |
| CBOR: a byte string | base64url without padding, as in JSON |
| XML: an attribute that is a number or a truth value (7) | a number, a truth value |
| XML: a number that is none, any element but `sensml` and `senml`, a document type | refused |
| a stream in JSON (`sensml+json`) that is not closed yet | the records that have come |
"""

from __future__ import annotations

import math
from typing import Final
from xml.parsers import expat

from semantic_gw.codecs.cbor import CborCodec
from semantic_gw.codecs.json import JsonCodec
from semantic_gw.errors import DecodingError
from semantic_gw.model import Json

LABELS: Final = {
    -6: "bs", -5: "bv", -4: "bu", -3: "bt", -2: "bn", -1: "bver",
    0: "n", 1: "u", 2: "v", 3: "vs", 4: "vb", 5: "s", 6: "t", 7: "ut", 8: "vd",
}  # fmt: skip
"""The labels of SenML in CBOR (RFC 8428, 6, table 4)."""

_NAMESPACE: Final = "urn:ietf:params:xml:ns:senml"
_NUMBERS: Final = frozenset({"bt", "bv", "bs", "v", "s", "t", "ut"})
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_MAX_RECORDS: Final = 100_000


class SenmlCborCodec(CborCodec):
    """Reads SenML in CBOR (RFC 8428, 6), and the requests in it (RFC 8790)."""

    media_types: tuple[str, ...] = (
        "application/senml+cbor",
        "application/sensml+cbor",
        "application/senml-etch+cbor",
    )
    text_keys = False

    def name(self, key: object) -> str | None:
        return LABELS.get(key) if type(key) is int else super().name(key)


class SensmlJsonCodec(JsonCodec):
    """Reads a stream of SenML in JSON (RFC 8428, 5), which is an array that need not be closed."""

    media_types: tuple[str, ...] = ("application/sensml+json",)

    def decode(self, body: bytes) -> Json:
        try:
            return super().decode(body)
        except DecodingError:
            begun = body.strip().removesuffix(b",")
            if not begun.startswith(b"[") or begun.endswith(b"]"):
                raise
        return super().decode(begun + b"]")


class SenmlXmlCodec:
    """Reads SenML in XML (RFC 8428, 7)."""

    media_types: tuple[str, ...] = ("application/senml+xml", "application/sensml+xml")

    def decode(self, body: bytes) -> Json:
        """The records of *body*. Raises DecodingError with what is wrong, and in which line."""
        pack = _Pack()
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = pack.start
        parser.StartDoctypeDeclHandler = _no_document_type
        try:
            parser.Parse(body, True)  # noqa: FBT003  the last piece, says expat
        except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: of an encoding
            raise DecodingError(f"no XML: {error}") from None
        except DecodingError as error:
            raise DecodingError(f"no SenML: {error} (line {parser.CurrentLineNumber})", pointer=error.pointer) from None
        return pack.records


class _Pack:
    """The records that have been met."""

    def __init__(self) -> None:
        self.records: list[Json] = []
        self._begun = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        expected = f"{_NAMESPACE} {'senml' if self._begun else 'sensml'}"
        if name != expected:
            raise DecodingError(f"there is an element {name[:120]!r} where {expected!r} is expected (RFC 8428, 7)")
        if not self._begun:
            self._begun = True
        elif len(self.records) >= _MAX_RECORDS:
            raise DecodingError(f"there are more than {_MAX_RECORDS} records")
        else:
            self.records.append({label: _value(label, text) for label, text in attributes.items()})


def _value(label: str, text: str) -> Json:
    if label == "vb":
        return _truth(text.strip())
    if label == "bver" or label in _NUMBERS:
        return _number(label, text.strip())
    return text


def _truth(text: str) -> bool:
    if text not in _TRUTH:
        raise DecodingError(f"vb={text[:40]!r} is neither true nor false", pointer="/vb")
    return _TRUTH[text]


def _number(label: str, text: str) -> int | float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or "_" in text:
        raise DecodingError(f"{label}={text[:40]!r} is no number", pointer=f"/{label}")
    return int(text) if text.lstrip("+-").isdecimal() and len(text) < 20 else number  # 64 bits at most


def _no_document_type(*_: object) -> None:
    raise DecodingError("a document type is not taken: it could define entities without end")
