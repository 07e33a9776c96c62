"""What a triples map says, a rule each: a predicate, what makes its objects, and the graphs they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from semantic_gw.lifters.rml.model import (
    DEFAULT_GRAPH,
    Constant,
    PredicateObjectMap,
    ReferencingObjectMap,
    TermMap,
    TriplesMap,
)
from semantic_gw.rdf.namespaces import RDF

_TYPE: Final = TermMap(Constant(RDF + "type"))
_DEFAULT: Final = Constant(DEFAULT_GRAPH)


@dataclass(frozen=True, slots=True)
class Rule:
    """Triples of the subject of a triples map; a graph of None is the default graph."""

    predicate: TermMap
    object: TermMap | ReferencingObjectMap
    graphs: Sequence[TermMap | None]


def rules(triples_map: TriplesMap) -> Iterator[Rule]:
    """All that *triples_map* says."""
    for kind in triples_map.classes:
        made = TermMap(Constant(kind), place=triples_map.subject.place)
        yield Rule(_TYPE, made, _graphs(triples_map.graphs))
    for pair in triples_map.predicate_objects:
        yield from _pairs(pair, _graphs((*triples_map.graphs, *pair.graphs)))


def _pairs(pair: PredicateObjectMap, graphs: Sequence[TermMap | None]) -> Iterator[Rule]:
    for predicate in pair.predicates:
        for made in pair.objects:
            yield Rule(predicate, made, graphs)


def _graphs(graphs: Sequence[TermMap]) -> Sequence[TermMap | None]:
    """The graphs, each once."""
    return [*dict.fromkeys(None if each.expression == _DEFAULT else each for each in graphs)] or [None]
