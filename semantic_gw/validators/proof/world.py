"""What shapes see of an abstract graph before its background: triples that are there under conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from semantic_gw.model import IRI, Term
from semantic_gw.rdf.abstract_graph import AbstractGraph, AbstractTerm, AbstractTriple, Constant, Variable
from semantic_gw.validators.proof.terms import cases, datatypes, is_literal, may_equal
from semantic_gw.validators.view import SUBCLASS_OF, TYPE, Background

Blocks = frozenset[str]
NO_BLOCKS: Final[Blocks] = frozenset()
MOST_STEPS: Final = 100_000
"""Triples that one proof may look at; what would need more is looked at at run time."""

_MOST_WAYS: Final = 32
"""Conditions of one value node that are told apart."""


class UnprovableError(Exception):
    """Too much would have to be looked at."""


class Way(NamedTuple):
    """How a value node may come about: in graphs that have all *blocks*, and, where it is *sure*, in each of them."""

    blocks: Blocks
    sure: bool


ALWAYS: Final = Way(NO_BLOCKS, sure=True)
Ways = tuple[Way, ...]


@dataclass(slots=True)
class Values:
    """Value nodes, each with the ways it comes about; where they are not *complete*, there may be others."""

    ways: dict[AbstractTerm, Ways] = field(default_factory=dict)
    complete: bool = True

    def add(self, term: AbstractTerm, way: Way) -> bool:
        """Add *term*; whether that told something new."""
        known = self.ways.get(term, ())
        if any(one.blocks <= way.blocks and one.sure >= way.sure for one in known):
            return False
        kept = tuple(one for one in known if not (way.blocks <= one.blocks and way.sure >= one.sure))
        if len(kept) >= _MOST_WAYS:
            raise UnprovableError
        self.ways[term] = (*kept, way)
        return True

    def sure(self, term: AbstractTerm, blocks: Blocks) -> bool:
        """Whether *term* is there in every graph that has *blocks*."""
        return any(way.sure and way.blocks <= blocks for way in self.ways.get(term, ()))

    def sure_terms(self, blocks: Blocks) -> list[AbstractTerm]:
        return [term for term in self.ways if self.sure(term, blocks)]


class World:
    """An abstract graph, indexed, with what the background says behind it."""

    def __init__(self, graph: AbstractGraph, background: Background) -> None:
        self.graph = graph
        self.background = background
        self._forward: dict[tuple[AbstractTerm, IRI], list[AbstractTriple]] = {}
        self._backward: dict[tuple[AbstractTerm, IRI], list[AbstractTriple]] = {}
        self._of: dict[IRI, list[AbstractTriple]] = {}
        self._steps = 0
        self._below: dict[IRI, frozenset[Term]] = {}
        self._objects: dict[tuple[AbstractTerm, IRI], Values] = {}
        for triple in graph.triples:
            self._forward.setdefault((triple.subject, triple.predicate), []).append(triple)
            self._backward.setdefault((triple.object, triple.predicate), []).append(triple)
            self._of.setdefault(triple.predicate, []).append(triple)
        self._loose = [triple for triple in graph.triples if isinstance(triple.subject, Variable)]

    @property
    def states_classes(self) -> bool:
        """Whether graphs bring a class hierarchy of their own."""
        return SUBCLASS_OF in self._of

    def with_predicate(self, predicate: IRI) -> Sequence[AbstractTriple]:
        """The triples with *predicate*."""
        return self._of.get(predicate, ())

    def step(self, count: int = 1) -> None:
        """Count what is looked at. Raises UnprovableError."""
        self._steps += count
        if self._steps > MOST_STEPS:
            raise UnprovableError

    def objects(self, node: AbstractTerm, predicate: IRI) -> Values:
        """The objects of *predicate* at *node*, from data and background. Not to be changed."""
        key = (node, predicate)
        if key not in self._objects:
            self._objects[key] = self._objects_of(node, predicate)
        return self._objects[key]

    def _objects_of(self, node: AbstractTerm, predicate: IRI) -> Values:
        found = Values(complete=node not in self.graph.partly)
        exact = self._forward.get((node, predicate), ())
        loose = [triple for triple in self._loose if triple.predicate == predicate and may_equal(triple.subject, node)]
        self.step(1 + len(exact) + len(loose))
        for triple in exact:
            found.add(triple.object, Way(triple.blocks, sure=True))
        for triple in loose:
            found.add(triple.object, Way(triple.blocks, sure=False))
        self._known(node, predicate, self.background.forward, found)
        return found

    def subjects(self, node: AbstractTerm, predicate: IRI) -> Values:
        """The subjects that have *node* for *predicate*, from data and background."""
        found = Values(complete=node not in self.graph.partly)
        for triple in self._backward.get((node, predicate), ()):
            found.add(triple.subject, Way(triple.blocks, sure=True))
        for triple in self.with_predicate(predicate):
            self.step()
            if triple.object != node and may_equal(triple.object, node):
                found.add(triple.subject, Way(triple.blocks, sure=False))
        self._known(node, predicate, self.background.backward, found)
        return found

    def _known(
        self, node: AbstractTerm, predicate: IRI, index: Mapping[Term, Mapping[IRI, Sequence[Term]]], found: Values
    ) -> None:
        """Add what the background says of *node*."""
        if isinstance(node, Constant):
            for term in index.get(node.term, {}).get(predicate, ()):
                self.step()
                found.add(Constant(term), ALWAYS)
        elif isinstance(node, Variable):
            self._known_of_any(node, predicate, index, found)

    def _known_of_any(
        self, node: Variable, predicate: IRI, index: Mapping[Term, Mapping[IRI, Sequence[Term]]], found: Values
    ) -> None:
        options = cases(node)
        if options == (node,):
            found.complete = found.complete and bool(datatypes(node)) and index is self.background.forward
            return
        each = []
        for option in options:
            one = Values()
            self._known(option, predicate, index, one)
            each.append(one)
        for term in {term for one in each for term in one.ways}:
            found.add(term, Way(NO_BLOCKS, sure=all(term in one.ways for one in each)))
        found.complete = found.complete and all(one.complete for one in each)

    def predicates(self, node: AbstractTerm) -> Iterable[AbstractTriple]:
        """The triples that the data graph may have at *node*; where the subject is another term, it may be the same."""
        self.step(len(self.graph.triples))
        return [triple for triple in self.graph.triples if may_equal(triple.subject, node)]

    def below(self, class_: IRI) -> frozenset[Term]:
        """*class_* and the classes below it."""
        if class_ not in self._below:
            self._below[class_] = self.background.subclasses(class_)
        return self._below[class_]

    def is_instance(self, node: AbstractTerm, class_: IRI, blocks: Blocks) -> bool | None:
        """Whether *node* is a SHACL instance of *class_* in the graphs that have *blocks* (SHACL, 1.1)."""
        if is_literal(node):
            return False
        types = self.objects(node, TYPE)
        below = self.below(class_)
        found: bool | None = False if types.complete else None
        for type_ in types.ways:
            fits = in_all(type_, below)
            if fits and types.sure(type_, blocks):
                return True
            if fits is not False:
                found = None
        return found


def in_all(term: AbstractTerm, terms: frozenset[Term]) -> bool | None:
    """Whether *term* is one of *terms*; None where it may be one or not."""
    options = cases(term)
    if all(isinstance(option, Constant) for option in options):
        found = {option.term in terms for option in options if isinstance(option, Constant)}
        return found.pop() if len(found) == 1 else None
    return None if any(may_equal(term, Constant(one)) for one in terms) else False
