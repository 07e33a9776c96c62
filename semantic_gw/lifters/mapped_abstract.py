"""What is known of every graph that a mapping in RML can make, before any payload came.

Where a document has several iterations, the abstract graph is that of one of them, whichever, among others: nodes are
told apart by what they are made of, and whatever another iteration may add to a node of this one may be there or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from semantic_gw.lifters.abstract import GRAPH
from semantic_gw.lifters.mapped_graphs import MADE_BY, PRIMARY_TOPIC
from semantic_gw.lifters.mapped_said import RECEIVED, Said, is_literal, with_result_times
from semantic_gw.lifters.mapped_scopes import Scope, scopes_of
from semantic_gw.lifters.mapped_terms import AbstractTerms, Blocks, Made, Maker, Taken, UnknownError
from semantic_gw.lifters.rml.compiler import Compiled
from semantic_gw.lifters.rml.model import Constant, ReferencingObjectMap, TermMap, TriplesMap
from semantic_gw.lifters.rml.rules import Rule, rules
from semantic_gw.model import IRI, GraphKind, Literal
from semantic_gw.rdf import abstract_graph
from semantic_gw.rdf.abstract_graph import AbstractGraph, AbstractTerm, AbstractTriple, Minted, Variable
from semantic_gw.rdf.namespaces import DCTERMS, PROV, SAREF_CORE_VERSION
from semantic_gw.rdf.node_names import is_valid

_THING: Final = Variable("the Thing")
_NONE: Final[Blocks] = frozenset()
MOST_COPIES: Final = 8
"""Copies of what may be there any number of times, at most."""


@dataclass(frozen=True, slots=True)
class MappedAbstract:
    """The abstract graphs of a mapping: one for each named graph that it writes to.

    Of which too little is known, there are none; *why* says of what. *is_one* tells whether a message makes at most one
    graph, of one iteration.
    """

    graphs: tuple[AbstractGraph, ...] = ()
    why: str = ""
    is_one: bool = False
    said: tuple[tuple[Said, ...], ...] = ()
    """What makes each of *graphs*."""
    blocks: frozenset[str] = frozenset()
    """The blocks that the mapping itself makes, in the iteration that is looked at."""


def mapped_abstract(
    sources: Sequence[Compiled], base_iri: IRI, taken: Taken, *, copies: int, told: bool = False
) -> MappedAbstract:
    """What the graphs of *sources* have in common.

    *base_iri* is the base of graph IRIs; *taken* tells whether shapes name anything that begins so. Of what another
    iteration may add any number of times, there are *copies*: as many as shapes count. *told* is whether the mapping
    need not say which Thing a graph is of.
    """
    graphs = f"{base_iri}{GraphKind.OBSERVATIONS.value}/"
    try:
        scopes = scopes_of(sources)
        terms = AbstractTerms(scopes, lambda text: taken(text) or text.startswith(graphs) or graphs.startswith(text))
        maps = ((scope, triples_map) for scope in scopes for triples_map in scope.triples_maps())
        said = [each for scope, triples_map in maps for each in _said(scope, triples_map, terms)]
        _check_constants(said, graphs)
        named = tuple(map(with_result_times, _by_graph(said)))
        sure = told or not all(each.makes_triple for each in said)
        made = tuple(_Maker(each, copies, told=sure).graph() for each in named)
    except UnknownError as error:
        return MappedAbstract(why=str(error))
    one = len(named) == 1 and not any(each.several for each in said)
    why = "" if one else "messages have several graphs or iterations"
    return MappedAbstract(made, why, one, named, frozenset(terms.blocks))


def _said(scope: Scope, triples_map: TriplesMap, terms: AbstractTerms) -> Iterator[Said]:
    subject = terms.of(triples_map.subject, triples_map, scope)
    if subject is None:
        return
    if subject.many:
        raise UnknownError(f"{triples_map.subject.place}: an iteration may have several subjects")
    if scope.many and isinstance(subject.term, Variable):
        raise UnknownError(f"{triples_map.subject.place}: iterations may share subjects with others")
    there = frozenset({terms.iteration(scope, triples_map)}) if scope.optional else _NONE
    for rule in rules(triples_map):
        predicate = _predicate(rule.predicate)
        made = _object(rule.object, triples_map, scope, terms)
        if predicate is not None and made is not None:
            for graph in _graphs(rule, triples_map, scope, terms):
                yield Said(subject, predicate, made, graph, there, scope.many, rule.object.place)


def _predicate(term_map: TermMap) -> IRI | None:
    """The predicate; None where it is no IRI. Raises UnknownError where it varies."""
    expression = term_map.expression
    if not isinstance(expression, Constant) or isinstance(expression.value, Literal) or term_map.conditions:
        raise UnknownError(f"{term_map.place}: the predicate varies")
    return expression.value if is_valid(expression.value) else None


def _object(made: TermMap | ReferencingObjectMap, child: TriplesMap, scope: Scope, terms: AbstractTerms) -> Made | None:
    if isinstance(made, TermMap):
        return terms.of(made, child, scope)
    if made.joins:
        raise UnknownError(f"{made.place}: records are joined")
    parent = scope.parent(made.parent)
    subject = terms.of(parent.subject, parent, scope)
    if subject is None or not made.conditions:
        return subject
    limited = replace(parent.subject, conditions=(*parent.subject.conditions, *made.conditions), place=made.place)
    return terms.limited(subject, Maker(scope, parent, limited))


def _graphs(rule: Rule, triples_map: TriplesMap, scope: Scope, terms: AbstractTerms) -> Iterator[Made | None]:
    for graph in rule.graphs:
        made = terms.of(graph, triples_map, scope) if graph is not None else None
        if graph is not None and (graph.conditions or (made is not None and not _names_graph(made))):
            raise UnknownError(f"{graph.place}: it is not known which graph this is")
        if graph is None or made is not None:
            yield made


def _names_graph(made: Made) -> bool:
    return not made.many and not isinstance(made.term, Variable) and not is_literal(made.term)


def _check_constants(said: Iterable[Said], graphs: IRI) -> None:
    """Raises UnknownError where the mapping names what may be a graph of ours."""
    for each in said:
        for made in (each.subject, each.object):
            term = made.term.term if isinstance(made.term, abstract_graph.Constant) else ""
            if isinstance(term, str) and term.startswith(graphs):
                raise UnknownError(f"{each.place}: <{term}> is below the IRIs of graphs")


def _by_graph(said: Iterable[Said]) -> tuple[tuple[Said, ...], ...]:
    found: dict[AbstractTerm | None, list[Said]] = {}
    for each in said:
        found.setdefault(each.graph.term if each.graph is not None else None, []).append(each)
    return tuple(map(tuple, found.values()))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the abstract graph of all that is *said* of one named graph."""

    said: Sequence[Said]
    copies: int
    told: bool
    """Whether something else than the maker of observations may say which Thing a graph is of."""

    def graph(self) -> AbstractGraph:
        """The abstract graph. Raises UnknownError."""
        says = [each for each in self.said if each.makes_triple]
        thing = self._thing(says)
        exact = [each.triple for each in says]
        common = self._common(says, exact)
        more = [triple for number, each in enumerate(says) for triple in self._again(each, number)]
        triples = [replace(triple, blocks=triple.blocks - common) for triple in (*exact, *more)]
        blocks = [triple.blocks - common for triple in exact]
        any_of = frozenset[str]().union(*blocks) if all(blocks) else _NONE
        return AbstractGraph(
            tuple(dict.fromkeys((*_about(thing), *triples))),
            {block: block for triple in triples for block in triple.blocks},
            any_of,
            GRAPH,
            _others(more, exact),
        )

    def _common(self, says: Sequence[Said], exact: Sequence[AbstractTriple]) -> Blocks:
        """The blocks that every graph has: those of all triples, and those by which it is of a Thing."""
        makers = [each.triple.blocks for each in says if each.predicate == MADE_BY]
        needed = makers if makers and not self.told and not any(each.several for each in says) else []
        wanted = ((triple.blocks for triple in exact), needed)
        return frozenset[str]().union(*(reduce(frozenset.intersection, each) for each in map(list, wanted) if each))

    def _again(self, said: Said, number: int) -> Iterator[AbstractTriple]:
        """What other iterations, or other values of this one, may add: to its subject, or with its object."""
        own = said.triple
        objects = not said.subject.decides(said.object) if said.several else said.object.many
        subjects = said.several and not said.object.decides(said.subject)
        if (objects or subjects) and self.copies > MOST_COPIES:
            raise UnknownError(f"{said.place}: shapes count up to {self.copies} values")
        if objects and said.several and said.object.of & said.object.blocks:
            yield replace(own, blocks=said.subject.blocks | {f"{said.place}, as another iteration says ({number})"})
        for copy in range(2, 2 + self.copies):
            if objects:
                block = f"{said.place}, object {copy} ({number})"
                yield replace(own, object=_another(own.object, copy), blocks=own.blocks | {block})
            if subjects:
                block = f"{said.place}, subject {copy} ({number})"
                yield replace(own, subject=_another(own.subject, copy), blocks=own.blocks | {block})

    def _thing(self, says: Sequence[Said]) -> AbstractTerm:
        """The Thing that graphs are of. Raises UnknownError where a message may have several, and parts are unclear."""
        makers = [each for each in says if each.predicate == MADE_BY]
        things = {each.object.term for each in makers}
        if len(things) > 1 or any(each.object.many for each in makers):
            raise UnknownError(f"{makers[-1].place}: there may be several Things in one message")
        if any(each.several and not isinstance(each.object.term, abstract_graph.Constant) for each in makers):
            _check_parts(says, makers)
        return things.pop() if things and not self.told else _THING


