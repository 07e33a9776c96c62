"""What a proof leaves open, as cheap as it gets: tests of the objects of a predicate, and shapes at single nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.abstract_graph import AbstractGraph, AbstractTerm
from semantic_gw.validators.literals import MOST_REMEMBERED
from semantic_gw.validators.proof.concrete import Test, value_test
from semantic_gw.validators.proof.prove import Judgement, Proof
from semantic_gw.validators.proof.world import Blocks
from semantic_gw.validators.syntax import Constraint, Node, ShapesModel

_MOST_TERMS: Final = 256
"""Terms whose verdict is remembered, for each predicate: short ones, lest a payload fill the memory."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A shape that has to be asked about a focus node, in the graphs that have *blocks*."""

    target: Node
    root: AbstractTerm
    blocks: Blocks


@dataclass(frozen=True, slots=True)
class Residuals:
    """What has to be looked at in each graph.

    Every object of a predicate of *tests* must pass; the shapes of *spots* must be asked; and graphs that have one of
    the *refuted* combinations of blocks violate a shape in any case.
    """

    tests: Mapping[IRI, Test]
    spots: tuple[Spot, ...]
    refuted: tuple[Blocks, ...]


def residuals(proof: Proof, model: ShapesModel) -> Residuals:
    """What *proof* leaves open."""
    tests: dict[IRI, dict[Constraint, Test]] = {}
    spots: dict[Spot, None] = {}
    for judgement in proof.open:
        found = None if judgement.verdict is False else _test(judgement, proof.graph, model)
        if found is not None:
            predicate, test = found
            tests.setdefault(predicate, {})[judgement.constraint] = test
        elif judgement.verdict is None:
            spots[Spot(judgement.target, judgement.root, judgement.blocks)] = None
    refuted = _least(judgement.blocks for judgement in proof.open if judgement.verdict is False)
    fused = {predicate: _fused(tuple(some.values())) for predicate, some in tests.items()}
    return Residuals(fused, tuple(_needed(spots, refuted)), refuted)


def _test(judgement: Judgement, graph: AbstractGraph, model: ShapesModel) -> tuple[IRI, Test] | None:
    """The predicate whose objects are tested, and the test, where that is all there is to see."""
    path = judgement.shape.path
    if not isinstance(path, str) or not judgement.values.complete:
        return None
    test = value_test(judgement.constraint, model)
    own = {(triple.subject, triple.object) for triple in graph.triples if triple.predicate == path}
    return (path, test) if test is not None and own else None


def _fused(tests: tuple[Test, ...]) -> Test:
    """All *tests* as one that remembers."""

    def passes(term: Term) -> bool:
        return all(test(term) for test in tests)

    remembered = lru_cache(maxsize=_MOST_TERMS)(passes)

    def fine(term: Term) -> bool:
        text = term.lexical if isinstance(term, Literal) else term
        return (remembered if len(text) <= MOST_REMEMBERED else passes)(term)

    return fine


def _least(combinations: Iterable[Blocks]) -> tuple[Blocks, ...]:
    """The *combinations* that contain no other."""
    found = set(combinations)
    return tuple(one for one in found if not any(other < one for other in found))


def _needed(spots: Iterable[Spot], refuted: tuple[Blocks, ...]) -> Iterator[Spot]:
    return (spot for spot in spots if not any(blocks <= spot.blocks for blocks in refuted))
