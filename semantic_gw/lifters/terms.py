"""The compact IRIs of one Thing Description, read with its own prefixes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from semantic_gw.model import IRI, Json
from semantic_gw.rdf.namespaces import PREFIXES, QUANTITY_KIND, SAREF, UNIT

MQTT: Final = "https://www.w3.org/2019/wot/mqtt#"
SSN: Final = "http://www.w3.org/ns/ssn/"
SOSA: Final = "http://www.w3.org/ns/sosa/"
OM: Final = "http://www.ontology-of-units-of-measure.org/resource/om-2/"

_USUAL: Final[Mapping[str, IRI]] = {**PREFIXES, "mqv": MQTT, "ssn": SSN, "sosa": SOSA, "om": OM}
"""What a prefix means that a document uses without binding it."""

_SPELLED: Final[Mapping[IRI, IRI]] = {
    "https://w3id.org/saref#": SAREF,
    "http://w3id.org/saref#": SAREF,
    "http://saref.etsi.org/core/": SAREF,
    "https://saref.etsi.org/core#": SAREF,
    "https://saref.etsi.org/saref#": SAREF,
    "http://ontology.tno.nl/saref#": SAREF,
    "https://www.w3.org/ns/ssn/": SSN,
    "https://www.w3.org/ns/sosa/": SOSA,
    "http://www.w3.org/2019/wot/mqtt#": MQTT,
    "http://www.example.org/mqtt-binding#": MQTT,
    "https://qudt.org/vocab/unit/": UNIT,
    "http://qudt.org/vocab/unit#": UNIT,
    "https://qudt.org/vocab/quantitykind/": QUANTITY_KIND,
    "http://qudt.org/vocab/quantitykind#": QUANTITY_KIND,
    "https://www.ontology-of-units-of-measure.org/resource/om-2/": OM,
    "http://www.ontology-of-units-of-measure.org/resource/om/": OM,
    "http://www.wurvoc.org/vocabularies/om-1.8/": OM,
}
"""Namespaces of the same vocabulary under an older address, or as it is often misspelled."""

MAX_IRI: Final = 300
"""Characters of the longest IRI that is remembered."""

_MOST_MEMBERS: Final = 2_000
"""Spellings remembered of one context."""

_MAX_CONTEXT: Final = 8_000
"""Bytes of the largest context whose terms are remembered."""


class Terms:
    """Expands what one `@context` lets a document write short."""

    __slots__ = ("_expanded", "_prefixes")

    def __init__(self, context: Json) -> None:
        self._prefixes = dict(_USUAL)
        self._prefixes.update(_definitions(context))
        self._expanded: dict[str, IRI] = {}

    def expand(self, text: str) -> IRI:
        """The IRI that *text* stands for; what is no compact IRI, and no term of the context, stays as it is.

        >>> Terms({"s": "https://w3id.org/saref#"}).expand("s:Temperature")
        'https://saref.etsi.org/core/Temperature'
        """
        known = self._expanded.get(text)
        if known is not None:
            return known
        iri = self._expand(text)
        if len(self._expanded) < _MOST_MEMBERS and len(text) <= MAX_IRI:
            self._expanded[text] = iri
        return iri

    def _expand(self, text: str) -> IRI:
        prefix, colon, local = text.partition(":")
        if not colon:
            return _canonical(self._prefixes.get(text, text))
        if local.startswith("//") or prefix not in self._prefixes:
            return _canonical(text)
        return _canonical(self._prefixes[prefix] + local)

    def annotations(self, node: Mapping[str, Json]) -> dict[IRI, Json]:
        """The members of *node* that are terms of other vocabularies, by IRI."""
        found = {}
        for member, value in node.items():
            if ":" in member or (member in self._prefixes and member not in _OF_TD):
                found[self.expand(member)] = value
        return found

    def types(self, node: Mapping[str, Json]) -> tuple[IRI, ...]:
        """The classes that `@type` names."""
        given = node.get("@type")
        if given is None:
            return ()
        return tuple(self.expand(name) for name in (given if isinstance(given, list) else [given]) if type(name) is str)

    def references(self, value: Json) -> Iterator[IRI]:
        """The IRIs that the value of an annotation refers to: text, an object with `@id` or `@type`, or several."""
        for item in value if isinstance(value, list) else [value]:
            if type(item) is str:
                yield self.expand(item)
            elif isinstance(item, dict):
                iri = item.get("@id")
                if type(iri) is str:
                    yield self.expand(iri)
                yield from self.types(item)


_OF_TD: Final = frozenset(
    {
        "title", "titles", "description", "descriptions", "forms", "type", "unit", "properties", "actions", "events",
        "data", "enum", "oneOf", "const", "items", "minimum", "maximum", "href", "op", "id", "base", "name", "value",
    }
)  # fmt: skip
"""Members whose meaning a prefix of the same name does not change."""


def terms_of(document: Mapping[str, Json]) -> Terms:
    """The terms of *document*; those of one `@context` are made once, since devices of one kind share it."""
    context = document.get("@context")
    if context is None or type(context) is str:
        return _terms(b"")
    key = msgspec.json.encode(context)
    return _terms(key) if len(key) <= _MAX_CONTEXT else Terms(context)


@lru_cache(maxsize=256)
def _terms(context: bytes) -> Terms:
    return Terms(msgspec.json.decode(context) if context else None)


def _definitions(context: Json) -> Iterator[tuple[str, IRI]]:
    for item in context if isinstance(context, list) else [context]:
        for name, value in item.items() if isinstance(item, dict) else ():
            iri = value.get("@id") if isinstance(value, dict) else value
            if type(iri) is str and name[:1] != "@":
                yield name, _absolute(iri, item)


def _absolute(iri: str, context: Mapping[str, Json]) -> IRI:
    """*iri*, which may itself start with a prefix of the same *context*."""
    prefix, colon, local = iri.partition(":")
    namespace = context.get(prefix, _USUAL.get(prefix)) if colon and not local.startswith("//") else None
    return namespace + local if type(namespace) is str else iri


def _canonical(iri: IRI) -> IRI:
    end = max(iri.rfind("/"), iri.rfind("#")) + 1
    namespace = _SPELLED.get(iri[:end])
    return iri if namespace is None else namespace + iri[end:]
