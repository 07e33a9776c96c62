"""The graphs that lifters make of random payloads, some damaged afterwards."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from semantic_gw.errors import PayloadError
from semantic_gw.lifters.thing import ThingLifter, lifters
from semantic_gw.model import Document, Json, Payload, Source, ThingDescription, Triple
from tests.lifters.things import RECEIVED
from tests.validators.gate.descriptions import five
from tests.validators.gate.payloads import payloads
from tests.validators.test_differential import ONE as DAMAGES

BASE = "https://gateway.example/"
DAMAGED = 0.4
"""The share of graphs that are damaged: lifters do not make invalid ones."""


@dataclass(slots=True)
class Counted:
    """What came of payloads."""

    payloads: int = 0
    not_lifted: int = 0
    without_graph: int = 0
    of: dict[str, int] = field(default_factory=dict)
    """Graphs of each mapping."""


def lifted(count: int, chance: random.Random, counted: Counted) -> Iterator[list[Triple]]:
    """The graphs of *count* payloads of the five mappings, in turn."""
    for name, described in five().items():
        for lifter in lifters(described, base_iri=BASE).values():
            share = count // len(five()) // len(lifters(described, base_iri=BASE))
            for payload in payloads(described, share, chance):
                counted.payloads += 1
                for graph in _graphs(lifter, payload, counted):
                    counted.of[name] = counted.of.get(name, 0) + 1
                    yield damaged(graph, chance) if chance.random() < DAMAGED else graph


def _graphs(lifter: ThingLifter, value: Json, counted: Counted) -> list[list[Triple]]:
    payload = Payload(b"{}", "application/json", Source("mqtt", lifter.plan.address), RECEIVED, id="0" * 24)
    try:
        made = lifter.lift(Document(payload, value, "application/json")).graphs
    except PayloadError:
        counted.not_lifted += 1
        return []
    counted.without_graph += not made
    return [[*graph.triples, *graph.about] for graph in made]


def damaged(graph: list[Triple], chance: random.Random) -> list[Triple]:
    for name in chance.sample(sorted(DAMAGES), chance.choice((1, 1, 1, 2))):
        graph = DAMAGES[name](graph, chance)
    return list(dict.fromkeys(graph))


__all__ = ["Counted", "ThingDescription", "lifted"]
