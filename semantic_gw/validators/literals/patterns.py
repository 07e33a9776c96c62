"""Regular expressions of XPath (sh:pattern) as Python's: translated where the two agree, refused where not."""

from __future__ import annotations

import re
from typing import Final, NoReturn

_SPACE: Final = " \t\n\r"
_ESCAPES: Final = {"d": r"\d", "n": r"\n", "r": r"\r", "t": r"\t"}
_LITERAL: Final = frozenset("\\|.?*+(){}-[]^$/")
_QUANTIFIER: Final = re.compile(r"[?*+]|\{[0-9]{1,9}(?:,(?:[0-9]{1,9})?)?\}")


def translate(pattern: str, flags: str = "") -> re.Pattern[str]:
    r"""*pattern* with *flags* (XPath functions 3.1, 5.6). Raises ValueError with what cannot be translated.

    >>> translate("^[a-z]+$").search("abc\n") is None
    True
    """
    if unknown := set(flags) - set("smixq"):
        raise ValueError(f"has the flags {''.join(sorted(unknown))!r}, which are not known; there are s m i x q")
    options = re.IGNORECASE if "i" in flags else 0
    text = re.escape(pattern) if "q" in flags else _Translation(pattern, frozenset(flags)).run()
    try:
        return re.compile(text, options)
    except (re.error, OverflowError) as error:
        raise ValueError(f"has the pattern {pattern!r}, which is no regular expression: {error}") from error


class _Translation:
    """One pass over a pattern, a character or an escape at a time."""

    def __init__(self, pattern: str, flags: frozenset[str]) -> None:
        self.pattern = _without_space(pattern) if "x" in flags else pattern
        self.flags = flags
        self.position = 0

    def run(self) -> str:
        parts = []
        while self.position < len(self.pattern):
            parts.append(self.one())
        return "".join(parts)

    def one(self) -> str:
        if quantifier := self.quantifier():
            return quantifier
        character = self.take()
        if character in "]{}":
            self.fail(f"has {character!r} by itself: write \\{character}")
        if character == "(" and self.pattern.startswith("?", self.position):
            return self.group()
        read = {"\\": self.escape, "[": self.character_class}.get(character)
        return read() if read else self.plain(character)

    def plain(self, character: str) -> str:
        if character == "." and "s" in self.flags:
            return r"[\s\S]"
        if "m" in self.flags and character in "^$":
            return r"(?:\A|(?<=\n)(?!\Z))" if character == "^" else r"(?=\n|\Z)"
        if character in "()|":
            return character
        return {"^": r"\A", "$": r"\Z", ".": r"[^\n\r]"}.get(character, re.escape(character))

    def quantifier(self) -> str:
        """A quantifier with its mark of reluctance; Python would take a second one as possessive."""
        match = _QUANTIFIER.match(self.pattern, self.position)
        if match is None:
            return ""
        self.position = match.end()
        reluctant = self.pattern.startswith("?", self.position)
        self.position += reluctant
        if _QUANTIFIER.match(self.pattern, self.position):
            self.fail("quantifies a quantifier")
        return match.group() + "?" * reluctant

    def take(self) -> str:
        self.position += 1
        return self.pattern[self.position - 1]

    def group(self) -> str:
        if not self.pattern.startswith("?:", self.position):
            self.fail("has a group (?..., which XPath does not have; there is (?:...)")
        self.position += 2
        return "(?:"

    def escape(self, *, inside: bool = False) -> str:
        if self.position >= len(self.pattern):
            self.fail("ends in a backslash")
        character = self.take()
        if character in _LITERAL:
            return "\\" + character
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character == "s":
            return r" \t\n\r" if inside else r"[ \t\n\r]"
        if character not in "SD" or inside:
            self.fail(f"has \\{character}, which is not supported: write the characters as a class")
        return r"[^ \t\n\r]" if character == "S" else r"\D"

    def character_class(self) -> str:
        start = "[^" if self.pattern.startswith("^", self.position) else "["
        self.position += len(start) - 1
        parts: list[str] = []
        while not self.pattern.startswith("]", self.position):
            parts.append(self.in_class(parts[-1:]))
        self.take()
        if not parts:
            self.fail("has an empty class")
        return start + "".join(parts) + "]"

    def in_class(self, last: list[str]) -> str:
        """One character of a class; Python reserves `&&`, `||`, `~~` and `--`."""
        if self.position >= len(self.pattern):
            self.fail("has a class without end")
        character = self.take()
        if character == "\\":
            return self.escape(inside=True)
        if character == "[":
            self.fail("subtracts classes, which is not supported")
        if character != "-":
            return re.escape(character)
        if last == ["-"]:
            self.fail("has -- in a class: write \\-")
        return "-"

    def fail(self, why: str) -> NoReturn:
        raise ValueError(f"has the pattern {self.pattern!r}, which {why}")


def _without_space(pattern: str) -> str:
    """*pattern* without the white space outside classes (flag x)."""
    kept, inside, escaped = [], False, False
    for character in pattern:
        if inside or character not in _SPACE:
            kept.append(character)
        if not escaped and character in "[]":
            inside = character == "["
        escaped = character == "\\" and not escaped
    return "".join(kept)
