"""Media types as Content-Type writes them (RFC 9110, 8.3.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from semantic_gw.errors import UnsupportedMediaTypeError

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_ESSENCE = re.compile(rf"({_WORD})/({_WORD})")
_PARAMETER = re.compile(rf'[ \t]*;[ \t]*(?:({_WORD})=({_WORD}|"(?:[^"\\]|\\.)*"))?')
_MAX_LENGTH = 256


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type: *essence* without its parameters, and the *charset* parameter, both in lower case."""

    essence: str
    charset: str = ""

    @property
    def suffix(self) -> str:
        """The structured syntax suffix (RFC 6839), or an empty text.

        >>> MediaType("application/senml+json").suffix
        '+json'
        """
        _, plus, suffix = self.essence.rpartition("+")
        return plus + suffix if plus else ""


def parse_media_type(text: str) -> MediaType:
    """The media type that *text*, a Content-Type, names. Raises UnsupportedMediaTypeError where it is none.

    >>> parse_media_type('Application/JSON; charset="UTF-8"')
    MediaType(essence='application/json', charset='utf-8')
    """
    text = text.strip(" \t")
    essence = _ESSENCE.match(text)
    if essence is None or len(text) > _MAX_LENGTH:
        raise _no_media_type(text)
    charset, position = "", essence.end()
    while position < len(text):
        parameter = _PARAMETER.match(text, position)
        if parameter is None:
            raise _no_media_type(text)
        if (parameter[1] or "").lower() == "charset":
            charset = parameter[2].strip('"').lower()
        position = parameter.end()
    return MediaType(essence[0].lower(), charset)


def _no_media_type(text: str) -> UnsupportedMediaTypeError:
    return UnsupportedMediaTypeError(
        f"{text[:80]!r} is no media type; one looks like application/json (RFC 9110, 8.3.1)"
    )
