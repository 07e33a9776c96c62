"""Graphs as text: N-Quads and TriG, escaped as their grammars say (W3C RDF 1.1 N-Quads and TriG)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from semantic_gw.model import IRI, DataGraph, Literal, Term, Triple
from semantic_gw.rdf.namespaces import PREFIXES, RDF, XSD, compact

_BAD_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED: Final = re.compile(r'[\x00-\x1f"\\\x7f]')
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
    """The dataset of *graph* as TriG, for people: prefixes, one block a subject."""
    body = _blocks(graph.triples, "  ")
    about = _blocks(graph.about, "")
    used = {text.partition(":")[0] for text in re.findall(r"(?<![<\w])[a-z]+:", about + body)}
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items() if name in used)
    return f"{prefixes}\n{about}\n{_iri(graph.iri)} {{\n{body}}}\n".encode()


def _blocks(triples: Iterable[Triple], indent: str) -> str:
    subjects: dict[IRI, dict[IRI, list[Term]]] = {}
    for subject, predicate, term in triples:
        terms = subjects.setdefault(subject, {}).setdefault(predicate, [])
        if term not in terms:
            terms.append(term)
    return "".join(f"{indent}{_iri(s)} {_predicates(po, indent)} .\n" for s, po in subjects.items())


def _predicates(terms: dict[IRI, list[Term]], indent: str) -> str:
    ordered = sorted(terms.items(), key=lambda item: item[0] != _TYPE)
    parts = [f"{'a' if p == _TYPE else _short(p)} {', '.join(_short(o) for o in os)}" for p, os in ordered]
    return f" ;\n{indent}    ".join(parts)


def _short(term: Term) -> str:
    if isinstance(term, Literal):
        text = _quoted(term.lexical)
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype == _STRING else f"{text}^^{compact(term.datatype)}"
    short = compact(term)
    return _iri(term) if short.startswith("<") else short


def is_iri(text: str) -> bool:
    """Whether *text* can be written as an IRI: it has a scheme, and no character that must be percent-encoded."""
    return ":" in text and not _BAD_IRI.search(text)


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
