"""What `semantic-gw check` tells of mappings and shapes: proved, looked at in each graph, and refuted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from semantic_gw.directory.known_things import KnownThings
from semantic_gw.directory.mapped_checks import MappedCheck
from semantic_gw.directory.plan_checks import PlanCheck, Proofs
from semantic_gw.lifters.rules import Plan
from semantic_gw.model import Json, ThingDescription
from semantic_gw.rdf.namespaces import SH
from semantic_gw.rdf.property_paths import sparql_text
from semantic_gw.validators.proof import Judgement, Proof


@dataclass(frozen=True, slots=True)
class Refuted:
    """A rule that no graph can keep, with its place in the description of a Thing, or in a mapping in RML."""

    shape: str
    detail: str
    thing: str = ""
    affordance: str = ""
    pointer: str = ""
    place: str = ""

    @property
    def sentence(self) -> str:
        where = f"affordance {self.affordance}, {self.pointer or 'the description'} of {self.thing}"
        return f"{self.detail} ({self.place or where})"

    @property
    def document(self) -> dict[str, Json]:
        place: dict[str, Json] = {"place": self.place}
        if not self.place:
            place = {"thing": self.thing, "affordance": self.affordance, "pointer": self.pointer}
        return {**place, "shape": self.shape, "detail": self.detail}


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
    why: list[str] = field(default_factory=list)
    """Why mappings in RML are among those that are validated in full."""
    is_rml: bool = False

    def add(self, check: PlanCheck, proofs: Proofs) -> None:
        """Count what the *proofs* behind *check* say."""
        self.plans += 1
        self.in_full += not check.validator.covers(proofs)
        self._count(proofs.values())

    def add_mapped(self, check: MappedCheck) -> None:
        """Count what *check* says of a mapping in RML, and note what it refuses."""
        self.plans += 1
        self.in_full += bool(check.why)
        self.why += [check.why] if check.why else []
        self._count(check.proofs)
        found = (Refuted(one.shape, one.detail, place=one.place) for one in check.refusals)
        self.refuted += (one for one in dict.fromkeys(found) if one not in self.refuted)

    def _count(self, proofs: Iterable[Proof]) -> None:
        for proof in proofs:
            for judgement in proof.judgements:
                if judgement.verdict is True:
                    self.proved[judgement.shape.name] += 1
                else:
                    self.open[judgement.shape.name, _constraint(judgement)] += 1

    def refuse(self, thing: ThingDescription, plan: Plan, check: PlanCheck) -> None:
        """Note what *check* refuses of *plan*, at its place in *thing*."""
        for refusal, finding in zip(check.refusals, check.findings(plan, thing.document), strict=True):
            affordance = plan.rules[refusal.rule].affordance
            found = Refuted(refusal.shape, refusal.detail, thing.id, affordance, finding.pointer)
            if found not in self.refuted:
                self.refuted.append(found)

    def lines(self) -> Iterator[str]:
        """The same for people."""
        what = f"{self.plans} mappings in RML" if self.is_rml else f"{self.things} Things, {self.plans} plans"
        yield (
            f"{self.mapping}: {what}: {self.proved.total()} constraints proved, "
            f"{self.open.total()} looked at in each graph, {len(self.refuted)} rules refuted"
        )
        for shape, count in sorted(self.proved.items()):
            yield f"  proved {count:6}  {shape}"
        for (shape, constraint), count in sorted(self.open.items()):
            yield f"  looked at {count:3}  {shape}: {constraint}"
        for why in self.why:
            yield f"  validated in full: {why}"
        if self.in_full and not self.is_rml:
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
            "refuted": [one.document for one in self.refuted],
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


def rml_proof(mapping: str, checks: Iterable[MappedCheck]) -> MappingProof:
    """What *checks* say of the graphs of *mapping*, which is in RML."""
    found = MappingProof(mapping, is_rml=True)
    for check in checks:
        found.add_mapped(check)
    return found


def _constraint(judgement: Judgement) -> str:
    name = judgement.constraint.component.removeprefix(SH).removesuffix("ConstraintComponent")
    path = judgement.shape.path
    told = f"sh:{name[0].lower()}{name[1:]}" + ("" if path is None else f" at {sparql_text(path)}")
    return f"{told}, which is never met" if judgement.verdict is False else told
