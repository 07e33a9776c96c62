"""Whether a shapes graph is well-formed (SHACL, syntax rules): our shapes of shapes, compiled by our own compiler."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from semantic_gw.errors import ShapeError
from semantic_gw.model import IRI, Term, ValidationResult
from semantic_gw.shipped import SHAPES
from semantic_gw.validators.closures import compile_model
from semantic_gw.validators.compiled import CompiledShapes
from semantic_gw.validators.parse import parse_shapes
from semantic_gw.validators.source import ShapesGraph, show
from semantic_gw.validators.view import Background

SHAPES_OF_SHAPES: Final = SHAPES / "shacl" / "shapes-of-shapes.ttl"
MOST_TOLD: Final = 20
"""Findings that one error tells; their number is always told."""


class Finding(NamedTuple):
    """Something in a shapes graph that SHACL does not allow.

    *rule* is the shape of shapes that says so, named as the Recommendation names the rule; *instead* what to write.
    """

    file: str
    node: Term
    name: str
    value: Term | None
    rule: IRI
    instead: str

    @property
    def text(self) -> str:
        """All of it in one line.

        >>> Finding("kitchen.ttl", "urn:S", "<urn:S>", "urn:v", "urn:rule", "sh:class wants the IRI of a class").text
        'kitchen.ttl: shape <urn:S>: sh:class wants the IRI of a class, not <urn:v>'
        """
        named = None if self.value is None or str(self.value).startswith("_:") else self.value
        not_ = "" if named is None or named == self.node else f", not {show(named)}"
        return f"{self.file}: shape {self.name}: {self.instead}{not_}"


def findings(graph: ShapesGraph) -> tuple[Finding, ...]:
    """What is ill-formed in *graph*, in its own order."""
    return tuple(_finding(graph, result) for result in shapes_of_shapes().validate_triples(graph.triples).results)


def check(graph: ShapesGraph) -> None:
    """Raises ShapeError with file, node, and what to write instead, where *graph* is ill-formed."""
    found = findings(graph)
    if found:
        told = [finding.text for finding in found[:MOST_TOLD]]
        more = [f"and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
        raise ShapeError("\n".join([*told, *more]))


@cache
def shapes_of_shapes() -> CompiledShapes:
    """The shapes that shapes have to conform to, compiled when they are first wanted."""
    return compile_model(parse_shapes(ShapesGraph.read([SHAPES_OF_SHAPES])), Background(()))


def _finding(graph: ShapesGraph, result: ValidationResult) -> Finding:
    node = _shape_around(graph, result.focus_node)
    return Finding(
        graph.file_of.get(node, "shapes"),
        result.focus_node,
        graph.name(result.focus_node),
        result.value,
        result.source_shape,
        " ".join(result.message.split()),
    )


def _shape_around(graph: ShapesGraph, node: Term) -> Term:
    """The node whose file says where *node* stands: it, where it is described; a list or literal has none."""
    if node in graph.file_of:
        return node
    return next((subject for subject, _, term in graph.triples if term == node), node)
