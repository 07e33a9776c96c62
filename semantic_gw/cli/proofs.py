"""What `semantic-gw check` tells of mappings and shapes: proved, looked at in each graph, and refuted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from semantic_gw.directory.known_things import KnownThings
from semantic_gw.directory.plan_checks import PlanCheck, Proofs
from semantic_gw.lifters.rules import Plan
from semantic_gw.model import Json, ThingDescription
from semantic_gw.rdf.namespaces import SH
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.validators.proof import Judgement


@dataclass(frozen=True, slots=True)
class Refuted:
    """A rule that is not lifted, with its place in the description of a Thing."""

    thing: str
    affordance: str
    pointer: str
    shape: str
    detail: str

    @property
    def sentence(self) -> str:
        return f"{self.detail} (affordance {self.affordance}, {self.pointer or 'the description'} of {self.thing})"


@dataclass(slots=True)
class MappingProof:
    """What is known of all graphs of one mapping: constraints are counted at each focus node, by shape."""

    mapping: str
    things: int = 0
    plans: int = 0
    """Of one structure each."""
    in_full: int = 0
    """Plans of which too little is known: their graphs are validated in full."""
    proved: Counter[str] = field(default_factory=Counter)
    open: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By shape and constraint: what is looked at in each graph."""
    refuted: list[Refuted] = field(default_factory=list)

    def add(self, check: PlanCheck, proofs: Proofs) -> None:
        """Count what the *proofs* behind *check* say."""
        self.plans += 1
        self.in_full += not check.validator.covers(proofs)
        for proof in proofs.values():
            for judgement in proof.judgements:
                if judgement.verdict is True:
                    self.proved[judgement.shape.name] += 1
                else:
                    self.open[judgement.shape.name, _constraint(judgement)] += 1

    def refuse(self, thing: ThingDescription, plan: Plan, check: PlanCheck) -> None:
        """Note what *check* refuses of *plan*, at its place in *thing*."""
        for refusal, finding in zip(check.refusals, check.findings(plan, thing.document), strict=True):
            affordance = plan.rules[refusal.rule].affordance
            found = Refuted(thing.id, affordance, finding.pointer, refusal.shape, refusal.detail)
            if found not in self.refuted:
                self.refuted.append(found)

    def lines(self) -> Iterator[str]:
        """The same for people."""
        yield (
            f"{self.mapping}: {self.things} Things, {self.plans} plans: {self.proved.total()} constraints proved, "
            f"{self.open.total()} looked at in each graph, {len(self.refuted)} rules refuted"
        )
        for shape, count in sorted(self.proved.items()):
            yield f"  proved {count:6}  {shape}"
        for (shape, constraint), count in sorted(self.open.items()):
            yield f"  looked at {count:3}  {shape}: {constraint}"
        if self.in_full:
            yield f"  {self.in_full} plans are validated in full: too little is known of their graphs"
        for refuted in self.refuted:
            yield f"  refuted  {refuted.sentence}"

    @property
    def document(self) -> dict[str, Json]:
        return {
            "mapping": self.mapping,
            "things": self.things,
            "plans": self.plans,
            "validatedInFull": self.in_full,
            "proved": dict(sorted(self.proved.items())),
            "atRunTime": [
                {"shape": shape, "constraint": constraint, "count": count}
                for (shape, constraint), count in sorted(self.open.items())
            ],
            "refuted": [
                {
                    "thing": one.thing,
                    "affordance": one.affordance,
                    "pointer": one.pointer,
                    "shape": one.shape,
                    "detail": one.detail,
                }
                for one in self.refuted
            ],
        }


def mapping_proof(mapping: str, things: Iterable[ThingDescription], known: KnownThings) -> MappingProof:
    """What is known of the graphs of *things*, which *mapping* describes. Raises MappingError."""
    found = MappingProof(mapping)
    if (checks := known.checks) is None:
        return found
    seen: dict[int, PlanCheck] = {}
    for thing in things:
        found.things += 1
        for plan in known.plans(thing):
            check = checks.of(plan)
            found.refuse(thing, plan, check)
            if id(check) not in seen:
                seen[id(check)] = check
                found.add(check, checks.proofs(plan))
    return found


def _constraint(judgement: Judgement) -> str:
    name = judgement.constraint.component.removeprefix(SH).removesuffix("ConstraintComponent")
    path = judgement.shape.path
    told = f"sh:{name[0].lower()}{name[1:]}" + ("" if path is None else f" at {sparql_text(path)}")
    return f"{told}, which is never met" if judgement.verdict is False else told
