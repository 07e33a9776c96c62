"""What is done with shapes and data that strangers sent: functions for a process that may be ended at any moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from semantic_gw.model import Json
from semantic_gw.rdf.syntaxes import read_triples
from semantic_gw.rdf.turtle import to_turtle
from semantic_gw.shape_sets.collection import Compiler
from semantic_gw.shape_sets.shape_set import Origin, ShapeSet
from semantic_gw.validators.report import flat_report, to_ntriples

TURTLE: Final = "text/turtle"
_READ_AS_TURTLE: Final = (TURTLE, "application/n-triples")

GIVEN: Final = "shapes"
"""The name of the set of a dry run that brings its shapes along."""


def turtle_of(body: bytes, media_type: str) -> bytes:
    """*body*, RDF of *media_type*, as Turtle: as it is where it is Turtle. Raises DecodingError."""
    if media_type in _READ_AS_TURTLE:
        return body
    return to_turtle(to_ntriples(read_triples(body, media_type)).encode())


def checked(compiler: Compiler, sets: Sequence[ShapeSet]) -> int:
    """How many shapes *sets* have. Raises ShapeError where they cannot be compiled."""
    return len(compiler.compile(sets))


def tried(compiler: Compiler, sets: Sequence[ShapeSet], data: bytes, media_type: str) -> dict[str, Json]:
    """What *sets* say of *data*: the flat report, with the focus nodes of each shape.

    Raises ShapeError, DecodingError.
    """
    triples = read_triples(data, media_type)
    shapes = compiler.compile(sets)
    return {**flat_report(shapes.validate_triples(triples, counting=True)), "shapes": shapes.content_hash}


def given(turtle: bytes) -> ShapeSet:
    """The set that a dry run brings along."""
    return ShapeSet(GIVEN, Origin.MANAGED, turtle)
