"""SPARQL's text as tokens (SPARQL 1.1 Query, 19.8): what stands in a text, a comment or an IRI is no keyword."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""PN_CHARS_BASE (rule 164)."""
_NAME: Final = rf"{_BASE}_0-9\u00b7\u0300-\u036f\u203f\u2040"
"""PN_CHARS (rule 167) without the hyphen, which is VARNAME's (rule 166)."""
_PREFIX: Final = rf"(?:[{_BASE}](?:[{_NAME}.-]*[{_NAME}-])?)?:"
_ESCAPE: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL: Final = rf"(?:(?:[{_BASE}_:0-9]|{_ESCAPE})(?:(?:[{_NAME}.:-]|{_ESCAPE})*(?:[{_NAME}:-]|{_ESCAPE}))?)?"

_TOKEN: Final = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "gap": r"(?:[ \t\r\n]+|\#[^\r\n]*)+",
            "iri": r"<[^\x00-\x20<>\"{}|^`\\]*>",
            "text": (
                r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
                r'|"""(?:"{0,2}(?:[^"\\]|\\.))*"""'
                r"|'(?:[^'\\\r\n]|\\.)*'"
                r'|"(?:[^"\\\r\n]|\\.)*"'
            ),
            "variable": rf"[?$][{_BASE}_0-9][{_NAME}]*",
            "blank": rf"_:[{_BASE}_0-9](?:[{_NAME}.-]*[{_NAME}-])?",
            "name": _PREFIX + _LOCAL,
            "language": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*",
            "number": r"(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+",
            "word": r"[A-Za-z_][A-Za-z_0-9]*",
            "sign": r"\^\^|&&|\|\||[!<>]=|[{}()\[\].,;=<>!+\-*/|^?]",
        }.items()
    ),
    re.DOTALL,
)


class Token(NamedTuple):
    """One token. *kind* is a name of the table above; a `word` other than `a` is in upper case in *text*."""

    kind: str
    text: str
    raw: str
    gap: bool
    """Whether white space or a comment stands before it."""

    @property
    def variable(self) -> str | None:
        """The name of a variable, without its sign; None for any other token."""
        return self.text[1:] if self.kind == "variable" else None


def tokens(query: str) -> list[Token]:
    """The tokens of *query*. Raises ValueError for what is no token of SPARQL.

    >>> [token.text for token in tokens('select ?x { ?x a "MINUS" } # VALUES')]
    ['SELECT', '?x', '{', '?x', 'a', '"MINUS"', '}']
    """
    return list(_scan(query))


def _scan(query: str) -> Iterator[Token]:
    place, gap = 0, False
    while place < len(query):
        match = _TOKEN.match(query, place)
        if match is None:
            line = query.count("\n", 0, place) + 1
            raise ValueError(f"line {line} has {query[place : place + 20]!r}, which is no token of SPARQL")
        kind, raw = str(match.lastgroup), match[0]
        if kind != "gap":
            yield Token(kind, raw.upper() if kind == "word" and raw != "a" else raw, raw, gap)
        gap = kind == "gap"
        place = match.end()


def joined(found: Sequence[Token]) -> str:
    r"""The text of tokens: without comments, and a space before each variable.

    >>> joined(tokens("SELECT $this{FILTER(?x=$this)# why\n}"))
    'SELECT $this{FILTER( ?x= $this) }'
    """
    return "".join(" " + t.raw if t.gap or t.kind == "variable" else t.raw for t in found).strip()
