"""Graphs as text: N-Quads and TriG, escaped as their grammars say (W3C RDF 1.1 N-Quads and TriG)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from semantic_gw.model import IRI, DataGraph, Literal, Term, Triple
from semantic_gw.rdf.namespaces import PREFIXES, RDF, XSD

_BAD_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED: Final = re.compile(r'[\x00-\x1f"\\\x7f]')
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_STRING: Final = XSD + "string"
_TYPE: Final = RDF + "type"


def canonical_double(value: float) -> str:
    """The canonical lexical form of an xsd:double: the shortest digits that mean it (XSD 1.1 part 2, E.2).

    >>> [canonical_double(number) for number in (21.4, 0, 1e300, -0.05, 1234.0)]
    ['2.14E1', '0.0E0', '1.0E300', '-5.0E-2', '1.234E3']
    """
    text, _, exponent = repr(float(value)).partition("e")
    sign = "-" if text[0] == "-" else ""
    whole, _, fraction = text.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return f"{sign}0.0E0"
    power = int(exponent or 0) + len(digits) - len(fraction) - 1
    return f"{sign}{digits[0]}.{digits[1:].rstrip('0') or '0'}E{power}"


def settled(value: float) -> float:
    """*value* as every JSON-LD reader gets it: JSON-LD keeps 16 significant digits of a number (JSON-LD 1.1 API, 8.6).

    >>> settled(0.1 + 0.2), settled(9.95)
    (0.3, 9.95)
    """
    return float(f"{value:.15E}")


def date_time(time: datetime) -> str:
    """The lexical form of *time* (xsd:dateTime, XSD 1.1 part 2, 3.3.7), in UTC.

    >>> from datetime import UTC
    >>> date_time(datetime(2026, 11, 24, 10, 15, tzinfo=UTC))
    '2026-11-24T10:15:00Z'
    """
    return time.isoformat().replace("+00:00", "Z")


def to_nquads(graph: DataGraph) -> bytes:
    """The dataset of *graph* as N-Quads: the named graph, and what is said about it in the default graph."""
    name = _iri(graph.iri)
    lines = [f"{_iri(s)} {_iri(p)} {_term(o)} .\n" for s, p, o in graph.about]
    lines += [f"{_iri(s)} {_iri(p)} {_term(o)} {name} .\n" for s, p, o in graph.triples]
    return "".join(lines).encode()


def triples_to_nquads(triples: Iterable[Triple]) -> bytes:
    """*triples* as N-Quads of the default graph."""
    return "".join(f"{_iri(s)} {_iri(p)} {_term(o)} .\n" for s, p, o in triples).encode()


def to_trig(graph: DataGraph) -> bytes:
    """The dataset of *graph* as TriG, for people: `:` is the graph's own namespace, `thing:` the Thing's."""
    trig = _Trig({**PREFIXES, "": graph.iri + "#", "thing": graph.thing + "#"})
    about = trig.blocks(graph.about, "")
    body = trig.blocks(graph.triples, "  ")
    return f"{trig.head()}\n{about}\n{_iri(graph.iri)} {{\n{body}}}\n".encode()


class _Trig:
    """Writes blocks of triples, and remembers which prefixes they use."""

    def __init__(self, prefixes: Mapping[str, IRI]) -> None:
        self._prefixes = prefixes
        self._used: set[str] = set()

    def head(self) -> str:
        """The directives of the prefixes used."""
        used = ((name, iri) for name, iri in self._prefixes.items() if name in self._used)
        return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in used)

    def blocks(self, triples: Iterable[Triple], indent: str) -> str:
        subjects: dict[IRI, dict[IRI, list[Term]]] = {}
        for subject, predicate, term in triples:
            terms = subjects.setdefault(subject, {}).setdefault(predicate, [])
            if term not in terms:
                terms.append(term)
        return "".join(f"{indent}{self._term(s)} {self._predicates(po, indent)} .\n" for s, po in subjects.items())

    def _predicates(self, terms: Mapping[IRI, Sequence[Term]], indent: str) -> str:
        ordered = sorted(terms.items(), key=lambda item: item[0] != _TYPE)
        parts = [f"{'a' if p == _TYPE else self._term(p)} {', '.join(map(self._term, os))}" for p, os in ordered]
        return f" ;\n{indent}    ".join(parts)

    def _term(self, term: Term) -> str:
        if not isinstance(term, Literal):
            return self._compact(term)
        text = _quoted(term.lexical)
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype == _STRING else f"{text}^^{self._compact(term.datatype)}"

    def _compact(self, iri: IRI) -> str:
        for name, namespace in self._prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self._used.add(name)
                return f"{name}:{iri[len(namespace) :]}"
        return _iri(iri)


def term_text(term: Term) -> str:
    """*term* as N-Triples has it; what starts with `_:` is a blank node. Raises ValueError for an IRI that is none."""
    return term if isinstance(term, str) and term.startswith("_:") else _term(term)


@lru_cache(maxsize=65536)
def _iri(iri: IRI) -> str:
    if _BAD_IRI.search(iri):
        raise ValueError(f"{iri!r} is no IRI: it holds a character that must be percent-encoded (RFC 3987)")
    return f"<{iri}>"


def _term(term: Term) -> str:
    if not isinstance(term, Literal):
        return _iri(term)
    text = _quoted(term.lexical)
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype == _STRING else f"{text}^^<{term.datatype}>"


def _quoted(text: str) -> str:
    if _ESCAPED.search(text):
        text = _ESCAPED.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", text)
    return f'"{text}"'
