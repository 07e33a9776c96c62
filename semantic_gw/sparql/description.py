"""What the endpoint says of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from semantic_gw.contracts import StoreSize
from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import RDF, RDFS
from semantic_gw.sparql.formats import FORMAT_NAMES
from semantic_gw.sparql.question import graph_name

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
ENTAILMENT: Final = "http://www.w3.org/ns/entailment/"
VOID: Final = "http://rdfs.org/ns/void#"
GEOF: Final = "http://www.opengis.net/def/function/geosparql/"

_GEOSPARQL: Final = """
    asGeoJSON centroid convexHull coordinateDimension difference dimension distance envelope getSRID intersection
    isEmpty isSimple length perimeter relate symDifference union
    sfContains sfCrosses sfDisjoint sfEquals sfIntersects sfOverlaps sfTouches sfWithin
    ehContains ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap
    rcc8dc rcc8ec rcc8eq rcc8ntpp rcc8ntppi rcc8po rcc8tpp rcc8tppi
"""
EMBEDDED_FUNCTIONS: Final = tuple(GEOF + name for name in _GEOSPARQL.split())
"""Functions of GeoSPARQL 1.1 that the embedded engine has, for shapes in WGS 84 with the longitude first (CRS84)."""

_PREFIXES: Final = {
    "sd": SD,
    "formats": FORMATS,
    "ent": ENTAILMENT,
    "void": VOID,
    "geof": GEOF,
    "rdfs": RDFS,
}
_Object = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Service:
    """The service at *endpoint*. *functions* are those that the standard has not."""

    endpoint: IRI
    size: StoreSize
    functions: tuple[IRI, ...] = ()
    takes_updates: bool = False
    federates: bool = False


def describe(service: Service, media_type: str) -> bytes:
    """The description of *service* as *media_type*. Raises QueryError where its endpoint is no IRI."""
    graph_name(service.endpoint)
    form = ox.RdfFormat.from_media_type(media_type) or ox.RdfFormat.TURTLE
    triples = list(_triples(service))
    return ox.serialize(triples, format=form, prefixes=_PREFIXES) or b""


def _triples(service: Service) -> Iterator[ox.Triple]:
    name, dataset, default = ox.NamedNode(service.endpoint), ox.BlankNode("dataset"), ox.BlankNode("default")
    yield _triple(name, RDF + "type", _sd("Service"))
    yield _triple(name, SD + "endpoint", name)
    for predicate, values in _facts(service):
        yield from (_triple(name, SD + predicate, value) for value in values)
    yield _triple(name, SD + "defaultDataset", dataset)
    yield _triple(dataset, RDF + "type", _sd("Dataset"))
    yield _triple(dataset, SD + "defaultGraph", default)
    yield _triple(dataset, RDFS + "comment", ox.Literal(f"{service.size.graphs} named graphs, listed at /graphs"))
    yield _triple(default, RDF + "type", _sd("Graph"))
    yield _triple(default, VOID + "triples", ox.Literal(service.size.quads))


def _facts(service: Service) -> Iterator[tuple[str, Iterable[_Object]]]:
    yield "supportedLanguage", [_sd("SPARQL11Query"), *([_sd("SPARQL11Update")] if service.takes_updates else [])]
    yield "feature", [_sd("UnionDefaultGraph"), *([_sd("BasicFederatedQuery")] if service.federates else [])]
    yield "resultFormat", [ox.NamedNode(FORMATS + name) for name in FORMAT_NAMES.values()]
    yield "defaultEntailmentRegime", [ox.NamedNode(ENTAILMENT + "Simple")]
    yield "extensionFunction", map(ox.NamedNode, service.functions)


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)


def _triple(subject: ox.NamedNode | ox.BlankNode, predicate: IRI, value: _Object) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), value)
