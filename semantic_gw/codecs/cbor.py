"""CBOR (RFC 8949), as far as it says what JSON can say: a value becomes the JSON value of section 6.1.

| in the payload | becomes |
|---|---|
| byte string | text in base64url without padding |
| tag 0 (date and time text), tag 32 (URI) | the text, as it was sent |
| tag 1 (seconds since 1970) | the number |
| tags 2, 3 (bignum) | an integer, up to 128 digits |
| tags 4, 5 (decimal fraction, bigfloat) | the nearest double |
| tag 55799 (self-described CBOR) in front | skipped |
| indefinite lengths | as definite ones |
| any other tag: sets, shared references, regular expressions ... | refused |
| a key that is no text (COSE) | refused; SenML and LwM2M have codecs of their own |
| a key twice in one map | refused |
| NaN, Infinity, undefined, other simple values | refused |
| bytes behind the first item | refused |
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Mapping

import cbor2

from semantic_gw.codecs.cbor_maps import largest_map
from semantic_gw.codecs.tree import MAX_DEPTH, MAX_DIGITS, count_members, integer_too_long, too_deep
from semantic_gw.errors import DecodingError
from semantic_gw.json_pointer import step
from semantic_gw.model import Json

MAX_KEYS = 256
"""Most members of a map whose keys are not all texts."""

_SELF_DESCRIBED = b"\xd9\xd9\xf7"
_SIMPLEST = {str, int, float, bool, type(None)}
_BIGNUM_BYTES = math.ceil(MAX_DIGITS * math.log2(10) / 8)


class CborCodec:
    """Reads `application/cbor` and every `+cbor` media type (RFC 8949, 9.5)."""

    media_types: tuple[str, ...] = ("application/cbor", "+cbor")
    text_keys = True
    """Whether all map keys are texts. Where they are not, maps are small."""

    def name(self, key: object) -> str | None:
        """The member that the map key *key* names, None where it names none."""
        return key if isinstance(key, str) else None

    def decode(self, body: bytes) -> Json:
        """The JSON value of *body*. Raises DecodingError with what is wrong, and near which byte."""
        item = body.removeprefix(_SELF_DESCRIBED)
        skipped = len(body) - len(item)
        stream = io.BytesIO(item)
        if not self.text_keys and largest_map(item) > MAX_KEYS:
            raise DecodingError(f"a map has more than {MAX_KEYS} keys")
        try:
            value = _decoder(stream, text_keys=self.text_keys).decode()
        except cbor2.CBORDecodeError as error:
            raise _complaint(item, error, skipped, text_keys=self.text_keys) from None
        if stream.tell() != len(item):
            extra = len(item) - stream.tell()
            raise DecodingError(f"no CBOR: {extra} bytes too many behind byte {stream.tell() + skipped - 1}")
        plain = self._plain(value, "")
        count_members(plain)
        return plain

    def _plain(self, value: object, pointer: str) -> Json:
        """*value* in the types of JSON. Recursion is safe: the decoder has bounded the depth."""
        if isinstance(value, float) and not math.isfinite(value):
            raise DecodingError(f"{value} is no JSON number: leave the member out, or send null", pointer=pointer)
        if type(value) in _SIMPLEST:
            return value
        if isinstance(value, bytes):
            return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
        if isinstance(value, (list, tuple)):
            return [self._plain(item, pointer + step(index)) for index, item in enumerate(value)]
        if isinstance(value, Mapping):
            return self._members(value, pointer)
        raise DecodingError(f"{value!r:.80} has no place in JSON", pointer=pointer)

    def _members(self, value: Mapping[object, object], pointer: str) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key, item in value.items():
            name = self.name(key)
            if name is None:
                raise DecodingError(f"the map key {key!r:.80} is no text: only text keys are taken", pointer=pointer)
            if name in found:
                raise DecodingError(f"two map keys mean {name!r:.80}", pointer=pointer)
            found[name] = self._plain(item, pointer + step(name))
        return found


def _decoder(stream: io.BytesIO, read_size: int = 4096, *, text_keys: bool) -> cbor2.CBORDecoder:
    return cbor2.CBORDecoder(
        stream,
        semantic_decoders=_TAGS,
        max_depth=2 * MAX_DEPTH,  # it counts tags too; the tree is measured afterwards
        allow_duplicate_keys=False,
        strict_hashable_types=text_keys,
        read_size=read_size,
    )


def _complaint(item: bytes, error: cbor2.CBORDecodeError, skipped: int, *, text_keys: bool) -> DecodingError:
    """Say *error* in our words, and find the byte by decoding again, a byte at a time."""
    if not item:
        return DecodingError("empty: there is no CBOR item")
    if "nesting depth" in str(error):
        return too_deep()
    stream = io.BytesIO(item)
    try:
        _decoder(stream, read_size=1, text_keys=text_keys).decode()
    except cbor2.CBORDecodeError as again:
        error = again
    reason = error.__cause__ if isinstance(error.__cause__, (DecodingError, UnicodeDecodeError)) else error
    return DecodingError(f"no CBOR: {reason} (near byte {stream.tell() + skipped} of {len(item) + skipped})")


def _text(value: object, _immutable: bool) -> str:  # noqa: FBT001  cbor2 calls it so
    if isinstance(value, str):
        return value
    raise DecodingError("a date or URI tag holds no text")


def _seconds(value: object, _immutable: bool) -> float:  # noqa: FBT001
    if type(value) in (int, float):
        return value  # type: ignore[return-value]  # the line above checked it
    raise DecodingError("a time tag holds no number")


def _positive(value: object, _immutable: bool) -> int:  # noqa: FBT001
    if not isinstance(value, bytes):
        raise DecodingError("a bignum holds no byte string")
    if len(value.lstrip(b"\0")) > _BIGNUM_BYTES:
        raise integer_too_long("")
    return int.from_bytes(value)


def _negative(value: object, immutable: bool) -> int:  # noqa: FBT001
    return -1 - _positive(value, immutable)


def _decimal_fraction(value: object, _immutable: bool) -> float:  # noqa: FBT001
    exponent, mantissa = _scaled(value)
    number = float(f"{mantissa}E{exponent}")
    if math.isinf(number):
        raise DecodingError(f"the number {mantissa}E{exponent} is beyond what a double holds (1.8E308)")
    return number


def _bigfloat(value: object, _immutable: bool) -> float:  # noqa: FBT001
    exponent, mantissa = _scaled(value)
    try:
        return math.ldexp(mantissa, exponent)
    except OverflowError:
        raise DecodingError(f"the number {mantissa} · 2^{exponent} is beyond what a double holds (1.8E308)") from None


def _scaled(value: object) -> tuple[int, int]:
    """Exponent and mantissa (RFC 8949, 3.4.4)."""
    if isinstance(value, (list, tuple)) and len(value) == 2 and all(type(part) is int for part in value):
        return value[0], value[1]
    raise DecodingError("a decimal fraction or bigfloat is no pair of integers")


class _Tags(dict[int, Callable[..., object]]):
    """The tags that are understood; every other one, known to the library or not, is refused."""

    def __missing__(self, tag: int) -> Callable[..., object]:
        def refuse(*_: object) -> object:
            raise DecodingError(f"tag {tag} is not taken; there are {', '.join(map(str, self))} and 55799 in front")

        return refuse


_TAGS = _Tags({0: _text, 1: _seconds, 2: _positive, 3: _negative, 4: _decimal_fraction, 5: _bigfloat, 32: _text})
