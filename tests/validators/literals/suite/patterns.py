"""sh:pattern: numbers are sections of XPath functions 3.1 (F&O), or of appendix G of XSD 1.1 part 2."""

from __future__ import annotations

from dataclasses import replace

from tests.validators.literals.suite.case import Case, pattern

_ANCHORS = [
    ("b", "", "abc", True, "a match may stand anywhere (fn:matches, 5.6.3)"),
    ("^[a-z]+$", "", "abc", True, "^ and $ are the ends of the text (5.6.1)"),
    ("^[a-z]+$", "", "abc\n", False, "$ is the very end, also before a newline (5.6.1)"),
    ("^b$", "", "a\nb\nc", False, "without flag m the ends are those of the text (5.6.2)"),
    ("^b$", "m", "a\nb\nc", True, "with flag m those of lines (5.6.2)"),
    ("^$", "m", "a\n", False, "no line begins after the last newline (5.6.2)"),
    ("^b$", "m", "a\rb\rc", False, "a line ends at #xA alone (5.6.2)"),
    ("^a.c$", "", "a\nc", False, "the dot is no #xA (5.6.1)"),
    ("^a.c$", "", "a\u2028c", True, "the dot is every other character (5.6.1)"),
    ("^a.c$", "s", "a\nc", True, "with flag s the dot is any character (5.6.2)"),
    ("^.$", "", "😀", True, "a character is a code point (5.6.1)"),
    ("^ABC$", "i", "abc", True, "flag i (5.6.2)"),
    ("^k$", "i", "\u212a", True, "the sign of kelvin has the lower case k (5.6.2)"),
    ("^[^a]$", "i", "A", False, "flag i in a negated class (5.6.2)"),
    (r"^\p{Lu}$", "i", "a", False, "flag i leaves categories alone (5.6.2)"),
    ("^ a b $", "x", "ab", True, "flag x removes white space (5.6.2)"),
    ("^[ ]$", "x", " ", True, "flag x keeps it in classes (5.6.2)"),
    ("", "", "anything", True, "the empty pattern matches everywhere (5.6.3)"),
    ("^urn:", "", "<urn:a>", True, "the text of an IRI (STR; SHACL, 4.4.3)"),
]

_CLASSES = [
    (r"^\d+$", "", "2026", True, r"\d is \p{Nd} (G.4.2.5)"),
    (r"^\d+$", "", "٣", True, r"\d is \p{Nd}, of every script (G.4.2.5)"),
    (r"^\d$", "", "²", False, r"a superscript is \p{No} (G.4.2.5)"),
    (r"^[0-9]$", "", "٣", False, "a range goes by code points (G.4.1)"),
    (r"^\w+$", "", "Grüße", True, r"\w has letters of every script (G.4.2.5)"),
    (r"^\w$", "", "_", False, r"\w has no punctuation, and _ is \p{Pc} (G.4.2.5)"),
    (r"^\w$", "", "€", True, r"\w has symbols (G.4.2.5)"),
    (r"^\W$", "", "-", True, r"\W is what \w is not (G.4.2.5)"),
    (r"^\s$", "", "\t", True, r"\s is #x20, \t, \n, \r (G.4.2.5)"),
    (r"^\s$", "", "\u00a0", False, r"\s is #x20, \t, \n, \r (G.4.2.5)"),
    (r"^\s$", "", "\f", False, r"\s is #x20, \t, \n, \r (G.4.2.5)"),
    (r"^\S$", "", "\u00a0", True, r"\S is what \s is not (G.4.2.5)"),
    (r"^\i\c*$", "", "_a-1.b:c", True, r"\i and \c are those of XML names (G.4.2.5)"),
    (r"^\i\c*$", "", "1a", False, r"\i begins an XML name (G.4.2.5)"),
    (r"^\I\C$", "", "1 ", True, r"\I and \C are what \i and \c are not (G.4.2.5)"),
    (r"^[\i-[:]][\c-[:]]*$", "", "room-1", True, "a class without another (G.4.1)"),
    ("^[a-z-[aeiou]]+$", "", "rhythm", True, "a class without another (G.4.1)"),
    ("^[a-z-[aeiou]]+$", "", "vowel", False, "a class without another (G.4.1)"),
    ("^[^0-9-[a]]$", "", "a", False, "the negated class without another (G.4.1)"),
    (r"^\p{L}+$", "", "Zürich", True, "categories of Unicode (G.4.2.2)"),
    (r"^\p{Lu}\p{Ll}+$", "", "Zürich", True, "categories of Unicode (G.4.2.2)"),
    (r"^\P{L}$", "", "a", False, "all but a category (G.4.2.2)"),
    (r"^[\p{L}\p{N}]+$", "", "Raum7", True, "categories in a class (G.4.1)"),
    (r"^\p{IsCyrillic}+$", "", "дом", True, "blocks of Unicode (G.4.2.3)"),
    (r"^\p{IsBasicLatin}+$", "", "é", False, "blocks of Unicode (G.4.2.3)"),
    (r"^[\d.]+$", "", "21.4", True, "the dot in a class is a dot (G.4.1)"),
    (r"^[-a]$", "", "-", True, "a hyphen that makes no range is plain (G.4.1)"),
    (r"^[a-]$", "", "-", True, "a hyphen that makes no range is plain (G.4.1)"),
    (r"^[a-c-e]+$", "", "b-e", True, "a hyphen after a range is plain (G.4.1)"),
    ("^[a^]$", "", "^", True, "^ negates at the start only (G.4.1)"),
    ("^[&&a]$", "", "&", True, "& is plain (G.4.1)"),
    ("^[^a-c]$", "", "b", False, "a negated class (G.4.1)"),
]

