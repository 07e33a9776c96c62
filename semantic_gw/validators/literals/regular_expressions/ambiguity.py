"""Whether a backtracking matcher can match a text in one way only, and so in time that grows with the text alone.

It can where, after each character, at most one place of the expression can take the next one, and by one way (strong
determinism, after Brüggemann-Klein): then a matcher that goes back finds every other way shut. `^(a+)+$` is not so: the
next `a` can go to the inner or to the outer repetition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from semantic_gw.validators.literals.regular_expressions.characters import CharacterSet, union
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

_NONE: Final = CharacterSet()


@dataclass(frozen=True, slots=True)
class _Ways:
    """The characters a node can begin with, and those it can go on with where it could also end."""

    first: CharacterSet
    going_on: CharacterSet
    can_be_empty: bool


class _AmbiguousError(Exception):
    pass


def matches_one_way(node: Node) -> bool:
    """Whether there is at most one way through *node* for any text."""
    try:
        _ways(node)
    except _AmbiguousError:
        return False
    return True


def _ways(node: Node) -> _Ways:
    match node:
        case Character(characters):
            return _Ways(characters, _NONE, can_be_empty=False)
        case Anchor():
            return _Ways(_NONE, _NONE, can_be_empty=True)
        case Sequence(parts):
            return _in_sequence([_ways(part) for part in parts])
        case Choice(options):
            return _of_choice([_ways(option) for option in options])
        case Repeat(part, least, most):
            return _ways(part) if (least, most) == (1, 1) else _repeated(_ways(part), least, most)
        case Group(part):
            return _ways(part)
        case Reference():
            raise _AmbiguousError


def _in_sequence(parts: list[_Ways]) -> _Ways:
    whole = _Ways(_NONE, _NONE, can_be_empty=True)
    for part in parts:
        _disjoint(whole.going_on, part.first)
        whole = _Ways(
            _disjoint(whole.first, part.first) if whole.can_be_empty else whole.first,
            union(part.going_on, whole.going_on, part.first) if part.can_be_empty else part.going_on,
            can_be_empty=whole.can_be_empty and part.can_be_empty,
        )
    return whole


def _of_choice(options: list[_Ways]) -> _Ways:
    if sum(option.can_be_empty for option in options) > 1:
        raise _AmbiguousError
    return _Ways(
        _disjoint(*(option.first for option in options)),
        union(*(option.going_on for option in options)),
        can_be_empty=any(option.can_be_empty for option in options),
    )


def _repeated(part: _Ways, least: int, most: int | None) -> _Ways:
    if part.can_be_empty:
        raise _AmbiguousError
    again = _NONE if most is not None and most <= 1 else part.first
    going_on = _disjoint(part.going_on, again)
    return _Ways(part.first, part.going_on if least == most else going_on, can_be_empty=least == 0)


def _disjoint(*sets: CharacterSet) -> CharacterSet:
    """All of *sets*, where no two have a character in common."""
    found = _NONE
    for one in sets:
        if found.meets(one):
            raise _AmbiguousError
        found = union(found, one)
    return found


def longest(node: Node) -> int | None:
    """The most characters that *node* matches; None where there is no limit."""
    match node:
        case Character():
            return 1
        case Sequence(parts):
            lengths = [longest(part) for part in parts]
            return None if None in lengths else sum(length or 0 for length in lengths)
        case Choice(options):
            lengths = [longest(option) for option in options]
            return None if None in lengths else max(length or 0 for length in lengths)
        case Repeat(part, _, most):
            length = longest(part)
            return 0 if length == 0 else None if length is None or most is None else length * most
        case Group(part):
            return longest(part)
        case Anchor():
            return 0
        case Reference():
            return None


def starts_the_text(node: Node) -> bool:
    """Whether *node* matches only at the start of a text."""
    match node:
        case Anchor(at_end=False, of_lines=False):
            return True
        case Sequence(parts):
            return bool(parts) and starts_the_text(parts[0])
        case Choice(options):
            return all(starts_the_text(option) for option in options)
        case Repeat(part, least):
            return least > 0 and starts_the_text(part)
        case Group(part):
            return starts_the_text(part)
    return False
