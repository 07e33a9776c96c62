"""What the rules of a mapping say of one iteration, and when the gateway has to say the time of a result.

| the mapping makes an observation | the graph then has |
|---|---|
| without a time | the time of receipt |
| with a time that is always there | that time |
| with a time that may be missing | a time, whichever |
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from semantic_gw.lifters.mapped_graphs import OBSERVATION, PRIMARY_TOPIC, RESULT_TIME, TYPE
from semantic_gw.lifters.mapped_terms import Blocks, Made
from semantic_gw.lifters.rml.model import Place
from semantic_gw.model import IRI, Literal
from semantic_gw.rdf import abstract_graph
from semantic_gw.rdf.abstract_graph import AbstractTerm, AbstractTriple, Variable
from semantic_gw.rdf.namespaces import XSD

RECEIVED: Final = Variable("time of the result", XSD + "dateTime", ending="Z")
"""When the message came in."""

_OBSERVATION: Final = abstract_graph.Constant(OBSERVATION)
_NONE: Final[Blocks] = frozenset()


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says of one iteration, and where it says so."""

    subject: Made
    predicate: IRI
    object: Made
    graph: Made | None
    blocks: Blocks
    """What has to be there beside the terms: the iteration."""
    several: bool
    """Whether other iterations say so, too."""
    place: Place

    @property
    def triple(self) -> AbstractTriple:
        graph = self.graph.blocks if self.graph is not None else _NONE
        blocks = self.subject.blocks | self.object.blocks | graph | self.blocks
        return AbstractTriple(self.subject.term, self.predicate, self.object.term, blocks)

    @property
    def makes_triple(self) -> bool:
        """Whether it is no word of a graph on which Thing it is about."""
        term = self.object.term
        literal = is_literal(term) or (isinstance(term, Variable) and bool(term.datatype or term.datatypes))
        return self.predicate != PRIMARY_TOPIC or literal


def is_literal(term: AbstractTerm) -> bool:
    """Whether *term* is a literal that the mapping names."""
    return isinstance(term, abstract_graph.Constant) and isinstance(term.term, Literal)


def with_result_times(said: tuple[Said, ...]) -> tuple[Said, ...]:
    """*said* of one graph, with what the gateway adds to it: `mapped_graphs.with_result_times`."""
    found = list(said)
    for each in said:
        if each.predicate == TYPE and _may_be_observation(each.object.term):
            _add_time(each, found)
    return tuple(found)


def _may_be_observation(term: AbstractTerm) -> bool:
    if not isinstance(term, Variable) or term.datatype or term.datatypes:
        return term == _OBSERVATION
    return term.terms is None or OBSERVATION in term.terms


def _add_time(typed: Said, found: list[Said]) -> None:
    """Say the time of the observation that is *typed* so, where nothing in *found* surely does."""
    times = [index for index, each in enumerate(found) if _is_time_of(each, typed)]
    blocks = typed.triple.blocks
    sure = typed.object.term == _OBSERVATION
    if any(found[index].triple.blocks <= blocks for index in times):
        return
    if sure and len(times) == 1 and (own := _whichever(found[times[0]], typed)) is not None:
        found[times[0]] = own
        return
    received = replace(typed, predicate=RESULT_TIME, object=Made(RECEIVED), blocks=blocks)
    if times or not sure:
        received = replace(received, blocks=blocks | {f"{typed.place}, a result without a time of its own"})
    found.append(received)


def _is_time_of(each: Said, typed: Said) -> bool:
    return each.predicate == RESULT_TIME and each.subject.term == typed.subject.term


def _whichever(time: Said, typed: Said) -> Said | None:
    """The time that the mapping makes, or else that of receipt; None where not exactly one of them is there."""
    term, blocks = time.object.term, typed.triple.blocks
    if not isinstance(term, Variable) or term.datatype != RECEIVED.datatype or time.object.many:
        return None
    if time.graph != typed.graph or not blocks <= time.triple.blocks:
        return None
    either = Variable(f"{term.name}, or {RECEIVED.name}", RECEIVED.datatype)
    subject = replace(time.subject, blocks=time.subject.blocks & blocks)
    return replace(time, subject=subject, object=replace(time.object, term=either, blocks=_NONE), blocks=blocks)
