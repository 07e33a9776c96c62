"""Constraints on all value nodes of a focus node at once (SHACL, 4.2, 4.4.5, 4.5, 4.7.3, 4.8.2), and on each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch

from semantic_gw.model import IRI, Literal
from semantic_gw.rdf.abstract_graph import AbstractTerm, Constant, Variable
from semantic_gw.validators import syntax
from semantic_gw.validators.literals import less, value_of
from semantic_gw.validators.proof.logic import Verdict, every, negated
from semantic_gw.validators.proof.terms import is_definite, is_literal, may_equal
from semantic_gw.validators.proof.value_nodes import Judging, passes
from semantic_gw.validators.proof.world import Blocks, Values, in_all
from semantic_gw.validators.syntax import Constraint

_Qualified = syntax.QualifiedMinCount | syntax.QualifiedMaxCount

Test = Callable[[AbstractTerm, Blocks], Verdict]
"""Whether a value node, in the graphs that have the blocks, passes."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a constraint is looked at: a focus node with its value nodes, in the graphs that have *blocks*."""

    shape: syntax.ShapeSyntax
    focus: AbstractTerm
    values: Values
    blocks: Blocks

    def each(self) -> Iterator[tuple[AbstractTerm, Blocks, bool]]:
        """Each value node with the blocks it comes with, and whether it is there in all graphs that have them."""
        for term, ways in self.values.ways.items():
            for way in ways:
                yield term, self.blocks | way.blocks, way.sure

    def all(self, test: Test) -> Verdict:
        """Whether every value node passes."""
        found: Verdict = True if self.values.complete else None
        for term, blocks, sure in self.each():
            verdict = test(term, blocks)
            if verdict is False and sure and blocks <= self.blocks:
                return False
            if verdict is not True:
                found = None
        return found


@singledispatch
def verdict_of(constraint: Constraint, site: Site, judge: Judging) -> Verdict:
    """Whether *constraint* holds at *site*."""
    return site.all(lambda term, blocks: passes(constraint, term, blocks, judge))


@verdict_of.register
def _(constraint: syntax.MinCount, site: Site, _judge: Judging) -> Verdict:
    return at_least(constraint.least, site.values, site.blocks)


@verdict_of.register
def _(constraint: syntax.MaxCount, site: Site, _judge: Judging) -> Verdict:
    return negated(at_least(constraint.most + 1, site.values, site.blocks))


@verdict_of.register
def _(constraint: syntax.QualifiedMinCount, site: Site, judge: Judging) -> Verdict:
    return _qualified(constraint, constraint.least, site, judge)


@verdict_of.register
def _(constraint: syntax.QualifiedMaxCount, site: Site, judge: Judging) -> Verdict:
    return negated(_qualified(constraint, constraint.most + 1, site, judge))


def _qualified(constraint: _Qualified, least: int, site: Site, judge: Judging) -> Verdict:
    """Whether at least *least* value nodes qualify."""
    sure = Values(complete=site.values.complete)
    possible = Values(complete=site.values.complete)
    for term, ways in site.values.ways.items():
        for way in ways:
            verdict = _qualifies(constraint, term, site.blocks | way.blocks, judge)
            if verdict is not False:
                possible.add(term, way)
            if verdict is True:
                sure.add(term, way)
    if at_least(least, sure, site.blocks) is True:
        return True
    return False if at_least(least, possible, site.blocks) is False else None


def _qualifies(constraint: _Qualified, term: AbstractTerm, blocks: Blocks, judge: Judging) -> Verdict:
    others = (negated(judge.conforms(shape, term, blocks)) for shape in constraint.siblings)
    return every((judge.conforms(constraint.shape, term, blocks), *others))


@verdict_of.register
def _(constraint: syntax.HasValue, site: Site, _judge: Judging) -> Verdict:
    wanted = Constant(constraint.term)
    if site.values.sure(wanted, site.blocks):
        return True
    possible = not site.values.complete or any(may_equal(term, wanted) for term in site.values.ways)
    return None if possible else False


