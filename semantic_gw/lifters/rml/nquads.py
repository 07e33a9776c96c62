"""Quads of a mapping as N-Quads, blank nodes among them (W3C RDF 1.1 N-Quads)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from semantic_gw.lifters.rml.interpreter import Quad
from semantic_gw.lifters.rml.natural import STRING
from semantic_gw.model import Literal, Term

_ESCAPED: Final = re.compile(r'[\x00-\x1f"\\\x7f\ud800-\udfff]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def line(quad: Quad) -> str:
    r"""*quad* as a line.

    >>> line(("_:n1", "http://example.com/p", Literal('"', STRING), None))
    '_:n1 <http://example.com/p> "\\"" .\n'
    """
    subject, predicate, term, graph = quad
    where = "" if graph is None else f" {_node(graph)}"
    return f"{_node(subject)} {_node(predicate)} {_term(term)}{where} .\n"


def quoted(text: str) -> str:
    """*text* as a string of N-Quads; half of a surrogate pair, which no Unicode text has, becomes U+FFFD."""
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(_escape, text)
    return f'"{text}"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    return f"\\u{ord(character):04X}" if character < "\ud800" else "\ufffd"


@lru_cache(maxsize=65536)
def _node(name: str) -> str:
    return name if name.startswith("_:") else f"<{name}>"


def _term(term: Term) -> str:
    if not isinstance(term, Literal):
        return _node(term)
    text = quoted(term.lexical)
    if term.language is not None:
        return f"{text}@{term.language}"
    return text if term.datatype == STRING else f"{text}^^<{term.datatype}>"
