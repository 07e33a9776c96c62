"""Triples as N-Triples, for a store: nothing malformed gets through, whatever stands on the bus."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from semantic_gw.model import IRI, Literal, Triple
from semantic_gw.rdf.node_names import is_valid
from semantic_gw.rdf.serialize import term_text

_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def fresh_iri(iri: IRI) -> str:
    """*iri* in angle brackets. Raises ValueError for one that is not absolute (RFC 3987)."""
    if not is_valid(iri):
        raise ValueError(f"{iri!r} is no absolute IRI")
    return f"<{iri}>"


known_iri: Final = lru_cache(maxsize=8192)(fresh_iri)
"""The same, for IRIs that come again and again."""


def literal_text(literal: Literal) -> str:
    """*literal* as N-Triples has it. Raises ValueError where its datatype is no IRI, or its language no tag."""
    if literal.language is not None and not _LANGUAGE.fullmatch(literal.language):
        raise ValueError(f"{literal.language!r} is no language tag (BCP 47)")
    known_iri(literal.datatype)
    return term_text(literal)


def triples_text(triples: Iterable[Triple]) -> str:
    """*triples*, each once, as lines of N-Triples. Raises ValueError."""
    return "".join(dict.fromkeys(map(_line, triples)))


def _line(triple: Triple) -> str:
    subject, predicate, term = triple
    end = literal_text(term) if isinstance(term, Literal) else fresh_iri(term)
    return f"{fresh_iri(subject)} {known_iri(predicate)} {end} .\n"
