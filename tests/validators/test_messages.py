"""Messages: all that a shape has, in its languages, with placeholders filled in; else what the constraint asks."""

from __future__ import annotations

import pytest

from semantic_gw.model import Literal, Triple, ValidationResult
from semantic_gw.rdf.namespaces import RDF, XSD
from semantic_gw.validators import compile_shapes
from semantic_gw.validators.constraints import COMPILERS
from semantic_gw.validators.messages import parameters
from semantic_gw.validators.parse import parse_shapes
from semantic_gw.validators.source import ShapesGraph

EX = "urn:ex:"
HEAD = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:ex:> . "
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
)
FIVE: list[Triple] = [(EX + "a", EX + "p", Literal("5", XSD + "integer"))]


def results(constraint: str, data: list[Triple] | None = None) -> tuple[ValidationResult, ...]:
    turtle = f"{HEAD} ex:P sh:targetNode ex:a ; sh:path ex:p ; {constraint} . ex:Other a sh:NodeShape ; sh:in ( 1 ) ."
    return compile_shapes([turtle]).validate_triples(FIVE if data is None else data).results


def message(constraint: str, data: list[Triple] | None = None) -> str:
    (result,) = results(constraint, data)
    return result.message


def test_all_messages_of_a_shape_are_messages_of_the_result() -> None:
    (result,) = results("sh:maxCount 0 ; sh:message 'none'@en, 'keins'@de, 'no'")

    assert set(result.messages) == {
        Literal("none", RDF + "langString", "en"),
        Literal("keins", RDF + "langString", "de"),
        Literal("no", XSD + "string"),
    }


def test_the_message_for_people_is_the_english_one() -> None:
    assert message("sh:maxCount 0 ; sh:message 'keins'@de, 'none'@en") == "none"


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        ("sh:minCount 2", "<urn:ex:p> must have at least 2, has 1"),
        ("sh:maxCount 0", "<urn:ex:p> must have at most 0, has 1"),
        ("sh:class ex:C", "<urn:ex:p> must be a <urn:ex:C>"),
        ("sh:datatype xsd:int", "<urn:ex:p> must be a well-formed xsd:int"),
        ("sh:nodeKind sh:IRI", "<urn:ex:p> must be of kind sh:IRI"),
        ("sh:minExclusive 5", '<urn:ex:p> must be > "5"^^xsd:integer'),
        ("sh:minInclusive 6", '<urn:ex:p> must be >= "6"^^xsd:integer'),
        ("sh:maxExclusive 5", '<urn:ex:p> must be < "5"^^xsd:integer'),
        ("sh:maxInclusive 4", '<urn:ex:p> must be <= "4"^^xsd:integer'),
        ("sh:minLength 2", "<urn:ex:p> must have a minimum length of 2"),
        ("sh:maxLength 0", "<urn:ex:p> must have a maximum length of 0"),
        ("sh:pattern 'a'", "<urn:ex:p> must match 'a'"),
        ("sh:languageIn ( 'en' 'DE' )", "<urn:ex:p> must be in one of the languages en, DE"),
        ("sh:equals ex:q", "<urn:ex:p> must be the same as <urn:ex:q>"),
        ("sh:disjoint ex:p", "<urn:ex:p> must not be a value of <urn:ex:p>"),
        ("sh:lessThan ex:p", "<urn:ex:p> must be less than <urn:ex:p>"),
        ("sh:in ( 1 ex:b )", '<urn:ex:p> must be one of "1"^^xsd:integer, <urn:ex:b>'),
        ("sh:hasValue 1", '<urn:ex:p> must have the value "1"^^xsd:integer'),
        ("sh:node ex:Other", "<urn:ex:p> must conform to <urn:ex:Other>"),
        ("sh:not [ sh:in ( 5 ) ]", "<urn:ex:p> must not conform to the shape at sh:not"),
        ("sh:or ( [ sh:datatype xsd:int ] ex:Other )", "must conform to one of [sh:datatype xsd:int], <urn:ex:Other>"),
        ("sh:and ( [ sh:datatype xsd:int ] )", "<urn:ex:p> must conform to all of [sh:datatype xsd:int]"),
        ("sh:xone ( ex:Other ex:Other )", "must conform to exactly one of <urn:ex:Other>, <urn:ex:Other>"),
        ("sh:closed true", "<urn:ex:q> is not allowed: the shape is closed"),
        (
            "sh:qualifiedValueShape ex:Other ; sh:qualifiedMinCount 1",
            "<urn:ex:p> 0 values conform to <urn:ex:Other>; qualifiedMinCount is 1",
        ),
    ],
)
def test_a_constraint_tells_what_it_asks(constraint: str, text: str) -> None:
    data = [*FIVE, (EX + "b", EX + "q", EX + "c")]
    if "closed" in constraint:
        data = [(EX + "a", EX + "p", EX + "b"), *data[1:]]

    assert text in message(constraint, data)


