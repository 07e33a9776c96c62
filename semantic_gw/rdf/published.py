"""Records of `semantic.observations` and `semantic.events` read back, for whatever follows the bus.

JSON-LD by the context of the gateway is read without a JSON-LD processor: the keys are ours, and always the same.
N-Quads and TriG are read by the parser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Final

import msgspec

from semantic_gw.model import IRI, Event, GraphKind, Json, Literal, Observation, PublishedGraph
from semantic_gw.rdf.expanded import triples_of
from semantic_gw.rdf.namespaces import GEO, SGW, UNIT
from semantic_gw.rdf.observation_reading import moment, name_in, observations_of, phenomenon_time
from semantic_gw.rdf.published_datasets import read_dataset

_PREFIXES: Final = {"sgw": SGW, "qudt-unit": UNIT}
_decode: Final = msgspec.json.Decoder().decode


def read_published(value: bytes, media_type: str) -> PublishedGraph:
    """The graph that *value*, a record whose header `Content-Type` is *media_type*, says.

    Raises ValueError for what the gateway never wrote.
    """
    read = _READERS.get(media_type) or _READERS.get(media_type.partition(";")[0].strip().lower())
    if read is None:
        raise ValueError(f"no record of the gateway: it is {media_type or 'without a Content-Type'}; {_KNOWN} are read")
    return read(value)


def read_jsonld(value: bytes) -> PublishedGraph:
    """The graph that *value*, a record in JSON-LD by the context of the gateway, says.

    Raises ValueError for what the gateway never wrote.
    """
    try:
        return _read(_decode(value))
    except (KeyError, TypeError, AttributeError, msgspec.DecodeError) as error:
        raise ValueError(f"no record of the gateway in JSON-LD: {error!r}") from None


_READERS: Final[Mapping[str, Callable[[bytes], PublishedGraph]]] = {
    "application/ld+json": read_jsonld,
    "application/n-quads": partial(read_dataset, syntax="nquads"),
    "application/trig": partial(read_dataset, syntax="trig"),
}
_KNOWN: Final = ", ".join(_READERS)


def _read(top: Mapping[str, Json]) -> PublishedGraph:
    kind = GraphKind.EVENTS if "events" in top else GraphKind.OBSERVATIONS
    members: list[Json] = top[kind.value]
    if members and "id" not in members[0]:
        return _mapped(top, members)
    observing = kind is GraphKind.OBSERVATIONS
    return PublishedGraph(
        iri=top["id"],
        thing=top["thing"],
        kind=kind,
        result_time=moment(top["time"]),
        phenomenon_time=_phenomenon_time(members),
        observations=tuple(map(_observation, members)) if observing else (),
        events=() if observing else tuple(map(_event, members)),
    )


def _mapped(top: Mapping[str, Json], nodes: Iterable[Mapping[str, Json]]) -> PublishedGraph:
    """What a mapping made as it likes."""
    triples = tuple(triples_of(nodes))
    return PublishedGraph(
        iri=top["id"],
        thing=top["thing"],
        kind=GraphKind.OBSERVATIONS,
        result_time=moment(top["time"]),
        phenomenon_time=phenomenon_time(triples),
        observations=observations_of(triples),
        triples=triples,
    )


def _phenomenon_time(members: Iterable[Mapping[str, Json]]) -> datetime | None:
    """All members of a message have the same one, or none."""
    for member in members:
        instant = member.get("phenomenonTime")
        return moment(instant["at"]) if instant is not None else None
    return None


def _observation(member: Mapping[str, Json]) -> Observation:
    name = name_in(member["id"])
    state = member.get("state")
    if state is not None:
        return Observation(name, _long(state["kind"]), _long(member["stateValue"]), None, "")
    result = member["result"]
    unit = result.get("unit")
    return Observation(name, _long(member["property"]["kind"]), _value(result), unit and _long(unit), "")


def _value(result: Mapping[str, Json]) -> float | bool | Literal:
    if "value" in result:
        number: float = result["value"]
        if number.__class__ is not float and number.__class__ is not int:
            raise TypeError(f"{number!r} is no number")
        return number
    if "truth" in result:
        return bool(result["truth"])
    if "counter" in result:
        return int(result["counter"])
    return Literal(result["position"], GEO + "wktLiteral")


def _event(member: Mapping[str, Json]) -> Event:
    return Event(name_in(member["id"]), _long(member["kind"]), str(member["data"]), "")


@lru_cache(maxsize=4096)
def _long(text: str) -> IRI:
    prefix, _, local = text.partition(":")
    return _PREFIXES[prefix] + local if prefix in _PREFIXES else text
