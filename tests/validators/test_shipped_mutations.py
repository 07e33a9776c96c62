"""Every constraint of the shapes we ship is missed by an example when it is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import Literal, Term, Triple
from semantic_gw.rdf.namespaces import RDF, SGW, SH
from semantic_gw.shipped import SHAPES
from semantic_gw.validators import compile_shapes
from semantic_gw.validators.source import ShapesGraph
from tests.validators.fuzz.case import ntriples
from tests.validators.fuzz.lines import Lines, lines_of_report
from tests.validators.shipped import background

FILES = ("profile", "saref-core")
SAYS_NOTHING = {RDF + "type", SH + "message"}
REST, FIRST = RDF + "rest", RDF + "first"


def triples_of(name: str) -> list[Triple]:
    return ShapesGraph.read([SHAPES / f"{name}.ttl"]).triples


@cache
def examples() -> list[list[Triple]]:
    return [ShapesGraph.read([path]).triples for path in sorted(SHAPES.glob("examples/*/*.ttl"))]


def said(triples: list[Triple]) -> list[Lines] | None:
    """What shapes say of each example; None where they are refused."""
    try:
        shapes = compile_shapes([ntriples(triples)], background())
    except ShapeError:
        return None
    return [lines_of_report(shapes.validate_triples(example)) for example in examples()]


def mutants(name: str) -> Iterator[tuple[str, list[Triple]]]:
    """The shapes without each constraint or target in turn, and without each member of each list."""
    triples = triples_of(name)
    for subject, predicate, term in triples:
        if predicate == FIRST:
            yield f"a list without {shown(term)}", without_member(triples, subject)
        elif predicate not in SAYS_NOTHING | {REST}:
            yield f"{subject} {shown(predicate)} {shown(term)}", [t for t in triples if t != (subject, predicate, term)]


def shown(term: Term) -> str:
    return term.lexical if isinstance(term, Literal) else term.replace(SH, "sh:")


def without_member(triples: list[Triple], cell: Term) -> list[Triple]:
    """The list cell *cell* cut out of its list."""
    after = next(o for s, p, o in triples if s == cell and p == REST)
    kept = [(s, p, o) for s, p, o in triples if s != cell]
    return [(s, p, after if o == cell else o) for s, p, o in kept]


IMPLIED = {
    f"{SGW}shapes/NumberWithUnit-unit sh:minCount 1": "no unit is no unit that fits (sh:not shape:UnfitUnit)",
}
"""What others say as well, and why."""


@pytest.mark.parametrize("name", FILES)
def test_what_is_taken_from_shapes_is_missed_unless_others_say_it(name: str) -> None:
    before = said(triples_of(name))
    not_missed = {what for what, mutant in mutants(name) if said(mutant) == before}

    assert not_missed == {what for what in IMPLIED if name == "profile"}
