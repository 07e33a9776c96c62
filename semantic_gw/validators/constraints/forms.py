"""What a constraint becomes: `Each` looks at one value node, `Counted` at how many there are, `Whole` at all of them.

A shape fuses its forms into one question, "is all fine?", and asks each for its violations only where it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from semantic_gw.model import IRI, Literal, Term, ValidationResult
from semantic_gw.validators.literals import Value, value_of
from semantic_gw.validators.syntax import Node
from semantic_gw.validators.view import Background, View

Details = tuple[ValidationResult, ...]
"""The results that explain another (sh:detail)."""


Phrase = Callable[[], str]
"""What a value must be, for people; made only where one is not, and the shape has no message of its own."""


class Violation(NamedTuple):
    """What is wrong: the value node it is about, if one, and the path where it is not the shape's own."""

    value: Term | None
    phrase: Phrase
    path: IRI | None = None
    details: Details = ()


Violations = Sequence[Violation]
"""Empty where all is fine."""

Test = Callable[[View, Term], bool]
"""Whether a node is fine."""

Judge = Callable[[View, Term, Sequence[Term]], Violations]
"""What is wrong with the value nodes of a focus node."""

Wrong = Callable[[View, Term, Sequence[Term]], object]
"""Whether the value nodes of a focus node are wrong: what it gives is true or not."""

Explain = Callable[[View, Term], Details]
"""Why a node is not fine."""


def no_details(_view: View, _value: Term) -> Details:
    return ()


@dataclass(frozen=True, slots=True)
class Each:
    """A constraint that every value node meets by itself."""

    test: Test
    phrase: Phrase
    explain: Explain = no_details

    def violations(self, view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        wrong = [value for value in values if not self.test(view, value)]
        return [Violation(value, self.phrase, details=self.explain(view, value)) for value in wrong]


@dataclass(frozen=True, slots=True)
class Counted:
    """A constraint on how many value nodes there are."""

    phrase: Phrase
    least: int = 0
    most: int | None = None

    def violations(self, _view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        fine = self.least <= len(values) and (self.most is None or len(values) <= self.most)
        return () if fine else [Violation(None, lambda: f"{self.phrase()}, has {len(values)}")]


@dataclass(frozen=True, slots=True)
class Whole:
    """A constraint on all value nodes of a focus node at once.

    *wrong* is whether there are violations at all, where that can be told for less.
    """

    violations: Judge
    wrong: Wrong


def whole(violations: Judge) -> Whole:
    """A constraint that tells what is wrong as cheaply as whether."""
    return Whole(violations, violations)


Form = Each | Counted | Whole


class Other(Protocol):
    """A compiled shape, as far as the constraints of another look at it."""

    @property
    def name(self) -> str: ...

    @property
    def conforms(self) -> Test: ...

    def explain(self, view: View, node: Term) -> Details: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What constraints are compiled with: the background, and the other shapes by their nodes."""

    background: Background
    shape: Callable[[Node], Other]
    name: str = ""
    """The shape that has them, for people"""

    def told(self, other: Other) -> str:
        """*other* for people: one that stands within the shape itself, by where it stands there."""
        within = other.name.removeprefix(f"{self.name} / ")
        return within if within == other.name or within.startswith("[") else f"the shape at {within}"


def comparable(term: Term) -> Value | None:
    """The value of *term* that an order knows; None where it has none."""
    return value_of(term) if isinstance(term, Literal) else None


def folded(term: Term) -> Term:
    """*term* with its language tag in lower case, which is the tag's value (RDF 1.1 Concepts, 3.3)."""
    return term._replace(language=term.language.lower()) if isinstance(term, Literal) and term.language else term


def text_of(value: Term) -> str | None:
    """The string of a value node (SPARQL's STR); None for blank nodes."""
    if isinstance(value, Literal):
        return value.lexical
    return None if value.startswith("_:") else value
