"""The text of a SPARQL query, as far as it must be understood before the engine reads it (SPARQL 1.1 Query, 19.8).

The engine parses in a process that may crash; this reads words only, so that no depth harms it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from semantic_gw.errors import QueryError
from semantic_gw.model import IRI

_TOKEN: Final = re.compile(
    r"""(?P<gap>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"{3}(?:(?!\"{3})(?:[^\\]|\\.))*\"{3}|'{3}(?:(?!'{3})(?:[^\\]|\\.))*'{3})
    |(?P<open_long>\"{3}.*|'{3}.*)
    |(?P<short>"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    |(?P<open_short>["'].*)
    |(?P<variable>[?$]\w+)
    |(?P<language>@[A-Za-z]+(?:-\w+)*)
    |(?P<name>(?:\w[\w.-]*+)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
    |(?P<run>\w[\w.-]*+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
"""Each character is looked at a few times at most, whatever the text: a quote that is never closed takes the rest."""

_KINDS: Final = {"short": "string", "open_long": "sign", "open_short": "sign"}
_RUN: Final = re.compile(r"(?P<word>\w+)|(?P<sign>.)")
_ESCAPE: Final = re.compile(r"\\(.)")


class Token(NamedTuple):
    """A word of a query, and where it stands. *word* is the text in upper case for keywords, else the text itself."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "word" else self.text


@dataclass(frozen=True)
class Service:
    """A SERVICE clause (SPARQL 1.1 Federated Query, 2): *start* to *end* of the text, and the *pattern* in its braces.

    *name* is the IRI of the endpoint, or a variable.
    """

    name: str
    silent: bool
    pattern: str
    start: int
    end: int


class QueryText:
    """A query as words.

    >>> QueryText("PREFIX : <urn:x#> SELECT * FROM :g { ?s ?p ?o }").has_dataset
    True
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tuple(_tokens(text))
        self._body = self._prologue_length()

    @property
    def prologue(self) -> str:
        """The BASE and PREFIX declarations."""
        return self.text[: self.tokens[self._body].start] if self._body < len(self.tokens) else self.text

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE; of an update another word, and empty where there is none."""
        return self._word(self._body)

    @property
    def has_dataset(self) -> bool:
        """Whether FROM says what is asked (SPARQL 1.1 Query, 13.2)."""
        depth = 0
        for token in self.tokens[self._body :]:
            depth += (token.word == "{") - (token.word == "}")
            if token.word == "FROM" and depth == 0:
                return True
        return False

    @property
    def selects_all(self) -> bool:
        """Whether it is a `SELECT *`."""
        return self._star() is not None

    def with_variables(self, variables: Sequence[str]) -> str:
        """The query with `SELECT *` spelled out: *variables*, by where the text names them first."""
        star = self._star()
        if star is None or not variables:
            return self.text
        named = [token.text[1:] for token in self.tokens if token.kind == "variable"]
        order = {name: index for index, name in reversed(list(enumerate(named)))}
        listed = " ".join(f"?{name}" for name in sorted(variables, key=lambda name: order.get(name, len(named))))
        return f"{self.text[: star.start]} {listed} {self.text[star.end :]}"

    def _star(self) -> Token | None:
        words = self.tokens[self._body : self._body + 3]
        if not words or words[0].word != "SELECT":
            return None
        star = words[2:3] if len(words) > 1 and words[1].word in ("DISTINCT", "REDUCED") else words[1:2]
        return star[0] if star and star[0].word == "*" else None

    def services(self) -> Iterator[Service]:
        """The outermost SERVICE clauses. Raises QueryError where one has no closing brace."""
        position = self._body
        while position < len(self.tokens):
            if self.tokens[position].word == "SERVICE":
                service, position = self._service(position)
                yield service
            else:
                position += 1

    def _service(self, first: int) -> tuple[Service, int]:
        position = first + 1
        silent = self._word(position) == "SILENT"
        position += silent
        name = self.iri_at(position)
        opening = position + 1
        if self._word(opening) != "{":
            raise QueryError(f"SERVICE at character {self.tokens[first].start + 1} wants an IRI and a group in braces")
        closing = self._closing(opening)
        pattern = self.text[self.tokens[opening].end : self.tokens[closing].start]
        return Service(name, silent, pattern, self.tokens[first].start, self.tokens[closing].end), closing + 1

    def _word(self, position: int) -> str:
        return self.tokens[position].word if position < len(self.tokens) else ""

    def _closing(self, opening: int) -> int:
        """Where the brace at *opening* is closed."""
        depth = 0
        for position in range(opening, len(self.tokens)):
            word = self.tokens[position].word
            depth += (word == "{") - (word == "}")
            if depth == 0:
                return position
        raise QueryError(f"the brace at character {self.tokens[opening].start + 1} is never closed")

    def iri_at(self, position: int) -> str:
        """The IRI that the token at *position* is, a prefixed name resolved; anything else as it stands there."""
        token = self.tokens[position] if position < len(self.tokens) else Token("", "", 0, 0)
        found = iri_of(token, self.prefixes)
        return token.text if found is None else found

    @cached_property
    def prefixes(self) -> dict[str, IRI]:
        """The namespaces that it declares, by prefix."""
        words = self.tokens[: self._body]
        return {
            words[index + 1].text[:-1]: words[index + 2].text[1:-1]
            for index, token in enumerate(words)
            if token.word == "PREFIX"
        }

    def _prologue_length(self) -> int:
        """How many tokens are of the prologue (SPARQL 1.1 Query, 19.8, rule 4)."""
        position = 0
        while True:
            kinds = [token.kind for token in self.tokens[position + 1 : position + 3]]
            if self._word(position) == "BASE" and kinds[:1] == ["iri"]:
                position += 2
            elif self._word(position) == "PREFIX" and kinds == ["name", "iri"]:
                position += 3
            else:
                return position


def iri_of(token: Token, prefixes: Mapping[str, IRI]) -> IRI | None:
    """The IRI that *token* is, a prefixed name resolved; None where it is none."""
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    if token.kind == "name" and prefix in prefixes:
        return prefixes[prefix] + _ESCAPE.sub(r"\1", local)
    return None


def _tokens(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "run":
            for part in _RUN.finditer(text, found.start(), found.end()):
                yield Token(part.lastgroup or "", part[0], part.start(), part.end())
        elif kind != "gap":
            yield Token(_KINDS.get(kind, kind), found[0], found.start(), found.end())
