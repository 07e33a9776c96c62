"""Our shapes of shapes: each rule notices what breaks it, and they judge as W3C's own do, but where it is argued."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import ValidationReport
from semantic_gw.shipped import SHAPES
from semantic_gw.validators.closures import compile_model
from semantic_gw.validators.parse import parse_shapes
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.view import Background
from semantic_gw.validators.well_formed import MOST_TOLD, SHAPES_OF_SHAPES, check, findings, shapes_of_shapes
from tests.shared import SHARED, shared

SUITE = "shacl/w3c-tests"
RULES = "https://w3id.org/semantic-gw/shapes-of-shapes/"
HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:x:> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def read(turtle: str) -> ShapesGraph:
    return ShapesGraph.read([HEAD + turtle])


@pytest.fixture(scope="module")
def theirs() -> Callable[[ShapesGraph], ValidationReport]:
    """What W3C's shapes of shapes say, through our compiler."""
    source = shared(f"{SUITE}/core/complex/shacl-shacl-data-shapes.ttl")
    compiled = compile_model(parse_shapes(ShapesGraph.read([source])), Background(()))
    return lambda graph: compiled.validate_triples(graph.triples)


def node(constraint: str) -> str:
    return f"ex:S a sh:NodeShape ; {constraint} ."


def path(constraint: str) -> str:
    return f"ex:S a sh:PropertyShape ; sh:path ex:p ; {constraint} ."


def of_path(path: str) -> str:
    return f"ex:S a sh:PropertyShape ; sh:path {path} ; sh:minCount 1 ."


