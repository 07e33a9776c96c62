"""Constraints on terms and their texts: sh:in, sh:hasValue, languages, lengths. Numbers are sections of SHACL."""

from __future__ import annotations

from tests.validators.literals.suite.case import Case, members

_TERM = "terms are compared, not values (4.8.3; RDF 1.1 Concepts, 3.3)"

CASES: list[Case] = [
    members("in", "1^integer", "( 1 2 )", True, "the same term (4.8.3)"),
    members("in", "01^integer", "( 1 2 )", False, _TERM),
    members("in", "+1^integer", "( 1 2 )", False, _TERM),
    members("in", "1.0^decimal", "( 1 2 )", False, _TERM),
    members("in", "1^byte", "( 1 2 )", False, _TERM),
    members("in", "1^string", "( 1 2 )", False, _TERM),
    members("in", "true^boolean", "( true )", True, "the same term (4.8.3)"),
    members("in", "1^boolean", "( true )", False, _TERM),
    members("in", "1.0^decimal", "( 1.00 )", False, _TERM),
    members("in", "1.5^double", "( 1.5E0 )", False, _TERM),
    members(
        "in", "on^string", '( "on" "off" )', True, "a literal without datatype is of xsd:string (RDF 1.1 Concepts, 3.3)"
    ),
    members("in", "On^string", '( "on" "off" )', False, _TERM),
    members("in", "on@en", '( "on" "off" )', False, _TERM),
    members("in", "on@en", '( "on"@en )', True, "the same term (4.8.3)"),
    members("in", "on@en-GB", '( "on"@en )', False, _TERM),
    members("in", "é^string", '( "e\u0301" )', False, "texts are not normalized (RDF 1.1 Concepts, 3.3)"),
    members("in", "2026-11-24T00:00:00Z^dateTime", '( "2026-11-24T00:00:00+00:00"^^xsd:dateTime )', False, _TERM),
    members("in", "a^ex:mine", '( "a"^^ex:mine )', True, "the same term (4.8.3)"),
    members("in", "five^integer", '( "five"^^xsd:integer )', True, "the same term, though ill-typed (4.8.3)"),
    members("hasValue", "1^integer", "1", True, "the same term (4.8.2)"),
    members("hasValue", "01^integer", "1", False, "terms are compared (4.8.2; RDF 1.1 Concepts, 3.3)"),
    members("hasValue", "1.0^decimal", "1", False, "terms are compared (4.8.2; RDF 1.1 Concepts, 3.3)"),
    members("hasValue", "1^boolean", "true", False, "terms are compared (4.8.2; RDF 1.1 Concepts, 3.3)"),
    members("hasValue", "NaN^double", '"NaN"^^xsd:double', True, "the same term (4.8.2)"),
    members("hasValue", "a@en", '"a"', False, "terms are compared (4.8.2; RDF 1.1 Concepts, 3.3)"),
    members("datatype", "warm@en", "rdf:langString", True, "of rdf:langString by its language (RDF 1.1 Concepts, 3.3)"),
    members("datatype", "warm@en", "xsd:string", False, "of rdf:langString by its language (RDF 1.1 Concepts, 3.3)"),
    members("datatype", "1^integer", "xsd:decimal", False, "the same IRI, not one it is derived from (4.1.2)"),
    members("datatype", "1^byte", "xsd:integer", False, "the same IRI, not one it is derived from (4.1.2)"),
    members("datatype", "<urn:a>", "xsd:anyURI", False, "an IRI is no literal (4.1.2)"),
    members("minLength", "😀^string", "2", False, "one character, not two UTF-16 units (STRLEN, SPARQL 1.1, 17.4.3.2)"),
    members(
        "maxLength", "e\u0301^string", "1", False, "two characters: texts are not normalized (SPARQL 1.1, 17.4.3.2)"
    ),
    members("minLength", "12345^integer", "5", True, "the text of the literal (STR, SPARQL 1.1, 17.4.2.5)"),
    members("maxLength", "warm@en", "4", True, "the text, without the language (STR)"),
    members("maxLength", "<urn:abc>", "7", True, "the text of the IRI (STR)"),
    members("minLength", "^string", "0", True, "the empty text has length 0"),
    members("languageIn", "warm@en", '( "en" )', True, "langMatches (SPARQL 1.1, 17.4.3.12)"),
    members("languageIn", "warm@en-GB", '( "en" )', True, "a range takes what is below it (RFC 4647, 3.3.1)"),
    members("languageIn", "warm@EN-gb", '( "en-GB" )', True, "without regard to case (RFC 4647, 2)"),
    members("languageIn", "warm@en", '( "en-GB" )', False, "a range does not take what is above it (RFC 4647, 3.3.1)"),
    members("languageIn", "warm@enm", '( "en" )', False, "whole parts are compared (RFC 4647, 3.3.1)"),
    members("languageIn", "warm^string", '( "en" )', False, "no language (4.4.4)"),
]
