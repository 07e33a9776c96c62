"""Our gate and TopBraid, asked the same: does this graph pass?"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from semantic_gw.model import Severity, Term, Triple
from semantic_gw.validators.source import ShapesGraph
from tests.validators.fuzz.case import Case
from tests.validators.fuzz.compare import disagree
from tests.validators.fuzz.engines import Refused
from tests.validators.fuzz.lines import Lines, lines_of_report
from tests.validators.fuzz.topbraid import TopBraid
from tests.validators.gate.graphs import Counted, lifted
from tests.validators.shipped import background, shipped


@dataclass(slots=True)
class Agreement:
    """What came of a run: how many graphs pass our gate, and of a sample, where TopBraid says something else."""

    counted: Counted = field(default_factory=Counted)
    graphs: int = 0
    passed: int = 0
    unchecked: int = 0
    asked: int = 0
    asked_passed: int = 0
    other_verdict: list[Case] = field(default_factory=list)
    other_report: list[Case] = field(default_factory=list)


class Gates:
    """The shipped shapes, compiled and in TopBraid, before the vocabulary."""

    def __init__(self, topbraid: TopBraid) -> None:
        self._shapes = shipped()
        self._topbraid = topbraid
        self._written = tuple(ShapesGraph.read(self._shapes.files).triples)
        self._behind: dict[Term, list[Triple]] = defaultdict(list)
        for triple in background():
            self._behind[triple[0]].append(triple)

    def run(self, payloads: int, sample: int, chance: random.Random) -> Agreement:
        """Ask our gate about every graph of *payloads* payloads, and TopBraid about *sample* of them."""
        found = Agreement()
        asked = list(self._sampled(lifted(payloads, chance, found.counted), sample, found, chance))
        for graph in asked:
            self._compare(graph, found)
        return found

    def _sampled(
        self, graphs: Iterable[list[Triple]], size: int, found: Agreement, chance: random.Random
    ) -> Sequence[list[Triple]]:
        """A fair sample of *graphs*, all of which our gate judges (reservoir sampling)."""
        kept: list[list[Triple]] = []
        for graph in graphs:
            report = self._shapes.validate_triples(graph)
            found.passed += report.conforms
            found.unchecked += not report.checked
            place = chance.randrange(found.graphs + 1)
            found.graphs += 1
            if len(kept) < size:
                kept.append(graph)
            elif place < size:
                kept[place] = graph
        return kept

    def _compare(self, graph: list[Triple], found: Agreement) -> None:
        report = self._shapes.validate_triples(graph)
        case = Case(self._written, tuple(dict.fromkeys((*graph, *self._reached(graph)))))
        theirs = self._topbraid.judge(case)
        found.asked += 1
        found.asked_passed += report.conforms
        if report.conforms != passes(theirs) and report.checked:
            found.other_verdict.append(case)
        elif disagree(lines_of_report(report), theirs):
            found.other_report.append(case)

    def _reached(self, graph: Iterable[Triple]) -> Iterator[Triple]:
        """What the vocabulary says of the terms of *graph*, and so on."""
        open_: list[Term] = [term for triple in graph for term in (triple[0], triple[2])]
        seen: set[Term] = set()
        while open_:
            node = open_.pop()
            if node not in seen:
                seen.add(node)
                yield from self._behind.get(node, ())
                open_ += [triple[2] for triple in self._behind.get(node, ())]


def passes(verdict: Lines | Refused) -> bool:
    """Whether nothing of *verdict* blocks: only violations do."""
    return not isinstance(verdict, Refused) and not any(line.severity == Severity.VIOLATION for line in verdict)