_ATOMS = [
    (r"^\.\\\$\{\}\[\]\^\-\?\*\+\(\)\|$", "", r".\${}[]^-?*+()|", True, "single character escapes (5.6.1; G.4.2.1)"),
    (r"^\n\t\r$", "", "\n\t\r", True, "single character escapes (G.4.2.1)"),
    (r"^\.$", "", "x", False, "an escaped dot is a dot (G.4.2.1)"),
    ("^-$", "", "-", True, "a hyphen outside a class is plain (G.3)"),
    ("^a{2,3}$", "", "aaaa", False, "quantifiers (G.2)"),
    ("^a{2,}$", "", "aaaa", True, "quantifiers (G.2)"),
    ("^a{0}$", "", "", True, "quantifiers (G.2)"),
    ("^a+?$", "", "aaa", True, "a reluctant quantifier matches the same texts (5.6.1)"),
    ("^(a|b|)$", "", "", True, "a branch may be empty (G.1)"),
    ("^()$", "", "", True, "a group may be empty (G.1)"),
    (r"^(.)\1$", "", "aa", True, "a back-reference (5.6.1)"),
    (r"^(.)\1$", "", "ab", False, "a back-reference (5.6.1)"),
    (r"^(a)(b)\2\1$", "", "abba", True, "back-references by number (5.6.1)"),
    (r"^(a)?\1b$", "", "b", True, "a group that captured nothing is the empty text (5.6.1)"),
    (r"^(a)\11$", "", "aa1", True, "no more digits than there are groups for (5.6.1)"),
    (r"^(a)\1$", "i", "aA", True, "flag i goes for back-references (5.6.2)"),
    ("(Z|[+-][0-9]{2}:[0-9]{2})$", "", "2026-11-24T10:15:00+01:00", True, "a zone at the end"),
    ("(Z|[+-][0-9]{2}:[0-9]{2})$", "", "2026-11-24T10:15:00Z\n", False, "$ is the very end (5.6.1)"),
    ("^(a+)+$", "", "a" * 40 + "b", False, "however many ways there are to try"),
    ("^(a|a)*$", "", "a" * 40 + "b", False, "however many ways there are to try"),
]

_NEW = [
    ("^a.c$", "", "a\rc", False, "the dot is no #xD, since 3.0 (5.6.1)"),
    ("a.c", "q", "xa.cx", True, "flag q, since 3.0: every character is itself (5.6.2)"),
    ("a.c", "q", "abc", False, "flag q, since 3.0: every character is itself (5.6.2)"),
    ("A.C", "qi", "a.c", True, "flag i goes with flag q (5.6.2)"),
    ("^(?:ab)+$", "", "abab", True, "a group that does not capture, since 3.0 (5.6.1)"),
]
"""SPARQL 1.1 refers to an edition of 2007 that does not have these."""

CASES: list[Case] = [
    *(pattern(*row) for row in (*_ANCHORS, *_CLASSES, *_ATOMS)),
    *(replace(pattern(*row), required=False) for row in _NEW),
]
