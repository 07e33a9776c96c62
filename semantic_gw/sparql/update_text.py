"""Which graphs an update would write, by its words (SPARQL 1.1 Update, 3): only those that are the writer's own.

This tells a writer clearly what is wrong. What keeps other graphs safe is that nothing else is taken from an update
than what became of the writer's own (`contracts.EvolvingStore`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NoReturn

from semantic_gw.errors import QueryError, RefusedError
from semantic_gw.model import IRI
from semantic_gw.rdf.query_text import QueryText, Token, iri_of

_ESCAPE: Final = re.compile(r"(?<!\\)(\\++)(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")
_ASCII: Final = 0x80
_MOST_CODE_POINT: Final = 0x10FFFF

_NOTHING: Final = Token("", "", 0, 0)


class NotYoursError(RefusedError):
    """An update of graphs that are not the writer's own."""


def unescaped(text: str) -> str:
    """*text* with the characters that its codepoint escapes stand for (SPARQL 1.1 Query, 19.2). Raises QueryError.

    Those of ASCII could be quotes or braces, and a reader that sees them later than another one reads another text.
    """
    return _ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    slashes, code = found[1], int(found[2][1:], 16)
    if len(slashes) % 2 == 0:
        return found[0]  # the last of them is escaped itself
    if code < _ASCII or code > _MOST_CODE_POINT:
        raise QueryError(f"{found[0]!r} in an update: write the character itself")
    return slashes[1:] + chr(code)


def check_update(text: str, prefix: IRI) -> None:
    """Whether *text* writes graphs alone whose names begin with *prefix*. Raises NotYoursError, QueryError."""
    _Update(QueryText(text).tokens, prefix).check()


class _Update:
    """The words of an update, read once from the front."""

    def __init__(self, tokens: tuple[Token, ...], prefix: IRI) -> None:
        self._tokens = tokens
        self._prefix = prefix
        self._at = 0
        self._prefixes: dict[str, IRI] = {}

    def check(self) -> None:
        while self._at < len(self._tokens):
            self._operation()

    # Operations (SPARQL 1.1 Query, 19.8, rules 29 to 49):

    def _operation(self) -> None:
        word = self._next().word
        match word:
            case "PREFIX":
                self._declare()
            case "BASE":
                _refuse("BASE in an update is not taken: write absolute IRIs")
            case ";":
                pass
            case "CREATE" | "CLEAR" | "DROP":
                self._whole_graph(word)
            case "COPY" | "MOVE" | "ADD":
                self._transfer(word)
            case "INSERT" | "DELETE" | "WITH":
                self._modify(word)
            case "LOAD":
                _refuse("LOAD is not possible: nothing is fetched. PUT the graph to /graphs instead")
            case _:
                raise QueryError(f"{word[:50]!r} begins no update; INSERT, DELETE, WITH, CREATE, CLEAR, DROP … do")

    def _declare(self) -> None:
        name, iri = self._next(), self._next()
        if name.kind == "name" and iri.kind == "iri":
            self._prefixes[name.text.partition(":")[0]] = iri.text[1:-1]

    def _whole_graph(self, word: str) -> None:
        self._skip("SILENT")
        if self._next().word != "GRAPH":
            _refuse(f"{word} without GRAPH would change graphs that are not yours: name one below <{self._prefix}>")
        self._mine(word)

    def _transfer(self, word: str) -> None:
        self._skip("SILENT")
        source = self._graph_or_default()
        if word == "MOVE":
            self._check_mine(source, word)
        if self._next().word != "TO":
            raise QueryError(f"{word} wants TO between two graphs")
        self._check_mine(self._graph_or_default(), word)

    def _graph_or_default(self) -> IRI:
        self._skip("GRAPH")
        if self._peek().word == "DEFAULT":
            _refuse("the default graph is none of its own: it holds what all graphs hold. Name a graph")
        return self._iri(self._next())

    def _modify(self, word: str) -> None:
        with_own = False
        if word == "WITH":
            self._mine("WITH")
            with_own, word = True, self._next().word
        data = self._peek().word in ("DATA", "WHERE")
        if data:
            self._next()
        self._template(word, in_own=with_own and not data)
        if self._peek().word == "INSERT" and not data and word == "DELETE":
            self._next()
            self._template("INSERT", in_own=with_own)
        self._until_end()

    def _template(self, word: str, *, in_own: bool) -> None:
        """The braces behind *word*: what stands there is GRAPH with one's own, or in one's own WITH."""
        self._brace(word)
        while (token := self._next()).word != "}":
            if token.word == "GRAPH":
                self._mine(f"GRAPH in {word}")
                self._brace("GRAPH")
                self._skip_group()
            elif token.kind == "":
                raise QueryError(f"the braces of {word} are never closed")
            elif token.word != "." and not in_own:
                _refuse(
                    f"{word} would write the default graph: put GRAPH <{self._prefix}…> {{ }} around what you write"
                )

    def _until_end(self) -> None:
        """Over USING and WHERE, to the end of the operation."""
        while (word := self._peek().word) not in (";", ""):
            self._next()
            if word == "{":
                self._skip_group()

    # Words:

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _NOTHING

    def _next(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _skip(self, word: str) -> None:
        if self._peek().word == word:
            self._next()

    def _brace(self, word: str) -> None:
        if self._next().word != "{":
            raise QueryError(f"{word} wants braces")

    def _skip_group(self) -> None:
        """Over what stands in the braces that were just opened."""
        depth = 1
        for token in self._rest():
            depth += (token.word == "{") - (token.word == "}")
            if depth == 0:
                return
        raise QueryError("a brace is never closed")

    def _rest(self) -> Iterator[Token]:
        while self._at < len(self._tokens):
            yield self._next()

    # Graphs:

    def _mine(self, what: str) -> None:
        self._check_mine(self._iri(self._next()), what)

    def _check_mine(self, graph: IRI, what: str) -> None:
        if not graph.startswith(self._prefix):
            _refuse(f"{what} names {graph[:200] or 'no graph'}; yours begin with <{self._prefix}>")

    def _iri(self, token: Token) -> IRI:
        """The graph that *token* names; the word itself where it names none (DEFAULT, a variable)."""
        found = iri_of(token, self._prefixes)
        return token.word if found is None else found


def _refuse(why: str) -> NoReturn:
    raise NotYoursError(why)