BROKEN = {
    # Targets and the frame of a shape
    node("sh:targetNode [ ]"): "targetNode-nodeKind",
    node('sh:targetClass "C"'): "targetClass-nodeKind",
    node("sh:targetClass [ ]"): "targetClass-nodeKind",
    node("sh:targetSubjectsOf [ sh:inversePath ex:p ]"): "targetSubjectsOf-nodeKind",
    node("sh:targetSubjectsOf 5"): "targetSubjectsOf-nodeKind",
    node('sh:targetObjectsOf "p"'): "targetObjectsOf-nodeKind",
    node("sh:targetObjectsOf [ ]"): "targetObjectsOf-nodeKind",
    "[ ] a sh:NodeShape, rdfs:Class ; sh:nodeKind sh:IRI .": "implicit-targetClass-nodeKind",
    "[ ] a sh:PropertyShape, rdfs:Class ; sh:path ex:p .": "implicit-targetClass-nodeKind",
    "ex:M rdfs:subClassOf rdfs:Class . [ ] a sh:NodeShape, ex:M .": "implicit-targetClass-nodeKind",
    node("sh:severity sh:Info, sh:Warning"): "severity-maxCount",
    node('sh:severity "Info"'): "severity-nodeKind",
    node("sh:severity [ ]"): "severity-nodeKind",
    node("sh:message 5"): "message-datatype",
    node("sh:message ex:text"): "message-datatype",
    node('sh:message "<b>hot</b>"^^rdf:HTML'): "message-datatype",
    node("sh:deactivated true, false"): "deactivated-maxCount",
    node('sh:deactivated "true"'): "deactivated-datatype",
    node('sh:deactivated "1"^^xsd:boolean'): "deactivated-datatype",
    # Paths
    node("sh:path ex:p"): "NodeShape-path-maxCount",
    "ex:S a sh:PropertyShape ; sh:nodeKind sh:IRI .": "PropertyShape-path-minCount",
    path("sh:path ex:q"): "path-maxCount",
    of_path('"p"'): "path-metarule",
    of_path("[ ]"): "path-metarule",
    of_path("( )"): "path-metarule",
    of_path("( ex:p )"): "path-metarule",
    of_path('( ex:p "q" )'): "path-metarule",
    of_path("[ rdf:first ex:p ]"): "path-metarule",
    of_path("[ rdf:first ex:p ; rdf:rest ex:q ]"): "path-metarule",
    of_path("[ rdf:first ex:p, ex:q ; rdf:rest ( ex:r ) ]"): "path-metarule",
    of_path("[ sh:alternativePath ex:p ]"): "path-metarule",
    of_path("[ sh:alternativePath ( ex:p ) ]"): "path-metarule",
    of_path("[ sh:alternativePath ( ex:p [ ] ) ]"): "path-metarule",
    of_path("[ sh:inversePath 5 ]"): "path-metarule",
    of_path("[ sh:inversePath ex:p, ex:q ]"): "path-metarule",
    of_path("[ sh:inversePath ex:p ; sh:zeroOrMorePath ex:p ]"): "path-metarule",
    of_path("[ sh:inversePath [ sh:inversePath [ ] ] ]"): "path-metarule",
    of_path("[ sh:zeroOrMorePath ex:p, ex:q ]"): "path-metarule",
    of_path('[ sh:zeroOrMorePath "p" ]'): "path-metarule",
    of_path("[ sh:oneOrMorePath ( ex:p ) ]"): "path-metarule",
    of_path("[ sh:oneOrMorePath ex:p ; ex:note 5 ]"): "path-metarule",
    of_path("[ sh:zeroOrOnePath ex:p, ex:q ]"): "path-metarule",
    of_path("( ex:p [ sh:zeroOrOnePath ( ex:q [ sh:oneOrMorePath true ] ) ] )"): "path-metarule",
    # Lists
    node("sh:and ex:T"): "SHACL-list",
    node("sh:or [ rdf:first ex:T ]"): "SHACL-list",
    node("sh:xone [ rdf:first ex:T, ex:U ; rdf:rest ( ) ]"): "SHACL-list",
    node("sh:in ex:a"): "SHACL-list",
    node("sh:in [ rdf:first ex:a ; rdf:rest ( ex:b ), ( ex:c ) ]"): "SHACL-list",
    node("sh:in _:l") + " _:l rdf:first ex:a ; rdf:rest _:l .": "SHACL-list",
    node('sh:languageIn "en"'): "SHACL-list",
    node("sh:closed true ; sh:ignoredProperties rdf:type"): "SHACL-list",
    node("sh:in ( )") + " rdf:nil rdf:rest ex:a .": "SHACL-list",
    # Parameters that take shapes
    node("sh:not 5"): "not-node",
    node("sh:or ( 1 2 )"): "members-node",
    node("sh:and ( [ ] true )"): "members-node",
    node('sh:xone ( "a" )'): "members-node",
    node('sh:node "T"'): "node-node",
    node("sh:node [ sh:path ex:p ]"): "node-node-path",
    node('sh:property "p"'): "property-node",
    node("sh:property [ sh:minCount 1 ]"): "property-node-path",
    node("sh:property ex:P") + " ex:P sh:nodeKind sh:IRI .": "property-node-path",
    path("sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ ], [ sh:class ex:C ]"): "qualifiedValueShape-node",
    path('sh:qualifiedMinCount 1 ; sh:qualifiedValueShape "C"'): "qualifiedValueShape-node",
    node("sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ ]"): "qualifiedValueShape-scope",
    path('sh:qualifiedMinCount "1" ; sh:qualifiedValueShape [ ]'): "qualifiedMinCount-datatype",
    path("sh:qualifiedMinCount 1, 2 ; sh:qualifiedValueShape [ ]"): "qualifiedMinCount-datatype",
    path("sh:qualifiedMaxCount 1.0 ; sh:qualifiedValueShape [ ]"): "qualifiedMaxCount-datatype",
    path("sh:qualifiedMaxCount 1, 2 ; sh:qualifiedValueShape [ ]"): "qualifiedMaxCount-datatype",
    path('sh:qualifiedMaxCount 1 ; sh:qualifiedValueShapesDisjoint "yes" ; sh:qualifiedValueShape [ ]'): (
        "qualifiedValueShapesDisjoint-datatype"
    ),
    # What values are, and how many
    node('sh:class "C"'): "class-nodeKind",
    node("sh:class ( ex:C ex:D )"): "class-nodeKind",
    node('sh:datatype "xsd:int"'): "datatype-nodeKind",
    node("sh:datatype xsd:int, xsd:long"): "datatype-maxCount",
    node("sh:nodeKind sh:Thing"): "nodeKind-in",
    node('sh:nodeKind "IRI"'): "nodeKind-in",
    node("sh:nodeKind sh:IRI, sh:Literal"): "nodeKind-maxCount",
    node("sh:minCount 1"): "minCount-scope",
    path('sh:minCount "1"'): "minCount-datatype",
    path('sh:minCount "one"^^xsd:integer'): "minCount-datatype",
    path("sh:minCount 1, 2"): "minCount-datatype",
    node("sh:maxCount 1"): "maxCount-scope",
    path("sh:maxCount 1.5"): "maxCount-datatype",
    path('sh:maxCount "1"^^xsd:int'): "maxCount-datatype",
    path("sh:maxCount 0, 1"): "maxCount-datatype",
    # Ranges and texts
    node("sh:minExclusive ex:low"): "minExclusive-nodeKind",
    node("sh:minExclusive 0, 1"): "minExclusive-nodeKind",
    node("sh:minInclusive [ ]"): "minInclusive-nodeKind",
    node("sh:minInclusive 0, 1"): "minInclusive-nodeKind",
    node("sh:maxExclusive ex:high"): "maxExclusive-nodeKind",
    node("sh:maxExclusive 0, 1"): "maxExclusive-nodeKind",
    node("sh:maxInclusive ( 1 )"): "maxInclusive-nodeKind",
    node("sh:maxInclusive 0, 1"): "maxInclusive-nodeKind",
    node('sh:minLength "1"'): "minLength-datatype",
    node("sh:minLength 1, 2"): "minLength-datatype",
    node("sh:maxLength 1.0"): "maxLength-datatype",
    node("sh:maxLength 1, 2"): "maxLength-datatype",
    node("sh:pattern 5"): "pattern-datatype",
    node('sh:pattern "a"@en'): "pattern-datatype",
    node('sh:pattern "a", "b"'): "pattern-datatype",
    node('sh:pattern "a" ; sh:flags true'): "flags-datatype",
    node('sh:pattern "a" ; sh:flags "i", "s"'): "flags-datatype",
    node('sh:languageIn ( "en" ), ( "de" )'): "languageIn-maxCount",
    node("sh:languageIn ( ex:en )"): "languageIn-members-datatype",
    node('sh:languageIn ( "en" "de"@de )'): "languageIn-members-datatype",
    node("sh:uniqueLang true"): "uniqueLang-scope",
    path('sh:uniqueLang "true"'): "uniqueLang-datatype",
    path("sh:uniqueLang true, false"): "uniqueLang-datatype",
    # Pairs of predicates
    node('sh:equals "p"'): "equals-nodeKind",
    node("sh:disjoint [ sh:inversePath ex:p ]"): "disjoint-nodeKind",
    path("sh:lessThan 5"): "lessThan-nodeKind",
    node("sh:lessThan ex:p"): "lessThan-scope",
    path("sh:lessThanOrEquals [ ]"): "lessThanOrEquals-nodeKind",
    node("sh:lessThanOrEquals ex:p"): "lessThanOrEquals-scope",
    # Closed shapes, and sh:in
    node('sh:closed "true"'): "closed-datatype",
    node("sh:closed true, false"): "closed-datatype",
    node("sh:closed true ; sh:ignoredProperties ( rdf:type ), ( ex:p )"): "ignoredProperties-maxCount",
    node('sh:closed true ; sh:ignoredProperties ( "p" )'): "ignoredProperties-members-nodeKind",
    node("sh:in ( 1 ), ( 2 )"): "in-maxCount",
    # Graphs
    'ex:data sh:shapesGraph "shapes.ttl" .': "shapesGraph-nodeKind",
    "ex:data sh:entailment [ ] .": "entailment-nodeKind",
    # SHACL-SPARQL
    node('sh:sparql "SELECT $this {}"'): "sparql-node",
    node("sh:sparql [ ]"): "sparql-select",
    node('sh:sparql [ sh:select "SELECT $this {}", "SELECT $this { $this ?p ?o }" ]'): "sparql-select",
    node('sh:sparql [ sh:ask "ASK {}" ]'): "sparql-select",
    node('sh:sparql [ sh:select "SELECT $this {}"@en ]'): "sparql-select",
    node('sh:select "SELECT $this {}"'): "select-of-a-shape",
    'ex:C sh:prefixes "ex" .': "prefixes-nodeKind",
    'ex: sh:declare "ex" .': "declare-node",
    'ex: sh:declare [ sh:prefix "ex" ] .': "declare-namespace",
    'ex: sh:declare [ sh:namespace "urn:x:"^^xsd:anyURI ] .': "declare-prefix",
    'ex: sh:declare [ sh:prefix "ex" ; sh:namespace <urn:x:> ] .': "declare-namespace",
    "[ ] a sh:ConstraintComponent ; sh:parameter [ sh:path <urn:x/p> ] .": "ConstraintComponent-nodeKind",
    'ex:C sh:parameter "p" .': "parameter-node",
    "ex:C sh:parameter [ ] .": "parameter-path",
    "ex:C sh:parameter [ sh:path [ sh:inversePath ex:p ] ] .": "parameter-path",
    "ex:C sh:parameter [ sh:path <urn:x/value> ] .": "parameter-name",
    'ex:C sh:parameter [ sh:path <urn:x/p> ], [ sh:path <urn:x/q> ; sh:optional "yes" ] .': "optional-datatype",
    "ex:C sh:parameter [ sh:path <urn:x/p> ; sh:optional true ] .": "parameter-required",
    "ex:C sh:labelTemplate 5 .": "labelTemplate-datatype",
    'ex:C sh:validator [ sh:select "SELECT $this {}" ] .': "validator-ask",
    "ex:C sh:validator 5 .": "validator-node",
    "ex:C sh:nodeValidator 5 .": "nodeValidator-node",
    'ex:C sh:nodeValidator [ sh:ask "ASK {}" ] .': "nodeValidator-select",
    'ex:C sh:propertyValidator [ sh:ask "ASK {}" ] .': "propertyValidator-select",
    "ex:C sh:propertyValidator 5 .": "propertyValidator-node",
}
"""Broken shapes → the rule that notices."""

