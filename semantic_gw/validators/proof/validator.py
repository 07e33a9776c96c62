"""The validator of a mapping: it looks only at what the proof of its graphs leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from semantic_gw.model import IRI, DataGraph, GraphKind, Literal, Term, ValidationReport
from semantic_gw.rdf.abstract_graph import AbstractTerm, Constant, Minted
from semantic_gw.validators.compiled import CompiledShapes
from semantic_gw.validators.proof.counting import FocusCount, focus_count
from semantic_gw.validators.proof.prove import Proof
from semantic_gw.validators.proof.residuals import Residuals, Spot, residuals


@dataclass(frozen=True, slots=True)
class _Kind:
    """How graphs of one kind are checked."""

    count: FocusCount
    open: Residuals
    time: str
    reports: dict[int, ValidationReport]
    """The report of a graph in which all is fine, by the number of its focus nodes."""


class PlanValidator:
    """Validates the graphs of one mapping, with the same reports as *shapes* give.

    *proofs* are of the abstract graphs of the mapping; *own* is what the names of a Thing's own IRIs start with in
    them, and *time* the block of the phenomenon time.
    """

    def __init__(self, shapes: CompiledShapes, proofs: Mapping[GraphKind, Proof], *, own: str, time: str) -> None:
        self.shapes = shapes
        self._own = own
        self._kinds = {kind: made for kind, proof in proofs.items() if (made := _kind(shapes, proof, time)) is not None}

    def covers(self, kinds: Iterable[GraphKind]) -> bool:
        """Whether graphs of all these *kinds* are spared full validation where nothing is wrong with them."""
        return self._kinds.keys() >= set(kinds)

    def validate(self, graph: DataGraph) -> ValidationReport:
        """What the shapes say of *graph*, which the mapping made."""
        kind = self._kinds.get(graph.kind)
        if kind is None:
            return self.shapes.validate(graph)
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
        if not _pass(open_, graph):
            return False
        return not open_.spots or self._conform(open_.spots, graph, blocks)

    def _conform(self, spots: tuple[Spot, ...], graph: DataGraph, blocks: list[str]) -> bool:
        here = [(spot.target, self._term(spot.root, graph)) for spot in spots if spot.blocks.issubset(blocks)]
        return not here or self.shapes.conform((*graph.triples, *graph.about), here)

    def _term(self, term: AbstractTerm, graph: DataGraph) -> Term:
        """The node of *graph* that *term* is."""
        if isinstance(term, Constant):
            return term.term
        if not isinstance(term, Minted):
            raise TypeError(f"{term} is another node in every graph")
        name = term.name
        return graph.thing + name[len(self._own) :] if name.startswith(self._own) else graph.iri + name


class MappedValidator:
    """Validates the graphs of a mapping of which not each triple has a rule's name, with the reports of *shapes*.

    *proof* is of all its graphs, *whole* of the usual ones: those that have all *most* triples that there can be, and
    no number of a predicate of *finite* that is infinite, or none.
    """

    def __init__(
        self, shapes: CompiledShapes, proof: Proof, whole: Proof, *, most: int, finite: frozenset[IRI] = frozenset()
    ) -> None:
        self.shapes = shapes
        self._any, self._whole = (_plain(_kind(shapes, one, "")) for one in (proof, whole))
        self._most = most
        self._finite = finite

    @property
    def spares(self) -> bool:
        """Whether any graphs are spared full validation where nothing is wrong with them."""
        return self._any is not None or self._whole is not None

    def validate(self, graph: DataGraph) -> ValidationReport:
        """What the shapes say of *graph*, which the mapping made."""
        kind = self._whole if self._is_usual(graph) else self._any
        if kind is None or not _pass(kind.open, graph):
            return self.shapes.validate(graph)
        return kind.reports[0]

    def _is_usual(self, graph: DataGraph) -> bool:
        if len(graph.triples) != self._most:
            return False
        values = (term for _, predicate, term in graph.triples if predicate in self._finite)
        return not any(isinstance(term, Literal) and term.lexical in _NOT_FINITE for term in values)


_NOT_FINITE: Final = frozenset({"INF", "+INF", "-INF", "NaN"})


def _plain(kind: _Kind | None) -> _Kind | None:
    """*kind*, where blocks do not matter: with the report of a graph in which all is fine."""
    if kind is None or kind.open.spots or kind.open.refuted or kind.count.shared or any(kind.count.of_block.values()):
        return None
    kind.reports[0] = ValidationReport((), kind.count.always)
    return kind


def _pass(open_: Residuals, graph: DataGraph) -> bool:
    """Whether all objects in *graph* pass the tests of their predicates."""
    if tests := open_.tests:
        for triples in (graph.triples, graph.about):
            for _, predicate, term in triples:
                test = tests.get(predicate)
                if test is not None and not test(term):
                    return False
    return True


def _kind(shapes: CompiledShapes, proof: Proof, time: str) -> _Kind | None:
    """How the graphs of *proof* are checked; None where too little is known of them."""
    if proof.foci is None or not proof.foci.countable:
        return None
    known = {*proof.graph.rules, *proof.graph.any_of, *_all_blocks(proof)}
    count = focus_count(proof.foci, known, proof.graph.graph)
    return _Kind(count, residuals(proof, shapes.model), time, {})


def _all_blocks(proof: Proof) -> Iterator[str]:
    for triple in proof.graph.triples:
        yield from triple.blocks
