"""The validator of a mapping: it looks only at what the proof of its graphs leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from semantic_gw.model import DataGraph, GraphKind, Term, ValidationReport
from semantic_gw.rdf.abstract_graph import AbstractTerm, Constant, Minted
from semantic_gw.validators.compiled import CompiledShapes
from semantic_gw.validators.proof.counting import FocusCount, focus_count
from semantic_gw.validators.proof.prove import Proof
from semantic_gw.validators.proof.residuals import Residuals, Spot, residuals


class Sight(Protocol):
    """Finds in a graph what its abstract graph tells of, where blocks are not affordances."""

    def knows(self, block: str) -> bool:
        """Whether it can tell whether *block* is in a graph."""
        ...

    def has(self, block: str, graph: DataGraph) -> bool:
        """Whether *block* is in *graph*; True for one that it does not know."""
        ...

    def node(self, name: str, graph: DataGraph) -> Term | None:
        """The node of *graph* that `Minted(name)` is; None where it cannot be found."""
        ...


@dataclass(frozen=True, slots=True)
class _Kind:
    """How graphs of one kind are checked."""

    count: FocusCount
    open: Residuals
    time: str
    reports: dict[int, ValidationReport]
    """The report of a graph in which all is fine, by the number of its focus nodes."""
    asked: tuple[str, ...] = ()
    """The blocks that matter."""


class PlanValidator:
    """Validates the graphs of one mapping, with the same reports as *shapes* give.

    *proofs* are of the abstract graphs of the mapping; *own* is what the names of a Thing's own IRIs start with in
    them, and *time* the block of the phenomenon time. Blocks are affordances, unless *sight* finds them.
    """

    def __init__(
        self,
        shapes: CompiledShapes,
        proofs: Mapping[GraphKind, Proof],
        *,
        own: str = "",
        time: str = "",
        sight: Sight | None = None,
    ) -> None:
        self.shapes = shapes
        self._own = own
        self._sight = sight
        made = ((kind, _kind(shapes, proof, time, sight)) for kind, proof in proofs.items())
        self._kinds = {kind: one for kind, one in made if one is not None}

    def covers(self, kinds: Iterable[GraphKind]) -> bool:
        """Whether graphs of all these *kinds* are spared full validation where nothing is wrong with them."""
        return self._kinds.keys() >= set(kinds)

    def validate(self, graph: DataGraph) -> ValidationReport:
        """What the shapes say of *graph*, which the mapping made."""
        kind = self._kinds.get(graph.kind)
        if kind is None:
            return self.shapes.validate(graph)
        if self._sight is not None:
            blocks = [block for block in kind.asked if self._sight.has(block, graph)]
        else:
            blocks = [seen.affordance for seen in graph.observations or graph.events]
            if graph.phenomenon_time is not None:
                blocks.append(kind.time)
        try:
            count = kind.count.of(blocks)
        except KeyError:
            return self.shapes.validate(graph)
        if not self._fine(kind.open, graph, blocks):
            return self.shapes.validate(graph)
        report = kind.reports.get(count)
        if report is None:
            report = kind.reports[count] = ValidationReport((), count)
        return report

    def _fine(self, open_: Residuals, graph: DataGraph, blocks: list[str]) -> bool:
        """Whether *graph* has nothing wrong among what is *open_*."""
        for refuted in open_.refuted:
            if refuted.issubset(blocks):
                return False
        if tests := open_.tests:
            for triples in (graph.triples, graph.about):
                for _, predicate, term in triples:
                    test = tests.get(predicate)
                    if test is not None and not test(term):
                        return False
        return not open_.spots or self._conform(open_.spots, graph, blocks)

    def _conform(self, spots: tuple[Spot, ...], graph: DataGraph, blocks: list[str]) -> bool:
        here = [(spot.target, self._term(spot.root, graph)) for spot in spots if spot.blocks.issubset(blocks)]
        found = [(target, term) for target, term in here if term is not None]
        return len(found) == len(here) and (not here or self.shapes.conform((*graph.triples, *graph.about), found))

    def _term(self, term: AbstractTerm, graph: DataGraph) -> Term | None:
        """The node of *graph* that *term* is; None where it cannot be found."""
        if isinstance(term, Constant):
            return term.term
        if not isinstance(term, Minted):
            raise TypeError(f"{term} is another node in every graph")
        name = term.name
        if self._sight is not None:
            return self._sight.node(name, graph)
        return graph.thing + name[len(self._own) :] if name.startswith(self._own) else graph.iri + name


def _kind(shapes: CompiledShapes, proof: Proof, time: str, sight: Sight | None) -> _Kind | None:
    """How the graphs of *proof* are checked; None where too little is known of them."""
    if proof.foci is None or not proof.foci.countable:
        return None
    known = {*proof.graph.rules, *proof.graph.any_of, *_all_blocks(proof)}
    count = focus_count(proof.foci, known, proof.graph.graph)
    if sight is not None and not all(map(sight.knows, count.blocks)):
        return None
    open_ = residuals(proof, shapes.model)
    asked = count.blocks.union(*open_.refuted, *(spot.blocks for spot in open_.spots))
    return _Kind(count, open_, time, {}, tuple(sorted(asked)))


def _all_blocks(proof: Proof) -> Iterator[str]:
    for triple in proof.graph.triples:
        yield from triple.blocks