SPARQL = "W3C's shapes of shapes have no rules for SHACL-SPARQL; ours follow 5.2 and 6.2"
LITERAL = "a literal can be no shape (2.1); W3C's look for what a shape has, and a literal has nothing wrong"
STRICTER = {
    **{
        turtle: SPARQL
        for turtle, rule in BROKEN.items()
        if rule.startswith(("sparql", "select", "prefixes", "declare", "Constraint", "parameter", "optional", "label"))
        or "alidator" in rule
    },
    node("sh:path ex:p"): "a node shape has no path (2.2); to W3C's, one with a path is a property shape",
    "ex:S a sh:PropertyShape ; sh:nodeKind sh:IRI .": "a property shape has a path (2.3); the same the other way round",
    of_path("( )"): "an empty list is the IRI rdf:nil, which nobody means for a predicate",
    node("sh:not 5"): LITERAL,
    node("sh:or ( 1 2 )"): LITERAL,
    node("sh:and ( [ ] true )"): LITERAL,
    node('sh:xone ( "a" )'): LITERAL,
    node('sh:node "T"'): LITERAL,
    path('sh:qualifiedMinCount 1 ; sh:qualifiedValueShape "C"'): LITERAL,
}
"""Broken shapes that W3C's shapes of shapes let pass → why ours do not."""

