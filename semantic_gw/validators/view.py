"""What shapes look at: the triples of one graph by subject, with the background behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from semantic_gw.model import IRI, Term, Triple
from semantic_gw.rdf.namespaces import RDF, RDFS

TYPE = RDF + "type"
SUBCLASS_OF = RDFS + "subClassOf"

Predicates = dict[IRI, list[Term]]
"""Predicate → objects, each object once, in the order they came."""
Index = dict[Term, Predicates]
Superclasses = Mapping[Term, frozenset[Term]]
"""A class that has superclasses → itself and all above."""
_NOTHING: Predicates = {}


def index(triples: Iterable[Triple]) -> Index:
    """Subject → predicate → objects, each object once."""
    found: Index = {}
    for subject, predicate, term in triples:
        node = found.get(subject)
        if node is None:
            found[subject] = {predicate: [term]}
            continue
        terms = node.get(predicate)
        if terms is None:
            node[predicate] = [term]
        elif term not in terms:
            terms.append(term)
    return found


def inverse(triples: Iterable[Triple]) -> Index:
    """Object → predicate → subjects."""
    return index((term, predicate, subject) for subject, predicate, term in triples)  # type: ignore[misc]  # a literal may lead


class Background:
    """What is known at load: vocabulary triples, and the class hierarchy that they state."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self.forward = index(self.triples)
        self.backward = inverse(self.triples)
        self.hierarchy = self.superclasses({})

    def superclasses(self, more: Mapping[Term, Mapping[IRI, Sequence[Term]]]) -> Superclasses:
        """Each class that has superclasses → itself and all above; *more* is a data graph that states some, too."""
        direct: dict[Term, set[Term]] = {}
        for graph in (self.forward, more):
            for node, predicates in graph.items():
                if above := predicates.get(SUBCLASS_OF):
                    direct.setdefault(node, set()).update(above)
        return {node: _closure(node, direct) for node in direct}

    def subclasses(self, class_: IRI) -> frozenset[Term]:
        """*class_* and all classes below it."""
        return frozenset({class_, *(node for node, above in self.hierarchy.items() if class_ in above)})

    def instances(self, class_: IRI) -> frozenset[Term]:
        """The nodes of the background that are instances of *class_*."""
        below = self.subclasses(class_)
        return frozenset(n for n, predicates in self.forward.items() if not below.isdisjoint(predicates.get(TYPE, ())))


def _closure(node: Term, direct: Mapping[Term, set[Term]]) -> frozenset[Term]:
    seen = {node}
    open_ = [node]
    while open_:
        for above in direct.get(open_.pop(), ()):
            if above not in seen:
                seen.add(above)
                open_.append(above)
    return frozenset(seen)


class View:
    """One data graph before its background. Not for keeps: made for one validation.

    *forward* is the data graph alone; *seen* adds to its nodes what the background says of them. What only the
    background knows stands in *known*.
    """

    __slots__ = ("_backward", "_triples", "background", "forward", "hierarchy", "known", "seen")

    def __init__(self, triples: Sequence[Triple], background: Background) -> None:
        self._triples = triples
        self._backward: Index | None = None
        self.background = background
        self.known = known = background.forward
        self.forward = forward = index(triples)
        shared = forward.keys() & known.keys()
        self.seen = {**forward, **{n: _merged(forward[n], known[n]) for n in shared}} if shared else forward
        self.hierarchy: Superclasses | None = None
        """The class hierarchy, where the data graph states some of it itself; None where the background's holds."""

    def own_hierarchy(self) -> None:
        """Take in the class hierarchy that the data graph states."""
        self.hierarchy = self.background.superclasses(self.forward)

    def objects(self, node: Term, predicate: IRI) -> Sequence[Term]:
        """The objects of *predicate* at *node*, from data and background, each once."""
        predicates = self.seen.get(node) or self.known.get(node, _NOTHING)
        return predicates.get(predicate, ())

    def subjects(self, node: Term, predicate: IRI) -> Sequence[Term]:
        """The subjects that have *node* for *predicate*, from data and background, each once."""
        if self._backward is None:
            self._backward = inverse(self._triples)
        here = self._backward.get(node, _NOTHING).get(predicate) or []
        there = self.background.backward.get(node, _NOTHING).get(predicate) or []
        return [*here, *(term for term in there if term not in here)] if there else here

    def is_instance(self, node: Term, class_: IRI) -> bool:
        """Whether *node* is a SHACL instance of *class_* (SHACL, 1.1)."""
        return any(type_ == class_ or class_ in self.above(type_) for type_ in self.objects(node, TYPE))

    def above(self, class_: Term) -> Iterable[Term]:
        """*class_* and the classes above it."""
        hierarchy = self.background.hierarchy if self.hierarchy is None else self.hierarchy
        return hierarchy.get(class_, (class_,))

    def typed(self) -> Iterator[tuple[Term, Term]]:
        """Each node of the data graph with each class that the data graph gives it."""
        for node, predicates in self.forward.items():
            for type_ in predicates.get(TYPE, ()):
                yield node, type_

    def predicates(self, node: Term) -> Mapping[IRI, Sequence[Term]]:
        """The triples that the data graph has at *node*."""
        return self.forward.get(node, _NOTHING)


def _merged(here: Predicates, there: Predicates) -> Predicates:
    return {
        predicate: list(dict.fromkeys((*here.get(predicate, ()), *there.get(predicate, ()))))
        for predicate in {**here, **there}
    }
