"""What a mapping made of a message becomes graphs of ours: one for each Thing, without blank nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from semantic_gw.errors import LiftingError
from semantic_gw.lifters.rml.interpreter import Quad
from semantic_gw.model import IRI, Literal, Triple
from semantic_gw.rdf.lexical import well_formed
from semantic_gw.rdf.namespaces import FOAF, RDF, SAREF
from semantic_gw.rdf.node_names import is_valid

PRIMARY_TOPIC: Final = FOAF + "primaryTopic"
MADE_BY: Final = SAREF + "madeBy"
TYPE: Final = RDF + "type"
OBSERVATION: Final = SAREF + "Observation"
RESULT_TIME: Final = SAREF + "hasResultTime"
_MOST_SHOWN: Final = 5


@dataclass(slots=True)
class Made:
    """The triples of one graph as the mapping made it, and the Thing that it says it is about."""

    triples: list[Triple] = field(default_factory=list)
    thing: IRI | None = None


def graphs_of(quads: Iterable[Quad], name: IRI) -> tuple[list[Made], list[Quad]]:
    """The graphs that *quads* are, blank nodes named below *name*; and the quads that are no RDF of ours.

    `foaf:primaryTopic` of a graph says which Thing it is about, in the graph itself or in the default graph.
    """
    found: dict[str | None, Made] = {}
    topics: dict[str, IRI] = {}
    wrong: list[Quad] = []
    nodes = _Nodes(name)
    for quad in quads:
        triple = _triple(quad, nodes)
        if triple is None:
            wrong.append(quad)
        elif quad[1] == PRIMARY_TOPIC and isinstance(triple[2], str):
            topics[quad[0]] = triple[2]
        else:
            found.setdefault(quad[3], Made()).triples.append(triple)
    for graph, made in found.items():
        made.thing = topics.get(graph) if graph is not None else None
    if len(found) == 1 and len(topics) == 1:
        next(iter(found.values())).thing = next(iter(topics.values()))
    return [*found.values()], wrong


class _Nodes(dict[str, IRI]):
    """Nodes of a message → their IRIs, blank ones named (RDF 1.1 Concepts, 3.5); nothing for what is no IRI."""

    def __init__(self, name: IRI) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, node: str) -> IRI:
        named = f"{self._name}#{node[2:]}" if node.startswith("_:") else node
        found = self[node] = named if is_valid(named) else ""
        return found


def _triple(quad: Quad, nodes: _Nodes) -> Triple | None:
    """The triple of *quad*; None where a term of it is none."""
    subject, predicate, term = nodes[quad[0]], nodes[quad[1]], quad[2]
    if isinstance(term, Literal):
        good = well_formed(term)
    else:
        term = nodes[term]
        good = term != ""
    return (subject, predicate, term) if good and subject and predicate else None


def by_thing(made: Made, told: IRI | None) -> list[tuple[IRI, tuple[Triple, ...]]]:
    """The triples of *made* by the Thing they are about; *told* is what the manifest says. Raises LiftingError.

    Where several Things observe in one graph, each gets what can be reached from it and its observations.
    """
    thing = made.thing or told
    triples = tuple(dict.fromkeys(made.triples))
    if thing is not None:
        return [(thing, triples)]
    makers = tuple(dict.fromkeys(term for _, predicate, term in triples if predicate == MADE_BY))
    things = [term for term in makers if isinstance(term, str)]
    if len(things) == 1:
        return [(things[0], triples)]
    if not things:
        subjects = ", ".join(dict.fromkeys(f"<{subject}>" for subject, _, _ in triples[:_MOST_SHOWN]))
        raise LiftingError(
            f"a graph does not say which Thing it is about ({subjects}): give its observations saref:madeBy, "
            f"the graph foaf:primaryTopic, or the manifest thing"
        )
    return [*_parted(triples, things)]


def _parted(triples: Sequence[Triple], things: Sequence[IRI]) -> Iterator[tuple[IRI, tuple[Triple, ...]]]:
    below: dict[IRI, list[IRI]] = {}
    makers: dict[IRI, IRI] = {}
    for subject, predicate, term in triples:
        if isinstance(term, str):
            below.setdefault(subject, []).append(term)
            if predicate == MADE_BY:
                makers[subject] = term
    reached = {thing: _reached(thing, below, makers) for thing in things}
    everywhere = {subject for subject, _, _ in triples} - set().union(*reached.values())
    for thing in things:
        mine = reached[thing] | everywhere
        yield thing, tuple(triple for triple in triples if triple[0] in mine)


def _reached(thing: IRI, below: Mapping[IRI, Sequence[IRI]], makers: Mapping[IRI, IRI]) -> set[IRI]:
    """The nodes that *thing* and its observations lead to, but for those of other Things."""
    found = {thing}
    ahead = [thing, *(subject for subject, maker in makers.items() if maker == thing)]
    others = {*makers.values()} - {thing}
    while ahead:
        node = ahead.pop()
        found.add(node)
        ahead += [one for one in below.get(node, ()) if one not in found | others and makers.get(one, thing) == thing]
    return found


def with_result_times(triples: tuple[Triple, ...], received: Literal) -> tuple[Triple, ...]:
    """*triples*, where each observation without a time of its result has that of receipt: *received*."""
    timed = {subject for subject, predicate, _ in triples if predicate == RESULT_TIME}
    observed = dict.fromkeys(
        subject for subject, predicate, term in triples if (predicate, term) == (TYPE, OBSERVATION)
    )
    return (*triples, *((node, RESULT_TIME, received) for node in observed if node not in timed))
