"""SPARQL of a standing query, as far as it must be understood before the engine reads it: what a message must hold.

What is asked of the message stands in `GRAPH sgw:message { … }`; everything else is asked of the view, in which the
message is, too. So the IRIs that the message's block names outright are in every message that can fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from semantic_gw.errors import QueryError
from semantic_gw.model import IRI, PublishedGraph
from semantic_gw.rdf.iris import affordance_iri
from semantic_gw.rdf.namespaces import RDF, SAREF, SGW, TIME, XSD
from semantic_gw.rdf.query_text import QueryText, Token

MESSAGE: Final[IRI] = SGW + "message"
"""The name of the graph that holds the message alone."""

_FORMS: Final = ("SELECT", "CONSTRUCT", "ASK")
_REFUSED: Final = ("SERVICE", "FROM")
_PATHS: Final = ("|", "^", "!", "*", "+", "/")
_SOFT: Final = ("OPTIONAL", "MINUS", "UNION", "FILTER", "BIND", "VALUES", "EXISTS")
"""Behind these stands a group, or an expression, that need not match."""

_ALWAYS: Final = frozenset(
    {RDF + "type", TIME + "Instant", TIME + "inXSDDateTimeStamp"}
    | {XSD + name for name in ("double", "boolean", "integer", "string", "dateTime", "dateTimeStamp")}
    | {
        SGW + name
        for name in ("Event", "EventOfInterest", "isEventOf", "isEventOfInterestOf", "hasEventKind", "eventData")
    }
)
"""Terms, beside those of SAREF core, of which messages are made: they tell none from another."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A query, and the IRIs that a message must hold to fit; with none of these every message must be asked."""

    text: str
    needs: frozenset[IRI]


def read_pattern(text: str, most_bytes: int) -> Pattern:
    """Raises QueryError."""
    if len(text.encode("utf-8", "replace")) > most_bytes:
        raise QueryError(f"a standing query has at most {most_bytes} bytes (subscriptions.query_bytes)")
    query = QueryText(text)
    if query.form not in _FORMS:
        raise QueryError(f"a standing query is SELECT, CONSTRUCT or ASK, not {query.form or 'empty'}")
    for token in query.tokens:
        if token.kind == "word" and token.word in _REFUSED:
            line, column = _place(text, token)
            raise QueryError(f"a standing query has no {token.word}", line=line, column=column)
    blocks = list(_message_blocks(query))
    if not blocks:
        raise QueryError(f"says nothing of the message: give GRAPH <{MESSAGE}> {{ … }} outside of OPTIONAL and UNION")
    return Pattern(_spelled_out(query), frozenset(iri for block in blocks for iri in _needed(query, block)))


def _spelled_out(query: QueryText) -> str:
    """The text with the name of the message as it stands for it: the matcher puts that of a graph in its place."""
    parts, end = [], 0
    for index, token in enumerate(query.tokens):
        if token.kind in ("iri", "name") and query.iri_at(index) == MESSAGE:
            parts += [query.text[end : token.start], f"<{MESSAGE}>"]
            end = token.end
    return "".join([*parts, query.text[end:]])


def _place(text: str, token: Token) -> tuple[int, int]:
    before = text[: token.start]
    return before.count("\n") + 1, token.start - (before.rfind("\n") + 1) + 1


def _message_blocks(query: QueryText) -> Iterator[tuple[int, int]]:
    """The tokens behind the opening brace of each block of the message that must match, and the closing one."""
    tokens, depth, soft = query.tokens, 0, _soft_depths(query.tokens)
    for index, token in enumerate(tokens[:-3]):
        depth += (token.word == "{") - (token.word == "}")
        named = token.word == "GRAPH" and token.kind == "word" and query.iri_at(index + 1) == MESSAGE
        if named and tokens[index + 2].word == "{" and not soft[index]:
            yield index + 3, _closing(tokens, index + 2)


def _soft_depths(tokens: Sequence[Token]) -> list[bool]:
    """Of each token, whether it is in a group that need not match (SPARQL 1.1 Query, 6, 7, 8), or in a sub-select.

    A group is soft where a word such as OPTIONAL stands before it, or UNION behind it.
    """
    found, stack = [False] * len(tokens), [False]
    softening = False
    for index, token in enumerate(tokens):
        found[index] = stack[-1]
        if token.kind == "word" and token.word in _SOFT and len(stack) > 1:
            softening = True
        if token.word in ("{", "("):
            stack.append(stack[-1] or softening or token.word == "(" or _union_behind(tokens, index))
            softening = False
        elif token.word in ("}", ")") and len(stack) > 1:
            stack.pop()
        if token.word == "SELECT" and len(stack) > 1:
            stack[-1] = True
    return found


def _union_behind(tokens: Sequence[Token], opening: int) -> bool:
    closing = _closing(tokens, opening) if tokens[opening].word == "{" else len(tokens)
    return closing + 1 < len(tokens) and tokens[closing + 1].word == "UNION"


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].word == "{") - (tokens[index].word == "}")
        if depth == 0:
            return index
    return len(tokens)


def _needed(query: QueryText, block: tuple[int, int]) -> Iterator[IRI]:
    """The IRIs that stand in the block itself: in no group within, no expression, and no path."""
    first, end = block
    depth = 0
    for index in range(first, end):
        token = query.tokens[index]
        if token.word in ("{", "("):
            depth += 1
        elif token.word in ("}", ")"):
            depth -= 1
        elif depth == 0 and token.kind in ("iri", "name") and not _is_in_path(query.tokens, index):
            iri = query.iri_at(index)
            resolved = token.kind == "iri" or iri != token.text
            if resolved and ":" in iri and iri not in _ALWAYS and not iri.startswith(SAREF):
                yield iri


def _is_in_path(tokens: Sequence[Token], index: int) -> bool:
    around = (tokens[index - 1], tokens[min(index + 1, len(tokens) - 1)])
    datatype = around[0].word == "^" and tokens[index - 2].word == "^"
    return datatype or any(one.word in _PATHS or one.word == "?" for one in around)


def iris_of(graph: PublishedGraph) -> set[IRI]:
    """The IRIs of the message *graph*, but for those that every message has."""
    found = {graph.thing}
    if graph.triples:
        for triple in graph.triples:
            found.update(term for term in triple if isinstance(term, str))
        return found
    for observation in graph.observations:
        found |= {observation.kind, affordance_iri(graph.thing, observation.affordance)}
        found |= {iri for iri in (observation.unit, observation.value) if isinstance(iri, str)}
    for event in graph.events:
        found |= {event.kind, affordance_iri(graph.thing, event.affordance)}
    return found
