"""The shapes of deleted terms list exactly what SAREF core 4.1.1 no longer has of 3.1.1."""

from __future__ import annotations

from semantic_gw.model import Term
from semantic_gw.rdf.namespaces import SAREF, SGW, SH
from semantic_gw.shipped import SHAPES
from semantic_gw.validators.source import ShapesGraph
from tests.shared import shared

SHAPE = SGW + "shapes/"
LISTED = ShapesGraph.read([SHAPES / "saref-deleted-terms.ttl"])


def terms(version: str) -> set[Term]:
    """The terms that a version of SAREF core describes."""
    nodes = ShapesGraph.read([shared(f"saref/core-v{version}.ttl")]).nodes
    return {node for node in nodes if str(node).startswith(SAREF) and str(node).removeprefix(SAREF).isalnum()}


def listed() -> list[Term]:
    classes = LISTED.terms(SHAPE + "DeletedClass", SH + "targetClass")
    properties = [s for node in LISTED.nodes for s in LISTED.terms(node, SH + "targetSubjectsOf")]
    (individuals,) = LISTED.terms(SHAPE + "IsDeletedIndividual", SH + "in")
    return [*classes, *properties, *LISTED.list(SHAPE, individuals)]


def test_every_deleted_term_is_listed_once() -> None:
    deleted = terms("3.1.1") - terms("4.1.1")

    assert len(listed()) == len(set(listed())) == 98
    assert set(listed()) == deleted


def test_the_classes_that_are_targeted_are_those_that_are_refused() -> None:
    (refused,) = LISTED.terms(SHAPE + "IsDeleted", SH + "in")

    assert set(LISTED.list(SHAPE, refused)) == set(LISTED.terms(SHAPE + "DeletedClass", SH + "targetClass"))
