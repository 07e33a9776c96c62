"""The part of a shapes graph that an engine gets: the shapes asked for, what they reach, and no other target."""

from __future__ import annotations

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import Term, Triple
from semantic_gw.rdf.namespaces import OWL, RDF, RDFS, SH
from semantic_gw.validators.engines.partition import Part, cut
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import Background

HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
)
TYPE = RDF + "type"
QUERY = "sh:sparql [ sh:select 'SELECT $this { $this ?p ?o }' ]"


def part(turtle: str, *nodes: str, background: tuple[Triple, ...] = ()) -> Part:
    return cut(ShapesGraph.read([HEAD + turtle]), nodes or ("urn:x:S",), Background(background))


def objects(found: Part, predicate: str) -> set[Term]:
    return {term for _, p, term in found.triples if p == predicate}


def test_what_is_not_reached_is_not_there() -> None:
    found = part(f"ex:S {QUERY} ; sh:node ex:T . ex:T sh:class ex:C . ex:U sh:class ex:D .")

    assert objects(found, SH + "class") == {"urn:x:C"}


def test_a_shape_that_is_only_reached_has_no_target() -> None:
    found = part(
        f"ex:S {QUERY} ; sh:targetClass ex:A ; sh:node ex:T . ex:T a sh:NodeShape, owl:Class ; sh:targetClass ex:B ; "
        "sh:targetNode ex:b ; sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:q ."
    )

    assert objects(found, SH + "targetClass") == {"urn:x:A"}
    assert objects(found, TYPE) == {SH + "NodeShape"}
    assert not any(objects(found, SH + name) for name in ("targetNode", "targetSubjectsOf", "targetObjectsOf"))


def test_a_shape_that_is_a_class_is_one_in_plain_words() -> None:
    found = part(f"ex:S a owl:Class, sh:NodeShape ; {QUERY} .")

    assert objects(found, TYPE) == {RDFS + "Class", SH + "NodeShape"}
    assert OWL + "Class" not in objects(found, TYPE)


def test_blank_nodes_become_iris_but_for_paths_and_lists() -> None:
    found = part(
        f"ex:S {QUERY} ; sh:property [ sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:in ( 1 2 ) ; sh:or ( [ ] [ ] ) ] ."
    )
    blank = {s for s, _, _ in found.triples if s.startswith("_:")}
    predicates = {p for s, p, _ in found.triples if s in blank}

    assert predicates == {RDF + "first", RDF + "rest", SH + "inversePath"}
    assert all(str(node).startswith("_:") for node in found.original.values())


def test_components_come_along_unasked() -> None:
    found = part(f"ex:S {QUERY} . ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path <urn:x/p> ] .")

    assert "urn:x:C" in {s for s, _, _ in found.triples}


def test_a_shape_keeps_its_targets_where_the_background_does_not_meet_them() -> None:
    found = part(f"ex:S {QUERY} ; sh:targetClass ex:C .", background=(("urn:a", TYPE, "urn:other"),))

    assert (found.marked, objects(found, SH + "targetClass")) == ({}, {"urn:x:C"})


def test_a_shape_is_for_marked_nodes_where_the_background_meets_its_targets() -> None:
    found = part(
        f"ex:S {QUERY} ; sh:targetClass ex:C . ex:T {QUERY} ; sh:targetClass ex:D .",
        "urn:x:S",
        "urn:x:T",
        background=(("urn:a", TYPE, "urn:below"), ("urn:below", RDFS + "subClassOf", "urn:x:C")),
    )

    assert list(found.marked) == ["urn:x:S"]
    assert objects(found, SH + "targetObjectsOf") == set(found.marked.values())
    assert objects(found, SH + "targetClass") == {"urn:x:D"}


@pytest.mark.parametrize("term", ["sh:target", "sh:rule", "sh:js", "sh:expression", "sh:values"])
def test_what_engines_may_skip_is_refused(term: str) -> None:
    with pytest.raises(ShapeError, match=f"uses {term}, which no engine does here"):
        part(f"ex:S {QUERY} ; {term} [ ] .")
