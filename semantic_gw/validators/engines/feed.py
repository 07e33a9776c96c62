"""What an engine sees of the background: the part that a message or a query can reach, for its time grows with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from semantic_gw.model import IRI, Term, Triple
from semantic_gw.validators.view import SUBCLASS_OF, TYPE, Background


class Feed:
    """Takes triples from the background: all that is reachable from *named* once, from a message each time.

    Reachable are the types, classes above and further objects of the terms of a message; the triples with a predicate
    of *named*, in either direction; and the instances of its classes. A query that asks by variables alone (`?s ?p ?o`)
    does not see the rest.
    """

    def __init__(self, background: Background, named: Collection[IRI]) -> None:
        self._background = background
        nodes = self._reachable(_seeds(background, named), ())
        self._always = frozenset(nodes)
        self.always: tuple[Triple, ...] = tuple(self._triples(nodes))
        """What is fed with every message."""

    def behind(self, triples: Sequence[Triple]) -> list[Triple]:
        """What is fed with the message *triples* beside that."""
        terms = (term for subject, predicate, object_ in triples for term in (subject, predicate, object_))
        return list(self._triples(self._reachable(terms, self._always)))

    def _reachable(self, terms: Iterable[Term], known: Collection[Term]) -> dict[Term, None]:
        forward = self._background.forward
        reached: dict[Term, None] = {}
        open_ = list(terms)
        while open_:
            node = open_.pop()
            if node not in reached and node not in known and node in forward:
                reached[node] = None
                open_ += [term for terms in forward[node].values() for term in terms]
        return reached

    def _triples(self, nodes: Iterable[Term]) -> Iterator[Triple]:
        for node in nodes:
            for predicate, terms in self._background.forward[node].items():
                yield from ((str(node), predicate, term) for term in terms)


def _seeds(background: Background, named: Collection[IRI]) -> Iterator[Term]:
    yield from named
    wanted = frozenset(named) - {TYPE, SUBCLASS_OF}
    for subject, predicate, term in background.triples:
        if predicate in wanted:
            yield subject
            yield term
    for class_ in wanted:
        yield from background.subclasses(class_) - {class_}
        yield from background.instances(class_)
