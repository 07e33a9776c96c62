"""Texts (SHACL, 4.4): sh:minLength, sh:maxLength, sh:pattern, sh:languageIn, sh:uniqueLang."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from semantic_gw.model import Literal, Term
from semantic_gw.validators.constraints.forms import (
    Each,
    Form,
    Phrase,
    Surroundings,
    Violation,
    Violations,
    text_of,
    whole,
)
from semantic_gw.validators.literals import MOST_REMEMBERED, translate, undecided
from semantic_gw.validators.syntax import LanguageIn, MaxLength, MinLength, Pattern, UniqueLang
from semantic_gw.validators.view import View


def min_length(constraint: MinLength, _around: Surroundings) -> Form:
    least = constraint.least

    def test(_view: View, value: Term) -> bool:
        text = text_of(value)
        return text is not None and len(text) >= least

    return Each(test, lambda: f"must have a minimum length of {least}")


def max_length(constraint: MaxLength, _around: Surroundings) -> Form:
    most = constraint.most

    def test(_view: View, value: Term) -> bool:
        text = text_of(value)
        return text is not None and len(text) <= most

    return Each(test, lambda: f"must have a maximum length of {most}")


@dataclass(frozen=True, slots=True)
class _Matching(Each):
    """Tells a text that was given up from one that does not match."""

    given_up: Callable[[str], bool] = lambda _text: False

    def violations(self, view: View, _focus: Term, values: Sequence[Term]) -> Violations:
        wrong = [value for value in values if not self.test(view, value)]
        return [Violation(value, self._phrase(value)) for value in wrong]

    def _phrase(self, value: Term) -> Phrase:
        text = text_of(value)
        if text is None or not self.given_up(text):
            return self.phrase
        return lambda: f"{self.phrase()}, which took too many steps to decide"


def pattern(constraint: Pattern, _around: Surroundings) -> Form:
    translated = translate(constraint.pattern, constraint.flags)
    search = translated.search
    remembered = lru_cache(maxsize=1024)(search)

    def fits(_view: View, value: Term) -> bool:
        text = text_of(value)
        return text is not None and (remembered if len(text) <= MOST_REMEMBERED else search)(text) is not None

    return _Matching(
        fits, lambda: f"must match {constraint.pattern!r}", given_up=lambda text: undecided(translated, text)
    )


def language_in(constraint: LanguageIn, _around: Surroundings) -> Form:
    ranges = [one.lower() for one in constraint.ranges]

    def fits(_view: View, value: Term) -> bool:
        if not isinstance(value, Literal) or not value.language:
            return False
        tag = value.language.lower()
        return any(one in ("*", tag) or tag.startswith(one + "-") for one in ranges)

    return Each(fits, lambda: f"must be in one of the languages {', '.join(constraint.ranges)}")


def unique_lang(_constraint: UniqueLang, _around: Surroundings) -> Form:
    return whole(_of_one_language)


def _of_one_language(_view: View, _focus: Term, values: Sequence[Term]) -> Violations:
    tags = [v.language.lower() for v in values if isinstance(v, Literal) and v.language]
    twice = sorted({tag for tag in tags if tags.count(tag) > 1}) if len(set(tags)) < len(tags) else ()
    return [Violation(None, _one_in(tag)) for tag in twice]


def _one_in(tag: str) -> Phrase:
    return lambda: f"must have one value in language {tag}"