FINE = [
    node("sh:targetNode 5, ex:a ; sh:targetClass ex:C ; sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:p"),
    "ex:C a sh:NodeShape, rdfs:Class ; sh:severity ex:Odd ; sh:deactivated false .",
    node('sh:message "hot", "heiß"@de ; sh:in ( ) ; sh:or ( ) ; sh:not [ ]'),
    node("sh:property [ sh:path ex:p ; sh:minCount 0 ; sh:maxCount 007 ; sh:uniqueLang true ; sh:lessThan ex:q ]"),
    of_path("( ex:p [ sh:alternativePath ( ex:q [ sh:inversePath [ sh:zeroOrOnePath ex:r ] ] ) ] ex:s )"),
    of_path("[ sh:zeroOrMorePath [ sh:oneOrMorePath ( ex:p ex:q ) ] ]"),
    node("sh:closed true ; sh:ignoredProperties ( rdf:type )"),
    path("sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:C ] ; sh:qualifiedValueShapesDisjoint true"),
    node('sh:sparql [ sh:select "SELECT $this {}" ; sh:prefixes ex: ; sh:message "odd" ; sh:deactivated true ]'),
    'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "urn:x:"^^xsd:anyURI ] .',
    'ex:S a sh:NodeShape ; sh:sparql ex:S ; sh:select "SELECT $this {}" .',
    'ex:C sh:parameter [ sh:path <urn:x/p> ; sh:optional false ] ; sh:validator [ sh:ask "ASK {}" ] .',
    "ex:C sh:parameter [ sh:path <urn:x/p> ], [ sh:path <urn:x/q> ; sh:optional true ] .",
    "ex:a ex:p ex:b .",
    "",
]

