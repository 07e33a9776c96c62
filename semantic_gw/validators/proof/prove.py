"""A proof: whether each constraint holds at each focus node in every graph of a mapping, in none, or is to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from semantic_gw.model import Severity
from semantic_gw.rdf.abstract_graph import AbstractGraph, AbstractTerm
from semantic_gw.validators.proof.foci import Foci, find_foci
from semantic_gw.validators.proof.judge import Judge
from semantic_gw.validators.proof.logic import Verdict
from semantic_gw.validators.proof.sites import Site
from semantic_gw.validators.proof.world import Blocks, UnprovableError, Values, Way, World
from semantic_gw.validators.syntax import ByProperty, Constraint, Node, ShapesModel, ShapeSyntax
from semantic_gw.validators.view import Background

MOST_BLOCKS: Final = 128
"""Blocks of a mapping that is proved: the time it takes grows faster than their number."""

_MOST_DEEP: Final = 16
"""Property shapes within property shapes that are told apart."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of one constraint at one focus node, in the graphs that have *blocks*.

    *shape* has the constraint; *target* is the shape that targets the *root* focus node, by which *focus* is reached.
    """

    shape: ShapeSyntax
    constraint: Constraint
    focus: AbstractTerm
    values: Values
    blocks: Blocks
    verdict: Verdict
    target: Node
    root: AbstractTerm

    @property
    def refutes(self) -> bool:
        """Whether every graph with these blocks is not valid."""
        return self.verdict is False and self.shape.severity == Severity.VIOLATION


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of all graphs of one abstract graph. Without *foci*, too much would have to be looked at."""

    graph: AbstractGraph
    judgements: tuple[Judgement, ...]
    foci: Foci | None

    @property
    def open(self) -> tuple[Judgement, ...]:
        """What has to be looked at in each graph: what is refuted, too, for blocks may be missing."""
        return tuple(judgement for judgement in self.judgements if judgement.verdict is not True)


def prove(model: ShapesModel, background: Background, graph: AbstractGraph) -> Proof:
    """Judge every shape of *model* over all graphs that are instances of *graph*."""
    world = World(graph, background)
    if world.states_classes or len(graph.any_of) > MOST_BLOCKS:
        return Proof(graph, (), None)
    try:
        foci = find_foci(model, world)
        judge = Judge(model, world)
        return Proof(graph, tuple(_Prover(model, judge, foci, graph).judgements()), foci)
    except UnprovableError:
        return Proof(graph, (), None)


_Question = tuple[int, AbstractTerm]
"""A constraint (by identity) at a focus node."""


@dataclass(frozen=True, slots=True)
class _Start:
    """A shape and the focus node that it targets; what is *settled* of them need not be asked again."""

    target: Node
    root: AbstractTerm
    settled: frozenset[_Question] = frozenset()


@dataclass(frozen=True, slots=True)
class _Prover:
    model: ShapesModel
    judge: Judge
    foci: Foci
    graph: AbstractGraph

    def judgements(self) -> Iterator[Judgement]:
        for focus, shapes in self.foci.shapes.items():
            for node, targeted in shapes.items():
                for way in targeted.ways[focus]:
                    yield from self._split(_Start(node, focus), way)

    def _split(self, start: _Start, way: Way) -> Iterator[Judgement]:
        """The judgements in the graphs of *way*; what cannot be told of all of them is told of each kind."""
        found = list(self._at(start, way.blocks, sure=way.sure))
        options = self.graph.any_of
        if not options or way.blocks & options or all(one.verdict is not None for one in found):
            yield from found
            return
        unknown = {_question(one) for one in found if one.verdict is None}
        settled = frozenset(map(_question, found)) - unknown
        yield from (one for one in found if _question(one) in settled)
        for block in sorted(options):
            yield from self._at(replace(start, settled=settled), way.blocks | {block}, sure=way.sure)

    def _at(self, start: _Start, blocks: Blocks, *, sure: bool) -> Iterator[Judgement]:
        return self._of(start, self.model.shapes[start.target], start.root, blocks, sure=sure)

    def _of(
        self, start: _Start, shape: ShapeSyntax, focus: AbstractTerm, blocks: Blocks, *, sure: bool, depth: int = 0
    ) -> Iterator[Judgement]:
        if shape.deactivated:
            return
        site = Site(shape, focus, self.judge.values(shape, focus), blocks)
        for constraint in shape.constraints:
            inner = self.model.shapes.get(constraint.shape) if isinstance(constraint, ByProperty) else None
            if inner is not None and depth < _MOST_DEEP and site.values.complete:
                for term, below, there in site.each():
                    yield from self._of(start, inner, term, below, sure=sure and there, depth=depth + 1)
            elif (id(constraint), focus) not in start.settled:
                verdict = self.judge.verdict(constraint, site)
                known = None if verdict is False and not sure else verdict
                yield Judgement(shape, constraint, focus, site.values, blocks, known, start.target, start.root)


def _question(judgement: Judgement) -> _Question:
    return id(judgement.constraint), judgement.focus