@verdict_of.register
def _(constraint: syntax.Disjoint, site: Site, judge: Judging) -> Verdict:
    others = judge.world.objects(site.focus, constraint.predicate)
    if _surely_meet(site.values, others, site.blocks) or _surely_meet(others, site.values, site.blocks):
        return False
    apart = site.values.complete and others.complete
    return True if apart and not _may_meet(site.values, others) else None


@verdict_of.register
def _(constraint: syntax.Equals, site: Site, judge: Judging) -> Verdict:
    others = judge.world.objects(site.focus, constraint.predicate)
    pairs = ((site.values, others), (others, site.values))
    if any(_surely_lacks(one, other, site.blocks) for one, other in pairs):
        return False
    same = site.values.complete and others.complete
    return True if same and all(_within(one, other, site.blocks) for one, other in pairs) else None


@verdict_of.register
def _(constraint: syntax.LessThan, site: Site, judge: Judging) -> Verdict:
    return _ordered(constraint.predicate, site, judge, or_equal=False)


@verdict_of.register
def _(constraint: syntax.LessThanOrEquals, site: Site, judge: Judging) -> Verdict:
    return _ordered(constraint.predicate, site, judge, or_equal=True)


def _ordered(predicate: IRI, site: Site, judge: Judging, *, or_equal: bool) -> Verdict:
    others = judge.world.objects(site.focus, predicate)
    found: Verdict = True if site.values.complete and others.complete else None
    for value in site.values.ways:
        for other in others.ways:
            verdict = _is_less(value, other, or_equal=or_equal)
            both = site.values.sure(value, site.blocks) and others.sure(other, site.blocks)
            if verdict is False and both:
                return False
            if verdict is not True:
                found = None
    return found


@verdict_of.register
def _(_constraint: syntax.UniqueLang, site: Site, _judge: Judging) -> Verdict:
    tagged = [term for term in site.values.ways if _may_be_tagged(term)]
    if not tagged or len(site.values.ways) == 1:
        return True if site.values.complete else None
    return None


def at_least(least: int, values: Values, blocks: Blocks) -> Verdict:
    """Whether there are at least *least* distinct value nodes in the graphs that have *blocks*."""
    if least <= 0 or _distinct(values.sure_terms(blocks)) >= least:
        return True
    return False if values.complete and len(values.ways) < least else None


def _distinct(terms: Sequence[AbstractTerm]) -> int:
    """How many terms there are at least: a variable counts where it is none of those that were counted."""
    counted: list[AbstractTerm] = [term for term in terms if is_definite(term)]
    for term in terms:
        if not is_definite(term) and not any(may_equal(term, other) for other in counted):
            counted.append(term)
    return len(counted)


def _surely_meet(values: Values, others: Values, blocks: Blocks) -> bool:
    """Whether one of *values*, whatever it is, is one of *others*."""
    known = frozenset(one.term for one in others.sure_terms(blocks) if isinstance(one, Constant))
    return any(others.sure(term, blocks) or in_all(term, known) is True for term in values.sure_terms(blocks))


def _may_meet(values: Values, others: Values) -> bool:
    return any(may_equal(one, other) for one in values.ways for other in others.ways)


def _surely_lacks(values: Values, others: Values, blocks: Blocks) -> bool:
    """Whether one of *values* is none of *others*."""
    if not others.complete:
        return False
    return any(not any(may_equal(one, other) for other in others.ways) for one in values.sure_terms(blocks))


def _within(values: Values, others: Values, blocks: Blocks) -> bool:
    """Whether each of *values* is one of *others* wherever it is."""
    return all(others.sure(term, blocks | way.blocks) for term, ways in values.ways.items() for way in ways)


def _is_less(one: AbstractTerm, other: AbstractTerm, *, or_equal: bool) -> Verdict:
    if is_literal(one) is False or is_literal(other) is False:
        return False
    if isinstance(one, Constant) and isinstance(other, Constant):
        pair = [value_of(term.term) if isinstance(term.term, Literal) else None for term in (one, other)]
        return bool(less(*pair, or_equal=or_equal))
    return None


def _may_be_tagged(term: AbstractTerm) -> bool:
    if isinstance(term, Variable):
        return bool(term.language) or any(isinstance(one, Literal) and one.language for one in term.terms or ())
    return isinstance(term, Constant) and isinstance(term.term, Literal) and bool(term.term.language)
