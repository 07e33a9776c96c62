"""The entities in a document of NGSI: alone, in a list, in a notification, in a batch, or as GeoJSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.json_pointer import Tokens
from semantic_gw.model import IRI, Json
from semantic_gw.rdf.iris import encode_segment
from semantic_gw.readers.device_names import thing_of
from semantic_gw.readers.ngsi_attributes import local_name, plain

_LISTS: Final = ("data", "features", "entities", "notification")
_FRAMES: Final = frozenset({"Notification", "FeatureCollection", ""})
_ABSOLUTE: Final = re.compile(r"((?:urn:[a-z0-9][a-z0-9-]{1,31}:|https?://))(.+)", re.IGNORECASE | re.DOTALL)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._~:/?@!$&'()*+,;=%-]|%(?![0-9A-Fa-f]{2})")
_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
_TIMES: Final = re.compile(rf"(?:[-_:.]{_TIME}){{1,2}}")


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: its *type* without a namespace, and its attributes, which stand at *place*."""

    id: str
    type: str
    attributes: Mapping[str, Json]
    place: Tokens

    @property
    def thing(self) -> IRI:
        """The IRI of its Thing: its id, without the times that some put behind it.

        >>> Entity("urn:ngsi-ld:Device:7", "Device", {}, ()).thing, Entity("7_2026-11-24T10:15:00Z", "", {}, ()).thing
        ('urn:ngsi-ld:Device:7', 'urn:dev:ops:ngsi-ld-7')
        """
        name = self.name
        match = _ABSOLUTE.fullmatch(name)
        if match is None or match[1].lower() in ("urn:dev:", "urn:uuid:"):
            return thing_of(name, "ngsi-ld")
        return match[1].lower() + _UNSAFE.sub(lambda found: _encoded(found[0]), match[2])

    @property
    def name(self) -> str:
        """Its id; times behind it tell one observation, and not who observes."""
        match = _TIMES.search(self.id)
        return (
            self.id[: match.start()] if match is not None and match.end() == len(self.id) and match.start() else self.id
        )


def _encoded(character: str) -> str:
    return "%25" if character == "%" else encode_segment(character)


def entities_in(document: Json, place: Tokens = (), depth: int = 0) -> Iterator[Entity]:
    """Every entity of *document*, in order."""
    if depth > len(_LISTS):
        return
    if isinstance(document, list):
        for index, one in enumerate(document):
            yield from entities_in(one, (*place, str(index)), depth + 1)
    elif isinstance(document, dict):
        type_ = _type(document)
        member = next((name for name in _LISTS if isinstance(document.get(name), (list, dict))), None)
        if member is not None and type_ in _FRAMES:
            yield from entities_in(document[member], (*place, member), depth + 1)
        elif type_ == "Feature" and isinstance(document.get("properties"), dict):
            yield _feature(document, place)
        elif isinstance(id_ := document.get("id", document.get("@id")), str) and id_:
            yield Entity(id_, type_, document, place)


def _type(document: Mapping[str, Json]) -> str:
    type_ = document.get("type", document.get("@type"))
    if isinstance(type_, list):
        type_ = next((one for one in type_ if isinstance(one, str)), "")
    return local_name(type_) if isinstance(type_, str) else ""


def _feature(document: Mapping[str, Json], place: Tokens) -> Entity:
    """An entity as GeoJSON (NGSI-LD, 4.5.16): its attributes are the feature's properties."""
    properties = document["properties"]
    id_ = document.get("id")
    attributes = {**properties}
    if isinstance(geometry := document.get("geometry"), dict) and "location" not in properties:
        attributes["location"] = plain(geometry)
    return Entity(id_ if isinstance(id_, str) else "", _type(properties), attributes, (*place, "properties"))
