"""The namespaces the gateway speaks, and the terms it writes, spelled as their vocabularies spell them."""

from __future__ import annotations

from typing import Final

from semantic_gw.model import IRI

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
DCTERMS: Final = "http://purl.org/dc/terms/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
PROV: Final = "http://www.w3.org/ns/prov#"
TIME: Final = "http://www.w3.org/2006/time#"
GEO: Final = "http://www.opengis.net/ont/geosparql#"
SH: Final = "http://www.w3.org/ns/shacl#"
SAREF: Final = "https://saref.etsi.org/core/"
QUDT: Final = "http://qudt.org/schema/qudt/"
UNIT: Final = "http://qudt.org/vocab/unit/"
QUANTITY_KIND: Final = "http://qudt.org/vocab/quantitykind/"
TD: Final = "https://www.w3.org/2019/wot/td#"
JSON_SCHEMA: Final = "https://www.w3.org/2019/wot/json-schema#"
SECURITY: Final = "https://www.w3.org/2019/wot/security#"
HYPERMEDIA: Final = "https://www.w3.org/2019/wot/hypermedia#"
SCHEMA: Final = "http://schema.org/"
SGW: Final = "https://w3id.org/semantic-gw/"
"""Our own vocabulary, `ontologies/sgw.ttl`."""

SAREF_CORE_VERSION: Final[IRI] = "https://saref.etsi.org/core/v4.1.1/"
"""Every graph is stamped with it: the namespace did not change between 3.1.1 and 4.1.1."""

PREFIXES: Final[dict[str, IRI]] = {
    "rdf": RDF,
    "rdfs": RDFS,
    "xsd": XSD,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "prov": PROV,
    "time": TIME,
    "geo": GEO,
    "sh": SH,
    "saref": SAREF,
    "qudt": QUDT,
    "unit": UNIT,
    "quantitykind": QUANTITY_KIND,
    "td": TD,
    "sgw": SGW,
}
"""Prefixes for Turtle, TriG and messages to people."""


def compact(iri: IRI) -> str:
    """*iri* with a known prefix where it has one, else in angle brackets.

    >>> compact("http://qudt.org/vocab/unit/DEG_C")
    'unit:DEG_C'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri[len(namespace) :].replace("_", "").replace("-", "").isalnum():
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def expand(text: str) -> IRI:
    """The IRI that a compact *text* stands for; an absolute IRI is returned as it is.

    >>> expand("unit:DEG_C")
    'http://qudt.org/vocab/unit/DEG_C'
    """
    prefix, colon, local = text.partition(":")
    if colon and not local.startswith("//") and prefix in PREFIXES:
        return PREFIXES[prefix] + local
    return text