def _check_parts(says: Sequence[Said], makers: Sequence[Said]) -> None:
    """Raises UnknownError where graphs of several Things may be cut so that a node has what belongs to it elsewhere."""
    for each in makers:
        if not each.subject.decides(each.object):
            raise UnknownError(f"{each.place}: an observation may have several Things")
    if apart := _apart(says, makers):
        raise UnknownError(f"{apart.place}: it is not known which Thing this is of")


def _apart(says: Sequence[Said], makers: Sequence[Said]) -> Said | None:
    """Something that is said of a node to which no way leads from its Thing, wherever the node is."""
    triples = [each.triple for each in says]
    needed: dict[AbstractTerm, Blocks] = {}
    for triple in triples:
        needed[triple.subject] = needed.get(triple.subject, triple.blocks) & triple.blocks
    linked = ((each.triple.blocks, term) for each in makers for term in (each.object.term, each.subject.term))
    reached = {term for blocks, term in linked if blocks <= needed.get(term, _NONE)}
    while True:
        more = {
            triple.object
            for triple in triples
            if triple.subject in reached and triple.blocks <= needed.get(triple.object, _NONE)
        }
        if more <= reached:
            break
        reached |= more
    return next((each for each in says if each.subject.term not in reached), None)


def _another(term: AbstractTerm, number: int) -> AbstractTerm:
    """A term made as *term* is, and another one; a constant is always the same."""
    if isinstance(term, Variable):
        return replace(term, name=f"{term.name}, {number}")
    return Minted(f"{term.name}, {number}") if isinstance(term, Minted) else term


def _others(more: Iterable[AbstractTriple], exact: Iterable[AbstractTriple]) -> frozenset[AbstractTerm]:
    """The nodes of other iterations: these may say more of them."""
    own = {term for triple in exact for term in (triple.subject, triple.object)}
    return frozenset(term for triple in more for term in (triple.subject, triple.object)) - own


def _about(thing: AbstractTerm) -> Iterator[AbstractTriple]:
    yield AbstractTriple(GRAPH, PRIMARY_TOPIC, thing)
    yield AbstractTriple(GRAPH, PROV + "generatedAtTime", RECEIVED)
    yield AbstractTriple(GRAPH, DCTERMS + "conformsTo", abstract_graph.Constant(SAREF_CORE_VERSION))
