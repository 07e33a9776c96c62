r"""sh:pattern: regular expressions of XPath, matched in time that grows with the text alone.

Patterns are the operator's, texts anybody's: `^(a+)+$` must not keep the gateway busy for hours because a device sends
forty letters. So Python's `re`, which tries one way after the other, gets only what can match in one way; all else runs
as an automaton, which is slower for most texts and never slow. Back-references have no such bound: there a text that
takes too many steps does not match, and `undecided` says so. Steps, not seconds: a text's verdict is always the same.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Final, Protocol

from semantic_gw.validators.literals.regular_expressions.ambiguity import longest, matches_one_way, starts_the_text
from semantic_gw.validators.literals.regular_expressions.automaton import Automaton, TooMuchWorkError
from semantic_gw.validators.literals.regular_expressions.backtracking import python_pattern
from semantic_gw.validators.literals.regular_expressions.nodes import Choice, Group, Node, Reference, Repeat, Sequence
from semantic_gw.validators.literals.regular_expressions.parse import parse
from semantic_gw.validators.literals.regular_expressions.program import check_size, compile_program
from semantic_gw.validators.literals.regular_expressions.references import Referring

_FLAGS: Final = frozenset("smixq")
_MOST_TRIED: Final = 250_000
"""Characters that `re` may look at where it begins anew at each character of a text: a few milliseconds."""


class Pattern(Protocol):
    """A pattern that texts are held against."""

    def search(self, text: str, /) -> object | None:
        """None where *text* has no match, or none was found in as many steps as a text may take."""
        ...


@lru_cache(maxsize=256)
def translate(pattern: str, flags: str = "") -> Pattern:
    r"""*pattern* with *flags* (XPath functions 3.1, 5.6). Raises ValueError with what is wrong with it.

    >>> translate("^[a-z]+$").search("abc\n") is None
    True
    """
    if unknown := sorted(set(flags) - _FLAGS):
        raise ValueError(f"has the flags {''.join(unknown)!r}, which are not known; there are s m i x q")
    node = parse(pattern, frozenset(flags))
    try:
        check_size(node)
    except ValueError as error:
        raise ValueError(f"has the pattern {pattern!r}, which {error}") from error
    if not matches_one_way(node):
        return _Automatic(node)
    quick = re.compile(python_pattern(node))
    return quick if starts_the_text(node) else _Unanchored(node, quick)


def undecided(pattern: Pattern, text: str) -> bool:
    """Whether *text* would take more steps than a text may: then it counts as one that does not match."""
    return isinstance(pattern, _Automatic) and pattern.undecided(text)


class _Automatic:
    """A pattern that is run as an automaton."""

    def __init__(self, node: Node) -> None:
        self.node = node

    @cached_property
    def machine(self) -> Automaton | Referring:
        kind = Referring if _refers(self.node) else Automaton
        return kind(compile_program(self.node), anchored=starts_the_text(self.node))

    def search(self, text: str, /) -> object | None:
        try:
            return self.machine.search(text) or None
        except TooMuchWorkError:
            return None

    def undecided(self, text: str) -> bool:
        try:
            self.machine.search(text)
        except TooMuchWorkError:
            return True
        return False


class _Unanchored(_Automatic):
    """A pattern that may begin anywhere: `re` begins at each character anew, which is for short texts."""

    def __init__(self, node: Node, quick: re.Pattern[str]) -> None:
        super().__init__(node)
        self.quick = quick
        length = longest(node)
        self.most = _MOST_TRIED // max(length, 1) if length else int(_MOST_TRIED**0.5)

    def search(self, text: str, /) -> object | None:
        return self.quick.search(text) if len(text) <= self.most else super().search(text)


def _refers(node: Node) -> bool:
    match node:
        case Reference():
            return True
        case Sequence(parts) | Choice(parts):
            return any(map(_refers, parts))
        case Repeat(part) | Group(part):
            return _refers(part)
    return False
