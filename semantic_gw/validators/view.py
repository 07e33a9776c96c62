"""A graph as shapes look at it: indexed once, with the background behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from semantic_gw.model import IRI, Term, Triple
from semantic_gw.rdf.namespaces import RDF, RDFS

TYPE = RDF + "type"
SUBCLASS_OF = RDFS + "subClassOf"

Index = dict[Term, dict[IRI, list[Term]]]
Superclasses = Mapping[Term, frozenset[Term]]
"""A class that has superclasses → itself and all above."""
_NOTHING: Mapping[IRI, list[Term]] = {}


def index(triples: Iterable[Triple]) -> Index:
    """Subject → predicate → objects, each object once."""
    found: Index = {}
    for subject, predicate, term in triples:
        node = found.get(subject)
        if node is None:
            node = found[subject] = {}
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

    def superclasses(
        self, more: Mapping[Term, Mapping[IRI, Sequence[Term]]] | None = None
    ) -> dict[Term, frozenset[Term]]:
        """Each class that has superclasses → itself and all above; *more* is a data graph that states some, too."""
        direct: dict[Term, set[Term]] = {}
        for graph in (self.forward, more or {}):
            for node, predicates in graph.items():
                if above := predicates.get(SUBCLASS_OF):
                    direct.setdefault(node, set()).update(above)
        return {node: _closure(node, direct) for node in direct}


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
    """One data graph before its background. Not for keeps: made for one validation."""

    __slots__ = ("_backward", "_triples", "background", "forward", "known", "superclasses")

    def __init__(self, triples: Sequence[Triple], background: Background, superclasses: Superclasses) -> None:
        self._triples = triples
        self.background = background
        self.known = background.forward
        self.forward = index(triples)
        self._backward: Index | None = None
        self.superclasses = superclasses

    def objects(self, node: Term, predicate: IRI) -> Sequence[Term]:
        """The objects of *predicate* at *node*, from data and background, each once."""
        predicates = self.forward.get(node)
        here = predicates.get(predicate) if predicates is not None else None
        known = self.known.get(node)
        if known is None or predicate not in known:
            return here or ()
        there = known[predicate]
        return there if not here else [*here, *(term for term in there if term not in here)]

    def subjects(self, node: Term, predicate: IRI) -> Sequence[Term]:
        """The subjects that have *node* for *predicate*."""
        if self._backward is None:
            self._backward = inverse(self._triples)
        here = self._backward.get(node, _NOTHING).get(predicate) or []
        there = self.background.backward.get(node, _NOTHING).get(predicate) or []
        return [*here, *(term for term in there if term not in here)] if there else here

    def is_instance(self, node: Term, class_: IRI) -> bool:
        """Whether *node* is a SHACL instance of *class_* (SHACL, 1.1)."""
        for graph in (self.forward, self.known):
            predicates = graph.get(node)
            if predicates is None or TYPE not in predicates:
                continue
            for type_ in predicates[TYPE]:
                if type_ == class_ or class_ in self.superclasses.get(type_, ()):
                    return True
        return False

    def instances(self, class_: IRI) -> list[Term]:
        """The nodes of the data graph that are instances of *class_*."""
        return [node for node, p in self.forward.items() if TYPE in p and self.is_instance(node, class_)]

    def predicates(self, node: Term) -> Mapping[IRI, Sequence[Term]]:
        """The triples that the data graph has at *node*."""
        return self.forward.get(node, _NOTHING)
