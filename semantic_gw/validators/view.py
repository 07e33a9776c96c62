"""What shapes look at: the triples of one graph by subject, with the background behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

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
_MANY = 1000
"""Triples from which on hashing each is worth its time."""

MOST_DETAILS = 500
"""Results that explain others, in one report: shapes within shapes could give more than anybody reads."""


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
    return _index_of_many((term, predicate, subject) for subject, predicate, term in triples)


def _index_of_many(triples: Iterable[tuple[Term, IRI, Term]]) -> Index:
    """The same as `index` for any number of objects: theirs is not looked through for each."""
    found: Index = {}
    for subject, predicate, term in dict.fromkeys(triples):
        found.setdefault(subject, {}).setdefault(predicate, []).append(term)
    return found


class Background:
    """What is known at load: vocabulary triples, and the class hierarchy that they state."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self.forward = _index_of_many(self.triples)
        self.backward = inverse(self.triples)
        self.hierarchy = self.superclasses({})

    def superclasses(self, more: Mapping[Term, Mapping[IRI, Sequence[Term]]]) -> Superclasses:
        """Each class that has superclasses → itself and all above; *more* is a data graph that states some, too."""
        direct: dict[Term, set[Term]] = {}
        for graph in (self.forward, more):
            for node, predicates in graph.items():
                if above := predicates.get(SUBCLASS_OF):
                    direct.setdefault(node, set()).update(above)
        return {node: _closure(node, lambda one: direct.get(one, ())) for node in direct}

    def subclasses(self, class_: IRI) -> frozenset[Term]:
        """*class_* and all classes below it."""
        return _closure(class_, lambda above: self.backward.get(above, _NOTHING).get(SUBCLASS_OF, ()))

    def instances(self, class_: IRI) -> frozenset[Term]:
        """The nodes of the background that are instances of *class_*."""
        of_type = (self.backward.get(below, _NOTHING).get(TYPE, ()) for below in self.subclasses(class_))
        return frozenset(node for nodes in of_type for node in nodes)


def _closure(node: Term, next_: Callable[[Term], Iterable[Term]]) -> frozenset[Term]:
    """*node* and all that can be reached from it."""
    seen = {node}
    open_ = [node]
    while open_:
        for reached in next_(open_.pop()):
            if reached not in seen:
                seen.add(reached)
                open_.append(reached)
    return frozenset(seen)


class View:
    """One data graph before its background. Not for keeps: made for one validation.

    *forward* is the data graph alone; *seen* adds to its nodes what the background says of them. What only the
    background knows stands in *known*.
    """

    __slots__ = (
        "_backward",
        "_triples",
        "_unfolded",
        "background",
        "details_depth",
        "details_left",
        "for_engine",
        "forward",
        "known",
        "seen",
        "taken",
    )

    def __init__(self, triples: Sequence[Triple], background: Background) -> None:
        self._triples = triples
        self._backward: Index | None = None
        self.background = background
        self.known = known = background.forward
        self.forward = forward = index(triples) if len(triples) < _MANY else _index_of_many(triples)
        shared = forward.keys() & known.keys()
        self.seen = {**forward, **{n: _merged(forward[n], known[n]) for n in shared}} if shared else forward
        self._unfolded: dict[Term, frozenset[Term]] | None = None
        self.taken: dict[object, Any] = {}
        """What each knot of shapes that refer to themselves has found out so far"""
        self.details_left = MOST_DETAILS
        self.details_depth = 0
        self.for_engine = False
        """Whether a focus node has a shape that an engine has"""

    @property
    def states_classes(self) -> bool:
        """Whether the data graph states some of the class hierarchy itself."""
        return self._unfolded is not None

    def own_hierarchy(self) -> None:
        """Take in the class hierarchy that the data graph states."""
        self._unfolded = {}

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
        if self._unfolded is None:
            return self.background.hierarchy.get(class_, (class_,))
        if class_ not in self._unfolded:
            self._unfolded[class_] = _closure(class_, lambda one: self.objects(one, SUBCLASS_OF))
        return self._unfolded[class_]

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
        for predicate in dict.fromkeys((*here, *there))
    }
