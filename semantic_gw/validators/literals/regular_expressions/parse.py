"""Text → nodes: the grammar of XSD 1.1 (part 2, appendix G) with the additions of XPath (functions 3.1, 5.6.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from semantic_gw.validators.literals.regular_expressions.characters import (
    ANY,
    NOT_LINE_END,
    CharacterSet,
    between,
    category,
    escaped,
    in_any_case,
    of,
    union,
)
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

T = TypeVar("T")

_SPACE: Final = " \t\n\r"
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t"}
_SINGLE: Final = frozenset("\\|.?*+(){}-[]^$/")
r"""What a backslash makes plain (SingleCharEsc). `\/` is none of XPath's, but cannot mean anything else."""
_QUANTIFIER: Final = re.compile(r"([?*+])|\{([0-9]{1,9})(,([0-9]{1,9})?)?\}")
_BOUNDS: Final[dict[str, tuple[int, int | None]]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_PROPERTY: Final = re.compile(r"\{([A-Za-z0-9-]+)\}")
_DEEPEST: Final = 100


def parse(pattern: str, flags: frozenset[str]) -> Node:
    """*pattern* as nodes. Raises ValueError with what is wrong, and what to write instead."""
    if "q" in flags:
        return Sequence(tuple(Character(_cased(of(one), flags)) for one in pattern))
    return _Parser(pattern, flags).whole()


def _cased(characters: CharacterSet, flags: frozenset[str]) -> CharacterSet:
    return in_any_case(characters) if "i" in flags else characters


class _Parser:
    """One pass over a pattern."""

    def __init__(self, pattern: str, flags: frozenset[str]) -> None:
        self.pattern = pattern
        self.text = _without_space(pattern) if "x" in flags else pattern
        self.flags = flags
        self.position = 0
        self.depth = 0
        self.opened = 0
        self.closed: set[int] = set()

    def whole(self) -> Node:
        node = self.choice()
        if self.position < len(self.text):
            self.fail("has ')' without '('")
        return node

    def choice(self) -> Node:
        options = [self.sequence()]
        while self.skip("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Node:
        parts = []
        while self.position < len(self.text) and self.text[self.position] not in "|)":
            parts.append(self.quantified(self.atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def quantified(self, part: Node) -> Node:
        match = _QUANTIFIER.match(self.text, self.position)
        if match is None:
            return part
        self.position = match.end()
        self.skip("?")
        if _QUANTIFIER.match(self.text, self.position):
            self.fail("quantifies a quantifier")
        least, most = _BOUNDS[match[1]] if match[1] else (int(match[2]), int(match[4] or match[2]))
        if match[3] == ",":
            most = None
        if most is not None and most < least:
            self.fail(f"has {match[0]}, at least more than at most")
        return Repeat(part, least, most)

    def atom(self) -> Node:
        character = self.take()
        if character == "(":
            return self.group()
        if character in "^$":
            return Anchor(at_end=character == "$", of_lines="m" in self.flags)
        if character in "?*+":
            self.fail(f"has {character!r} with nothing before it to repeat")
        if character in "]{}":
            self.fail(f"has {character!r} by itself: write \\{character}")
        if character == ".":
            return Character(ANY if "s" in self.flags else NOT_LINE_END)
        if character == "[":
            return Character(self.class_())
        return self.escape() if character == "\\" else Character(_cased(of(character), self.flags))

    def group(self) -> Node:
        capturing = not self.skip("?:")
        if self.skip("?"):
            self.fail("has a group (?..., which XPath does not have; there is (?:...)")
        self.opened += capturing
        number = self.opened
        part = self.within(self.choice)
        if not self.skip(")"):
            self.fail("has '(' without ')'")
        if not capturing:
            return part
        self.closed.add(number)
        return Group(part, number)

    def within(self, read: Callable[[], T]) -> T:
        """What *read* reads, a level deeper."""
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail(f"is nested deeper than {_DEEPEST} levels")
        result = read()
        self.depth -= 1
        return result

    def escape(self) -> Node:
        if self.position < len(self.text) and self.text[self.position] in "123456789":
            return self.reference()
        single, characters = self.escaped()
        return Character(characters if single is None else _cased(characters, self.flags))

    def reference(self) -> Node:
        """As many digits as there are groups for; the others are plain (functions 3.1, 5.6.1)."""
        number = int(self.take())
        while self.position < len(self.text) and "0" <= self.text[self.position] <= "9":
            longer = number * 10 + int(self.text[self.position])
            if longer > self.opened:
                break
            number, self.position = longer, self.position + 1
        if number not in self.closed:
            self.fail(f"refers to \\{number} where no group {number} has ended")
        return Reference(number, "i" in self.flags)

    def escaped(self) -> tuple[str | None, CharacterSet]:
        """What a backslash and what follows it stand for; the character, where it is a single one."""
        if self.position >= len(self.text):
            self.fail("ends in a backslash")
        letter = self.take()
        if letter in _SINGLE or letter in _NAMED:
            single = _NAMED.get(letter, letter)
            return single, of(single)
        if letter in "pP":
            return None, self.unicode_property(negated=letter == "P")
        try:
            return None, escaped(letter)
        except KeyError:
            self.fail(
                f"has \\{letter}, which XPath does not have; there are \\d \\s \\w \\i \\c \\p{{...}} \\n \\r \\t"
            )

    def unicode_property(self, *, negated: bool) -> CharacterSet:
        match = _PROPERTY.match(self.text, self.position)
        if match is None:
            self.fail("has \\p without a category: write \\p{L} or \\p{IsBasicLatin}")
        self.position = match.end()
        try:
            found = category(match[1])
        except KeyError:
            self.fail(f"has \\p{match[0]}, which is no category or block of Unicode, as \\p{{Lu}} or \\p{{IsCyrillic}}")
        return found.complement() if negated else found

    def class_(self) -> CharacterSet:
        """A class, after its bracket."""
        negated = self.skip("^")
        parts: list[CharacterSet] = []
        while not self.text.startswith(("]", "-["), self.position):
            parts.append(self.class_part())
        if not parts:
            self.fail("has an empty class")
        found = union(*parts)
        found = found.complement() if negated else found
        if self.skip("-["):
            found = found.without(self.within(self.class_))
        if not self.skip("]"):
            self.fail(f"has a class {'that goes on after a subtraction' if self.rest else 'without end'}")
        return found

    def class_part(self) -> CharacterSet:
        """A character, a range or an escape. A hyphen is plain where it can make no range (XSD 1.1 part 2, G.4.1)."""
        start = self.position
        first, characters = self.class_character()
        if first is None:
            return characters
        if self.text.startswith(("-]", "-[", "--["), self.position) or not self.skip("-"):
            return _cased(characters, self.flags)
        bare_hyphen = "-" in (self.text[start], self.text[self.position : self.position + 1])
        last, _ = self.class_character()
        if last is None or bare_hyphen:
            self.fail("has a range that begins or ends in an escape or a hyphen: write \\- for a hyphen")
        if last < first:
            self.fail(f"has the range {first}-{last}, whose ends are in the wrong order")
        return _cased(between(first, last), self.flags)

    def class_character(self) -> tuple[str | None, CharacterSet]:
        if self.position >= len(self.text):
            self.fail("has a class without end")
        character = self.take()
        if character == "\\":
            return self.escaped()
        if character == "[":
            self.fail("has '[' in a class: write \\[")
        return character, of(character)

    @property
    def rest(self) -> str:
        return self.text[self.position :]

    def take(self) -> str:
        self.position += 1
        return self.text[self.position - 1]

    def skip(self, text: str) -> bool:
        """Whether *text* stands here; if so, it is passed."""
        found = self.text.startswith(text, self.position)
        self.position += len(text) * found
        return found

    def fail(self, why: str) -> NoReturn:
        raise ValueError(f"has the pattern {self.pattern!r}, which {why}")


def _without_space(pattern: str) -> str:
    """*pattern* without the white space outside classes (flag x)."""
    kept, depth, escaping = [], 0, False
    for character in pattern:
        if depth or character not in _SPACE:
            kept.append(character)
            depth += {"[": 1, "]": -1}.get(character, 0) if not escaping else 0
            escaping = character == "\\" and not escaping
    return "".join(kept)
