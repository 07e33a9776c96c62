"""The triples of a report as text: N-Triples, and Turtle that people can read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from semantic_gw.model import IRI, Literal, Term, Triple
from semantic_gw.rdf.namespaces import PREFIXES, RDF, XSD
from semantic_gw.rdf.serialize import term_text
from semantic_gw.validators.report.names import Names

_FIRST, _REST, _NIL, _TYPE = RDF + "first", RDF + "rest", RDF + "nil", RDF + "type"
_INDENT: Final = "    "
_STRING: Final = XSD + "string"
_BARE: Final = {XSD + "boolean": re.compile("true|false"), XSD + "integer": re.compile("[+-]?[0-9]+")}
"""What Turtle reads without quotation marks (Turtle, 2.5.2 and 2.5.3)."""


def to_ntriples(triples: Sequence[Triple]) -> str:
    """*triples* as N-Triples. Raises ValueError for an IRI that is none."""
    return "".join(f"{term_text(s)} {term_text(p)} {term_text(o)} .\n" for s, p, o in triples)


def to_turtle(triples: Sequence[Triple], prefixes: Mapping[str, IRI] = PREFIXES) -> str:
    """*triples* as Turtle: what stands once and is blank is written in its place, lists in brackets.

    Raises ValueError for an IRI that is none.
    """
    writer = _Turtle(triples, Names(prefixes))
    body = "\n".join(writer.blocks())
    head = "".join(f"@prefix {prefix}: <{prefixes[prefix]}> .\n" for prefix in sorted(writer.used))
    return f"{head}\n{body}"


class _Turtle:
    """Writes triples as Turtle, and remembers which prefixes that took."""

    def __init__(self, triples: Sequence[Triple], names: Names) -> None:
        self.used: set[str] = set()
        self._names = names
        self._said: dict[IRI, dict[IRI, list[Term]]] = {}
        for subject, predicate, term in triples:
            self._said.setdefault(subject, {}).setdefault(predicate, []).append(term)
        self._references = Counter(o for _, _, o in triples if isinstance(o, str) and o.startswith("_:"))
        self._inner = {node for node in self._said if self._references[node] == 1}
        """Blank nodes that are written where they are referred to."""

    def blocks(self) -> Iterator[str]:
        """The statements on each node that is not inside another."""
        for node in self._said:
            if node not in self._inner:
                alone = node.startswith("_:") and not self._references[node]
                yield f"{'[]' if alone else self._iri(node)} {self._predicates(node, '')} .\n"

    def _predicates(self, node: IRI, indent: str) -> str:
        deeper = indent + _INDENT
        parts = [
            f"{'a' if predicate == _TYPE else self._iri(predicate)} {self._objects(terms, deeper)}"
            for predicate, terms in self._said[node].items()
        ]
        return f" ;\n{deeper}".join(parts)

    def _objects(self, terms: Sequence[Term], indent: str) -> str:
        return ", ".join(self._term(term, indent) for term in terms)

    def _term(self, term: Term, indent: str) -> str:
        if isinstance(term, Literal):
            return self._literal(term)
        if term not in self._inner:
            return self._iri(term)
        if _FIRST in self._said[term]:
            return f"( {' '.join(self._term(item, indent) for item in self._items(term))} )"
        inside = self._predicates(term, indent)
        return f"[ {inside} ]" if len(self._said[term]) == 1 else f"[\n{indent}{_INDENT}{inside}\n{indent}]"

    def _items(self, head: Term) -> Iterator[Term]:
        """The members of the list at *head*; lists of paths are well-formed, and nothing refers into them."""
        while head != _NIL:
            said = self._said[str(head)]
            yield said[_FIRST][0]
            head = said[_REST][0]

    def _literal(self, term: Literal) -> str:
        if term.datatype in _BARE and _BARE[term.datatype].fullmatch(term.lexical):
            return term.lexical
        text = term_text(Literal(term.lexical, _STRING))
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype == _STRING else f"{text}^^{self._iri(term.datatype)}"

    def _iri(self, iri: IRI) -> str:
        named = self._names.split(iri)
        if named is None or iri.startswith("_:"):
            return term_text(iri)
        self.used.add(named[0])
        return ":".join(named)
