"""A regular expression as data. What flags change is settled: a set has both cases, an anchor knows its lines."""

from __future__ import annotations

from dataclasses import dataclass

from semantic_gw.validators.literals.regular_expressions.characters import CharacterSet


@dataclass(frozen=True, slots=True)
class Character:
    """One character of a set."""

    of: CharacterSet


@dataclass(frozen=True, slots=True)
class Anchor:
    """`^`, or `$` where *at_end*: of the text, or of any line."""

    at_end: bool
    of_lines: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; an empty one matches the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of them."""

    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """*least* to *most* times, without limit where *most* is None. Reluctance changes no verdict."""

    part: Node
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """A group that captures."""

    part: Node
    number: int


@dataclass(frozen=True, slots=True)
class Reference:
    """What group *number* has captured; the empty text where it has not (functions 3.1, 5.6.1)."""

    number: int
    any_case: bool


Node = Character | Anchor | Sequence | Choice | Repeat | Group | Reference
