"""What it is to be an instance of an abstract graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from semantic_gw.lifters.abstract import THING, blocks_of, phenomenon_block
from semantic_gw.lifters.rules import Plan
from semantic_gw.model import DataGraph, Literal, Term
from semantic_gw.rdf.abstract_graph import AbstractGraph, AbstractTerm, Constant, Minted, Variable
from semantic_gw.rdf.namespaces import XSD
from semantic_gw.validators.literals import value_of, well_formed


def faults(abstract: AbstractGraph, graph: DataGraph, plan: Plan) -> list[str]:
    """Why *graph* is no instance of *abstract*; nothing where it is one."""
    blocks = set(blocks_of(graph))
    if graph.phenomenon_time is not None:
        blocks.add(phenomenon_block(plan.rules))
    return [*_missing(abstract, graph, blocks), *_of_blocks(abstract, blocks)]


def _of_blocks(abstract: AbstractGraph, blocks: set[str]) -> Iterator[str]:
    if not blocks & abstract.any_of:
        yield "none of the blocks is there"
    if unknown := blocks - abstract.rules.keys():
        yield f"unknown blocks {unknown}"


def _missing(abstract: AbstractGraph, graph: DataGraph, blocks: set[str]) -> Iterator[str]:
    left = {*graph.triples, *graph.about}
    bound: dict[str, Term] = {}
    here = [triple for triple in abstract.triples if triple.blocks <= blocks]
    for triple in sorted(here, key=lambda triple: isinstance(triple.object, Variable)):
        found = [t for t in {*graph.triples, *graph.about} if _matches(triple.subject, t[0], graph, bound)
                 and t[1] == triple.predicate and _matches(triple.object, t[2], graph, bound)]  # fmt: skip
        if len(found) != 1:
            yield f"{len(found)} triples for {triple}"
            continue
        left.discard(found[0])
        if isinstance(triple.object, Variable):
            bound[triple.object.name] = found[0][2]
    yield from (f"nothing says that there is {triple}" for triple in left)


def _matches(abstract: AbstractTerm, term: Term, graph: DataGraph, bound: Mapping[str, Term]) -> bool:
    if isinstance(abstract, Constant):
        return abstract.term == term
    if isinstance(abstract, Minted):
        own = abstract.name.startswith(THING)
        return term == (graph.thing + abstract.name[len(THING) :] if own else graph.iri + abstract.name)
    return bound.get(abstract.name, term) == term and _within(abstract, term)


def _within(variable: Variable, term: Term) -> bool:
    if variable.terms is not None:
        return term in variable.terms
    datatypes = variable.datatypes or {variable.datatype}
    if not isinstance(term, Literal) or term.datatype not in datatypes:
        return False
    if not well_formed(term) and term.datatype != XSD + "string":
        return False
    value = value_of(term)
    if isinstance(value, float | Decimal):
        low, high = variable.minimum, variable.maximum
        return value == value and abs(value) != float("inf") and (  # noqa: PLR0124  NaN is not itself
            low is None or low <= Decimal(value)) and (high is None or Decimal(value) <= high)  # fmt: skip
    long = len(term.lexical)
    ends = term.lexical.startswith(variable.beginning) and term.lexical.endswith(variable.ending)
    return ends and variable.least_length <= long and (
        variable.most_length is None or long <= variable.most_length)  # fmt: skip
