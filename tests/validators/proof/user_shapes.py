"""Shapes as a user may add them, and which verdicts they lead to over Things made by hand."""

from __future__ import annotations

from typing import Final

_PREFIXES: Final = """
@prefix : <https://example.com/shapes/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix saref: <https://saref.etsi.org/core/> .
@prefix sgw: <https://w3id.org/semantic-gw/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

_RANGE = """
:S a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:property [
    sh:path saref:hasValue ;
    sh:or ( [ sh:datatype xsd:boolean ] [ sh:minInclusive -40 ; sh:maxInclusive 85 ] ) ] .
"""
_ONE_UNIT = """
:S a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:property [
    sh:path saref:isMeasuredIn ; sh:in ( unit:DEG_C unit:K ) ] .
"""
_PATTERN = """
:S a sh:NodeShape ; sh:targetClass saref:Observation ; sh:property [
    sh:path saref:hasResultTime ; sh:pattern "^2026" ] .
"""
_OTHER_PATTERN = """
:S a sh:NodeShape ; sh:targetClass saref:Observation ; sh:property [
    sh:path saref:hasResultTime ; sh:pattern "^1999" ] .
"""
_CLOSED = """
:S a sh:NodeShape ; sh:targetClass saref:Observation ; sh:closed true ;
    sh:ignoredProperties ( rdf:type saref:madeBy saref:observes saref:hasResult saref:hasResultTime ) .
"""
_NO_DEVICE = """
:S a sh:NodeShape ; sh:targetSubjectsOf saref:madeBy ; sh:property [ sh:path saref:madeBy ; sh:maxCount 0 ] .
"""
_FEW = """
:S a sh:NodeShape ; sh:targetClass saref:Sensor ; sh:property [ sh:path saref:observes ; sh:maxCount 2 ] .
"""
_ON = """
:S a sh:NodeShape ; sh:targetClass saref:Observation ; sh:property [
    sh:path saref:hasResult ; sh:qualifiedValueShape [ sh:in ( sgw:On ) ] ; sh:qualifiedMinCount 1 ] .
"""
_WARNING = """
:S a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:property [
    sh:path saref:isMeasuredIn ; sh:minCount 1 ; sh:severity sh:Warning ] .
"""
_OBJECTS = """
:S a sh:NodeShape ; sh:targetObjectsOf saref:hasValue ;
    sh:or ( [ sh:datatype xsd:boolean ] [ sh:maxInclusive 100 ] ) .
"""
_NODES = """
:S a sh:NodeShape ; sh:targetNode sgw:On, unit:DEG_C ; sh:property [ sh:path sgw:isOpposite ; sh:minCount 1 ] .
"""
_BACK = """
:S a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:property [
    sh:path ( [ sh:inversePath saref:hasResult ] saref:madeBy rdf:type ) ; sh:hasValue saref:Sensor ] .
"""
_STEPS = """
:S a sh:NodeShape ; sh:targetClass saref:Observation ; sh:property [
    sh:path [ sh:zeroOrMorePath [ sh:alternativePath (
        saref:hasResult saref:isValueOfProperty saref:isPropertyOfInterestOf ) ] ] ;
    sh:maxCount 4 ; sh:nodeKind sh:IRI ] .
"""
_WITHIN = """
:S a sh:NodeShape ; sh:targetClass saref:Observation ; sh:property [ sh:path saref:hasResult ; sh:node :V ] .
:V a sh:NodeShape ; sh:property [ sh:path saref:hasValue ; sh:maxCount 1 ; sh:nodeKind sh:Literal ] .
"""
_NOTHING = """
:S a sh:NodeShape ; sh:targetClass saref:Actuator ; sh:property [ sh:path saref:controls ; sh:minCount 1 ] .
"""
_EITHER = """
:S a sh:NodeShape ; sh:targetClass saref:PropertyValue ; sh:xone (
    [ sh:property [ sh:path saref:hasValue ; sh:maxExclusive 21.4 ] ]
    [ sh:property [ sh:path saref:hasValue ; sh:minInclusive 21.4 ] ] ) .
"""
_LENGTH = """
:S a sh:NodeShape ; sh:targetClass sgw:Event ; sh:property [
    sh:path sgw:eventData ; sh:minLength 1 ; sh:maxLength 10 ] .
"""
_RECURSIVE = """
:S a sh:NodeShape ; sh:targetClass saref:Observation ; sh:property [
    sh:path [ sh:alternativePath ( saref:hasResult [ sh:inversePath saref:hasResult ] ) ] ; sh:node :S ] .
"""
_TWINS = """
:S a sh:NodeShape ; sh:targetClass saref:Observation ; sh:property
    [ sh:path saref:hasResult ; sh:disjoint saref:observes ],
    [ sh:path ( saref:madeBy saref:observes ) ; sh:equals saref:observes ],
    [ sh:path saref:hasPhenomenonTime ; sh:lessThan saref:hasResultTime ] .
"""

USER_SHAPES: Final = {
    name: (_PREFIXES + body, verdicts)
    for name, body, verdicts in (
        ("a range of values", _RANGE, {"proved", "residual"}),
        ("one unit", _ONE_UNIT, {"proved", "refuted"}),
        ("a pattern of times", _PATTERN, {"residual"}),
        ("a pattern that no time matches", _OTHER_PATTERN, {"residual"}),
        ("no more than it knows", _CLOSED, {"proved", "residual"}),
        ("no device", _NO_DEVICE, {"refuted"}),
        ("few observations", _FEW, {"proved", "residual"}),
        ("one that is on", _ON, {"proved", "residual", "refuted"}),
        ("warnings alone", _WARNING, {"proved", "refuted"}),
        ("targets of objects", _OBJECTS, {"proved", "residual"}),
        ("targets of nodes", _NODES, {"refuted"}),
        ("a walk back", _BACK, {"proved"}),
        ("steps and steps", _STEPS, {"proved"}),
        ("a shape within a shape", _WITHIN, {"proved"}),
        ("nothing is targeted", _NOTHING, set[str]()),
        ("either of two", _EITHER, {"residual", "refuted"}),
        ("texts of some length", _LENGTH, {"proved", "residual"}),
        ("a shape that refers to itself", _RECURSIVE, {"residual"}),
        ("pairs of properties", _TWINS, {"proved", "residual"}),
    )
}
