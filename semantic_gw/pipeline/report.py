"""What became of a payload as one JSON object: short for `lift --to report`, with every step for `explain`."""

from __future__ import annotations

from collections.abc import Callable

from semantic_gw.model import IRI, DataGraph, Json, Observation
from semantic_gw.pipeline.result import Result
from semantic_gw.rdf.serialize import date_time

QuantityKind = Callable[[IRI], IRI | None]
"""The QUDT quantity kind of a kind of property."""


def report_object(result: Result, quantity_kind: QuantityKind) -> dict[str, Json]:
    """What became of a payload, as one flat JSON object for people and scripts."""
    return {
        "id": result.payload.id,
        "outcome": result.outcome.value,
        "family": result.family or None,
        "thing": result.thing,
        "observations": [
            _observation(judged.graph, observation, quantity_kind)
            for judged in result.graphs
            for observation in judged.graph.observations
        ],
        "events": [
            {"affordance": event.affordance, "kind": event.kind, "data": event.data}
            for judged in result.graphs
            for event in judged.graph.events
        ],
        "things": len(result.described),
        "unmapped": list(result.unmapped),
        "reason": ": ".join(dict.fromkeys(part for part in (result.reason, result.detail) if part)) or None,
    }


def _observation(graph: DataGraph, observation: Observation, quantity_kind: QuantityKind) -> dict[str, Json]:
    time = graph.phenomenon_time or graph.result_time
    return {
        "affordance": observation.affordance,
        "kind": observation.kind,
        "quantity_kind": quantity_kind(observation.kind),
        "value": observation.value,
        "unit": observation.unit,
        "time": date_time(time),
    }


def explanation(result: Result, quantity_kind: QuantityKind) -> dict[str, Json]:
    """What became of a payload, and each step: what was looked at, what was seen, what came of it."""
    payload = result.payload
    return {
        **report_object(result, quantity_kind),
        "source": {"kind": payload.source.kind, "address": payload.source.address},
        "received_at": payload.received_at.isoformat(),
        "content_type": payload.content_type,
        "bytes": len(payload.body),
        "triples": sum(len(judged.graph.triples) for judged in result.graphs),
        "steps": [
            {
                "step": step.step,
                "subject": step.subject,
                "outcome": step.outcome,
                **({"pointer": step.pointer} if step.pointer else {}),
                **({"value": step.value} if step.value else {}),
                **step.details,
            }
            for step in result.steps
        ],
    }
