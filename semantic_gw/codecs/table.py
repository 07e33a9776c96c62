"""The codecs by media type, and the rule for payloads that come without one."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points

from semantic_gw.codecs.json import JsonCodec
from semantic_gw.codecs.media_type import parse_media_type
from semantic_gw.codecs.text import CHARSETS, TextCodec
from semantic_gw.contracts import Codec
from semantic_gw.errors import ConfigurationError, DecodingError, PayloadTooLargeError, UnsupportedMediaTypeError
from semantic_gw.model import Document, Json, Payload

ENTRY_POINTS = "semantic_gw.codecs"
"""The group under which codecs, the built-in ones too, are declared."""

_DEFAULT_MAX_BYTES = 4 * 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Codecs:
    """Decodes payloads by their media type.

    A payload without content type (MQTT 3.1.1 has none) is JSON if it is JSON; else text, if it is printable UTF-8
    that starts with none of `{ [ "`; else it is undecodable: CBOR and other binary formats are never guessed.
    """

    def __init__(self, codecs: Iterable[Codec], *, max_bytes: int = _DEFAULT_MAX_BYTES) -> None:
        """*codecs* by their media types, where `+json` stands for every type with that suffix (RFC 6839).

        Raises ConfigurationError where two claim the same media type.
        """
        self._by_name = _by_media_type(codecs)
        self._max_bytes = max_bytes
        self._find = functools.lru_cache(maxsize=256)(self._find_uncached)

    @classmethod
    def load(cls, *, max_bytes: int = _DEFAULT_MAX_BYTES) -> Codecs:
        """Those that installed packages declare. Raises ConfigurationError for one that cannot be loaded."""
        return cls((_load(entry) for entry in entry_points(group=ENTRY_POINTS)), max_bytes=max_bytes)

    @property
    def media_types(self) -> tuple[str, ...]:
        """What can be decoded, sorted; `+json` stands for every type with that suffix."""
        return tuple(sorted(self._by_name, key=lambda name: (name.startswith("+"), name)))

    def decode(self, payload: Payload) -> Document:
        """What *payload* says. Raises DecodingError, also as UnsupportedMediaTypeError and PayloadTooLargeError."""
        size = len(payload.body)
        if size > self._max_bytes:
            raise PayloadTooLargeError(f"{size} bytes are more than the {self._max_bytes} of max_payload_bytes")
        if not payload.content_type:
            value, media_type = _sniff(payload.body)
            return Document(payload, value, media_type)
        codec, media_type = self._find(payload.content_type)
        return Document(payload, codec.decode(payload.body), media_type)

    def check(self, content_type: str) -> None:
        """Raises UnsupportedMediaTypeError where no codec would read *content_type*; an empty one is sniffed."""
        if content_type:
            self._find(content_type)

    def _find_uncached(self, content_type: str) -> tuple[Codec, str]:
        media_type = parse_media_type(content_type)
        codec = self._by_name.get(media_type.essence) or self._by_name.get(media_type.suffix)
        if codec is None:
            raise UnsupportedMediaTypeError(
                f"no codec for {media_type.essence}; there are {', '.join(self.media_types)}"
            )
        if media_type.charset and media_type.charset not in CHARSETS:
            raise UnsupportedMediaTypeError(
                f"{media_type.essence} in charset {media_type.charset} is not read, only in UTF-8 (RFC 8259, 8.1)"
            )
        return codec, media_type.essence


def _sniff(body: bytes) -> tuple[Json, str]:
    """The value and media type of a body that came without content type."""
    try:
        return JsonCodec().decode(body), "application/json"
    except DecodingError as no_json:
        if body.lstrip()[:1] in (b"{", b"[", b'"', b""):
            raise
        reason = no_json
    try:
        text = TextCodec().decode(body)
    except DecodingError:
        text = "\0"
    if _CONTROL.search(text):
        raise DecodingError(f"no content type, and neither JSON nor printable text: as JSON, {reason}")
    return text, "text/plain"


def _by_media_type(codecs: Iterable[Codec]) -> dict[str, Codec]:
    found: dict[str, Codec] = {}
    for codec in codecs:
        for name in codec.media_types:
            other = found.setdefault(name.lower(), codec)
            if other is not codec:
                both = (
                    f"{type(other).__module__}.{type(other).__name__}, {type(codec).__module__}.{type(codec).__name__}"
                )
                raise ConfigurationError(f"two codecs claim {name}: {both}; uninstall one")
    return found


def _load(entry: EntryPoint) -> Codec:
    try:
        codec: Codec = entry.load()()
    except Exception as error:
        raise ConfigurationError(f"codec {entry.name!r}: {entry.value} cannot be loaded: {error}") from error
    if not callable(getattr(codec, "decode", None)) or not isinstance(getattr(codec, "media_types", None), tuple):
        raise ConfigurationError(f"codec {entry.name!r}: {entry.value} is no Codec (semantic_gw.contracts)")
    return codec
