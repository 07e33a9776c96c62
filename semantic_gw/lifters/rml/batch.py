"""A whole mapping over whole sources, as lines: compiled where nothing is joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, Final

from semantic_gw.lifters.rml.compiler import Compiled, compile_source
from semantic_gw.lifters.rml.interpreter import BASE, Documents, Program, check_found
from semantic_gw.lifters.rml.model import Mapping
from semantic_gw.lifters.rml.notes import Notes
from semantic_gw.lifters.rml.nquads import line
from semantic_gw.model import IRI

_APART: Final = 1 << 40
"""Numbers of iterations that are kept for each document."""


def lines(mapping: Mapping, documents: Documents, notes: Notes, base: IRI = BASE) -> Iterator[str]:
    """The N-Quads of *mapping* over *documents*, in order; the same line may come twice. Raises LiftingError."""
    program = Program(mapping, base)
    for source in program.sources:
        if source is None or notes.strict or _joins(mapping):
            yield from map(line, program.run_source(source, documents, "", notes))
        else:
            made = compile_source(mapping, source, base, program=program)
            yield from _compiled(made, documents.get(source, ()), notes)
    check_found(notes)


def _joins(mapping: Mapping) -> bool:
    """Whether records meet in *mapping*: their blank nodes are then labelled as the interpreter numbers them."""
    return any(met.joins for each in mapping.triples_maps for met in each.references())


def _compiled(made: Compiled, documents: Iterable[Any], notes: Notes) -> Iterator[str]:
    """Lines of each document; interpreted until every reference found something once, so that others can be told of."""
    earlier, read = {*notes.never_found()}, len(notes.read)
    watching = True
    for first, document in zip(count(step=_APART), documents, strict=False):
        if watching:
            text = made.interpreted(document, "", notes, first)
            watching = len(notes.read) == read or not earlier.issuperset(notes.never_found())
        else:
            text = made.nquads(document, "", notes, first=first)
        yield from (f"{each}\n" for each in text.split("\n")[:-1])
