"""One version of what judges graphs. It is replaced as a whole, so that no payload meets half of two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from semantic_gw.contracts import Validator
from semantic_gw.model import IRI, DataGraph, GraphKind, ValidationReport
from semantic_gw.shape_sets.policies import Policies, Verdict


class Shapes(Validator, Protocol):
    """A Validator that knows its sets, and how it is called on records."""

    @property
    def sets(self) -> Mapping[IRI, str]:
        """The set of each shape."""
        ...

    @property
    def content_hash(self) -> str:
        """16 hexadecimal digits, the same for the same shapes before the same background."""
        ...


@dataclass(frozen=True, slots=True)
class Gate:
    """Shapes, and the policies for what they say."""

    shapes: Shapes
    policies: Policies
    hash: str = field(init=False)
    """That of the shapes; looked up once, since every result tells it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", self.shapes.content_hash)

    def blocks(self, shape: IRI, kind: GraphKind) -> bool:
        """Whether a violation of *shape* keeps a graph of *kind* off its topic."""
        return self.policies.blocks(self.shapes.sets.get(shape, ""), kind.value)

    def verdict(self, graph: DataGraph, report: ValidationReport) -> Verdict:
        """What becomes of *graph*, of which *report* tells."""
        return self.policies.verdict(report, self.shapes.sets, graph.kind.value)
