"""sh:closed, sh:hasValue and sh:in (SHACL, 4.8) compare terms, not values."""

from __future__ import annotations

import pytest

from semantic_gw.model import Term, Triple, ValidationResult
from semantic_gw.rdf.namespaces import RDF
from semantic_gw.validators import compile_shapes
from semantic_gw.validators.source import ShapesGraph

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
IGNORED = f"sh:closed true ; sh:ignoredProperties ( <{RDF}type> )"


def results(shape: str, data: str) -> tuple[ValidationResult, ...]:
    triples: list[Triple] = ShapesGraph.read([HEAD + data]).triples
    return compile_shapes([f"{HEAD} <urn:S> sh:targetNode <urn:a> ; {shape} ."]).validate_triples(triples).results


@pytest.mark.parametrize(
    ("constraint", "value", "fits"),
    [
        ("sh:in ( 1 )", "1", True),
        ("sh:in ( 1 )", "01", False),
        ("sh:in ( 1 )", "1.0", False),
        ("sh:in ( 'a' )", "'a'@en", False),
        ("sh:in ( 'a'@en )", "'a'@en", True),
        ("sh:in ( <urn:x> )", "'urn:x'", False),
        ("sh:in ( )", "1", False),
        ("sh:hasValue 1", "01", False),
        ("sh:hasValue 1", "1, 2", True),
        ("sh:hasValue true", "'1'^^xsd:boolean", False),
    ],
)
def test_terms_are_compared(constraint: str, value: str, fits: bool) -> None:
    found = results(f"sh:path <urn:p> ; {constraint}", f"<urn:a> <urn:p> {value} .")

    assert len(found) == (not fits)


@pytest.mark.parametrize(
    ("shape", "wrong"),
    [
        (f"{IGNORED} ; sh:property [ sh:path <urn:p> ]", {"urn:q": "urn:c"}),
        ("sh:closed true ; sh:property [ sh:path <urn:p> ], [ sh:path <urn:q> ]", {RDF + "type": "urn:C"}),
        (f"{IGNORED} ; sh:property [ sh:path [ sh:inversePath <urn:p> ] ]", {"urn:p": "urn:b", "urn:q": "urn:c"}),
        (f"{IGNORED} ; sh:property [ sh:path <urn:p> ; sh:deactivated true ]", {"urn:q": "urn:c"}),
        ("sh:closed false", {}),
    ],
)
def test_a_closed_shape_tells_each_triple_that_it_does_not_allow(shape: str, wrong: dict[str, Term]) -> None:
    found = results(shape, "<urn:a> a <urn:C> ; <urn:p> <urn:b> ; <urn:q> <urn:c> .")

    assert {str(result.result_path): result.value for result in found} == wrong
