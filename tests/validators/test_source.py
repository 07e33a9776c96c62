"""Shapes are read from files in any syntax of RDF; what cannot be read is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.rdf.namespaces import SH
from semantic_gw.validators import compile_shapes
from semantic_gw.validators.source import ShapesGraph

DOCUMENTS = {
    "shapes.ttl": "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:S> sh:targetNode <urn:a> ; sh:minLength 9 .",
    "shapes.nt": (
        f'<urn:S> <{SH}targetNode> <urn:a> .\n<urn:S> <{SH}minLength> "9"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    ),
    "shapes.trig": (
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:g> { <urn:S> sh:targetNode <urn:a> ; sh:minLength 9 }"
    ),
    "shapes.jsonld": (
        f'{{"@id": "urn:S", "{SH}targetNode": {{"@id": "urn:a"}}, "{SH}minLength": 9}}'
    ),
    "shapes.rdf": (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sh="{SH}">'
        '<rdf:Description rdf:about="urn:S"><sh:targetNode rdf:resource="urn:a"/>'
        '<sh:minLength rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">9</sh:minLength></rdf:Description></rdf:RDF>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_shapes_are_read_in_any_syntax(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(DOCUMENTS[name])

    assert len(compile_shapes([path]).validate_triples([("urn:a", "urn:p", "urn:b")]).results) == 1


def test_an_ending_that_no_syntax_has_is_refused_with_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "shapes.txt"
    path.write_text("")

    with pytest.raises(ShapeError, match=r"shapes\.txt: no syntax of RDF .* '\.txt'; there are \.ttl, "):
        ShapesGraph.read([path])


@pytest.mark.parametrize(
    ("turtle", "told"),
    [
        ("<urn:S> .", "bad.ttl: line 1"),
        ("<urn:S> a sh:NodeShape .", "bad.ttl: line 1"),
        ('<urn:S> <urn:p> "x"@en--ltr .', "only RDF 1.1 is read"),
    ],
)
def test_what_cannot_be_read_is_told_with_file_and_line(turtle: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text(turtle)

    with pytest.raises(ShapeError) as raised:
        ShapesGraph.read([path])
    assert told in str(raised.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ShapeError, match=r"none\.ttl"):
        ShapesGraph.read([tmp_path / "none.ttl"])


def test_blank_nodes_of_two_files_are_not_the_same() -> None:
    graph = ShapesGraph.read(["_:a <urn:p> <urn:b> .", "_:a <urn:p> <urn:c> ."])

    assert len({subject for subject, _, _ in graph.triples}) == 2


def test_a_shape_may_stand_in_two_files() -> None:
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . "
    shapes = compile_shapes([f"{head} <urn:S> sh:targetNode <urn:a> .", f"{head} <urn:S> sh:minLength 9 ."])

    assert len(shapes.validate_triples([("urn:a", "urn:p", "urn:b")]).results) == 1
