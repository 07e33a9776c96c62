"""Regular expressions of XPath (sh:pattern) as Python's: translated where the two agree, refused where not."""

from __future__ import annotations

import re
from typing import Final

_ESCAPES: Final = {"s": " \\t\\n\\r", "d": "\\d", "n": "\\n", "r": "\\r", "t": "\\t"}
_LITERAL: Final = frozenset("\\|.?*+(){}-[]^$/")


def translate(pattern: str, flags: str) -> re.Pattern[str]:
    """*pattern* with *flags* (XPath functions 3.1, 5.6). Raises ValueError with what cannot be translated."""
    if unknown := set(flags) - set("smixq"):
        raise ValueError(f"the flags {''.join(sorted(unknown))!r} are not known; there are s m i x q")
    if "q" in flags:
        return re.compile(re.escape(pattern), re.IGNORECASE if "i" in flags else 0)
    options = (re.MULTILINE if "m" in flags else 0) | (re.DOTALL if "s" in flags else 0)
    options |= (re.IGNORECASE if "i" in flags else 0) | (re.VERBOSE if "x" in flags else 0)
    text = _Translation(pattern, multiline="m" in flags, dot_all="s" in flags).run()
    try:
        return re.compile(text, options)
    except re.error as error:
        raise ValueError(f"the pattern {pattern!r} is no regular expression: {error}") from error


class _Translation:
    def __init__(self, pattern: str, *, multiline: bool, dot_all: bool) -> None:
        self.pattern = pattern
        self.multiline = multiline
        self.dot_all = dot_all
        self.position = 0

    def run(self) -> str:
        parts = []
        while self.position < len(self.pattern):
            parts.append(self.one())
        return "".join(parts)

    def one(self) -> str:
        character = self.take()
        if character == "\\":
            return self.escape(inside=False)
        if character == "[":
            return self.character_class()
        if character == "(" and self.pattern.startswith("?", self.position):
            return self.group()
        if character == "$":
            return "$" if self.multiline else "\\Z"
        if character == "." and not self.dot_all:
            return "[^\\n\\r]"
        return character

    def take(self) -> str:
        self.position += 1
        return self.pattern[self.position - 1]

    def group(self) -> str:
        if not self.pattern.startswith("?:", self.position):
            raise ValueError(
                f"the pattern {self.pattern!r} has a group (?..., which XPath does not have; there is (?:...)"
            )
        self.position += 2
        return "(?:"

    def escape(self, *, inside: bool) -> str:
        if self.position >= len(self.pattern):
            raise ValueError(f"the pattern {self.pattern!r} ends in a backslash")
        character = self.take()
        if character in _LITERAL:
            return "\\" + character
        if character in _ESCAPES:
            text = _ESCAPES[character]
            return f"[{text}]" if character == "s" and not inside else text
        if character == "S" and not inside:
            return "[^ \\t\\n\\r]"
        if character == "D" and not inside:
            return "\\D"
        raise ValueError(
            f"\\{character} of the pattern {self.pattern!r} is not supported: write the characters as a class"
        )

    def character_class(self) -> str:
        parts = ["["]
        if self.pattern.startswith("^", self.position):
            parts.append(self.take())
        while self.position < len(self.pattern):
            character = self.take()
            if character == "]":
                return "".join(parts) + "]"
            if character == "[":
                raise ValueError(f"the pattern {self.pattern!r} subtracts classes, which is not supported")
            parts.append(self.escape(inside=True) if character == "\\" else "\\^" if character == "^" else character)
        raise ValueError(f"the pattern {self.pattern!r} has a class without end")
