"""What a query is asked of, and how the store is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from semantic_gw.contracts import GraphQuery
from semantic_gw.errors import QueryError
from semantic_gw.model import IRI
from semantic_gw.rdf.query_text import QueryText, Token

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

_OPENING: Final = ("{", "(")
_CLOSING: Final = ("}", ")")


def parameters(query: GraphQuery, union: IRI, union_parameter: str = "") -> list[tuple[str, str]]:
    """The parameters of the protocol that ask *query* (SPARQL 1.1 Protocol, 2.1).

    *union* is the IRI that stands for all graphs together in a store whose default graph is another one,
    *union_parameter* what asks for them. Raises QueryError for what is no query.
    """
    text = QueryText(query.text)
    if text.form not in FORMS:
        raise QueryError(f"this is no query: it begins with {text.form[:40] or 'nothing'}, not with {', '.join(FORMS)}")
    given = [("default-graph-uri", name) for name in query.default_graphs]
    given += [("named-graph-uri", name) for name in query.named_graphs]
    if given or text.has_dataset:
        return [("query", query.text), *given]
    if not union:
        name, _, value = union_parameter.partition("=")
        return [("query", query.text), *([(name, value)] if name else [])]
    if any(token.word == "GRAPH" for token in text.tokens):
        return [("query", _within(text, union))]
    return [("query", query.text), ("default-graph-uri", union)]


def _within(text: QueryText, union: IRI) -> str:
    """*text* with its pattern asked of *union*.

    To name a default graph would leave no named ones (SPARQL 1.1 Query, 13.2), and this query wants both.
    """
    opening, closing = _pattern(text)
    before, pattern, after = (
        text.text[: opening.end],
        text.text[opening.end : closing.start],
        text.text[closing.start :],
    )
    return f"{before} GRAPH <{union}> {{{pattern}\n}} {after}"


def _pattern(text: QueryText) -> tuple[Token, Token]:
    """The braces of the outermost pattern: of CONSTRUCT the second ones, the first hold what it makes."""
    groups = list(_groups(text.tokens))
    wanted = 1 if text.form == "CONSTRUCT" else 0
    if len(groups) <= wanted:
        raise QueryError("the query has no pattern in braces")
    return groups[wanted]


def _groups(tokens: Sequence[Token]) -> list[tuple[Token, Token]]:
    """The outermost pairs of braces, but for those in parentheses."""
    found, opened = [], list[Token]()
    for token in tokens:
        if token.kind != "sign":
            continue
        if token.text in _OPENING:
            opened.append(token)
        elif token.text in _CLOSING and opened:
            opening = opened.pop()
            if not opened and token.text == "}":
                found.append((opening, token))
    return found
