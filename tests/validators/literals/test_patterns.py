"""Patterns match as XPath says (functions 3.1, 5.6), or are refused with what there is instead."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semantic_gw.validators.literals import translate


@pytest.mark.parametrize(
    ("pattern", "flags", "text"),
    [
        ("b", "", "abc"),
        ("^[a-z]+$", "", "abc"),
        ("^a.c$", "", "axc"),
        ("^a.c$", "s", "a\nc"),
        ("^b$", "m", "a\nb\nc"),
        ("^ABC$", "i", "abc"),
        ("^ a b [ ] $", "x", "ab "),
        ("a.c", "q", "xa.cx"),
        (r"^\d+$", "", "2026"),
        (r"^\d$", "", "٣"),  # \d is every decimal digit of Unicode
        (r"^\D\S$", "", "ab"),
        (r"^\s$", "", "\t"),
        (r"^[\s]$", "", "\n"),
        (r"^[\d.]+$", "", "21.4"),
        (r"^[\-x^]$", "", "^"),
        (r"^[-a]$", "", "-"),
        (r"^[^a-c]$", "", "d"),
        (r"^\.\\\$\{$", "", ".\\${"),
        ("^(?:ab)+$", "", "abab"),
        ("^(a)(b)?$", "", "a"),
        ("^a{2,3}$", "", "aaa"),
        ("^a+?$", "", "aaa"),
        ("^[&&~~||]$", "", "&"),
        ("(Z|[+-][0-9]{2}:[0-9]{2})$", "", "2026-11-24T10:15:00+01:00"),
        ("", "", "anything"),
    ],
)
def test_a_pattern_matches(pattern: str, flags: str, text: str) -> None:
    assert translate(pattern, flags).search(text)


@pytest.mark.parametrize(
    ("pattern", "flags", "text"),
    [
        ("^[a-z]+$", "", "abc\n"),  # Python's $ also stands before a newline at the end
        ("^b$", "", "a\nb\nc"),
        ("^a.c$", "", "a\nc"),
        ("^a.c$", "", "a\rc"),
        (r"^\s$", "", "\u00a0"),  # XPath's white space is four characters
        (r"^\S$", "", "\t"),
        (r"^\D$", "", "٣"),
        (r"^\.$", "", "x"),
        ("^[^a-c]$", "", "b"),
        ("a.c", "q", "abc"),
        ("^ABC$", "", "abc"),
        ("^a$", "m", "ab\nba"),
        ("(Z|[+-][0-9]{2}:[0-9]{2})$", "", "2026-11-24T10:15:00Z\n"),
    ],
)
def test_a_pattern_does_not_match(pattern: str, flags: str, text: str) -> None:
    assert not translate(pattern, flags).search(text)


@pytest.mark.parametrize(
    ("pattern", "flags", "why"),
    [
        ("(?=a)", "", "has a group (?..., which XPath does not have; there is (?:...)"),
        ("(?P<name>a)", "", "there is (?:...)"),
        (r"\w", "", r"has \w, which is not supported: write the characters as a class"),
        (r"\p{L}", "", r"has \p, which is not supported"),
        (r"\i\c*", "", r"has \i, which is not supported"),
        (r"(a)\1", "", r"has \1, which is not supported"),
        (r"a\b", "", r"has \b, which is not supported"),
        (r"[\S]", "", r"has \S, which is not supported"),
        ("[a-z-[aeiou]]", "", "subtracts classes, which is not supported"),
        ("[a--z]", "", r"has -- in a class: write \-"),
        ("[abc", "", "has a class without end"),
        ("[]", "", "has an empty class"),
        ("[z-a]", "", "is no regular expression"),
        ("a\\", "", "ends in a backslash"),
        ("(a", "", "is no regular expression"),
        ("a)", "", "is no regular expression"),
        ("*a", "", "is no regular expression"),
        ("a**", "", "quantifies a quantifier"),
        ("a++", "", "quantifies a quantifier"),
        ("a{3,1}", "", "is no regular expression"),
        ("a{,3}", "", r"has '{' by itself: write \{"),
        ("a}", "", r"has '}' by itself: write \}"),
        ("a", "z", "there are s m i x q"),
        ("a", "gu", "has the flags 'gu', which are not known"),
    ],
)
def test_a_pattern_is_refused(pattern: str, flags: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        translate(pattern, flags)


@given(st.text(), st.text("smixq"))
def test_any_pattern_is_translated_or_refused(pattern: str, flags: str) -> None:
    with suppress(ValueError):
        assert isinstance(translate(pattern, flags), re.Pattern)


@given(st.text(min_size=1))
def test_a_quoted_text_matches_itself(text: str) -> None:
    assert translate(text, "q").search(f"before{text}after")
