"""Records of `semantic.observations` and `semantic.events` read back, for whatever follows the bus.

The inverse of `observation_context.to_jsonld`, without a JSON-LD processor: the keys are ours, and always the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

import msgspec

from semantic_gw.model import IRI, Event, GraphKind, Json, Literal, Observation, PublishedGraph, Triple
from semantic_gw.rdf.expanded import triples_of
from semantic_gw.rdf.namespaces import GEO, SGW, UNIT

_PREFIXES: Final = {"sgw": SGW, "qudt-unit": UNIT}
_decode: Final = msgspec.json.Decoder().decode


def read_jsonld(value: bytes) -> PublishedGraph:
    """The graph that *value*, a record in JSON-LD by the context of the gateway, says.

    Raises ValueError for what the gateway never wrote.
    """
    try:
        return _read(_decode(value))
    except (KeyError, TypeError, AttributeError, msgspec.DecodeError) as error:
        raise ValueError(f"no record of the gateway in JSON-LD: {error!r}") from None


def _read(top: Mapping[str, Json]) -> PublishedGraph:
    kind = GraphKind.EVENTS if "events" in top else GraphKind.OBSERVATIONS
    members: list[Json] = top[kind.value]
    mapped = bool(members) and "id" not in members[0]
    told = [] if mapped else members
    return PublishedGraph(
        iri=top["id"],
        thing=top["thing"],
        kind=kind,
        result_time=datetime.fromisoformat(top["time"]),
        phenomenon_time=_phenomenon_time(told),
        observations=tuple(map(_observation, told)) if kind is GraphKind.OBSERVATIONS else (),
        events=tuple(map(_event, told)) if kind is GraphKind.EVENTS else (),
        triples=_triples(members) if mapped else (),
    )


def _phenomenon_time(members: Iterable[Mapping[str, Json]]) -> datetime | None:
    """All members of a message have the same one, or none."""
    for member in members:
        instant = member.get("phenomenonTime")
        return datetime.fromisoformat(instant["at"]) if instant is not None else None
    return None


def _observation(member: Mapping[str, Json]) -> Observation:
    name = _name(member["id"])
    state = member.get("state")
    if state is not None:
        return Observation(name, _long(state["kind"]), _long(member["stateValue"]), None, "")
    result = member["result"]
    unit = result.get("unit")
    return Observation(name, _long(member["property"]["kind"]), _value(result), unit and _long(unit), "")


def _value(result: Mapping[str, Json]) -> float | bool | Literal:
    if "value" in result:
        number: float = result["value"]
        return number
    if "truth" in result:
        return bool(result["truth"])
    if "counter" in result:
        return int(result["counter"])
    return Literal(result["position"], GEO + "wktLiteral")


def _event(member: Mapping[str, Json]) -> Event:
    return Event(_name(member["id"]), _long(member["kind"]), member["data"], "")


def _name(iri: IRI) -> str:
    """The name of the affordance that the observation (or event) *iri* is of."""
    encoded = iri[iri.rindex("#") + 1 :]
    return unquote(encoded) if "%" in encoded else encoded


@lru_cache(maxsize=4096)
def _long(text: str) -> IRI:
    prefix, _, local = text.partition(":")
    return _PREFIXES[prefix] + local if prefix in _PREFIXES else text


def _triples(members: Iterable[Mapping[str, Json]]) -> tuple[Triple, ...]:
    return tuple(triples_of(members))
