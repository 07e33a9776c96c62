r"""What bodies are that come without a useful media type: a family knows it by the address, or by how they begin.

| in a manifest | meaning |
|---|---|
| `media_type` of a row `[[route]]` | what bodies at such addresses are |
| `media_type` of a row `[[look.body]]` | what bodies are, wherever they come in, that begin as it says |
| `begins` there | regular expressions, one of which the body begins with; `\xff` is the byte 255 |

What a sender says counts before, unless it is `application/octet-stream` or `text/plain`: that says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_MEMBERS: Final = frozenset({"media_type", "begins"})
_USELESS: Final = frozenset({"", "application/octet-stream", "text/plain"})
_LOOKED_AT: Final = 8_192
"""Bytes in which a pattern may find its place."""


@dataclass(frozen=True, slots=True)
class BodyLook:
    """How bodies of *media_type* begin."""

    media_type: str
    begins: tuple[re.Pattern[bytes], ...]

    def fits(self, body: bytes) -> bool:
        """Whether *body* begins so."""
        return any(pattern.match(body, 0, _LOOKED_AT) for pattern in self.begins)


def says_nothing(content_type: str) -> bool:
    """Whether *content_type* leaves open what a body is.

    >>> says_nothing("text/plain; charset=utf-8"), says_nothing("application/json")
    (True, False)
    """
    return not content_type or content_type.partition(";")[0].strip().lower() in _USELESS


def parse_body_look(row: Mapping[str, Any]) -> BodyLook:
    """The look that *row* tells. Raises KeyError or ValueError for what is missing or wrong in it."""
    if unknown := sorted(row.keys() - _MEMBERS):
        known = ", ".join(sorted(_MEMBERS))
        raise ValueError(f"a look of a body has no member {', '.join(unknown)}; there are {known}")
    patterns = (re.compile(text.encode("latin-1"), re.DOTALL) for text in row["begins"])
    return BodyLook(row["media_type"], tuple(patterns))
