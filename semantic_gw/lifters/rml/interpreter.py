"""The plain interpreter of mappings: complete, and as the specification tells it (RML-Core, The Output Dataset).

>>> from semantic_gw.lifters.rml.load import load
>>> mapping = load(document, "lamp.ttl")                                 # doctest: +SKIP
>>> list(run(mapping, {mapping.sources()[0]: [{"id": 1}]}))              # doctest: +SKIP
[('http://example.com/1', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'http://example.com/Lamp', None)]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml import model
from semantic_gw.lifters.rml.expressions import Expressions, Values
from semantic_gw.lifters.rml.functions import FUNCTIONS, Function
from semantic_gw.lifters.rml.model import (
    DEFAULT_GRAPH,
    LogicalSource,
    PredicateObjectMap,
    ReferencingObjectMap,
    TermMap,
    TriplesMap,
)
from semantic_gw.lifters.rml.natural import lexical
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.lifters.rml.references import compile_iterator
from semantic_gw.lifters.rml.terms import Moment, Terms, compile_conditions, compile_terms
from semantic_gw.model import IRI, Literal, Term
from semantic_gw.rdf.namespaces import RDF

BASE: Final[IRI] = "http://example.org/"
"""What is put before relative IRIs where neither the mapping nor the run says (RML-Core, Base IRI)."""

Quad = tuple[str, IRI, Term, str | None]
"""Subject, predicate, object, and graph (None is the default graph); blank nodes start with `_:`."""

Documents = Mapping[LogicalSource, Iterable[Any]]
"""Source → its documents: decoded JSON, rows by column, trees. One that joins look into is walked twice."""

_TYPE: Final = RDF + "type"
_Graphs = dict[str | None, None]


def run(
    mapping: model.Mapping,
    documents: Documents,
    *,
    base: IRI = BASE,
    scope: str = "",
    notes: Notes | None = None,
    functions: Mapping[IRI, Function] = FUNCTIONS,
) -> Iterator[Quad]:
    """The quads that *mapping* makes of *documents*, in order; the same quad may come twice.

    *scope* keeps labels of blank nodes apart from those of other runs. Raises MappingError for a mapping that cannot
    be run, LiftingError for data errors where *notes* are strict.
    """
    return Program(mapping, base, functions).run(documents, scope, notes or Notes())


class Program:
    """A mapping, compiled for runs over any documents."""

    def __init__(self, mapping: model.Mapping, base: IRI = BASE, functions: Mapping[IRI, Function] = FUNCTIONS) -> None:
        self.mapping = mapping
        self._base = base
        self._functions = functions
        self.owner = mapping.owners()
        self._subjects: dict[str, Terms] = {each.id: self._subject(each) for each in mapping.triples_maps}
        self._sources: dict[LogicalSource | None, list[_Rules]] = {}
        for triples_map in mapping.triples_maps:
            self._sources.setdefault(triples_map.source, []).append(self._rules(triples_map))
        self._iterators = {source: compile_iterator(source) for source in mapping.sources()}

    def run(self, documents: Documents, scope: str, notes: Notes) -> Iterator[Quad]:
        """The quads of *documents*; a source without documents makes none."""
        for source in self.sources:
            yield from self.run_source(source, documents, scope, notes)
        check_found(notes)

    @property
    def sources(self) -> Sequence[LogicalSource | None]:
        """The sources of the mapping, in order; None stands for triples maps that have none."""
        return [*self._sources]

    def run_source(
        self, source: LogicalSource | None, documents: Documents, scope: str, notes: Notes, first: int = 0
    ) -> Iterator[Quad]:
        """The quads that triples maps of *source* make; *documents* of other sources are only looked into by joins.

        Iterations are numbered from *first*, for blank nodes that no value names.
        """
        rules = self._sources[source]
        for rule in rules:
            rule.look_up(documents, self, scope, notes)
        for moment in self.moments(source, documents, scope, notes, first):
            for rule in rules:
                yield from rule.quads(moment)

    def moments(
        self, source: LogicalSource | None, documents: Documents, scope: str, notes: Notes, first: int = 0
    ) -> Iterator[Moment]:
        """The iterations of *source*, numbered from *first*."""
        if source is None:
            yield Moment(None, 0, notes, scope)
            return
        iterate = self._iterators[source]
        iterations = (each for document in documents.get(source, ()) for each in iterate(document))
        for number, iteration in enumerate(iterations, first):
            yield Moment(iteration, number, notes, scope)

    def _subject(self, triples_map: TriplesMap) -> Terms:
        return self._terms(triples_map.subject, triples_map)

    def _terms(self, term_map: TermMap, triples_map: TriplesMap) -> Terms:
        owner = self.owner(triples_map, term_map)
        return compile_terms(term_map, self._expressions(triples_map), self.base_of(triples_map), owner)

    def base_of(self, triples_map: TriplesMap) -> IRI:
        """What is put before relative IRIs of *triples_map*."""
        return triples_map.base or self.mapping.base or self._base

    def _expressions(self, triples_map: TriplesMap) -> Expressions:
        return Expressions(triples_map.source, self._functions)

    def _rules(self, triples_map: TriplesMap) -> _Rules:
        return _Rules(
            self._subjects[triples_map.id],
            triples_map.classes,
            self._graphs(triples_map.graphs, triples_map),
            bool(triples_map.graphs),
            [self._pairs(each, triples_map) for each in triples_map.predicate_objects],
        )

    def _pairs(self, pair: PredicateObjectMap, triples_map: TriplesMap) -> _Pairs:
        return _Pairs(
            [self._terms(each, triples_map) for each in pair.predicates],
            [
                self._terms(each, triples_map) if isinstance(each, TermMap) else self._reference(each, triples_map)
                for each in pair.objects
            ],
            self._graphs(pair.graphs, triples_map),
            bool(pair.graphs),
        )

    def _graphs(self, graphs: Sequence[TermMap], triples_map: TriplesMap) -> Callable[[Moment], _Graphs]:
        """The graphs that *graphs* name, each once; None is the default graph."""
        makers = [(self._terms(each, triples_map), each.place) for each in graphs]

        def names(moment: Moment) -> _Graphs:
            found: _Graphs = {}
            for terms, place in makers:
                for term in terms(moment):
                    if isinstance(term, Literal):
                        moment.notes.fail(place, f"the text {term.lexical[:80]!r} names no graph: an IRI does")
                    else:
                        found[None if term == DEFAULT_GRAPH else term] = None
            return found

        return names

    def _reference(self, reference: ReferencingObjectMap, child: TriplesMap) -> Terms | _Joined:
        parent = next(each for each in self.mapping.triples_maps if each.id == reference.parent)
        holds = compile_conditions(reference.conditions, self._expressions(child))
        subjects = self._subjects[parent.id]
        if not reference.joins:
            return lambda moment: subjects(moment) if holds(moment) else ()
        ours, theirs = self._expressions(child), self._expressions(parent)
        return _Joined(
            parent.source,
            subjects,
            holds,
            [ours.compile(join.child) for join in reference.joins],
            [theirs.compile(join.parent) for join in reference.joins],
        )


def check_found(notes: Notes) -> None:
    """Raises LiftingError where a strict run had a reference that found nothing in any iteration."""
    if notes.strict:
        for sentence in notes.never_found():
            raise LiftingError(sentence)


@dataclass(slots=True)
class _Joined:
    """Objects found by joins: an index over the parent's iterations, by all values that conditions ask for."""

    parent: LogicalSource | None
    subjects: Terms
    holds: Callable[[Moment], bool]
    child_keys: Sequence[Values]
    parent_keys: Sequence[Values]
    index: dict[tuple[str, ...], dict[Term, None]] | None = None

    def look_up(self, documents: Documents, program: Program, scope: str, notes: Notes) -> None:
        """Fill the index."""
        self.index = {}
        for moment in program.moments(self.parent, documents, scope, notes):
            keys = list(_keys(self.parent_keys, moment))
            subjects = self.subjects(moment) if keys else ()
            for key in keys:
                self.index.setdefault(key, {}).update(dict.fromkeys(subjects))

    def __call__(self, moment: Moment) -> Sequence[Term]:
        index = self.index or {}
        if not self.holds(moment):
            return ()
        return list(dict.fromkeys(term for key in _keys(self.child_keys, moment) for term in index.get(key, ())))