LOOSER = {
    "core/path/path-strange-002.ttl": "a list with sh:inversePath beside it is a sequence path, and no inverse path, "
    "which is a node with one triple (2.3.1.4): what stands behind it is no path, and need not be one",
}
"""Files that W3C's shapes of shapes refuse → why ours do not; the suite itself asks for their report."""

FILES = sorted(file.relative_to(SHARED / SUITE).as_posix() for file in (SHARED / SUITE).rglob("*.ttl")) or ["absent"]


@pytest.mark.parametrize(("turtle", "rule"), BROKEN.items())
def test_a_rule_notices_what_breaks_it(turtle: str, rule: str) -> None:
    assert rule in {finding.rule.removeprefix(RULES) for finding in findings(read(turtle))}


@pytest.mark.parametrize("turtle", BROKEN)
def test_w3cs_shapes_of_shapes_notice_it_too(turtle: str, theirs: Callable[[ShapesGraph], ValidationReport]) -> None:
    assert bool(theirs(read(turtle)).results) != (turtle in STRICTER)


@pytest.mark.parametrize("turtle", FINE)
def test_what_is_well_formed_passes_both(turtle: str, theirs: Callable[[ShapesGraph], ValidationReport]) -> None:
    graph = read(turtle)

    assert findings(graph) == ()
    assert theirs(graph).results == ()


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_the_suite_is_judged_alike(file: str, theirs: Callable[[ShapesGraph], ValidationReport]) -> None:
    graph = ShapesGraph()
    graph.add(shared(f"{SUITE}/{file}").read_bytes(), file, base=f"http://w3c.test/{file}")

    assert findings(graph) == ()
    assert bool(theirs(graph).results) == (file in LOOSER)


def test_the_suite_is_whole() -> None:
    shared(SUITE)

    assert len(FILES) == 150


@pytest.mark.parametrize("file", [*sorted(SHAPES.glob("*.ttl")), SHAPES_OF_SHAPES], ids=lambda file: file.name)
def test_our_own_shapes_are_well_formed(file: Path) -> None:
    assert findings(ShapesGraph.read([file])) == ()


def test_every_rule_has_a_shape_that_breaks_it() -> None:
    targeted = {
        n.removeprefix(RULES) for n, s in shapes_of_shapes().model.shapes.items() if s.targets != type(s.targets)()
    }

    assert targeted == set(BROKEN.values())


def test_every_rule_says_what_to_write_instead() -> None:
    shapes = shapes_of_shapes().model.shapes.values()

    assert all(shape.messages for shape in shapes if shape.targets != type(shape.targets)())


def test_shapes_of_shapes_are_compiled_once() -> None:
    assert shapes_of_shapes() is shapes_of_shapes()


def test_a_load_stops_with_file_node_and_what_to_write_instead(tmp_path: Path) -> None:
    file = tmp_path / "kitchen.ttl"
    file.write_text(HEAD + node('sh:property [ sh:path ex:p ; sh:minCount "1" ]'))

    with pytest.raises(ShapeError) as raised:
        check(ShapesGraph.read([file]))
    assert str(raised.value) == (
        f"{file}: shape <urn:x:S> / [sh:path <urn:x:p>]: sh:minCount wants one whole number, without quotes, "
        'not "1"^^xsd:string'
    )


def test_an_error_tells_many_findings_and_how_many_more() -> None:
    graph = read("".join(f"ex:S{number} sh:targetClass 5 ." for number in range(MOST_TOLD + 3)))

    with pytest.raises(ShapeError) as raised:
        check(graph)
    lines = str(raised.value).splitlines()
    assert (len(lines), lines[-1]) == (MOST_TOLD + 1, "and 3 more")


def test_what_is_well_formed_passes_the_check() -> None:
    check(read(FINE[0]))
