"""Graphs as the bus has them, for the tests of the history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from semantic_gw.history.points import Codec, Value
from semantic_gw.history.store import HistoryStore, Range
from semantic_gw.model import GraphKind, Observation, PublishedGraph
from semantic_gw.rdf.namespaces import SGW, UNIT

BASE = "https://gateway.example/"
CODEC = Codec(BASE)
THING = "urn:dev:mac:0001"
START = datetime(2026, 11, 24, tzinfo=UTC)
ALL = Range((-(2**60), 2**60))


def graph(
    value: Value,
    minutes: float = 0,
    *,
    thing: str = THING,
    name: str = "temperature",
    kind: str = SGW + "AirTemperature",
    unit: str | None = UNIT + "DEG_C",
    received: float | None = None,
    start: datetime = START,
) -> PublishedGraph:
    """A message that tells *value* as of so many *minutes* after *start*, *received* so many minutes after it."""
    at = start + timedelta(minutes=minutes)
    came = at if received is None else start + timedelta(minutes=received)
    number = int((came - START).total_seconds()) % 2**60
    return PublishedGraph(
        f"{BASE}observations/{number:024x}",
        thing,
        GraphKind.OBSERVATIONS,
        result_time=came,
        phenomenon_time=None if received is None else at,
        observations=(Observation(name, kind, value, unit, ""),),
    )


async def keep(store: HistoryStore, *graphs: PublishedGraph) -> None:
    await store.keep([point for one in graphs for point in CODEC.points(one)])


async def kept(store: HistoryStore, thing: str | None = None) -> list[PublishedGraph]:
    """Everything, as it was told."""
    series = {one.id: one for one in await store.series(thing)}
    found = await store.points(list(series), ALL, 100_000) if series else []
    return [CODEC.graph(series[number].key, point) for number, point in found]
