"""A message on the bus as standing queries see it, and a match as its subscribers do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from semantic_gw.model import IRI, Json, Literal, Observation, PublishedGraph, Record
from semantic_gw.rdf.serialize import date_time
from semantic_gw.subscriptions.things import KnownThing

MEDIA_TYPE: Final = "application/json"
_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Message:
    """A graph that came on the bus *at* a time (UTC), and what is known of its Thing."""

    graph: PublishedGraph
    thing: KnownThing
    at: datetime


def match_id(message: IRI, subscription: str) -> str:
    """The id of a match: the same message and subscription always give the same one, so that a repeat is recognised.

    >>> len(match_id("https://gateway.example/observations/1", "warm"))
    32
    """
    return hashlib.blake2b(f"{message}\0{subscription}".encode(), digest_size=16, key=b"match").hexdigest()


def match_record(topic: str, subscription: str, graph: PublishedGraph, found: Mapping[str, Json]) -> Record:
    """The record that tells *subscription* what was *found* in *graph*."""
    id_ = match_id(graph.iri, subscription)
    told = {
        "id": id_,
        "subscription": subscription,
        "message": graph.iri,
        "thing": graph.thing,
        "time": date_time(graph.time),
        "received": date_time(graph.result_time),
        **found,
    }
    headers = (("Content-Type", MEDIA_TYPE.encode()), ("Match-Id", id_.encode()))
    return Record(topic, id_, _encode(told), headers)


def told(observation: Observation) -> dict[str, Json]:
    """*observation* for a subscriber, as the message says it."""
    value = observation.value
    said: dict[str, Json] = {
        "affordance": observation.affordance,
        "kind": observation.kind,
        "value": value.lexical if isinstance(value, Literal) else value,
    }
    return {**said, "unit": observation.unit} if observation.unit else said
