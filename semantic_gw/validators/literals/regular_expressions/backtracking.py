"""Nodes → the text of a regular expression of Python's `re`, for those that have no references."""

from __future__ import annotations

import re

from semantic_gw.validators.literals.regular_expressions.characters import CharacterSet
from semantic_gw.validators.literals.regular_expressions.nodes import (
    Anchor,
    Character,
    Choice,
    Group,
    Node,
    Reference,
    Repeat,
    Sequence,
)


def python_pattern(node: Node) -> str:
    r"""*node* in the syntax of `re`, in which `$` is no end: it also stands before a last line end.

    >>> python_pattern(Sequence((Character(CharacterSet((97, 98))), Anchor(at_end=True, of_lines=False))))
    'a\\Z'
    """
    match node:
        case Character(characters):
            return _class(characters)
        case Anchor(at_end, of_lines):
            return _anchor(at_end=at_end, of_lines=of_lines)
        case Sequence(parts):
            return "".join(python_pattern(part) for part in parts)
        case Choice(options):
            return f"(?:{'|'.join(python_pattern(option) for option in options)})"
        case Repeat(part, least, most):
            inner = python_pattern(part)
            return (inner if isinstance(part, Character) else f"(?:{inner})") + _quantifier(least, most)
        case Group(part):
            return f"(?:{python_pattern(part)})"
        case Reference(number):
            raise ValueError(f"a reference to group {number} is not for re")


def _anchor(*, at_end: bool, of_lines: bool) -> str:
    """A line does not begin after the last line end (functions 3.1, 5.6.2, flag m)."""
    if not of_lines:
        return r"\Z" if at_end else r"\A"
    return r"(?=\n|\Z)" if at_end else r"(?:\A|(?<=\n)(?!\Z))"


def _quantifier(least: int, most: int | None) -> str:
    plain = {(0, 1): "?", (0, None): "*", (1, None): "+", (1, 1): ""}.get((least, most))
    return f"{{{least},{'' if most is None else most}}}" if plain is None else plain


def _class(characters: CharacterSet) -> str:
    ranges = characters.ranges
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return re.escape(chr(ranges[0][0]))
    if not ranges:
        return "(?!)"
    if "\U0010ffff" not in characters:
        return f"[{_ranges(ranges)}]"
    outside = characters.complement().ranges
    return f"[^{_ranges(outside)}]" if outside else r"[\s\S]"


def _ranges(ranges: list[tuple[int, int]]) -> str:
    return "".join(_plain(low) if low == high else f"{_plain(low)}-{_plain(high)}" for low, high in ranges)


def _plain(code_point: int) -> str:
    return re.escape(chr(code_point)) if code_point < 0x80 else chr(code_point)
