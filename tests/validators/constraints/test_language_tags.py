"""Language tags mean the same in capitals (RDF 1.1 Concepts, 3.3), however data comes in."""

from __future__ import annotations

import pytest

from semantic_gw.model import Literal, Triple
from semantic_gw.rdf.namespaces import RDF
from semantic_gw.validators import compile_shapes

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . "
HEAD = PREFIXES + "ex:S sh:targetSubjectsOf ex:p ; sh:path ex:p ; "


def tagged(language: str) -> Literal:
    return Literal("Tür", RDF + "langString", language)


def conforms(constraint: str, *triples: Triple) -> bool:
    return compile_shapes([HEAD + constraint + " ."]).validate_triples(triples).conforms


@pytest.mark.parametrize(
    "constraint", ['sh:in ( "Tür"@de-CH )', 'sh:hasValue "Tür"@de-CH', 'sh:in ( "x" "Tür"@DE-ch )']
)
def test_a_term_is_the_same_with_a_tag_in_capitals(constraint: str) -> None:
    assert conforms(constraint, ("urn:n", "urn:ex:p", tagged("de-CH")))
    assert conforms(constraint, ("urn:n", "urn:ex:p", tagged("de-ch")))


@pytest.mark.parametrize("constraint", ['sh:in ( "Tür"@de-CH )', 'sh:hasValue "Tür"@de-CH'])
def test_a_term_is_another_with_another_tag(constraint: str) -> None:
    assert not conforms(constraint, ("urn:n", "urn:ex:p", tagged("de")))


def test_values_are_equal_with_tags_in_capitals() -> None:
    values = (("urn:n", "urn:ex:p", tagged("de-CH")), ("urn:n", "urn:ex:q", tagged("de-ch")))

    assert conforms("sh:equals ex:q", *values)


def test_a_target_is_found_with_its_tag_in_capitals() -> None:
    shape = 'ex:S sh:targetNode "Tür"@de-CH ; sh:path [ sh:inversePath ex:p ] ; sh:minCount 1 .'

    assert compile_shapes([PREFIXES + shape]).validate_triples([("urn:n", "urn:ex:p", tagged("de-CH"))]).results == ()
