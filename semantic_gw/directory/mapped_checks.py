"""Mappings in RML checked against shapes: what is proved of their graphs, what no graph of them can meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from semantic_gw.contracts import Validator
from semantic_gw.directory.plan_checks import Blocks, every_violation
from semantic_gw.errors import MappingError
from semantic_gw.lifters.mapped import MappedLifter
from semantic_gw.lifters.mapped_abstract import MappedAbstract, mapped_abstract
from semantic_gw.lifters.mapped_said import Said
from semantic_gw.model import GraphKind, Term
from semantic_gw.rdf.abstract_graph import AbstractGraph, AbstractTerm, Constant, Variable
from semantic_gw.validators import CompiledShapes, syntax
from semantic_gw.validators.proof import Judgement, MappedValidator, NamedTerms, Proof, Refutation, prove, refutations

_KIND: Final = GraphKind.OBSERVATIONS
_MOST_KEPT: Final = 256
_MOST_GIVEN: Final = 48
"""Blocks that are looked at one by one for what is refuted only where they are."""
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class MappedRefusal:
    """Something that no graph with *blocks* can meet, and where the mapping says what is to blame."""

    place: str
    detail: str
    shape: str
    blocks: frozenset[str]


@dataclass(frozen=True, slots=True)
class MappedCheck:
    """What shapes say of all graphs of a mapping, by each named graph that it writes to.

    *validator* checks them; *why* tells what keeps it from being cheaper than the shapes themselves, if anything does.
    """

    validator: Validator
    proofs: tuple[Proof, ...] = ()
    refusals: tuple[MappedRefusal, ...] = ()
    never: bool = False
    """Whether no graph can conform."""
    why: str = ""

    def require(self) -> None:
        """Raises MappingError where no graph can conform."""
        if self.never:
            told = [f"{refusal.place}: {refusal.detail}" for refusal in self.refusals[:_SHOWN]]
            more = f" and {len(self.refusals) - _SHOWN} more" if len(self.refusals) > _SHOWN else ""
            raise MappingError(f"{'; '.join(told)}{more}; so no message of it can ever conform")


class MappedChecks:
    """Checks mappings against *shapes*, each once; *blocks* tells which violations keep a graph off its topic."""

    def __init__(self, shapes: CompiledShapes, blocks: Blocks = every_violation) -> None:
        self.shapes = shapes
        self._blocks = blocks
        self._named = NamedTerms(shapes.model, shapes.known)
        self._known: dict[tuple[int, bool], tuple[MappedLifter, MappedCheck]] = {}

    def of(self, lifter: MappedLifter, *, told: bool = False) -> MappedCheck:
        """What the shapes say of the graphs of *lifter*; *told* is whether a manifest may say which Thing they are of.

        A lifter that is asked for again is not proved again.
        """
        key = id(lifter), told
        known = self._known.get(key)
        if known is None or known[0] is not lifter:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            known = self._known[key] = lifter, self._check(lifter, told=told)
        return known[1]

    def _check(self, lifter: MappedLifter, *, told: bool) -> MappedCheck:
        abstract = self.abstract(lifter, told=told)
        proofs = tuple(prove(self.shapes.model, self.shapes.known, graph) for graph in abstract.graphs)
        own = tuple(_own(proof, abstract) for proof in proofs)
        refused = [tuple(self._all_refusals(*each, abstract)) for each in zip(own, abstract.said, strict=False)]
        validator: Validator = self.shapes
        why = abstract.why
        if abstract.is_one:
            proven = self._validator(proofs[0], abstract)
            validator = proven if proven.spares else validator
            why = "" if proven.spares else "too little is known of its focus nodes"
        never = bool(proofs) and all(map(_is_never, proofs, refused))
        return MappedCheck(validator, own, tuple(dict.fromkeys(one for each in refused for one in each)), never, why)

    def _validator(self, proof: Proof, abstract: MappedAbstract) -> MappedValidator:
        """What checks the graphs of *proof*: most messages have all that the mapping can make of one."""
        said = [each for each in abstract.said[0] if each.makes_triple]
        triples = {(each.subject.term, each.predicate, each.object.term) for each in said}
        if any(each.object.many for each in said):
            return MappedValidator(self.shapes, proof, proof, most=len(triples))
        whole = prove(self.shapes.model, self.shapes.known, _usual(proof.graph, abstract.blocks))
        finite = frozenset(predicate for _, predicate, term in triples if not _is_finite(term))
        return MappedValidator(self.shapes, proof, whole, most=len(triples), finite=finite)

    def abstract(self, lifter: MappedLifter, *, told: bool) -> MappedAbstract:
        """What is known of the graphs of *lifter*, as far as these shapes look."""
        constraints = (each for shape in self.shapes.model.shapes.values() for each in shape.constraints)
        most = max(map(_counted, constraints), default=1)
        if self._named.any_below(f"{lifter.base_iri}{_KIND.value}/"):
            return MappedAbstract(why="shapes name graphs")
        return mapped_abstract(lifter.sources, lifter.base_iri, self._named.any_below, copies=most, told=told)

    def _all_refusals(self, proof: Proof, said: Sequence[Said], abstract: MappedAbstract) -> Iterator[MappedRefusal]:
        """What is refuted of *proof*, and what is wherever one of its blocks is."""
        found = [*self._refusals(proof, said)]
        yield from found
        always = {one.detail for one in found if not one.blocks}
        blocks = sorted(
            {block for triple in proof.graph.triples for block in triple.blocks if block in abstract.blocks}
        )
        for block in blocks if len(blocks) <= _MOST_GIVEN else ():
            given = _own(prove(self.shapes.model, self.shapes.known, _given(proof.graph, block)), abstract)
            for one in self._refusals(given, said):
                if not one.blocks and one.detail not in always:
                    yield replace(one, blocks=frozenset({block}))

    def _refusals(self, proof: Proof, said: Sequence[Said]) -> Iterator[MappedRefusal]:
        refuted = (judgement for judgement in proof.judgements if judgement.refutes)
        reasons = refutations(proof, self.shapes.model, self.shapes.known)
        for judgement, refutation in zip(refuted, reasons, strict=True):
            if self._blocks(refutation.shape.node, _KIND):
                place = _place(judgement, refutation, said)
                yield MappedRefusal(place, refutation.detail, refutation.shape.name, refutation.blocks)


def _own(proof: Proof, abstract: MappedAbstract) -> Proof:
    """*proof* without what it says of nodes of other iterations: whichever is looked at, it is one of its own."""
    return replace(proof, judgements=tuple(each for each in proof.judgements if each.blocks <= abstract.blocks))


def _usual(graph: AbstractGraph, blocks: frozenset[str]) -> AbstractGraph:
    """*graph* where all *blocks* are there, and all numbers finite."""
    triples = (
        replace(triple, object=_finite(triple.object), blocks=triple.blocks - blocks) for triple in graph.triples
    )
    return replace(graph, triples=tuple(triples), any_of=frozenset())


def _finite(term: AbstractTerm) -> AbstractTerm:
    return replace(term, finite=True) if isinstance(term, Variable) else term


def _is_finite(term: AbstractTerm) -> bool:
    return not isinstance(term, Variable) or term.finite


def _given(graph: AbstractGraph, block: str) -> AbstractGraph:
    """*graph* where *block* is there."""
    triples = tuple(replace(triple, blocks=triple.blocks - {block}) for triple in graph.triples)
    return replace(graph, triples=triples, any_of=frozenset() if block in graph.any_of else graph.any_of)


def _counted(constraint: syntax.Constraint) -> int:
    """How many values *constraint* may count."""
    if isinstance(constraint, syntax.MinCount | syntax.QualifiedMinCount):
        return constraint.least
    return constraint.most + 1 if isinstance(constraint, syntax.MaxCount | syntax.QualifiedMaxCount) else 1


def _is_never(proof: Proof, refused: Sequence[MappedRefusal]) -> bool:
    """Whether no graph of *proof* conforms: whatever its blocks, one of *refused* holds."""
    refuted = {refusal.blocks for refusal in refused}
    options = proof.graph.any_of
    return frozenset() in refuted or (bool(options) and all(frozenset({block}) in refuted for block in options))


def _place(judgement: Judgement, refutation: Refutation, said: Sequence[Said]) -> str:
    """Where the mapping says what is to blame: a term, else something of the focus node."""
    blamed = [each for each in said if _term(each.object.term) in refutation.terms]
    own = [each for each in said if each.subject.term in (judgement.focus, judgement.root)]
    near = [each for each in own if each in blamed or each.object.term in judgement.values.ways]
    return str(next(iter((*near, *blamed, *own, *said))).place)


def _term(term: AbstractTerm) -> Term | None:
    return term.term if isinstance(term, Constant) else None
