"""What filters ask of Things: their classes with those above them, the places they are in, and where they stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from semantic_gw.model import IRI
from semantic_gw.rdf.namespaces import GEO, RDF, SAREF, SCHEMA

_LINK: Final = re.compile(rb"^<([^>]*)> <([^>]*)> <([^>]*)> \.$", re.MULTILINE)
_NUMBER: Final = re.compile(rb'^<([^>]*)> <([^>]*)> "([^"]*)"', re.MULTILINE)
_TYPE: Final = RDF + "type"

_S4BLDG: Final = "https://saref.etsi.org/saref4bldg/"
_BOT: Final = "https://w3id.org/bot#"
_BRICK: Final = "https://brickschema.org/schema/Brick#"
_REC: Final = "https://w3id.org/rec#"
_SOSA: Final = "http://www.w3.org/ns/sosa/"
_WGS84: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
_HTTPS_SCHEMA: Final = "https://schema.org/"

_INSIDE: Final = frozenset(
    {
        SAREF + "isLocatedIn", SAREF + "hasLocation", SAREF + "isContainedIn", SAREF + "isPartOf",
        _S4BLDG + "isContainedIn", _S4BLDG + "isSpaceOf", _S4BLDG + "isLocatedAt",
        _BRICK + "hasLocation", _BRICK + "isPartOf",
        _REC + "locatedIn", _REC + "isPartOf", _SOSA + "isHostedBy",
        GEO + "sfWithin", GEO + "ehInside", GEO + "rcc8ntpp",
        SCHEMA + "location", SCHEMA + "containedInPlace", SCHEMA + "containedIn",
        _HTTPS_SCHEMA + "location", _HTTPS_SCHEMA + "containedInPlace",
        "http://purl.org/dc/terms/isPartOf", "http://www.w3.org/ns/prov#atLocation",
    }
)  # fmt: skip
"""What leads from a Thing, or a place, to the place that it is in."""

_HOLDS: Final = frozenset(
    {
        SAREF + "contains", SAREF + "hasPart", _S4BLDG + "contains", _S4BLDG + "hasSpace",
        _BOT + "hasSpace", _BOT + "hasStorey", _BOT + "hasBuilding", _BOT + "hasElement", _BOT + "containsElement",
        _BOT + "containsZone", _BRICK + "isLocationOf", _BRICK + "hasPart", _REC + "hasPart", _REC + "includes",
        GEO + "sfContains", SCHEMA + "containsPlace", _HTTPS_SCHEMA + "containsPlace", _SOSA + "hosts",
    }
)  # fmt: skip
"""What leads the other way: from a place to what is in it."""

_LATITUDE: Final = (_WGS84 + "lat", SCHEMA + "latitude", _HTTPS_SCHEMA + "latitude")
_LONGITUDE: Final = (_WGS84 + "long", SCHEMA + "longitude", _HTTPS_SCHEMA + "longitude")
_WKT_POINT: Final = re.compile(r"(?:<[^>]*>\s*)?POINT\s*Z?\s*\(\s*([-+.\dEe]+)\s+([-+.\dEe]+)", re.IGNORECASE)


class Spot(NamedTuple):
    """Degrees east and north (WGS 84)."""

    longitude: float
    latitude: float


def spot_in(wkt: str) -> Spot | None:
    """The point that *wkt* (geo:wktLiteral, CRS84) is, None where it is none.

    >>> spot_in("POINT(24.94 60.17)")
    Spot(longitude=24.94, latitude=60.17)
    """
    found = _WKT_POINT.match(wkt.strip())
    return _spot(found[1], found[2]) if found else None


def _spot(longitude: str, latitude: str) -> Spot | None:
    try:
        return Spot(float(longitude), float(latitude))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class KnownThing:
    """What is known of a Thing. *places* are all that it is in, those around them included."""

    classes: frozenset[IRI] = frozenset()
    places: frozenset[IRI] = frozenset()
    spot: Spot | None = None


_UNKNOWN: Final = KnownThing()


class _Told(NamedTuple):
    """What the description of one Thing says."""

    classes: frozenset[IRI]
    links: tuple[tuple[IRI, IRI], ...]
    """What is in what, as pairs."""
    spot: Spot | None


class KnownThings:
    """Things by their IRI. *above* tells the classes above a class."""

    def __init__(self, above: Mapping[IRI, Iterable[IRI]]) -> None:
        self._above = above
        self._told: dict[IRI, _Told] = {}
        self._around: defaultdict[IRI, dict[IRI, int]] = defaultdict(dict)
        """What each is directly in, and how many descriptions say so."""
        self._known: dict[IRI, KnownThing] = {}

    def __len__(self) -> int:
        return len(self._told)

    def learn(self, thing: IRI, projection: bytes | None) -> None:
        """Know *thing* by *projection*, N-Triples of its description; None: it is no longer registered."""
        before = self._told.pop(thing, None)
        self._known.pop(thing, None)
        now = None if projection is None else self._read(thing, projection)
        if now is not None:
            self._told[thing] = now
        was, is_ = (before.links if before else ()), (now.links if now else ())
        if was != is_:
            self._link(was, -1)
            self._link(is_, 1)
            self._known.clear()

    def keep_only(self, things: Iterable[IRI]) -> None:
        """Forget all but *things*."""
        for thing in self._told.keys() - set(things):
            self.learn(thing, None)

    def _link(self, links: Iterable[tuple[IRI, IRI]], count: int) -> None:
        for inner, outer in links:
            around = self._around[inner]
            around[outer] = around.get(outer, 0) + count
            if around[outer] <= 0:
                del around[outer]

    def _read(self, thing: IRI, projection: bytes) -> _Told:
        classes: set[IRI] = set()
        links: list[tuple[IRI, IRI]] = []
        for parts in _LINK.findall(projection):
            subject, predicate, object_ = (part.decode() for part in parts)
            if predicate == _TYPE and subject == thing:
                classes |= {object_, *self._above.get(object_, ())}
            elif predicate in _INSIDE:
                links.append((subject, object_))
            elif predicate in _HOLDS:
                links.append((object_, subject))
        return _Told(frozenset(classes), tuple(links), _spot_of(thing, projection))

    def __getitem__(self, thing: IRI) -> KnownThing:
        found = self._known.get(thing)
        if found is None:
            told = self._told.get(thing)
            found = _UNKNOWN if told is None else KnownThing(told.classes, self._places(thing), told.spot)
            self._known[thing] = found
        return found

    def _places(self, thing: IRI) -> frozenset[IRI]:
        found: set[IRI] = set()
        waiting = [thing]
        while waiting:
            for outer in self._around.get(waiting.pop(), ()):
                if outer not in found:
                    found.add(outer)
                    waiting.append(outer)
        return frozenset(found - {thing})


def _spot_of(thing: IRI, projection: bytes) -> Spot | None:
    """Where *thing* stands, as its description says; or else the only place that it tells of."""
    said: dict[str, list[tuple[str, str]]] = {}
    for parts in _NUMBER.findall(projection):
        subject, predicate, value = (part.decode("utf-8", "replace") for part in parts)
        if predicate == GEO + "asWKT" and (point := spot_in(value)) is not None:
            return point
        said.setdefault(predicate, []).append((subject, value))
    east = [pair for name in _LONGITUDE for pair in said.get(name, ())]
    north = [pair for name in _LATITUDE for pair in said.get(name, ())]
    for subject, longitude in sorted(east, key=lambda pair: pair[0] != thing):
        latitude = next((value for node, value in north if node == subject), None)
        if latitude is not None:
            return _spot(longitude, latitude)
    return None
