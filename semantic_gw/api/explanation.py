"""The explanation of a message as one JSON object."""

from __future__ import annotations

from collections.abc import Callable

from semantic_gw.model import IRI, Json
from semantic_gw.pipeline.publish import report_object
from semantic_gw.pipeline.result import Result


def explanation(result: Result, quantity_kind: Callable[[IRI], IRI | None]) -> dict[str, Json]:
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
