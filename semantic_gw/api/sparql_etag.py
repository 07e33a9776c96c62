"""Entity tags of answers: they say which generation of the graphs an answer tells of."""

from __future__ import annotations

import re
import secrets
from typing import Final

_TAG: Final = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_THIS_PROCESS: Final = 6
"""Bytes that tell the generations of one process from those of another."""


class Tags:
    """Weak tags (RFC 9110, 8.8.1): the same graphs give the same solutions, not always in the same order."""

    def __init__(self) -> None:
        self._process = secrets.token_hex(_THIS_PROCESS)

    def tag(self, generation: int, media_type: str) -> str:
        """The tag of what *generation* gives in the form *media_type*."""
        form = media_type.rpartition("/")[2]
        return f'W/"{self._process}.{generation}.{form}"'


def knows(if_none_match: str, tag: str) -> bool:
    """Whether the header *if_none_match* names *tag* (RFC 9110, 13.1.2).

    >>> knows('"a", W/"b"', 'W/"b"'), knows("*", 'W/"b"'), knows("", 'W/"b"')
    (True, True, False)
    """
    return if_none_match.strip() == "*" or tag.removeprefix("W/") in _TAG.findall(if_none_match)
