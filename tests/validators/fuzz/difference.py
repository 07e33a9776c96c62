"""What is known of one thing that an engine says otherwise than we do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pyoxigraph

from semantic_gw.model import Triple
from tests.validators.fuzz.case import Case, term_of
from tests.validators.fuzz.lines import Line
from tests.validators.fuzz.showing import PREFIXES

Right = Literal["ours", "theirs", "open"]
"""Who is right by the recommendation; open: it leaves the choice."""


@dataclass(frozen=True, slots=True)
class Difference:
    """It explains a disagreement that is gone once its cause is taken away from the case (*without*), or once what it
    blurs in reports (*blur*) is blurred in both.
    """

    engine: str
    name: str
    reason: str
    """with the clause that decides: of SHACL (2017) where no other is named"""
    example: Case
    right: Right = "ours"
    without: Callable[[Case], Case] = lambda case: case
    blur: Callable[[Line], Line] = lambda line: line


def case(shapes: str, data: str = "") -> Case:
    """A case in Turtle; the prefixes are those of the gateway, `:` for data and `s:` for shapes."""
    return Case(_triples(shapes), _triples(data))


def _triples(turtle: str) -> tuple[Triple, ...]:
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    quads = pyoxigraph.parse(head + turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return tuple((str(term_of(q.subject)), str(term_of(q.predicate)), term_of(q.object)) for q in quads)
