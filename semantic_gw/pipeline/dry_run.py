"""What would come out: a Thing Description tried on payloads, and nothing of it kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from semantic_gw.codecs.capture import read_capture
from semantic_gw.errors import DecodingError, PayloadError
from semantic_gw.model import Json, ThingDescription
from semantic_gw.pipeline.pipeline import Pipeline
from semantic_gw.pipeline.report import explanation
from semantic_gw.pipeline.result import Judged, Result
from semantic_gw.rdf.serialize import to_trig

MOST_PAYLOADS: Final = 100
"""Payloads of one dry run."""


def dry_run(pipeline: Pipeline, thing: ThingDescription, records: Sequence[Json], now: datetime) -> list[Json]:
    """What each of *records* would become if *thing* were registered: an explanation, and the graphs as TriG.

    A record is one of a capture (`semantic_gw.codecs.capture`), whose id and time may be left out, and whose address
    may stand in `address`. Raises MappingError where *thing* cannot be compiled.
    """
    twin = pipeline.fork()
    twin.things.register(thing)
    return [_tried(twin, record, str(index), now) for index, record in enumerate(records)]


def _tried(pipeline: Pipeline, record: Json, index: str, now: datetime) -> dict[str, Json]:
    try:
        captured = read_capture(capture_line(record, index), now=now)
    except PayloadError as error:
        return {"record": index, "outcome": "refused", "reason": str(error)}
    result = pipeline.tell(captured.payload)
    told = explanation(result, pipeline.things.lexicon.vocabulary.quantity_kind)
    return {"record": captured.id, **told, "graphs": graphs_told(result)}


def capture_line(record: Json, index: str) -> bytes:
    """*record* as a line of a capture. Raises DecodingError."""
    if not isinstance(record, Mapping):
        raise DecodingError(f"a record is an object, not {type(record).__name__}")
    transport = record.get("transport")
    if "address" in record:
        transport = {**(transport if isinstance(transport, Mapping) else {}), "topic": record["address"]}
    try:
        return msgspec.json.encode({"id": index, **record, "transport": transport})
    except (TypeError, ValueError) as error:
        raise DecodingError(f"the record cannot be written as JSON: {error}") from None


def graphs_told(result: Result) -> list[Json]:
    """The graphs of *result* as TriG, and what became of each."""
    return [_graph(judged) for judged in result.graphs]


def _graph(judged: Judged) -> dict[str, Json]:
    return {
        "graph": judged.graph.iri,
        "outcome": judged.outcome.value,
        "conforms": judged.report.conforms,
        "trig": to_trig(judged.graph).decode(),
    }
