"""Patterns match as XPath says (functions 3.1, 5.6), or are refused with what there is instead; none takes long."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantic_gw.validators.literals import translate, undecided
from semantic_gw.validators.literals.regular_expressions.ambiguity import matches_one_way
from semantic_gw.validators.literals.regular_expressions.automaton import Automaton
from semantic_gw.validators.literals.regular_expressions.backtracking import python_pattern
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
from semantic_gw.validators.literals.regular_expressions.parse import parse
from semantic_gw.validators.literals.regular_expressions.program import compile_program
from semantic_gw.validators.literals.regular_expressions.references import Referring


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
        ("^[a-z-[ b]] [ ]$", "x", "a "),
        (r"^\ d$", "x", "5"),
        ("a.c", "q", "xa.cx"),
        ("A.C", "qi", "xa.cx"),
        (r"^\d+$", "", "2026"),
        (r"^\d$", "", "٣"),  # \d is every decimal digit of Unicode
        (r"^\D\S$", "", "ab"),
        (r"^\s$", "", "\t"),
        (r"^[\s]$", "", "\n"),
        (r"^[\d.]+$", "", "21.4"),
        (r"^[\-x^]$", "", "^"),
        (r"^[-a]$", "", "-"),
        (r"^[a-]$", "", "-"),
        ("^[a-c-e]+$", "", "b-e"),
        (r"^[\d-x]+$", "", "1-x"),
        (r"^[^a-c]$", "", "d"),
        (r"^\.\\\$\{\/$", "", ".\\${/"),
        ("^(?:ab)+$", "", "abab"),
        ("^(a)(b)?$", "", "a"),
        ("^a{2,3}$", "", "aaa"),
        ("^a{2,}$", "", "aaaa"),
        ("^a{2}$", "", "aa"),
        ("^a+?$", "", "aaa"),
        ("^a??b*?c{1,2}?$", "", "bcc"),
        ("^+a$?", "", "a"),
        ("^[&&~~||]$", "", "&"),
        ("(Z|[+-][0-9]{2}:[0-9]{2})$", "", "2026-11-24T10:15:00+01:00"),
        ("", "", "anything"),
        ("^()$", "", ""),
        ("^(a||b)$", "", ""),
        (r"^\p{L}+$", "", "Zürich"),
        (r"^\p{Lu}\P{Lu}$", "", "Ab"),
        (r"^\p{IsBasicLatin}\p{IsCyrillic}\P{IsBasicLatin}$", "", "aжё"),
        (r"^\p{IsLatin-1Supplement}$", "", "é"),
        (r"^\w+$", "", "Grüße42"),
        (r"^\w$", "", "€"),  # a symbol; \w is all but punctuation, separators and others
        (r"^\W$", "", "_"),
        (r"^\i\c*$", "", "_a-1.b:c"),
        (r"^\I\C$", "", "1 "),
        (r"^[\i-[:]][\c-[:]]*$", "", "name-1"),
        ("^[a-z-[aeiou]]+$", "", "rhythm"),
        ("^[^0-9-[a]]$", "", "b"),
        ("^[a-z-[b-y-[m]]]+$", "", "amz"),
        ("^[a--[a]]$", "", "-"),
        (r"^(.)\1$", "", "aa"),
        (r"^(a)(b)\2\1$", "", "abba"),
        (r"^(a)?\1b$", "", "b"),  # what has not been captured is empty
        (r"^(a)\11$", "", "aa1"),
        (r"^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10$", "", "abcdefghijj"),
        (r"^(a)\1$", "i", "aA"),
        (r"^(?:(a)|b)*\1$", "", "aba"),
        ("^[A-Z]$", "i", "q"),
        ("^k$", "i", "\u212a"),  # the sign of kelvin
        (r"^\p{Lu}$", "i", "A"),
        ("^.$", "", "😀"),
        ("^a$", "m", "b\na"),
        ("^$", "m", "a\n\nb"),
        ("(a+)+$", "", "a" * 40),
        (r"^[^@]+@[^@]+\.[a-z]+$", "", "info@example.com"),
    ],
)
def test_a_pattern_matches(pattern: str, flags: str, text: str) -> None:
    assert translate(pattern, flags).search(text) is not None


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
        ("^ABC$", "i", "abd"),
        ("^[^a]$", "i", "A"),
        (r"^\p{Lu}$", "i", "a"),  # flag i leaves categories alone
        ("^a$", "m", "ab\nba"),
        ("^$", "m", "a\n"),  # no line begins after the last line end
        ("(Z|[+-][0-9]{2}:[0-9]{2})$", "", "2026-11-24T10:15:00Z\n"),
        (r"^\w$", "", "_"),  # punctuation
        (r"^\d$", "", "²"),  # a number, not a decimal digit
        (r"^\i$", "", "1"),
        (r"^\c$", "", " "),
        ("^[a-z-[aeiou]]+$", "", "vowel"),
        (r"^(.)\1$", "", "ab"),
        (r"^(a)\1$", "", "aA"),
        (r"^(a)\1$", "i", "ab"),
        (r"(a+)\1b$", "", "aaa"),
        ("^a{2,3}$", "", "aaaa"),
        ("^a{0}b$", "", "ab"),
        ("(a+)+$", "", "a" * 40 + "b"),
        ("^(a+)+$", "", "a" * 40 + "b"),
        (r"^(a|a)*$", "", "a" * 40 + "b"),
        ("^(a?){40}a{40}$", "", "a" * 39),
        ("(.*a){30}$", "", "a" * 29 + "b"),
        (r"^[^@]+@[^@]+\.[a-z]+$", "", "@" * 1000),
        ("x+y", "", "x" * 1_000_000),
        ("x{100}y", "", "x" * 1_000_000),
        ("^(x+x+)+y", "", "x" * 1_000_000),
    ],
)
def test_a_pattern_does_not_match(pattern: str, flags: str, text: str) -> None:
    assert translate(pattern, flags).search(text) is None


@pytest.mark.parametrize(
    ("pattern", "flags", "why"),
    [
        ("(?=a)", "", "has a group (?..., which XPath does not have; there is (?:...)"),
        ("(?P<name>a)", "", "there is (?:...)"),
        (r"a\b", "", r"has \b, which XPath does not have; there are \d \s \w \i \c"),
        (r"\e", "", r"has \e, which XPath does not have"),
        (r"\-\_", "", r"has \_, which XPath does not have"),
        (r"\p{Latin}", "", r"has \p{Latin}, which is no category or block of Unicode"),
        (r"\p{IsKlingon}", "", "which is no category or block of Unicode"),
        (r"\pL", "", r"has \p without a category: write \p{L}"),
        (r"\1(a)", "", r"refers to \1 where no group 1 has ended"),
        (r"(a\1)", "", r"refers to \1 where no group 1 has ended"),
        (r"(a)\2", "", r"refers to \2 where no group 2 has ended"),
        (r"(a)[\1]", "", r"has \1, which XPath does not have"),
        (r"\0", "", r"has \0, which XPath does not have"),
        ("[a--z]", "", "has a range that begins or ends in an escape or a hyphen"),
        ("[--z]", "", "has a range that begins or ends in an escape or a hyphen"),
        (r"[a-\d]", "", "has a range that begins or ends in an escape or a hyphen"),
        ("[[a]", "", r"has '[' in a class: write \["),
        ("[abc", "", "has a class without end"),
        ("[a-[b]", "", "has a class without end"),
        ("[a-[b]c]", "", "has a class that goes on after a subtraction"),
        ("[]", "", "has an empty class"),
        ("[^]", "", "has an empty class"),
        ("[-[a]]", "", "has an empty class"),
        ("[z-a]", "", "has the range z-a, whose ends are in the wrong order"),
        ("a\\", "", "ends in a backslash"),
        ("(a", "", "has '(' without ')'"),
        ("a)", "", "has ')' without '('"),
        ("*a", "", "has '*' with nothing before it to repeat"),
        ("(?:+a)", "", "has '+' with nothing before it to repeat"),
        ("a|*", "", "has '*' with nothing before it to repeat"),
        ("a**", "", "quantifies a quantifier"),
        ("a++", "", "quantifies a quantifier"),
        ("a{2}{3}", "", "quantifies a quantifier"),
        ("a{3,1}", "", "has {3,1}, at least more than at most"),
        ("a{,3}", "", r"has '{' by itself: write \{"),
        ("a{1", "", r"has '{' by itself: write \{"),
        ("a}", "", r"has '}' by itself: write \}"),
        ("a]", "", r"has ']' by itself: write \]"),
        ("(a{1000}){1000}", "", "repeats too much: it makes"),
        ("(" * 200 + ")" * 200, "", "is nested deeper than 100 levels"),
        ("a", "z", "there are s m i x q"),
        ("a", "gu", "has the flags 'gu', which are not known"),
    ],
)
def test_a_pattern_is_refused(pattern: str, flags: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        translate(pattern, flags)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(\w+)\1$", "ab" * 2000 + "c"),
        (r"^(a*)*(b*)\1\2c$", "a" * 5000),
        ("[ab]*a[ab]{500}c", f"{3**100_000:b}".translate({48: "a", 49: "b"})),
    ],
)
def test_a_text_that_takes_too_much_work_does_not_match_and_is_said_to_be_undecided(pattern: str, text: str) -> None:
    translated = translate(pattern)

    assert translated.search(text) is None
    assert undecided(translated, text)


@pytest.mark.parametrize("pattern", ["^b$", "(a|a)+$", r"(.)\1"])
def test_a_text_that_does_not_match_is_decided(pattern: str) -> None:
    assert not undecided(translate(pattern), "ac")


@pytest.mark.parametrize("pattern", [r"^(a+)+$", "(a|b)*a", "a*a", "(a?)*", "(|a|)", "^(a|ab)$", r"(a)\1"])
def test_what_matches_in_several_ways_is_not_for_a_backtracking_matcher(pattern: str) -> None:
    assert not matches_one_way(parse(pattern, frozenset()))


@pytest.mark.parametrize("pattern", ["^[a-z]+(-[a-z]+)*$", "(Z|[+-][0-9]{2}:[0-9]{2})$", "a{2,3}b?c", "^(a|b)+$"])
def test_what_matches_in_one_way_is(pattern: str) -> None:
    assert matches_one_way(parse(pattern, frozenset()))


def characters(text: str) -> Node:
    return Character(CharacterSet((ord(text[0]), ord(text[-1]) + 1)))


LEAVES: st.SearchStrategy[Node] = st.sampled_from(
    [
        *(characters(one) for one in ("a", "b", "ab", "\n")),
        *(Anchor(at_end=at_end, of_lines=of_lines) for at_end in (False, True) for of_lines in (False, True)),
    ]
)


def grown(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, max_size=3).map(tuple)
    return st.one_of(
        several.map(Sequence),
        st.lists(nodes, min_size=1, max_size=3).map(lambda options: Choice(tuple(options))),
        st.builds(
            lambda part, least, more: Repeat(part, least, None if more is None else least + more),
            nodes, st.integers(0, 2), st.none() | st.integers(0, 2),
        ),
    )  # fmt: skip


NODES = st.recursive(LEAVES, grown, max_leaves=6)
TEXTS = st.text("ab\n", max_size=7)


@given(NODES, TEXTS)
def test_an_automaton_and_re_agree(node: Node, text: str) -> None:
    automaton = Automaton(compile_program(node), anchored=False)

    assert automaton.search(text) == (re.compile(python_pattern(node)).search(text) is not None)


@given(NODES, TEXTS)
def test_a_run_with_captures_agrees_with_an_automaton(node: Node, text: str) -> None:
    program = compile_program(Group(node, 1))

    assert Referring(program, anchored=False).search(text) == Automaton(program, anchored=False).search(text)


@given(NODES, NODES, TEXTS)
def test_a_reference_takes_what_its_group_took(group: Node, between: Node, text: str) -> None:
    start, end = Anchor(at_end=False, of_lines=False), Anchor(at_end=True, of_lines=False)
    node = Sequence((start, Group(group, 1), between, Reference(1, any_case=False), end))
    expected = rf"\A({python_pattern(group)})(?:{python_pattern(between)})\1\Z"

    assert Referring(compile_program(node), anchored=True).search(text) == bool(re.search(expected, text))


@settings(deadline=None)  # the first look at cases and categories reads tables
@given(st.text(), st.text("smixq"))
def test_any_pattern_is_translated_or_refused(pattern: str, flags: str) -> None:
    with suppress(ValueError):
        translate(pattern, flags).search("any text")


@settings(deadline=None)
@given(st.text("ab[]()-^$|*+?{}1,2\\dspL.", max_size=12), st.text("smi"), TEXTS)
def test_a_pattern_of_signs_is_translated_or_refused(pattern: str, flags: str, text: str) -> None:
    with suppress(ValueError):
        translate(pattern, flags).search(text)


@given(st.text(min_size=1))
def test_a_quoted_text_matches_itself(text: str) -> None:
    assert translate(text, "q").search(f"before{text}after")
