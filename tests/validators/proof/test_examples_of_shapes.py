"""Of the examples of our shapes, those that a plan can make get the same report by its validator."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from semantic_gw.lifters.abstract import abstract_graphs
from semantic_gw.lifters.rules import Happening, Plan, Quantity, Rule, Sense, State, Time, Truth
from semantic_gw.lifters.thing import ThingLifter
from semantic_gw.model import DataGraph, Event, GraphKind, Literal, Observation, Term, Triple
from semantic_gw.rdf.iris import INSTANT
from semantic_gw.rdf.namespaces import DCTERMS, FOAF, PROV, RDF, SAREF, SGW, XSD
from semantic_gw.shipped import SHAPES
from semantic_gw.validators.source import ShapesGraph
from tests.lifters.instances import faults
from tests.lifters.things import document
from tests.validators.proof.plans import BASE, parts, proven

EXAMPLES: Final = sorted((SHAPES / "examples").glob("*/*.ttl"))
ABOUT: Final = {FOAF + "primaryTopic", PROV + "generatedAtTime", DCTERMS + "conformsTo"}
TIME: Final = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
MADE: Final = {
    "count",
    "event",
    "phenomenon-time",
    "quantity",
    "quantity-in-another-unit",
    "state",
    "truth",
    "CompleteObservation.impossible-state",
    "Event-kind.unknown",
    "KnownProperty-kind+Quantity.unknown",
    "KnownProperty-kind.unknown",
    "KnownState-kind+CompleteObservation.unknown",
    "Quantity.unfit-unit",
    "Quantity.unknown-unit",
}
"""The examples that a plan can make; the others break what no plan would."""


class _Example:
    """An example, read as what a lifter made of a payload."""

    def __init__(self, path: Path) -> None:
        triples = ShapesGraph.read([path]).triples
        topics = {(s, str(o)) for s, p, o in triples if p == FOAF + "primaryTopic"}
        self.iri, self.thing = topics.pop() if len(topics) == 1 else ("", "")
        names = {f"{self.iri}#time": self.iri + INSTANT}
        self.triples: list[Triple] = [(names.get(s, s), p, _renamed(o, names)) for s, p, o in triples]
        self.kind = GraphKind.EVENTS if "/events/" in self.iri else GraphKind.OBSERVATIONS

    def one(self, subject: Term, name: str) -> Term | None:
        """The object of the predicate that ends in *name*; None where there is not exactly one."""
        found = [o for s, p, o in self.triples if s == subject and p.endswith(name)]
        return found[0] if len(found) == 1 else None

    def plan(self) -> Plan:
        rules = [Rule("time", "time", f"{self.thing}#time", (("time",),), Time(1000))] if self.timed else []
        for node in self.nodes:
            fragment = node.rpartition("#")[2]
            rules.append(Rule(fragment, fragment, f"{self.thing}#{fragment}", ((fragment,),), self.sense(node)))
        return Plan(self.thing, "", "", tuple(rules))

    @property
    def timed(self) -> bool:
        return any(s == self.iri + INSTANT for s, _, _ in self.triples)

    @property
    def nodes(self) -> list[str]:
        classes = {SAREF + "Observation", SGW + "Event"}
        return sorted({s for s, p, o in self.triples if p == RDF + "type" and o in classes})

    def sense(self, node: str) -> Sense:
        if self.kind is GraphKind.EVENTS:
            return Happening(str(self.one(node, "hasEventKind")), {})
        observed, result = self.one(node, "/observes") or "", self.one(node, "hasResult") or ""
        if state := self.one(observed, "hasStateKind"):
            return State(str(state), {(str, "x"): str(result)})
        kind, value = str(self.one(observed, "hasPropertyKind")), self.one(result, "hasValue")
        if isinstance(value, Literal) and value.datatype == XSD + "boolean":
            return Truth(kind)
        return Quantity(kind, str(self.one(result, "isMeasuredIn")))

    def graph(self) -> DataGraph:
        names = [node.rpartition("#")[2] for node in self.nodes]
        observing = self.kind is GraphKind.OBSERVATIONS
        return DataGraph(
            document=document({}),
            iri=self.iri,
            thing=self.thing,
            kind=self.kind,
            result_time=TIME,
            phenomenon_time=TIME if self.timed else None,
            observations=tuple(Observation(name, "", 0, None, "") for name in names) if observing else (),
            events=() if observing else tuple(Event(name, "", "", "") for name in names),
            triples=tuple(triple for triple in self.triples if triple[1] not in ABOUT),
            about=tuple(triple for triple in self.triples if triple[1] in ABOUT),
        )


def _renamed(term: Term, names: Mapping[str, str]) -> Term:
    return term if isinstance(term, Literal) else names.get(term, term)


@cache
def examples() -> Mapping[str, _Example]:
    """The examples that are instances of what a plan can make."""
    found = {path.stem: _Example(path) for path in EXAMPLES}
    return {name: example for name, example in found.items() if _is_made(example)}


def _is_made(example: _Example) -> bool:
    if not example.iri or not example.nodes:
        return False
    plan = example.plan()
    abstract = abstract_graphs(plan, BASE).get(example.kind)
    return abstract is not None and faults(abstract, example.graph(), plan) == []


def test_plans_make_these_examples() -> None:
    assert examples().keys() == MADE


@pytest.mark.parametrize("name", sorted(MADE))
def test_an_example_gets_the_same_report(name: str) -> None:
    example, shapes = examples()[name], parts().shapes
    found = proven(ThingLifter(example.plan(), BASE), shapes, shapes.known)
    refuted = any(judgement.refutes for proof in found.proofs for judgement in proof.judgements)

    assert found.validator.validate(example.graph()) == shapes.validate(example.graph())
    assert refuted == bool(shapes.validate(example.graph()).results)