@pytest.mark.parametrize(
    ("constraint", "template", "text"),
    [
        ("sh:maxCount 0", "{$path} of {$this}: at most {$maxCount}", "<urn:ex:p> of <urn:ex:a>: at most 0"),
        ("sh:maxCount 0", "{?path}: at most {?maxCount}", "<urn:ex:p>: at most 0"),
        ("sh:nodeKind sh:IRI", "{$value} is no {$nodeKind}", "5 is no sh:IRI"),
        ("sh:datatype xsd:int", "no {$datatype}", "no xsd:int"),
        ("sh:minInclusive 6", "{$value} < {$minInclusive}", "5 < 6"),
        ("sh:in ( 1 ex:b )", "one of {$in}", "one of 1, <urn:ex:b>"),
        ("sh:pattern 'A' ; sh:flags 'i'", "/{$pattern}/{$flags}", "/A/i"),
        ("sh:maxCount 0 ; sh:minLength 0", "{$maxCount} {$minLength}", "0 0"),
        ("sh:maxCount 0", "{$value} {$other} {maxCount} {$}", "{$value} {$other} {maxCount} {$}"),
        ("sh:or ( ex:Other )", "one of {$or}", "one of <urn:ex:Other>"),
        ("sh:hasValue 1", "{$hasValue} is missing", "1 is missing"),
        (
            "sh:qualifiedValueShape ex:Other ; sh:qualifiedMinCount 1",
            "{$qualifiedMinCount} {$qualifiedValueShape}",
            "1 <urn:ex:Other>",
        ),
    ],
)
def test_placeholders_are_filled_in(constraint: str, template: str, text: str) -> None:
    assert message(f"{constraint} ; sh:message '{template}'") == text


def test_placeholders_are_filled_in_in_every_language() -> None:
    (result,) = results("sh:maxCount 0 ; sh:message 'at most {$maxCount}'@en, 'höchstens {$maxCount}'@de")

    assert {text.lexical for text in result.messages} == {"at most 0", "höchstens 0"}


def test_a_value_with_a_placeholder_in_it_is_no_template() -> None:
    data: list[Triple] = [(EX + "a", EX + "p", Literal("{$path}", XSD + "string"))]

    assert message("sh:nodeKind sh:IRI ; sh:message '{$value}'", data) == "{$path}"


ALL = f"""{HEAD} ex:P sh:path ex:p ; sh:class ex:C ; sh:datatype xsd:int ; sh:nodeKind sh:IRI ; sh:minCount 1 ;
sh:maxCount 1 ; sh:minExclusive 1 ; sh:minInclusive 1 ; sh:maxExclusive 1 ; sh:maxInclusive 1 ; sh:minLength 1 ;
sh:maxLength 1 ; sh:pattern 'a' ; sh:languageIn ( 'a' ) ; sh:uniqueLang true ; sh:equals ex:q ; sh:disjoint ex:q ;
sh:lessThan ex:q ; sh:lessThanOrEquals ex:q ; sh:not ex:O ; sh:and ( ex:O ) ; sh:or ( ex:O ) ; sh:xone ( ex:O ) ;
sh:node ex:O ; sh:qualifiedValueShape ex:O ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 ; sh:closed true ;
sh:hasValue 1 ; sh:in ( 1 ) . ex:O a sh:NodeShape ."""


def test_every_constraint_has_its_parameters_for_messages() -> None:
    constraints = parse_shapes(ShapesGraph.read([ALL])).shapes[EX + "P"].constraints

    assert {type(one) for one in constraints} == COMPILERS.keys()
    assert all(parameters(one, str) for one in constraints)
