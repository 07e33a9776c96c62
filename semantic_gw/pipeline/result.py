"""How a payload ended, with everything that is known about why."""

from __future__ import annotations

from dataclasses import dataclass, field

from semantic_gw.contracts import Step
from semantic_gw.errors import PayloadError
from semantic_gw.model import IRI, DataGraph, Finding, Outcome, Payload, ThingDescription, ValidationReport
from semantic_gw.pipeline.unknown import Unknown
from semantic_gw.shape_sets.policies import FINE, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A graph, and what SHACL says of it. *outcome* is what the policy made of that."""

    graph: DataGraph
    report: ValidationReport
    outcome: Outcome
    verdict: Verdict = FINE
    """The policy that decided, and what it decided on."""

    @property
    def marked(self) -> bool:
        """Published with what shapes say of it in the record's header."""
        return self.verdict.policy == "mark"


@dataclass(frozen=True, slots=True)
class Result:
    """The end of one payload. *reason* is a fixed phrase, *detail* a sentence for a person."""

    payload: Payload
    outcome: Outcome
    reason: str = ""
    detail: str = ""
    family: str = ""
    mapping: str = ""
    """Name and version of the family's mapping."""
    described: tuple[ThingDescription, ...] = ()
    """Things that the payload (or the description beside it) told of."""
    changed: tuple[ThingDescription, ...] = ()
    """Those of them that are new or not as they were."""
    removed: tuple[IRI, ...] = ()
    graphs: tuple[Judged, ...] = ()
    unmapped: tuple[str, ...] = ()
    """Where the values stand that became no triple (JSON Pointers)."""
    unknown: tuple[Unknown, ...] = ()
    """Those of them whose meaning nobody knows."""
    left: tuple[Finding, ...] = ()
    """Values that are no measurement, and why: settings, identifiers, raw frames, what says that there is no value."""
    error: PayloadError | None = None
    steps: tuple[Step, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    """Time spent per step; filled for a sample of payloads."""
    shapes: str = ""
    """The hash of the shapes that judged it, or would have."""

    @property
    def thing(self) -> IRI | None:
        """The Thing the payload reports for; None where there is none or more than one."""
        things = {judged.graph.thing for judged in self.graphs} or {thing.id for thing in self.described}
        return things.pop() if len(things) == 1 else None
