"""Plans checked against shapes: what of them may be lifted, and what validates it. Here lifters and validators meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from semantic_gw.errors import MappingError
from semantic_gw.json_pointer import parse_pointer, step
from semantic_gw.lifters.abstract import THING, abstract_graphs, phenomenon_block, structure
from semantic_gw.lifters.rules import Plan, Quantity, Time, Unclear
from semantic_gw.lifters.values import resolve
from semantic_gw.model import IRI, Finding, GraphKind, Json, Term
from semantic_gw.rdf.abstract_graph import AbstractGraph
from semantic_gw.validators import CompiledShapes
from semantic_gw.validators.proof import NamedTerms, PlanValidator, Proof, Refutation, prove, refutations

Blocks = Callable[[IRI, GraphKind], bool]
"""Whether a violation of a shape keeps a graph of a kind off its topic."""

Proofs = Mapping[GraphKind, Proof]

_MOST_KEPT: Final = 1024
"""Structures of plans whose checks are kept: as many as there are models of devices, not devices."""

_SHOWN: Final = 5
"""Refusals that an error names."""


def every_violation(_shape: IRI, _kind: GraphKind) -> bool:
    """The strictest policy: every violation blocks."""
    return True


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule of a plan, by its place, whose every graph would violate a shape. *terms* are to blame."""

    rule: int
    detail: str
    shape: str
    terms: frozenset[Term]


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """What shapes say of all graphs of a plan.

    *validator* checks those that may be lifted, *refusals* name the rules that may not, and *lifts* is whether any may.
    """

    validator: PlanValidator
    refusals: tuple[Refusal, ...] = ()
    lifts: bool = True

    def limited(self, plan: Plan) -> Plan:
        """*plan* without what is refused: it is told as unmapped, with the reason."""
        if not self.refusals:
            return plan
        why = {refusal.rule: refusal.detail for refusal in reversed(self.refusals)}
        rules = (
            replace(rule, sense=Unclear(why[index])) if index in why else rule for index, rule in enumerate(plan.rules)
        )
        return replace(plan, rules=tuple(rules))

    def findings(self, plan: Plan, document: Mapping[str, Json]) -> Iterator[Finding]:
        """Each refusal at its place in *document*, the description that *plan* is of."""
        for refusal in self.refusals:
            yield Finding(_pointer(plan, refusal, document), f"payloads of it are not lifted: {refusal.detail}")

    def require(self, plan: Plan, document: Mapping[str, Json]) -> None:
        """Raises MappingError where nothing of *plan* may be lifted."""
        if self.lifts:
            return
        told = [
            f"{refusal.detail} (affordance {plan.rules[refusal.rule].affordance}, "
            f"{_pointer(plan, refusal, document) or 'the description'})"
            for refusal in self.refusals[:_SHOWN]
        ]
        more = f" and {len(self.refusals) - _SHOWN} more" if len(self.refusals) > _SHOWN else ""
        raise MappingError(f"{plan.thing}: {'; '.join(told)}{more}")


def _pointer(plan: Plan, refusal: Refusal, document: Mapping[str, Json]) -> str:
    """Where *refusal* is to blame: at the unit, where that is wrong and stands there."""
    rule = plan.rules[refusal.rule]
    unit = f"{rule.where}{step('unit')}"
    if isinstance(rule.sense, Quantity) and rule.sense.unit in refusal.terms and rule.where:
        return unit if resolve(document, parse_pointer(unit)) is not None else rule.where
    return rule.where


class PlanChecks:
    """Checks plans against *shapes*; plans of one structure are checked once.

    *base_iri* is the base of graph IRIs; *blocks* tells which violations keep a graph off its topic.
    """

    def __init__(self, shapes: CompiledShapes, base_iri: IRI, blocks: Blocks = every_violation) -> None:
        self.shapes = shapes
        self._base_iri = base_iri
        self._blocks = blocks
        self._background = shapes.known
        self._named = NamedTerms(shapes.model, shapes.known)
        self._known: dict[tuple[object, ...], PlanCheck] = {}
        self._foreign = self._named.any_below(*(f"{base_iri}{kind.value}/" for kind in GraphKind))
        """Whether shapes name what a graph may mint: then nothing is known of plans."""

    def of(self, plan: Plan) -> PlanCheck:
        """What the shapes say of *plan*."""
        if self._foreign:
            return self._check(plan, {}, ())
        key = structure(plan, self._base_iri, self._named)
        if key is None:
            return self._checked(plan, shared=False)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[key] = self._checked(plan, shared=True)
        return known

    def findings(self, plans: Iterable[Plan], document: Mapping[str, Json]) -> tuple[Finding, ...]:
        """What of *plans*, which *document* describes, is not lifted. Raises MappingError where nothing is."""
        checked = [(plan, self.of(plan)) for plan in plans]
        if not any(check.lifts for _, check in checked):
            for plan, check in checked:
                check.require(plan, document)
        return tuple(dict.fromkeys(finding for plan, check in checked for finding in check.findings(plan, document)))

    def _checked(self, plan: Plan, *, shared: bool) -> PlanCheck:
        """Prove, leave out what is refuted, and prove again: what is left may have become another."""
        refused: dict[int, Refusal] = {}
        while True:
            proofs = self._proofs(plan, shared=shared)
            more = {refusal.rule: refusal for refusal in self._refusals(plan, proofs) if refusal.rule not in refused}
            found = self._check(plan, proofs, (*refused.values(), *more.values()))
            if not more:
                return found
            refused.update(more)
            plan = found.limited(plan)

    def proofs(self, plan: Plan) -> Proofs:
        """The proofs of what may be lifted of *plan*, by kind of graph: large, and made anew at each call."""
        if self._foreign:
            return {}
        shared = structure(plan, self._base_iri, self._named) is not None
        return self._proofs(self.of(plan).limited(plan), shared=shared)

    def _proofs(self, plan: Plan, *, shared: bool) -> Proofs:
        graphs = abstract_graphs(plan, self._base_iri, shared=shared)
        return {kind: prove(self.shapes.model, self._background, graph) for kind, graph in graphs.items()}

    def _check(self, plan: Plan, proofs: Proofs, refusals: tuple[Refusal, ...]) -> PlanCheck:
        validator = PlanValidator(self.shapes, proofs, own=THING, time=phenomenon_block(plan.rules))
        lifts = not refusals or bool(proofs)
        return PlanCheck(validator, tuple(sorted(refusals, key=lambda refusal: refusal.rule)), lifts)

    def _refusals(self, plan: Plan, proofs: Proofs) -> Iterator[Refusal]:
        time = phenomenon_block(plan.rules)
        for kind, proof in proofs.items():
            for refutation in refutations(proof, self.shapes.model, self._background):
                if self._blocks(refutation.shape.node, kind):
                    for index in _rules(plan, refutation, proof.graph, time):
                        yield Refusal(index, refutation.detail, refutation.shape.name, refutation.terms)


def _rules(plan: Plan, refutation: Refutation, graph: AbstractGraph, time: str) -> Iterator[int]:
    """The rules without which the refutation is gone; none where it takes several to make the graph invalid."""
    blocks = refutation.blocks or graph.any_of
    if len(refutation.blocks) > 1:
        return
    for index, rule in enumerate(plan.rules):
        if rule.affordance in blocks or (time in blocks and isinstance(rule.sense, Time)):
            yield index
