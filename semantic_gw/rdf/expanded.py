"""Triples as node objects of expanded JSON-LD (JSON-LD 1.1, 9.5) and back; these mean the same under contexts of ours.

For graphs that are not ours alone: what a mapping made as it likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from semantic_gw.model import IRI, Json, Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, XSD

_TYPE: Final = RDF + "type"
_STRING: Final = XSD + "string"


def expanded_nodes(triples: Iterable[Triple]) -> list[Json]:
    """A node object for each subject, in their order.

    >>> expanded_nodes([("urn:a", "urn:p", Literal("1", XSD + "string"))])
    [{'@id': 'urn:a', 'urn:p': [{'@value': '1'}]}]
    """
    nodes: dict[IRI, dict[str, Json]] = {}
    for subject, predicate, term in triples:
        node = nodes.setdefault(subject, {"@id": subject})
        is_type = predicate == _TYPE and isinstance(term, str)
        node.setdefault("@type" if is_type else predicate, []).append(term if is_type else _value(term))
    return [*nodes.values()]


def _value(term: Term) -> dict[str, Json]:
    if not isinstance(term, Literal):
        return {"@id": term}
    if term.language:
        return {"@value": term.lexical, "@language": term.language}
    typed = {} if term.datatype == _STRING else {"@type": term.datatype}
    return {"@value": term.lexical, **typed}


def triples_of(nodes: Iterable[Mapping[str, Json]]) -> Iterator[Triple]:
    """The triples that *nodes* (made by `expanded_nodes`) stand for.

    >>> list(triples_of([{"@id": "urn:a", "@type": ["urn:C"]}]))
    [('urn:a', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'urn:C')]
    """
    for node in nodes:
        subject = node["@id"]
        for key, values in node.items():
            if key == "@type":
                yield from ((subject, _TYPE, value) for value in values)
            elif key != "@id":
                yield from ((subject, key, _term(value)) for value in values)


def _term(value: Mapping[str, Json]) -> Term:
    if "@id" in value:
        iri: IRI = value["@id"]
        return iri
    if "@language" in value:
        return Literal(value["@value"], RDF + "langString", value["@language"])
    return Literal(value["@value"], value.get("@type", _STRING))
