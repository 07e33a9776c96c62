"""Plain text (RFC 2046, 4.1): the value is the text itself, never a number read out of it."""

from __future__ import annotations

import codecs

from semantic_gw.errors import DecodingError

CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii")
"""The charsets whose bytes are UTF-8."""


class TextCodec:
    """Reads `text/plain` in UTF-8; a byte order mark is skipped."""

    media_types: tuple[str, ...] = ("text/plain",)

    def decode(self, body: bytes) -> str:
        """The text of *body*. Raises DecodingError at the first byte that is no UTF-8, and for NUL."""
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise DecodingError(f"no UTF-8 at byte {error.start}: {error.reason}") from None
        if "\0" in text:
            raise DecodingError(f"NUL at byte {body.index(0)}: no text, or UTF-16; text is taken in UTF-8")
        return text.removeprefix(codecs.BOM_UTF8.decode())
