"""Constraints that look at one value node at a time (SHACL, 4.1, 4.3 to 4.4.4, 4.6 to 4.8): whether it passes."""

from __future__ import annotations

from functools import singledispatch
from typing import Protocol

from semantic_gw.rdf.abstract_graph import AbstractTerm
from semantic_gw.validators import syntax
from semantic_gw.validators.proof.each import meets
from semantic_gw.validators.proof.logic import Verdict, agreed, every, negated, some
from semantic_gw.validators.proof.terms import cases
from semantic_gw.validators.proof.world import Blocks, World
from semantic_gw.validators.syntax import Constraint, Node


class Judging(Protocol):
    """What constraints ask a judge."""

    @property
    def world(self) -> World: ...

    def conforms(self, node: Node, term: AbstractTerm, blocks: Blocks) -> Verdict: ...


def passes(constraint: Constraint, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    """Whether the value node *term* passes *constraint* in the graphs that have *blocks*."""
    judge.world.step()
    return agreed(_passes(constraint, option, blocks, judge) for option in cases(term))


@singledispatch
def _passes(constraint: Constraint, term: AbstractTerm, _blocks: Blocks, _judge: Judging) -> Verdict:
    """The same for a term that is one case."""
    return meets(constraint, term)


@_passes.register
def _(constraint: syntax.Class, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    return judge.world.is_instance(term, constraint.class_, blocks)


@_passes.register
def _(constraint: syntax.Not, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    return negated(judge.conforms(constraint.shape, term, blocks))


@_passes.register
def _(constraint: syntax.And, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    return every(judge.conforms(shape, term, blocks) for shape in constraint.shapes)


@_passes.register
def _(constraint: syntax.Or, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    return some(judge.conforms(shape, term, blocks) for shape in constraint.shapes)


@_passes.register
def _(constraint: syntax.Xone, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    verdicts = [judge.conforms(shape, term, blocks) for shape in constraint.shapes]
    if verdicts.count(True) > 1:
        return False
    return None if None in verdicts else verdicts.count(True) == 1


@_passes.register(syntax.ByNode)
@_passes.register(syntax.ByProperty)
def _(constraint: syntax.ByNode | syntax.ByProperty, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    return judge.conforms(constraint.shape, term, blocks)


@_passes.register
def _(constraint: syntax.Closed, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    found: Verdict = None if term in judge.world.graph.partly else True
    for triple in judge.world.predicates(term):
        if triple.predicate not in constraint.allowed:
            if triple.subject == term and triple.blocks <= blocks:
                return False
            found = None
    return found
