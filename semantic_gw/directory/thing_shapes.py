"""What our shapes for Thing Descriptions say of a projection: warnings for those who registered it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from semantic_gw.model import Finding, Triple
from semantic_gw.shipped import SHAPES
from semantic_gw.validators import CompiledShapes, compile_shapes

THING_SHAPES: Final = SHAPES / "things"
_MOST: Final = 20
"""Findings told of one projection."""


def findings(triples: Sequence[Triple]) -> tuple[Finding, ...]:
    """What is wrong with the projection *triples*, a sentence for each node; empty for one that conforms."""
    results = shapes().validate_triples(triples).results
    told = dict.fromkeys(f"in its RDF, {result.focus_node}: {result.message}" for result in results)
    return tuple(Finding("", detail) for detail in list(told)[:_MOST])


@cache
def shapes() -> CompiledShapes:
    """The shapes of `shapes/things`, compiled once."""
    return compile_shapes(sorted(THING_SHAPES.glob("*.ttl")))