def _keys(expressions: Sequence[Values], moment: Moment) -> Iterator[tuple[str, ...]]:
    values = (expression(moment.iteration, moment.notes) for expression in expressions)
    return product(*([lexical(value) for value in each] for each in values))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A predicate-object map, compiled."""

    predicates: Sequence[Terms]
    objects: Sequence[Terms | _Joined]
    graphs: Callable[[Moment], _Graphs]
    has_graphs: bool


@dataclass(frozen=True, slots=True)
class _Rules:
    """A triples map, compiled."""

    subjects: Terms
    classes: Sequence[IRI]
    graphs: Callable[[Moment], _Graphs]
    has_graphs: bool
    pairs: Sequence[_Pairs]

    def look_up(self, documents: Documents, program: Program, scope: str, notes: Notes) -> None:
        """Fill the indexes of all joins."""
        for pair in self.pairs:
            for each in pair.objects:
                if isinstance(each, _Joined):
                    each.look_up(documents, program, scope, notes)

    def quads(self, moment: Moment) -> Iterator[Quad]:
        """The quads of one iteration."""
        subjects = self.subjects(moment)
        if not subjects:
            return
        graphs: _Graphs = self.graphs(moment) if self.has_graphs else {None: None}
        for subject, kind, graph in product(subjects, self.classes, graphs):
            yield str(subject), _TYPE, kind, graph
        for pair in self.pairs:
            yield from self._pair(pair, subjects, graphs, moment)

    def _pair(self, pair: _Pairs, subjects: Sequence[Term], graphs: _Graphs, moment: Moment) -> Iterator[Quad]:
        if pair.has_graphs:
            graphs = (graphs if self.has_graphs else {}) | pair.graphs(moment)
        predicates = [term for each in pair.predicates for term in each(moment)]
        objects = [term for each in pair.objects for term in each(moment)] if predicates else ()
        for subject, predicate, term, graph in product(subjects, predicates, objects, graphs):
            yield str(subject), str(predicate), term, graph
