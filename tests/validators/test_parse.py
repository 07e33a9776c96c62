"""Shapes as data: what is not known stops the load, what asks nothing is told, what needs an engine is named."""

from __future__ import annotations

import pytest

from semantic_gw.errors import ShapeError
from semantic_gw.model import Inverse, Literal, Severity
from semantic_gw.model import Sequence as Path
from semantic_gw.rdf.namespaces import RDF, SH, XSD
from semantic_gw.validators import syntax
from semantic_gw.validators.constraints import COMPILERS
from semantic_gw.validators.parse import parse_shapes
from semantic_gw.validators.source import ShapesGraph
from semantic_gw.validators.syntax import ShapesModel, ShapeTargets

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dash: <http://datashapes.org/dash#> .
"""
EX = "urn:ex:"
ONE = Literal("1", XSD + "integer")
EVEN = """ex:Even a sh:ConstraintComponent ; sh:parameter [ sh:path ex:even ] ; sh:validator [ sh:ask "ASK { }" ] . """


def parsed(turtle: str) -> ShapesModel:
    return parse_shapes(ShapesGraph.read([HEAD + turtle]))


def fault(turtle: str) -> str:
    with pytest.raises(ShapeError) as raised:
        parsed(turtle)
    return str(raised.value)


@pytest.mark.parametrize(
    ("turtle", "constraint"),
    [
        ("sh:class ex:C", syntax.Class(EX + "C")),
        ("sh:datatype xsd:int", syntax.Datatype(XSD + "int")),
        ("sh:nodeKind sh:IRI", syntax.NodeKind(SH + "IRI")),
        ("sh:minCount 1", syntax.MinCount(1)),
        ("sh:maxCount 0", syntax.MaxCount(0)),
        ("sh:minExclusive 1", syntax.MinExclusive(ONE)),
        ("sh:minInclusive 1", syntax.MinInclusive(ONE)),
        ("sh:maxExclusive 1", syntax.MaxExclusive(ONE)),
        ("sh:maxInclusive 1", syntax.MaxInclusive(ONE)),
        ("sh:minLength 1", syntax.MinLength(1)),
        ("sh:maxLength 1", syntax.MaxLength(1)),
        ("sh:pattern 'a' ; sh:flags 'i'", syntax.Pattern("a", "i")),
        ("sh:languageIn ( 'en' 'de' )", syntax.LanguageIn(("en", "de"))),
        ("sh:uniqueLang true", syntax.UniqueLang()),
        ("sh:equals ex:q", syntax.Equals(EX + "q")),
        ("sh:disjoint ex:q", syntax.Disjoint(EX + "q")),
        ("sh:lessThan ex:q", syntax.LessThan(EX + "q")),
        ("sh:lessThanOrEquals ex:q", syntax.LessThanOrEquals(EX + "q")),
        ("sh:not ex:Other", syntax.Not(EX + "Other")),
        ("sh:and ( ex:Other )", syntax.And((EX + "Other",))),
        ("sh:or ( ex:Other )", syntax.Or((EX + "Other",))),
        ("sh:xone ( ex:Other )", syntax.Xone((EX + "Other",))),
        ("sh:node ex:Other", syntax.ByNode(EX + "Other")),
        ("sh:property ex:Beside", syntax.ByProperty(EX + "Beside")),
        ("sh:qualifiedValueShape ex:Other ; sh:qualifiedMinCount 1", syntax.QualifiedMinCount(1, EX + "Other")),
        ("sh:qualifiedValueShape ex:Other ; sh:qualifiedMaxCount 1", syntax.QualifiedMaxCount(1, EX + "Other")),
        ("sh:closed true ; sh:ignoredProperties ( ex:a )", syntax.Closed(frozenset({EX + "a"}))),
        ("sh:hasValue 1", syntax.HasValue(ONE)),
        ("sh:in ( 1 ex:a )", syntax.In((ONE, EX + "a"))),
    ],
)
def test_a_parameter_is_read_as_its_constraint(turtle: str, constraint: syntax.Constraint) -> None:
    model = parsed(f"ex:P sh:path ex:p ; {turtle} . ex:Other a sh:NodeShape . ex:Beside sh:path ex:q .")

    assert model.shapes[EX + "P"].constraints == (constraint,)


def test_every_component_of_core_is_read_by_the_test_above() -> None:
    (mark,) = test_a_parameter_is_read_as_its_constraint.pytestmark  # type: ignore[attr-defined]  # pytest sets it
    read = {type(constraint) for _, constraint in mark.args[1]}

    assert read == {*COMPILERS, syntax.ByProperty}


def test_qualified_shapes_beside_one_that_is_disjoint_are_its_siblings() -> None:
    model = parsed(
        "ex:S sh:property ex:P, [ sh:path ex:q ; sh:qualifiedValueShape ex:Right ; sh:qualifiedMinCount 1 ] . "
        "ex:P sh:path ex:p ; sh:qualifiedValueShape ex:Left ; sh:qualifiedMinCount 1 ; "
        "sh:qualifiedValueShapesDisjoint true . ex:Left a sh:NodeShape . ex:Right a sh:NodeShape ."
    )

    assert model.shapes[EX + "P"].constraints == (syntax.QualifiedMinCount(1, EX + "Left", (EX + "Right",)),)


def test_a_closed_shape_allows_the_predicates_of_its_property_shapes() -> None:
    model = parsed("ex:S sh:closed true ; sh:property [ sh:path ex:p ], [ sh:path [ sh:inversePath ex:q ] ] .")

    assert model.shapes[EX + "S"].constraints[-1] == syntax.Closed(frozenset({EX + "p"}))


def test_a_shape_has_its_frame() -> None:
    model = parsed(
        "ex:P sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:severity sh:Info ; sh:deactivated true ; "
        "sh:message 'so'@de, 'thus' ; sh:targetNode 1 ."
    )
    shape = model.shapes[EX + "P"]

    assert shape.path == Path((EX + "p", Inverse(EX + "q")))
    assert shape.severity == Severity.INFO
    assert shape.deactivated
    assert shape.messages == (Literal("so", RDF + "langString", "de"), Literal("thus", XSD + "string"))
    assert shape.targets == ShapeTargets(nodes=(ONE,))


@pytest.mark.parametrize(
    ("turtle", "classes"),
    [
        ("ex:S a sh:NodeShape, rdfs:Class .", [EX + "S"]),
        ("ex:S a sh:NodeShape, owl:Class .", [EX + "S"]),
        ("ex:S a ex:Meta ; sh:nodeKind sh:IRI . ex:Meta rdfs:subClassOf rdfs:Class .", [EX + "S"]),
        ("ex:S a rdfs:Class, sh:NodeShape ; sh:targetClass ex:S, ex:T .", [EX + "S", EX + "T"]),
        ("ex:S a sh:NodeShape .", []),
    ],
)
def test_a_class_that_is_a_shape_is_for_its_own_instances(turtle: str, classes: list[str]) -> None:
    assert list(parsed(turtle).shapes[EX + "S"].targets.classes) == classes


@pytest.mark.parametrize(
    ("turtle", "found"),
    [
        ("ex:S a sh:NodeShape .", ["S"]),
        ("ex:S a ex:Kind . ex:Kind rdfs:subClassOf sh:NodeShape .", ["S"]),
        ("ex:S sh:targetNode ex:a .", ["S"]),
        ("ex:S sh:minLength 1 .", ["S"]),
        ("ex:S sh:not ex:T . ex:T rdfs:label 'not marked as a shape' .", ["S", "T"]),
        ("ex:S sh:or ( ex:T ex:U ) . ex:T rdfs:label '' . ex:U sh:node ex:V . ex:V rdfs:label '' .", "STUV"),
        ("ex:C a rdfs:Class ; rdfs:label 'a class' .", []),
        ("ex:x sh:path ex:p .", []),
    ],
)
def test_a_node_is_a_shape_by_type_target_parameter_or_reference(turtle: str, found: list[str]) -> None:
    assert sorted(parsed(turtle).shapes) == [EX + name for name in found]


@pytest.mark.parametrize(
    ("turtle", "told"),
    [
        ("ex:S sh:minCont 1 .", "sh:minCont: SHACL does not have it here; did you mean sh:minCount?"),
        ("ex:S sh:targetClas ex:C .", "did you mean sh:targetClass?"),
        ("ex:S a sh:NodeShap .", "is of the type sh:NodeShap, which SHACL does not have; did you mean sh:NodeShape?"),
        (
            "ex:S a sh:NodeShape ; sh:severity sh:Warn .",
            "the severity sh:Warn; there are sh:Info, sh:Violation, sh:Warning; did you mean",
        ),
        ("ex:S <https://www.w3.org/ns/shacl#minCount> 1 .", "the namespace of SHACL is <http://www.w3.org/ns/shacl#>"),
        ("ex:S a <https://www.w3.org/ns/shacl#NodeShape> .", "which SHACL does not have; did you mean sh:NodeShape?"),
        ("ex:S sh:rule [ ] .", "uses sh:rule: nothing is inferred; let mappings say it"),
        ("ex:S sh:js [ ] .", "uses sh:js: SHACL-JS is not supported; write it as sh:sparql"),
        ("ex:S sh:expression [ ] .", "uses sh:expression: node expressions are not supported"),
        ("<urn:o> sh:entailment <urn:e> .", "uses sh:entailment: nothing is inferred but the class hierarchy"),
        ("ex:S sh:zzz 1 .", "uses sh:zzz: SHACL does not have it here"),
        ("ex:S a sh:NodeShape ; sh:inversePath ex:p .", "uses sh:inversePath: SHACL does not have it here"),
        ("ex:S sh:targetNode [ ] .", "wants an IRI or a literal for sh:targetNode, not a blank node"),
        ("[] a sh:NodeShape, rdfs:Class .", "wants an IRI for an implicit class target"),
        ("ex:S sh:not 'x' .", 'wants a shape for sh:not, not "x"^^xsd:string'),
        ("ex:S sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .", "sh:qualifiedValueShape is for property shapes"),
        ("ex:P sh:minCount 1 ; sh:path " + "[ sh:inversePath " * 99 + "ex:p" + " ]" * 99 + " .", "paths within paths"),
        ("ex:S sh:targetClass ex:C ; sh:propertie ex:P .", "did you mean sh:property?"),
        ("ex:S sh:closed true ; sh:ignoredProperties ( 'p' ) .", "wants an IRI for sh:ignoredProperties"),
    ],
)
def test_what_is_not_known_stops_the_load_and_tells_what_there_is(turtle: str, told: str) -> None:
    assert told in fault(turtle)


def test_an_error_names_the_file_and_where_a_blank_node_stands() -> None:
    turtle = (
        "ex:S sh:or ( [ sh:nodeKind sh:IRI ] [ sh:minLength 1 ; sh:property [ sh:path ex:p ; sh:maxCount 'x' ] ] ) ."
    )

    assert fault(turtle).startswith("shapes 0: shape <urn:ex:S> / sh:or 2 / [sh:path <urn:ex:p>] wants a non-negative")


@pytest.mark.parametrize(
    ("turtle", "names"),
    [
        ("ex:S sh:property [ sh:path ( ex:p ex:q ) ] .", ["<urn:ex:S> / [sh:path <urn:ex:p>/<urn:ex:q>]"]),
        ("ex:S sh:not [ sh:nodeKind sh:IRI ] .", ["<urn:ex:S> / [sh:nodeKind sh:IRI]"]),
        ("ex:S sh:not [ sh:minLength 1 ; sh:maxLength 2 ] .", ["<urn:ex:S> / sh:not"]),
        ("ex:S sh:xone ( ex:T [ sh:in ( 1 ) ] ) . ex:T a sh:NodeShape .", ["<urn:ex:S> / sh:xone 2", "<urn:ex:T>"]),
        ("[] sh:minLength 1 ; sh:maxLength 2 .", ["[]"]),
    ],
)
def test_a_shape_without_a_name_is_named_by_where_it_stands(turtle: str, names: list[str]) -> None:
    named = {shape.name for shape in parsed(turtle).shapes.values()}

    assert sorted(named - {"<urn:ex:S>"}) == names


def test_shapes_without_a_name_have_the_same_labels_in_every_run() -> None:
    turtle = "ex:S sh:not [ sh:nodeKind sh:IRI ], [ sh:minLength 1 ] ."

    assert list(parsed(turtle).shapes) == list(parsed(turtle).shapes)


@pytest.mark.parametrize(
    ("turtle", "told"),
    [
        ("ex:S sh:flags 'i' .", "asks nothing with sh:flags: it has no sh:pattern"),
        ("ex:S sh:ignoredProperties ( ex:p ) .", "asks nothing with sh:ignoredProperties: it has no sh:closed"),
        ("ex:P sh:path ex:p ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .", "it has no sh:qualifiedMinCount or"),
        (
            "ex:S a sh:NodeShape ; sh:qualifiedMinCount 1 .",
            "asks nothing with sh:qualifiedMinCount: it is for property",
        ),
        ("ex:P sh:path ex:p ; sh:uniqueLang '1'^^xsd:boolean .", "asks nothing with sh:uniqueLang 1: only true does"),
        ("ex:S a sh:NodeShape ; sh:severity ex:Mine .", "has the severity <urn:ex:Mine>: only sh:Violation blocks"),
        (
            "ex:S a sh:NodeShape ; dash:nonRecursive true .",
            "asks nothing with <http://datashapes.org/dash#nonRecursive>",
        ),
        ("<urn:o> owl:imports <urn:other> .", "imports <urn:other>: nothing is fetched"),
        ("<urn:o> sh:shapesGraph <urn:other> .", "names a shapes graph: nothing is fetched"),
    ],
)
def test_what_asks_nothing_is_told(turtle: str, told: str) -> None:
    (warning,) = parsed(turtle).warnings

    assert told in warning


def test_shapes_that_say_all_they_mean_give_no_warning() -> None:
    assert parsed("ex:S a sh:NodeShape ; sh:closed true ; sh:ignoredProperties ( ex:p ) .").warnings == ()


@pytest.mark.parametrize(
    ("turtle", "reasons"),
    [
        ("ex:S sh:sparql [ sh:select 'SELECT $this { }' ] .", {"S": "sh:sparql"}),
        ("ex:S a sh:NodeShape ; ex:even true . " + EVEN, {"S": "<urn:ex:even> of <urn:ex:Even>"}),
        ("ex:S sh:target [ sh:select 'SELECT ?this { }' ] .", {"S": "sh:target"}),
        (
            "ex:S sh:node ex:T . ex:T sh:property ex:P . ex:P sh:path ex:p ; sh:sparql [ sh:select '' ] .",
            {
                "P": "sh:sparql",
                "T": "<urn:ex:P>, which it refers to",
                "S": "<urn:ex:T>, which it refers to",
            },
        ),
    ],
)
def test_what_core_does_not_have_is_for_an_engine_with_the_reason(turtle: str, reasons: dict[str, str]) -> None:
    model = parsed(turtle + " ex:Core sh:nodeKind sh:IRI .")

    assert model.engine_only == {EX + name: reason for name, reason in reasons.items()}
    assert list(model.shapes) == [EX + "Core"]


def test_targets_of_shapes_for_an_engine_are_known_but_for_those_that_are_queries() -> None:
    model = parsed(
        "ex:S sh:targetClass ex:C ; sh:sparql [ sh:select '' ] . ex:T sh:target [ sh:select '' ] ; sh:targetNode ex:n ."
    )

    assert model.engine_targets == {EX + "S": ShapeTargets(classes=(EX + "C",)), EX + "T": None}


@pytest.mark.parametrize(
    "turtle",
    [
        "ex:S sh:node ex:T . ex:T sh:sparql [ sh:select '' ] ; sh:deactivated true .",
        "ex:S sh:node ex:T . ex:T sh:node [ sh:not [ sh:node ex:S ] ] ; sh:deactivated true .",
    ],
)
def test_a_deactivated_shape_needs_nothing_and_refers_to_nothing(turtle: str) -> None:
    model = parsed(turtle)

    assert model.engine_only == {}
    assert model.shapes[EX + "T"].deactivated


@pytest.mark.parametrize("turtle", ["sh:uniqueLang false", "sh:closed false ; sh:ignoredProperties ( ex:q )"])
def test_a_parameter_that_is_false_makes_no_constraint(turtle: str) -> None:
    model = parsed(f"ex:P sh:path ex:p ; {turtle} .")

    assert model.shapes[EX + "P"].constraints == ()
    assert model.warnings == ()
